"""Values come out of their bytes as they went in, and nothing else does."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import MappingProxyType

import pytest

from kb.bib.scan import scan_bib
from kb.ids import CiteKey
from kb.notes.front_matter import PageMeta
from kb.pickles import from_bytes, to_bytes

VALUES = {
    "of one field": CiteKey("doe2020first"),
    "with fields by name alone": PageMeta(title="About", description="What this is."),
    "of dates": (datetime.date(2026, 11, 21), datetime.datetime(2026, 11, 21, tzinfo=None)),  # noqa: DTZ001
    "of numbers": (1, 1.5, Decimal("1.50")),
    "that is read-only": MappingProxyType({"a": (1, None, "b", b"c")}),
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_comes_back_as_it_was(kind):
    value = from_bytes(to_bytes(VALUES[kind]))
    assert value == VALUES[kind]
    assert type(value) is type(VALUES[kind])


def test_what_a_value_remembers_beside_its_fields_is_left_out():
    file = scan_bib("@misc{a,", "refs/a.bib")
    assert file.line_of(0) == 1
    assert "_line_starts" in vars(file)  # the table that tells it
    again = from_bytes(to_bytes(file))
    assert again == file
    assert "_line_starts" not in vars(again)


def test_two_places_of_one_value_lead_to_one_value():
    key = CiteKey("doe2020first")
    first, second = from_bytes(to_bytes((key, key)))
    assert first is second
