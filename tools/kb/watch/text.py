"""Bytes of a feed to text that a parser can be trusted with, and markup to plain words. Pure."""

from __future__ import annotations

import codecs
import html
import re
from xml.parsers import expat

from kb.arxiv.records import clean_text
from kb.arxiv.trouble import BodyTroubleError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_HTML_PAGE = re.compile(r"\s*<(?:!doctype\s+html\s*>|html\b)", re.IGNORECASE)
_TAG = re.compile(r"<[/!?]?[a-zA-Z][^<>]*>|<[!?/][^<>]*>")
_HIDDEN = ("script", "style", "template", "noscript")
_UNSEEN = re.compile(rf"<({'|'.join(_HIDDEN)})\b[^<>]*>|<!--", re.IGNORECASE)
_ENDS = {name: re.compile(rf"</{name}[^<>]*>", re.IGNORECASE) for name in _HIDDEN} | {
    "--": re.compile("-->")
}
_DEEPEST = 100  # elements within elements; a feed has about ten
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# Encodings of text that read ASCII as ASCII. Python's others would unpack, decode twice or guess.
_KNOWN = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp125\d|koi8-\w|gb2312|gbk|gb18030|big5|shift_jis|euc_\w+"
)
_LAST_RESORT = "cp1252"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, section 2.2


def feed_text(body: bytes, content_type: str) -> tuple[str, str]:
    """Return the text of a feed without XML declaration, and a remark if it had to be guessed at.

    A byte order mark counts more than the header, the header more than the declaration (RFC 7303,
    section 3). What is not in the encoding it claims is read as Windows-1252, which never fails:
    better a wrong letter in a title than a feed that nobody sees. Raises BodyTroubleError for what
    declares a document type: entities can grow without bound and name files.
    """
    text, remark = _decode(body, content_type)
    if not text.strip():
        raise BodyTroubleError("the feed is empty")
    if _HTML_PAGE.match(text):
        raise BodyTroubleError("this is an HTML page instead of a feed")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BodyTroubleError("the feed declares a document type or entities, which are not read")
    return _FORBIDDEN.sub(" ", _DECLARATION.sub("", text, count=1)), remark


def _decode(body: bytes, content_type: str) -> tuple[str, str]:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.removeprefix(mark).decode(name, "replace"), ""
    charset = _CHARSET.search(content_type)
    declared = _DECLARED.match(body)
    claimed = charset[1] if charset else declared[1].decode("ascii") if declared else "utf-8"
    for name in (claimed, "utf-8"):
        codec = _codec(name)
        if codec is None:
            continue
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        return text, "" if name == claimed else f"it says {claimed!r} and was read as UTF-8"
    text = body.decode(_LAST_RESORT, "replace")
    return text, f"it is not {claimed!r} and was read as Windows-1252: letters may be wrong"


def _codec(name: str) -> str | None:
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return None
    return known if _KNOWN.fullmatch(known) else None


def check_xml(data: bytes) -> None:
    """Raise BodyTroubleError unless `data` is one whole XML document, and no deeper than a feed is.

    feedparser takes broken XML for HTML and guesses at it, in a time that grows with the square of
    the size; so it gets whole documents only.
    """
    parser = expat.ParserCreate("utf-8")
    depth = 0

    def begin(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise BodyTroubleError(f"elements lie more than {_DEEPEST} deep in one another")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        what = expat.errors.messages[error.code]
        raise BodyTroubleError(
            f"the feed is broken or cut off: line {error.lineno}: {what}"
        ) from None


def plain_words(markup: str) -> str:
    """Return what a reader sees of HTML as one line of text: no tags, no scripts, no comments.

    Not `html.parser`, whose time grows with the square of a text of `<a <a <a`. Nothing rests on the
    result being free of markup: it is shown as text.
    """
    seen = []
    at = 0
    while opened := _UNSEEN.search(markup, at):
        seen.append(markup[at : opened.start()])
        closed = _ENDS[(opened[1] or "--").lower()].search(markup, opened.end())
        at = closed.end() if closed else len(markup)
    seen.append(markup[at:])
    return clean_text(html.unescape(_TAG.sub(" ", " ".join(seen))))
