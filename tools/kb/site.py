"""Join store and pages into one `Site`: who cites whom, in which sentence, at which anchor.

Pure but for `load_site`. Everything that shows or checks the knowledge base starts here.
"""

from __future__ import annotations

import datetime
import functools
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import count, takewhile
from types import MappingProxyType
from typing import TYPE_CHECKING

from kb.arxiv.lock import Lock, Locked, parse_lock
from kb.bib.labels import Label, make_labels
from kb.bib.store import Store, parse_store
from kb.citable import Kind, cite_anchor, cited_by_key, question_key, transcript_key
from kb.computed.tables import PaperTable, parse_table
from kb.ids import CiteKey
from kb.lasting import Lasting
from kb.memo import Memo
from kb.notes.citations import CiteGroup, looks_like_key
from kb.notes.front_matter import AnnotationMeta, NoteMeta
from kb.notes.page import Page, PageKind, Passage, parse_page
from kb.notes.question import QuestionMeta
from kb.notes.scan import Cited, plain
from kb.notes.sentences import Sentence, read_sentence
from kb.problems import Problem, Rule
from kb.questions.record import (
    Bears,
    Question,
    bears_on,
    questions_of,
    waits_on,
    whole_source,
)
from kb.registers.files import Registers, parse_registers
from kb.sources import Sources, load_sources
from kb.transcripts.records import Record, parse_records
from kb.watch.config import parse_config
from kb.watch.inbox import Inbox, parse_inbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from kb.model import Reference
    from kb.notes.schema import PaperVersion
    from kb.parallel import Job

UNKNOWN_KEY = Rule(
    "KB101",
    "a citation must name a known key",
    "A reader would meet a claim whose source cannot be found.",
)
DOUBTFUL_HANDLE = Rule(
    "KB102",
    "an @word that looks like a key must be one",
    "A mistyped key in running text would pass for somebody's handle and cite nothing.",
)
NOT_UTF8 = Rule(
    "KB103",
    "a page must be UTF-8",
    "Any other encoding shows wrong letters somewhere, or nothing at all.",
)

UNREADABLE = Rule(
    "KB104",
    "a page must be one that Markdown can read",
    "The build would stop at it with a stack trace, and there would be no site at all.",
)

# What to do about a citation of nothing that reads like it.
_WAYS_OUT = {
    Kind.REFERENCE: "add it to a file in refs/, or write \\@ for a plain at sign",
    Kind.TRANSCRIPT: "name a file of docs/transcripts/ without its ending, then # and a turn",
    Kind.QUESTION: "name a file of docs/questions/ without its ending",
}

RULES = (UNKNOWN_KEY, DOUBTFUL_HANDLE, NOT_UTF8, UNREADABLE)


@dataclass(frozen=True, slots=True)
class Site:
    """The whole knowledge base. Mappings are read-only and in the order in which things are listed."""

    pages: Mapping[str, Page]  # by path below docs/
    store: Store
    references: Mapping[CiteKey, Reference]
    labels: Mapping[CiteKey, Label]  # of everything that can be cited
    cited_by: Mapping[CiteKey, tuple[Passage, ...]]
    note_places: Mapping[str, int]  # of each note, in the order of the sections and their notes
    citing_notes: Mapping[CiteKey, tuple[str, ...]]  # which notes cite a thing, or a turn of it
    locked: Mapping[CiteKey, Locked]  # what arXiv last said
    tables: Mapping[str, PaperTable]  # figures quoted from papers, by name
    transcripts: Mapping[str, Record]  # by slug
    registers: Registers  # experiments, claims, systems, coverage
    questions: Mapping[str, Question]  # by slug
    bears_on: Mapping[CiteKey, tuple[Bears, ...]]  # on which questions a work or transcript bears
    waits_on: Mapping[CiteKey, tuple[Question, ...]]  # for which ones it is to be judged
    updated: datetime.date  # the day on which any page last changed, by the pages' own word
    inbox: Inbox  # what was found and awaits a decision
    files: frozenset[str]
    problems: tuple[Problem, ...]

    def annotation(self, key: CiteKey) -> Page | None:
        """Return the page that holds what we think of the reference, if somebody wrote it."""
        return self.pages.get(reference_path(key))

    def sections(self) -> tuple[Page, ...]:
        """Return the index pages of the sections in the order the home page gives, then by name."""
        return _sections(self.pages)

    def notes(self, section: str) -> tuple[Page, ...]:
        """Return the notes of a section in the order its index page gives, then by name."""
        notes = [p for p in self.pages.values() if p.kind is PageKind.NOTE and p.section == section]
        return _notes_in_order(self.pages, section, notes)


def known_keys(site: Site, page: Page) -> tuple[CiteKey, ...]:
    """Return what a page cites, in the order in which it shows it; a key stands once per citation."""
    return tuple(
        item.key
        for cited in page.scan.cited
        for item in cited.group.items
        if item.key in site.labels
    )


def versions_read(site: Site) -> Iterator[tuple[Page, CiteKey, PaperVersion]]:
    """Yield which page was written from which version of which paper, as the pages say."""
    for page in site.pages.values():
        if isinstance(page.meta, AnnotationMeta) and page.meta.read:
            yield page, CiteKey(page.slug), page.meta.read
        elif isinstance(page.meta, NoteMeta):
            for name, version in (page.meta.read or {}).items():
                yield page, CiteKey(name), version


def reference_path(key: CiteKey) -> str:
    """Return the path below docs/ of a reference's page, whether or not the file exists."""
    return f"references/{key}.md"


def load_site(root: Path, memo: Memo | None = None, lasting: Lasting | None = None) -> Site:
    """Read and join the knowledge base below `root`; parse only what `memo` does not know."""
    return build_site(load_sources(root), memo, lasting)


def build_site(sources: Sources, memo: Memo | None = None, lasting: Lasting | None = None) -> Site:
    """Return the site that these bytes make. Pure; every problem met on the way is in `problems`.

    With `memo` and `lasting`, parts that are as in the site before are the objects that they were in it.
    """
    memo, lasting = memo or Memo(), lasting or Lasting()
    lasting.next()
    paths = sorted(sources.pages)
    jobs: list[Job] = [  # the longest first, as they may be done side by side
        (_parsed_store, (_items(sources.bibs),)),
        (_parsed_registers, (_items(sources.registers), tuple(map(_below_docs, paths)))),
        (_parsed_records, (_items(sources.transcripts),)),
        (_parsed_watch, (sources.inbox, sources.watch)),
        (_parsed_tables, (_items(sources.data),)),
        (_parsed_lock, (sources.lock,)),
        *((_read_page, (path, sources.pages[path])) for path in paths),
    ]
    store, (registers, misplaced), (transcripts, unreadable), *found = memo.all(jobs)
    (inbox, unsound), (tables, wrong), (lock, damaged), *read = found
    problems = [*store.problems, *damaged, *wrong, *unreadable, *unsound, *misplaced]
    pages = {page.path: page for page, _, _ in read}
    sentences = {page.path: told for page, _, told in read}
    problems += (problem for _, problems_of_page, _ in read for problem in problems_of_page)
    questions, doubtful = questions_of(pages.values())
    questions = lasting.same("questions", questions)
    problems += doubtful
    labels = lasting.of(_labels, store, transcripts, questions)
    cited_by, unknown = _join(pages, labels, sentences, lasting)
    places = lasting.same("places", _note_places(pages))
    return Site(
        pages=MappingProxyType(pages),
        store=store,
        references=lasting.of(_references, store),
        labels=labels,
        cited_by=cited_by,
        note_places=places,
        citing_notes=lasting.same("citing", _citing_notes(cited_by, places)),
        locked=lock.entries,
        tables=tables,
        transcripts=transcripts,
        registers=registers,
        questions=questions,
        bears_on=lasting.of(_bearing, questions),
        waits_on=lasting.of(_waiting, questions),
        updated=_newest_day(pages.values()),
        inbox=inbox,
        files=sources.files,
        problems=tuple(sorted([*problems, *unknown])),
    )


def _references(store: Store) -> Mapping[CiteKey, Reference]:
    return MappingProxyType({reference.key: reference for reference in store.references})


def _bearing(questions: Mapping[str, Question]) -> Mapping[CiteKey, tuple[Bears, ...]]:
    return bears_on(questions.values())


def _waiting(questions: Mapping[str, Question]) -> Mapping[CiteKey, tuple[Question, ...]]:
    return waits_on(questions.values())


def readable(sentence: str, labels: Mapping[CiteKey, Label]) -> str:
    """Return a sentence of a page as plain text, its citations replaced by their labels."""
    return _told(read_sentence(sentence), labels)


def _told(sentence: Sentence, labels: Mapping[CiteKey, Label]) -> str:
    return sentence.told([cite_text(group, labels) for group in sentence.groups])


def cite_text(group: CiteGroup, labels: Mapping[CiteKey, Label]) -> str:
    """Return what a citation reads like in plain text, `""` for a handle that is no key."""
    parts = []
    for item in group.items:
        label = labels.get(item.key)
        prefix, locator = (plain(text) if text else "" for text in (item.prefix, item.locator))
        if label is None:
            if group.textual:
                return ""
            parts.append(_in_brackets(prefix, f"@{item.key}", locator))
        elif group.textual:
            parts.append(label.in_sentence(locator, year_only=item.year_only))
        else:
            core = label.in_brackets(year_only=item.year_only)
            parts.append(_in_brackets(prefix, core, locator))
    return parts[0] if group.textual else f"({'; '.join(parts)})"


def _in_brackets(prefix: str, core: str, locator: str) -> str:
    return f"{prefix} {core}{', ' if locator else ''}{locator}".strip()


def _newest_day(pages: Iterable[Page]) -> datetime.date:
    """Return the newest day that a page names; no clock is asked."""
    dated = NoteMeta | AnnotationMeta | QuestionMeta
    days = (page.meta.updated for page in pages if isinstance(page.meta, dated))
    return max(filter(None, days), default=datetime.date(1970, 1, 1))


def _labels(
    store: Store, transcripts: Mapping[str, Record], questions: Mapping[str, Question]
) -> Mapping[CiteKey, Label]:
    """Return the label of everything that can be cited, references first."""
    labels = dict(make_labels(store.references))
    for slug, record in transcripts.items():
        labels.setdefault(transcript_key(slug), Label(f"transcript {slug}"))
        for number in range(1, len(record.transcript.turns) + 1):
            label = Label(f"transcript {slug}, turn {number}")
            labels.setdefault(transcript_key(slug, number), label)
    for slug in questions:
        labels.setdefault(question_key(slug), Label(f"question {slug}"))
    return MappingProxyType(labels)


def _join(
    pages: Mapping[str, Page],
    labels: Mapping[CiteKey, Label],
    sentences: Mapping[str, Mapping[str, Sentence]],
    lasting: Lasting,
) -> tuple[Mapping[CiteKey, tuple[Passage, ...]], list[Problem]]:
    known = lasting.of(_by_text, labels)
    cited_by: defaultdict[CiteKey, list[Passage]] = defaultdict(list)
    problems = []
    for path, page in pages.items():
        passages, found = lasting.of(_passages, page, sentences[path], labels, known)
        problems += found
        for key, passage in passages:
            cited_by[key].append(passage)
    lasted = {key: lasting.same(("cited", key), tuple(found)) for key, found in cited_by.items()}
    return MappingProxyType(lasted), problems


def _by_text(labels: Mapping[CiteKey, Label]) -> Mapping[str, CiteKey]:
    """Return each key by its text: to use one and the same spares a million comparisons."""
    return {key.text: key for key in labels}


def _passages(
    page: Page,
    sentences: Mapping[str, Sentence],
    labels: Mapping[CiteKey, Label],
    known: Mapping[str, CiteKey],
) -> tuple[list[tuple[CiteKey, Passage]], list[Problem]]:
    """Return what a page cites, each with the passage, and what is wrong with it."""
    passages = []
    problems = []
    if page.scan.trouble:
        message = f"page must be one that Markdown can read: {page.scan.trouble!r}"
        way_out = "look for a footnote within a footnote, or for very deep nesting"
        problems.append(UNREADABLE.at(f"docs/{page.path}", page.body_line, message, way_out))
    # Many citations may share a sentence.
    told = {typed: _told(read, labels) for typed, read in sentences.items()}
    seen: Counter[CiteKey] = Counter()
    for cited in page.scan.cited:
        line = page.line(cited.line)
        for item in cited.group.items:
            key = known.get(item.key.text)
            if key is None:
                problems += _unknown(page, cited, item.key, labels)
                continue
            seen[key] += 1
            anchor = cite_anchor(key, seen[key])
            passage = Passage(page, cited.heading, told[cited.sentence], anchor, line)
            passages.append((key, passage))
    return passages, problems


def _unknown(
    page: Page, cited: Cited, key: CiteKey, labels: Mapping[CiteKey, Label]
) -> list[Problem]:
    if cited.group.textual and not looks_like_key(key.text):
        return []  # somebody's handle
    rule = DOUBTFUL_HANDLE if cited.group.textual else UNKNOWN_KEY
    way_out = _hint(key, labels) or _WAYS_OUT[cited_by_key(key).kind]
    place = f"docs/{page.path}", page.line(cited.line)
    return [rule.at(*place, f"citation must name a known key: {str(key)!r}", way_out)]


def _hint(key: CiteKey, labels: Mapping[CiteKey, Label]) -> str:
    cited = cited_by_key(key)
    if cited.turn:
        turns = takewhile(
            lambda turn: turn in labels, (transcript_key(cited.slug, n) for n in count(1))
        )
        last = sum(1 for _ in turns)
        if last:
            return f"{transcript_key(cited.slug)} has {last}"
        key = transcript_key(cited.slug)
    close = nearest(key, (k for k in labels if not cited_by_key(k).turn))
    return f"did you mean {' or '.join(repr(str(k)) for k in close)}?" if close else ""


def nearest(key: CiteKey, keys: Iterable[CiteKey]) -> tuple[CiteKey, ...]:
    """Return up to three of the known `keys` that read most like `key`."""
    known = {k.folded: k for k in keys}
    return tuple(known[text] for text in get_close_matches(key.folded, known, n=3, cutoff=0.7))


def _sections(pages: Mapping[str, Page]) -> tuple[Page, ...]:
    indexes = (page for page in pages.values() if page.kind is PageKind.SECTION)
    found = {page.section: page for page in indexes if page.path == f"{page.section}/index.md"}
    return _in_order(found, pages.get("index.md"))


def _notes_in_order(
    pages: Mapping[str, Page], section: str, notes: Iterable[Page]
) -> tuple[Page, ...]:
    return _in_order({note.slug: note for note in notes}, pages.get(f"{section}/index.md"))


def _note_places(pages: Mapping[str, Page]) -> Mapping[str, int]:
    """Return the place of each note of a section among all, by path."""
    notes: defaultdict[str, list[Page]] = defaultdict(list)
    for page in pages.values():
        if page.kind is PageKind.NOTE:
            notes[page.section].append(page)
    sections = [index.section for index in _sections(pages)]
    ordered = (n.path for s in sections for n in _notes_in_order(pages, s, notes[s]))
    return MappingProxyType({path: place for place, path in enumerate(ordered)})


def _citing_notes(
    cited_by: Mapping[CiteKey, tuple[Passage, ...]], places: Mapping[str, int]
) -> Mapping[CiteKey, tuple[str, ...]]:
    """Return the paths of the notes that cite each thing; a transcript is one thing with all its turns."""
    found: defaultdict[CiteKey, set[str]] = defaultdict(set)
    for key, passages in cited_by.items():
        found[whole_source(key)] |= {p.page.path for p in passages if p.page.path in places}
    return MappingProxyType({key: tuple(sorted(paths)) for key, paths in found.items()})


def _in_order(found: Mapping[str, Page], index: Page | None) -> tuple[Page, ...]:
    order = getattr(index.meta, "order", ()) if index else ()
    first = [slug for slug in dict.fromkeys(order) if slug in found]
    return tuple(found[slug] for slug in (*first, *sorted(found.keys() - first)))


def _items(files: Mapping[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    return tuple(sorted(files.items()))


def _parsed_lock(data: bytes | None) -> tuple[Lock, tuple[Problem, ...]]:
    return parse_lock(None if data is None else data.decode("utf-8", "replace"))


def _parsed_records(
    files: tuple[tuple[str, bytes], ...],
) -> tuple[Mapping[str, Record], tuple[Problem, ...]]:
    return parse_records(dict(files))


def _parsed_registers(
    files: tuple[tuple[str, bytes], ...], pages: tuple[str, ...]
) -> tuple[Registers, tuple[Problem, ...]]:
    return parse_registers(dict(files), frozenset(pages))


def _parsed_tables(
    files: tuple[tuple[str, bytes], ...],
) -> tuple[Mapping[str, PaperTable], tuple[Problem, ...]]:
    tables: dict[str, PaperTable] = {}
    problems: list[Problem] = []
    for path, data in files:
        table, found = parse_table(data.decode("utf-8", "replace"), path)
        problems += found
        if table is not None:
            tables[table.name] = table
    return MappingProxyType(tables), tuple(problems)


def _parsed_watch(inbox: bytes | None, watch: bytes | None) -> tuple[Inbox, tuple[Problem, ...]]:
    """Return the inbox, empty if there is none that can be read, and what is wrong with the watch."""
    found, problems = parse_inbox((inbox or b"").decode("utf-8-sig", "replace"))
    _, wrong = parse_config((watch or b"").decode("utf-8-sig", "replace"))
    return found or Inbox(), (*problems, *wrong)


@functools.lru_cache(maxsize=2)
def _parsed_store(bibs: tuple[tuple[str, bytes], ...]) -> Store:
    return parse_store(dict(bibs))


def _below_docs(path: str) -> str:
    return path.removeprefix("docs/")


@functools.lru_cache(maxsize=8192)
def _read_page(path: str, data: bytes) -> tuple[Page, tuple[Problem, ...], Mapping[str, Sentence]]:
    """Return all that follows from the bytes of a page alone; its sentences by how they are typed."""
    page, problems = _parsed_page(path, data)
    groups: defaultdict[str, list[CiteGroup]] = defaultdict(list)
    for cited in page.scan.cited:
        groups[cited.sentence].append(cited.group)
    sentences = {typed: read_sentence(typed, known) for typed, known in groups.items()}
    return page, problems, MappingProxyType(sentences)


def _parsed_page(path: str, data: bytes) -> tuple[Page, tuple[Problem, ...]]:
    below_docs = _below_docs(path)
    try:
        return parse_page(below_docs, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        page, problems = parse_page(below_docs, data.decode("utf-8", "replace"))
        message = (
            f"page must be UTF-8: byte {data[error.start : error.start + 1]!r} at {error.start}"
        )
        return page, (*problems, NOT_UTF8.at(path, line, message, "save the file as UTF-8"))
