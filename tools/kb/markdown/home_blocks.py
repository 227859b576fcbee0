"""The blocks of the home page: the newest evidence, and the newest works annotated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.home_views import latest_evidence, latest_references
from kb.markdown.block import SiteBlock
from kb.markdown.fragments import render_element

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from kb.site import Site


class LatestEvidence(SiteBlock):
    """`/// latest-evidence`: the newest evidence on open questions."""

    NAME = "latest-evidence"
    ARGUMENT = False

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return a line for each item, with the question it bears on."""
        return render_element("latest-evidence", bears=latest_evidence(site))


class LatestReferences(SiteBlock):
    """`/// latest-references`: the newest works that have an annotation."""

    NAME = "latest-references"
    ARGUMENT = False

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return a line for each work, with our judgment."""
        return render_element("latest-references", refs=latest_references(site))
