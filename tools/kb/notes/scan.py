"""One pass over the text of a page: headings, citations, links, each with its line.

Pure and cached by the text. What a citation means is for `kb.site`; this knows no store.
"""

from __future__ import annotations

import functools
import html
import re
import textwrap
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from kb.citable import cited_by_key, list_anchor
from kb.ids import CiteKey
from kb.notes.blocks import Blocks, Stretch, cut_blocks, name_headings, plain_text
from kb.notes.citations import CiteGroup, CiteItem, find_citations, looks_like_key
from kb.notes.mask import mask, mask_code
from kb.notes.schema import is_mapping

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

# An attribute list stands right behind an inline element, or ends a block on a line of its own; that
# of a heading or a cell stands behind a blank.
_ID = r"\{:?[ ]*[^{}\n]*?#(?P<id>[^\s{}]+)[^{}\n]*\}"
_INLINE_ID = re.compile(rf"(?<=[)\]*_`]){_ID}")
_BLOCK_ID = re.compile(rf"\n[ ]*{_ID}[ ]*\Z")
_LINE_ID = re.compile(rf"[ ]{_ID}[ ]*\Z")
_HTML_ID = re.compile(r"""<[A-Za-z][^<>]*?\sid\s*=\s*(?P<quote>["'])(?P<id>.+?)(?P=quote)""")
_FOOTNOTE = re.compile(r"\[\^(?P<name>[^\]]*)\]")
_REFERENCE_LINK = re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]")
_STASHED = re.compile("\x02[^\x03]*\x03")  # what Python-Markdown puts in place of raw HTML
_LINK = re.compile(
    r"\]\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<plain>(?:[^\s()]|\((?:[^\s()]|\([^\s()]*+\))*+\))*))"
    r"(?:\s+[\"'(][^\n]*?[\"')])?\s*\)"
)
_AUTOLINK = re.compile(r"<(?P<target>(?:f|ht)tps?://[^<>]*)>", re.IGNORECASE)
_FENCE = re.compile(r"^[ ]{0,3}/{3,}(?P<rest>.*)$", re.MULTILINE)
_OPTIONS = re.compile(r"(?:\n[ ]{4,}[^\n]*)+")
# Blocks that count as a citation of what they show. Only a transcript's takes options.
_CARD = re.compile(r"[ ]*(?P<what>reference|transcript|question)[ ]*\|[ ]*(?P<name>\S+)[ ]*")
_CARD_PREFIX = {"reference": "", "transcript": "t:", "question": "q:"}
_IN_BRACKETS = re.compile(r"(?<=\[)[^\[\]]*(?=\])")
_NO_TEXT = "![](x)"  # an element that shows no word
# A full stop ends a sentence before white space and a capital, unless it belongs to an abbreviation.
# What stands before it is looked at behind it: so the search stops at full stops alone.
_SENTENCE_END = re.compile(
    r"[.!?](?<!\bet al.)(?<!\b[A-Za-z]\.[a-z].)(?<!\b(?:cf|vs|pp|ch|no|Dr|Mr|St|Eq).)"
    r"(?<!\b(?:sec|fig|Fig|Sec|ver|app).)(?<!\bp.)(?<!\b[A-Z].)[\"'”’)*_]*(?=\s+(?:[\"'“‘(*_\[@]*[A-Z0-9@\[]))"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level, readable text, anchor on the page and line of the body."""

    level: int
    text: str
    anchor: str
    line: int


class Cited(NamedTuple):
    """A citation where it stands: its line, the heading above it (or None) and its sentence as typed."""

    group: CiteGroup
    line: int
    heading: Heading | None
    sentence: str  # "" for a work shown as a card


class Link(NamedTuple):
    """A link, an address in angle brackets or a reference definition: its target as typed, its line."""

    target: str
    line: int


class Footnote(NamedTuple):
    """A name of a footnote: the lines that define it, and those that call it."""

    name: str
    defined: tuple[int, ...]
    called: tuple[int, ...]


class BlockFence(NamedTuple):
    """A line that begins with `///`: what follows the slashes (empty for a closing line), and its line.

    `options` are the indented lines below an opening one, without their indentation.
    """

    rest: str
    line: int
    options: str = ""


@dataclass(frozen=True, slots=True)
class PageScan:
    """What the text of one page holds. Lines count from the first line of the body."""

    headings: tuple[Heading, ...]
    cited: tuple[Cited, ...]  # in the order in which the page shows them: footnotes come last
    links: tuple[Link, ...]
    anchors: frozenset[str]
    fences: tuple[BlockFence, ...]
    footnotes: tuple[Footnote, ...] = ()
    trouble: str = ""  # why Markdown cannot read the page, if so; then the rest is empty


@functools.lru_cache(maxsize=8192)
def scan_page(body: str) -> PageScan:
    """Return what the Markdown `body` (without front matter) holds. A pure function of the text."""
    try:
        blocks = cut_blocks(body.replace("\r\n", "\n").replace("\r", "\n"))
    except ValueError as error:
        return PageScan((), (), (), frozenset(), (), trouble=str(error))
    ids = frozenset(_explicit_ids(blocks.stretches, blocks.raw_html))
    taken = frozenset(_explicit_ids((s for s in blocks.stretches if not s.level), ()))
    citing = tuple(_citing(blocks.stretches))
    # A page that cites ends in lists with these ids.
    headings = _headings(blocks, taken | frozenset(_lists(citing)))
    links = [link for stretch in blocks.stretches for link in _links(stretch)]
    links += [Link(target.target, target.line) for target in blocks.definitions]
    return PageScan(
        headings=headings,
        cited=tuple(_cited(citing, headings)),
        links=tuple(sorted(links, key=lambda link: link.line)),
        anchors=ids | {heading.anchor for heading in headings},
        fences=tuple(sorted(_fences(blocks), key=lambda fence: fence.line)),
        footnotes=tuple(_footnotes(blocks)),
    )


class _Citing(NamedTuple):
    """A stretch that may cite: without what is no prose, and its citations with the parts they stand in."""

    stretch: Stretch
    prose: str
    found: tuple[tuple[CiteGroup, int, int], ...]


def _citing(stretches: Iterable[Stretch]) -> Iterator[_Citing]:
    for stretch in stretches:
        if "@" in stretch.text or "///" in stretch.text:
            prose = mask(stretch.text)
            yield _Citing(stretch, prose, tuple(_in_stretch(stretch.text, prose)))


def _lists(citing: Iterable[_Citing]) -> Iterator[str]:
    for one in citing:
        for group, _, _ in one.found:
            yield from (list_anchor(cited_by_key(item.key).kind) for item in group.items)


def plain(markdown: str) -> str:
    """Return the readable text of a piece of inline Markdown, without the marks of footnotes."""
    if "[^" in markdown:
        markdown = _FOOTNOTE.sub(lambda call: "" if call["name"] else call[0], markdown)
    return plain_text(_REFERENCE_LINK.sub(r"\1", markdown) if "][" in markdown else markdown)


def _explicit_ids(stretches: Iterable[Stretch], raw_html: Iterable[str]) -> Iterator[str]:
    """Yield the ids that attribute lists and raw HTML give."""
    for stretch in stretches:
        if "{" not in stretch.text and "<" not in stretch.text:
            continue
        text = mask_code(stretch.text)
        own = (_LINE_ID if stretch.level or stretch.row else _BLOCK_ID).finditer(text)
        yield from (found["id"] for found in chain(_INLINE_ID.finditer(text), own))
        yield from (html.unescape(found["id"]) for found in _HTML_ID.finditer(text))
    for raw in raw_html:
        yield from (html.unescape(found["id"]) for found in _HTML_ID.finditer(raw))


def _headings(blocks: Blocks, taken: Iterable[str]) -> tuple[Heading, ...]:
    """Return the headings with the anchors that Python-Markdown's toc extension gives them."""
    found = [stretch for stretch in blocks.stretches if stretch.level]
    typed = [(h.level, _without_citations(h.text, blocks.footnotes)) for h in found]
    named = name_headings(typed, taken)
    return tuple(
        Heading(heading.level, name.text, name.anchor, heading.lines[0])
        for heading, name in zip(found, named, strict=True)
    )


def _without_citations(typed: str, footnotes: Container[str]) -> str:
    """Cut out of a heading what its anchor and its entry in the contents list do not have."""
    if "@" not in typed and "[^" not in typed:
        return typed
    prose = mask(typed)
    for group in reversed(find_citations(prose)):
        if not group.textual or looks_like_key(group.items[0].key.text):
            # On the page an element stands there, which attribute lists around it are aware of.
            typed = typed[: group.start] + _NO_TEXT + typed[group.end :]
            prose = prose[: group.start] + " " * len(_NO_TEXT) + prose[group.end :]
    for call in reversed(list(_FOOTNOTE.finditer(prose))):
        if call["name"] in footnotes:
            typed = typed[: call.start()] + typed[call.end() :]
    return typed


def _cited(citing: Iterable[_Citing], headings: tuple[Heading, ...]) -> Iterator[Cited]:
    heading_lines = [heading.line for heading in headings]
    for stretch, prose, found in citing:
        ends = _sentence_ends(prose) if found else []
        for group, begin, end in found:
            line = stretch.line_of(group.start)
            above = bisect_right(heading_lines, line)
            card = begin == end
            sentence = "" if card else _sentence(stretch, ends, (begin, end), group)
            yield Cited(group, line, headings[above - 1] if above else None, sentence)


def _in_stretch(text: str, prose: str) -> Iterator[tuple[CiteGroup, int, int]]:
    """Yield the citations of a stretch, each with the part it stands in; a card stands in none.

    The lines of `///` blocks are no part of the sentences around them. A card cites without one.
    """
    begin = 0
    fences = _FENCE.finditer(prose) if "///" in prose else ()
    for fence in [*fences, None]:
        end = fence.start() if fence else len(prose)
        for group in find_citations(prose[begin:end]):
            yield _moved(group, begin) if begin else group, begin, end
        if fence:
            begin = fence.end()
            indented = _OPTIONS.match(text, begin)
            options = indented and is_mapping(textwrap.dedent(indented[0]))
            if indented and options:  # else it is text of the page
                begin = indented.end()
            card = _CARD.fullmatch(fence["rest"])
            # With options that it does not take it would stay plain text.
            takes = card and (not indented or (options and card["what"] == "transcript"))
            if card and takes:
                items = (CiteItem(CiteKey(_CARD_PREFIX[card["what"]] + card["name"])),)
                yield CiteGroup(items, False, fence.start(), fence.end()), begin, begin


def _moved(group: CiteGroup, by: int) -> CiteGroup:
    return CiteGroup(group.items, group.textual, group.start + by, group.end + by)


def _sentence_ends(prose: str) -> list[int]:
    """Return where sentences end, in order. A link or a citation is a word of its sentence."""
    words = _IN_BRACKETS.sub(lambda inside: "-" * len(inside[0]), prose)
    return [match.end() for match in _SENTENCE_END.finditer(words)]


def _sentence(stretch: Stretch, ends: list[int], part: tuple[int, int], group: CiteGroup) -> str:
    """Return the sentence of `part` around the citation, or the whole row of a table, on one line."""
    begin, stop = part
    typed = stretch.row
    if not typed:
        at = bisect_right(ends, group.start)
        begin = max(begin, ends[at - 1] if at else 0)
        after = bisect_left(ends, group.end)
        stop = min(stop, ends[after] if after < len(ends) else stop)
        typed = stretch.text[begin:stop]
    return " ".join((_STASHED.sub("", typed) if "\x02" in typed else typed).split())


def _links(stretch: Stretch) -> Iterator[Link]:
    if "](" not in stretch.text and "://" not in stretch.text:
        return
    prose = mask_code(stretch.text)
    for match in _LINK.finditer(prose):
        yield Link(match["angled"] or match["plain"] or "", stretch.line_of(match.start()))
    for match in _AUTOLINK.finditer(prose):
        yield Link(match["target"], stretch.line_of(match.start()))


def _footnotes(blocks: Blocks) -> Iterator[Footnote]:
    called: defaultdict[str, list[int]] = defaultdict(list)
    for stretch in blocks.stretches:
        if "[^" in stretch.text:
            for call in _FOOTNOTE.finditer(mask(stretch.text)):
                called[call["name"]].append(stretch.line_of(call.start()))
    for name in sorted({*called, *blocks.footnotes}):
        yield Footnote(name, blocks.footnotes.get(name, ()), tuple(called[name]))


def _fences(blocks: Blocks) -> Iterator[BlockFence]:
    for stretch in blocks.stretches:
        if "///" not in stretch.text:
            continue
        for match in _FENCE.finditer(mask_code(stretch.text)):
            options = _OPTIONS.match(stretch.text, match.end())
            yield BlockFence(
                match["rest"].strip(),
                stretch.line_of(match.start()),
                textwrap.dedent(options[0].strip("\n")) if options else "",
            )
