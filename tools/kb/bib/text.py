"""Bytes of a .bib file to text and back: BOM, declared encoding, UTF-8. Knows no BibTeX syntax.

Line ends are never touched: what is decoded encodes to the same bytes again.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from kb.problems import Problem, Rule

ENCODING = Rule(
    "KB201",
    "a .bib file is text in UTF-8 or in the encoding it declares",
    "Bytes that cannot be decoded would have to be guessed at, and a guess damages names.",
)
RULES: tuple[Rule, ...] = (ENCODING,)

# Longest first: the UTF-32 LE mark begins with that of UTF-16 LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How an ASCII character at the very start looks in a wide encoding without a mark.
_WIDE = (
    (re.compile(rb"[^\0]\0\0\0", re.DOTALL), "utf-32-le"),
    (re.compile(rb"\0\0\0[^\0]", re.DOTALL), "utf-32-be"),
    (re.compile(rb"[^\0]\0[^\0]", re.DOTALL), "utf-16-le"),
    (re.compile(rb"\0[^\0]\0", re.DOTALL), "utf-16-be"),
)
_DECLARATIONS = re.compile(
    rb"""^[ \t]*(?:
        %+[ \t]*Encoding:[ \t]*(?P<jabref>[\w-]+)
      | %.*?-\*-(?:.*?[ \t;])?coding:[ \t]*(?P<emacs>[\w-]+)
      | %[ \t]*![ \t]*(?:TeX|BIB)[ \t]+encoding[ \t]*=[ \t]*(?P<tex>[\w -]+)
      | %+[ ]Saved[ ]with[ ]string[ ]encoding[ ].*?\((?P<bibdesk>[\w -]+)\)
      | @comment\{x-kbibtex-encoding=(?P<kbibtex>[\w-]+)
    )""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_HEADER = 4096  # bytes in which a declaration is looked for
# Editors' names of encodings that Python does not know.
_ALIASES = {
    "utf-8 unicode": "utf-8",
    "isolatin": "iso8859-1",
    "iso latin 1": "iso8859-1",
    "isolatin2": "iso8859-2",
    "isolatin9": "iso8859-15",
    "windows latin 1": "cp1252",
    "mac os roman": "mac-roman",
    "macosroman": "mac-roman",
}
_LATIN = re.compile(r"(?:iso-)?latin-(\d+)")
# Encodings that read ASCII as ASCII. What Python also calls encodings (utf-7, idna,
# unicode_escape, rot13) would change the text or fail in ways of its own.
_TEXT_CODECS = re.compile(
    r"utf-8|iso8859-\d+|cp(?:125\d|437|8\d\d|932|949|950)|koi8-\w|mac-\w+"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc_\w+|tis-620"
)


@dataclass(frozen=True, slots=True)
class BibText:
    """The text of a .bib file and how its bytes spell it.

    `path` is relative to the root of the project. `text` holds line ends as they stand in the file
    and no byte order mark; `mark` is the mark the file began with, or `b""`.
    """

    path: str
    text: str
    encoding: str = "utf-8"
    mark: bytes = b""

    def encode(self, text: str | None = None) -> bytes:
        """Return the bytes of `text`, or of the text as it was read, in the file's own encoding.

        Raises UnicodeEncodeError if `text` holds a character which that encoding lacks.
        """
        return self.mark + (self.text if text is None else text).encode(self.encoding)


def decode_bib(data: bytes, path: str) -> BibText | Problem:
    """Return the text of `data`, or the problem that says why it cannot be read.

    A byte order mark decides; else the encoding that the file declares the way JabRef, Emacs, TeX
    editors, BibDesk or KBibTeX do; else it must be UTF-8.
    """
    mark, encoding = _detect_encoding(data)
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        return _undecodable(data, path, mark, error)
    source = BibText(path, text, encoding, mark)
    # Some East Asian encodings spell one text in several ways; such a file we could not give back.
    if not encoding.startswith("utf") and source.encode() != data:
        return ENCODING.at(
            path,
            1,
            f"file must be spelled as its encoding would write it: '{encoding}'",
            "save the file as UTF-8",
        )
    return source


def read_bib(data: bytes, path: str) -> tuple[BibText, Problem | None]:
    """Return the text of `data` for reading, and the problem for which it must not be written.

    Where a byte is no text, U+FFFD stands: one wrong letter must not cost the entries around it.
    """
    source = decode_bib(data, path)
    if isinstance(source, BibText):
        return source, None
    mark, encoding = _detect_encoding(data)
    text = data[len(mark) :].decode(encoding, "replace")
    return BibText(path, text, encoding, mark), source


def _detect_encoding(data: bytes) -> tuple[bytes, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return mark, encoding
    for start, encoding in _WIDE:
        if start.match(data):
            return b"", encoding
    return b"", declared_encoding(data) or "utf-8"


def declared_encoding(data: bytes) -> str:
    """Return Python's name of the encoding that the first lines of `data` declare, or `""`.

    Names that Python does not know count as not declared, and so do those that contradict the
    fact that the declaration could be read (a file that is called UTF-16 and is none).
    """
    for found in _DECLARATIONS.finditer(data[:_HEADER].replace(b"\r", b"\n")):
        name = (found[found.lastgroup or 0]).decode("ascii", "replace").strip().lower()
        name = name.removesuffix("-unix").removesuffix("-dos").removesuffix("-mac")
        name = _LATIN.sub(r"latin\1", name)
        try:
            codec = codecs.lookup(_ALIASES.get(name, name)).name
        except (LookupError, ValueError):
            continue
        if _TEXT_CODECS.fullmatch(codec):
            return codec
    return ""


def _undecodable(data: bytes, path: str, mark: bytes, error: UnicodeDecodeError) -> Problem:
    offset = len(mark) + error.start
    before = data[len(mark) : offset].decode(error.encoding, "replace")
    value = "".join(f"\\x{byte:02x}" for byte in data[offset : offset + 1])
    if mark or declared_encoding(data):
        fix = "save the file in the encoding it declares, or correct the declaration"
    else:
        fix = (
            "save the file as UTF-8, or declare its encoding on the first line, "
            "such as % Encoding: windows-1252"
        )
    name = error.encoding.upper() if error.encoding.startswith("utf") else error.encoding
    return ENCODING.at(
        path,
        1 + count_line_ends(before),
        f"every byte must be text in {name}: '{value}' at byte {offset}",
        fix,
    )


def count_line_ends(text: str, start: int = 0, end: int | None = None) -> int:
    r"""Return how many lines end in `text[start:end]`, by `\n`, `\r\n` or `\r` alone."""
    end = len(text) if end is None else end
    lines = text.count("\n", start, end)
    if text.find("\r", start, end) >= 0:
        lines += text.count("\r", start, end) - text.count("\r\n", start, end)
    return lines
