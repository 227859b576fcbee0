"""Markdown that somebody else wrote, a model's turn say: shown, and kept from doing anything.

HTML stays text, pictures become links, and a link leads to the web or nowhere.
"""

from __future__ import annotations

import functools
import html
import re
from xml.etree import ElementTree as ET

from markupsafe import Markup, escape

from kb.ids import is_address
from kb.markdown.fragments import printable
from markdown import Markdown

# What the converter leaves as typed, and XML knows few of: `&nbsp;`.
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot);)(?:\w+|#\w+);", re.ASCII)
_WEB = re.compile(r"https?://", re.IGNORECASE)


@functools.lru_cache(maxsize=1024)
def render_untrusted(text: str) -> Markup:
    """Return the Markdown `text` as well-formed HTML without foreign pictures, scripts or ids."""
    converter = Markdown(extensions=["fenced_code", "tables"])
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    shown = _ENTITY.sub(lambda found: str(escape(html.unescape(found[0]))), converter.convert(text))
    root = ET.fromstring(f"<div>{printable(shown)}</div>")  # noqa: S314 - the converter's own output
    for element in root.iter():
        _tame(element)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - made of escaped text


def _tame(element: ET.Element) -> None:
    if element.tag == "img":
        source, shown = element.get("src", ""), element.get("alt", "")
        element.attrib.clear()
        element.tag = "span"
        element.text = f"[picture: {shown or 'without a name'}, {source}]"
    elif element.tag == "a":
        target = element.get("href", "")
        element.attrib.clear()
        if _WEB.match(target) and is_address(target):
            element.attrib.update({"href": target, "rel": "nofollow noopener"})
        else:
            element.tag = "span"
    elif element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        element.tag = "p"  # no entry of the contents list
    else:
        element.attrib.clear()
