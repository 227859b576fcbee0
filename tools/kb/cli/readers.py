"""Which pages say from which versions of papers they were written; read without the rest of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.arxiv.rules import check_read
from kb.ids import CiteKey
from kb.model import Place
from kb.notes.front_matter import AnnotationMeta, NoteMeta, read_front_matter
from kb.notes.page import SCHEMAS, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kb.arxiv.lock import Locked
    from kb.problems import Problem


def outdated_pages(root: Path, locked: Mapping[CiteKey, Locked]) -> Iterator[Problem]:
    """Yield which pages below `root` were written from an older version than `locked` has."""
    for place, key, version in _versions_read(root):
        if key in locked:
            yield from check_read(version, locked[key].id, place)


def _versions_read(root: Path) -> Iterator[tuple[Place, CiteKey, int]]:
    for path in sorted((root / "docs").rglob("*.md")):
        data = path.read_bytes()
        if b"\nread:" not in data:
            continue
        name = path.relative_to(root / "docs").as_posix()
        text = data.decode("utf-8", "replace")
        meta, parts, _ = read_front_matter(SCHEMAS[kind_of(name)], text, f"docs/{name}")
        lines = parts.yaml.splitlines()
        starts = (line for line, text in enumerate(lines, start=2) if text.startswith("read:"))
        place = Place(f"docs/{name}", next(starts, 1))
        if isinstance(meta, AnnotationMeta) and meta.read:
            yield place, CiteKey(path.stem), int(meta.read[1:])
        elif isinstance(meta, NoteMeta):
            for key, version in (meta.read or {}).items():
                yield place, CiteKey(key), int(version[1:])
