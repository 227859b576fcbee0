"""The block of the home page: the newest works annotated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.home_views import latest_references
from kb.markdown.block import SiteBlock
from kb.markdown.fragments import render_element

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from kb.site import Site


class LatestReferences(SiteBlock):
    """`/// latest-references`: the newest works that have an annotation."""

    NAME = "latest-references"
    ARGUMENT = False

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return a line for each work, with our judgment."""
        return render_element("latest-references", refs=latest_references(site))
