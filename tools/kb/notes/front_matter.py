"""The front matter of each kind of page: one closed dataclass each, and how it is cut from the text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from kb.notes.schema import MALFORMED, PaperVersion, Slug, describe, key, read_yaml

if TYPE_CHECKING:
    from kb.problems import Problem

_T = TypeVar("_T")
# Lines as editors count them; str.splitlines() knows more ends.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMeta:
    """A note: a page in a section of the site, other than its index."""

    title: str = key("what the page is called; its first heading says the same")
    description: str = key("one sentence for lists, cards and search engines")
    tags: tuple[Slug, ...] = key("what it is about, beside its section", ())
    read: Mapping[str, PaperVersion] | None = key(
        "the versions of papers it was written from, if known", None
    )
    updated: datetime.date = key("the day its content last changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMeta:
    """The index page of a section."""

    title: str = key("what the section is called")
    short: str = key("what tabs and tables call it, in a word or two", "")
    description: str = key("one sentence for lists, cards and search engines")
    order: tuple[Slug, ...] = key("its notes in reading order; others follow by name", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMeta:
    """Any other page: home, guide, about."""

    title: str = key("what the page is called")
    short: str = key("what tabs call it, in a word or two", "")
    description: str = key("one sentence for lists, cards and search engines")
    hide: tuple[Slug, ...] = key("parts of the frame to leave out: navigation, toc", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationMeta:
    """What we think of a reference; the file is called `<key>.md`."""

    read: PaperVersion | None = key("the version it was written from, if known", None)
    verdict: str = key("our judgment in one plain sentence; the hover card shows it")
    updated: datetime.date = key("the day it was last judged")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A page cut in two: the YAML between the fences, and the Markdown from line `body_line` on."""

    yaml: str
    body: str
    body_line: int


def cut_front_matter(text: str) -> FrontMatter | None:
    """Return the two parts of a page, or None if it does not begin with `---` and close it again."""
    lines = _LINE.finditer(text)
    first = next(lines, None)
    if first is None or first[0].rstrip() != "---":
        return None
    for number, line in enumerate(lines, start=2):
        if line[0].rstrip() in ("---", "..."):
            return FrontMatter(text[first.end() : line.start()], text[line.end() :], number + 1)
    return None


def read_front_matter(
    schema: type[_T], text: str, path: str
) -> tuple[_T | None, FrontMatter, tuple[Problem, ...]]:
    """Return the meta data of a page of kind `schema`, its two parts, and every problem found."""
    parts = cut_front_matter(text)
    if parts is None:
        problem = MALFORMED.at(
            path,
            1,
            f"page must begin with front matter between two lines of '---': {text[:20]!r}",
            f"write there: {', '.join(info.name for info in describe(schema))}",
        )
        return None, FrontMatter("", text, 1), (problem,)
    meta, problems = read_yaml(schema, parts.yaml, path, first_line=2)
    return meta, parts, problems
