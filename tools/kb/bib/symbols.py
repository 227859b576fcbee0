"""What TeX's commands in running text stand for: tables and the look-up. Knows no syntax of TeX."""

from __future__ import annotations

import codecs
import enum
import unicodedata
from functools import lru_cache


class Style(enum.Enum):
    """How a run of text looks."""

    PLAIN = "plain"
    EMPH = "emph"
    STRONG = "strong"
    CODE = "code"
    SMALLCAPS = "smallcaps"
    SUPERSCRIPT = "sup"
    SUBSCRIPT = "sub"
    MATH = "math"


# \command{text}
STYLES = {
    "emph": Style.EMPH,
    "mkbibemph": Style.EMPH,
    "textit": Style.EMPH,
    "textsl": Style.EMPH,
    "mkbibbold": Style.STRONG,
    "textbf": Style.STRONG,
    "path": Style.CODE,
    "texttt": Style.CODE,
    "textsc": Style.SMALLCAPS,
    "mkbibsuperscript": Style.SUPERSCRIPT,
    "textsuperscript": Style.SUPERSCRIPT,
    "textsubscript": Style.SUBSCRIPT,
}
# {\command text}
DECLARATIONS = {
    "em": Style.EMPH,
    "it": Style.EMPH,
    "itshape": Style.EMPH,
    "sl": Style.EMPH,
    "bf": Style.STRONG,
    "bfseries": Style.STRONG,
    "tt": Style.CODE,
    "ttfamily": Style.CODE,
    "sc": Style.SMALLCAPS,
    "scshape": Style.SMALLCAPS,
    "rm": Style.PLAIN,
    "upshape": Style.PLAIN,
}
# Commands that show nothing in running text.
TRANSPARENT = frozenset(
    {"hbox", "mbox", "NoCaseChange", "protect", "relax", "text", "textmd", "textnormal"}
    | {"textrm", "textsf", "textup", "underline"}
)
# Accents as the combining characters that follow their letter.
ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
# What latexcodec does not know, or reads in a way that does not suit running text.
_SYMBOLS = {
    **dict.fromkeys((" ", "\t", "\n", "\r", "\\", "newline", "par"), " "),
    **dict.fromkeys(("-", "/", "@", "!"), ""),
    **dict.fromkeys((",", ":", ";", "thinspace"), "\u2009"),
    **{mark: mark for mark in "&%_#${}"},
    "BibTeX": "BibTeX",
    "LaTeX": "LaTeX",
    "TeX": "TeX",
    "NG": "Ŋ",
    "ng": "ŋ",
    "dots": "…",
    "euro": "€",
    "j": "\u0237",
    "lbrace": "{",
    "nobreakspace": "\u00a0",
    "rbrace": "}",
    "slash": "/",
    "textasciicircum": "^",
    "textasciitilde": "~",
    "textbackslash": "\\",
    "textbar": "|",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textellipsis": "…",
    "texteuro": "€",
    "textgreater": ">",
    "textless": "<",
    "textmu": "µ",
    "textonehalf": "½",
    "textquotedbl": '"',
    "textquotedblleft": "\u201c",
    "textquotedblright": "\u201d",
    "textquoteleft": "\u2018",
    "textquoteright": "\u2019",
    "textquotesingle": "'",
    "texttimes": "\u00d7",
    "textunderscore": "_",
}

_COMMANDS = {text: name for name, text in _SYMBOLS.items() if name.startswith("text")}


def _latex() -> codecs.CodecInfo:
    """Return the codec `latex`, which an import registers: its tables are not needed to know this module."""
    import latexcodec  # noqa: F401, PLC0415

    return codecs.lookup("latex")


@lru_cache(maxsize=1024)
def find_symbol(name: str) -> str | None:
    """Return the text that the command `name` (without backslash) stands for, if it is known."""
    if name in _SYMBOLS:
        return _SYMBOLS[name]
    if not (name.isascii() and name.isalpha()):
        return None
    text = str(_latex().decode(f"\\{name}".encode())[0])
    return None if "\\" in text else text


def compose(letter: str, accent: str) -> str | None:
    """Return `letter` under the combining character `accent`, or nothing if it is no letter."""
    if not letter.isalpha():
        return None
    return unicodedata.normalize("NFC", {"\u0131": "i", "\u0237": "j"}.get(letter, letter) + accent)


@lru_cache(maxsize=1024)
def find_command(symbol: str) -> str | None:
    """Return the command (without backslash) that stands for the character `symbol`, if any."""
    if symbol in _COMMANDS:
        return _COMMANDS[symbol]
    try:
        name = _latex().encode(symbol)[0].decode("ascii").removeprefix("\\")
    except UnicodeError:
        return None
    return name if find_symbol(name) == symbol else None
