"""Which feed or sitemap of a site is read next, and which of its articles are asked for next."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from operator import attrgetter

from newscrawler.discovery.addresses import says_news
from newscrawler.discovery.entries import Entry
from newscrawler.spiders.arguments import Period

# A sitemap index that names an index that names an index.
MAX_DEPTH = 3
# A feed's day may be the one in UTC, the page's the one of its newsroom.
ZONES = timedelta(days=1)

# What could not be read and is named in the account.
MAX_FAULTS = 10


class Rank(IntEnum):
    """In this order: what names the newest articles comes first."""

    NEWS = 1
    SITEMAP = 2
    GUESS = 3


@dataclass(frozen=True, slots=True)
class Document:
    """A feed or sitemap that is to be read."""

    url: str
    rank: Rank
    depth: int = 0
    """How many indexes stand above it."""
    modified: str = ""


@dataclass(slots=True)
class ReadingList:
    """The documents of one site and the articles that they name.

    A document is read when the articles of those before it have been asked for: so the
    memory holds those of one document, whatever the size of the site. `period` is a day
    wider at both ends than what is asked for: the article's own page decides.
    """

    limit: int
    period: Period = field(default_factory=Period)
    documents: list[Document] = field(default_factory=list)
    line: deque[str] = field(default_factory=deque)
    known: set[str] = field(default_factory=set)
    read: int = 0
    too_deep: int = 0

    def add(self, documents: Iterable[Document]) -> None:
        for one in documents:
            if one.url in self.known:
                continue
            self.known.add(one.url)
            if one.depth > MAX_DEPTH:
                self.too_deep += 1
            else:
                self.documents.append(one)
        self.documents.sort(key=lambda one: one.modified, reverse=True)
        self.documents.sort(key=lambda one: one.rank)

    def next_document(self) -> Document | None:
        if self.read >= self.limit or not self.documents:
            return None
        self.read += 1
        return self.documents.pop(0)

    def line_up(self, entries: list[Entry]) -> list[str]:
        """Put the articles of a document into the line, the newest first."""
        newest = sorted(entries, key=attrgetter("newest"), reverse=True)
        urls = [one.url for one in newest]
        self.line.extend(urls)
        return urls

    def may_hold(self, entry: Entry) -> bool:
        """Tell whether an article, or one of a sitemap, may be of the period.

        It is not younger than the last change.
        """
        return self.period.holds(entry.date) and not self.period.begins_after(entry.modified)

    def take(self, number: int) -> list[str]:
        return [self.line.popleft() for _ in range(min(number, len(self.line)))]


def widened(period: Period) -> Period:
    since, until = period.since, period.until
    return Period(since and since - ZONES, until and until + ZONES)


def sitemap_at(url: str, depth: int = 0, modified: str | None = None) -> Document:
    rank = Rank.NEWS if says_news(url) else Rank.SITEMAP
    return Document(url, rank, depth, modified or "")


@dataclass(slots=True)
class Site:
    """What is known of one site in this run."""

    home: str
    reading: ReadingList
    front: list[str] = field(default_factory=list)
    """Articles that the start page itself names, for a site that names none elsewhere."""
    faults: list[str] = field(default_factory=list)
    has_named: bool = False
    """Whether the site says where its feeds or sitemaps are."""
    has_guessed: bool = False
    """Whether the usual places have been tried, or are not to be."""

    def why_stopped(self) -> str:
        """Say why nothing more is read, and what could not be."""
        reading = self.reading
        said = "end of the feeds and sitemaps"
        if reading.documents:
            said = f"{reading.read} documents read, {len(reading.documents)} left"
        if reading.too_deep:
            said += f"; {reading.too_deep} sitemaps more than {MAX_DEPTH} indexes deep"
        return "; ".join([said, *self.faults[:MAX_FAULTS]])
