"""Work on many pages in processes of their own: in order, bounded, and one page's harm its own."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import resource
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Generic, Self, TypeVar, cast

Task = TypeVar("Task")
Result = TypeVar("Result")

# A fresh process reads the project first, on a busy machine for a while.
START_SECONDS = 60.0
# For each process: so many pages are handed out beyond the oldest that is not done.
AHEAD = 8
# Tasks that a process has, of which it works on one: with none behind it, it would wait for each
# next one while its owner is busy, for a tenth of its time.
AT_HAND = 2
# Seconds after which a crew that waits looks whether it is to stop.
LOOK_UP = 0.5
MAX_MEMORY = 2 * 2**30  # bytes of address space; ten times what the worst page needs


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Task, Result]):
    """What came of one task: its result, or why there is none."""

    task: Task
    result: Result | None = None
    why: str = ""


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def work_through(
    tasks: Iterable[Task], work: Callable[[Task], Result], *, processes: int, seconds: float
) -> Iterator[Outcome[Task, Result]]:
    """Give the outcome of each task, in the order of the tasks, which are taken as needed.

    `work` is a function of a module. A task over `seconds`, one that raises, and one whose
    process dies have an outcome without result; another process goes on.
    """
    with Crew(work, processes, seconds) as crew:
        yield from crew.run(iter(tasks))


def never(_task: object) -> bool:
    return False


def nothing() -> None:
    """Prepare nothing."""


class _Worker(Generic[Task, Result]):
    """One process, and the tasks that it has, of which it works on the first."""

    def __init__(self, work: Callable[[Task], Result], prepare: Callable[[], None]) -> None:
        # Unlike a fork, it has no copy of the others' pipes, and so sees when its owner is gone.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([work.__module__])
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work, prepare), daemon=True)
        self.process.start()
        theirs.close()
        self.is_ready = False
        self.numbers: deque[int] = deque()
        self.due = 0.0

    def take(self, number: int, task: Task, seconds: float) -> None:
        if not self.numbers:
            self.begin(seconds)
        self.numbers.append(number)
        with suppress(OSError):  # it is dead already, which its silent end of the pipe tells
            self.connection.send(task)

    def begin(self, seconds: float) -> None:
        self.due = time.monotonic() + (seconds if self.is_ready else START_SECONDS)

    def done(self, seconds: float) -> int:
        """Return the number of the task that it has worked on; it goes on with the next one."""
        number = self.numbers.popleft()
        self.begin(seconds)
        return number

    def end(self) -> int | None:
        """End the process, whatever it does, and return its exit code."""
        self.connection.close()
        self.process.join(0 if self.numbers else 0.5)
        self.process.kill()
        self.process.join()
        return self.process.exitcode


@dataclass
class Crew(Generic[Task, Result]):
    """Processes that work through one row of tasks after the other, until they are dismissed."""

    work: Callable[[Task], Result]
    processes: int
    seconds: float
    workers: list[_Worker[Task, Result]] = field(default_factory=list)
    tasks: dict[int, Task] = field(default_factory=dict)
    """Those handed out whose outcome has not been given yet."""
    done: dict[int, Outcome[Task, Result]] = field(default_factory=dict)
    is_nothing: Callable[[Task], bool] = never
    """Tells a task that needs no process, and has no result."""
    prepare: Callable[[], None] = nothing
    """A function of a module that each process calls before its first task."""
    is_stopped: bool = False
    """Set by another thread; then no further outcome is given."""
    left_over: deque[int] = field(default_factory=deque)
    """Tasks that were behind one whose process has ended."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.end()

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome[Task, Result]]:
        """Give the outcome of each task in their order, as `work_through` does."""
        given, next_number, has_more = 0, 0, True
        while (has_more or self.tasks) and not self.is_stopped:
            while self.left_over and self.has_room():
                self.hand_out(self.left_over.popleft())
            while has_more and next_number < given + AHEAD * self.processes and self.has_room():
                try:
                    self.tasks[next_number] = task = next(tasks)
                except StopIteration:
                    has_more = False
                    break
                if self.is_nothing(task):
                    self.done[next_number] = Outcome(task)
                else:
                    self.hand_out(next_number)
                next_number += 1
            while given in self.done:
                del self.tasks[given]
                yield self.done.pop(given)
                given += 1
            if self.tasks and given not in self.done:
                self.gather()

    def has_room(self) -> bool:
        is_short = len(self.workers) < self.processes
        return is_short or any(len(one.numbers) < AT_HAND for one in self.workers)

    def hand_out(self, number: int) -> None:
        """Give a task to a process that has nothing to do, a new one or the one with the least."""
        least = min(self.workers, key=lambda one: len(one.numbers), default=None)
        if least is None or (least.numbers and len(self.workers) < self.processes):
            least = _Worker(self.work, self.prepare)
            self.workers.append(least)
        least.take(number, self.tasks[number], self.seconds)

    def gather(self) -> None:
        """Wait until a worker answers, dies or is out of time."""
        busy = {one.connection: one for one in self.workers if one.numbers}
        if not busy:
            return
        soonest = min(one.due for one in busy.values())
        patience = min(LOOK_UP, max(0.0, soonest - time.monotonic()))
        for connection in wait(list(busy), patience):
            self.hear(busy[cast(Connection, connection)])
        now = time.monotonic()
        for worker in busy.values():
            if worker.numbers and worker.due <= now:
                self.give_up(worker, f"it took longer than {self.seconds:g} s")

    def hear(self, worker: _Worker[Task, Result]) -> None:
        try:
            answer = worker.connection.recv()
        except (EOFError, OSError):
            self.give_up(worker, "")
            return
        if answer is None:
            worker.is_ready = True
            worker.begin(self.seconds)
            return
        result, why = answer
        self.finish(worker, result, why)

    def give_up(self, worker: _Worker[Task, Result], why: str) -> None:
        """End a worker and its task; others go on with what it had not begun."""
        self.workers.remove(worker)
        code = worker.end()
        self.finish(worker, None, why or f"the process that read it {_ended(code)}")
        self.left_over += worker.numbers
        worker.numbers.clear()

    def finish(self, worker: _Worker[Task, Result], result: Result | None, why: str) -> None:
        number = worker.done(self.seconds)
        self.done[number] = Outcome(self.tasks[number], result, why)


def _ended(code: int | None) -> str:
    if code is not None and -code in set(signal.Signals):
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with {code}"


# In the worker


def _serve(
    connection: Connection, work: Callable[[Task], Result], prepare: Callable[[], None]
) -> None:
    """Answer each task with its result or the reason why there is none, until the owner is gone."""
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wish, signal.SIG_IGN)  # sent to the whole group; the owner decides what ends
    logging.disable(logging.CRITICAL)  # what a page lacks, its record shows
    with suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, hard))
    inbox: SimpleQueue[Task | _OwnerIsGone] = SimpleQueue()
    receiving = Thread(target=_receive, args=(connection, inbox), daemon=True)
    with suppress(EOFError, OSError):
        prepare()
        gc.freeze()  # what was imported is never garbage, and not looked through for every page
        connection.send(None)
        receiving.start()
        while not isinstance(task := inbox.get(), _OwnerIsGone):
            connection.send(_answer(work, task))


class _OwnerIsGone:
    """Comes behind the last task."""


def _receive(connection: Connection, inbox: SimpleQueue[Task | _OwnerIsGone]) -> None:
    """Take each task at once, so that the owner never waits to be rid of it."""
    with suppress(EOFError, OSError):
        while True:
            inbox.put(connection.recv())
    inbox.put(_OwnerIsGone())


def _answer(work: Callable[[Task], Result], task: Task) -> tuple[Result | None, str]:
    try:
        return work(task), ""
    except (ValueError, OSError) as error:
        return None, str(error)
    except Exception as error:  # noqa: BLE001, what one page brings about is no matter of the others
        return None, f"{type(error).__name__}: {error} ({_place(error)})"


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"
