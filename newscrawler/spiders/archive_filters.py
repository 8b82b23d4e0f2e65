"""Which records of an archive are pages that are wanted, told before their bodies are touched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from newscrawler.archives.warc_captures import BrokenPageError, may_hold_page, status_of
from newscrawler.archives.warc_records import WarcRecord
from newscrawler.normalise.urls import host_of, site_of
from newscrawler.spiders.archive_arguments import ArchiveArguments
from newscrawler.spiders.arguments import Period

# Bytes of a block that hold the head of an answer; a longer one is left to the reading.
HEAD = 16 * 1024
# A page's day may be the one of its newsroom, the capture's is that in UTC.
ZONES = timedelta(days=1)
HTML = (b"text/html", b"application/xhtml+xml", b"")
_SUCCESS = range(200, 300)
_CONTENT_TYPE = re.compile(rb"(?im)^content-type[ \t]*:[ \t]*([^;\r\n]*)")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(slots=True)
class Filters:
    """Tells by a record's header, then by the head of its HTTP part, whether it is wanted."""

    hosts: tuple[str, ...] = ()
    captured: Period = field(default_factory=Period)
    refused: str = ""
    """Why the record whose header was looked at last is not wanted."""

    @classmethod
    def of(cls, arguments: ArchiveArguments) -> Filters:
        hosts = set(arguments.hosts)
        if arguments.series and arguments.series.url:
            own = site_of(arguments.series.url)
            hosts = {one for one in hosts if is_within(one, own) or is_within(own, one)} or {own}
        since = _latest(arguments.captured.since, arguments.period.since)
        return cls(tuple(sorted(hosts)), Period(since, arguments.captured.until))

    def keep(self, record: WarcRecord) -> int:
        """Return how many bytes of the block are wanted: none of a record that is not."""
        self.refused = self.by_header(record)
        return 0 if self.refused else HEAD

    def by_header(self, record: WarcRecord) -> str:
        """Return why a record is not wanted, empty for one that may be."""
        if not may_hold_page(record) or record.kind == "conversion":
            return "no_page"
        try:
            host = host_of(record.url)
        except ValueError:
            return "invalid_address"
        if self.hosts and not any(is_within(host, one) for one in self.hosts):
            return "host"
        if not self.captured.holds(record.date or None):
            return "captured"
        return "revisit" if record.kind == "revisit" else ""

    def by_head(self, record: WarcRecord) -> str:
        """Return why a page is not wanted, by its status and media type."""
        try:
            if status_of(record) not in _SUCCESS:
                return "status"
        except BrokenPageError:
            return ""  # the reading tells what is wrong with it
        return "" if media_type(record) in HTML else "media_type"


def media_type(record: WarcRecord) -> bytes:
    if record.kind == "resource" and record.content_type != "application/http":
        return record.content_type.encode()
    end = _END_OF_HEAD.search(record.block)
    head = record.block[: end.end()] if end else record.block
    found = _CONTENT_TYPE.search(head)
    return found[1].strip().lower() if found else b""


def is_within(host: str, domain: str) -> bool:
    """Tell whether a host is the domain or below it."""
    return host == domain or host.endswith(f".{domain}")


def _latest(captured: date | None, published: date | None) -> date | None:
    """Return the first day of capture: nothing is captured before it is published."""
    days: Iterable[date | None] = (captured, published - ZONES if published else None)
    return max((day for day in days if day), default=None)
