"""Citations in running text: two inline processors that leave a mark, and two tree processors that place it.

The grammar is `kb.notes.citations`; what a key means is the site's.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from kb.citable import Kind, cite_anchor, cited_by_key, entry_anchor, list_anchor
from kb.ids import CiteKey
from kb.markdown.block import KEY
from kb.markdown.cards import render_entry
from kb.markdown.fragments import render_element
from kb.notes.citations import (
    BARE,
    GROUP,
    CiteItem,
    looks_like_key,
    parse_bare,
    parse_group,
)
from kb.notes.mask import mask

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from kb.bib.labels import Label
    from kb.site import Site
    from markdown import Markdown

# The lists at the end of a page, by their ids, in their order.
_LISTS = {list_anchor(Kind.QUESTION): "Questions raised", list_anchor(Kind.REFERENCE): "References"}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class GroupProcessor(InlineProcessor):
    """`[see @key, p. 3; @other]`: author-year labels in brackets."""

    def __init__(self, md: Markdown, site: Callable[[], Site]) -> None:
        super().__init__(GROUP.pattern, md)
        self.site = site

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element, int, int] | tuple[None, None, None]:
        """Return the marked citation, or nothing if the brackets hold none."""
        items = parse_group(m["inside"])
        if items is None or not _same_keys(items, parse_group(mask(m["inside"]))):
            return None, None, None  # what stands in a tag is an attribute's
        group = ET.Element("span", {"class": "kb-cite"})
        group.text = "("
        last: ET.Element | None = None
        for number, item in enumerate(items):
            lead = ("; " if number else "") + (f"{item.prefix} " if item.prefix else "")
            _append_text(group, last, lead)
            last = _link(group, item.key, self.site(), _bracketed(item))
            _append_text(group, last, f", {item.locator}" if item.locator else "")
        _append_text(group, last, ")")
        return group, m.start(0), m.end(0)


class BareProcessor(InlineProcessor):
    """`@key` in a sentence: `Betley et al. (2025)`. A handle that is no key stays as it is."""

    def __init__(self, md: Markdown, site: Callable[[], Site]) -> None:
        super().__init__(BARE.pattern, md)
        self.site = site

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element, int, int] | tuple[None, None, None]:
        """Return the marked citation, or nothing if the word is neither a key nor like one."""
        item = parse_bare(m)
        if item.key not in self.site().labels and not looks_like_key(item.key.text):
            return None, None, None
        group = ET.Element("span", {"class": "kb-cite"})
        link = _link(group, item.key, self.site(), _textual(item))
        # Not in the link's own text: the locator may hold code and tags, the label must not.
        label = self.site().labels.get(item.key)
        if item.locator:
            inside = f" [{item.locator}]"
            if label:
                inside = f", {item.locator})" if label.year else f" ({item.locator})"
            _append_text(group, link, inside)
        return group, m.start(0), m.end(0)


class PlaceCitations(Treeprocessor):
    """Number the citations in reading order, link them, and append the lists of what is cited.

    Runs before the contents list is made. What stands in a heading is taken out until it is made
    (`RestoreHeadings` puts it back), so that no label gets into an id or the contents.
    """

    def __init__(
        self,
        md: Markdown,
        site: Callable[[], Site],
        placed: Callable[[tuple[CiteKey, ...]], None],
        page: str = "",
    ) -> None:
        super().__init__(md)
        self.page = page
        self.site = site
        self.tell = placed
        self.taken: list[tuple[ET.Element, ET.Element]] = []

    def run(self, root: ET.Element) -> None:
        """Change the tree in place."""
        self.taken = []
        placed = []
        counts: defaultdict[CiteKey, int] = defaultdict(int)
        for element, inside in list(_walk(root, frozenset())):
            key = element.attrib.pop(KEY, None)
            if key is None:
                continue
            cite_key = CiteKey(key)
            counts[cite_key] += 1
            placed.append(cite_key)
            element.set("id", cite_anchor(cite_key, counts[cite_key]))
            if "a" in inside:  # a link inside a link's text is no HTML: keep the words only
                element.tag = "span"
            elif element.tag == "a":
                element.set("href", f"#{entry_anchor(cite_key)}")
        self._take_out_of_headings(root)
        root.extend(self._lists(counts))
        self.tell(tuple(placed))

    def _take_out_of_headings(self, root: ET.Element) -> None:
        for heading in root.iter():
            if heading.tag not in _HEADINGS:
                continue
            for parent in list(heading.iter()):
                for child in list(parent):
                    if child.get("class") == "kb-cite":
                        mark = ET.Element("span")
                        mark.tail, child.tail = child.tail, None
                        for cited in child.findall(".//*[@id]"):
                            # The anchors stay, or links to them would dangle.
                            ET.SubElement(mark, "span", {"id": cited.attrib.pop("id")})
                        parent[list(parent).index(child)] = mark
                        self.taken.append((mark, child))

    def _lists(self, counts: dict[CiteKey, int]) -> Iterator[ET.Element]:
        """Yield the list of the questions raised, then that of everything else that is cited."""
        by_list: defaultdict[str, list[CiteKey]] = defaultdict(list)
        for key in sorted(counts, key=lambda key: _list_order(self.site(), key)):
            by_list[list_anchor(cited_by_key(key).kind)].append(key)
        for anchor, title in _LISTS.items():
            if by_list[anchor]:
                yield self._list(anchor, title, by_list[anchor], counts)

    def _list(
        self, anchor: str, title: str, keys: list[CiteKey], counts: dict[CiteKey, int]
    ) -> ET.Element:
        site = self.site()
        entries = [
            {
                "id": entry_anchor(key),
                "label": site.labels[key].parenthetical,
                "shown": render_entry(site, key, self.page),
                "places": [cite_anchor(key, n + 1) for n in range(counts[key])],
            }
            for key in keys
        ]
        return render_element("reference-list", anchor=anchor, title=title, entries=entries)


class RestoreHeadings(Treeprocessor):
    """Put the citations of headings back, once ids and contents list are made."""

    def __init__(self, md: Markdown, placing: PlaceCitations) -> None:
        super().__init__(md)
        self.placing = placing

    def run(self, root: ET.Element) -> None:
        """Change the tree in place."""
        for mark, citation in self.placing.taken:
            mark.append(citation)
        self.placing.taken = []


def _same_keys(items: tuple[CiteItem, ...], others: tuple[CiteItem, ...] | None) -> bool:
    return [item.key for item in items] == [item.key for item in others or ()]


def _list_order(site: Site, key: CiteKey) -> tuple[int, str, str, int]:
    """Put references first, by label, then what else is cited, by name; turns in their order."""
    cited, label = cited_by_key(key), site.labels[key]
    if key in site.references:
        return 0, label.authors.casefold(), label.year, 0
    return 1, cited.path, "", cited.turn or 0


def _bracketed(item: CiteItem) -> Callable[[Label], str]:
    return lambda label: label.in_brackets(year_only=item.year_only)


def _textual(item: CiteItem) -> Callable[[Label], str]:
    def text(label: Label) -> str:
        shown = label.in_sentence(year_only=item.year_only)
        # With a locator, the bracket closes behind it.
        return shown.removesuffix(")") if item.locator and label.year else shown

    return text


def _link(group: ET.Element, key: CiteKey, site: Site, text: Callable[[Label], str]) -> ET.Element:
    """Append the link of one cited work, or the key, marked, if the store has no such work."""
    label = site.labels.get(key)
    if label is None:
        element = ET.SubElement(
            group, "span", {"class": "kb-unknown", "title": f"unknown key: {key}"}
        )
        element.text = AtomicString(f"@{key}")
        return element
    # Material shows the target of a `footnote-ref` as a card on hover and focus.
    attributes = {"class": "kb-ref footnote-ref", "role": "doc-biblioref", KEY: str(key)}
    element = ET.SubElement(group, "a", attributes)
    element.text = AtomicString(text(label))
    return element


def _append_text(group: ET.Element, last: ET.Element | None, text: str) -> None:
    if last is None:
        group.text = (group.text or "") + text
    else:
        last.tail = (last.tail or "") + text


def _walk(
    element: ET.Element, inside: frozenset[str]
) -> Iterator[tuple[ET.Element, frozenset[str]]]:
    """Yield every element below in document order, with the tags it stands in."""
    for child in element:
        yield child, inside
        yield from _walk(child, inside | {str(child.tag)})
