"""What a search expression of arXiv's API matches (API manual, section 5.1), by plain comparison of text.

Terms are joined from left to right; parentheses group. A term matches a part of a word as well, which
stands for the endings that arXiv cuts off.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_TOKEN = re.compile(r'\s*(?:(?P<mark>[()])|(?:(?P<field>\w+):)?(?P<text>"[^"]*"|[^\s()]+))')
_JOINS = ("AND", "OR", "ANDNOT")


def matches(expression: str, texts: Callable[[str], Iterable[str]]) -> bool:
    """Tell whether `expression` matches; `texts` gives what is searched for a field, `""` for any."""
    tokens = [token.groupdict() for token in _TOKEN.finditer(expression.strip())]
    return _group(tokens, texts)


def _group(tokens: list[dict[str, str]], texts: Callable[[str], Iterable[str]]) -> bool:
    """Take tokens up to the end or a closing parenthesis and return what they amount to."""
    kept, join = False, "OR"
    while tokens:
        token = tokens.pop(0)
        if token["mark"] == ")":
            break
        if token["text"] in _JOINS and not token["field"]:
            join = token["text"]
            continue
        hit = _group(tokens, texts) if token["mark"] else _term(token, texts)
        kept = {"AND": kept and hit, "OR": kept or hit, "ANDNOT": kept and not hit}[join]
        join = "OR"
    return kept


def _term(token: dict[str, str], texts: Callable[[str], Iterable[str]]) -> bool:
    wanted = token["text"].strip('"*').replace("_", " ").casefold()
    return any(wanted in text.casefold() for text in texts(token["field"] or ""))
