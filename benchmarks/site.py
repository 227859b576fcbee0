"""Time builds, saves and checks of synthetic bases against other tools, in one run; prints the ratios.

The others get the same notes as plain Markdown, citations as text, without references, transcripts and
questions; mkdocs-bibtex gets the citations too. A tool that is not in `--tools` (the bin folder of an
environment) is left out. `make bench`; results in README.md.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from generate import Size, write_base, write_plain

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = Path(sys.executable).parent
ROOT = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "tools"), "NO_MKDOCS_2_WARNING": "1"}
PLAIN = """\
site_name: Plain
use_directory_urls: true
theme:
  name: material
  font: false
  features: [navigation.indexes, navigation.tabs{prune}]
plugins: [search{plugins}]
markdown_extensions: [admonition, attr_list, footnotes, tables, {{toc: {{permalink: true}}}}]
"""
ONE_CORE, COLD = "cold build, one core", "cold build"
ONE_NOTE, SAVE = "one note, fresh process", "save to page"
# What we want to reach: the row, whose row it is compared with, at most how many times that.
WANTED = (
    (ONE_CORE, "Material, pruned", 1.2),
    (COLD, "Zensical, pruned", 0.6),
    (ONE_NOTE, "Zensical, pruned", 0.15),
    (SAVE, "Zensical, pruned", 0.3),
)
SOON = 600  # seconds after which a run counts as stuck


@dataclass(frozen=True)
class Run:
    """What one command took: seconds on the clock, seconds of all processors, peak memory."""

    seconds: float
    busy: float
    mib: float


class Tool:
    """A way to build the notes: its name, its folder, its commands."""

    def __init__(self, name: str, root: Path, command: Path, *again: str) -> None:
        self.name, self.root, self.command = name, root, command
        self.again = again or ("build",)
        self.rows: dict[str, Run] = {}

    def measure(self, repeat: int) -> None:
        """Fill the rows: a cold build on one core and on all, a build after one edit, a save under serve."""
        self.rows[ONE_CORE] = self._median(repeat, lambda: self._cold(cores=1))
        self.rows[COLD] = self._median(repeat, self._cold)
        self.rows[ONE_NOTE] = self._median(repeat, self._one_note)
        self.rows[SAVE] = self._saves(repeat)

    def run(self, *words: str, cores: int = 0) -> Run:
        """Run the tool to its end, on so many cores, or on all."""
        own = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, own[:cores] if cores else own)
        try:
            return self._run(*words)
        finally:
            os.sched_setaffinity(0, own)

    def _run(self, *words: str) -> Run:
        began = time.monotonic()
        process = subprocess.Popen(
            [self.command, *words],
            cwd=self.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
        )
        said = process.stderr.read().decode() if process.stderr else ""
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status):
            raise SystemExit(f"{self.name}: {said[-2000:]}")
        busy = usage.ru_utime + usage.ru_stime
        return Run(time.monotonic() - began, busy, usage.ru_maxrss / 1024)

    def _median(self, repeat: int, measure: Callable[[], Run]) -> Run:
        runs = [measure() for _ in range(repeat)]
        return sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]

    def _cold(self, cores: int = 0) -> Run:
        shutil.rmtree(self.root / "site", ignore_errors=True)
        shutil.rmtree(self.root / ".cache", ignore_errors=True)
        return self.run("build", cores=cores)

    def _one_note(self) -> Run:
        self.edit()
        return self.run(*self.again)

    def edit(self) -> str:
        """Add a word that is nowhere else to a note; return it."""
        word = f"word{time.monotonic_ns()}"
        note = self.root / "docs" / "topic-01" / "note-00002.md"
        note.write_text(f"{note.read_text('utf-8')}\n{word}\n", "utf-8")
        return word

    def _saves(self, repeat: int) -> Run:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{taken.getsockname()[1]}"
        words = ["serve", "-a", address]
        process = subprocess.Popen(
            [self.command, *words],
            cwd=self.root,
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://{address}/topic-01/note-00002/"
            _wait_for(url, "note 2")
            time.sleep(3)  # some hear of changes only some time after the first page
            seconds = []
            for _ in range(max(3, repeat)):
                began = time.monotonic()
                _wait_for(url, self.edit())
                seconds.append(time.monotonic() - began)
                time.sleep(1)
            status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
            peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        finally:
            process.terminate()
            process.wait()
        return Run(statistics.median(seconds), 0, int(peak.split()[1]) / 1024)


def _wait_for(url: str, word: str) -> None:
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=SOON) as answer:  # noqa: S310 - of this machine
                if word in answer.read().decode():
                    return
        except OSError:
            pass
        time.sleep(0.01)
    raise SystemExit(f"{url} never showed {word}")


def tools_for(size: Size, folder: Path, others: Path, against: str) -> list[Tool]:
    """Write the base for each tool that is there and asked for; return them, ours first."""
    root = folder / "ours"
    write_base(root, size)
    tools = [Tool("Latent Notes", root, OURS / "mkdocs", "build", "--dirty")]
    for name, command, prune in (
        ("Material, pruned", OURS / "mkdocs", ", navigation.prune"),
        ("Material", OURS / "mkdocs", ""),
        ("Zensical, pruned", others / "zensical", ", navigation.prune"),
        ("Zensical", others / "zensical", ""),
    ):
        asked = against == "all" or (against == "pruned" and prune)
        if asked and command.is_file():
            plain = folder / name.replace(", ", "-")
            write_plain(root, plain / "docs")
            (plain / "mkdocs.yml").write_text(PLAIN.format(prune=prune, plugins=""))
            tools.append(Tool(name, plain, command))
    if against == "all" and next(others.parent.glob("lib/*/site-packages/mkdocs_bibtex"), None):
        tools.append(_bibtex(root, folder / "bibtex", others / "mkdocs"))
    return tools


def _bibtex(root: Path, target: Path, command: Path) -> Tool:
    write_plain(root, target / "docs", citations=True)
    (target / "refs.bib").write_text("\n".join(p.read_text() for p in root.glob("refs/*.bib")))
    plugins = ", {bibtex: {bib_file: refs.bib}}"
    prune = ", navigation.prune"
    (target / "mkdocs.yml").write_text(PLAIN.format(prune=prune, plugins=plugins))
    return Tool("Material, pruned, mkdocs-bibtex", target, command)


def measure(size: Size, others: Path, repeat: int, against: str) -> list[Tool]:
    """Return every tool with what it took at one size."""
    with tempfile.TemporaryDirectory() as name:
        tools = tools_for(size, Path(name), others, against)
        for tool in tools:
            tool.measure(repeat)
        _checks(tools[0], repeat)
    print(
        f"\n{size.notes} notes, {size.references} references, {size.others} transcripts and questions"
    )
    print(f"{'':34}{'':26}{'seconds':>9}{'busy':>8}{'MiB':>7}{'ours/it':>9}")
    for tool in tools:
        for what, run in tool.rows.items():
            ratio = tools[0].rows[what].seconds / run.seconds
            print(
                f"{tool.name:34}{what:26}{run.seconds:9.2f}{run.busy:8.2f}{run.mib:7.0f}{ratio:9.2f}"
            )
    if len(tools) > 1:
        _compare_with_wishes({tool.name: tool for tool in tools}, tools[0])
    return tools


def _compare_with_wishes(tools: dict[str, Tool], ours: Tool) -> None:
    print(f"\n{'':26}{'against':20}{'ours/it':>9}{'wanted':>9}")
    for what, name, most in WANTED:
        if name in tools:
            ratio = ours.rows[what].seconds / tools[name].rows[what].seconds
            print(f"{what:26}{name:20}{ratio:9.2f}{most:9.2f}")
    if "Material, pruned" in tools:
        ratio = ours.rows[COLD].mib / tools["Material, pruned"].rows[COLD].mib
        print(f"{'peak memory, cold build':26}{'Material, pruned':20}{ratio:9.2f}{2.0:9.2f}")


def _checks(ours: Tool, repeat: int) -> None:
    check = Tool("kb check", ours.root, OURS / "kb")
    cold, known = [], []
    for _ in range(repeat):
        shutil.rmtree(ours.root / ".cache", ignore_errors=True)
        cold.append(check.run("check"))
        known.append(check.run("check"))
    for what, runs in (("check, cold", cold), ("check, nothing changed", known)):
        ours.rows[what] = sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]
    ours.edit()
    ours.rows["check, one note changed"] = check.run("check")


def main() -> None:
    """Measure each size and print how what we take grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--tools", type=Path, default=Path("/nowhere"), help="bin/ with the others")
    parser.add_argument("--against", choices=["all", "pruned", "nobody"], default="all")
    asked = parser.parse_args()
    sizes = [Size(notes, 3 * notes) for notes in asked.notes]
    all_tools = [
        measure(size, asked.tools.absolute(), asked.repeat, asked.against) for size in sizes
    ]
    measured = list(zip(sizes, all_tools, strict=True))
    for (small, a), (large, b) in pairwise(measured):
        print(f"\nfrom {small.notes} to {large.notes} notes what we take grows with")
        for what in (ONE_CORE, COLD, SAVE):
            times = [tools[0].rows[what].seconds for tools in (a, b)]
            exponent = math.log(times[1] / times[0]) / math.log(large.notes / small.notes)
            print(f"  n^{exponent:.2f} ({what})")


if __name__ == "__main__":
    main()
