"""Writes an Atom feed (RFC 4287). Its dates come from who calls, none from a clock."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

_NAMESPACE = "http://www.w3.org/2005/Atom"
# An id must stay the same for ever, wherever the site is (section 4.2.6); all are made from this number.
_IDS = uuid.UUID("6f0d3a0e-52c7-4a35-9f0c-3d3f1f5b7c11")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `name` is what its id is made from; `href` is relative to the feed's own address.

    The same thing may stand in two feeds, under one name.
    """

    name: str
    day: datetime.date
    title: str
    summary: str
    href: str
    category: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What stands before the entries. `href` is the feed's own file, `home` what it is about."""

    name: str
    title: str
    author: str
    updated: datetime.date
    href: str
    home: str


def format_feed(feed: Feed, entries: Sequence[Entry]) -> str:
    """Return the feed as text; the newest of its days is the day it was updated."""
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "en"})
    _add(root, "id", _urn(feed.name))
    _add(root, "title", feed.title)
    _add(root, "updated", _instant(max((one.day for one in entries), default=feed.updated)))
    _link(root, "self", "application/atom+xml", feed.href)
    _link(root, "alternate", "text/html", feed.home)
    _add(ET.SubElement(root, "author"), "name", feed.author)
    for entry in entries:
        element = ET.SubElement(root, "entry")
        _add(element, "id", _urn(entry.name))
        _add(element, "title", entry.title)
        _add(element, "updated", _instant(entry.day))
        _link(element, "alternate", "text/html", entry.href)
        ET.SubElement(element, "category", {"term": entry.category})
        _add(element, "summary", entry.summary)
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text


def _link(parent: ET.Element, rel: str, kind: str, href: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "type": kind, "href": href})


def _urn(name: str) -> str:
    return uuid.uuid5(_IDS, name).urn


def _instant(day: datetime.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
