"""What is logged while a page is made: kept, to be told by whoever made it or had it made."""

from __future__ import annotations

import logging

import pytest

from kb.making import kept_log, tell

log = logging.getLogger("mkdocs.of.a.test")


def test_what_is_kept_is_told_later_as_it_was(caplog):
    with kept_log() as records:
        log.warning("%d links lead nowhere", 3)
        log.debug("of no interest")
    assert caplog.records == []
    tell(records)
    assert caplog.record_tuples == [("mkdocs.of.a.test", logging.WARNING, "3 links lead nowhere")]


def half_a_page():
    with kept_log():
        log.error("a page is half written")
        raise ValueError("half a page")


def test_what_was_kept_before_an_error_is_told_before_it(caplog):
    with pytest.raises(ValueError, match="half a page"):
        half_a_page()
    assert caplog.messages == ["a page is half written"]


def test_nothing_is_kept_afterward(caplog):
    with kept_log() as records:
        pass
    log.warning("told at once")
    assert records == []
    assert caplog.messages == ["told at once"]
