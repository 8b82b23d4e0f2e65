"""One line on the terminal that says how far a crawl is, and that leaves nothing behind."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import TYPE_CHECKING, Any, Self, TextIO

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from newscrawler.normalise.printable import for_terminal

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

MODES = ("auto", "on", "off")
# Often enough to be seen moving, and no load for a terminal at the end of a slow line.
REFRESHES_A_SECOND = 4
COUNTS = {
    "pages": "response_received_count",
    "new": "newscrawler/outcome/new",
    "known": "newscrawler/known",
    "failed": "newscrawler/outcome/failed",
}


class Progress:
    """Shows the counts of a crawl and the page it is at, where a person can see it.

    The setting `NEWSCRAWLER_PROGRESS` is `auto` (when stderr is a terminal), `on` or `off`.
    Log lines go to the same console while the line is shown, and stand above it.
    """

    def __init__(self, crawler: Crawler) -> None:
        from rich.console import Console
        from rich.live import Live

        self.stats = crawler.stats
        self.began = time.monotonic()
        self.listing_pages = 0
        self.at = ""
        self.moved: list[tuple[logging.StreamHandler[Any], Any]] = []
        self.console = Console(file=sys.stderr, force_terminal=True, highlight=False, emoji=False)
        self.live = Live(
            console=self.console,
            get_renderable=self.line,
            refresh_per_second=REFRESHES_A_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.response_received, signals.response_received)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        mode = crawler.settings.get("NEWSCRAWLER_PROGRESS", "auto")
        if mode not in MODES:
            raise NotConfigured(f"NEWSCRAWLER_PROGRESS {mode!r} is none of {', '.join(MODES)}")
        if mode == "off" or (mode == "auto" and not is_terminal(sys.stderr)):
            raise NotConfigured
        return cls(crawler)

    def spider_opened(self) -> None:
        self.began = time.monotonic()
        self.live.start()
        # A run that is killed could not show a hidden cursor again.
        self.console.show_cursor()
        above = AboveTheLine(self.console)
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                self.moved.append((handler, handler.setStream(above)))

    def response_received(self, request: Request) -> None:
        if "series" in request.meta and "hops" not in request.meta:
            self.listing_pages += 1
            self.at = f"listing page {self.listing_pages}"
        else:
            self.at = for_terminal(request.url)

    def spider_closed(self) -> None:
        for handler, stream in self.moved:
            handler.setStream(stream)
        self.live.stop()

    def line(self) -> Text:
        from rich.text import Text

        return Text(self.words(), no_wrap=True, overflow="ellipsis")

    def words(self) -> str:
        seconds = time.monotonic() - self.began
        numbers = {name: self.stats.get_value(key, 0) for name, key in COUNTS.items()}
        rate = numbers["pages"] / max(seconds, 1)
        counts = ", ".join(f"{number} {name}" for name, number in numbers.items())
        minutes, rest = divmod(int(seconds), 60)
        return f"{minutes}:{rest:02d}  {counts}  {rate:.1f}/s  {self.at}"


class AboveTheLine:
    """The stream of a log handler while the line is shown."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def write(self, text: str) -> None:
        self.console.print(text.removesuffix("\n"), markup=False, soft_wrap=True)

    def flush(self) -> None:
        """Do nothing: what is printed is on its way."""


def is_terminal(stream: TextIO | None) -> bool:
    """Tell a terminal that can go back in its line from a file, a pipe, or nothing."""
    return bool(stream and stream.isatty() and os.environ.get("TERM", "dumb") != "dumb")
