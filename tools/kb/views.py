"""What a page shows of a reference: readable strings and safe HTML, the same in every list and card."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from latex2mathml.converter import convert as tex_to_mathml
from markupsafe import Markup, escape

from kb.arxiv.history import Mark, marks
from kb.bib.symbols import Style
from kb.bib.tex import parse_tex, plain_text
from kb.citable import cited_by_key, turn_anchor
from kb.ids import CiteKey, Doi
from kb.notes.front_matter import AnnotationMeta, NoteMeta
from kb.notes.page import Page, PageKind
from kb.site import Site, reference_path

if TYPE_CHECKING:
    from kb.arxiv.lock import Locked
    from kb.bib.labels import Label
    from kb.model import Name, Reference
    from kb.notes.schema import PaperVersion

_SHORT_LIST = 3

_TAGS = {
    Style.EMPH: "em",
    Style.STRONG: "strong",
    Style.CODE: "code",
    Style.SUPERSCRIPT: "sup",
    Style.SUBSCRIPT: "sub",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a work can be found: what the link says, and where it leads."""

    text: str
    url: str


def link_of(site: Site, key: CiteKey) -> Address:
    """Return the link to what `key` names, a turn of a transcript say; without address if it is unknown."""
    label = site.labels.get(key)
    if label is None:
        return Address(str(key), "")
    cited = cited_by_key(key)
    anchor = f"#{turn_anchor(cited.turn)}" if cited.turn else ""
    return Address(label.textual, f"/{cited.path}{anchor}")


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """A reference as lists, cards and its own page show it. `title` and `venue` are HTML."""

    key: CiteKey
    href: str  # absolute below docs/, ends in .md: MkDocs makes it relative and checks it
    label: Label
    authors: str  # cut after three names
    all_authors: str
    date: str
    title: Markup
    plain_title: str
    venue: Markup
    plain_venue: str
    kind: str
    topic: str
    status: str
    grade: str  # "" for a record seen in a primary source
    grade_note: str
    verdict: str
    read: str  # the version our annotation was written from
    newest: str  # the newest version arXiv has told of, if it is not the one that was read
    withdrawn: bool
    marks: tuple[Mark, ...]  # what else became of it on arXiv
    addresses: tuple[Address, ...]
    cited: int  # how many passages of the site cite it


def view_reference(site: Site, key: CiteKey, page: str = "") -> ReferenceView:
    """Return what is shown of the reference `key`. Raises KeyError if the store has none.

    On the page at path `page` the version that counts as read is the one this page was written from,
    if it says so; elsewhere it is that of the annotation.
    """
    reference = site.references[key]
    annotation = site.annotation(key)
    meta = annotation.meta if annotation else None
    noted = meta if isinstance(meta, AnnotationMeta) else None
    locked = site.locked.get(key)
    read = _read_on(site, key, page) or (noted.read if noted else None)
    return ReferenceView(
        key=key,
        href="/" + reference_path(key),
        label=site.labels[key],
        authors=format_names(reference.authors, others=reference.others, limit=_SHORT_LIST),
        all_authors=format_names(reference.authors, others=reference.others),
        date=str(reference.date) if reference.date else "",
        title=tex_html(reference.title),
        plain_title=plain_text(reference.title),
        venue=tex_html(reference.venue),
        plain_venue=plain_text(reference.venue),
        kind=kind_of(reference),
        topic=reference.topic,
        status=status_of(reference),
        grade=reference.grade.value if reference.grade else "",
        grade_note=plain_text(reference.field("gradenote")),
        verdict=noted.verdict if noted else "",
        read=read or "",
        newest=_newer(locked, read),
        withdrawn=locked is not None and locked.withdrawn,
        marks=marks(locked.events) if locked else (),
        addresses=addresses_of(reference),
        cited=len(site.cited_by.get(key, ())),
    )


def _read_on(site: Site, key: CiteKey, path: str) -> PaperVersion | None:
    page = site.pages.get(path)
    meta = page.meta if page else None
    return (meta.read or {}).get(str(key)) if isinstance(meta, NoteMeta) else None


def _newer(locked: Locked | None, read: PaperVersion | None) -> str:
    """Return the newest version if it is newer than the one read, else `""`."""
    version = locked.id.version if locked else None
    return f"v{version}" if read and version and int(read[1:]) < version else ""


def page_title(site: Site, page: Page) -> str:
    """Return what a page is called: an annotation is called like the work it speaks of."""
    key = CiteKey(page.slug)
    if page.kind is PageKind.ANNOTATION and key in site.references:
        return plain_text(site.references[key].title)
    return page.title


def topic_title(site: Site, topic: str) -> str:
    """Return the short title of the section of that name, else the topic's own name in words."""
    index = site.pages.get(f"{topic}/index.md")
    return index.short_title if index else topic.replace("-", " ").capitalize()


def format_names(names: tuple[Name, ...], *, others: bool = False, limit: int = 0) -> str:
    """Return names as one reads them, at most `limit` of them (0: all), the rest counted."""
    written = [f"{n.given} {n.label}{', ' + n.suffix if n.suffix else ''}".strip() for n in names]
    if limit and len(written) > limit + 1:
        rest = "others" if others else f"{len(written) - limit} others"
        return f"{', '.join(written[:limit])} and {rest}"
    if others:
        return f"{', '.join(written)} and others"
    if len(written) > 1:
        return f"{', '.join(written[:-1])} and {written[-1]}"
    return "".join(written)


def kind_of(reference: Reference) -> str:
    """Return what sort of thing the work is, in a word or two."""
    subtype = reference.field("entrysubtype")
    if subtype:
        return subtype
    if reference.kind in ("inproceedings", "conference", "incollection"):
        return "conference paper"
    if reference.kind == "article":
        return "article"
    if reference.eprint:
        return "preprint"
    return {"online": "web page", "misc": "other", "techreport": "report"}.get(
        reference.kind, reference.kind
    )


def status_of(reference: Reference) -> str:
    """Return how far a paper has come: `preprint, v2`, `published`; `""` for what is no paper."""
    if not reference.eprint:
        return "published" if reference.kind in ("article", "inproceedings") else ""
    state = "preprint" if reference.kind in ("misc", "online", "unpublished") else "published"
    version = reference.field("version")
    return f"{state}, arXiv v{version}" if version else state


def addresses_of(reference: Reference) -> tuple[Address, ...]:
    """Return the links of a work: arXiv page and pdf, DOI, any other address."""
    found = []
    if reference.eprint:
        arxiv = reference.eprint
        found += [Address(f"arXiv:{arxiv.base}", arxiv.abs_url), Address("pdf", arxiv.pdf_url)]
    if reference.doi:
        found.append(Address(f"doi:{reference.doi}", Doi(reference.doi).url))
    if reference.url.startswith(("https://", "http://")):
        host = reference.url.split("/")[2].removeprefix("www.")
        found.append(Address(host, reference.url))
    return tuple(found)


@functools.lru_cache(maxsize=16384)
def tex_html(text: str) -> Markup:
    """Return TeX as well-formed HTML: accents as letters, formulas as MathML, capitals as typed."""
    parts = []
    for run in parse_tex(text):
        if run.style is Style.MATH:
            parts.append(_math(run.text))
            continue
        tag = _TAGS.get(run.style)
        shown = escape(run.text)
        parts.append(Markup(f"<{tag}>{shown}</{tag}>") if tag else shown)  # noqa: S704 - escaped above
    return Markup("").join(parts)


def _math(tex: str) -> Markup:
    """Return a formula as MathML, or as typed if it cannot be read."""
    try:
        mathml = tex_to_mathml(tex).replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
        ET.fromstring(mathml)  # noqa: S314 - our own output, checked for being well formed
    except Exception:  # noqa: BLE001 - the converter raises whatever it trips over
        return escape(f"${tex}$")
    return Markup(mathml)  # noqa: S704 - made by the converter, which escapes
