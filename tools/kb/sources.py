"""All bytes that a knowledge base is made from, as they stand on disk. Reads; understands none of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from kb.addresses import is_published
from kb.arxiv.lock import LOCK_PATH
from kb.registers.files import is_register
from kb.watch.config import WATCH_PATH
from kb.watch.inbox import INBOX_PATH

if TYPE_CHECKING:
    from collections.abc import Mapping
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
    found = (p for p in sorted((root / "docs").rglob("*")) if p.is_file())
    docs = [p for p in found if is_published(p.relative_to(root / "docs").as_posix())]
    bibs = sorted((root / "refs").glob("*.bib"))
    return Sources(
        pages=_read(root, [p for p in docs if p.suffix == ".md"]),
        bibs=_read(root, bibs),
        files=frozenset(p.relative_to(root).as_posix() for p in docs if p.suffix != ".md"),
        data=_read(root, sorted((root / "docs" / "_data").glob("*.yml"))),
        transcripts=_read(root, sorted((root / "docs" / "transcripts").glob("*.yml"))),
        registers=_read(root, [p for p in docs if is_register(p.relative_to(root).as_posix())]),
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


def _read(root: Path, paths: list[Path]) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
