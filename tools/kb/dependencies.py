"""What a page reads of the site while it is made: recorded, so that it is made again only if that changed.

Pure. Nothing here knows what a citation or a block shows: whatever asks the site is recorded.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
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
        self._held: list[Any] = []  # by number

    def numbers(self, site: Site, reads: Iterable[Read]) -> array[int]:
        """Return the numbers of what was read of `site`, which is as `changed` saw it last."""
        return array("I", [self._number(site, read) for read in reads])

    def __len__(self) -> int:
        return len(self._numbers)

    def since(self, number: int) -> list[Read]:
        """Return the parts with this number and all greater ones."""
        return list(self._numbers)[number:]

    def changed(self, site: Site) -> set[int]:
        """Return the numbers of the parts that `site` says otherwise; from now on it is what holds."""
        changed = set()
        for read, number in self._numbers.items():
            before, now = self._held[number], _held(site, read)
            if before is not now:
                self._held[number] = now
                if _value(read, before) != _value(read, now):
                    changed.add(number)
        return changed

    def digests(self) -> dict[Read, bytes]:
        """Return a digest of what stands in each part, the same in every process, in the order of numbers."""
        return {read: _digest(_value(read, held)) for read, held in self._pairs()}

    def recall(self, site: Site, digests: Mapping[Read, bytes]) -> set[int]:
        """Take over the parts that another process knew; tell which of them `site` says otherwise."""
        self._numbers = {read: number for number, read in enumerate(digests)}
        self._held = [_held(site, read) for read in digests]
        pairs = zip(self._pairs(), digests.values(), strict=True)
        differ = (_digest(_value(read, held)) != digest for (read, held), digest in pairs)
        return {number for number, differs in enumerate(differ) if differs}

    def _pairs(self) -> Iterator[tuple[Read, Any]]:
        return zip(self._numbers, self._held, strict=True)

    def _number(self, site: Site, read: Read) -> int:
        if read not in self._numbers:
            self._numbers[read] = len(self._held)
            self._held.append(_held(site, read))
        return self._numbers[read]


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(repr(value).encode(), digest_size=16).digest()


def _held(site: Site, read: Read) -> Any:
    """Return the object that stands there."""
    held = getattr(site, read.field)
    if read.key is None:
        return held
    if read.field == "cited_by":
        return held.get(read.key, ())
    found = held.get(read.key, _ABSENT)
    if read.part and isinstance(found, Page):
        whole, _, part = read.part.partition(".")
        found = getattr(found, whole)
        return getattr(found, part) if part else found
    return found


def _value(read: Read, held: Any) -> Any:
    """Return what an object there says, in a form that is equal, and whose `repr` is, only if that is the same.

    Where a line stands is no part of it, as it is none of what is read.
    """
    if held is _ABSENT:
        return held
    if read.field == "pages" and read.key is not None:
        if not read.part:
            return True
        return _PART_VALUES.get(read.part, _stable)(held)
    if read.field == "cited_by" and read.key is not None:
        return len(held) if read.part == "count" else tuple(map(_passage_value, held))
    return _stable(tuple(held) if read.key is None and isinstance(held, Mapping) else held)


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
            return tuple(replace(c, line=0, heading=_unplaced(c.heading)) for c in value)
        return value


def _observed_scan(path: str, scan: PageScan, reads: set[Read]) -> PageScan:
    observed = object.__new__(_ObservedScan)
    for name in _SCAN_PARTS:
        object.__setattr__(observed, name, getattr(scan, name))
    object.__setattr__(observed, "path", path)
    object.__setattr__(observed, "reads", reads)
    return observed
