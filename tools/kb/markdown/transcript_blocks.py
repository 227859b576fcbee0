"""The blocks about transcripts: embedded in a note, on their own page, and their index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.citable import transcript_key
from kb.markdown.block import KEY, OptionsBlock, SiteBlock
from kb.markdown.filters import axis, plain_axis
from kb.markdown.fragments import render_element
from kb.markdown.untrusted import render_untrusted
from kb.transcript_views import view_transcript
from kb.transcripts.embed import embed_of
from kb.views import page_title, topic_title

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from kb.site import Site


class TranscriptBlock(OptionsBlock):
    """`/// transcript | slug`: turns of a transcript in a note. It counts as a citation."""

    NAME = "transcript"
    TAKES = ("transcript", "slug")

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return the turns asked for, or what is wrong with the options."""
        embed, problems = embed_of(argument, self.typed_options(), site.transcripts, "", 0)
        if embed is None:
            what = "; ".join(f"{problem.message} {problem.fix}".strip() for problem in problems)
            element = render_element("unknown", what=f"transcript {argument}", name=what)
        else:
            script = view_transcript(site, argument)
            element = render_element(
                "transcript",
                script=script,
                turns=[script.turns[number - 1] for number in embed.turns],
                own_page=False,
                annotated=embed.annotations,
                caption=embed.caption,
                as_markdown=render_untrusted,
            )
        if argument in site.transcripts:
            element.set(KEY, str(transcript_key(argument)))
        return element


class TranscriptPage(SiteBlock):
    """`/// transcript-page | slug`: the whole record, on the page that is its own."""

    NAME = "transcript-page"
    TAKES = ("transcript", "slug")

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return title, provenance, turns with their permalinks, and who cites which turn."""
        if argument not in site.transcripts:
            return render_element("unknown", what="transcript", name=argument)
        script = view_transcript(site, argument)
        keys = [script.key, *(turn.key for turn in script.turns)]
        passages = {key: site.cited_by.get(key, ()) for key in keys}
        return render_element(
            "transcript",
            script=script,
            turns=script.turns,
            own_page=True,
            annotated=True,
            caption="",
            as_markdown=render_untrusted,
            topic=topic_title(site, script.topic),
            passages=passages,
            titles={p.page.path: page_title(site, p.page) for ps in passages.values() for p in ps},
        )


class TranscriptIndex(SiteBlock):
    """`/// transcript-index`: the table of all transcripts, with its filters."""

    NAME = "transcript-index"
    ARGUMENT = False

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return the table and its filters."""
        scripts = [view_transcript(site, slug) for slug in site.transcripts]
        topics = {s.topic: topic_title(site, s.topic) for s in scripts}
        return render_element(
            "transcript-index",
            scripts=scripts,
            topics=topics,
            axes=(
                plain_axis("model", "Model", (s.base_model for s in scripts)),
                axis("topic", "Topic", topics, (s.topic for s in scripts)),
                axis(
                    "wording",
                    "Wording",
                    dict(sorted((s.wording, s.wording_name) for s in scripts)),
                    (s.wording for s in scripts),
                ),
                axis(
                    "outcome",
                    "Outcome",
                    dict(sorted((s.outcome, s.outcome_name) for s in scripts)),
                    (s.outcome for s in scripts),
                ),
            ),
        )
