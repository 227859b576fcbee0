"""What is published of the questions beside their pages: all of them as data, with its schema, and a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.questions.export import format_questions, format_schema
from kb.questions.feed import changes, format_feed
from kb.standings import source_link, standings

if TYPE_CHECKING:
    from kb.site import Site

FEED_TITLE = "Latent Notes: evidence on open questions"


def question_downloads(site: Site) -> dict[str, str]:
    """Return the texts of these files, by path below the site."""
    found = changes(site.questions.values(), lambda source: source_link(site, source).text)
    return {
        "questions.json": format_questions(standings(site), site.updated),
        "questions.schema.json": format_schema(),
        "questions/feed.xml": format_feed(found, site.updated, title=FEED_TITLE),
    }
