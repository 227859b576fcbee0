"""A base of its own, and the real commands run on it as processes."""

from __future__ import annotations

import os
import subprocess
import sys

from kb.bib.store import load_store
from kb.ids import CiteKey

NOTHING, FAILED, USAGE, CHANGED, CONFLICTS, UNCHECKED = 0, 1, 2, 3, 4, 5
HOME = "---\ntitle: Base\ndescription: A base.\n---\n\n# Base\n\nA claim {}.\n"


class Base:
    """A base of its own with a server to ask; runs the real command."""

    def __init__(self, root, server, more=""):
        self.root = root
        self.server = server
        for page in ("references/index", "about/evidence-grades"):  # what every reference links to
            (root / "docs" / page).parent.mkdir(parents=True)
            (root / "docs" / f"{page}.md").write_text(HOME.format("without source"))
        (root / "refs").mkdir()
        (root / "docs" / "index.md").write_text(HOME.format("without source"))
        (root / "refs" / "arxiv.yml").write_text(f"api: {server.url}\ndelay: 0\n{more}")

    @property
    def environment(self):
        return {**os.environ, "KB_STATE_DIR": str(self.root / "state"), "NO_COLOR": "1"}

    def command(self, *words):
        return [sys.executable, "-m", "kb", words[0], "--root", str(self.root), *words[1:]]

    def run(self, *words, text=None):
        return subprocess.run(
            self.command(*words),
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )

    def kb(self, *words, code=NOTHING, text=None):
        done = self.run(*words, text=text)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done.stdout

    def sync(self, *words, code=NOTHING):
        return self.kb("sync", "--refresh", *words, code=code)

    def file(self, name="unsorted.bib"):
        return self.root / "refs" / name

    def edit(self, old, new, name="unsorted.bib"):
        text = self.file(name).read_text()
        assert old in text, text
        self.file(name).write_text(text.replace(old, new))

    def fields(self, key):
        return dict(load_store(self.root).find(CiteKey(key)).fields)

    def state(self):
        folders = (self.root / "docs", self.root / "refs")
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
