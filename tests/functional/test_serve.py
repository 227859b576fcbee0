"""`mkdocs serve` as a writer has it: in a process of its own, asked over HTTP, while files are edited."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection
from pathlib import Path

import pytest
from edits import BROKEN

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "sites"
SOON = 60


class Serving:
    """A server of a base, what it printed, and its pages."""

    def __init__(self, root, *options):
        environment = {n: v for n, v in os.environ.items() if n != "SITE_URL"}
        environment |= {"PYTHONPATH": str(ROOT / "tools"), "PYTHONUNBUFFERED": "1"}
        self.port = free_port()
        address = f"127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address, *options]
        self.process = subprocess.Popen(
            command, cwd=root, env=environment, stderr=subprocess.PIPE, text=True
        )
        self.lines, self.news = [], threading.Condition()
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self):
        for line in self.process.stderr:
            with self.news:
                self.lines.append(line)
                self.news.notify_all()

    def says(self, pattern, since=0):
        """Wait for a line with `pattern` among those after the first `since`; return it."""
        with self.news:
            found = lambda: [one for one in self.lines[since:] if re.search(pattern, one)]  # noqa: E731
            assert self.news.wait_for(found, SOON), "".join(self.lines)
            return found()[0]

    def after(self, change):
        """Do a change; return what the server printed until it was done with it."""
        since = len(self.lines)
        change()
        self.says("Reloading browsers", since)
        return "".join(self.lines[since:])

    def get(self, path):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SOON)
        connection.request("GET", path)
        return connection.getresponse().read().decode()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.thread.join()
        self.process.stderr.close()


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(params=[(), ("--dirty",)], ids=["plain", "dirty"])
def serving(request, copy_to, tmp_path):
    """A server of the small base with one of each kind of thing, in its own folder."""
    root = copy_to(CASES / "small", tmp_path / "base")
    shutil.copytree(CASES / "served", root, dirs_exist_ok=True)
    serving = Serving(root, *request.param)
    serving.root = root
    serving.says("Serving on")
    yield serving
    serving.stop()


def test_a_broken_edit_is_told_in_the_terminal_and_on_the_page_and_the_server_lives_on(serving):
    note, bib = serving.root / "docs" / "latent" / "two.md", serving.root / "refs" / "acrostics.bib"
    whole, store = note.read_text(), bib.read_text()
    assert "To mend" not in serving.get("/latent/two/")

    said = serving.after(lambda: note.write_text(BROKEN[0]))
    assert "docs/latent/two.md:" in said
    assert "docs/latent/two.md:" in serving.get("/latent/two/")

    said = serving.after(lambda: note.write_text(whole + "\nMended, and more.\n"))
    assert "docs/latent/two.md:" not in said
    page = serving.get("/latent/two/")
    assert "Mended, and more." in page
    assert "To mend" not in page

    half = store[: store.index("title = {Cited by Nobody") + 8]
    said = serving.after(lambda: bib.write_text(half))
    assert "refs/acrostics.bib:" in said
    assert "refs/acrostics.bib:" in serving.get("/references/")

    main = serving.root / "overrides" / "main.html"
    said = serving.after(lambda: main.write_text("{% if"))
    assert "The site shows what was built before" in said
    assert "Mended, and more." in serving.get("/latent/two/")

    serving.after(lambda: shutil.copy(ROOT / "overrides" / "main.html", main))
    said = serving.after(lambda: bib.write_text(store))
    assert "refs/acrostics.bib:" not in said
    assert "To mend" not in serving.get("/references/")
