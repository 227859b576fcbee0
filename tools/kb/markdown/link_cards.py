"""What a link within the site leads to, as a card at the end of the page; a script shows it beside the link."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from markdown.treeprocessors import Treeprocessor

from kb.citable import Kind, cited_by_key, entry_anchor, question_key, transcript_key
from kb.glossary import GLOSSARY, meaning, terms_of
from kb.ids import CiteKey
from kb.markdown.cards import render_entry
from kb.markdown.fragments import render_element, render_html
from kb.notes.page import PageKind
from kb.views import topic_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.etree import ElementTree as ET

    from markupsafe import Markup

    from kb.site import Site
    from markdown import Markdown

CARD = "data-kb-card"  # on a link: the id of its card
_TURN = re.compile(r"turn-([1-9][0-9]*)")
# Lists and tables of ours show already what a card would; this mark keeps them out of the search too.
_LISTS = "data-search-exclude"


class LinkCards(Treeprocessor):
    """Name the card of each link to a page of the site, and append the cards.

    Runs before MkDocs makes the links relative to the published page. A work that the page cites has
    its card in the list of references already.
    """

    def __init__(self, md: Markdown, site: Callable[[], Site], page: str) -> None:
        super().__init__(md)
        self.site = site
        self.page = page

    def run(self, root: ET.Element) -> None:
        """Change the tree in place."""
        ids = {element.get("id") for element in root.iter()}
        cards: dict[str, Markup] = {}
        for link in _links(root):
            path, _, anchor = link.get("href", "").partition("#")
            target = posixpath.normpath(posixpath.join("/", posixpath.dirname(self.page), path))[1:]
            if not path.endswith(".md") or target == self.page:
                continue
            key = _key_at(self.site(), target, anchor)
            if key and entry_anchor(key) in ids:
                link.set(CARD, entry_anchor(key))
                continue
            name = f"card-{len(cards) + 1}"
            shown = self._card(key, target, anchor)
            if shown:
                name = next((known for known, card in cards.items() if card == shown), name)
                cards[name] = shown
                link.set(CARD, name)
        if cards:
            root.append(render_element("link-cards", cards=cards.items()))

    def _card(self, key: CiteKey | None, path: str, anchor: str) -> Markup | None:
        """Return what stands for the target of a link, nothing if there is little to say of it."""
        site = self.site()
        if key:
            return render_entry(site, key, self.page)
        if path == GLOSSARY and anchor:
            found = (term for term in terms_of(site) if term.anchor == anchor)
            term = next(found, None)
            return render_html("term-entry", term=term, means=meaning(site, term)) if term else None
        page = site.pages.get(path)
        if page is None or page.kind is PageKind.HOME or not hasattr(page.meta, "description"):
            return None
        # Asked only where it is shown: a page that reads another's text is made again with it.
        headings = page.scan.headings[1:] if anchor else ()
        below = next((h.text for h in headings if h.anchor == anchor), "")
        note = page.kind is PageKind.NOTE
        topic = topic_title(site, page.section) if note else ""
        return render_html("page-entry", page=page, anchor=anchor, below=below, topic=topic)


def _links(element: ET.Element) -> Iterator[ET.Element]:
    """Yield the links below `element`, but for those of our lists and of cards that stand in the text."""
    for child in element:
        if child.get(_LISTS) is not None or child.get("class", "").startswith("kb-card"):
            continue
        if child.tag == "a":
            yield child
        yield from _links(child)


def _key_at(site: Site, path: str, anchor: str) -> CiteKey | None:
    """Return the key of what has its page at `path`, of a turn if `anchor` is one's."""
    folder, _, name = path.removesuffix(".md").rpartition("/")
    turn = _TURN.fullmatch(anchor)
    number = int(turn[1]) if turn else None
    keys = {
        Kind.REFERENCE.value: CiteKey(name),
        Kind.TRANSCRIPT.value: transcript_key(name, number),
        Kind.QUESTION.value: question_key(name),
    }
    key = keys.get(folder)
    return key if key and key in site.labels and cited_by_key(key).path == path else None
