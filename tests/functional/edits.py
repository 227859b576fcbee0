"""Edits of a small base, as a writer makes them: what a test of rebuilds picks from."""

from __future__ import annotations

from hypothesis import strategies as st

NOTE = """\
---
title: {title}
description: A note that changes.
tags: [{tag}]
updated: 2026-11-{day}
---

# {title}

{body}
"""
PIECES = (
    "The first result holds [@doe2020first, p. 3].",
    "@roe2021pair disagrees. Nobody asked @someone.",
    "Both say so [see @doe2020first; @roe2021pair], and [@nobody2020nothing] does not.",
    "## A heading with [@doe2020first]\n\nText below it.",
    "/// reference | roe2021pair\n///",
    "/// transcript | talk\n///",
    "/// question | known\n///",
    "Open [@q:known; @q:bare], said [@t:talk#1].",
    "/// register | timeline\n///",
    "/// register | claims\n///",
    "/// computed | letter-share\n    words: [hello, shine]\n///",
    "See [the first](../latent/one.md) and [the second](two.md#a-heading-with).",
    "![A dot](../latent/dot.png)",
    "/// note\nText that never ends.",
    "`code [@doe2020first]` and an *unclosed emphasis.",
)
ANNOTATION = "---\nverdict: {verdict}\nupdated: 2026-11-20\n---\n\nWhat we think [@roe2021pair].\n"
BROKEN = ("---\ntitle: [\n---\n\n# Broken\n", "no front matter [@doe2020first]", "---\n", "")
NOTES = tuple(
    f"docs/{path}.md"
    for path in ("latent/one", "latent/two", "latent/three", "acrostics/hello", "new/first")
)
PLAIN = ("docs/about/us.md", "docs/loose.md")
ANNOTATIONS = ("docs/references/doe2020first.md", "docs/references/roe2021pair.md")
INDEXES = ("docs/latent/index.md", "docs/acrostics/index.md", "docs/questions/index.md")
QUESTIONS = ("docs/questions/known.md", "docs/questions/bare.md")
TALK = "docs/transcripts/talk.yml"
REGISTER = "docs/latent/one.register.yml"
BIBS = ("refs/latent.bib", "refs/acrostics.bib")
PARTIAL = "overrides/partials/copyright.html"
COPIED = ("docs/latent/dot.png", "docs/new/one.txt")

# Of each kind of edit one, in an order in which none undoes the other; the last ones break things.
TOUR = (
    [("replace", "docs/latent/two.md", ("Hostile titles", "Foul titles"))],
    [("replace", "docs/latent/two.md", ("title: Two\n", "title: A pair\n"))],
    [("replace", "docs/latent/two.md", ("\n# Two\n", "\n# A pair\n"))],
    [("write", "docs/latent/three.md", NOTE.format(title="T", tag="x", day=22, body=PIECES[0]))],
    [("replace", "docs/latent/three.md", ("# T\n", "# T\n\nA line above.\n"))],
    [("rename", "docs/latent/three.md", "docs/new/first.md")],
    [("delete", "docs/new/first.md")],
    [("replace", "refs/latent.bib", ("{Doe, Jane}", "{Moe, Jane}"))],
    [("write", "refs/more.bib", "% Nothing yet, but a file to offer.\n")],
    [("replace", "docs/references/doe2020first.md", ("verdict: It", "verdict: This"))],
    [("write", "docs/references/roe2021pair.md", ANNOTATION.format(verdict="Good."))],
    [("replace", TALK, ("Hello to you", "Hi to you"))],
    [("replace", TALK, ("outcome: observed", "outcome: pattern-shown"))],
    [("write", "docs/transcripts/talk.notes.yml", "annotations:\n  - {turn: 1, quote: Hello, "
      "text: So it begins., date: 2026-11-21, tag: start}\n")],
    [("replace", "docs/questions/known.md", ("bearing: for", "bearing: against"))],
    [("replace", "docs/questions/known.md", ("or guessed?", "or told?"))],
    [("replace", "docs/questions/bare.md", ("2026-11-20", "2028-11-20"))],
    [("replace", REGISTER, ("First try", "A first try"))],
    [("replace", "docs/latent/index.md", ("order: [two, one]", "order: [one, two]"))],
    [("replace", "mkdocs.yml", ("site_name: Latent", "site_name: Our latent"))],
    [("replace", "mkdocs.yml", ("    - navigation.prune", "    - navigation.path"))],
    [("write", PARTIAL, "<p>{{ page.title }}</p>")],
    [("replace", "overrides/main.html", ('content="summary"', 'content="player"'))],
    [("write", "docs/latent/dot.png", "another picture")],
    [("delete", "docs/latent/one.md"), ("rename", "docs/latent/two.md", "docs/latent/one.md")],
    [("delete", "docs/questions/bare.md")],
    [("delete", "docs/latent/index.md")],
    [("cut", "refs/latent.bib", 300)],
    [("write", "docs/latent/one.md", BROKEN[0])],
    [("delete", TALK)],
)  # fmt: skip


def _write(paths, texts):
    return st.tuples(st.just("write"), st.sampled_from(paths), texts)


def _replace(paths, pairs):
    return st.tuples(st.just("replace"), st.sampled_from(paths), st.sampled_from(pairs))


def _delete(paths):
    return st.tuples(st.just("delete"), st.sampled_from(paths))


_texts = st.builds(
    lambda title, tag, day, pieces: NOTE.format(
        title=title, tag=tag, day=day, body="\n\n".join(pieces)
    ),
    st.sampled_from(["One", "Two & <three>", "One"]),
    st.sampled_from(["x", "y"]),
    st.integers(10, 25),
    st.lists(st.sampled_from(PIECES), max_size=4),
)
_annotations = st.sampled_from(["Good.", "Doubtful."]).map(lambda v: ANNOTATION.format(verdict=v))

EDITS = st.one_of(
    _write(NOTES + PLAIN, _texts),
    _write(NOTES + ANNOTATIONS + QUESTIONS, st.sampled_from(BROKEN)),
    _write(ANNOTATIONS, _annotations),
    _delete([*NOTES, *ANNOTATIONS, *INDEXES, *QUESTIONS, TALK, REGISTER, PARTIAL, *COPIED]),
    st.tuples(st.just("rename"), st.sampled_from(NOTES), st.sampled_from(NOTES + PLAIN)),
    _replace(INDEXES, [("title:", "title: Another"), ("order:", "order: [cards] #"), ("# ", "## ")]),
    _replace(
        BIBS,
        [
            ("Doe, ", "Moe, "),
            ("Roe, ", "Loe, "),
            ("title = {", "title = {On "),
            ("2020}", "2019}"),
            ("@", "%@"),
        ],
    ),
    st.tuples(st.just("cut"), st.sampled_from(BIBS), st.integers(0, 400)),
    st.tuples(st.just("restore"), st.sampled_from([*BIBS, *INDEXES, *QUESTIONS, TALK, REGISTER])),
    _replace([TALK], [("Hello", "Hi"), ("A talk", "The talk"), ("turns:", "turn:")]),
    _write(["docs/transcripts/talk.notes.yml"], st.sampled_from(["", "- turn: 1"])),
    _replace(
        QUESTIONS,
        [
            ("bearing: for", "bearing: neither"),
            ("strength: medium", "strength: strong"),
            ("question: ", "question: So, "),
            ("2027-05-01", "2026-05-01"),
            ("topic: latent", "topic: acrostics"),
            ("@doe2020first", "@roe2021pair"),
        ],
    ),
    _replace([REGISTER], [("fate: open", "fate: refuted"), ("2025-01", "2023"), ("id:", "od:")]),
    _replace(
        ["mkdocs.yml"],
        [("site_name: ", "site_name: My "), ("    - navigation.prune", "    - navigation.path")],
    ),
    _write(
        [PARTIAL],
        st.sampled_from(["<p>{{ config.site_name }}</p>", "<p>{{ page.title }}</p>", "{% if"]),
    ),
    _write(COPIED, st.sampled_from("abc")),
    _write(["refs/more.bib"], st.sampled_from(["% a", "@misc{poe2022more, title = {More}}"])),
    _delete(["refs/more.bib"]),
)  # fmt: skip


def apply(root, pristine, edit):
    """Do one edit below `root`; what is not there to be edited stays as it is."""
    kind, path, *how = edit
    target = root / path
    if kind == "write":
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(how[0])
    elif kind == "restore":
        target.write_bytes((pristine / path).read_bytes())
    elif not target.is_file():
        return
    elif kind == "delete":
        target.unlink()
    elif kind == "cut":
        target.write_text(target.read_text()[: how[0]])
    elif kind == "rename":
        (root / how[0]).parent.mkdir(parents=True, exist_ok=True)
        target.rename(root / how[0])
    elif kind == "replace":
        target.write_text(target.read_text().replace(*how[0]))
