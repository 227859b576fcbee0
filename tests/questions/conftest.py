"""A small base with questions in it, made of texts."""

from __future__ import annotations

import pytest
from question_base import BIB, PAGES, TALK


@pytest.fixture(scope="session")
def make_base(make_site):
    """Return the function that builds the base, some of its pages changed, added or (with None) left out."""

    def make(pages=None, bib=BIB, inbox=""):
        changed = {path: text for path, text in (PAGES | (pages or {})).items() if text is not None}
        return make_site(changed, {"a.bib": bib}, transcripts={"talk.yml": TALK}, inbox=inbox)

    return make


@pytest.fixture(scope="session")
def base(make_base):
    return make_base()


@pytest.fixture
def base_folder(tmp_path):
    """The base as files; returns its root."""
    for path, text in PAGES.items():
        file = tmp_path / "docs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    for path, text in (("docs/transcripts/talk.yml", TALK), ("refs/a.bib", BIB)):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path
