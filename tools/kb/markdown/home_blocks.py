"""The blocks about the whole base: the newest evidence, the newest works annotated, the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.base_map import map_base
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


class BaseMapBlock(SiteBlock):
    """`/// base-map`: every note with what it cites, as a picture and as a list."""

    NAME = "base-map"
    ARGUMENT = False

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return the picture, and the list that says the same."""
        return render_element("base-map", map=map_base(site))
