"""One file of `docs/` as a value: its kind, told by its path, its front matter and its scan."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from kb.notes.front_matter import (
    AnnotationMeta,
    NoteMeta,
    PageMeta,
    SectionMeta,
    read_front_matter,
)
from kb.notes.question import QuestionMeta
from kb.notes.scan import Heading, PageScan, scan_page

if TYPE_CHECKING:
    from kb.problems import Problem

# Folders of docs/ that are no sections: their pages are no notes.
RESERVED = frozenset({"about", "guide", "references", "transcripts", "questions", "registers"})

Meta = NoteMeta | SectionMeta | PageMeta | AnnotationMeta | QuestionMeta


class PageKind(enum.Enum):
    """What a page is; decided by its path alone."""

    HOME = "home"
    SECTION = "section"
    NOTE = "note"
    ANNOTATION = "annotation"
    QUESTION = "question"
    PLAIN = "page"


SCHEMAS: dict[PageKind, type[Meta]] = {
    PageKind.HOME: SectionMeta,
    PageKind.SECTION: SectionMeta,
    PageKind.NOTE: NoteMeta,
    PageKind.ANNOTATION: AnnotationMeta,
    PageKind.QUESTION: QuestionMeta,
    PageKind.PLAIN: PageMeta,
}


# Folders whose pages, but for their index, stand for one thing each and get a frame.
_RECORDS = {"references": PageKind.ANNOTATION, "questions": PageKind.QUESTION}


@dataclass(frozen=True, slots=True)
class Page:
    """A page as written. `meta` is None when its front matter is wrong; `scan` lines count from `body_line`."""

    path: str  # below docs/, with slashes
    kind: PageKind
    meta: Meta | None
    yaml_lines: tuple[str, ...]  # the front matter, from line 2 of the file
    body: str
    body_line: int
    scan: PageScan
    revision: str  # what git calls a file of these bytes, cut to twelve digits

    @property
    def section(self) -> str:
        """The first folder of the path, `""` for a page at the top."""
        folder, slash, _ = self.path.partition("/")
        return folder if slash else ""

    @property
    def slug(self) -> str:
        """The file's name without its ending."""
        return self.path.rpartition("/")[2].removesuffix(".md")

    @property
    def title(self) -> str:
        """The title in the front matter, else the first heading, else the path."""
        title = getattr(self.meta, "title", "")
        if title:
            return str(title)
        return self.scan.headings[0].text if self.scan.headings else self.path

    @property
    def short_title(self) -> str:
        """The title for tabs and tables, where room is scarce."""
        return getattr(self.meta, "short", "") or self.title

    def line_of_key(self, name: str) -> int:
        """Return the line of a key of the front matter, 1 if it is not there."""
        lines = enumerate(self.yaml_lines, start=2)
        return next((number for number, text in lines if text.startswith(f"{name}:")), 1)

    def line(self, body_line: int) -> int:
        """Return the line of the file for a line of the body."""
        return self.body_line + body_line - 1


class Passage(NamedTuple):
    """A place that cites something: the page, the heading above, the sentence in readable text."""

    page: Page
    heading: Heading | None
    sentence: str  # "" for a card
    anchor: str  # the citation's own id on the page
    line: int  # of the file


def kind_of(path: str) -> PageKind:
    """Return the kind of the page at `path` (below docs/)."""
    parts = PurePosixPath(path).parts
    if len(parts) == 1:
        return PageKind.HOME if parts[0] == "index.md" else PageKind.PLAIN
    if parts[0] in RESERVED:
        return _RECORDS.get(parts[0], PageKind.PLAIN) if parts[-1] != "index.md" else PageKind.PLAIN
    return PageKind.SECTION if parts[-1] == "index.md" else PageKind.NOTE


def parse_page(path: str, text: str) -> tuple[Page, tuple[Problem, ...]]:
    """Return the page at `path` (below docs/) with this text, and the problems of its front matter."""
    kind = kind_of(path)
    meta, parts, problems = read_front_matter(SCHEMAS[kind], text, f"docs/{path}")
    yaml_lines = tuple(parts.yaml.splitlines())
    scan = scan_page(parts.body)
    page = Page(
        path, kind, meta, yaml_lines, parts.body, parts.body_line, scan, _git_name(text.encode())
    )
    return page, problems


def _git_name(data: bytes) -> str:
    """Return the beginning of git's name for a file with this content ("Git Internals", Git Objects).

    It needs no repository, and `git log --find-object` finds by it when the text was so.
    """
    head = b"blob %d\0" % len(data)
    return hashlib.sha1(head + data, usedforsecurity=False).hexdigest()[:12]
