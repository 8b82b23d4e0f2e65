"""A made-up news site as archives hold it: its pages as WARC records, and crawls of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.archives.warc_files import packed, warc_record
from tests.newsroom import Newsroom, Story
from tests.unattended import Ended, Reader, Started, Workplace

FIRST_CAPTURE = datetime(2026, 3, 1, 12, tzinfo=UTC)


class ArchivedRoom(Newsroom):
    """A newsroom whose pages are captured, and never asked for."""

    def __init__(self, articles: int = 20, host: str = "courier.example", **options: Any) -> None:
        super().__init__(articles, **options)
        self.server_close()
        self.url = f"https://{host}"
        self.listing = f"{self.url}/series/harbour-strike/"
        self.clock = FIRST_CAPTURE

    def capture(self, story: Story, at: str = "") -> bytes:
        return self.record(self.url + story.path, self.article_page(story), at)

    def captures(self, stories: Sequence[Story] | None = None) -> list[bytes]:
        chosen = list(self.stories.values()) if stories is None else stories
        return [self.capture(one) for one in chosen]

    def listings(self) -> list[bytes]:
        """Return the pages of the listing of the series."""
        number = -(-len(self.listed) // self.page_size)
        suffixes = ["", *(f"?page={page}" for page in range(2, number + 1))]
        return [
            self.record(self.listing + suffix, self.listing_page(page))
            for page, suffix in enumerate(suffixes, 1)
        ]

    def record(
        self, url: str, page: str, at: str = "", status: int = 200, kind: str = "text/html"
    ) -> bytes:
        """Return the capture of a page, a second after the one before it."""
        self.clock += timedelta(seconds=1)
        head = f"HTTP/1.1 {status} Told\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n"
        date = at or f"{self.clock:%Y-%m-%dT%H:%M:%SZ}"
        return warc_record((head + page).encode(), url, date=date)


@dataclass
class Reading:
    """A folder in which archives are read again and again."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.work = Workplace(self.folder, ArchivedRoom(0))
        self.feeds = self.folder / "feeds"

    def write(self, name: str, records: list[bytes]) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(packed(records) if name.endswith(".gz") else b"".join(records))
        return path

    def start(self, *options: str | Path, files: str = "*.warc*", **arguments: str) -> Started:
        (self.folder / "report.json").unlink(missing_ok=True)
        given = {"files": files, "jobs": "2", **arguments}
        pairs = [part for name, value in given.items() for part in ("-a", f"{name}={value}")]
        state = ("--state", self.work.state, "--report", self.folder / "report.json")
        return self.work.start_scrapy("crawl", "archive", *pairs, *state, *options)

    def crawl(self, *options: str | Path, files: str = "*.warc*", **arguments: str) -> Ended:
        return self.start(*options, files=files, **arguments).end(120)

    def lines(self) -> list[dict[str, Any]]:
        """Return all article lines of the batches, in their order."""
        reader = Reader(self.feeds)
        reader.read()
        assert not reader.faults
        return reader.lines

    def urls(self) -> list[str]:
        return [one["url"] for one in self.lines()]

    def drops(self) -> dict[str, str]:
        """Return the reasons by address, of all batches."""
        reader = Reader(self.feeds)
        found = sorted(self.feeds.rglob("*.drops.jsonl"))
        return {
            one["url"]: one["reason"] for it in found for one in reader.records(it, it.read_bytes())
        }
