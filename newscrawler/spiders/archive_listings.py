"""Finds the captured listing pages of a series, which say what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from scrapy.http import TextResponse

from newscrawler.archives.warc_records import WarcRecord
from newscrawler.items import Series
from newscrawler.normalise.urls import same_site, url_key
from newscrawler.publishers import listing_page
from newscrawler.spiders.archive_arguments import ArchiveArguments
from newscrawler.spiders.archive_filters import Filters
from newscrawler.spiders.archive_pages import Task, capture_at, response_of


@dataclass(frozen=True, slots=True)
class ListingReading:
    """What a captured page says of the series; no series where it is no listing."""

    series: Series | None = None
    advertised: int | None = None
    entries: tuple[str, ...] = ()
    next_page: str | None = None


@dataclass(slots=True)
class ListingFilters(Filters):
    """Tells the pages whose address is the listing's, or begins with it."""

    start: str = ""

    @classmethod
    def of(cls, arguments: ArchiveArguments) -> Self:
        wanted = Filters.of(arguments)
        url = arguments.series.url if arguments.series else None
        start = url_key(url).partition("?")[0].rstrip("/") if url else ""
        # A listing may have been captured before or after the articles that are wanted.
        return cls(hosts=wanted.hosts, start=start)

    def by_header(self, record: WarcRecord) -> str:
        return Filters.by_header(self, record) or ("" if self.is_near(record.url) else "no_listing")

    def is_near(self, url: str) -> bool:
        key = url_key(url)
        return key.startswith(self.start) and key[len(self.start) :][:1] in {"", "/", "?"}


def read_listing_task(task: Task) -> ListingReading:
    """Read a listing page. Raises `ValueError`, `OSError` where that cannot be."""
    if task.page is None:
        return ListingReading()
    capture = capture_at(task.page)
    response = response_of(capture)
    if capture.fault or not isinstance(response, TextResponse):
        return ListingReading()
    listing = listing_page(response)
    if not listing.is_listing():
        return ListingReading()
    entries = (one.url for one in listing.entries() if same_site(one.url, listing.url))
    return ListingReading(
        listing.series(), listing.advertised(), tuple(entries), listing.next_page()
    )


@dataclass(slots=True)
class Listings:
    """What the captured listing pages say together."""

    pages: set[str] = field(default_factory=set)
    """Keys of those that were captured."""
    next_pages: dict[str, str] = field(default_factory=dict)
    """Those that they name as next, by key."""

    def add(self, url: str, reading: ListingReading) -> None:
        self.pages.add(url_key(url))
        if reading.next_page:
            self.next_pages[url_key(reading.next_page)] = reading.next_page

    def why_stopped(self) -> str:
        """Say what of the listing is not in the archives."""
        if not self.pages:
            return "the listing is not in the archives"
        missing = [url for key, url in self.next_pages.items() if key not in self.pages]
        if missing:
            return f"listing page {missing[0]} is not in the archives"
        return "end of the listing pages in the archives"
