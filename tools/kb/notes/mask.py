"""Blank out what Markdown does not read as prose in a stretch of running text.

A masked text has the length and the line breaks of its source, so what is found in it can be cut from
the source by offset. Knows no citation syntax and no blocks.
"""

from __future__ import annotations

import functools
import re

from markdown.inlinepatterns import AUTOLINK_RE, AUTOMAIL_RE, HTML_RE

_OPENING = re.compile(r"(?<!\\)(?:\\{2})*(?P<ticks>`+)")
_TICKS = re.compile("`+")
# The characters that the extensions of mkdocs.yml and ours let be escaped.
_ESCAPE = re.compile(r"\\[\\`*_{}\[\]()>#+\-.!|/@]")
_TAG = re.compile(f"{AUTOLINK_RE}|{AUTOMAIL_RE}|{HTML_RE}", re.DOTALL)
_BRACKET = re.compile(r"[\[\]]")
_TARGET = re.compile(r"\((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+\)")


@functools.lru_cache(maxsize=4096)
def mask(text: str) -> str:
    """Return `text` without code, escapes, tags, autolinks, targets of links and alternative texts."""
    text = mask_code(text)
    if "\\" in text:
        text = _ESCAPE.sub(_blank, text)
    if "<" in text:
        text = _TAG.sub(_blank, text)
    return _mask_links(text) if "](" in text else text


def mask_code(text: str) -> str:
    """Return `text` without code spans, paired as Python-Markdown pairs runs of backticks."""
    at = 0
    if "`" not in text:
        return text
    while opening := _OPENING.search(text, at):
        start = opening.start("ticks")
        size = len(opening["ticks"])
        runs = list(_TICKS.finditer(text, opening.end()))
        closing = next((run for run in runs if len(run[0]) == size), None)
        if closing is None:
            # The longest run there is closes a part of the opening one.
            longest = max(runs, key=lambda run: len(run[0]), default=None)
            if longest is None or len(longest[0]) > size:
                at = opening.end() + size  # as far as Python-Markdown skips
                continue
            closing, start = longest, start + size - len(longest[0])
        at = closing.end()
        text = text[:start] + _spaces(text[start:at]) + text[at:]
    return text


def _mask_links(text: str) -> str:
    """Blank the targets of links but keep their brackets, which tell that `[@x](y)` is a link.

    Of an image the alternative text goes too: a citation has no place in an attribute.
    """
    open_at: list[int] = []
    at = 0
    while bracket := _BRACKET.search(text, at):
        at = bracket.end()
        if bracket[0] == "[":
            open_at.append(bracket.start())
            continue
        start = open_at.pop() if open_at else None
        target = _TARGET.match(text, at) if start is not None else None
        if start is None or target is None:
            continue
        if text[start - 1 : start] == "!":
            text = text[: start + 1] + _spaces(text[start + 1 : at - 1]) + text[at - 1 :]
        text = text[: at + 1] + _spaces(text[at + 1 : target.end() - 1]) + text[target.end() - 1 :]
        at = target.end()
    return text


def _blank(match: re.Match[str]) -> str:
    return _spaces(match[0])


def _spaces(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
