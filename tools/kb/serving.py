"""`mkdocs serve`: rebuilt at once and only where something changed, and alive whatever is typed."""

from __future__ import annotations

import logging
import os
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
_LOOKING = 1.0  # seconds between two looks at all files
# Reading a file is an event as well, and a build reads all of them.
_CHANGES = [
    events.FileCreatedEvent,
    events.FileModifiedEvent,
    events.FileDeletedEvent,
    events.FileMovedEvent,
]


def quicken(server: LiveReloadServer, build: Callable[[], None]) -> None:
    """Let the server hear of changes from the system, and `build` what they change."""
    server.builder = build
    server.build_delay = _BURST
    watched = dict(server._watched_paths)  # noqa: SLF001 - what MkDocs has it watch by now
    for path in watched:
        server.unwatch(path)
    server.observer = Watcher()  # type: ignore[assignment]
    for path in watched:
        server.watch(path)


def rebuilder(config: MkDocsConfig, again: Callable[[], bool]) -> Callable[[], None]:
    """Return what MkDocs' own builder does, but no more of it than needed, and without an end at an error.

    `again` builds what follows from changed texts, and tells whether that was all; where it was not,
    MkDocs lays out the site anew.
    """
    options = {"site_dir": config.site_dir, **_asked(config)}

    def rebuild() -> None:
        try:
            if again():
                return
            anew = load_config(config.config_file_path, **options)
            anew.site_url = config.site_url
            with _without_warning():
                build(anew, serve_url=config.site_url, dirty=True)
        except Abort as error:
            log.error("%s The site shows what was built before.", error)  # noqa: TRY400 - told already
        except Exception as error:  # whatever a half-typed file leads to
            config.plugins.on_build_error(error=error)
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
    """Tells of changed files as the system reports them, and by looking where it reports nothing.

    Some file systems take a watch and never tell: shares, folders lent to a container. So all files are
    looked at as well, seldom, and of what is found there only that is told which was not told before.
    """

    def __init__(self) -> None:
        self._observers: list[BaseObserver] = [Observer(), PollingObserver(timeout=_LOOKING)]
        self._told: dict[str, int] = {}  # when each file last changed, as told

    def schedule(self, handler: Any, path: str, *, recursive: bool = False) -> list[ObservedWatch]:
        """Have `handler` told of changes of a file, or below a folder."""
        once = _Once(handler, path if Path(path).is_file() else "", self._told)
        # Many editors put a new file in the place of the old, and a watch of the old hears no more.
        folder = str(Path(path).parent) if once.only else path
        return [
            observer.schedule(
                once, folder, recursive=recursive and not once.only, event_filter=_CHANGES
            )
            for observer in self._observers
        ]

    def unschedule(self, watches: list[ObservedWatch]) -> None:
        """End a watch."""
        for observer, watch in zip(self._observers, watches, strict=True):
            observer.unschedule(watch)

    def start(self) -> None:
        """Begin to watch."""
        events_of_system, looking = self._observers
        try:
            events_of_system.start()
        except OSError as error:  # the system's limit of watches, mostly
            log.info("No events of the file system (%s): looking every second instead", error)
            events_of_system.unschedule_all()
            self._observers = [looking]
        looking.start()

    def stop(self) -> None:
        """End all watches."""
        for observer in self._observers:
            observer.stop()

    def join(self) -> None:
        """Wait until they have ended."""
        for observer in self._observers:
            observer.join()


class _Once(events.FileSystemEventHandler):
    """Passes on what happens to files, or to `only` one of them, unless it was told before."""

    def __init__(self, handler: Any, only: str, told: dict[str, int]) -> None:
        self.handler, self.only, self.told = handler, only, told

    def on_any_event(self, event: events.FileSystemEvent) -> None:
        """Pass the event on if it is news."""
        paths = {os.fsdecode(path) for path in (event.src_path, event.dest_path) if path}
        if event.is_directory or (self.only and self.only not in paths):
            return
        states = {path: _changed(path) for path in paths}
        if any(self.told.get(path) != state for path, state in states.items()):
            self.told.update(states)
            self.handler.dispatch(event)


def _changed(path: str) -> int:
    """Return when a file changed last, in nanoseconds of the file system, 0 if it is gone."""
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return 0
