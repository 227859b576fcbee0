"""Work of many like parts, done in as many processes as there are cores, with the results of one.

Knows nothing of the work but that a part depends on its arguments alone and that its result is a
plain value (`kb.pickles`). Where another process cannot be had, or dies, this one does the work.
"""

from __future__ import annotations

import gc
import os
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from kb.pickles import from_bytes, to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# A function and its arguments.
Job: TypeAlias = "tuple[Callable[..., Any], tuple[Any, ...]]"

_FEW = 16  # jobs for which another process does not pay
_MOST = 4  # processes: what they hand over is read by one
_TICKETS = 1024  # of four bytes each: a pipe holds them all before anybody reads
_TICKET = 4


def results_of(jobs: Sequence[Job], processes: int | None = None) -> list[Any]:
    """Return what each job gives, in the order of the jobs; put the longest ones first.

    `processes` is at most how many work, by default the cores this one may use. What another
    process did not hand over, because it died or its job failed, is done here: so what a job raises
    is raised, and nothing else is.
    """
    helpers = (_cores() if processes is None else processes) - 1
    if helpers < 1 or len(jobs) < _FEW or not _can_fork():
        return [function(*args) for function, args in jobs]
    done = _shared(jobs, min(helpers, _MOST - 1))
    return [
        done[number] if number in done else function(*args)
        for number, (function, args) in enumerate(jobs)
    ]


@contextmanager
def beside(work: Callable[[], object], processes: int | None = None) -> Iterator[None]:
    """Have another process do `work` during the block; this one does it before if no other may.

    For work whose result nobody waits for, and which may as well be lost: what becomes of the other
    process is not told.
    """
    pid = 0
    if (_cores() if processes is None else processes) > 1 and _can_fork():
        with suppress(OSError):
            pid = os.fork() or _leave(work)
    if not pid:
        work()
    try:
        yield
    finally:
        if pid:
            _wait(pid)


def _cores() -> int:
    # Where this is not known, neither is whether forking is safe.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _can_fork() -> bool:
    """Tell whether no other thread holds a lock that would stay locked in a copy of this process."""
    return hasattr(os, "fork") and threading.active_count() == 1


@dataclass(frozen=True, slots=True)
class _Helper:
    """A copy of this process, and where it writes what it did."""

    pid: int
    answer: int


def _shared(jobs: Sequence[Job], helpers: int) -> dict[int, Any]:
    """Return the results, by the number of the job, of as many jobs as were done."""
    queue = _queue(-(-len(jobs) // _size(jobs)))
    started: list[_Helper] = []
    try:
        with suppress(OSError):  # no process to be had: fewer do the work
            while len(started) < helpers:
                started.append(_start(jobs, queue))
        done = _work(jobs, queue)
        for helper in started:
            done |= _handed_over(helper)
    finally:
        for _ in _read(queue):  # if a job failed here, the helpers need not do the rest
            pass
        os.close(queue)
        for helper in started:
            os.close(helper.answer)
            _wait(helper.pid)
    return done


def _size(jobs: Sequence[Job]) -> int:
    """Return how many jobs one ticket stands for."""
    return -(-len(jobs) // _TICKETS)


def _queue(tickets: int) -> int:
    """Return a pipe from which every process takes the number of what it does next, until it is empty."""
    read, write = os.pipe()
    os.write(write, b"".join(number.to_bytes(_TICKET, "big") for number in range(tickets)))
    os.close(write)
    return read


def _work(jobs: Sequence[Job], queue: int) -> dict[int, Any]:
    size = _size(jobs)
    done = {}
    while ticket := os.read(queue, _TICKET):
        begin = int.from_bytes(ticket, "big") * size
        for number, (function, args) in enumerate(jobs[begin : begin + size], start=begin):
            done[number] = function(*args)
    return done


def _start(jobs: Sequence[Job], queue: int) -> _Helper:
    answer, write = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        os.close(answer)
        os.close(write)
        raise
    if not pid:
        _leave(lambda: _help(jobs, queue, write))
    os.close(write)
    return _Helper(pid, answer)


def _help(jobs: Sequence[Job], queue: int, write: int) -> None:
    content = to_bytes(_work(jobs, queue))
    with os.fdopen(write, "wb") as answer:
        answer.write(content)


def _leave(work: Callable[[], object]) -> NoReturn:
    """Do `work` in a process that was made for it, and end it."""
    try:
        gc.disable()  # it would copy the memory of the other process, and little is garbage here
        work()
    finally:  # what a process does at its end, and says of an error, is for the other to do
        os._exit(0)


def _wait(pid: int) -> None:
    with suppress(ChildProcessError):  # somebody else was told that it ended
        os.waitpid(pid, 0)


def _handed_over(helper: _Helper) -> dict[int, Any]:
    """Return what a helper did, nothing if it did not come to its end."""
    content = b"".join(_read(helper.answer))
    try:
        found: dict[int, Any] = from_bytes(content)
    except Exception:  # noqa: BLE001 - cut off anywhere
        return {}
    return found


def _read(file: int) -> Iterator[bytes]:
    while part := os.read(file, 1 << 20):
        yield part
