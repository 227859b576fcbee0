"""Time reading and editing a .bib file of 100,000 entries, some 90 MB, and `kb add` on a base that holds it.

Prints seconds, and peak memory in MiB that only grows from line to line. `make bench-bib`.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from kb.bib.additions import NewEntry, add_entries  # noqa: E402 - the path is set above
from kb.bib.edits import edit_entry  # noqa: E402
from kb.bib.openfile import apply_edits, open_files  # noqa: E402
from kb.bib.text import decode_bib  # noqa: E402
from kb.ids import CiteKey  # noqa: E402
from kb.problems import Problem  # noqa: E402
from servers.arxiv import RECORDS, ArxivServer  # noqa: E402
from servers.arxiv_papers import load_papers  # noqa: E402

WORDS = ("language", "models", "reason", "{LLM}", "in", "latent", "space", "$x_1$", r"na\"{\i}ve")
ENTRY = """@inproceedings{{author{0}title,
  author    = {{Author{0}, Given and Second, Author and Third, A. B.}},
  title     = "{{A}} paper number {0}",
  booktitle = acl # {{ 2020}},
  year      = 2020,
  month     = jan,
  eprint    = {{24{1:02d}.{0:05d}}},
  abstract  = {{{2}}},
  url       = {{https://example.org/{0}}},
}}

"""


def main() -> None:
    """Time each step and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    entries = parser.parse_args().entries
    data = make_file(entries)
    print(f"{entries:,} entries, {len(data) / 1e6:.0f} MB; {_peak():.0f} MiB to make and hold them")
    time_steps(data, entries)
    time_command(data)


def make_file(entries: int) -> bytes:
    """Return a file with as many entries, each with an abstract; the same each time."""
    chance = random.Random(1)  # noqa: S311 - the same each time is what we want
    texts = (
        ENTRY.format(number, number % 12 + 1, " ".join(chance.choices(WORDS, k=95)))
        for number in range(entries)
    )
    return ('@string{acl = "ACL"}\n' + "".join(texts)).encode()


def time_steps(data: bytes, entries: int) -> None:
    """Print how long it takes to scan, change and extend the file."""
    began = time.perf_counter()
    source = decode_bib(data, "refs/a.bib")
    if isinstance(source, Problem):
        raise SystemExit(str(source))
    (file,) = open_files([source])
    began = _told("scan", began)
    key = CiteKey(f"author{entries // 2}title")
    apply_edits(file, edit_entry(file, key, {"title": "Another", "version": "3"}))
    began = _told("change an entry", began)
    apply_edits(file, add_entries(file, [NewEntry("misc", CiteKey("zz2020a"), (("title", "T"),))]))
    _told("add an entry", began)


def time_command(data: bytes) -> None:
    """Print how long `kb add` takes as a process."""
    with tempfile.TemporaryDirectory() as folder, ArxivServer(load_papers(RECORDS)) as server:
        refs = Path(folder) / "refs"
        refs.mkdir()
        (refs / "a.bib").write_bytes(data)
        (refs / "arxiv.yml").write_text(f"api: {server.url}\ndelay: 0\n")
        began = time.perf_counter()
        words = ["add", "--quiet", "--root", folder, "--to", "a", "2412.06769"]
        subprocess.run(
            [sys.executable, "-m", "kb", *words],
            env={**os.environ, "KB_STATE_DIR": str(Path(folder) / "state")},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        print(f"{'kb add, as a process':24} {time.perf_counter() - began:6.2f} s")


def _told(step: str, began: float) -> float:
    print(f"{step:24} {time.perf_counter() - began:6.2f} s {_peak():6.0f} MiB")
    return time.perf_counter()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
