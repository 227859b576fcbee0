"""A question together with where it stands and who raises it: what every list, page and export shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kb.notes.page import Passage
    from kb.questions.record import Question
    from kb.questions.state import State


@dataclass(frozen=True, slots=True)
class Standing:
    """A question, its state, that of each part by its id, and the passages of other pages that raise it."""

    question: Question
    state: State
    parts: Mapping[str, State]
    raised: tuple[Passage, ...]
