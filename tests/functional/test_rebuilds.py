"""What `mkdocs serve` shows after any edits is what a build from nothing makes of the same files."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from built import digests
from edits import EDITS, TOUR, apply
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from kb.computed import COMPUTED
from kb.serving import rebuilder

ADDRESS = "http://127.0.0.1:8000/"
ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parents[1] / "cases" / "sites"
# A sequence takes seconds: 3 by default, 196 with `--hypothesis-profile thorough`.
EXAMPLES = max(3, settings().max_examples // 25 - 4)


class Served:
    """A base with the tree that a server shows of it, and how to make that tree anew."""

    def __init__(self, root, out):
        self.root, self.tree, self.fresh = root, out / "served", out / "fresh"
        self.pristine = out / "pristine"
        shutil.copytree(root, self.pristine)
        config = self.start(self.tree)
        self.rebuild = rebuilder(config, config.plugins["kb"].again)

    def start(self, tree, made=None):
        """Do what a server does at its start; `made` gets the number of pages of each build."""
        config = _config(self.root, tree)
        config.plugins.on_startup(command="serve", dirty=False)
        if made is not None:
            count_into(made, config)
        build(config, serve_url=ADDRESS)
        config.plugins["kb"].rebuild.keep()
        return config

    def edit(self, burst):
        for edit in burst:
            apply(self.root, self.pristine, edit)

    def whole(self):
        """The digests of a tree built from nothing by plugins that know nothing yet, None if it fails."""
        option = dict(MkDocsConfig._schema)["plugins"]  # noqa: SLF001 - MkDocs keeps the serving plugins there
        kept, option.plugin_cache = option.plugin_cache, {}
        try:
            config = _config(self.root, self.fresh)
            config.plugins.on_startup(command="build", dirty=False)
            build(config, serve_url=ADDRESS)
        except Exception:  # noqa: BLE001 - the edit broke it: nothing to compare with
            return None
        finally:
            option.plugin_cache = kept
        return digests(self.fresh)


def _config(root, site):
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(site))
    config.site_url = ADDRESS
    return config


@pytest.fixture(scope="module")
def make_served(copy_to, tmp_path_factory):
    """Return the function that serves a new copy of the small base, with one of each kind of thing."""
    logging.getLogger("mkdocs").setLevel(logging.CRITICAL)
    patch = pytest.MonkeyPatch()
    few = {name: COMPUTED[name] for name in ("letter-share", "digits")}
    patch.setattr("kb.pages.COMPUTED", few)  # the pages of all take half of each build

    def make():
        out = tmp_path_factory.mktemp("served")
        root = copy_to(CASES / "small", out / "base")
        shutil.copytree(CASES / "served", root, dirs_exist_ok=True)
        return Served(root, out)

    yield make
    patch.undo()
    logging.getLogger("mkdocs").setLevel(logging.NOTSET)


def test_after_an_edit_of_each_kind_the_served_tree_is_that_of_a_clean_build(make_served):
    served = make_served()
    shown = digests(served.tree)
    assert shown == served.whole()
    for number, burst in enumerate(TOUR, start=1):
        served.edit(burst)
        served.rebuild()
        before, shown = shown, digests(served.tree)
        assert shown != before, f"{burst} changes nothing"
        if number % 3 == 0 or number == len(TOUR):  # a page left behind stays behind until then
            assert shown == served.whole(), TOUR[:number]


def dirty_build(served):
    """Build as `mkdocs build --dirty` does; return how many pages that made."""
    config = _config(served.root, served.tree)
    config.plugins["kb"].on_startup(command="build", dirty=True)
    made = []
    count_into(made, config)
    build(config, serve_url=ADDRESS, dirty=True)
    return made[-1]


def count_into(made, config):
    """Have `made` get the number of pages that each build makes."""
    rebuild = config.plugins["kb"].rebuild
    make = rebuild.make
    rebuild.make = lambda config: made.append(make(config)) or made[-1]


def test_the_first_save_makes_no_more_pages_than_any_wherever_the_site_is_served(make_served):
    served = make_served()
    config = load_config(
        str(served.root / "mkdocs.yml"), site_dir=str(served.tree), dev_addr="127.0.0.1:8123"
    )
    config.site_url = ADDRESS
    config.watch.append("elsewhere")
    build(config, serve_url=ADDRESS)
    made = []
    count_into(made, config)
    served.edit([("replace", "docs/latent/two.md", ("Hostile titles", "Foul titles"))])
    served.rebuild()
    assert 0 < made[-1] < 10


def test_beside_a_plugin_that_is_not_known_every_page_is_made(make_served):
    served = make_served()
    settings = served.root / "mkdocs.yml"
    (served.root / "word.txt").write_text("one")
    (served.root / "hook.py").write_text(
        "import pathlib\n"
        "def on_page_content(html, page, config, files):\n"
        "    return html + pathlib.Path(__file__).with_name('word.txt').read_text()\n"
    )
    settings.write_text(f"{settings.read_text('utf-8')}\nhooks: [hook.py]\n", "utf-8")
    served.rebuild()
    assert digests(served.tree) == served.whole()
    (served.root / "word.txt").write_text("another")
    served.rebuild()
    assert digests(served.tree) == served.whole()
    assert "another" in (served.tree / "latent" / "one" / "index.html").read_text("utf-8")


def test_a_strict_server_says_why_it_would_not_publish(make_served, caplog):
    served = make_served()
    config = load_config(str(served.root / "mkdocs.yml"), site_dir=str(served.tree), strict=True)
    config.site_url = ADDRESS
    config.plugins["kb"].on_startup(command="serve", dirty=False)
    build(config, serve_url=ADDRESS)
    served.edit([("replace", "docs/latent/two.md", ("Hostile titles", "[No link](nowhere.md)"))])
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    rebuilder(config, config.plugins["kb"].again)()
    logging.getLogger("mkdocs").setLevel(logging.CRITICAL)
    assert "KB401" in caplog.text
    assert caplog.messages[-1].startswith("Aborted with")


def test_a_draft_is_served_with_its_mark_and_not_built(make_served):
    served = make_served()
    settings = served.root / "mkdocs.yml"
    settings.write_text(f"{settings.read_text('utf-8')}\ndraft_docs: /latent/two.md\n", "utf-8")
    served.rebuild()
    draft = Path("latent") / "two" / "index.html"
    assert "mkdocs-draft-marker" in (served.tree / draft).read_text("utf-8")
    config = load_config(str(settings), site_dir=str(served.fresh))
    config.plugins["kb"].on_startup(command="build", dirty=False)
    build(config)
    assert (served.fresh / "latent" / "one" / "index.html").exists()
    assert not (served.fresh / draft).exists()


def test_two_processes_write_what_one_does(make_served, monkeypatch):
    served, forks, fork = make_served(), [], os.fork
    one = digests(served.tree)
    monkeypatch.setattr("kb.parallel._FEW", 2)
    monkeypatch.setattr("kb.parallel._can_fork", lambda: True)
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {0, 1})
    monkeypatch.setattr("os.fork", lambda: forks.append(fork()) or forks[-1])
    assert served.whole() == one
    assert len(forks) == 1
    served.edit([("replace", "refs/latent.bib", ("{Doe, Jane}", "{Moe, Jane}"))])
    served.rebuild()
    assert len(forks) == 2
    assert digests(served.tree) == served.whole()


def test_a_dirty_build_from_a_fresh_process_leaves_nothing_of_the_one_before(make_served):
    served = make_served()
    served.edit([("delete", "docs/latent/two.md"), ("delete", "docs/latent/dot.png")])
    dirty_build(served)
    assert digests(served.tree) == served.whole()


def test_a_dirty_build_makes_only_what_another_process_did_not_or_somebody_spoiled(make_served):
    served = make_served()
    every = dirty_build(served)
    assert every > 20
    assert dirty_build(served) == 0
    served.edit([("replace", "docs/latent/two.md", ("Hostile titles", "Foul titles"))])
    assert 0 < dirty_build(served) < 10
    (served.tree / "latent" / "one" / "index.html").write_text("spoiled")
    assert dirty_build(served) == 0, "what was kept of it is put back"
    assert digests(served.tree) == served.whole()
    for kept in ("kb.json", "latent/one/index.html"):
        (served.tree / kept).unlink()
    on_shelf = served.root / ".cache" / "kb" / "build-pages" / "latent" / "one" / "index.html"
    on_shelf.write_text(on_shelf.read_text("utf-8")[:-1], "utf-8")
    assert dirty_build(served) == 1
    assert digests(served.tree) == served.whole()
    shutil.rmtree(served.root / ".cache")
    assert dirty_build(served) == every
    served.edit([("replace", "refs/latent.bib", ("{Doe, Jane}", "{Moe, Jane}"))])
    dirty_build(served)
    assert digests(served.tree) == served.whole()


def test_a_server_begins_with_what_the_one_before_it_made(make_served):
    served = make_served()
    config = served.start(served.tree)
    served.edit([("replace", "docs/latent/two.md", ("Hostile titles", "Foul titles"))])
    rebuilder(config, config.plugins["kb"].again)()
    config.plugins.on_shutdown()
    served.edit([("replace", "refs/latent.bib", ("{Doe, Jane}", "{Moe, Jane}"))])
    made = []
    served.start(served.tree.with_name("next"), made)
    assert 0 < made[-1] < 20
    assert digests(served.tree.with_name("next")) == served.whole()


def two_builds_at_once(root, sites):
    """Run two processes of `mkdocs build --dirty` side by side."""
    paths = os.pathsep.join([str(ROOT / "tools"), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "mkdocs", "build", "--dirty", "--quiet", "--site-dir"]
    runs = [
        subprocess.Popen([*command, str(site)], cwd=root, env={**os.environ, "PYTHONPATH": paths})
        for site in sites
    ]
    assert [run.wait() for run in runs] == [0, 0]


def test_two_builds_at_once_leave_two_whole_sites_and_a_sound_cache(copy_to, build_base, tmp_path):
    root = copy_to(CASES / "small", tmp_path / "base")
    one, other = tmp_path / "one", tmp_path / "other"
    two_builds_at_once(root, [one, other])
    note = root / "docs" / "latent" / "two.md"
    note.write_text(note.read_text("utf-8").replace("Hostile titles", "Foul titles"), "utf-8")
    two_builds_at_once(root, [other, one])
    two_builds_at_once(root, [one, one])
    fresh = tmp_path / "fresh"
    shutil.rmtree(root / ".cache")
    assert build_base(root, fresh).code == 0
    assert digests(one) == digests(other) == digests(fresh)


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(sequence=st.lists(st.lists(EDITS, min_size=1, max_size=2), min_size=2, max_size=6))
def test_after_any_edits_the_served_tree_is_that_of_a_clean_build(make_served, sequence):
    served = make_served()
    for burst in sequence:
        served.edit(burst)
        served.rebuild()
        whole = served.whole()
        if whole is not None:
            assert digests(served.tree) == whole, burst
    shutil.rmtree(served.root.parent)
