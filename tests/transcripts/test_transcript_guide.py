"""The guide's page on transcripts: its tables are the schemas, its words those of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.transcript_views import WORDINGS
from kb.transcripts.embed import EmbedOptions
from kb.transcripts.notes import Annotation
from kb.transcripts.record import Expects, Provenance, Reported, Transcript, Turn
from schema_tables import schema_table

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "transcripts.md").read_text("utf-8")


@pytest.mark.parametrize(
    "schema", [Transcript, Provenance, Turn, Expects, Reported, Annotation, EmbedOptions]
)
def test_the_guide_has_the_table_of_every_schema(schema):
    assert schema_table(schema) in GUIDE


def test_the_guide_says_what_each_wording_means():
    rows = [f"| `{wording.value}` | {means} |\n" for wording, (_, means) in WORDINGS.items()]
    assert "".join(rows) in GUIDE
