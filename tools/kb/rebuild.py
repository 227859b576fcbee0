"""Which pages a build has to make again: those that now would come out otherwise than they stand there.

Keeps, for each page of the last build, what it was made from, and makes the others. The plugin's hooks
call it in MkDocs' order.
"""

from __future__ import annotations

import gc
import os
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mkdocs.structure.pages import Page

from kb.dependencies import Kept, Parts, Read, observe
from kb.inputs import dates_of, layout_of, settings_of, source_of, state_of
from kb.linked_files import LinkedFiles, sweep
from kb.making import (
    Anchors,
    Frame,
    Record,
    check_anchors,
    kept_log,
    make_page,
    make_templates,
    tell,
)
from kb.outline import Outlines
from kb.pages import downloads
from kb.parallel import results_of
from kb.shelf import Shelf

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation

    from kb.cache import Cache
    from kb.site import Site

# Plugins whose part in a page is known here. With any other, MkDocs makes all pages, each time.
_KNOWN = frozenset({"kb", "search", "material/search"})
_SHORT = ("references/", "transcripts/")


@dataclass
class Made:
    """What a page was made from, and what other files got from it."""

    source: str
    frame: str
    target: str  # its path below the site folder
    reads: bytes = b""  # the numbers of what it asked of the site
    links: frozenset[str] = frozenset()  # what it linked to
    sections: list[Any] = field(default_factory=list)  # its part of the search index
    output: str = ""  # the state of the file that was written
    digest: str = ""  # of its content


class Done(NamedTuple):
    """What a process tells of a page it made."""

    made: Made
    anchors: Anchors
    records: list[Record]
    process: int
    first_read: list[Read]  # what this page was the first to read in that process


class Rebuild:
    """What the site folder holds, and what of it the build that now runs has to make again."""

    def __init__(self, name: str) -> None:
        self._name = name  # of what is kept over runs
        self._unkept = False
        self._made: dict[str, Made] = {}  # pages, by source path
        self._parts = Parts()  # what they asked of the site
        self._kept = Kept(self._parts)  # what the downloads consist of
        self._places: dict[str, str] = {}  # where stands what they linked to
        self._copied: dict[str, str] = {}  # digests of all other files, by target path
        self._written: set[str] | None = None  # every target path, None before the first build
        self._whole = ""
        self._layout: Any = None  # what MkDocs made the navigation and the list of files from
        self._dates: list[datetime.date] = []
        self._pages: list[File] = []
        self._recalled: Mapping[Read, bytes] | None = None
        self._seen = 0
        self._reads: set[Read] = set()

    def open(self, cache: Cache, config: MkDocsConfig, *, recall: bool) -> None:
        """Take `cache` for what is kept over runs.

        With `recall`, take over what another run made: what stands in the site folder still, or on the
        shelf. What a page was made from decides what it holds, whoever made it: two runs at once do no harm.
        """
        self._cache, self._shelf = cache, Shelf(cache.folder / f"{self._name}-pages")
        kept = cache.get(self._name) if recall else None
        if kept:
            self._whole, made, self._recalled, self._places = kept
            self._made = {path: one for path, one in made.items() if self._is_there(one, config)}

    def _is_there(self, made: Made, config: MkDocsConfig) -> bool:
        file = f"{config.site_dir}/{made.target}"
        if state_of(file) == made.output:
            return True
        if not self._shelf.fetch(made.target, made.digest, file):
            return False
        made.output = state_of(file)
        return True

    def keep(self) -> None:
        """Keep what this run made for another, if it made anything."""
        if self._unkept:
            kept = self._whole, self._made, self._parts.digests(), self._places
            self._cache.put(self._name, kept)
            self._shelf.keep_only({made.target for made in self._made.values()})
            self._unkept = False

    def begin(self, site: Site, files: Files, config: MkDocsConfig) -> LinkedFiles:
        """Look at everything a build starts from; return the files, which tell who asks for them."""
        apart = _KNOWN.issuperset(config.plugins)
        self.files = LinkedFiles(files, apart=apart, drafts=self._name == "serve")
        self._sources = {file.src_uri: source_of(site, file) for file in files}
        copied = {file.abs_src_path for file in files}
        whole = settings_of(config, copied) if apart else ""
        if whole != self._whole or not whole:
            self.fail()
        self._whole = whole
        targets = Counter(file.abs_dest_path for file in files)
        for file in files:
            alone = targets[file.abs_dest_path] == 1  # of two with one address the last one wins
            file.is_modified = partial(self._is_modified, file, alone)  # type: ignore[method-assign]
        return self.files

    def plan(
        self, nav: Navigation, site: Site, config: MkDocsConfig, troubles: Mapping[str, object]
    ) -> None:
        """Decide which pages stay as they are, and remove what no file of the site writes any more.

        `troubles` are the problems that a page shows, by its path.
        """
        self._nav, self._pages = nav, self.files.pages()
        self.outlines = Outlines(nav, site, config.theme)
        for file in self._pages:
            if file.page is None:  # a draft
                Page(None, file, config)
        self.outlines.name_pages()
        self._outlined = {
            f.src_uri: f"{f.dest_uri} {f.inclusion} {self.outlines.of(f.page)}" for f in self._pages
        }
        self._frame_pages(troubles)
        if self._recalled is None:
            changed = self._parts.changed(site)
        else:
            changed = self._parts.recall(site, self._recalled)
            self._recalled = None
        self._kept.forget(changed)
        places = {target: self.files.place(target) for target in self._places}
        moved = {target for target, place in places.items() if place != self._places[target]}
        self._places = places
        self._hold(changed, moved)
        targets = [file.abs_dest_path for file in self.files.shown()]
        written = set(targets)
        sweep(Path(config.site_dir), written, self._written)
        if self._written is not None:  # what the build before left behind
            gc.unfreeze()
            gc.collect()
        gc.freeze()  # what is there stays, and looking through it takes as long as making a page
        self._written = written
        # Of two files with one address the later must be written later: MkDocs sees to that.
        follows = self.files.apart and len(written) == len(targets)
        self._layout = layout_of(site, config) if follows else None

    def date(self, site: Site, env: Any) -> None:
        """Give every page the date that the sitemap tells; keep `env`, by which all templates are rendered."""
        self._env, self._dates = env, dates_of(site, self._pages)
        for file, day in zip(self._pages, self._dates, strict=True):
            if file.page:
                file.page.update_date = day.isoformat()

    def offered(self, site: Site) -> Mapping[str, str]:
        """Return the downloads of the site last planned for, and remember what they were made from."""
        return downloads(site, self._kept.of)

    def follow(self, site: Site, config: MkDocsConfig, troubles: Mapping[str, object]) -> bool:
        """Take `site` for what follows upon the site last built, if nothing but texts differs; tell whether.

        Then files, navigation and templates serve again.
        """
        if not self._layout or layout_of(site, config) != self._layout:
            return False
        changed = self._parts.changed(site)
        self._kept.forget(changed)
        offered = self.offered(site)
        for path, page in site.pages.items():
            self._sources[path] = page.revision
        for file in self.files:
            if file.is_documentation_page():
                continue
            if file.src_uri in offered:
                file.content_string = offered[file.src_uri]
            source = source_of(site, file)
            if source != self._sources[file.src_uri]:
                self._sources[file.src_uri] = source
                file.copy_file()
        self._frame_pages(troubles)
        self._hold(changed, set())
        if self._dates != dates_of(site, self._pages):
            self.date(site, self._env)
            make_templates(self._frame(config))
        return True

    def _frame(self, config: MkDocsConfig) -> Frame:
        return Frame(config, self.files, self._nav, self._env)

    def _frame_pages(self, troubles: Mapping[str, object]) -> None:
        self._frames = {
            path: f"{outlined} {troubles.get(path)}" for path, outlined in self._outlined.items()
        }

    def _hold(self, changed: set[int], moved: set[str]) -> None:
        """Drop all pages but those that would come out as they are.

        `changed` are the numbers of the parts of the site, `moved` the targets of links, that are otherwise.
        """
        self._made = {
            path: made
            for path, made in self._made.items()
            if self._sources.get(path) == made.source
            and self._frames.get(path) == made.frame
            and moved.isdisjoint(made.links)
            and changed.isdisjoint(_numbers(made))
        }

    def make(self, config: MkDocsConfig) -> int:
        """Make every page that does not stand there as it should; return how many those were."""
        if not self.files.apart:
            return 0
        frame, pages = self._frame(config), self._pages
        todo = [file for file in pages if file.src_uri not in self._made]
        known = len(self._parts)

        def work(file: File) -> Done:
            begin = len(self._parts)
            with kept_log() as records:
                anchors = make_page(frame, file, pages)
            made = self._made[file.src_uri]
            made.output = state_of(file.abs_dest_path)
            made.digest = self._shelf.put(made.target, file.abs_dest_path)
            return Done(made, anchors, records, os.getpid(), self._parts.since(begin))

        self._seen = 0
        self._unkept |= bool(todo)
        _search_entries(config).clear()
        # What is done last should be short, for then somebody waits for it: pages of one thing, not lists.
        todo.sort(key=lambda f: f.src_uri.startswith(_SHORT) and f.name != "index")
        found = results_of([(work, (file,)) for file in todo])
        numbers: defaultdict[int, list[int]] = defaultdict(lambda: [*range(known)])
        for file, done in zip(todo, found, strict=True):
            if done.process != os.getpid():  # it gave other numbers to what nobody had read before
                numbers[done.process] += self._parts.numbers(done.first_read)
                renumbered = [numbers[done.process][n] for n in _numbers(done.made)]
                done.made.reads = array("I", renumbered).tobytes()
                self._made[file.src_uri] = done.made
            for path in done.made.links:
                self._places[path] = self.files.place(path)
            tell(done.records)
        check_anchors(frame, {f.src_uri: done.anchors for f, done in zip(todo, found, strict=True)})
        return len(todo)

    def observe(self, site: Site, page: Page) -> Site:
        """Return the site for one page to be made from; what it asks is kept with the page."""
        self._reads = set()
        self.files.asked = set()
        path = page.file.src_uri
        self._made[path] = Made(self._sources[path], self._frames[path], page.file.dest_uri)
        return observe(site, self._reads)

    def rendered(self, page: Page) -> None:
        """Keep what the page asked for, now that its Markdown is done."""
        made = self._made[page.file.src_uri]
        made.reads = self._parts.numbers(self._reads).tobytes()
        made.links = frozenset(self.files.asked or ())
        self.files.asked = None

    def indexed(self, page: Page, config: MkDocsConfig) -> None:
        """Keep what the search index took from the page."""
        entries = _search_entries(config)
        self._made[page.file.src_uri].sections = entries[self._seen :]
        self._seen = len(entries)

    def end(self, config: MkDocsConfig) -> None:
        """Put the search index together from all pages."""
        if self.files.apart:
            entries = _search_entries(config)
            pages = [file for file in self.files if file.src_uri in self._made]
            entries[:] = [entry for file in pages for entry in self._made[file.src_uri].sections]
        self._copied = {f.abs_dest_path: self._sources[f.src_uri] for f in self.files}

    def fail(self) -> None:
        """Forget everything: a build that broke off may have written anything."""
        self._made.clear()
        self._copied.clear()
        self._places.clear()
        self._parts, self._recalled, self._layout = Parts(), None, None
        self._kept = Kept(self._parts)

    def _is_modified(self, file: File, alone: bool) -> bool:
        target = file.abs_dest_path
        there = alone and os.path.isfile(target)  # noqa: PTH113 - a Path for each file takes longer
        return not there or self._copied.get(target) != self._sources[file.src_uri]


def _numbers(made: Made) -> memoryview:
    return memoryview(made.reads).cast("I")


def _search_entries(config: MkDocsConfig) -> list[Any]:
    """Return the list that the search plugin fills, page by page, or one that nobody reads."""
    indexes: Iterator[Any] = (getattr(p, "search_index", None) for p in config.plugins.values())
    return next((index.entries for index in indexes if hasattr(index, "entries")), [])
