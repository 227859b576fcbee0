"""Work of many like parts, done in as many processes as there are cores, with the results of one.

Knows nothing of the work but that a part depends on its arguments alone and that its result is a
plain value (`kb.pickles`). Where another process cannot be had, or dies, this one does the work.
"""

from __future__ import annotations

import gc
import os
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
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
_PART = 1 << 20  # bytes that are read at once
_HEAD = struct.Struct(">IQ")  # of a result: the number of its job, its length


def results_of(
    jobs: Sequence[Job],
    processes: int | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Any]:
    """Return what each job gives, in the order of the jobs; put the longest ones first.

    `processes` is at most how many work, by default the cores this one may use. What another
    process did not hand over, because it died or its job failed, is done here: so what a job raises
    is raised, and nothing else is. `meanwhile` is called here once others have begun to work, if any.
    """
    helpers = (_cores() if processes is None else processes) - 1
    if helpers < 1 or len(jobs) < _FEW or not _can_fork():
        return [function(*args) for function, args in jobs]
    done = _shared(jobs, min(helpers, _MOST - 1), meanwhile)
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


@dataclass(slots=True)
class _Helper:
    """A copy of this process, and what it has written so far and nobody has read."""

    pid: int
    answer: int
    held: bytearray = field(default_factory=bytearray)

    def handed_over(self, *, all_of_it: bool) -> Iterator[tuple[int, Any]]:
        """Yield results by the numbers of their jobs: those that are there, or all that will be."""
        os.set_blocking(self.answer, all_of_it)
        with suppress(BlockingIOError):
            while part := os.read(self.answer, _PART):
                self.held += part
                yield from _taken(self.held)


def _shared(jobs: Sequence[Job], helpers: int, meanwhile: Callable[[], object]) -> dict[int, Any]:
    """Return the results, by the number of the job, of as many jobs as were done."""
    queue = _queue(-(-len(jobs) // _size(jobs)))
    started: list[_Helper] = []
    done: dict[int, Any] = {}
    try:
        with suppress(OSError):  # no process to be had: fewer do the work
            while len(started) < helpers:
                started.append(_start(jobs, queue))
        meanwhile()
        for number, result in _work(jobs, queue):
            done[number] = result
            for helper in started:  # to read what others did is work too, to be shared as all is
                done.update(helper.handed_over(all_of_it=False))
        for helper in started:
            done.update(helper.handed_over(all_of_it=True))
    finally:
        while os.read(queue, _PART):  # if a job failed here, the helpers need not do the rest
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


def _work(jobs: Sequence[Job], queue: int) -> Iterator[tuple[int, Any]]:
    """Do what nobody else took; yield each result with the number of its job."""
    size = _size(jobs)
    while ticket := os.read(queue, _TICKET):
        begin = int.from_bytes(ticket, "big") * size
        for number, (function, args) in enumerate(jobs[begin : begin + size], start=begin):
            yield number, function(*args)


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
    os.set_blocking(write, False)  # who reads is at work
    unread = bytearray()
    for number, result in _work(jobs, queue):
        content = to_bytes(result)
        unread += _HEAD.pack(number, len(content)) + content
        with suppress(BlockingIOError):
            del unread[: os.write(write, unread)]
    os.set_blocking(write, True)
    while unread:
        del unread[: os.write(write, unread)]


def _taken(held: bytearray) -> Iterator[tuple[int, Any]]:
    """Take each whole result out of what a helper wrote; what cannot be read is left out."""
    while len(held) >= _HEAD.size:
        number, size = _HEAD.unpack_from(held)
        end = _HEAD.size + size
        if len(held) < end:
            return
        content = bytes(held[_HEAD.size : end])
        del held[:end]
        with suppress(Exception):  # no plain value: its job is done here
            yield number, from_bytes(content)


def _leave(work: Callable[[], object]) -> NoReturn:
    """Do `work` in a process that was made for it, and end it."""
    try:
        gc.freeze()  # looking through what the other process holds would copy its memory
        work()
    finally:  # what a process does at its end, and says of an error, is for the other to do
        os._exit(0)


def _wait(pid: int) -> None:
    with suppress(ChildProcessError):  # somebody else was told that it ended
        os.waitpid(pid, 0)
