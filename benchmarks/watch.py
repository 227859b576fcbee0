"""How well the terms of refs/watch.yml find what bears on our topics, on 700 papers labeled by hand.

Prints precision and recall of what would be offered, for the half that the terms were chosen on and
for the half kept aside; only the latter says anything. `make bench-watch`.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import hashlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from kb.watch.config import WatchConfig, load_config
from kb.watch.feed import Source, make_feeds
from kb.watch.item import Item, Kind, parse_item_id
from kb.watch.rank import Ranked, know, rank_items

ROOT = Path(__file__).parents[1]
LABELS = ROOT / "tests" / "cases" / "watch" / "labeled.tsv"
HIGHEST = 9


@dataclass(frozen=True)
class Labeled:
    """A paper, and the topics and open questions that it bears on by hand and eye."""

    item: Item
    topics: frozenset[str]
    questions: frozenset[str]

    @property
    def kept_aside(self) -> bool:
        """Whether it belongs to the half that no term was chosen on."""
        return hashlib.sha256(self.item.id.text.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True)
class Figures:
    """What came of a set of papers. `topic_right`: relevant ones offered under a label they bear.

    `telling` counts those that bear on an open question, `told` those of them that are offered.
    """

    papers: int
    relevant: int
    offered: int
    found: int
    topic_right: int
    telling: int
    told: int

    @property
    def precision(self) -> float:
        """The share of what is offered that is relevant."""
        return self.found / self.offered if self.offered else 1.0

    @property
    def recall(self) -> float:
        """The share of what is relevant that is offered."""
        return self.found / self.relevant if self.relevant else 1.0


def main() -> None:
    """Print the figures; with --misses the papers of the first half that the terms get wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list errors of the first half")
    labeled = load_labeled()
    began = time.monotonic()
    ranked = rank_labeled(labeled)
    seconds = time.monotonic() - began
    halves = {
        "chosen on": [one for one in labeled if not one.kept_aside],
        "kept aside": [one for one in labeled if one.kept_aside],
    }
    print(
        f"{'half':12} {'papers':>6} {'relevant':>8} {'points':>6} {'offered':>7} "
        f"{'precision':>9} {'recall':>6} {'topic':>6} {'on questions':>12}"
    )
    for name, half in halves.items():
        for points in (None, 2, 3, 4, 5):
            f = measure(half, ranked, points)
            shown = "shown" if points is None else str(points)
            print(
                f"{name:12} {f.papers:6} {f.relevant:8} {shown:>6} {f.offered:7} {f.precision:9.2f} "
                f"{f.recall:6.2f} {f.topic_right / max(f.found, 1):6.2f} "
                f"{f'{f.told} of {f.telling}':>12}"
            )
    print(f"{len(labeled)} papers ranked in {seconds:.2f} s")
    if parser.parse_args().misses:
        print_misses(halves["chosen on"], ranked)


def load_labeled() -> tuple[Labeled, ...]:
    """Return the labeled papers."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(_labeled(row) for row in rows)


def _labeled(row: dict[str, str]) -> Labeled:
    categories = tuple(row["categories"].split())
    item = Item(
        parse_item_id(row["id"]),
        Kind.NEW,
        row["title"],
        tuple(row["authors"].split("; ")),
        categories=categories,
        date=datetime.date.fromisoformat(row["date"]),
        feeds=categories,
    )
    topics = frozenset(row["labels"].split()) - {"none"}
    return Labeled(item, topics, frozenset(row["questions"].split()))


def rank_labeled(labeled: tuple[Labeled, ...]) -> dict[str, Ranked]:
    """Return what the real refs/watch.yml makes of the papers as of announcements, by id."""
    config, problems = load_config(ROOT)
    if config is None or problems:
        raise SystemExit("\n".join(map(str, problems)))
    # Without the store: its authors would add points, and the figures change with every reference.
    ranked = rank_items((one.item for one in labeled), announcements(config), config, know([]))
    return {str(one.item.id): one for one in ranked}


def announcements(config: WatchConfig) -> tuple:
    """Return the feeds of categories: titles alone cannot stand for what a search would find."""
    feeds = make_feeds(config, {}, "http://127.0.0.1/")
    return tuple(feed for feed in feeds if feed.source is Source.ANNOUNCEMENTS)


def measure(half: list[Labeled], ranked: dict[str, Ranked], points: int | None) -> Figures:
    """Return the figures of a half: of what is offered, or of what has at least `points`."""
    offered = [one for one in half if _shown(ranked[one.item.id.text], points)]
    found = [one for one in offered if one.topics]
    right = [one for one in found if set(ranked[one.item.id.text].topics[:1]) <= one.topics]
    return Figures(
        papers=len(half),
        relevant=sum(bool(one.topics) for one in half),
        offered=len(offered),
        found=len(found),
        topic_right=len(right),
        telling=sum(bool(one.questions) for one in half),
        told=sum(bool(one.questions) for one in offered),
    )


def _shown(one: Ranked, points: int | None) -> bool:
    return one.offered if points is None else one.points >= points


def print_misses(half: list[Labeled], ranked: dict[str, Ranked]) -> None:
    """Print relevant papers that are not offered, and others that are."""
    for one in half:
        r = ranked[one.item.id.text]
        labels = " ".join(sorted(one.topics)) or "none"
        wrong_topic = r.offered and one.topics and not set(r.topics[:1]) <= one.topics
        if r.offered != bool(one.topics) or wrong_topic:
            mark = "?" if wrong_topic else "+" if r.offered else "-"
            print(
                f"{mark} {one.item.id} [{labels} / {r.topics} {r.points}] {one.item.title} ({r.why})"
            )


if __name__ == "__main__":
    sys.exit(main())
