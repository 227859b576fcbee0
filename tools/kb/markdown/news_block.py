"""The block that lists what is new on the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.markdown.block import SiteBlock
from kb.markdown.fragments import render_element
from kb.news import by_day, news_of

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from kb.site import Site


class NewsBlock(SiteBlock):
    """`/// news`: notes, annotations, evidence and references by the day of their last change."""

    NAME = "news"
    ARGUMENT = False

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return the days, the newest first."""
        return render_element("news", days=by_day(news_of(site)))
