"""What a page reads of the site while it is made: recorded, so that it is made again only if that changed.

Pure. Nothing here knows what a citation or a block shows: whatever asks the site is recorded.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from kb.notes.page import Page, Passage
from kb.notes.scan import PageScan
from kb.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kb.notes.scan import Cited, Heading


class Read(NamedTuple):
    """A part of the site that somebody asked for: a field, a key in it, a part of what stands there.

    Without key it is the field as a whole; of a mapping, its keys in their order.
    """

    field: str
    key: Any = None
    part: str = ""


_ABSENT = ...  # nothing that a site holds
_FIELDS = frozenset(field.name for field in fields(Site))
_PAGE_PARTS = frozenset(field.name for field in fields(Page))
_SCAN_PARTS = frozenset(field.name for field in fields(PageScan))


def observe(site: Site, reads: set[Read]) -> Site:
    """Return a site that says what `site` says and puts into `reads` whatever it is asked for.

    It has no line numbers of other pages' passages: no page may change because a line moved elsewhere.
    """
    observed = object.__new__(_ObservedSite)
    for name in _FIELDS:
        object.__setattr__(observed, name, _observed_field(site, name, reads))
    object.__setattr__(observed, "reads", reads)
    return observed


class Parts:
    """The parts of the site that somebody read, each with a number and with what stood there last.

    All that was made holds for one state of the site. So what stood there is kept once, and whoever
    read it keeps numbers alone: a thousand pages read a million parts, thirty thousand different ones.
    """

    def __init__(self) -> None:
        self._numbers: dict[Read, int] = {}
        self._by_field: defaultdict[str, defaultdict[Any, list[Read]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._site: Site  # what was read of
        self._digests: Mapping[Read, bytes] = {}  # of what stands in some of them

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, reads: Iterable[Read]) -> array[int]:
        """Return the numbers of what was read of the site that `changed` saw last."""
        return array("I", [self._number(read) for read in reads])

    def since(self, number: int) -> list[Read]:
        """Return the parts with this number and all greater ones."""
        return list(reversed([*islice(reversed(self._numbers), len(self) - number)]))

    def changed(self, site: Site) -> set[int]:
        """Return the numbers of the parts that `site` says otherwise; from now on it is what holds."""
        changed = set()
        self._digests = {}
        for name, by_key in self._by_field.items():
            before, now = getattr(self._site, name), getattr(site, name)
            if before is now:
                continue
            for key, reads in by_key.items():
                if key is not None and before.get(key, _ABSENT) is now.get(key, _ABSENT):
                    continue
                for read in reads:
                    if _value(read, self._site) != _value(read, site):
                        changed.add(self._numbers[read])
        self._site = site
        return changed

    def digests(self) -> dict[Read, bytes]:
        """Return a digest of what stands in each part, the same in every process, in the order of numbers."""
        known = self._digests
        return {r: known.get(r) or _digest(_value(r, self._site)) for r in self._numbers}

    def recall(self, site: Site, digests: Mapping[Read, bytes]) -> set[int]:
        """Take over the parts that another process knew; tell which of them `site` says otherwise."""
        self._site = site
        self.numbers(digests)
        self._digests = {read: _digest(_value(read, site)) for read in digests}
        pairs = zip(self._digests.values(), digests.values(), strict=True)
        return {number for number, (now, before) in enumerate(pairs) if now != before}

    def _number(self, read: Read) -> int:
        number = self._numbers.get(read)
        if number is None:
            number = self._numbers[read] = len(self._numbers)
            self._by_field[read.field][read.key].append(read)
        return number


class Kept:
    """What follows from a site, each thing worked out again only if something that it reads has changed."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._known: dict[Any, tuple[Any, array[int]]] = {}

    def forget(self, changed: set[int]) -> None:
        """Forget what reads any of the parts with these numbers."""
        self._known = {
            name: known for name, known in self._known.items() if changed.isdisjoint(known[1])
        }

    def of(self, site: Site, function: Callable[..., Any], *args: Any) -> Any:
        """Return `function(site, *args)`; `site` is as `changed` of the parts saw it last."""
        name = (function, *args)
        if name not in self._known:
            reads: set[Read] = set()
            value = function(observe(site, reads), *args)
            self._known[name] = value, self._parts.numbers(reads)
        return self._known[name][0]


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(repr(value).encode(), digest_size=16).digest()


def _value(read: Read, site: Site) -> Any:
    """Return what a site says in a part, in a form that is equal, and whose `repr` is, only if that is the same.

    Where a line stands is no part of it, as it is none of what is read.
    """
    held = getattr(site, read.field)
    if read.key is None:
        return _stable(tuple(held) if isinstance(held, Mapping) else held)
    if read.field == "cited_by":
        passages = held.get(read.key, ())
        return len(passages) if read.part == "count" else tuple(map(_passage_value, passages))
    found = held.get(read.key, _ABSENT)
    if not isinstance(found, Page):
        return _stable(found)
    whole, _, part = read.part.partition(".")
    if not whole:
        return True
    value = getattr(found, whole)
    return _PART_VALUES.get(read.part, _stable)(getattr(value, part) if part else value)


def _passage_value(passage: Passage) -> tuple[Any, ...]:
    heading = _heading_value(passage.heading)
    return passage.page.path, heading, passage.sentence, passage.anchor


def _heading_value(heading: Heading | None) -> tuple[Any, ...] | None:
    return (heading.level, heading.text, heading.anchor) if heading else None


def _headings_value(headings: Sequence[Heading]) -> list[Any]:
    return [_heading_value(heading) for heading in headings]


def _cited_value(citations: Sequence[Cited]) -> list[Any]:
    return [(c.group, _heading_value(c.heading), c.sentence) for c in citations]


_PART_VALUES: dict[str, Callable[[Any], Any]] = {
    "scan.headings": _headings_value,
    "scan.cited": _cited_value,
}


def _stable(value: Any) -> Any:
    """Return sets as sorted lists: their own order differs from process to process."""
    return sorted(value) if isinstance(value, frozenset | set) else value


def _observed_field(site: Site, name: str, reads: set[Read]) -> Any:
    held = getattr(site, name)
    if name == "pages":
        return _ObservedPages(name, held, reads)
    if name == "cited_by":
        return _ObservedCitedBy(name, held, reads)
    return _ObservedMapping(name, held, reads) if isinstance(held, Mapping) else held


class _ObservedSite(Site):
    """A site of observed mappings; any other field counts as read as a whole."""

    __slots__ = ("reads",)
    reads: set[Read]

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if name in _FIELDS and not isinstance(value, _ObservedMapping):
            object.__getattribute__(self, "reads").add(Read(name))
        return value


class _ObservedMapping(Mapping[Any, Any]):
    """A mapping that tells which of its keys were asked for, and whether all were listed."""

    def __init__(self, name: str, held: Mapping[Any, Any], reads: set[Read]) -> None:
        self.name, self.held, self.reads = name, held, reads

    def __getitem__(self, key: Any) -> Any:
        self.reads.add(Read(self.name, key))
        return self.shown(key, self.held[key])

    def __contains__(self, key: object) -> bool:
        self.reads.add(Read(self.name, key))
        return key in self.held

    def __iter__(self) -> Iterator[Any]:
        self.reads.add(Read(self.name))
        return iter(self.held)

    def __len__(self) -> int:
        self.reads.add(Read(self.name))
        return len(self.held)

    def shown(self, key: Any, value: Any) -> Any:
        """Return what a reader gets; here the value itself."""
        return value


class _ObservedPages(_ObservedMapping):
    """Pages of which each part is recorded apart: a title is read often, a text hardly ever."""

    def shown(self, key: Any, value: Any) -> Any:
        return _observed_page(value, self.reads)


class _ObservedCitedBy(_ObservedMapping):
    """Passages of which the number is recorded apart: a card shows it and nothing else of them."""

    def __getitem__(self, key: Any) -> Any:
        self.reads.add(Read(self.name, key, "count"))
        return _ObservedPassages(key, self.held[key], self.reads)

    def __contains__(self, key: object) -> bool:
        self.reads.add(Read(self.name, key, "count"))
        return key in self.held


class _ObservedPassages(Sequence[Passage]):
    """The passages that cite one thing."""

    def __init__(self, key: Any, held: tuple[Passage, ...], reads: set[Read]) -> None:
        self.key, self.held, self.reads = key, held, reads

    def __len__(self) -> int:
        return len(self.held)

    @overload
    def __getitem__(self, index: int) -> Passage: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Passage, ...]: ...
    def __getitem__(self, index: int | slice) -> Passage | tuple[Passage, ...]:
        self.reads.add(Read("cited_by", self.key, "passages"))
        if isinstance(index, slice):
            return tuple(self._shown(passage) for passage in self.held[index])
        return self._shown(self.held[index])

    def _shown(self, passage: Passage) -> Passage:
        page = _observed_page(passage.page, self.reads)
        return Passage(page, _unplaced(passage.heading), passage.sentence, passage.anchor, line=0)


def _unplaced(heading: Heading | None) -> Heading | None:
    return replace(heading, line=0) if heading else None


class _ObservedPage(Page):
    """A page that tells which of its parts were asked for."""

    __slots__ = ("reads",)
    reads: set[Read]

    def __getattribute__(self, name: str) -> Any:
        get = object.__getattribute__
        value = get(self, name)
        if name == "scan":
            return _observed_scan(get(self, "path"), value, get(self, "reads"))
        if name in _PAGE_PARTS and name != "path":  # its path is the key by which it was found
            get(self, "reads").add(Read("pages", get(self, "path"), name))
        return value


def _observed_page(page: Page, reads: set[Read]) -> Page:
    observed = object.__new__(_ObservedPage)
    for name in _PAGE_PARTS:
        object.__setattr__(observed, name, getattr(page, name))
    object.__setattr__(observed, "reads", reads)
    return observed


class _ObservedScan(PageScan):
    """What the text of a page holds, part by part: most of an edit changes no heading and no citation."""

    __slots__ = ("path", "reads")
    path: str
    reads: set[Read]

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if name not in _SCAN_PARTS:
            return value
        get = object.__getattribute__
        get(self, "reads").add(Read("pages", get(self, "path"), f"scan.{name}"))
        if name == "headings":
            return tuple(_unplaced(heading) for heading in value)
        if name == "cited":
            return tuple(c._replace(line=0, heading=_unplaced(c.heading)) for c in value)
        return value


def _observed_scan(path: str, scan: PageScan, reads: set[Read]) -> PageScan:
    observed = object.__new__(_ObservedScan)
    for name in _SCAN_PARTS:
        object.__setattr__(observed, name, getattr(scan, name))
    object.__setattr__(observed, "path", path)
    object.__setattr__(observed, "reads", reads)
    return observed
