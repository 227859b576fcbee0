"""The store: all .bib files read together, as references and problems. Knows no page."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.bib.crossref import inherit
from kb.bib.facts import read_reference
from kb.bib.kinds import check_kind
from kb.bib.macros import Macros
from kb.bib.records import read_records
from kb.bib.scan import scan_bib
from kb.bib.text import BibText, read_bib

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kb.bib.blocks import ScannedFile
    from kb.bib.records import Wanted
    from kb.ids import CiteKey
    from kb.model import Reference
    from kb.problems import Problem


@dataclass(frozen=True, slots=True)
class Store:
    """What the .bib files hold: references by key, problems by place, the files as scanned and read.

    A file with a byte that is no text is scanned and not among the `sources`: it cannot be written.
    """

    references: tuple[Reference, ...]
    problems: tuple[Problem, ...]
    files: tuple[ScannedFile, ...]
    sources: tuple[BibText, ...]

    def find(self, key: CiteKey) -> Reference | None:
        """Return the reference with `key`, or nothing."""
        at = bisect_left(self.references, key, key=lambda reference: reference.key)
        found = self.references[at : at + 1]
        return found[0] if found and found[0].key == key else None


def parse_store(files: Mapping[str, bytes], wanted: Wanted | None = None) -> Store:
    """Return the store that `files` make, by paths such as `refs/latent.bib`.

    The files are taken in the order of their paths. A byte that is no text is a problem, and so is
    an entry that cannot be read; the rest is read all the same. Only entries that are `wanted`, by
    what they are and their text, are read, and those they inherit from: the others of a large store
    are scanned, and that is all.
    """
    scanned: list[ScannedFile] = []
    sources: list[BibText] = []
    problems: list[Problem] = []
    for path, data in sorted(files.items()):
        source, wrong = read_bib(data, path)
        scanned.append(scan_bib(source.text, path))
        problems += [*([wrong] if wrong else []), *scanned[-1].problems]
        sources += [] if wrong else [source]
    macros = Macros(scanned)
    records, found = read_records(scanned, macros, wanted)
    records, lost = inherit(records)
    problems += [*found, *lost, *macros.problems]
    references = []
    for record in records:
        reference, found = read_reference(record)
        references.append(reference)
        problems += [*found, *check_kind(record)]
    return Store(
        references=tuple(sorted(references, key=lambda reference: reference.key)),
        problems=tuple(sorted(set(problems))),
        files=tuple(scanned),
        sources=tuple(sources),
    )


def load_store(root: Path) -> Store:
    """Return the store in `refs/*.bib` below `root`. Raises OSError if that is no directory."""
    folder = root / "refs"
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    return parse_store({f"refs/{path.name}": path.read_bytes() for path in folder.glob("*.bib")})
