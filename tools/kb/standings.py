"""Where the questions of a site stand: joins `kb.questions` with references, transcripts and citations. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.citable import Kind, cited_by_key, question_key
from kb.ids import CiteKey
from kb.notes.question import Computed, Here
from kb.query import folded
from kb.questions.standing import Standing
from kb.questions.state import part_state, state_of
from kb.views import Address, link_of

if TYPE_CHECKING:
    import datetime

    from kb.notes.question import Asker, Source
    from kb.site import Site

HERE = "this site"


def standing_of(site: Site, slug: str, today: datetime.date | None = None) -> Standing:
    """Return the question `slug` with where it stands on the day `today`, without one as of the site.

    Raises KeyError if there is no such question.
    """
    question = site.questions[slug]
    day = today or site.updated

    def authors(source: Source) -> frozenset[str]:
        return authors_of(site, source)

    return Standing(
        question=question,
        state=state_of(question, day, authors),
        parts={
            part.id: part_state(part.evidence, question.meta, day, authors)
            for part in question.meta.parts
        },
        raised=tuple(
            passage
            for passage in site.cited_by.get(question_key(slug), ())
            if passage.page.path != question.page.path
        ),
    )


def standings(site: Site, today: datetime.date | None = None) -> tuple[Standing, ...]:
    """Return every question with where it stands, in the order of the slugs."""
    return tuple(standing_of(site, slug, today) for slug in site.questions)


def authors_of(site: Site, source: Source) -> frozenset[str]:
    """Return who is behind a source: names in lower case without accents, or the source's own name.

    A transcript is its source's work, or this site's if it was recorded here. All figures are this site's.
    """
    if isinstance(source, Computed):
        return frozenset({HERE})
    cited = cited_by_key(source)
    if cited.kind is Kind.TRANSCRIPT:
        record = site.transcripts.get(cited.slug)
        origin = record.transcript.provenance.source if record else None
        return authors_of(site, origin) if isinstance(origin, CiteKey) else frozenset({HERE})
    reference = site.references.get(source)
    names = (
        {folded(f"{n.given[:1]} {n.label}").strip() for n in reference.authors}
        if reference
        else set()
    )
    return frozenset(names or {str(source)})


def source_link(site: Site, source: Source | Asker) -> Address:
    """Return how running text names a source, and the page to which a link leads, `""` if there is none."""
    if isinstance(source, Here):
        return Address(HERE, "")
    if isinstance(source, Computed):
        return Address(f"{source.name}, computed here", f"/computed/{source.name}.md")
    return link_of(site, source)
