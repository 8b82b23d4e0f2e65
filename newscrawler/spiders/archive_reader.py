"""Has the pages of an archive read by a crew of processes, block by block and in order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from newscrawler.spiders.archive_pages import Task
from newscrawler.spiders.archive_scan import Scan
from newscrawler.workers import Crew, Outcome

# Outcomes that may wait for the state, so that no process waits for its next page meanwhile.
AHEAD = 64

Reading = TypeVar("Reading")


@dataclass(slots=True)
class Block:
    """Comes behind the last outcome of a block; the next one begins once it was learned from."""

    learned: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class Reader(Generic[Reading]):
    """Gives the outcomes of a scan's tasks in the order of the records."""

    scan: Scan
    crew: Crew[Task, Reading]
    block: Block = field(default_factory=Block)

    def outcomes(self) -> Iterator[Outcome[Task, Reading] | Block]:
        with self.crew:
            while not (self.scan.is_done or self.scan.is_stopped):
                yield from self.crew.run(self.scan.block())
                self.block = Block()
                yield self.block
                if not self.scan.is_stopped:
                    self.block.learned.wait()

    def stop(self) -> None:
        """Give nothing more; may be called by any thread."""
        self.scan.is_stopped = self.crew.is_stopped = True
        self.block.learned.set()
