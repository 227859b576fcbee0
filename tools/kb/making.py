"""Makes a page, from Markdown to file.

MkDocs renders the Markdown of all pages before it writes the first, and holds them all meanwhile: at
a thousand notes most of a gigabyte. Nothing in a page of ours asks for the rendered text of another.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from mkdocs.commands.build import _build_page, _build_theme_template, _populate_page
from mkdocs.structure.files import InclusionLevel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation

Record: TypeAlias = "tuple[str, int, str]"  # a logger's name, a level, a message


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
    for page in filter(None, pages.values()):
        page.present_anchor_ids = page.links_to_anchors = None


@contextmanager
def kept_log() -> Iterator[list[Record]]:
    """Keep what is logged meanwhile, instead of telling it: another process may have to.

    What it was is told here if an error ends it.
    """
    handler = _Keeper()
    loggers = [logging.getLogger(name) for name in (*logging.root.manager.loggerDict, None)]
    handlers = [(logger, logger.handlers) for logger in loggers if logger.handlers]
    for logger, _ in handlers:
        logger.handlers = []
    logging.root.addHandler(handler)
    try:
        yield handler.kept
    except BaseException:
        told = handler.kept
        raise
    else:
        told = []
    finally:
        logging.root.removeHandler(handler)
        for logger, own in handlers:
            logger.handlers = own
        tell(told)


def tell(records: Sequence[Record]) -> None:
    """Log what was kept."""
    for name, level, message in records:
        logging.getLogger(name).log(level, "%s", message)


class _Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Record] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what the record says."""
        self.kept.append((record.name, record.levelno, record.getMessage()))
