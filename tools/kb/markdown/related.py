"""The list of related notes at the end of a note, behind what it cites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown.treeprocessors import Treeprocessor

from kb.markdown.fragments import render_element
from kb.related import related_notes

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree import ElementTree as ET

    from kb.site import Site
    from markdown import Markdown


class AppendRelated(Treeprocessor):
    """Append the notes that share most with the page, if it is a note and there are any."""

    def __init__(self, md: Markdown, site: Callable[[], Site], page: str) -> None:
        super().__init__(md)
        self.site = site
        self.page = page

    def run(self, root: ET.Element) -> None:
        """Change the tree in place."""
        notes = related_notes(self.site(), self.page) if self.page else ()
        if notes:
            root.append(render_element("related-notes", notes=notes))
