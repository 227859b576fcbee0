"""What the site publishes beyond the files of docs/: reference pages, navigation, downloads.

Pure: a `Site` in, texts out. Knows neither MkDocs nor HTML.
"""

from __future__ import annotations

import html
import inspect
import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kb.bib.tex import plain_text
from kb.citable import question_key, transcript_key, turn_anchor
from kb.computed import COMPUTED, Computation
from kb.glossary import GLOSSARY
from kb.ids import CiteKey
from kb.news import FEED_PATH, news_feed
from kb.notes.page import PageKind
from kb.own_citation import own_citation
from kb.question_exports import QUESTION_PATHS, question_downloads
from kb.question_views import view_question
from kb.questions.record import ANCHORS
from kb.register_views import row_anchors
from kb.site import known_keys, reference_path
from kb.transcript_views import transcript_path, view_transcript
from kb.views import kind_of, page_title, view_reference

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Mapping

    from kb.notes.page import Page
    from kb.site import Site

# What the pages of a folder are to a reader, if each does not stand for one thing.
_FOLDERS = {
    "about": "about this site",
    "guide": "writing guide",
    "questions": "register",
    "references": "register",
    "registers": "register",
    "transcripts": "register",
}

# A navigation entry as MkDocs has it: a path, or a title with entries below it.
NavItem = str | dict[str, Any]


def generated_pages(site: Site) -> Mapping[str, str]:
    """Return the Markdown of every page that no file in docs/ holds, by path below docs/."""
    references = {
        reference_path(key): "" for key in site.references if reference_path(key) not in site.pages
    }
    transcripts = {transcript_path(slug): "" for slug in site.transcripts}
    return {**references, **transcripts, **{f"computed/{name}.md": "" for name in COMPUTED}}


def frame(site: Site, path: str, body: str) -> str:
    """Return the Markdown to publish at `path`, given the Markdown a writer put there.

    A reference's page gets its title, facts, passages and BibTeX around the annotation, a question's its
    state and its ledger around the text; any other page is published as it is.
    """
    computation = computation_at(path)
    if computation is not None:
        return _computation_page(computation)
    slug = transcript_at(site, path)
    if slug is not None:
        return f"/// transcript-page | {slug}\n///\n{_bearing(site, transcript_key(slug))}"
    question = question_at(site, path)
    if question is not None:
        return _question_page(question, body)
    key = reference_at(site, path)
    if key is None:
        return body
    source = site.references[key].source.strip()
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", source)), 3)
    note = body.strip() or "_Nobody has annotated this work yet._"
    unsaid = "" if body.strip() else " data-search-exclude"
    return f"""\
/// reference-facts | {key}
///

## What we think of it {{ #annotation{unsaid} }}

{note}
{_bearing(site, key)}
## Cited by {{ #cited-by data-search-exclude }}

/// cited-by | {key}
///

## BibTeX {{ #bibtex data-search-exclude }}

{fence}bibtex
{source}
{fence}
"""


def _question_page(slug: str, body: str) -> str:
    """Return the page of a question: its state above the text, its ledger below."""
    return f"""\
/// question-head | {slug}
///

## Why it matters {{ #why }}

{body.strip()}

/// question-ledger | {slug}
///
"""


def _bearing(site: Site, key: CiteKey) -> str:
    """Return the part of a source's page that says on which questions it bears, `""` if on none."""
    if key not in site.bears_on and key not in site.waits_on:
        return ""
    return f"\n## Questions it bears on {{ #questions data-search-exclude }}\n\n/// bears-on | {key}\n///\n"


def computation_at(path: str) -> Computation | None:
    """Return the computed figure whose page `path` is, if it is one's."""
    folder, _, name = path.rpartition("/")
    return COMPUTED.get(name.removesuffix(".md")) if folder == "computed" else None


def _computation_page(computation: Computation) -> str:
    """Return the page of a computed figure: its rule, its options, its source."""
    module = inspect.getmodule(computation.function)
    source = inspect.getsource(module) if module else ""
    options = "\n".join(f"| `{o.name}` | {o.about} |" for o in computation.options)
    return f"""\
# {computation.title}

`{computation.name}` is worked out when the site is built. In a note:
`/// computed | {computation.name}` with the options below; in a terminal, for your own cases:
`kb compute {computation.name} --help`.

## The rule

{computation.rule}

## Options

| option | holds |
| --- | --- |
{options}

## The source {{ #source data-search-exclude }}

`{computation.source.partition("#")[0]}`

````python
{source}````
"""


def reference_at(site: Site, path: str) -> CiteKey | None:
    """Return the reference whose page `path` is, if it is one's."""
    folder, _, name = path.rpartition("/")
    key = CiteKey(name.removesuffix(".md"))
    return key if folder == "references" and key in site.references else None


def transcript_at(site: Site, path: str) -> str | None:
    """Return the slug of the transcript whose page `path` is, if it is one's."""
    folder, _, name = path.rpartition("/")
    slug = name.removesuffix(".md")
    return slug if folder == "transcripts" and slug in site.transcripts else None


def question_at(site: Site, path: str) -> str | None:
    """Return the slug of the question whose page `path` is, if it is one's."""
    folder, _, name = path.rpartition("/")
    slug = name.removesuffix(".md")
    return slug if folder == "questions" and slug in site.questions else None


def stands_for_one(site: Site, path: str) -> bool:
    """Tell whether a page is that of one reference or question, which the navigation leaves out."""
    return reference_at(site, path) is not None or question_at(site, path) is not None


def block_anchors(site: Site, path: str) -> frozenset[str]:
    """Return the anchors that the blocks of a page's frame give it, beside those in its Markdown."""
    slug = transcript_at(site, path)
    if slug is not None:
        turns = range(1, len(site.transcripts[slug].transcript.turns) + 1)
        return frozenset({"top", "cited-by", *map(turn_anchor, turns)})
    question = question_at(site, path)
    if question is not None:
        parts = site.questions[question].meta.parts
        return ANCHORS | {str(part.id) for part in parts}
    return frozenset({"top"}) if reference_at(site, path) else _row_anchors(site, path)


def _row_anchors(site: Site, path: str) -> frozenset[str]:
    """Return the anchors of the rows of the registers that a page shows."""
    fences = site.pages[path].scan.fences if path in site.pages else ()
    blocks = ((part.strip() for part in fence.rest.partition("|")) for fence in fences)
    shown = (name for block, _, name in blocks if block == "register")
    return frozenset().union(*(row_anchors(site, name) for name in shown))


def meta_of(site: Site, path: str) -> Mapping[str, Any]:
    """Return what a template needs to know of a page that its own front matter does not say.

    Material's search shows the `tags` of a page and gives them weight: what kind of thing it is, the key
    by which it is cited, its arXiv id, and those that a note names itself.
    """
    key = reference_at(site, path)
    paper = site.references[key].eprint if key else None
    own = getattr(getattr(site.pages.get(path), "meta", None), "tags", None) or ()
    named = (kind_name(site, path), _key_of(site, path), f"arXiv:{paper.base}" if paper else "")
    tags = [text for text in (*named, *map(str, own)) if text]
    found = {"tags": tags, "cite": _cite(site, path)}
    return {**_told_of(site, path), **{name: value for name, value in found.items() if value}}


def _cite(site: Site, path: str) -> Mapping[str, str]:
    """Return how to cite a note or a question, for the template that knows its address."""
    ours = own_citation(site, path)
    return {name: _as_html(text) for name, text in asdict(ours).items()} if ours else {}


def _key_of(site: Site, path: str) -> str:
    """Return the key by which one cites what has its page at `path`, `""` if it has none."""
    slug, question = transcript_at(site, path), question_at(site, path)
    if slug is not None:
        return str(transcript_key(slug))
    return str(question_key(question) if question else reference_at(site, path) or "")


def kind_name(site: Site, path: str) -> str:
    """Return in a word or two what kind of thing a page is to a reader, `""` for the home page."""
    for kind, found in (
        ("reference", reference_at(site, path)),
        ("transcript", transcript_at(site, path)),
        ("question", question_at(site, path)),
        ("computed figure", computation_at(path)),
    ):
        if found is not None:
            return kind
    page = site.pages.get(path)
    if page is None or page.kind is not PageKind.PLAIN:
        names = {PageKind.NOTE: "note", PageKind.SECTION: "topic"}
        return names.get(page.kind, "") if page else ""
    return "glossary" if path == GLOSSARY else _FOLDERS.get(page.section, "")


def _told_of(site: Site, path: str) -> Mapping[str, Any]:
    """Return title, description and lay-out of a page as MkDocs' templates want them."""
    computation = computation_at(path)
    if computation is not None:
        return {
            "title": _as_html(computation.title),
            "description": f"How {computation.name} is computed.",
        }
    slug = transcript_at(site, path)
    if slug is not None:
        script = view_transcript(site, slug)
        about = f"Transcript, {script.wording_name}: {script.model}, {script.outcome_name}."
        return {"title": _as_html(script.title), "description": _as_html(about)}
    key = reference_at(site, path)
    if key is None:
        page = site.pages.get(path)
        meta = getattr(page, "meta", None)
        texts = {
            name: _as_html(getattr(meta, name))
            for name in ("title", "description")
            if hasattr(meta, name)
        }
        # The tabs lead on from the home page; it needs the width more than a second list of them.
        home = page is not None and page.kind is PageKind.HOME
        return texts | ({"hide": ["navigation", "toc"]} if home else {})
    view = view_reference(site, key)
    about = view.verdict or f"{view.label.parenthetical}: facts, who cites it, BibTeX."
    return {"title": _as_html(view.plain_title), "description": _as_html(about)}


def _as_html(text: str) -> str:
    """Return a title or description as MkDocs' templates want it: they print it as it is."""
    return html.escape(text)


def updated_of(site: Site, path: str) -> datetime.date:
    """Return the day on which a page last changed by its own word, else the newest day of the site.

    What the sitemap says comes from here: a build must not depend on the day it is run.
    """
    page = site.pages.get(path)
    return getattr(page and page.meta, "updated", None) or site.updated


def navigation(site: Site) -> list[NavItem]:
    """Return the navigation: home, sections with their notes, references, then the other folders."""
    nav: list[NavItem] = []
    if "index.md" in site.pages:
        nav.append({_as_html(site.pages["index.md"].short_title): "index.md"})
    for section in site.sections():
        below: list[NavItem] = [
            section.path,
            *({_as_html(n.title): n.path} for n in site.notes(section.section)),
        ]
        nav.append({_as_html(section.short_title): below})
    nav += [
        {_as_html(site.pages[index].short_title): [index]}
        for index in ("questions/index.md", "references/index.md", "transcripts/index.md")
        if index in site.pages
    ]
    nav += [
        _folder(site, folder) for folder in ("registers", "guide", "about") if _in(site, folder)
    ]
    return nav


def _in(site: Site, folder: str) -> list[Page]:
    """Return the pages of a folder that is no section, its index first."""
    found = [page for page in site.pages.values() if page.section == folder]
    return sorted(found, key=lambda page: (page.slug != "index", page.path))


def _folder(site: Site, folder: str) -> NavItem:
    """Return a folder's part of the navigation. Its index stands bare, so that Material joins it to the tab."""
    return {
        folder.capitalize(): [
            page.path if page.slug == "index" else {_as_html(page_title(site, page)): page.path}
            for page in _in(site, folder)
        ]
    }


def downloads(site: Site, ask: Callable[..., Any] | None = None) -> Mapping[str, str]:
    """Return the files to offer beside the pages, by path below the site: BibTeX, JSON, and a feed.

    `ask` returns what a function says of the site; one that remembers spares working it out again.
    """
    ask = ask or (lambda site, function, *args: function(site, *args))
    files = {f"references/{topic}.bib": text for topic, text in sorted(_bib_by_topic(site).items())}
    files["references/references.bib"] = "\n".join(files.values())
    forms: dict[str, tuple[Callable[[Site, Any], Any], Iterable[Any]]] = {
        "pages": (_page_json, site.pages),
        "questions": (_question_json, site.questions),
        "references": (reference_json, site.references),
        "transcripts": (_transcript_json, site.transcripts),
    }
    lists = {
        name: [ask(site, _line, form, key) for key in sorted(keys)]
        for name, (form, keys) in forms.items()
    }
    files["kb.json"] = _lines_of_json(lists)
    files["llms.txt"] = ask(site, _llms_txt)
    files[FEED_PATH] = ask(site, news_feed)
    files.update(ask(site, question_downloads))
    return files


def download_paths(site: Site) -> frozenset[str]:
    """Return where `downloads` puts its files, without making them."""
    topics = [*_bib_by_topic(site), "references"]
    return frozenset(
        {"kb.json", "llms.txt", FEED_PATH, *QUESTION_PATHS},
    ) | {f"references/{topic}.bib" for topic in topics}


def _line(site: Site, form: Callable[[Site, Any], Any], key: Any) -> str:
    return json.dumps(form(site, key), ensure_ascii=False, sort_keys=True)


def _lines_of_json(lists: Mapping[str, list[str]]) -> str:
    """Return lists as JSON with a line for each item, so that two versions can be compared."""
    parts = [f'"{name}": [\n' + ",\n".join(lines) + "\n]" for name, lines in lists.items()]
    return "{" + ",\n".join(parts) + "}\n"


def _llms_txt(site: Site) -> str:
    """Return the guide for language models that read the site (the form is that of llmstxt.org).

    Its links are relative to the site's root, for the base does not know where it is published.
    """
    home = site.pages.get("index.md")
    lines = [f"# {home.title if home else 'Notes'}", ""]
    if home and home.meta:
        lines += [f"> {home.meta.description}", ""]  # type: ignore[union-attr]
    for section in site.sections():
        lines += [f"## {section.title}", ""]
        lines += [_llms_line(page) for page in (section, *site.notes(section.section))]
        lines.append("")
    lines += [
        "## Data",
        "",
        "- [kb.json](kb.json): references, pages, transcripts and questions, and which passage cites what",
        "- [references.bib](references/references.bib): all references as BibTeX",
        "- [questions.json](questions.json): open questions, where each stands, and its dated evidence",
    ]
    return "\n".join(lines) + "\n"


def _llms_line(page: Page) -> str:
    address = page.path.removesuffix("index.md").replace(".md", "/")
    about = getattr(page.meta, "description", "")
    return f"- [{page.title}]({address}){f': {about}' if about else ''}"


def _bib_by_topic(site: Site) -> Mapping[str, str]:
    return {file.topic: file.text for file in site.store.files}


def reference_json(site: Site, key: CiteKey) -> dict[str, Any]:
    """Return the public form of one reference, its passages included; `None` stands for unknown."""
    reference, annotation = site.references[key], site.annotation(key)
    return {
        "key": str(key),
        "authors": [f"{n.given} {n.label}".strip() for n in reference.authors],
        "date": str(reference.date) if reference.date else "",
        "title": plain_text(reference.title),
        "kind": kind_of(reference),
        "topic": reference.topic,
        "arxiv": str(reference.eprint.base) if reference.eprint else None,
        "doi": reference.doi or None,
        "url": reference.url or None,
        "grade": reference.grade.value if reference.grade else "A",
        "verdict": getattr(annotation and annotation.meta, "verdict", None) or None,
        "cited_by": _passages_json(site, key),
    }


def _passages_json(site: Site, key: CiteKey) -> list[dict[str, str | None]]:
    return [
        {
            "page": passage.page.path,
            "anchor": passage.anchor,
            "heading": passage.heading.text if passage.heading else None,
            "sentence": passage.sentence,
        }
        for passage in site.cited_by.get(key, ())
    ]


def _transcript_json(site: Site, slug: str) -> dict[str, Any]:
    """Return the public form of a transcript, without its texts: the record beside its page has them."""
    script = view_transcript(site, slug)
    return {
        "key": str(script.key),
        "title": script.title,
        "model": script.model,
        "date": script.date,
        "topic": script.topic,
        "wording": script.wording,
        "outcome": script.outcome,
        "record": script.download.lstrip("/"),
        "cited_by": _passages_json(site, script.key),
        "turns": [
            {
                "key": str(turn.key),
                "role": turn.role,
                "missing": turn.missing or None,
                "cited_by": _passages_json(site, turn.key),
            }
            for turn in script.turns
        ],
    }


def _question_json(site: Site, slug: str) -> dict[str, Any]:
    """Return the public form of a question, without its ledger: questions.json has that."""
    view = view_question(site, slug)
    return {
        "key": str(view.key),
        "question": view.question,
        "topic": view.topic,
        "status": view.ending or "open",
        "direction": view.state.direction.value,
        "settled_by": view.settled_by,
        "newest_evidence": str(view.state.newest) if view.state.newest else None,
        "cited_by": _passages_json(site, view.key),
    }


def _page_json(site: Site, path: str) -> dict[str, Any]:
    """Return the public form of a page, without its text."""
    page = site.pages[path]
    updated = getattr(page.meta, "updated", None)
    return {
        "path": page.path,
        "kind": page.kind.value,
        "title": page_title(site, page),
        "description": getattr(page.meta, "description", None),
        "updated": str(updated) if updated else None,
        "revision": page.revision,
        "cites": sorted({str(key) for key in known_keys(site, page)}),
    }
