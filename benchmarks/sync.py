"""Time `kb add` and `kb sync` over 1,000 papers, against a server on this machine that acts like arXiv's.

Prints requests, bytes, peak memory, and seconds without the waits that arXiv asks for: as a whole, and
without those in which the server was at work. `make bench-sync`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from servers.arxiv import ArxivServer  # noqa: E402 - the path is set above
from servers.arxiv_papers import parse_time, synthetic_papers  # noqa: E402

NO_CHANGE, CHANGED = 0, 3


@dataclass(frozen=True)
class Run:
    """What one command took."""

    name: str
    seconds: float
    beyond: float  # seconds in which the server was not at work
    peak_mib: float
    requests: int
    kilobytes: float


def main() -> None:
    """Run the commands one after the other and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=1000)
    papers = synthetic_papers(parser.parse_args().papers)
    with tempfile.TemporaryDirectory() as folder, ArxivServer(papers) as server:
        base = Path(folder)
        (base / "docs").mkdir()
        (base / "refs").mkdir()
        (base / "refs" / "arxiv.yml").write_text(f"api: {server.url}\ndelay: 0\n")
        (base / "ids.txt").write_text("\n".join(papers))
        server.now = parse_time("2026-08-01")
        runs = [_run(server, base, "add all", "add", "--from", str(base / "ids.txt"), code=CHANGED)]
        before = _state(base)
        runs += [
            _run(server, base, "sync, nothing changed", "sync", "--refresh", code=NO_CHANGE),
            _run(server, base, "sync from the cache", "sync", code=NO_CHANGE),
        ]
        same = _state(base) == before
    print(f"{'':24} {'seconds':>8} {'beyond':>8} {'peak MiB':>9} {'requests':>9} {'kB':>8}")
    for run in runs:
        print(
            f"{run.name:24} {run.seconds:8.2f} {run.beyond:8.2f} {run.peak_mib:9.0f} "
            f"{run.requests:9} {run.kilobytes:8.0f}"
        )
    print(f"a sync without change wrote {'nothing' if same else 'SOMETHING'}")


def _run(server: ArxivServer, base: Path, name: str, command: str, *words: str, code: int) -> Run:
    server.log.clear()
    server.worked = 0.0
    environment = {**os.environ, "KB_STATE_DIR": str(base / "state")}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "kb", command, "--quiet", "--root", str(base), *words],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    if os.waitstatus_to_exitcode(status) != code:
        raise SystemExit(f"{name}: exit code {os.waitstatus_to_exitcode(status)} instead of {code}")
    sent = sum(request.sent for request in server.log) / 1000
    beyond = seconds - server.worked
    return Run(name, seconds, beyond, usage.ru_maxrss / 1024, len(server.log), sent)


def _state(base: Path) -> dict[str, tuple[bytes, int]]:
    files = sorted((base / "refs").iterdir())
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


if __name__ == "__main__":
    main()
