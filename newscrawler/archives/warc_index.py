"""What an index says of a record: where it stands and which page it has (CDXJ)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from newscrawler.archives.addresses import host_and_port, split_address
from newscrawler.archives.capture import TIME_FORMAT, Headers
from newscrawler.archives.exchange import Exchange
from newscrawler.archives.failures import MEDIA_TYPE, Failure, is_failure, is_rendered_failure
from newscrawler.archives.warc_captures import (
    BrokenPageError,
    may_hold_page,
    rendered_of,
    status_of,
)
from newscrawler.archives.warc_format import Record, digest_of
from newscrawler.archives.warc_records import WarcRecord

_WWW = re.compile(r"^www\d*\.")
_CONTENT_TYPE = re.compile(rb"^content-type:([^\r\n;]*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of an answer; `retrieved_at` and `rendered` are as in `Capture`."""

    url: str
    retrieved_at: str
    kind: str
    status: int
    media_type: str
    digest: str
    offset: int
    length: int
    rendered: str | None = None
    is_cut: bool = False

    @property
    def is_failure(self) -> bool:
        return self.kind == "metadata"

    def line(self, file_name: str) -> str:
        """Return the line of an index, which sorts as indexes are sorted.

        A rendered page and a failure have keys of their own: who looks an address up is to get
        the page that its server sent.
        """
        key = "failed:" * self.is_failure + "rendered:" * bool(self.rendered) + sort_key(self.url)
        fields: dict[str, object] = {
            "url": self.url,
            "mime": "warc/revisit" if self.kind == "revisit" else self.media_type,
            "status": str(self.status),
            "digest": self.digest,
            "length": self.length,
            "offset": self.offset,
            "filename": file_name,
        }
        if self.rendered:
            fields["rendered"] = self.rendered
        if self.is_failure:
            fields["failed"] = True
        digits = "".join(filter(str.isdigit, self.retrieved_at))
        return f"{key} {digits} {json.dumps(fields)}"


def entry_of_exchange(exchange: Exchange, answer: Record, offset: int, length: int) -> Entry:
    """Return the entry of an answer that was written just now."""
    return Entry(
        exchange.url,
        exchange.retrieved_at,
        answer.kind,
        exchange.status,
        _media_type(exchange.headers),
        digest_of(exchange.body),
        offset,
        length,
        exchange.rendered,
        exchange.is_cut,
    )


def entry_of_failure(failure: Failure, offset: int, length: int) -> Entry:
    """Return the entry of a failure that was written just now."""
    at = failure.at.strftime(TIME_FORMAT)
    rendered = "failed" if failure.is_rendered else None
    return Entry(failure.url, at, "metadata", 0, MEDIA_TYPE, "", offset, length, rendered)


def entry_of_record(record: WarcRecord) -> Entry | None:
    """Return the entry of a record that is read, None where it has no page."""
    if is_failure(record):
        rendered = "failed" if is_rendered_failure(record) else None
        place = (record.offset, record.length)
        return Entry(record.url, record.date, record.kind, 0, MEDIA_TYPE, "", *place, rendered)
    if not may_hold_page(record):
        return None
    try:
        status, rendered = status_of(record), rendered_of(record)
    except BrokenPageError:
        return None
    return Entry(
        record.url,
        record.date,
        record.kind,
        status,
        _stated_type(record.block),
        record.field("WARC-Payload-Digest"),
        record.offset,
        record.length,
        rendered,
        bool(record.field("WARC-Truncated")),
    )


def sort_key(url: str) -> str:
    """Return the key by which indexes are sorted: the host from its end, then the path.

    As pywb and the tools for WACZ make it (SURT): lower case, no scheme, no `www.`, no slash at
    the end of a path, the query in order. Session identifiers stay, which those take off.
    """
    parts = split_address(url.lower())
    host, colon, port = _WWW.sub("", host_and_port(parts)).partition(":")
    query = "&".join(sorted(parts.query.split("&")))
    path = (parts.path.rstrip("/") or "/") + (f"?{query}" if query else "")
    return f"{','.join(reversed(host.split('.')))}{colon}{port}){path}"


def _media_type(headers: Headers) -> str:
    types = [value for name, value in headers if name.lower() == "content-type"]
    return types[0].partition(";")[0].strip().lower() if types else "unk"


def _stated_type(block: bytes) -> str:
    head = re.split(rb"\r?\n\r?\n", block, maxsplit=1)[0]
    stated = _CONTENT_TYPE.search(head)
    return stated[1].decode("ascii", "replace").strip().lower() if stated else "unk"
