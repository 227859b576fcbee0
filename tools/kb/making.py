"""Makes pages one at a time, from Markdown to file, in two processes if there are many.

MkDocs renders the Markdown of all pages before it writes the first, and holds them all meanwhile: at
a thousand notes most of a gigabyte. Nothing in a page of ours asks for the rendered text of another.
"""

from __future__ import annotations

import io
import logging
import os
import pickle
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mkdocs.commands.build import _build_page, _build_theme_template, _populate_page
from mkdocs.structure.files import InclusionLevel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation

log = logging.getLogger("mkdocs.plugins.kb")

_T = TypeVar("_T")
_MANY = 100  # pages from which on a second process is worth its start


class Frame(NamedTuple):
    """What all pages of a build have in common."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Any


class Anchors(NamedTuple):
    """The anchors of a page, and which of other pages it links to: by their path, as typed."""

    present: tuple[str, ...]
    linked: dict[str, dict[str, str]]


def make_page(frame: Frame, file: File, pages: Sequence[File]) -> Anchors:
    """Make one page from its Markdown to its file, by MkDocs' own two steps; nothing of it stays in memory."""
    page = file.page
    if page is None:
        raise ValueError(file.src_uri)
    config = frame.config
    _populate_page(page, config, frame.files)
    excluded = bool(InclusionLevel.is_excluded(file.inclusion))  # type: ignore[no-untyped-call]
    _build_page(page, config, pages, frame.nav, frame.env, excluded=excluded)
    page.markdown, page.content, page.toc, page.meta = None, None, [], {}  # type: ignore[assignment]
    linked = page.links_to_anchors or {}
    return Anchors(
        tuple(page.present_anchor_ids or ()), {to.src_uri: links for to, links in linked.items()}
    )


def make_templates(frame: Frame) -> None:
    """Make what the theme has beside pages: the sitemap, and the page of what is not found."""
    for name in sorted(frame.config.theme.static_templates):
        _build_theme_template(name, frame.env, frame.files, frame.config, frame.nav)


def check_anchors(frame: Frame, found: dict[str, Anchors]) -> None:
    """Have MkDocs warn of links to anchors that the pages just made do not have."""
    pages = {path: file.page for path, file in frame.files.src_uris.items() if path in found}
    for path, page in pages.items():
        if page:
            page.present_anchor_ids = found[path].present  # type: ignore[assignment]
            targets = {to: frame.files.get_file_from_path(to) for to in found[path].linked}
            page.links_to_anchors = {
                file: found[path].linked[to] for to, file in targets.items() if file
            }
    for page in filter(None, pages.values()):
        page.validate_anchor_links(
            files=frame.files, log_level=frame.config.validation.links.anchors
        )


def halves(todo: Sequence[_T], work: Callable[[Sequence[_T]], Any]) -> list[Any]:
    """Return what `work` makes of all of `todo`, or of its two halves, the second in another process.

    That process is forked: it has all that this one has, and what it changes nobody sees but in the
    files it writes and in what it returns. What it logs is logged here. If it fails in any way, this
    process does its half too, and meets what was wrong.
    """
    if len(todo) < _MANY or not _may_fork():
        return [work(todo)]
    other = todo[1::2]
    with _forked(work, other) as answer:
        first = work(todo[::2])
        found = answer()
    if found is None:
        return [first, work(other)]
    value, records = found
    for record in records:
        logging.getLogger(record.name).handle(record)
    return [first, value]


def _may_fork() -> bool:
    """Tell whether a second processor is there, and no thread that might hold a lock meanwhile."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return cores > 1 and hasattr(os, "fork") and threading.active_count() == 1


@contextmanager
def _forked(work: Callable[[Any], Any], argument: Any) -> Iterator[Callable[[], Any]]:
    """Have another process work; yield the function that waits for what it returned, None if it failed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reading)
            records = _Records.only()
            told = pickle.dumps((work(argument), records.kept), protocol=5)
            with open(writing, "wb") as pipe:  # noqa: PTH123 - a descriptor
                pipe.write(told)
            status = 0
        finally:
            os._exit(status)  # nothing of the parent's is to be flushed or cleaned up here
    os.close(writing)

    def answer() -> Any:
        with open(reading, "rb", closefd=False) as pipe:
            data = pipe.read()
        with suppress(pickle.UnpicklingError, EOFError):
            return pickle.load(io.BytesIO(data))  # noqa: S301 - from this program, by a pipe of its own
        return None

    try:
        yield answer
    finally:
        os.close(reading)  # a child that still writes ends with it
        os.waitpid(child, 0)


class _Records(logging.Handler):
    """Keeps what is logged, as text, for the process that tells it."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[logging.LogRecord] = []

    @classmethod
    def only(cls) -> _Records:
        """Return the one that from now on gets what is logged in this process, instead of all others."""
        found = cls()
        for name in [*logging.root.manager.loggerDict, ""]:
            logger = logging.getLogger(name)
            logger.handlers.clear()
        logging.root.addHandler(found)
        return found

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record, without what no pipe can carry."""
        record.msg, record.args = record.getMessage(), None
        record.exc_info = record.stack_info = None
        self.kept.append(record)
