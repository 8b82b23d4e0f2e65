"""The project's settings, with an extension that measures how long the event loop is held up."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from newscrawler.settings import *  # noqa: F403
from newscrawler.settings import EXTENSIONS as OWN

EXTENSIONS = {**OWN, "benchmarks.loop_lag.LoopLag": 1000}
INTERVAL = 0.005  # seconds; a fiftieth of what is allowed


class LoopLag:
    """Writes the longest delays of a timer to the file that `LOOP_LAG` names.

    Of each: the delay in seconds, the processor time of the loop's thread in it, which on a
    busy machine is less, and when it ended.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.longest: list[tuple[float, float, float]] = []
        self.began = time.monotonic()
        crawler.signals.connect(self.begin, signals.engine_started)
        crawler.signals.connect(self.end, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def begin(self) -> None:
        self.wait()

    def wait(self) -> None:
        self.due, self.used = time.monotonic() + INTERVAL, time.thread_time()
        self.timer = asyncio.get_running_loop().call_later(INTERVAL, self.take)

    def take(self) -> None:
        now = time.monotonic()
        busy = time.thread_time() - self.used
        self.longest = sorted([*self.longest, (now - self.due, busy, now - self.began)])[-5:]
        self.wait()

    def end(self) -> None:
        self.timer.cancel()
        Path(os.environ["LOOP_LAG"]).write_text(json.dumps(self.longest[::-1]), encoding="utf-8")
