"""What a page reads of the site while it is made: recorded, so that it is made again only if that changed.

Pure. Nothing here knows what a citation or a block shows: whatever asks the site is recorded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from kb.notes.page import Page, Passage
from kb.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator


class Read(NamedTuple):
    """A part of the site that somebody asked for: a field, a key in it, a part of what stands there.

    Without key it is the field as a whole; of a mapping, its keys in their order.
    """

    field: str
    key: Any = None
    part: str = ""


Known = dict[Read, tuple[Any, str]]  # what stood there, and its digest

_ABSENT = "absent"
_FIELDS = frozenset(field.name for field in fields(Site))
_PAGE_PARTS = frozenset(field.name for field in fields(Page))


def observe(site: Site, reads: set[Read]) -> Site:
    """Return a site that says what `site` says and puts into `reads` whatever it is asked for.

    It has no line numbers of other pages' passages: no page may change because a line moved elsewhere.
    """
    observed = object.__new__(_ObservedSite)
    for name in _FIELDS:
        object.__setattr__(observed, name, _observed_field(site, name, reads))
    object.__setattr__(observed, "reads", reads)
    return observed


class Fingerprints:
    """The digests of the parts of one site, each worked out when first asked for.

    `before` is what was known of an earlier state: what has not changed since is not worked out again.
    """

    def __init__(self, site: Site, before: Known | None = None) -> None:
        self.site = site
        self.known: Known = {}
        self.before = before or {}

    def digest(self, read: Read) -> str:
        """Return a digest of what the site says there, the same in every process."""
        if read not in self.known:
            value = _value(self.site, read)
            was = self.before.get(read)
            if was and (was[0] is value or was[0] == value):
                self.known[read] = was
            else:
                text = repr(value)
                self.known[read] = value, hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        return self.known[read][1]

    def of(self, reads: set[Read]) -> dict[Read, str]:
        """Return the digest of each read."""
        return {read: self.digest(read) for read in reads}

    def hold(self, digests: Mapping[Read, str]) -> bool:
        """Return whether the site still says what it said when `digests` were taken."""
        return all(self.digest(read) == digest for read, digest in digests.items())


def _value(site: Site, read: Read) -> Any:
    """Return what stands there, in a form whose `repr` depends on nothing else."""
    held = getattr(site, read.field)
    if read.key is None:
        return _stable(tuple(held) if isinstance(held, Mapping) else held)
    if read.field == "cited_by":
        passages = held.get(read.key, ())
        return len(passages) if read.part == "count" else tuple(map(_passage_value, passages))
    value = held.get(read.key, _ABSENT)
    if isinstance(value, Page):
        # What a scan finds follows from the text alone.
        return getattr(value, {"scan": "body"}.get(read.part, read.part)) if read.part else True
    return _stable(value)


def _passage_value(passage: Passage) -> tuple[Any, ...]:
    heading = passage.heading
    above = (heading.level, heading.text, heading.anchor) if heading else None
    return passage.page.path, above, passage.sentence, passage.anchor


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
        heading = replace(passage.heading, line=0) if passage.heading else None
        page = _observed_page(passage.page, self.reads)
        return Passage(page, heading, passage.sentence, passage.anchor, line=0)


class _ObservedPage(Page):
    """A page that tells which of its parts were asked for."""

    __slots__ = ("reads",)
    reads: set[Read]

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if name in _PAGE_PARTS and name != "path":  # its path is the key by which it was found
            get = object.__getattribute__
            get(self, "reads").add(Read("pages", get(self, "path"), name))
        return value


def _observed_page(page: Page, reads: set[Read]) -> Page:
    observed = object.__new__(_ObservedPage)
    for name in _PAGE_PARTS:
        object.__setattr__(observed, name, getattr(page, name))
    object.__setattr__(observed, "reads", reads)
    return observed
