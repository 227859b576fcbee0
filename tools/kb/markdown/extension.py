"""Wire the processors into Python-Markdown and tell them which site they speak of."""

from __future__ import annotations

import logging
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown.extensions import Extension

from kb.markdown.block import SiteBlocks
from kb.markdown.blocks import SITE_BLOCKS
from kb.markdown.citations import BareProcessor, GroupProcessor, PlaceCitations, RestoreHeadings
from kb.markdown.link_cards import LinkCards
from kb.markdown.related import AppendRelated
from kb.markdown.terms import LinkTerms
from kb.site import Site, known_keys, load_site

if TYPE_CHECKING:
    from kb.ids import CiteKey
    from markdown import Markdown

log = logging.getLogger(__name__)


class KbExtension(Extension):
    """Citations in Pandoc's syntax and the blocks of `kb.markdown.blocks`.

    Used alone, it reads the knowledge base below `root` once, when the first page is converted. The
    MkDocs plugin hands over the `site` it has built.
    """

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "root": [".", "the folder that holds docs/ and refs/"],
            "site": ["", "a site built already; read from root if there is none"],
            "page": ["", "the path below docs/ of the page to convert, if it is one"],
            "report": [log.warning, "is called with a sentence if page and scan disagree"],
        }
        super().__init__(**kwargs)

    def site(self) -> Site:
        """Return the site that pages speak of."""
        site = self.getConfig("site")
        if not site:
            site = load_site(Path(self.getConfig("root")))
            self.setConfig("site", site)
            for problem in site.problems:
                log.warning("%s", problem)
        if not isinstance(site, Site):
            raise TypeError(f"option 'site' must be a Site: {site!r}")
        return site

    def compare(self, placed: tuple[CiteKey, ...]) -> None:
        """Report it if the page shows other citations than the scan of its text found.

        Back-links rest on the scan, so the two must agree; what one of them takes for code or HTML
        the other must too.
        """
        page = self.site().pages.get(self.getConfig("page"))
        if page is None:
            return
        scanned = known_keys(self.site(), page)
        if placed != scanned:
            first = next((a for a, b in zip_longest(scanned, placed) if a != b), None) or placed[-1]
            self.getConfig("report")(
                f"docs/{page.path}: the text holds {len(scanned)} citations, the page shows "
                f"{len(placed)}; they part at '@{first}': is it in raw HTML or unusual indentation?"
            )

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processors. The numbers say between which of Python-Markdown's own they run."""
        if "@" not in md.ESCAPED_CHARS:
            md.ESCAPED_CHARS.append("@")
        # After escapes (180) and code spans (190), before footnotes' and links' brackets (175, 170).
        md.inlinePatterns.register(GroupProcessor(md, self.site), "kb_cite_group", 173)
        # After links, autolinks and inline HTML (160 to 90), before emphasis (60).
        md.inlinePatterns.register(BareProcessor(md, self.site), "kb_cite_bare", 85)
        page = self.getConfig("page")
        placing = PlaceCitations(md, self.site, self.compare, page)
        # After inline patterns (20), before the contents list (5).
        md.treeprocessors.register(placing, "kb_place_citations", 12)
        # Behind the list of what is cited, and before the contents list too.
        related = AppendRelated(md, self.site, page)
        md.treeprocessors.register(related, "kb_append_related", 11)
        # These two while links still name files, as writers do; MkDocs changes that last (0).
        md.treeprocessors.register(LinkTerms(md, self.site, page), "kb_link_terms", 10)
        md.treeprocessors.register(LinkCards(md, self.site, page), "kb_link_cards", 9)
        # After everything that reads headings, MkDocs' title among it (1).
        md.treeprocessors.register(RestoreHeadings(md, placing), "kb_restore_headings", -5)
        SiteBlocks(self.site, SITE_BLOCKS).extendMarkdown(md)


def makeExtension(**kwargs: Any) -> KbExtension:
    """Return the extension; how Python-Markdown finds it by name."""
    return KbExtension(**kwargs)
