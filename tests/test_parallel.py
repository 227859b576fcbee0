"""Several processes give what one gives, whatever becomes of them."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from kb import parallel
from kb.ids import CiteKey
from kb.parallel import beside, results_of

# A test before these may have left a thread that waits for nothing; what is done here asks for no lock.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
MANY = 100
HERE = os.getpid()
CAN_FORK = parallel._can_fork  # noqa: SLF001


@pytest.fixture(autouse=True)
def forking(monkeypatch):
    monkeypatch.setattr(parallel, "_can_fork", lambda: True)


def double(number):
    return number, number * 2, CiteKey(f"doe{number}")


def who(_number):
    return os.getpid()


def die_elsewhere(number):
    if os.getpid() != HERE:
        os._exit(0)
    return number


def fail_elsewhere(number):
    if os.getpid() != HERE:
        raise RuntimeError(number)
    return number


def write_elsewhere_what_cannot_be_read(number):
    return number if os.getpid() == HERE else range(number)


def refuse(number):
    if number == MANY // 2:
        raise ValueError(f"no {number}")
    return number


def jobs(function, count=MANY):
    return [(function, (number,)) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, MANY, 5000])
@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_are_those_of_one_process_in_the_order_of_the_jobs(processes, count):
    found = results_of(jobs(double, count), processes)
    assert found == [double(number) for number in range(count)]


@pytest.fixture
def slow_start(monkeypatch):
    """This process waits for the others to take part of the work, which else it might do alone."""
    work = parallel._work  # noqa: SLF001
    ready, say = os.pipe()

    def begin(todo, queue):
        if os.getpid() == HERE:
            os.read(ready, 1)
        else:
            todo = [(_after(say, function), args) for function, args in todo]
        yield from work(todo, queue)

    monkeypatch.setattr(parallel, "_work", begin)
    yield
    os.close(ready)
    os.close(say)


def _after(say, function):
    def run(*args):
        os.write(say, b".")
        return function(*args)

    return run


@pytest.mark.usefixtures("slow_start")
def test_another_process_takes_part():
    assert set(results_of(jobs(who), 2)) - {HERE}


@pytest.mark.usefixtures("slow_start")
@pytest.mark.parametrize(
    "function", [die_elsewhere, fail_elsewhere, write_elsewhere_what_cannot_be_read]
)
def test_what_another_process_does_not_hand_over_is_done_here(function):
    assert results_of(jobs(function), 2) == list(range(MANY))


@pytest.mark.usefixtures("slow_start")
@pytest.mark.parametrize("size", [1, 100_000])
def test_results_of_any_size_are_handed_over(size):
    """One is larger than what a pipe holds."""
    found = results_of([(bytes, (size + number,)) for number in range(MANY)], 2)
    assert [len(one) for one in found] == [size + number for number in range(MANY)]


def test_what_is_to_be_done_meanwhile_is_done_here_and_only_if_others_work():
    done = []
    results_of(jobs(who), 2, meanwhile=lambda: done.append(os.getpid()))
    assert done == [HERE]
    results_of(jobs(who), 1, meanwhile=lambda: done.append(os.getpid()))
    assert done == [HERE]


@pytest.mark.parametrize("processes", [1, 2])
def test_what_a_job_raises_is_raised_and_no_process_is_left(monkeypatch, processes):
    fork, started = os.fork, []
    monkeypatch.setattr(os, "fork", lambda: started.append(fork()) or started[-1])
    with pytest.raises(ValueError, match=f"no {MANY // 2}"):
        results_of(jobs(refuse), processes)
    assert len(started) == processes - 1
    assert not any(Path(f"/proc/{pid}").exists() for pid in started)


def test_no_file_stays_open():
    opened = Path("/proc/self/fd")
    before = len(list(opened.iterdir()))
    results_of(jobs(double), 3)
    assert len(list(opened.iterdir())) == before


def test_little_work_is_done_here():
    assert set(results_of(jobs(who, 3), 2)) == {HERE}


def test_beside_another_thread_all_work_is_done_here(monkeypatch):
    monkeypatch.setattr(parallel, "_can_fork", CAN_FORK)
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert set(results_of(jobs(who), 2)) == {HERE}
    finally:
        stop.set()
        thread.join()


def test_without_a_process_to_be_had_the_work_is_done_here(monkeypatch):
    def none():
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", none)
    assert set(results_of(jobs(who), 2)) == {HERE}


@pytest.mark.parametrize("processes", [1, 2])
def test_work_beside_a_block_is_done_when_the_block_is_over(tmp_path, processes):
    file = tmp_path / "who"
    with beside(lambda: file.write_text(str(os.getpid())), processes):
        pass
    assert (file.read_text() == str(HERE)) is (processes == 1)


def test_work_beside_a_block_that_fails_in_another_process_is_lost_without_a_word(capfd):
    with beside(lambda: 1 / 0, 2):
        pass
    assert capfd.readouterr() == ("", "")


def test_work_beside_a_block_is_done_here_if_there_is_no_process_to_be_had(monkeypatch):
    def none():
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", none)
    done = []
    with beside(lambda: done.append(HERE), 2):
        assert done == [HERE]
