"""Reads a feed, a sitemap or a sitemap index, whatever its format, some entries at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from newscrawler.discovery import feeds, sitemaps
from newscrawler.discovery.entries import Addresses, DocumentError, Entry, read_line
from newscrawler.discovery.kinds import Kind, kind_of
from newscrawler.discovery.unpacking import CutShortError, pieces
from newscrawler.discovery.xml_records import RecordReader

# sitemaps.org: at most so many addresses a file.
MAX_ENTRIES = 50_000
# Whatever they name; a file of 50 MiB can have two million, which takes minutes.
MOST_MET = 2 * MAX_ENTRIES
# Characters of a line of a plain-text sitemap; the rest of a longer one is left out.
LONGEST_LINE = 64 * 1024


class DocumentReader:
    """Reads one document at `url`, of which only addresses on the site of `site` are taken.

    When it is read, `is_index` tells an index, whose entries are sitemaps; `title` is that
    of a feed; `faults` say what is wrong. `broken_off` says why entries are missing, where
    the file breaks off. `cut` are the entries beyond the 50,000 of the standard.
    """

    def __init__(self, url: str, site: str) -> None:
        self.url = url
        self.addresses = Addresses(url, site)
        self.title: str | None = None
        self.is_index = False
        self.broken_off = ""
        self.faults: list[str] = []
        self.count = 0
        self.cut = 0
        self.met = 0

    def read(self, body: bytes) -> Iterator[list[Entry]]:
        """Give the entries in their order, some at a time, so that others have their turn.

        Raises `DocumentError` for what is neither feed nor sitemap.
        """
        kind = kind_of(body)
        if kind in (Kind.PAGE, Kind.OTHER):
            what = "an HTML page" if kind is Kind.PAGE else "something that is not known"
            what = what if body.strip() else "empty"
            raise DocumentError(self.url, f"is no feed or sitemap but {what}")
        try:
            yield from self._entries(kind, body)
        except CutShortError as error:
            self.broken_off = str(error)
            self.faults.append(self.broken_off)
        except ValueError as error:
            raise DocumentError(self.url, " ".join(str(error).split())[:200]) from error
        self.faults.extend(self.addresses.faults())
        if self.cut:
            self.faults.append(f"{self.cut} entries beyond the {MAX_ENTRIES} of the standard")

    def _entries(self, kind: Kind, body: bytes) -> Iterator[list[Entry]]:
        if kind is Kind.TEXT_SITEMAP:
            yield from self._lines(body)
        elif kind is Kind.JSON_FEED:
            title, entries = feeds.json_entries(b"".join(pieces(body, feeds.MAX_JSON)))
            self.title = read_line(title)
            yield list(self._taken(entries))
        else:
            yield from self._records(kind, body)

    def _records(self, kind: Kind, body: bytes) -> Iterator[list[Entry]]:
        of = sitemaps if kind is Kind.SITEMAP else feeds
        entry_of = sitemaps.sitemap_entry if kind is Kind.SITEMAP else feeds.feed_entry
        reader = RecordReader(self.url, of.RECORDS, of.FIELDS)
        try:
            for records in reader.read(body):
                yield list(self._taken(entry_of(one) for one in records))
        finally:
            self.is_index = reader.root == "sitemapindex"
            self.title = read_line(reader.title)
        if reader.fault:
            self.faults.append(reader.fault)

    def _lines(self, body: bytes) -> Iterator[list[Entry]]:
        held = b""
        for piece in chain(pieces(body), [b"\n"]):
            *lines, held = (held + piece).split(b"\n")
            urls = (line.decode("utf-8-sig", "replace").strip() for line in lines)
            yield list(self._taken(Entry(url) for url in urls if url))
            held = held[:LONGEST_LINE]

    def _taken(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for one in entries:
            self.met += 1
            if self.met > MOST_MET:
                raise CutShortError(f"more than {MOST_MET} entries, cut there")
            if self.count >= MAX_ENTRIES:
                self.cut += 1
            elif url := self.addresses.take(one.url):
                self.count += 1
                yield replace(one, url=url)
