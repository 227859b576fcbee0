"""What is published of the questions beside their pages: all of them as data, with its schema, and a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.questions.export import format_questions, format_schema
from kb.questions.feed import changes, format_feed
from kb.standings import source_link, standings

if TYPE_CHECKING:
    from kb.site import Site

QUESTION_PATHS = ("questions.json", "questions.schema.json", "questions/feed.xml")
FEED_TITLE = "Latent Notes: evidence on open questions"


def question_downloads(site: Site) -> dict[str, str]:
    """Return the texts of the files at QUESTION_PATHS below the site, by path."""
    found = changes(site.questions.values(), lambda source: source_link(site, source).text)
    texts = (
        format_questions(standings(site), site.updated),
        format_schema(),
        format_feed(found, site.updated, title=FEED_TITLE),
    )
    return dict(zip(QUESTION_PATHS, texts, strict=True))
