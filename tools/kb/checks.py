"""What a check is: a rule, and the generator over the site that finds where it is broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kb.problems import Problem, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kb.memo import Memo
    from kb.site import Site


class Finding(NamedTuple):
    """What a check yields: a place, what must hold there, the way out."""

    path: str
    line: int
    message: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule and the generator that finds where it is broken."""

    rule: Rule
    find: Callable[[Site, Memo], Iterator[Finding]]

    def problems(self, site: Site, memo: Memo) -> Iterator[Problem]:
        """Yield every place of the site where the rule is broken."""
        return (self.rule.at(*finding) for finding in self.find(site, memo))


def check(
    code: str, summary: str, severity: Severity = Severity.ERROR
) -> Callable[[Callable[[Site], Iterator[Finding]]], Check]:
    """Make a check of a generator. Its docstring is the reason that `kb check --explain` prints."""

    def register(find: Callable[[Site], Iterator[Finding]]) -> Check:
        rule = Rule(code, summary, (find.__doc__ or "").strip(), severity)
        return Check(rule, lambda site, _memo: find(site))

    return register


def costly_check(
    code: str, summary: str
) -> Callable[[Callable[[Site, Memo], Iterator[Finding]]], Check]:
    """Make a check of a generator that asks a memo for what takes long to find."""

    def register(find: Callable[[Site, Memo], Iterator[Finding]]) -> Check:
        return Check(Rule(code, summary, (find.__doc__ or "").strip(), Severity.ERROR), find)

    return register
