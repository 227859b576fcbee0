"""Templates to elements: every piece of HTML of ours is a template here, escaped by Jinja.

A fragment is well-formed XML, so it joins Markdown's tree and MkDocs checks and rewrites its links.
"""

from __future__ import annotations

import functools
from typing import Any
from xml.etree import ElementTree as ET

import jinja2
from markdown.util import AtomicString
from markupsafe import Markup

# Unicode's pictures of the control characters, from U+2400 on; of what is no character the usual mark.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
_PICTURES |= dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF], 0xFFFD)


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("kb"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_html(template: str, **context: Any) -> Markup:
    """Return the template `tools/kb/templates/<template>.html` filled in, every value escaped."""
    return Markup(_environment().get_template(f"{template}.html").render(**context))  # noqa: S704 - escaped


def render_element(template: str, **context: Any) -> ET.Element:
    """Return the same as an element whose text no Markdown pattern will touch.

    Raises ParseError if the template is not well-formed XML: a mistake of ours, never of a writer.
    """
    return as_atoms(ET.fromstring(printable(render_html(template, **context))))  # noqa: S314 - our own


def as_atoms(element: ET.Element) -> ET.Element:
    """Return the element, its texts changed so that no Markdown pattern touches them."""
    for node in element.iter():
        if node.text:
            node.text = AtomicString(node.text)
        if node.tail:
            node.tail = AtomicString(node.tail)
    return element


def printable(text: str) -> str:
    """Show control characters by their pictures: XML forbids them, Markdown uses two as its marks."""
    return text.translate(_PICTURES)
