"""The checks: each a generator over the site, with its code, rule and reason in one place.

What reading already found is in `site.problems`; here stands what only the whole can show.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections import Counter, defaultdict
from difflib import get_close_matches
from itertools import chain, pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import kb.arxiv.lock
import kb.arxiv.rules
import kb.bib
import kb.computed.tables
import kb.notes.schema
import kb.question_checks
import kb.questions.record
import kb.registers.coverage
import kb.registers.files
import kb.site
import kb.transcripts.importers
import kb.watch.config
import kb.watch.edit
import kb.watch.inbox
from kb.addresses import MARKDOWN, address_of, flaw_of
from kb.arxiv.history import unseen_events
from kb.arxiv.rules import OUTDATED, UNSEEN, WITHDRAWN, check_read, check_seen
from kb.checks import Check, Finding, check, costly_check
from kb.citable import cite_anchor, cited_by_key, entry_anchor, list_anchor
from kb.figures import flaws_of
from kb.ids import CiteKey, is_address, is_slug
from kb.markdown.blocks import CARDS, REFERENCE_BLOCKS, SITE_BLOCKS
from kb.memo import Memo
from kb.model import Place
from kb.notes.front_matter import NoteMeta
from kb.notes.page import Page, PageKind
from kb.notes.scan import scan_page
from kb.pages import block_anchors, download_paths, frame, generated_pages
from kb.problems import Problem, Rule, Severity
from kb.registers.coverage import COVERAGE
from kb.registers.files import SYSTEMS
from kb.site import (
    Site,
    known_keys,
    nearest,
    versions_read,
)
from kb.transcripts import embed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.notes.scan import Link


def check_site(site: Site, memo: Memo | None = None) -> tuple[Problem, ...]:
    """Return every problem of the site, those met in reading it among them, in the order of places.

    What `memo` knows is not worked out again. Without one all is worked out in this process, which
    remembers the figures: who asks so is about to show them.
    """
    memo = memo or Memo(processes=1)
    found = chain(site.problems, *(one.problems(site, memo) for one in CHECKS))
    return tuple(sorted(set(found)))


@check("KB401", "an internal link must lead to a file of docs/")
def dead_links(site: Site) -> Iterator[Finding]:
    """A dead link is a promise broken, and MkDocs mentions it only in passing."""
    known = _targets(site)
    for page, link in _internal_links(site):
        target = _target(page, link)
        if target in known or target == page.path:
            continue
        close = get_close_matches(target, known, n=1)
        way_out = "name the .md file, not the address it gets"
        if close:
            way_out = f"did you mean {posixpath.relpath(close[0], posixpath.dirname(page.path))!r}?"
        yield _at(page, link, f"link must lead to a file of docs/: {link.target!r}", way_out)


@costly_check("KB402", "the part of a link behind # must be an anchor of that page")
def dead_anchors(site: Site, memo: Memo) -> Iterator[Finding]:
    """The reader would land at the top of the page and have to search."""
    generated = generated_pages(site)
    for page, link in _internal_links(site):
        fragment = unquote(urlsplit(link.target).fragment)
        target = _target(page, link)
        if not fragment or (target not in generated and target not in site.pages):
            continue
        anchors = _anchors(site, memo, target)
        if fragment not in anchors:
            close = get_close_matches(fragment, anchors, n=1)
            way_out = f"did you mean '#{close[0]}'?" if close else "its headings give the anchors"
            message = f"link must lead to an anchor of docs/{target}: {'#' + fragment!r}"
            yield _at(page, link, message, way_out)


@check("KB403", "an address must be one that can be read")
def unreadable_addresses(site: Site) -> Iterator[Finding]:
    """A browser would lead nowhere, and the build stops at it with a stack trace."""
    for page in site.pages.values():
        for link in page.scan.links:
            if not is_address(link.target):
                message = f"link must be an address that can be read: {link.target!r}"
                yield _at(
                    page, link, message, "write the whole address; brackets hold an IPv6 address"
                )


@check("KB404", "a footnote must be defined once, and called")
def footnotes(site: Site) -> Iterator[Finding]:
    """A call of nothing shows its brackets; of two texts under one name, one is lost."""
    for page in site.pages.values():
        for note in page.scan.footnotes:
            name = f"'[^{note.name}]'"
            if not note.defined:
                message = f"footnote must be defined: {name}"
                way_out = f"write [^{note.name}]: …, or \\[ for a plain bracket"
                places = note.called
            elif not note.called:
                message, way_out = f"footnote must be called: {name}", "call it where it belongs"
                places = note.defined[:1]
            else:
                message, way_out = f"footnote must be defined once: {name}", "rename one"
                places = note.defined[1:]
            for line in places:
                yield Finding(f"docs/{page.path}", page.line(line), message, way_out)


@check("KB501", "an annotation must be named after a reference")
def lost_annotations(site: Site) -> Iterator[Finding]:
    """The page of a reference exists because the reference does; this one would belong to nothing."""
    for page in site.pages.values():
        key = CiteKey(page.slug)
        if page.kind is PageKind.ANNOTATION and key not in site.references:
            close = nearest(key, site.references)
            hint = f"did you mean {close[0]}.md?" if close else "add the reference to refs/ first"
            message = f"annotation must be named after a reference: {page.slug!r}"
            yield Finding(f"docs/{page.path}", 1, message, hint)


@check("KB502", "two pages must not have one address")
def same_address(site: Site) -> Iterator[Finding]:
    """One would overwrite the other, and which one depends on the order of files."""
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for path in generated_pages(site).keys() & site.pages.keys():
        message = f"page must have an address of its own: {address_of(path)!r}"
        yield Finding(f"docs/{path}", 1, message, "the site makes a page there: rename this one")
    for path in [*site.pages, *(f.removeprefix("docs/") for f in site.files)]:
        owners[address_of(path).casefold()].append(path)
    for paths in owners.values():
        for path in paths[1:]:
            message = f"page must have an address of its own: {address_of(path)!r}"
            yield Finding(f"docs/{path}", 1, message, f"docs/{paths[0]} has it: rename one")


@check("KB512", "a page must stand in a folder of docs/ under a name that can be its address")
def paths_of_pages(site: Site) -> Iterator[Finding]:
    """Other letters break in links; files of other names or places are left out by MkDocs or by us."""
    others = (path.removeprefix("docs/") for path in site.files)
    strange = [path for path in others if PurePosixPath(path).suffix.lower() in MARKDOWN]
    for path in [*site.pages, *strange]:
        if way_out := flaw_of(path):
            message = f"path of a page must be <folder>/<slug>.md: {path!r}"
            yield Finding(f"docs/{path}", 1, message, way_out)


@check("KB503", "the first heading of a page must say its title")
def titles(site: Site) -> Iterator[Finding]:
    """Lists show the title, the page shows the heading: a reader must recognize it."""
    for page in site.pages.values():
        if page.kind in (PageKind.ANNOTATION, PageKind.QUESTION):
            continue  # the frame gives them their heading
        if page.meta is None or page.scan.trouble:
            continue
        first = next((h for h in page.scan.headings if h.level == 1), None)
        if first is None or first.text != page.title:
            line = page.line(first.line if first else 1)
            found = first.text if first else ""
            way_out = f"begin the page with '# {page.title}'"
            yield Finding(
                f"docs/{page.path}", line, f"heading must say the title: {found!r}", way_out
            )


@check("KB504", "what an index page orders must exist")
def unknown_order(site: Site) -> Iterator[Finding]:
    """A renamed note would silently fall to the end of its section."""
    for page in site.pages.values():
        order = getattr(page.meta, "order", ())
        if not order:
            continue
        known = (
            [section.section for section in site.sections()]
            if page.kind is PageKind.HOME
            else [note.slug for note in site.notes(page.section)]
        )
        for slug in order:
            if slug not in known:
                message = f"order must name what stands below it: {str(slug)!r}"
                line = page.line_of_key("order")
                yield Finding(f"docs/{page.path}", line, message, f"there are: {', '.join(known)}")


@check("KB505", "a /// block must have a known name, a good argument and an end")
def stray_fences(site: Site) -> Iterator[Finding]:
    """Otherwise the page shows the slashes as text, and nobody is told."""
    takes_key = {block.NAME for block in REFERENCE_BLOCKS}
    cards = {block.NAME: block.TAKES for block in CARDS}
    names = {block.NAME for block in SITE_BLOCKS} | FOREIGN_BLOCKS
    for page in site.pages.values():
        open_lines: list[int] = []
        for fence in page.scan.fences:
            line = page.line(fence.line)
            if not fence.rest:
                if not open_lines:
                    message = "closing /// must follow a block it closes: '///'"
                    yield Finding(f"docs/{page.path}", line, message, "remove it")
                else:
                    open_lines.pop()
                continue
            open_lines.append(line)
            name, _, argument = (part.strip() for part in fence.rest.partition("|"))
            if name not in names:
                close = get_close_matches(name, names, n=1)
                hint = (
                    f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(names))}"
                )
                message = f"block must have a known name: {name!r}"
                yield Finding(f"docs/{page.path}", line, message, hint)
            elif name in cards:
                what, form = cards[name]
                if not argument:  # else its key is a citation, and KB101 sees to it
                    message = f"block must name a {what}: ''"
                    hint = f"write /// {name} | {form}"
                    yield Finding(f"docs/{page.path}", line, message, hint)
            elif name in takes_key and CiteKey(argument) not in site.references:
                near = nearest(CiteKey(argument), site.references)
                hint = f"did you mean {near[0]}?" if near else f"write /// {name} | key"
                message = f"block must name a reference: {argument!r}"
                yield Finding(f"docs/{page.path}", line, message, hint)
        for line in open_lines:
            yield Finding(
                f"docs/{page.path}", line, "block must be closed: '///'", "end it with a line ///"
            )


@check("KB511", "a block that is filled from the site must hold no text")
def filled_blocks(site: Site) -> Iterator[Finding]:
    """What the block shows comes from the site, and a text inside would be shown as typed or not at all."""
    names = {block.NAME for block in SITE_BLOCKS}
    for page in site.pages.values():
        lines = page.body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for fence, following in pairwise(page.scan.fences):
            if fence.rest.partition("|")[0].strip() not in names or following.rest:
                continue
            begin = fence.line + len(fence.options.splitlines())
            inside = next((t.strip() for t in lines[begin : following.line - 1] if t.strip()), "")
            if inside:
                message = f"block must hold no text: {inside!r}"
                line = page.line(fence.line)
                yield Finding(f"docs/{page.path}", line, message, "write it above or below")


@costly_check("KB510", "a computed figure must be possible")
def impossible_figures(site: Site, memo: Memo) -> Iterator[Finding]:
    """The page would show an error where it promises a number."""
    places, wanted = [], []
    for page in site.pages.values():
        for fence in page.scan.fences:
            block, _, name = (part.strip() for part in fence.rest.partition("|"))
            if block == "computed":
                places.append((f"docs/{page.path}", page.line(fence.line)))
                wanted.append((name, fence.options))
    for (path, line), problems in zip(places, flaws_of(wanted, site.tables, memo), strict=True):
        for found in problems:
            yield Finding(path, line + found.line, found.message, found.fix)


@check("KB715", embed.NOT_THERE.summary)
def impossible_embeds(site: Site) -> Iterator[Finding]:
    """The page would show an error where it promises evidence."""
    for page in site.pages.values():
        for fence in page.scan.fences:
            block, _, slug = (part.strip() for part in fence.rest.partition("|"))
            if block == "transcript" and slug in site.transcripts:
                path, line = f"docs/{page.path}", page.line(fence.line)
                _, problems = embed.embed_of(slug, fence.options, site.transcripts, path, line)
                for found in problems:
                    yield Finding(found.path, found.line, found.message, found.fix)


@check("KB709", "a transcript must name a source and a section that exist")
def transcripts_in_place(site: Site) -> Iterator[Finding]:
    """Who reads it must be able to find where it comes from, and where it is spoken of."""
    sections = [section.section for section in site.sections()]
    for record in site.transcripts.values():
        source = record.transcript.provenance.source
        if isinstance(source, CiteKey) and source not in site.references:
            close = nearest(source, site.references)
            hint = f"did you mean '@{close[0]}'?" if close else "add it to refs/ first"
            message = f"source must name a reference: '@{source}'"
            yield Finding(record.path, record.source_line, message, hint)
        topic = record.transcript.topic
        if isinstance(topic, str) and topic not in sections:
            message = f"topic must be a section: {str(topic)!r}"
            yield Finding(record.path, 1, message, f"there are: {', '.join(sections)}")


@check("KB744", "an entry of a register must name a source and a note that exist")
def registers_in_place(site: Site) -> Iterator[Finding]:
    """Who reads it must be able to check it, and to find where it is spoken of."""
    entries = chain(site.registers.experiments, site.registers.claims)
    sources = [(one.path, one.entry.line, one.entry.source) for one in entries]
    for system in site.registers.systems:
        sources += [(SYSTEMS, saying.line, saying.source) for saying in system.said]
        if system.note not in site.pages:
            close = get_close_matches(system.note, site.pages, n=1)
            hint = f"did you mean {close[0]}?" if close else "name a file below docs/"
            message = f"note must be a page: {system.note!r}"
            yield Finding(SYSTEMS, system.line, message, hint)
    for path, line, source in sources:
        if source not in site.labels:
            near = nearest(source, site.labels)
            hint = f"did you mean '@{near[0]}'?" if near else "add it to refs/ first"
            yield Finding(path, line, f"source must be one of the site: '@{source}'", hint)


@costly_check("KB745", "an item of the coverage must have its home or its reason where it says")
def coverage_in_place(site: Site, memo: Memo) -> Iterator[Finding]:
    """The table promises that each item can be found, and leads to it."""
    known = {*site.pages, *generated_pages(site)}
    anchors = functools.cache(functools.partial(_anchors, site, memo))  # many items share a page
    for name, item in site.registers.coverage.items():
        home = item.place
        what = "reason" if item.left_out else "home"
        if home.path not in known:
            close = get_close_matches(home.path, known, n=1)
            hint = f"did you mean {close[0]}?" if close else "name a page below docs/"
            message = f"{what} of {name} must be a page: {home.path!r}"
            yield Finding(COVERAGE, item.line, message, hint)
        elif home.anchor and home.anchor not in anchors(home.path):
            close = get_close_matches(home.anchor, anchors(home.path), n=1)
            hint = (
                f"did you mean #{close[0]}?" if close else "its headings and rows give the anchors"
            )
            message = f"{what} of {name} must be an anchor of {home.path}: {home.anchor!r}"
            yield Finding(COVERAGE, item.line, message, hint)


@check("KB506", "an anchor must stand once on its page")
def double_anchors(site: Site) -> Iterator[Finding]:
    """A link to it would lead to whichever comes first."""
    for page in site.pages.values():
        for anchor, times in Counter(h.anchor for h in page.scan.headings).items():
            if times > 1:
                line = [page.line(h.line) for h in page.scan.headings if h.anchor == anchor][1]
                message = f"anchor must stand once on its page: {anchor!r}"
                yield Finding(f"docs/{page.path}", line, message, "give one another { #id }")


@check("KB507", "a citation key must be a slug")
def key_form(site: Site) -> Iterator[Finding]:
    """The key is file name, address and anchor: other letters break in one of them."""
    for reference in site.references.values():
        key, place = reference.key.text, reference.place
        way_out = "write <first author><year><title word> in lower-case ASCII"
        if not is_slug(key):
            message = f"citation key must be a slug: {key!r}"
            yield Finding(place.path, place.line, message, way_out)
        elif key == "index":
            message = f"citation key must leave the table of references its name: {key!r}"
            yield Finding(place.path, place.line, message, way_out)


def _withdrawn(site: Site) -> Iterator[Finding]:
    for key, locked in site.locked.items():
        if not locked.withdrawn or key not in site.references:
            continue
        place = site.references[key].place
        passages = [(f"docs/{one.page.path}", one.line) for one in site.cited_by.get(key, ())]
        for path, line in passages or [(place.path, place.line)]:
            message = f"a paper that is {'cited' if passages else 'kept'} must not be withdrawn"
            way_out = locked.fields.get("comment", "see its page on arXiv")
            yield Finding(path, line, f"{message}: {str(key)!r}", way_out)


def _outdated(site: Site) -> Iterator[Finding]:
    for page, key, read in versions_read(site):
        if key in site.locked:
            place = Place(f"docs/{page.path}", page.line_of_key("read"))
            for found in check_read(int(read[1:]), site.locked[key].id, place):
                yield Finding(found.path, found.line, found.message, found.fix)


def _unseen(site: Site) -> Iterator[Finding]:
    read = {(page.path, key): version for page, key, version in versions_read(site)}
    for key, locked in site.locked.items():
        annotation = getattr(site.annotation(key), "meta", None)
        for passage in {p.page.path: p for p in reversed(site.cited_by.get(key, ()))}.values():
            day = getattr(passage.page.meta, "updated", getattr(annotation, "updated", None))
            said = read.get((passage.page.path, key))
            events = unseen_events(locked.events, said, f"v{locked.id.version}", day)
            place = Place(f"docs/{passage.page.path}", passage.line)
            for found in check_seen(events, str(key), place):
                yield Finding(found.path, found.line, found.message, found.fix)


withdrawn = Check(WITHDRAWN, lambda site, _memo: _withdrawn(site))
outdated = Check(OUTDATED, lambda site, _memo: _outdated(site))
unseen = Check(UNSEEN, lambda site, _memo: _unseen(site))


@check("KB508", "a version that was read must be one of a reference")
def read_of_nothing(site: Site) -> Iterator[Finding]:
    """Nobody could tell which paper the note was written from."""
    for page in site.pages.values():
        for name in (page.meta.read or ()) if isinstance(page.meta, NoteMeta) else ():
            if CiteKey(name) not in site.references:
                close = nearest(CiteKey(name), site.references)
                hint = f"did you mean {close[0]}?" if close else "add it to refs/ first"
                message = f"read must name a reference: {name!r}"
                yield Finding(f"docs/{page.path}", page.line_of_key("read"), message, hint)


@check("KB509", "a page that every reference leads to must exist")
def frame_pages(site: Site) -> Iterator[Finding]:
    """The pages of references are made by templates, and their links would be dead on all of them."""
    for path in FRAME_PAGES:
        folder = path.partition("/")[0]
        leads = {"transcripts": site.transcripts, "questions": site.questions}.get(
            folder, site.references
        )
        if leads and path not in site.pages:
            message = f"page must exist, for every reference leads to it: {path!r}"
            yield Finding(f"docs/{path}", 1, message, "write it")


@check("KB901", "a reference should be cited by some page", Severity.NOTE)
def never_cited(site: Site) -> Iterator[Finding]:
    """Nobody has placed it yet: cite it where it bears on something, or take it out."""
    for reference in site.references.values():
        if reference.key not in site.cited_by:
            message = f"reference must be cited to be found: {reference.key.text!r}"
            yield Finding(reference.place.path, reference.place.line, message, "not yet placed")


CHECKS: tuple[Check, ...] = (
    dead_links,
    dead_anchors,
    unreadable_addresses,
    footnotes,
    lost_annotations,
    same_address,
    paths_of_pages,
    titles,
    unknown_order,
    stray_fences,
    filled_blocks,
    impossible_figures,
    impossible_embeds,
    transcripts_in_place,
    registers_in_place,
    coverage_in_place,
    double_anchors,
    key_form,
    read_of_nothing,
    frame_pages,
    withdrawn,
    outdated,
    unseen,
    never_cited,
    *kb.question_checks.CHECKS,
)

RULES: tuple[Rule, ...] = tuple(
    sorted(
        {
            *kb.notes.schema.RULES,
            *kb.site.RULES,
            *kb.bib.RULES,
            *kb.computed.tables.RULES,
            *kb.registers.coverage.RULES,
            *kb.registers.files.RULES,
            *kb.questions.record.RULES,
            *kb.transcripts.record.RULES,
            *kb.transcripts.records.RULES,
            *kb.transcripts.notes.RULES,
            *kb.transcripts.importers.RULES,
            *kb.arxiv.lock.RULES,
            *kb.arxiv.rules.RULES,
            *kb.watch.config.RULES,
            *kb.watch.inbox.RULES,
            *kb.watch.edit.RULES,
            *(one.rule for one in CHECKS),
        },
        key=lambda rule: rule.code,
    )
)

# Pages to which the templates link.
FRAME_PAGES = (
    "references/index.md",
    "about/evidence-grades.md",
    "transcripts/index.md",
    "questions/index.md",
)

# Blocks of pymdownx that mkdocs.yml turns on.
FOREIGN_BLOCKS = frozenset({"caption", "figure-caption", "table-caption"})

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def _internal_links(site: Site) -> Iterator[tuple[Page, Link]]:
    for page in site.pages.values():
        for link in page.scan.links:
            if link.target and not _SCHEME.match(link.target):
                yield page, link


def _target(page: Page, link: Link) -> str:
    """Return the path below docs/ that a link means; the page itself for `#anchor`."""
    path = unquote(urlsplit(link.target).path)
    if not path:
        return page.path
    if path.startswith("/"):
        return posixpath.normpath(path.lstrip("/"))
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path))


def _targets(site: Site) -> frozenset[str]:
    """Return every path below docs/ that can be linked to, generated ones included."""
    generated = set(generated_pages(site))
    files = {path.removeprefix("docs/") for path in site.files}
    return frozenset(site.pages) | generated | files | download_paths(site)


def _anchors(site: Site, memo: Memo, path: str) -> frozenset[str]:
    """Return the anchors of a page as published: with its frame, its citations and their list."""
    page = site.pages.get(path)
    counts = Counter(known_keys(site, page)) if page else Counter()
    cites = {cite_anchor(key, n + 1) for key, times in counts.items() for n in range(times)}
    entries = {entry_anchor(key) for key in counts}
    entries |= {list_anchor(cited_by_key(key).kind) for key in counts}
    published = frame(site, path, page.body if page else "")
    own = page.scan.anchors if page and published == page.body else memo(_anchors_of, published)
    return own | cites | entries | block_anchors(site, path)


def _anchors_of(published: str) -> frozenset[str]:
    return scan_page(published).anchors


def _at(page: Page, link: Link, message: str, way_out: str) -> Finding:
    return Finding(f"docs/{page.path}", page.line(link.line), message, way_out)
