"""A page as Python-Markdown cuts it: each stretch of running text, with the lines it comes from.

Runs the real block parser, so that what is code or raw HTML here is so on the page. Knows neither
citations nor links.
"""

from __future__ import annotations

import functools
import html
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

from markdown.blockprocessors import BlockProcessor
from markdown.extensions.toc import unique
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

from markdown import Markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# What mkdocs.yml turns on that decides what is running text, and what a heading's anchor is. The
# `///` blocks are left out: their lines come as text, for the scan to find.
EXTENSIONS = (
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "tables",
    "toc",
)
_FENCED = "<pre></pre>"
# Text that is the same read as Markdown; most sentences are, and parsing them takes a tenth of a check.
# One may begin with what stands for a citation.
_LETTERS_ALONE = re.compile(
    r"(?![^_]*_)[\w\ue000][\w\s.,;?%'\"()/\u2013\u2019\u201c\u201d\ue000\ue001-]*"
)
# A block that is a paragraph whatever stands around it: no line of it begins as those of others do.
_PROSE = re.compile(r"(?:(?:[^\W\d_]|[@(\"“‘`]|\*{1,2}[^\W_])[^\n]*+(?:\n|\Z))+")
_FENCE_MARKS = ("```", "~~~")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# A mark stands behind the first letter of a line and spells its number in letters that nobody
# writes and that have no case (Linear B): to the block parser it is a part of the word.
_MARK = re.compile("\U00010050([\U00010000-\U00010009]+)")
_MARK_LETTERS = re.compile("[\U00010000-\U00010009\U00010050]")
_DIGITS = str.maketrans({str(digit): chr(0x10000 + digit) for digit in range(10)})
_NUMBERS = str.maketrans({chr(0x10000 + digit): str(digit) for digit in range(10)})
# Lines that a mark would spoil: fences of code, and tags.
_CONTAINERS = r"[ \t>]*(?:(?:[*+-]|\d+\.)[ \t]+)*"
_UNMARKED = re.compile(rf"{_CONTAINERS}(?:`{{3}}|~{{3}}|<)")
# Behind slashes or hashes; else behind the first letter, at sign or number, but not in the name of a
# footnote or a link definition and, if there is one, in the title of an admonition.
_PLACE = re.compile(
    r"[ ]*/{3,}"
    rf"|{_CONTAINERS}#{{1,6}}"
    rf"|(?:{_CONTAINERS}(?:\[[^\]]*\]:[ ]*<?)+|[ \t]*(?:!!!|\?\?\?)[^\"]*\")?+(?:"
    r"[\W\d_]*(?:(?<![<&/])|(?<=:[ ]<))[^\W\d_]"
    r"|[^@]*@"
    r"|[\W_]*\d++(?![.)]))"
)


# A line of a `///` block; an opening one with the indented lines below it, its options.
_FENCE = re.compile(
    r"(?:^|\n)(?P<fence>[ ]{0,3}/{3,}+[\U00010000-\U00010050]*"
    r"(?:[ ]*(?=\n|$)|[^\n]*(?:\n[ ]{4,}\S[^\n]*)*))(?:\n|$)"
)


class _Fences(BlockProcessor):
    """Keep the lines of `///` blocks apart: nothing before and after them reads on into them."""

    def test(self, parent: ET.Element, block: str) -> bool:
        return _FENCE.search(block) is not None

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        fence = _FENCE.search(block)
        if fence is None:
            return
        if fence.start():
            self.parser.parseBlocks(parent, [block[: fence.start()]])
        # No paragraph: a definition list would make a term of it.
        ET.SubElement(parent, "div").text = fence["fence"]
        if fence.end() < len(block):
            blocks.insert(0, block[fence.end() :])


class _Prose(BlockProcessor):
    """Make a paragraph of a block that can be nothing else, before each kind of block looks at it."""

    def test(self, parent: ET.Element, block: str) -> bool:
        return _PROSE.fullmatch(block) is not None

    def run(self, parent: ET.Element, blocks: list[str]) -> Any:
        return self.parser.blockprocessors["paragraph"].run(parent, blocks)


class Stretch(NamedTuple):
    """Running text that is read in one go: a paragraph, a heading, an item, a cell.

    `text` has no marks of quotes or lists; `lines` gives the line of the page (from 1) for each line of
    `text`. `row` is the whole row if it is a cell, else `""`.
    """

    text: str
    lines: tuple[int, ...]
    level: int = 0  # 1 to 6 for a heading
    row: str = ""

    def line_of(self, offset: int) -> int:
        """Return the line of the page on which `text[offset]` stands."""
        return self.lines[self.text.count("\n", 0, offset)]


@dataclass(frozen=True, slots=True)
class Definition:
    """The target of `[name]: target`, and its line."""

    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Blocks:
    """A page cut in pieces, in the order in which it shows them: footnotes come last."""

    stretches: tuple[Stretch, ...]
    definitions: tuple[Definition, ...]
    footnotes: Mapping[str, tuple[int, ...]]  # the lines that define each, by name
    raw_html: tuple[str, ...]


class Anchored(NamedTuple):
    """A heading as the contents list has it: readable text, and its anchor."""

    text: str
    anchor: str


def cut_blocks(body: str) -> Blocks:
    """Return the pieces of the Markdown `body`, whose lines end in newlines alone.

    Raises ValueError if Python-Markdown cannot read it, as it cannot when the site is built.
    """
    md = _parser()
    md.reset()
    fenced = _record_fenced(md)
    footnotes: Any = md.treeprocessors["footnote"]
    defined = _record_definitions(footnotes.footnotes)
    lines = _marked(body).split("\n")
    has_code = any(mark in body for mark in _FENCE_MARKS)
    try:
        for name in ("normalize_whitespace", "html_block", "fenced_code_block"):
            if has_code or name != "fenced_code_block":  # which looks at each line
                lines = md.preprocessors[name].run(lines)
        root: Any = md.parser.parseDocument(lines).getroot()
        footnotes.run(root)
    except Exception as error:
        _parser.cache_clear()  # it may have stopped in the middle of something
        raise ValueError(f"{type(error).__name__}: {error}") from error
    stash = (_unmarked(item) for item in md.htmlStash.rawHtmlBlocks if isinstance(item, str))
    return Blocks(
        stretches=tuple(_stretches(root, body.count("\n") + 1, fenced)),
        definitions=tuple(_definition(target) for target, _ in md.references.values()),
        footnotes={
            name: tuple(sorted(defined.get(name) or {1})) for name in footnotes.footnotes.footnotes
        },
        raw_html=tuple(item for item in stash if item != _FENCED),
    )


def name_headings(
    headings: Iterable[tuple[int, str]], taken: Iterable[str]
) -> tuple[Anchored, ...]:
    """Return what the contents list makes of headings, given the level and the Markdown of each.

    `taken` are ids that other elements of the page have.
    """
    typed = list(headings)
    if all(_LETTERS_ALONE.fullmatch(text) for _, text in typed):
        return tuple(_named_plainly([text for _, text in typed], taken))
    md = _parser()
    md.reset()
    root = ET.Element("div")
    for anchor in taken:
        ET.SubElement(root, "span", {"id": anchor})
    for level, text in typed:
        ET.SubElement(root, f"h{level}").text = text
    for name in ("inline", "attr_list", "toc"):
        md.treeprocessors[name].run(root)
    tokens = _flat(getattr(md, "toc_tokens", []))
    return tuple(Anchored(html.unescape(token["name"]), token["id"]) for token in tokens)


def _named_plainly(headings: Iterable[str], taken: Iterable[str]) -> Iterator[Anchored]:
    """Yield the same for headings without a mark of Markdown, as those of most pages are."""
    toc: Any = _parser().treeprocessors["toc"]
    used = set(taken)
    for heading in headings:
        name = " ".join(heading.split())
        yield Anchored(name, unique(toc.slugify(name, toc.sep), used))


@functools.lru_cache(maxsize=16384)
def plain_text(markdown: str) -> str:
    """Return what a reader sees of inline Markdown: letters and the alternative texts of images."""
    if _LETTERS_ALONE.fullmatch(markdown):
        return " ".join(markdown.split())
    md = _parser()
    md.reset()
    root = ET.Element("div")
    ET.SubElement(root, "p").text = markdown
    for name in ("inline", "attr_list", "unescape"):
        md.treeprocessors[name].run(root)
    text = "".join(_visible(root))
    # Entities and tags stand in the stash: the ones are letters, the others nothing.
    stash = [item for item in md.htmlStash.rawHtmlBlocks if isinstance(item, str)]
    text = HTML_PLACEHOLDER_RE.sub(lambda found: _letters(stash, int(found[1])), text)
    return " ".join(text.split())


def _visible(element: ET.Element) -> Iterator[str]:
    """Yield the text of `element` in order. Python-Markdown has escaped that of code and autolinks."""
    if element.tag == "img":
        yield element.get("alt", "")
    yield _unescaped(element.text)
    for child in element:
        yield from _visible(child)
        yield _unescaped(child.tail)


def _unescaped(text: str | None) -> str:
    return html.unescape(text) if isinstance(text, AtomicString) else text or ""


def _code(source: str) -> str:
    """Return a code span of the text on one line, in which nothing is read as Markdown."""
    ticks = "`" * (1 + max(map(len, re.findall("`+", source)), default=0))
    return f"{ticks} {' '.join(source.split())} {ticks}"


def _letters(stash: list[str], at: int) -> str:
    raw = stash[at] if at < len(stash) else ""
    return html.unescape(raw) if raw.startswith("&") else ""


@functools.cache
def _parser() -> Markdown:
    md = Markdown(extensions=list(EXTENSIONS))
    md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "@"]  # as the citations' extension has it
    # Where pymdownx.blocks has its own: after admonitions, before code, lists and headings.
    md.parser.blockprocessors.register(_Fences(md.parser), "kb_fences", 89.99)
    md.parser.blockprocessors.register(_Prose(md.parser), "kb_prose", 1000)
    return md


def _record_fenced(md: Markdown) -> Mapping[int, str]:
    """Return what will hold the text of each fenced block, by its place in the stash.

    Coloring code takes longer than all the rest, and nobody looks at it here.
    """
    texts: dict[int, str] = {}

    def keep(*, src: str, **_: Any) -> str:
        texts[md.htmlStash.html_counter] = _unmarked(src)
        return _FENCED

    fences: Any = md.preprocessors["fenced_code_block"]
    fences.extension.superfences[0]["formatter"] = keep
    return texts


def _record_definitions(extension: Any) -> Mapping[str, set[int]]:
    """Return what will hold the lines on which each footnote is defined: the parser keeps the last text."""
    lines: defaultdict[str, set[int]] = defaultdict(set)

    def keep(name: str, text: str) -> None:
        lines[name].update([line] if (line := _marked_line(text)) else [])
        type(extension).setFootnote(extension, name, text)

    extension.setFootnote = keep
    return lines


def _marked(body: str) -> str:
    """Return the text with a mark in each line that can bear one."""
    lines = _MARK_LETTERS.sub("\ufffd", body).split("\n")
    for number, line in enumerate(lines, start=1):
        place = None if not line or _UNMARKED.match(line) else _PLACE.match(line)
        if place:
            mark = "\U00010050" + str(number).translate(_DIGITS)
            lines[number - 1] = line[: place.end()] + mark + line[place.end() :]
    return "\n".join(lines)


def _unmarked(text: str) -> str:
    return _MARK.sub("", text) if "\U00010050" in text else text


def _marked_line(text: str) -> int:
    """Return the line that the first mark in `text` tells, 0 if it has none."""
    mark = _MARK.search(text)
    return int(mark[1].translate(_NUMBERS)) if mark else 0


def _stretches(root: ET.Element, end: int, fenced: Mapping[int, str]) -> Iterator[Stretch]:
    last = 0
    for text, level, row in _texts(root):
        lines = [_marked_line(line) for line in text.split("\n")]
        if row and not lines[0]:
            lines = [row.line]
        last = _fill(lines, last, end)
        words = _unmarked(text)
        if level:  # a line below a fenced block makes a heading of it
            words = HTML_PLACEHOLDER_RE.sub(
                lambda it: _code(fenced.get(int(it[1]), "")), words
            ).strip()
        yield Stretch(words, tuple(lines), level, row.typed if row else "")


def _fill(lines: list[int], last: int, end: int) -> int:
    """Give each line without a mark the number that its neighbors ask for; return the last number."""
    if len(lines) == 1:  # as most have
        lines[0] = min(lines[0] or last + 1, end)
        return lines[0]
    first = next((at for at, line in enumerate(lines) if line), None)
    before = last if first is None else max(1, lines[first] - first) - 1
    for at, line in enumerate(lines):
        before = lines[at] = min(line or before + 1, end)
    return before


class _Row(NamedTuple):
    """A row of a table: the line that a mark in it tells, or 0, and what a reader has before him."""

    line: int
    typed: str


def _row(element: ET.Element) -> _Row:
    cells = [cell.text or "" for cell in element]
    typed = " · ".join(cell.strip() for cell in cells if cell.strip())
    return _Row(_marked_line(" ".join(cells)), _unmarked(typed))


def _texts(element: ET.Element) -> Iterator[tuple[str, int, _Row | None]]:
    """Yield the running text below `element` in the order of the page, its level, the row it is in."""
    row = _row(element) if element.tag == "tr" else None
    for child in element:
        level = int(child.tag[1]) if child.tag in _HEADINGS else 0
        if level or _is_running(child.text):
            yield child.text or "", level, row
        if len(child):
            yield from _texts(child)
        # What follows indented code without a blank line gets lost in pymdownx.highlight.
        if child.tag != "pre" and _is_running(child.tail):
            yield child.tail or "", 0, None


def _is_running(text: str | None) -> bool:
    return bool(text and text.strip()) and not isinstance(text, AtomicString)


def _definition(target: str) -> Definition:
    return Definition(_unmarked(target), _marked_line(target) or 1)


def _flat(tokens: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for token in tokens:
        yield token
        yield from _flat(token["children"])
