"""The recipes of the guide for a sync on a schedule, run as cron and a CI service would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from commands import CHANGED, Base

from servers.arxiv_papers import parse_time

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "arxiv.md").read_text("utf-8")


def block(title):
    (text,) = re.findall(
        rf'^```\w+ title="{re.escape(title)}"\n(.*?)^```$', GUIDE, re.MULTILINE | re.DOTALL
    )
    return text


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def base(tmp_path, server):
    """A base with one paper of February, below a home of its own, and `kb` where make puts it."""
    base = Base(tmp_path / "latent-notes", server)
    base.kb("add", "2501.99901", "--to", "latent", code=CHANGED)
    program(base.root / ".venv" / "bin" / "kb", f'exec "{sys.executable}" -m kb "$@"')
    server.log.clear()
    return base


@pytest.fixture
def shell(base, tmp_path):
    """Run a script as bash does for cron and for a CI service, on a day of the server's."""

    def run(script, day, **environment):
        base.server.now = parse_time(day)
        state = tmp_path / f"state-{day}"  # what was asked in February is long forgotten
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],  # noqa: S607 - whatever bash there is
            cwd=base.root,
            env={**os.environ, "HOME": str(tmp_path), "KB_STATE_DIR": str(state), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_line_for_cron_syncs_and_keeps_a_log(base, shell, tmp_path):
    fields = block("crontab").split(maxsplit=5)
    assert fields[:5] == ["17", "5", "*", "*", "1"]
    assert shell(fields[5], "2025-07-01").returncode == CHANGED
    log = (tmp_path / "kb-sync.log").read_text()
    assert "  * v1 replaced by v3\n" in log
    assert "1 entry changed, 0 in conflict, 0 not checked\n" in log
    assert "\x1b" not in log
    assert "\r" not in log
    assert shell(fields[5], "2025-07-02").returncode == 0


def git(folder, *words):
    done = subprocess.run(
        ["git", *words],  # noqa: S607 - the git of the machine
        cwd=folder,
        env={**os.environ, **{f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER")
                              for what in ("NAME", "EMAIL")}},
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    return done.stdout


@pytest.fixture
def steps():
    """What the job runs, one script a step."""
    workflow = yaml.safe_load(block(".github/workflows/arxiv.yml"))
    assert workflow[True] == {"schedule": [{"cron": "17 5 * * 1"}], "workflow_dispatch": None}
    return [step["run"] for step in workflow["jobs"]["sync"]["steps"] if "run" in step]


@pytest.fixture
def checkout(base, tmp_path):
    """The base under git with a remote, and a `gh` that writes down what it was asked."""
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "origin.git")
    (base.root / ".gitignore").write_text(".venv/\n.cache/\nstate/\n")
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        ["commit", "-qm", "base"],
        ["remote", "add", "origin", str(tmp_path / "origin.git")],
        ["push", "-q", "origin", "main"],
    ):
        git(base.root, *words)
    program(
        tmp_path / "bin" / "gh", 'printf "%s\\n" "$@" > "$HOME/gh.txt"; cat "$6" >> "$HOME/gh.txt"'
    )
    return base


def test_the_first_step_makes_what_the_second_needs(steps):
    done = subprocess.run(
        [*steps[0].split(), "-n"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("fault", ["", "absent"])
def test_the_workflow_opens_a_change_with_the_diff(checkout, shell, steps, tmp_path, fault):
    checkout.kb("add", "1706.03762", "--to", "latent", code=CHANGED)
    git(checkout.root, "commit", "-qam", "another")
    if fault:
        checkout.server.go_wrong(fault, "1706.03762", times=0)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = shell(steps[1], "2025-07-01", PATH=path, RUNNER_TEMP=str(tmp_path))
    assert done.returncode == 0, done.stderr
    (branch,) = re.findall(r"arxiv-\d{4}-\d\d-\d\d", git(tmp_path / "origin.git", "branch"))
    diff = git(tmp_path / "origin.git", "diff", "--stat", "main", branch)
    assert "refs/latent.bib" in diff
    assert "refs/arxiv.lock.json" in diff
    assert "diff.txt" not in git(tmp_path / "origin.git", "ls-tree", "-r", "--name-only", branch)
    asked = (tmp_path / "gh.txt").read_text()
    assert asked.startswith("pr\ncreate\n--title\nSync references with arXiv\n--body-file\n")
    assert "  + version = 3\n" in asked
    assert ("KB601 eprint must be a paper that arXiv knows" in asked) == bool(fault)


@pytest.mark.parametrize(
    ("break_it", "code"),
    [(lambda _: None, 0), (lambda base: base.file("arxiv.yml").write_text("x"), 2)],
)
def test_the_workflow_opens_none_if_nothing_changed_and_fails_if_it_cannot_run(
    checkout, shell, steps, tmp_path, break_it, code
):
    break_it(checkout)
    done = shell(steps[1], "2025-02-02", RUNNER_TEMP=str(tmp_path))
    assert done.returncode == code, done.stderr
    assert git(tmp_path / "origin.git", "branch").split() == ["*", "main"]
    assert not (tmp_path / "gh.txt").exists()
    assert ("KB303" in done.stdout) == (code == 2)
