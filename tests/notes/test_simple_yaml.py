"""What is told to be simple YAML is read alike by the reader in Python and by libyaml."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kb.notes.simple_yaml import is_simple

PLAIN = [
    "a",
    "b c",
    "Is it so?",
    "a:b",
    "x #y",
    "#c",
    "2026-11-21",
    "1.5",
    "yes",
    "~",
    "é – “q”",
    "a#b",
]
QUOTED = ['"a: b"', "'it'", '"@hao2024training#2"', "''", '"x"y']
FLOW = ["[a, b]", '{date: 2026-01, source: "@a"}', "[]", "{}", "[a b , 'c']", "[a, [b]]", "{a: }"]
ODD = [
    "",
    "|",
    "- ",
    "-",
    "?",
    "? a",
    "&x",
    "*x",
    "!t",
    "%",
    "@a",
    "`",
    "\\",
    "\t",
    "---",
    "...",
    ">",
]
KEYS = ["", "key: ", "k:", "other-key:  ", "2: ", "key : ", "- ", "- key: ", "- - ", '"q": ']
LINES = st.builds(
    lambda indent, key, value, end: " " * indent + key + value + end,
    st.integers(0, 5),
    st.sampled_from(KEYS),
    st.sampled_from([*PLAIN, *QUOTED, *FLOW, *ODD]),
    st.sampled_from(["", " ", " #", ":", ": x"]),
)
TEXTS = st.lists(LINES, max_size=6).map("\n".join)
# Simple lines, which may yet stand in no order that makes sense.
SIMPLE = st.builds(
    lambda indent, dash, key, value: " " * indent + dash + key + value,
    st.integers(0, 4),
    st.sampled_from(["", "", "", "- ", "-  ", "- - "]),
    st.sampled_from(["", "", "key: ", "k: ", "other-key:  "]),
    st.sampled_from(["", *PLAIN[:4], *PLAIN[6:11], *QUOTED[:4], *FLOW[:5]]),
)
SIMPLE_TEXTS = st.lists(SIMPLE, max_size=6).map("\n".join)
LONG = "word " * 300


def tree(loader, text):
    return as_data(loader(text).get_single_node())


def as_data(node):
    if node is None or isinstance(node, yaml.ScalarNode):
        return node and (node.tag, node.value, node.start_mark.line, node.start_mark.column)
    if isinstance(node, yaml.SequenceNode):
        items = [as_data(item) for item in node.value]
    else:
        items = [(as_data(key), as_data(value)) for key, value in node.value]
    return node.tag, node.start_mark.line, node.start_mark.column, items


@given(st.one_of(SIMPLE_TEXTS, TEXTS, st.text(alphabet="ab1-: #,[]{}'\"?\n", max_size=40)))
@example("a: b\n c: d")
@example(f"title: {LONG}\n  {LONG}\nother: {LONG}")
@example(f"{LONG}\nother: x")
@example("- " * 8 + "a")
@example("a:\n- b\n-  c: d\n   e: f\n")
@example("a: [b\n, c]")
def test_a_simple_text_is_read_alike_by_both_readers(text):
    if not is_simple(text):
        return
    try:
        fast = tree(yaml.CSafeLoader, text)
    except yaml.YAMLError:
        return  # read again by the other, which has the last word
    assert fast == tree(yaml.SafeLoader, text)


@pytest.mark.parametrize("value", [*PLAIN[:4], *QUOTED[:4], *FLOW[:4], "", "a\n  b"])
def test_what_front_matter_consists_of_is_simple(value):
    assert is_simple(f"title: {value}\nevidence:\n  - date: 2026\n    says: {value}\n")


ELSEWHERE = ["a:\tb", '"\\x41"', "a: |\n  b", "a: >\n  b", "&a b", "*a", "!t a", "? a", "%YAML 1.1"]
ELSEWHERE += ["a\r\nb", "a\u2028b", "a\x85b", "a\ufeffb", "\ud800", "---", "...", "a: # b", "# a"]
ELSEWHERE += ["[a?b]", "{a:b}", "[a: b]", "- " * 100 + "a", "[" * 100, " " * 100 + "a"]


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_readers_may_take_otherwise_is_not_simple(text):
    assert not is_simple(text)
