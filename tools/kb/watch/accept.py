"""What an accepted post of the web becomes in the store. Pure; papers go the way of `kb add`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kb.arxiv.names import bib_names
from kb.arxiv.newkeys import make_key
from kb.arxiv.text import to_tex
from kb.bib.additions import NewEntry

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection

    from kb.ids import CiteKey
    from kb.watch.inbox import Candidate


def online_entry(
    candidate: Candidate, taken: Collection[CiteKey], today: datetime.date
) -> NewEntry:
    """Return the entry of a post, under a key that is not in `taken`.

    Its facts are those of the feed: who writes the note compares them with the page.
    """
    author = bib_names(name for name in candidate.authors if not name.startswith("and "))
    title = to_tex(candidate.title)
    site = (urlsplit(candidate.id.url).hostname or "").removeprefix("www.")
    year = candidate.date.year if candidate.date else None
    fields = {
        "author": author,
        "title": title,
        "organization": to_tex(site),
        "date": candidate.date.isoformat() if candidate.date else "",
        "url": candidate.id.url,
        "urldate": today.isoformat(),
        "entrysubtype": "blog post",
    }
    kept = tuple((name, value) for name, value in fields.items() if value)
    return NewEntry(
        "online",
        make_key(author or f"{{{_name(site)}}}", year, title, {one.folded for one in taken}),
        kept,
    )


def _name(site: str) -> str:
    """Return the telling part of a host: `example` of `blog.example.org`."""
    labels = site.split(".")
    return labels[-2] if len(labels) > 1 else site
