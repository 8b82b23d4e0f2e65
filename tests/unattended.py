"""Crawls as a clock starts them, and a reader who fetches their feeds: steps of several tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.conftest import PROJECT_ROOT
from tests.newsroom import Newsroom

ENVIRONMENT = {
    "SCRAPY_SETTINGS_MODULE": "newscrawler.settings",
    "PYTHONPATH": str(PROJECT_ROOT),
    "PYTHONWARNINGS": "error",
}
COMPANIONS = (".series.jsonl", ".links.jsonl", ".drops.jsonl")


@dataclass(frozen=True)
class Ended:
    """A command that has ended; `code` is negative where a signal ended it."""

    code: int
    seconds: float
    stdout: str
    stderr: str
    report: dict[str, Any] = field(repr=False)
    """What `--report` holds; empty where the run left none."""

    @property
    def told(self) -> str:
        """What to show where a run did not end as it should."""
        return f"exit code {self.code} after {self.seconds:.1f} s\n{self.stdout}\n{self.stderr}"


class Started:
    """A command under way, with what it says kept in files of `folder`."""

    def __init__(self, command: Sequence[str], folder: Path, env: dict[str, str]) -> None:
        self.folder, self.began = folder, time.monotonic()
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, **ENVIRONMENT, **env},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        self.seconds = 0.0
        # Takes the time of the end, whenever the test looks at it.
        self.clock = threading.Thread(target=self.take_time, daemon=True)
        self.clock.start()

    def take_time(self) -> None:
        self.process.wait()
        self.seconds = time.monotonic() - self.began

    def wait_for(self, reached: Callable[[], bool], timeout: float = 30) -> bool:
        """Wait until something has happened; return False if the process ended before."""
        until = time.monotonic() + timeout
        while self.process.poll() is None:
            if reached():
                return True
            if time.monotonic() > until:
                self.process.kill()
                raise TimeoutError(f"not reached in {timeout} s: {self.end().told}")
            time.sleep(0.002)  # short against a page, long against a look at a counter
        return False

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self, timeout: float = 60) -> Ended:
        """Wait for the end; a process that takes longer is killed, and the wait fails."""
        try:
            code = self.process.wait(timeout)
        finally:
            self.process.kill()
            self.clock.join()
        report = self.folder / "report.json"
        return Ended(
            code,
            self.seconds,
            (self.folder / "stdout").read_text(encoding="utf-8"),
            (self.folder / "stderr").read_text(encoding="utf-8"),
            json.loads(report.read_text(encoding="utf-8")) if report.exists() else {},
        )


class Workplace:
    """A folder in which the series of a newsroom is crawled again and again.

    `options` are those of every crawl; `prefix` is a command that runs what follows it.
    """

    def __init__(self, folder: Path, room: Newsroom, *options: str | Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.room, self.options = folder, room, options
        self.prefix: Sequence[str] = ()
        self.state = folder / "state" / "known.sqlite"
        self.feeds = folder / "feeds"

    def start(self, *options: str | Path, **env: str) -> Started:
        """Start a crawl; an option given here comes behind, and so wins."""
        (self.folder / "report.json").unlink(missing_ok=True)
        return self.start_scrapy(
            *("crawl", "series", "-a", f"url={self.room.listing}", "-s", "DOWNLOAD_DELAY=0"),
            *("--state", self.state, "--report", self.folder / "report.json"),
            *self.options,
            *options,
            **env,
        )

    def start_scrapy(self, *args: str | Path, **env: str) -> Started:
        command = [*self.prefix, sys.executable, "-m", "scrapy", *map(str, args)]
        return Started(command, self.folder, env)

    def crawl(self, *options: str | Path, timeout: float = 60, **env: str) -> Ended:
        return self.start(*options, **env).end(timeout)

    def scrapy(self, *args: str | Path) -> Ended:
        return self.start_scrapy(*args).end()


class Reader:
    """Fetches what is new in the feeds, as a consumer does between the runs.

    `source` is a folder of batches, or a file that each run replaces or appends to.
    """

    def __init__(self, source: Path, *, appended: bool = False) -> None:
        self.source, self.appended = source, appended
        self.seen: dict[Path, str] = {}
        self.lines: list[dict[str, Any]] = []
        self.faults: list[str] = []
        """Lines that are no JSON, and batches that changed after they were there."""

    def read(self) -> None:
        for path in self.files():
            content = path.read_bytes()
            digest = sha256(content).hexdigest()
            if self.seen.get(path) == digest:
                continue
            if self.source.is_dir() and path in self.seen:
                self.faults.append(f"{path.name} has changed")
            self.seen[path] = digest
            if self.appended:
                self.lines.clear()
            self.lines.extend(self.records(path, content))

    def files(self) -> list[Path]:
        if self.source.is_dir():
            found = self.source.rglob("*.jsonl")
            return sorted(it for it in found if not it.name.endswith(COMPANIONS))
        return [self.source] if self.source.exists() else []

    def records(self, path: Path, content: bytes) -> Iterator[dict[str, Any]]:
        if content and not content.endswith(b"\n"):
            self.faults.append(f"{path.name} ends within a line")
        for number, line in enumerate(content.split(b"\n")[:-1], 1):
            try:
                yield json.loads(line)
            except ValueError:
                self.faults.append(f"{path.name}:{number} is broken: {line[:80]!r}")

    @property
    def urls(self) -> set[str]:
        return {line["url"] for line in self.lines}

    def doubled(self) -> list[tuple[str, int]]:
        """Return what came more than once: the address and version."""
        count = Counter((line["url"], line["version"]) for line in self.lines)
        return [one for one, number in count.items() if number > 1]


def accounted(report: dict[str, Any]) -> int:
    """Return the sum of all outcomes in a report, which is to be `asked`."""
    pages = report["pages"]
    numbers = [pages[it] for it in ("listing", "new", "updated", "unchanged", "pending")]
    return sum([*numbers, *pages["dropped"].values(), *pages["failed"].values()])
