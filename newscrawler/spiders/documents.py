"""Reads a feed or a sitemap of any size while the event loop goes on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from newscrawler.discovery.entries import Entry
from newscrawler.discovery.reader import DocumentReader
from newscrawler.discovery.unpacking import MAX_BYTES

# Seconds; 50 MiB at 3 Mbit/s.
TIMEOUT = 150
# The project's limit is that of a page; Scrapy would warn of 32 MiB, which a sitemap may have.
LIMITS = {"download_maxsize": MAX_BYTES, "download_warnsize": 0, "download_timeout": TIMEOUT}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document names: articles, or sitemaps where it is an index."""

    entries: list[Entry] = field(default_factory=list)
    is_index: bool = False
    faults: list[str] = field(default_factory=list)
    broken_off: str = ""
    """Why entries are missing, where some are."""


async def read_document(body: bytes, url: str, home: str) -> Contents:
    """Raise `DocumentError` for what is neither a feed nor a sitemap."""
    reader, found = DocumentReader(url, home), list[Entry]()
    for entries in reader.read(body):
        found += entries
        await asyncio.sleep(0)
    return Contents(found, reader.is_index, reader.faults, reader.broken_off)
