"""Reads a feed or a sitemap of any size while the event loop goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from newscrawler.discovery.entries import Entry
from newscrawler.discovery.reader import DocumentReader
from newscrawler.discovery.unpacking import MAX_BYTES

# Seconds; 50 MiB at 3 Mbit/s.
TIMEOUT = 150
# The project's limit is that of a page; Scrapy would warn of 32 MiB, which a sitemap may have.
LIMITS = {
    "download_maxsize": MAX_BYTES,
    "download_warnsize": 0,
    "download_timeout": TIMEOUT,
    "unpacks_gzip": True,
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document names: articles, or sitemaps where it is an index."""

    entries: list[Entry] = field(default_factory=list)
    """Those that are wanted."""
    count: int = 0
    """How many it has."""
    is_index: bool = False
    faults: list[str] = field(default_factory=list)
    broken_off: str = ""
    """Why entries are missing, where some are."""


async def read_document(
    body: bytes, url: str, home: str, wanted: Callable[[Entry], bool]
) -> Contents:
    """Read a document of the site of `home`; raise `DocumentError` for what is none."""
    reader, found = DocumentReader(url, home), list[Entry]()
    for entries in reader.read(body):
        found += filter(wanted, entries)
        await asyncio.sleep(0)
    return Contents(found, reader.count, reader.is_index, reader.faults, reader.broken_off)
