"""What is new for a question: what its search found and what waits to be judged, as readable strings.

No HTML; what feeds say is text to show, and neither evidence nor a citation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.standings import source_link

if TYPE_CHECKING:
    from kb.questions.record import Question
    from kb.site import Site
    from kb.views import Address
    from kb.watch.inbox import Candidate

SHOWN = 10  # candidates on a page
_AUTHORS = 3


@dataclass(frozen=True, slots=True)
class ToJudgeView:
    """A source that waits to be judged, and since when."""

    source: Address
    since: str


@dataclass(frozen=True, slots=True)
class CandidateView:
    """Something in the inbox: its address on the web, its title, and a line about it."""

    url: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class NewWork:
    """What is new for a question; `fresh` of the `waiting` candidates were found since the last review.

    `since` is that day, the newest on which an item was judged; `""` if none was, and all are fresh.
    """

    to_judge: tuple[ToJudgeView, ...]
    candidates: tuple[CandidateView, ...]  # the newest ones
    waiting: int
    fresh: int
    since: str

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.to_judge or self.waiting)

    @property
    def more(self) -> int:
        """How many candidates are not shown."""
        return self.waiting - len(self.candidates)

    @property
    def text(self) -> str:
        """All of it in a few words: `3 candidates, 1 since last review, 2 to judge`; `""` if nothing."""
        found = f"{self.waiting} candidate{'' if self.waiting == 1 else 's'}"
        fresh = (
            " since last review"
            if self.fresh == self.waiting
            else f", {self.fresh} since last review"
        )
        parts = [f"{found}{fresh}"] if self.waiting else []
        parts += [f"{len(self.to_judge)} to judge"] if self.to_judge else []
        return ", ".join(parts)


def view_new_work(site: Site, question: Question) -> NewWork:
    """Return what the inbox and the question's own file hold that nobody has decided on or judged."""
    found = [one for one in site.inbox.candidates if question.slug in one.questions]
    found.sort(key=lambda one: (-one.found.toordinal(), -one.points))
    last = question.meta.updated
    return NewWork(
        to_judge=tuple(
            ToJudgeView(source_link(site, item.source), str(item.since))
            for item in question.meta.to_judge
        ),
        candidates=tuple(map(_candidate, found[:SHOWN])),
        waiting=len(found),
        fresh=sum(last is None or one.found >= last for one in found),
        since=str(last or ""),
    )


def _candidate(one: Candidate) -> CandidateView:
    names = one.authors[:_AUTHORS]
    who = ", ".join(names) + (" and others" if len(one.authors) > len(names) else "")
    when = f"found {one.found}"
    return CandidateView(one.id.url, one.title, "; ".join(filter(None, (who, when))))
