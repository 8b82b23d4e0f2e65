"""Programs that a benchmark runs, with what all of their processes take from start to end."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic
from typing import BinaryIO


class Failed(SystemExit):
    """A program that ended with an error, with what it said of it."""


@dataclass
class Measured:
    """One program, from its start to its end."""

    pages: int
    seconds: float
    cpu: float
    """Seconds of all its processes."""
    peak: float = 0.0
    """MiB of the whole tree of processes: private and its share of what is shared."""
    middle: float = 0.0
    """MiB when half of the time had passed."""
    main: float = 0.0
    """Seconds of CPU of the main process."""
    said: str = ""
    """What it wrote to its output."""

    @property
    def rate(self) -> float:
        return self.pages / self.seconds


def run(
    command: list[str],
    folder: Path,
    pages: int,
    env: dict[str, str],
    before: Callable[[], None] | None = None,
) -> Measured:
    used = children_cpu()
    with TemporaryFile() as said, TemporaryFile() as complaints:
        began = monotonic()
        process = subprocess.Popen(  # noqa: S603
            command, cwd=folder, env={**os.environ, **env}, stdout=said, stderr=complaints,
            preexec_fn=before,  # noqa: PLW1509, no thread of ours is running yet
        )  # fmt: skip
        memory = Memory(process.pid)
        memory.watch()
        code = process.wait()
        seconds = monotonic() - began
        memory.stop()
        if code:
            called, why = " ".join(command[2:5]), reason_in(text_in(complaints))
            raise Failed(f"{called} ended with {code}: {why}")
        written = text_in(said).strip()
    cpu = max(children_cpu() - used, memory.cpu)
    seen = memory.seen or [0.0]
    return Measured(pages, seconds, cpu, max(seen), seen[len(seen) // 2], memory.main, written)


def text_in(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def reason_in(complaints: str) -> str:
    """Return what stands behind the last indented line: of a traceback, the error alone."""
    lines = complaints.rstrip().split("\n")
    indented = [number for number, line in enumerate(lines) if line.startswith(" ")]
    return " ".join(lines[max(indented, default=-1) + 1 :])


def children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Memory:
    """Looks, each half second, what the processes of a tree hold and have used."""

    def __init__(self, process: int) -> None:
        self.process = process
        self.seen: list[float] = []
        self.cpu_of: dict[int, float] = {}
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    @property
    def cpu(self) -> float:
        return sum(self.cpu_of.values())

    @property
    def main(self) -> float:
        return self.cpu_of.get(self.process, 0.0)

    def watch(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.is_over.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.is_over.wait(0.5):
            tree = descendants(self.process)
            self.seen.append(sum(proportional(one) for one in tree) / 1024)
            self.cpu_of.update({one: used for one in tree if (used := cpu_of(one))})


def descendants(process: int) -> list[int]:
    found = [process]
    for one in found:
        # A child belongs to the thread that made it.
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            found += map(int, text_of(path).split())
    return found


def proportional(process: int) -> int:
    """Return KiB: what is private, and a share of what several processes have together."""
    lines = text_of(Path(f"/proc/{process}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def cpu_of(process: int) -> float:
    fields = text_of(Path(f"/proc/{process}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:  # it has ended
        return ""
