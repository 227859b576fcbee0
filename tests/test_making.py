"""Work in two halves: the same as in one, whatever becomes of the other process."""

from __future__ import annotations

import logging
import os
import threading

import pytest

from kb.making import halves

TODO = list(range(300))
HERE = os.getpid()


def squares(numbers):
    return os.getpid(), [number * number for number in numbers]


def in_order(results):
    return sorted(number for _, numbers in results for number in numbers)


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {0, 1})


def test_two_halves_are_the_whole_and_one_is_done_by_another_process():
    results = halves(TODO, squares)
    assert in_order(results) == [number * number for number in TODO]
    assert [pid == HERE for pid, _ in results] == [True, False]


def test_little_work_is_done_here():
    assert halves(TODO[:20], squares) == [squares(TODO[:20])]


def test_with_one_processor_all_is_done_here(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {0})
    assert halves(TODO, squares) == [squares(TODO)]


def test_beside_another_thread_nothing_is_forked():
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert halves(TODO, squares) == [squares(TODO)]
    finally:
        done.set()
        thread.join()


def die(numbers):
    if os.getpid() != HERE:
        os._exit(3)
    return squares(numbers)


def fail(numbers):
    if os.getpid() != HERE:
        raise OSError("the disk is full")
    return squares(numbers)


def return_what_no_pipe_carries(numbers):
    return squares(numbers) if os.getpid() == HERE else lambda: numbers


@pytest.mark.parametrize("work", [die, fail, return_what_no_pipe_carries])
def test_what_the_other_process_cannot_do_is_done_here(work, capfd):
    results = halves(TODO, work)
    assert in_order(results) == [number * number for number in TODO]
    assert {pid for pid, _ in results} == {HERE}
    assert capfd.readouterr() == ("", "")


def test_what_fails_here_too_is_raised_here_and_no_process_stays():
    def work(numbers):
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        halves(TODO, work)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_what_the_other_process_logs_is_logged_here_with_its_level(caplog):
    def work(numbers):
        logging.getLogger("mkdocs.some").warning(
            "%d of them end with %s", len(numbers), numbers[-1]
        )

    halves(TODO, work)
    assert caplog.record_tuples == [
        ("mkdocs.some", logging.WARNING, "150 of them end with 298"),
        ("mkdocs.some", logging.WARNING, "150 of them end with 299"),
    ]
