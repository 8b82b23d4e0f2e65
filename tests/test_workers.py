"""Work in processes of its own: in order, bounded, and the harm of one task its own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

from newscrawler.workers import AHEAD, work_through


def play(task: str) -> str:
    """Do what the task says; this runs in another process."""
    name, _, argument = task.partition(" ")
    if name == "sleep":
        time.sleep(float(argument))
    if name == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "exit":
        os._exit(3)
    if name == "raise":
        raise RuntimeError(argument)
    if name == "hoard":
        return str(len("x" * (3 * 2**30)))
    return f"did {task}"


def test_results_come_in_the_order_of_the_tasks() -> None:
    tasks = ["sleep 0.3", *(f"task {number}" for number in range(50)), "sleep 0.1"]
    found = list(work_through(tasks, play, processes=3, seconds=30))
    assert [one.task for one in found] == tasks
    assert [one.result for one in found] == [f"did {task}" for task in tasks]


def test_what_harms_one_task_costs_no_other() -> None:
    harm = {
        "die now": "SIGKILL",
        "exit now": "ended with 3",
        "raise no reason": "RuntimeError: no reason (test_workers.py:",
        "hoard memory": "MemoryError",
        "sleep 60": "longer than 2 s",
    }
    tasks = [one for harmful in harm for one in (harmful, f"after {harmful}")]
    began = time.monotonic()
    found = {one.task: one for one in work_through(tasks, play, processes=2, seconds=2)}
    assert time.monotonic() - began < 60
    assert list(found) == tasks
    for harmful, why in harm.items():
        assert found[harmful].result is None
        assert why in found[harmful].why
        assert found[f"after {harmful}"].result == f"did after {harmful}"


def test_large_tasks_and_large_results_do_not_block_each_other() -> None:
    """A pipe holds some 200 KiB: neither end may wait for the other to read."""
    tasks = [f"task {number} {'x' * 2_000_000}" for number in range(20)]
    found = list(work_through(tasks, play, processes=2, seconds=30))
    assert [one.result for one in found] == [f"did {task}" for task in tasks]


def test_tasks_behind_one_that_ends_its_process_are_done_by_others() -> None:
    tasks = [it for number in range(10) for it in ("die now", f"a {number}", f"b {number}")]
    found = list(work_through(tasks, play, processes=2, seconds=30))
    assert [one.task for one in found] == tasks
    assert all((one.result is None) == (one.task == "die now") for one in found)


def test_the_time_of_a_task_begins_when_it_is_worked_on() -> None:
    tasks = [f"sleep 1.{number}" for number in range(6)]
    found = list(work_through(tasks, play, processes=1, seconds=3))
    assert [one.result for one in found] == [f"did {task}" for task in tasks]


def test_tasks_are_taken_only_as_they_are_needed() -> None:
    taken = 0

    def tasks() -> Iterator[str]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield f"task {number}"

    outcomes = work_through(tasks(), play, processes=2, seconds=30)
    for given in range(1, 101):
        next(outcomes)
        assert taken <= given + 2 * AHEAD
    del outcomes
