"""What stands for a cited thing in the list at the end of a page; Material shows it as hover card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.citable import Kind, cited_by_key
from kb.markdown.fragments import render_html
from kb.question_views import view_question
from kb.transcript_views import view_transcript
from kb.views import view_reference

if TYPE_CHECKING:
    from markupsafe import Markup

    from kb.ids import CiteKey
    from kb.site import Site


def render_entry(site: Site, key: CiteKey, page: str) -> Markup:
    """Return the HTML of what `key` names, as the page at path `page` lists it.

    Raises KeyError if the site has no such thing.
    """
    cited = cited_by_key(key)
    if key not in site.references and cited.kind is Kind.TRANSCRIPT:
        script = view_transcript(site, cited.slug)
        turn = script.turns[cited.turn - 1] if cited.turn else None
        return render_html("transcript-entry", script=script, turn=turn)
    if key not in site.references and cited.kind is Kind.QUESTION:
        return render_html("question-entry", question=view_question(site, cited.slug))
    return render_html("reference-entry", ref=view_reference(site, key, page))
