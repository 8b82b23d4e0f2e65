"""What an index says of a record: where it stands and which page it has (CDXJ)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from newscrawler.archives.addresses import host_and_port, split_address
from newscrawler.archives.capture import Headers
from newscrawler.archives.exchange import Exchange
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

    def line(self, file_name: str) -> str:
        """Return the line of an index, which sorts as indexes are sorted.

        A rendered page has a key of its own: who looks an address up is to get the page that
        its server sent.
        """
        key = f"{'rendered:' if self.rendered else ''}{sort_key(self.url)}"
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


def entry_of_record(record: WarcRecord) -> Entry | None:
    """Return the entry of a record that is read, None where it has no page."""
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

    As the readers of WACZ make it: lower case, no scheme, no `www.`, the query in order.
    """
    parts = split_address(url.lower())
    host, colon, port = _WWW.sub("", host_and_port(parts)).partition(":")
    query = "&".join(sorted(parts.query.split("&")))
    path = (parts.path or "/") + (f"?{query}" if query else "")
    return f"{','.join(reversed(host.split('.')))}{colon}{port}){path}"


def _media_type(headers: Headers) -> str:
    types = [value for name, value in headers if name.lower() == "content-type"]
    return types[0].partition(";")[0].strip().lower() if types else "unk"


def _stated_type(block: bytes) -> str:
    head = re.split(rb"\r?\n\r?\n", block, maxsplit=1)[0]
    stated = _CONTENT_TYPE.search(head)
    return stated[1].decode("ascii", "replace").strip().lower() if stated else "unk"
