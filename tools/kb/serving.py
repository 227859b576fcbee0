"""`mkdocs serve`: rebuilt at once and only where something changed, and alive whatever is typed."""

from __future__ import annotations

import logging
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from watchdog import events
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from watchdog.observers.api import BaseObserver, ObservedWatch

log = logging.getLogger("mkdocs.plugins.kb")

_BURST = 0.05  # seconds without a change after which a burst of saves counts as over
_POLLING = 0.5  # seconds between two looks where the system tells of no changes
# Reading a file is an event as well, and a build reads all of them.
_CHANGES = [
    events.FileCreatedEvent,
    events.FileModifiedEvent,
    events.FileDeletedEvent,
    events.FileMovedEvent,
]


def quicken(server: LiveReloadServer, config: MkDocsConfig) -> None:
    """Let the server hear of changes from the system, and build what they change."""
    server.builder = builder(config)
    server.build_delay = _BURST
    watched = dict(server._watched_paths)  # noqa: SLF001 - what MkDocs has it watch by now
    for path in watched:
        server.unwatch(path)
    server.observer = Watcher()  # type: ignore[assignment]
    for path in watched:
        server.watch(path)


def builder(config: MkDocsConfig) -> Callable[[], None]:
    """Return what MkDocs' own builder does, but dirty, and without an end of the server at an error."""
    options = {"site_dir": config.site_dir, **_asked(config)}

    def rebuild() -> None:
        try:
            again = load_config(config.config_file_path, **options)
            again.site_url = config.site_url
            with _without_warning():
                build(again, serve_url=config.site_url, dirty=True)
        except Abort as error:
            log.error("%s The site shows what was built before.", error)  # noqa: TRY400 - told already
        except Exception as error:  # whatever a half-typed file leads to
            told = "".join(traceback.format_exception_only(error)).strip()
            log.error("%s\nThe site shows what was built before.", told)  # noqa: TRY400 - no stack
            log.debug("The stack:", exc_info=True)

    return rebuild


def _asked(config: MkDocsConfig) -> dict[str, Any]:
    """Return what the command line asked for and the file does not say."""
    told = load_config(config.config_file_path)
    switches = {name: config[name] for name in ("strict", "use_directory_urls")}
    return {name: value for name, value in switches.items() if value != told[name]}


@contextmanager
def _without_warning() -> Iterator[None]:
    """Keep back MkDocs' warning that a dirty build is inaccurate: this one is not."""
    logger = logging.getLogger("mkdocs.commands.build")

    def is_other(record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith("A 'dirty' build is being performed")

    logger.addFilter(is_other)
    try:
        yield
    finally:
        logger.removeFilter(is_other)


class Watcher:
    """Tells of changed files as the system reports them, or by looking where it cannot."""

    def __init__(self) -> None:
        self._observer: BaseObserver = Observer()
        self._asked: list[tuple[Any, str, bool]] = []

    def schedule(self, handler: Any, path: str, *, recursive: bool = False) -> ObservedWatch:
        """Have `handler` told of changes of a file, or below a folder."""
        self._asked.append((handler, path, recursive))
        return _schedule(self._observer, handler, path, recursive=recursive)

    def unschedule(self, watch: ObservedWatch) -> None:
        """End a watch."""
        self._observer.unschedule(watch)

    def start(self) -> None:
        """Begin to watch."""
        try:
            self._observer.start()
        except OSError as error:  # the system's limit of watches, mostly
            log.info("No events of the file system (%s): looking twice a second instead", error)
            self._observer = PollingObserver(timeout=_POLLING)
            for handler, path, recursive in self._asked:
                _schedule(self._observer, handler, path, recursive=recursive)
            self._observer.start()

    def stop(self) -> None:
        """End all watches."""
        self._observer.stop()

    def join(self) -> None:
        """Wait until they have ended."""
        self._observer.join()


def _schedule(observer: BaseObserver, handler: Any, path: str, *, recursive: bool) -> ObservedWatch:
    if Path(path).is_dir():
        return observer.schedule(handler, path, recursive=recursive, event_filter=_CHANGES)
    # Many editors put a new file in the place of the old, and a watch of the old hears no more.
    folder = str(Path(path).parent)
    return observer.schedule(_OfFile(handler, path), folder, event_filter=_CHANGES)


class _OfFile(events.FileSystemEventHandler):
    """Passes on what happens to one file of a folder."""

    def __init__(self, handler: events.FileSystemEventHandler, path: str) -> None:
        self.handler, self.path = handler, path

    def on_any_event(self, event: events.FileSystemEvent) -> None:
        """Pass the event on if it is about the file."""
        if self.path in (event.src_path, event.dest_path):
            self.handler.dispatch(event)
