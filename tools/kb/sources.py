"""All bytes that a knowledge base is made from, as they stand on disk. Reads; understands none of it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from kb.addresses import is_published
from kb.arxiv.lock import LOCK_PATH
from kb.registers.files import is_register
from kb.watch.config import WATCH_PATH
from kb.watch.inbox import INBOX_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sources:
    """All bytes a site is made from, by path relative to the root."""

    pages: Mapping[str, bytes]  # docs/**/*.md
    bibs: Mapping[str, bytes]  # refs/*.bib
    files: frozenset[str] = frozenset()  # every other file below docs/: images, data
    lock: bytes | None = None  # refs/arxiv.lock.json
    data: Mapping[str, bytes] = field(default_factory=dict)  # docs/_data/*.yml
    transcripts: Mapping[str, bytes] = field(default_factory=dict)  # docs/transcripts/*.yml
    registers: Mapping[str, bytes] = field(default_factory=dict)  # docs/**/*.register.yml, systems
    inbox: bytes | None = None  # refs/inbox.yml
    watch: bytes | None = None  # refs/watch.yml


def load_sources(root: Path) -> Sources:
    """Read everything a site is made from. Raises FileNotFoundError if docs/ or refs/ is missing."""
    for folder in ("docs", "refs"):
        if not (root / folder).is_dir():
            raise FileNotFoundError(f"no folder {folder}/ in {root}: this is not a knowledge base")
    docs = [f"docs/{path}" for path in _files_below(root / "docs") if is_published(path)]
    pages = [path for path in docs if path.endswith(".md")]
    return Sources(
        pages=_read(root, pages),
        bibs=_read(root, _named(root, "refs/*.bib")),
        files=frozenset(docs).difference(pages),
        data=_read(root, _named(root, "docs/_data/*.yml")),
        transcripts=_read(root, _named(root, "docs/transcripts/*.yml")),
        registers=_read(root, filter(is_register, docs)),
        lock=_read_one(root, LOCK_PATH),
        inbox=_read_one(root, INBOX_PATH),
        watch=_read_one(root, WATCH_PATH),
    )


def digest_of(sources: Sources) -> str:
    """Return a digest that two sources share only if every path and every byte is the same."""
    digest = hashlib.blake2b(digest_size=32)
    for part in fields(sources):
        held = getattr(sources, part.name)
        if isinstance(held, bytes | None):
            held = {} if held is None else {part.name: held}
        pairs = held.items() if hasattr(held, "items") else ((path, b"") for path in held)
        for path, data in sorted(pairs):
            digest.update(f"{part.name} {path!r} {len(data)} ".encode())
            digest.update(data)
    return digest.hexdigest()


def _read_one(root: Path, path: str) -> bytes | None:
    file = root / path
    return file.read_bytes() if file.is_file() else None


def _files_below(folder: Path) -> list[str]:
    """Return the paths of all files below `folder`, relative to it, in the order of their parts.

    Not by `Path.rglob`, which takes longer than to read the files of a large base.
    """
    found: list[str] = []
    for parent, _, names in os.walk(folder):
        below = os.path.relpath(parent, folder)
        prefix = "" if below == "." else f"{below}/"
        found += (f"{prefix}{name}" for name in names if os.path.isfile(f"{parent}/{name}"))  # noqa: PTH113
    return sorted(found, key=lambda path: path.split("/"))


def _named(root: Path, pattern: str) -> list[str]:
    return [path.relative_to(root).as_posix() for path in sorted(root.glob(pattern))]


def _read(root: Path, paths: Iterable[str]) -> dict[str, bytes]:
    return {path: (root / path).read_bytes() for path in paths}
