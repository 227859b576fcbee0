"""Which pages a build has to make again: those that now would come out otherwise than they stand there.

Keeps, for each page of the last build, what it was made from. The plugin's hooks call it in MkDocs' order.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import Files, InclusionLevel

from kb.dependencies import Fingerprints, Known, Read, observe
from kb.outline import Outlines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

    from kb.cache import Cache
    from kb.site import Site

log = logging.getLogger("mkdocs.plugins.kb")

# Plugins whose part in a page is known here. With any other, every build is a whole one.
_KNOWN = frozenset({"kb", "search", "material/search"})
_PACKAGE = Path(__file__).parent
_NAME = "site"  # of what is kept over runs
# Settings that are objects, whose own settings are looked at, that follow from the content, or are the server's.
_APART = frozenset({"plugins", "theme", "nav", "dev_addr", "watch"})
_ADDRESS = re.compile(" at 0x[0-9a-f]+")  # of an object: another in every process


@dataclass
class Made:
    """What a page was made from, and what other files got from it."""

    source: str
    frame: str
    target: str  # its path below the site folder
    reads: Mapping[Read, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)  # what it linked to, and where that was
    sections: list[Any] = field(default_factory=list)  # its part of the search index
    title: Any = None
    meta: Any = field(default_factory=dict)
    output: str = ""  # a digest of what was written


class Rebuild:
    """What the site folder holds, and what of it the build that now runs has to make again."""

    def __init__(self) -> None:
        self._made: dict[str, Made] = {}  # pages, by source path
        self._copied: dict[str, str] = {}  # digests of all other files, by target path
        self._written: set[str] | None = None  # every target path, None before the first build
        self._whole = ""
        self._kept: frozenset[str] = frozenset()  # pages that stay as they are
        self._fingerprints: Fingerprints
        self._known: Known = {}

    def recall(self, cache: Cache, config: MkDocsConfig) -> None:
        """Take over what another run wrote into the site folder, as far as it still stands there.

        What a page was made from decides what it holds, whoever made it: two runs at once do no harm.
        """
        self._whole, made = cache.get(_NAME) or ("", {})
        pages = {path: (Path(config.site_dir) / one.target, one) for path, one in made.items()}
        self._made = {path: one for path, (file, one) in pages.items() if _holds(file, one.output)}

    def keep(self, cache: Cache) -> None:
        """Keep what this run wrote for another."""
        cache.put(_NAME, (self._whole, self._made))

    def begin(self, site: Site, files: Files, config: MkDocsConfig) -> Files:
        """Look at everything a build starts from; return the files, which tell who asks for them."""
        self.files = LinkedFiles(files)
        self._fingerprints = Fingerprints(site, self._known)
        self._known = self._fingerprints.known
        self._sources = {file.src_uri: _digest(file) for file in files}
        whole = _whole(config, {file.abs_src_path for file in files})
        if whole != self._whole or not _KNOWN.issuperset(config.plugins):
            self._made.clear()
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
        self.outlines = Outlines(nav, site, config.theme)
        pages = self.files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
        self._frames = {
            f.src_uri: f"{f.dest_uri} {f.inclusion} {self.outlines.of(f.page)} {troubles.get(f.src_uri)}"
            for f in pages
        }
        self._made = {path: made for path, made in self._made.items() if self._holds(path, made)}
        for file in pages:
            made = self._made.get(file.src_uri)
            if made and file.page:  # what the frame of another page may ask of this one
                file.page.title, file.page.meta = made.title, made.meta
        self._kept = frozenset(self._made)
        self._seen = 0
        written = {file.abs_dest_path for file in self.files if not _is_left_out(file)}
        folder = Path(config.site_dir)
        for path in (_all_in(folder) if self._written is None else self._written) - written:
            _remove(Path(path), folder)
        self._written = written

    def observe(self, site: Site, page: Page) -> Site:
        """Return the site for one page to be made from; what it asks is kept with the page."""
        self._reads: set[Read] = set()
        self.files.asked = set()
        path = page.file.src_uri
        self._made[path] = Made(self._sources[path], self._frames[path], page.file.dest_uri)
        return observe(site, self._reads)

    def rendered(self, page: Page) -> None:
        """Keep what the page asked for, now that its Markdown is done."""
        made = self._made[page.file.src_uri]
        made.reads = self._fingerprints.of(self._reads)
        made.links = {path: self.files.place(path) for path in self.files.asked or ()}
        self.files.asked = None

    def indexed(self, page: Page, config: MkDocsConfig) -> None:
        """Keep what the search index took from the page, and what other pages may show of it."""
        made = self._made[page.file.src_uri]
        made.title, made.meta = page.title, page.meta
        entries = _search_entries(config)
        made.sections = entries[self._seen :]
        self._seen = len(entries)

    def written(self, page: Page, output: str) -> None:
        """Keep what the page came to be, as MkDocs writes it."""
        self._made[page.file.src_uri].output = _hash(output.encode(errors="xmlcharrefreplace"))

    def end(self, config: MkDocsConfig) -> None:
        """Put the search index together from all pages."""
        entries = _search_entries(config)
        pages = [file for file in self.files if file.src_uri in self._made]
        entries[:] = [entry for file in pages for entry in self._made[file.src_uri].sections]
        self._copied = {f.abs_dest_path: self._sources[f.src_uri] for f in self.files}

    def fail(self) -> None:
        """Forget everything: a build that broke off may have written anything."""
        self._made.clear()
        self._copied.clear()

    def _holds(self, path: str, made: Made) -> bool:
        return (
            self._sources.get(path) == made.source
            and self._frames.get(path) == made.frame
            and all(self.files.place(target) == place for target, place in made.links.items())
            and self._fingerprints.hold(made.reads)
        )

    def _is_modified(self, file: File, alone: bool) -> bool:
        target = file.abs_dest_path
        there = alone and os.path.isfile(target)  # noqa: PTH113 - a Path for each file takes longer
        if file.is_documentation_page():
            return not there or file.src_uri not in self._kept
        return not there or self._copied.get(target) != self._sources[file.src_uri]


class LinkedFiles(Files):
    """The files of the site; while a page is made, they keep which of them it links to."""

    asked: set[str] | None = None

    def get_file_from_path(self, path: str) -> File | None:
        """Return the file at `path` below docs/."""
        if self.asked is not None:
            self.asked.add(path)
        return super().get_file_from_path(path)

    def place(self, path: str) -> str:
        """Return what a link to `path` depends on: where the file comes to stand, if there is one."""
        file = super().get_file_from_path(path)
        return f"{file.url} {_is_left_out(file)}" if file else ""


def _is_left_out(file: File) -> bool:
    return file.inclusion is InclusionLevel.EXCLUDED


def _digest(file: File) -> str:
    """Return a digest of what a file holds; of a file that is only copied, of its state on disk."""
    content = file._content  # noqa: SLF001 - the only way to tell a file in memory from one on disk
    if content is None and not file.is_documentation_page():
        return _state(str(file.abs_src_path))
    data = file.content_bytes if content is None else content
    return _hash(data.encode() if isinstance(data, str) else data)


def _whole(config: MkDocsConfig, copied: set[str | None]) -> str:
    """Return a digest of everything that any page may depend on beside the content."""
    settings = {name: value for name, value in config.items() if name not in _APART}
    plugins = {name: dict(plugin.config) for name, plugin in config.plugins.items()}
    parts = [_ADDRESS.sub("", repr((settings, dict(config.theme), plugins)))]
    folders = [_PACKAGE, Path(config.theme.custom_dir)] if config.theme.custom_dir else [_PACKAGE]
    for folder in folders:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        own = [path for path in files if str(path) not in copied and path.suffix != ".pyc"]
        parts += [f"{path} {_hash(path.read_bytes())}" for path in own]
    return _hash("\n".join(parts).encode())


def _holds(file: Path, digest: str) -> bool:
    """Tell whether a file holds what has this digest."""
    try:
        return _hash(file.read_bytes()) == digest
    except OSError:
        return False


def _search_entries(config: MkDocsConfig) -> list[Any]:
    """Return the list that the search plugin fills, page by page, or one that nobody reads."""
    indexes: Iterator[Any] = (getattr(p, "search_index", None) for p in config.plugins.values())
    return next((index.entries for index in indexes if hasattr(index, "entries")), [])


def _state(path: str) -> str:
    found = os.stat(path)  # noqa: PTH116 - a Path for each file takes longer
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _all_in(folder: Path) -> set[str]:
    """Return the files that MkDocs' own cleaning removes."""
    shown = (path for path in folder.glob("[!.]*"))
    found = (file for path in shown for file in (path.rglob("*") if path.is_dir() else [path]))
    return {str(file) for file in found if file.is_file()}


def _remove(path: Path, root: Path) -> None:
    """Remove a file of the site, and the folders that are empty without it."""
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == root or any(folder.iterdir()):
            return
        folder.rmdir()
