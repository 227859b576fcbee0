"""Plan new entries: what arXiv's answers become in a store that does not have them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from kb.arxiv.convert import stored_fields
from kb.arxiv.lock import Locked, Source
from kb.arxiv.newkeys import make_key
from kb.bib.tex import plain_text
from kb.ids import Doi, find_arxiv_ids

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from kb.arxiv.records import Answers, ArxivRecord
    from kb.ids import ArxivId, CiteKey
    from kb.model import Reference

# Fields that say where a paper is to be found.
_NAMING = ("journal", "journaltitle", "howpublished")


@dataclass(frozen=True, slots=True)
class Addition:
    """A new entry: its key and its fields, TeX without delimiters, in the order of writing."""

    key: CiteKey
    fields: Mapping[str, str]
    record: ArxivRecord

    @property
    def title(self) -> str:
        """The title in readable text."""
        return plain_text(self.fields["title"])

    def locked(self, today: datetime.date, source: Source) -> Locked:
        """Return what the lock file keeps of it."""
        fields = MappingProxyType(dict(sorted(self.fields.items())))
        return Locked(self.record.id, fields, today, source, self.record.withdrawn)


def plan_additions(
    answers: Answers,
    taken: Iterable[CiteKey],
    *,
    abstract: bool = False,
    key: CiteKey | None = None,
) -> tuple[Addition, ...]:
    """Return an entry for each paper found, under a key that is not `taken`; `key` wins for a single one."""
    folded = {one.folded for one in taken}
    additions = []
    for found in answers.found:
        fields = stored_fields(found.record, abstract=abstract)
        chosen = key or make_key(
            fields.get("author", ""), found.record.published.year, fields["title"], folded
        )
        folded.add(chosen.folded)
        additions.append(Addition(chosen, MappingProxyType(fields), found.record))
    return tuple(additions)


def arxiv_ids(reference: Reference) -> tuple[ArxivId, ...]:
    """Return the papers that an entry is, by its eprint; without one, by DOI, address or journal.

    Scholar writes `journal={arXiv preprint arXiv:2412.06769}` and DBLP `volume={abs/2412.06769}`.
    Other fields may name other papers.
    """
    if reference.eprint:
        return (reference.eprint,)
    by_doi = Doi(reference.doi).arxiv if reference.doi else None
    if by_doi:
        return (by_doi,)
    texts = [reference.url, *(plain_text(reference.field(name)) for name in _NAMING)]
    if reference.field("volume").startswith("abs/"):
        texts.append(f"arXiv:{reference.field('volume').removeprefix('abs/')}")
    return tuple(dict.fromkeys(id_.unversioned for text in texts for id_ in find_arxiv_ids(text)))
