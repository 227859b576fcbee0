"""How much an item bears on our topics and questions, with reasons one can read. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.watch.feed import questions_of, weigh
from kb.watch.terms import Where, find_term, fold_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kb.model import Reference
    from kb.watch.config import WatchConfig
    from kb.watch.feed import Feed
    from kb.watch.item import Item
    from kb.watch.terms import Hit, Term

QUESTION_POINTS = 3  # the search of a question found it
CITED_POINTS = 2  # it names a paper of the store
AUTHOR_POINTS = 1  # somebody wrote at least two works of the store
_KNOWN_WORKS = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item gets points: `title has 'introspection'`."""

    points: int
    text: str
    topic: str = ""  # for every topic if empty


@dataclass(frozen=True, slots=True)
class Ranked:
    """An item with its points and what they are for, the weightiest first.

    `topics` are those whose terms it has, the strongest first. It is `offered` if it has the points
    that one of its feeds wants.
    """

    item: Item
    points: int
    reasons: tuple[Reason, ...]
    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    offered: bool = False

    @property
    def why(self) -> str:
        """The reasons in one line."""
        return "; ".join(reason.text for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store tells of a stranger: how many works here each author wrote, and papers by id."""

    works: Mapping[str, int]  # by folded name
    keys: Mapping[str, str]  # citation key by arXiv id without version


def know(references: Iterable[Reference]) -> Known:
    """Return what `references` tell."""
    works: Counter[str] = Counter()
    keys: dict[str, str] = {}
    for reference in references:
        works.update({fold_name(f"{n.given} {n.label}") for n in reference.authors if n.given})
        if reference.eprint:
            keys[reference.eprint.base] = str(reference.key)
    return Known(works, keys)


def rank_items(
    items: Iterable[Item], feeds: Sequence[Feed], config: WatchConfig, known: Known
) -> tuple[Ranked, ...]:
    """Return the items with the most points first; equals in the order of their ids, newest first."""
    ranker = _Ranker(feeds, config, known)
    ranked = sorted((ranker.rank(item) for item in items), key=lambda r: r.item.id, reverse=True)
    return tuple(sorted(ranked, key=lambda r: -r.points))


class _Ranker:
    def __init__(self, feeds: Sequence[Feed], config: WatchConfig, known: Known) -> None:
        self._feeds = feeds
        self._by_name = {feed.name: feed for feed in feeds}
        self._topics = [(str(one.topic), weigh(one.terms)) for one in config.topics]
        self._beside = weigh(config.beside)
        self._known = known

    def rank(self, item: Item) -> Ranked:
        sources = [self._by_name[name] for name in item.feeds if name in self._by_name]
        questions = questions_of(self._feeds, item.feeds)
        found = [
            *(r for topic, terms in self._topics for r in _hits(terms, item, topic)),
            *(r for feed in sources for r in _hits(feed.terms, item, "")),
        ]
        common = [
            *_hits(self._beside, item, ""),
            *(Reason(QUESTION_POINTS, f"found by the search of {q}") for q in questions),
            *self._cited(item),
            *self._authors(item),
        ]
        sums: Counter[str] = Counter()
        for reason in found:
            sums[reason.topic] += reason.points
        topics = [topic for topic, points in sums.most_common() if topic and points > 0]
        topics += [feed.topic for feed in sources if feed.topic and feed.topic not in topics]
        best = topics[0] if topics else ""
        reasons = [*(r for r in found if r.topic in ("", best)), *common]
        points = sum(reason.points for reason in reasons)
        return Ranked(
            item,
            points,
            tuple(sorted(reasons, key=lambda r: -r.points)),
            tuple(topics),
            questions,
            offered=any(feed.needs == 0 or points >= feed.needs for feed in sources),
        )

    def _cited(self, item: Item) -> list[Reason]:
        keys = {
            self._known.keys[id_.base]: id_ for id_ in item.cites if id_.base in self._known.keys
        }
        return [
            Reason(CITED_POINTS, f"cites {id_} ({key})") for key, id_ in sorted(keys.items())[:3]
        ]

    def _authors(self, item: Item) -> list[Reason]:
        works = {name: self._known.works.get(fold_name(name), 0) for name in item.authors}
        name = max(works, key=works.__getitem__, default="")
        if not name or works[name] < _KNOWN_WORKS:
            return []
        return [Reason(AUTHOR_POINTS, f"{name}: author of {works[name]} works here")]


def _hits(terms: Iterable[tuple[Term, int]], item: Item, topic: str) -> list[Reason]:
    """Return a reason for each term found. In an abstract a term counts half, rounded down."""
    reasons = []
    for term, points in terms:
        hit = find_term(term, item)
        if hit is None:
            continue
        worth = int(points / 2) if hit.where is Where.ABSTRACT else points
        if worth:
            reasons.append(Reason(worth, _wording(hit), topic))
    return reasons


def _wording(hit: Hit) -> str:
    if hit.where is Where.AUTHOR:
        return f"by {hit.words}"
    if hit.where is Where.CITED:
        return f"cites {hit.words}"
    return f"{hit.where.value} has '{hit.words}'"
