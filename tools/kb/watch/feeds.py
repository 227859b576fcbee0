"""Bytes of a feed to items. The only importer of feedparser, which is given bytes and never an address.

The package opens addresses and local files, falls back to a loose parser for broken XML and raises
what it likes; so its input is made safe before (`kb.watch.text`) and its output is believed only
where it is sound.
"""

from __future__ import annotations

import datetime
import io
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import feedparser

from kb.arxiv.records import clean_text
from kb.arxiv.trouble import BodyTroubleError
from kb.bib.tex import plain_text
from kb.ids import find_arxiv_ids, parse_arxiv_id
from kb.watch.feed import Source
from kb.watch.item import Item, Kind, parse_item_id
from kb.watch.text import check_xml, feed_text, plain_words

if TYPE_CHECKING:
    from kb.ids import ArxivId

MOST_ENTRIES = 5000  # arXiv's own feeds hold 2,000 at most
_LONGEST_TITLE = 1000
_LONGEST_SUMMARY = 20_000
_MOST_AUTHORS = 5000
_NESTED = 3  # brackets within brackets
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
# The description begins `arXiv:2508.13426v1 Announce Type: cross \nAbstract: …` (arXiv-feed).
_PREFIX = re.compile(r"\s*arXiv:(\S+)\s+Announce Type:\s*([\w-]+)\s+(?:Abstract:\s*)?")
_AFFILIATION = re.compile(r"\([^()]*\)")
_ONE_DAY = datetime.timedelta(days=1)
_Entry: TypeAlias = Any  # feedparser has no type hints


@dataclass(frozen=True, slots=True)
class Read:
    """What a feed holds: its items in its order, and what was wrong with the rest of it."""

    items: tuple[Item, ...]
    remarks: tuple[str, ...] = ()


def parse_feed(
    body: bytes, content_type: str, source: Source, name: str, today: datetime.date
) -> Read:
    """Return the items of an RSS or Atom feed; `name` is the feed's own.

    A feed without items is one: arXiv's is on weekends and holidays. Raises BodyTroubleError for what
    is no feed, broken, cut off, or not to be trusted.
    """
    text, remark = feed_text(body, content_type)
    parsed = _parse(text)
    entries = parsed.entries[:MOST_ENTRIES]
    reader = _reader(source)
    items, faults = [], []
    for number, entry in enumerate(entries, start=1):
        try:
            item = reader(entry, name, today)
        except ValueError as error:
            faults.append(f"entry {number}: {error}")
        else:
            items.append(item)
    remarks = [remark] * bool(remark)
    if len(parsed.entries) > MOST_ENTRIES:
        remarks.append(
            f"only the first {MOST_ENTRIES:,} of {len(parsed.entries):,} entries were read"
        )
    if faults:
        remarks.append(f"{len(faults)} of {len(entries)} entries cannot be used: {faults[0]}")
    return Read(tuple(items), tuple(remarks))


def _parse(text: str) -> Any:
    data = text.encode("utf-8", "replace")
    check_xml(data)
    try:
        parsed = feedparser.parse(
            io.BytesIO(data),
            # What was decoded is encoded anew: no header and no declaration has a say any more.
            response_headers={"content-type": "application/xml; charset=utf-8"},
            # Its cleaning drops parts of formulas; here text is never taken for HTML.
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # noqa: BLE001 - a bad reference makes it raise re.error, and more
        raise BodyTroubleError(f"the feed cannot be read: {type(error).__name__}") from None
    if parsed.bozo:  # it has gone over to guessing
        raise BodyTroubleError("the feed is broken")
    if not parsed.get("version"):
        raise BodyTroubleError("this is no RSS or Atom feed")
    return parsed


def _reader(source: Source) -> Any:
    return {
        Source.ANNOUNCEMENTS: _announced,
        Source.SEARCH: _found,
        Source.BLOG: _posted,
    }[source]


def _announced(entry: _Entry, name: str, today: datetime.date) -> Item:
    """Return an item of arXiv's announcements (info.arxiv.org/help/rss_specifications)."""
    abstract = str(entry.get("summary", ""))
    prefix = _PREFIX.match(abstract)
    said = str(entry.get("arxiv_announce_type") or (prefix[2] if prefix else ""))
    try:
        kind = Kind(said)
    except ValueError:
        raise ValueError(f"announced as {said[:40]!r}, which is no kind arXiv has") from None
    id_ = _paper(str(entry.get("id", "")), prefix[1] if prefix else "", str(entry.get("link", "")))
    summary = abstract[prefix.end() :] if prefix else abstract
    creators = [str(one.get("name", "")) for one in entry.get("authors", ())]
    authors = [name for one in creators for name in _creators(one)]
    return _item(entry, id_, kind, authors, summary, _day(entry, "published", today), name)


def _found(entry: _Entry, name: str, today: datetime.date) -> Item:
    """Return a paper that the API found; its day is that of its first version."""
    id_ = _paper(str(entry.get("id", "")))
    authors = [clean_text(str(one.get("name", ""))) for one in entry.get("authors", ())]
    day = _day(entry, "published", today)
    return _item(entry, id_, Kind.POST, authors, str(entry.get("summary", "")), day, name)


def _posted(entry: _Entry, name: str, today: datetime.date) -> Item:
    """Return a post of a blog: known by the address it leads to, or by its id if that is one."""
    summary = " ".join(
        [
            str(entry.get("summary", "")),
            *(str(one.get("value", "")) for one in entry.get("content", ())),
        ]
    )[:_LONGEST_SUMMARY]
    links = " ".join(str(one.get("href", "")) for one in entry.get("links", ()))
    address = str(entry.get("link") or entry.get("id", ""))
    title = entry.get("title_detail") or {}
    value = str(title.get("value", ""))[:_LONGEST_TITLE]
    shown = plain_words(value) if title.get("type") in _HTML_TYPES else clean_text(value)
    authors = [plain_words(str(one.get("name", ""))) for one in entry.get("authors", ())]
    id_ = parse_item_id(address)
    if not shown:
        raise ValueError("it has no title")
    return Item(
        id_,
        Kind.POST,
        shown,
        tuple(filter(None, authors))[:_MOST_AUTHORS],
        plain_words(summary),
        date=_day(entry, "published", today) or _day(entry, "updated", today),
        cites=tuple(p for p in _mentions(f"{summary} {links}") if p.base != id_.text),
        feeds=(name,),
    )


def _item(
    entry: _Entry,
    paper: ArxivId,
    kind: Kind,
    authors: list[str],
    summary: str,
    day: datetime.date | None,
    name: str,
) -> Item:
    # TeX as sent: in a title of arXiv `<` and `&` are what they look like.
    title = clean_text(str(entry.get("title", ""))[:_LONGEST_TITLE])
    if not title:
        raise ValueError(f"{paper} has no title")
    categories = [clean_text(str(tag.get("term") or "")) for tag in entry.get("tags", ())]
    abstract = summary[:_LONGEST_SUMMARY]
    return Item(
        parse_item_id(paper.base),
        kind,
        title,
        tuple(filter(None, authors))[:_MOST_AUTHORS],
        clean_text(abstract),
        tuple(dict.fromkeys(filter(None, categories))),
        day,
        paper.version,
        tuple(one for one in _mentions(abstract) if one.base != paper.base),
        (name,),
    )


def _paper(*texts: str) -> ArxivId:
    """Return the first text that names a paper; the guid has the version, the link has not."""
    for text in texts:
        try:
            return parse_arxiv_id(text)
        except ValueError:
            continue
    raise ValueError(f"it names no paper: {texts[0][:80]!r}")


def _creators(text: str) -> list[str]:
    """Return the names of `dc:creator`: one string, with commas in the brackets of affiliations too."""
    text = text[:_LONGEST_SUMMARY]
    for _ in range(_NESTED):
        text = _AFFILIATION.sub(" ", text)
    # Accents come as TeX: Andr\'e.
    return [plain_text(clean_text(name)) for name in text.split(",")]


def _mentions(text: str) -> tuple[ArxivId, ...]:
    return tuple(dict.fromkeys(one.unversioned for one in find_arxiv_ids(text)))


def _day(entry: _Entry, name: str, today: datetime.date) -> datetime.date | None:
    """Return a date in UTC; without zone it counts as UTC. None for one that cannot be true."""
    # Not `entry.get`, which takes one date for the other.
    parsed = dict.get(entry, f"{name}_parsed")
    try:
        if parsed:
            day = datetime.date(*parsed[:3])
        else:  # the package wants a zone behind a time
            day = parsedate_to_datetime(str(dict.get(entry, name, ""))).date()
    except ValueError:
        return None
    return day if datetime.date(1990, 1, 1) < day <= today + _ONE_DAY else None
