"""The blocks about references: card, facts, passages that cite, index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.ids import CiteKey
from kb.markdown.block import KEY, SiteBlock
from kb.markdown.filters import axis, plain_axis
from kb.markdown.fragments import render_element
from kb.views import page_title, topic_title, view_reference

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from kb.site import Site


class ReferenceBlock(SiteBlock):
    """A block whose argument is the key of a reference."""

    TEMPLATE = ""

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return what the block shows, or that there is no such reference."""
        key = CiteKey(argument)
        if key not in site.references:
            return render_element("unknown", what="reference", name=argument)
        return self.show(site, key)

    def show(self, site: Site, key: CiteKey) -> ET.Element:
        """Return what the block shows of a reference."""
        return render_element(self.TEMPLATE, ref=view_reference(site, key))


class ReferenceCard(ReferenceBlock):
    """`/// reference | key`: the work as a card in a note. It counts as a citation."""

    NAME = "reference"
    TEMPLATE = "reference-card"

    def show(self, site: Site, key: CiteKey) -> ET.Element:
        """Return the card; it bears the key, so that it is numbered as a citation."""
        element = super().show(site, key)
        element.set(KEY, str(key))
        return element


class ReferenceFacts(ReferenceBlock):
    """`/// reference-facts | key`: everything the store knows of the work."""

    NAME = "reference-facts"

    def show(self, site: Site, key: CiteKey) -> ET.Element:
        """Return title, authors, facts and addresses."""
        ref = view_reference(site, key)
        topic = topic_title(site, ref.topic)
        return render_element("reference-facts", ref=ref, topic=topic)


class CitedBy(ReferenceBlock):
    """`/// cited-by | key`: every passage of the site that cites the work, with its sentence."""

    NAME = "cited-by"

    def show(self, site: Site, key: CiteKey) -> ET.Element:
        """Return the passages, or that there are none."""
        passages = site.cited_by.get(key, ())
        titles = {passage.page.path: page_title(site, passage.page) for passage in passages}
        return render_element("cited-by", passages=passages, titles=titles)


class ReferenceIndex(SiteBlock):
    """`/// reference-index`: the table of all references, with its filters."""

    NAME = "reference-index"
    ARGUMENT = False

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return the table and its filters."""
        refs = [view_reference(site, key) for key in site.references]
        refs.sort(key=lambda ref: (ref.label.authors.casefold(), ref.label.year, ref.key))
        titles = {topic: topic_title(site, topic) for topic in sorted({r.topic for r in refs})}
        return render_element(
            "reference-index",
            refs=refs,
            topics=titles.items(),
            topic_titles=titles,
            axes=(
                axis("topic", "Topic", titles, (r.topic for r in refs)),
                plain_axis("year", "Year", (r.date[:4] for r in refs if r.date), newest=True),
                plain_axis("kind", "Kind", (r.kind for r in refs)),
                axis(
                    "annotated",
                    "Annotated",
                    {"yes": "yes", "no": "no"},
                    ("yes" if r.verdict else "no" for r in refs),
                ),
            ),
        )
