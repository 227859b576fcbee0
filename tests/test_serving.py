"""Changes of files as the server hears of them: once each, in bursts, and where the system tells nothing."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from mkdocs.livereload import LiveReloadServer
from watchdog.observers.api import BaseObserver, EventEmitter

from kb import serving

SOON = 20  # seconds within which a loaded machine does anything


class Silent(BaseObserver):
    """A system that takes a watch and tells of nothing."""

    def __init__(self):
        super().__init__(EventEmitter)


class Refusing(Silent):
    """A system that has no more watches to give."""

    def start(self):
        raise OSError("inotify watch limit reached")


@pytest.fixture
def folder(tmp_path):
    """A folder to watch, with a file and one in a folder of it."""
    (tmp_path / "docs" / "latent").mkdir(parents=True)
    for path in ("docs/index.md", "docs/latent/one.md", "mkdocs.yml"):
        (tmp_path / path).write_text("before")
    return tmp_path


@pytest.fixture
def listen(folder):
    """Return the function that watches a path and returns the paths told of, and a way to await one."""
    watchers = []

    def start(path):
        told, news = [], threading.Condition()

        def on_event(event):
            with news:
                told.append(event.dest_path or event.src_path)
                news.notify_all()

        def hear_of(path):
            with news:
                return news.wait_for(lambda: str(path) in told, SOON)

        watcher = serving.Watcher()
        watcher.schedule(SimpleNamespace(dispatch=on_event), str(path), recursive=True)
        watcher.start()
        watchers.append(watcher)
        return told, hear_of

    yield start
    for watcher in watchers:
        watcher.stop()
        watcher.join()


@pytest.mark.parametrize("system", [None, Silent, Refusing])
def test_a_save_a_new_and_a_deleted_file_are_told_whatever_the_system_tells(
    folder, listen, monkeypatch, system
):
    if system:
        monkeypatch.setattr(serving, "Observer", system)
    told, hear_of = listen(folder / "docs")
    for change in (
        lambda path: path.write_text("after"),
        lambda path: path.unlink(),
        lambda path: path.write_text("anew"),
    ):
        told.clear()
        change(folder / "docs" / "latent" / "one.md")
        assert hear_of(folder / "docs" / "latent" / "one.md")


def test_a_save_is_told_once_though_it_is_looked_for_as_well(folder, listen, monkeypatch):
    monkeypatch.setattr(serving, "_LOOKING", 0.05)
    told, hear_of = listen(folder / "docs")
    (folder / "docs" / "index.md").write_text("after")
    assert hear_of(folder / "docs" / "index.md")
    before = told.count(str(folder / "docs" / "index.md"))
    for number in range(3):  # each is looked for after the one before
        (folder / "docs" / f"{number}.md").write_text("new")
        assert hear_of(folder / "docs" / f"{number}.md")
    assert told.count(str(folder / "docs" / "index.md")) == before


def test_of_a_single_file_a_replacement_is_told_and_its_neighbors_are_not(folder, listen):
    told, hear_of = listen(folder / "mkdocs.yml")
    (folder / "other.yml").write_text("other")
    (folder / "new.yml").write_text("after")
    (folder / "new.yml").replace(folder / "mkdocs.yml")
    assert hear_of(folder / "mkdocs.yml")
    assert str(folder / "other.yml") not in told


@pytest.fixture
def server(folder, monkeypatch):
    """A server of a folder; `builds` takes what was there at each build, and `go` lets one begin."""
    server = LiveReloadServer(lambda: None, "127.0.0.1", 0, str(folder))
    server.builds, server.go, server.news = [], threading.Semaphore(0), threading.Condition()

    def build():
        seen = (folder / "docs" / "index.md").read_text()
        with server.news:
            server.builds.append(seen)
            server.news.notify_all()
        assert server.go.acquire(timeout=SOON)

    monkeypatch.setattr(serving, "_BURST", 0.2)
    server.watch(str(folder / "docs"))
    serving.quicken(server, build)
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server
    server.go.release(100)
    server.shutdown(wait=True)
    thread.join()


def built(server, number):
    with server.news:
        return server.news.wait_for(lambda: len(server.builds) >= number, SOON)


def test_a_burst_of_saves_makes_one_build_and_a_save_during_it_another(server, folder):
    for text in "abc":
        (folder / "docs" / "index.md").write_text(text)
    assert built(server, 1)
    (folder / "docs" / "index.md").write_text("saved while it builds")
    server.go.release()
    assert built(server, 2)
    server.go.release()
    assert server.builds == ["c", "saved while it builds"]
