"""What an exchange is in WARC 1.1 (ISO 28500:2017): the bytes of its records.

warcio's writer rewrites the header fields of an answer that are not plain ASCII, so the records
are made here; `warcio check` is what they are tested against.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import uuid4

from newscrawler.archives.capture import RENDERED, Headers
from newscrawler.archives.exchange import Exchange, http_head
from newscrawler.archives.failures import MEDIA_TYPE, Failure

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
SOFTWARE = "newscrawler/"
END_OF_RECORD = b"\r\n\r\n"
_RESPONSE = "application/http; msgtype=response"
_REQUEST = "application/http; msgtype=request"
# zlib's own; 9 takes a third more time for a hundredth less.
_LEVEL = 6
# They described the body on its way, which is over.
_HOP_BY_HOP = frozenset({"transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Original:
    """A record that an answer repeats: what the record of a revisit says of it."""

    record_id: str
    url: str
    date: str
    payload_digest: str


@dataclass(frozen=True, slots=True)
class Record:
    """The bytes of a record, unpacked."""

    kind: str
    record_id: str
    content: bytes

    def packed(self) -> bytes:
        """Return the record as a gzip member of its own."""
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        return packer.compress(self.content) + packer.flush()


def digest_of(content: bytes) -> str:
    """Return the SHA-1 as archives name it; it tells accidents and repeats, no forgery."""
    digest = hashlib.sha1(content, usedforsecurity=False).digest()
    return f"sha1:{base64.b32encode(digest).decode()}"


def info_record(file_name: str, about: Iterable[tuple[str, str]], at: datetime) -> Record:
    """Return what begins a file: who wrote it, and how."""
    block = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in about if value)
    fields = [("WARC-Filename", file_name), ("Content-Type", "application/warc-fields")]
    return _record("warcinfo", at, fields, block.encode())


def response_record(exchange: Exchange) -> Record:
    """Return an answer as it came."""
    fields = [("Content-Type", _RESPONSE), ("WARC-Payload-Digest", digest_of(exchange.body))]
    if exchange.is_cut:
        fields.append(("WARC-Truncated", "length"))
    block = answer_head(exchange) + exchange.body
    return _record("response", exchange.at, [*_about(exchange), *fields], block)


def conversion_record(exchange: Exchange, plain: Original | None) -> Record:
    """Return a page as the browser left it, and where the file has it as its server sent it."""
    fields = [("Content-Type", _RESPONSE)]
    if plain:
        fields.append(("WARC-Refers-To", plain.record_id))
    block = answer_head(exchange) + exchange.body
    return _record("conversion", exchange.at, [*_about(exchange), *fields], block)


def revisit_record(exchange: Exchange, original: Original, profile: str) -> Record:
    """Return an answer whose payload is in the file already."""
    fields = [
        ("Content-Type", _RESPONSE),
        ("WARC-Profile", profile),
        ("WARC-Refers-To", original.record_id),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", original.date),
    ]
    if profile == IDENTICAL:
        fields.append(("WARC-Payload-Digest", original.payload_digest))
    return _record("revisit", exchange.at, [*_about(exchange), *fields], answer_head(exchange))


def request_record(exchange: Exchange, answer: Record) -> Record:
    """Return what was asked, for the record of its answer."""
    fields = [("Content-Type", _REQUEST), ("WARC-Concurrent-To", answer.record_id)]
    return _record("request", exchange.at, [*_about(exchange), *fields], exchange.request_head)


def failure_record(failure: Failure) -> Record:
    """Return what is kept of a request that nobody answered."""
    fields = [("WARC-Target-URI", failure.url), ("Content-Type", MEDIA_TYPE)]
    if failure.is_rendered:
        fields.append((RENDERED, "failed"))
    return _record("metadata", failure.at, fields, failure.block())


def answer_head(exchange: Exchange) -> bytes:
    """Return the status line and the header fields, without those that are not true any more.

    The reason phrase is the standard's: Scrapy does not keep the server's.
    """
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = ""
    line = f"{exchange.protocol} {exchange.status} {phrase}"
    return http_head(line, tuple(_true_headers(exchange)))


def _true_headers(exchange: Exchange) -> Iterable[tuple[str, str]]:
    is_rendered = exchange.rendered is not None
    for name, value in exchange.headers:
        folded = name.lower()
        if folded in _HOP_BY_HOP or (is_rendered and folded == "content-encoding"):
            continue
        if folded == "content-length" and value.strip() != str(len(exchange.body)):
            continue
        yield name, value
    if is_rendered and not any(name.lower() == RENDERED.lower() for name, _ in exchange.headers):
        yield RENDERED, str(exchange.rendered)


def _about(exchange: Exchange) -> Headers:
    fields = (("WARC-Target-URI", exchange.url),)
    ip = exchange.ip_address
    return (*fields, ("WARC-IP-Address", ip)) if ip else fields


def _record(kind: str, at: datetime, fields: Iterable[tuple[str, str]], block: bytes) -> Record:
    record_id = f"<urn:uuid:{uuid4()}>"
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: {record_id}",
        f"WARC-Date: {at:%Y-%m-%dT%H:%M:%S.%fZ}",
        *(f"{name}: {_one_line(value)}" for name, value in fields),
        f"WARC-Block-Digest: {digest_of(block)}",
        f"Content-Length: {len(block)}",
    ]
    head = "\r\n".join(lines).encode("utf-8", "surrogateescape")
    return Record(kind, record_id, b"%s\r\n\r\n%s\r\n\r\n" % (head, block))


def _one_line(value: str) -> str:
    return " ".join(value.split("\n")).replace("\r", "")
