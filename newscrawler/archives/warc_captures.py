"""Reads the page in a WARC record: its status, its headers, and its body as it was meant.

What may be relied on: `capture_of` is a pure function of a record, takes no more memory than
a few times `most`, and raises nothing but `BrokenPageError`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from newscrawler.archives.capture import (
    RENDERED,
    STATUS_CODES,
    SUCCESS,
    Capture,
    Headers,
    payload_headers,
)
from newscrawler.archives.warc_records import WarcRecord
from newscrawler.decoding import (
    GZIP,
    CutShortError,
    DecodingError,
    TooLargeError,
    codings_of,
    decoded,
)

# Bytes; no page is larger, but a packed one may grow without end. Sitemaps may have 50 MiB.
MAX_BODY = 64 * 2**20
# Bytes of a block that hold the head of an answer, as in a live crawl.
LONGEST_HEAD = 64 * 1024

NOT_MODIFIED = 304
_PAGES = {"response", "resource", "revisit", "conversion"}
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})(?: [^\n]*)?\r{0,2}(?:\n|\Z)", re.IGNORECASE)
_END_OF_HEAD = re.compile(rb"\r{0,2}\n\r{0,2}\n")
_FOLD = re.compile(r"\r{0,2}\n[ \t]+")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_UTF8_MARK = b"\xef\xbb\xbf"


class BrokenPageError(ValueError):
    """A record whose HTTP part cannot be read; says why."""


def may_hold_page(record: WarcRecord) -> bool:
    """Tell, from its header alone, if a record can hold a page of the web.

    These are `response`, `resource` and `revisit` records of http and https addresses, and
    `conversion` records with an HTTP head: what a browser made of a page. Texts, thumbnails
    (`urn:`), `dns:` and Common Crawl's WET records are none.
    """
    if record.kind not in _PAGES or not record.url.lower().startswith(("http://", "https://")):
        return False
    return record.kind != "conversion" or _is_http(record)


def keep_pages(record: WarcRecord) -> int:
    """Keep, of records that may hold a page, what `capture_of` can make use of."""
    return MAX_BODY + LONGEST_HEAD if may_hold_page(record) else 0


def keep_heads(record: WarcRecord) -> int:
    """Keep, of records that may hold a page, what `status_of` needs."""
    return LONGEST_HEAD if may_hold_page(record) else 0


def status_of(record: WarcRecord) -> int:
    """Return the status of the page, 200 of a bare file; the head of the block is enough.

    Raises `BrokenPageError`.
    """
    return _split_http(record.block)[0] if _is_http(record) else 200


def rendered_of(record: WarcRecord) -> str | None:
    """Return how a browser ended with the page, None for a page as its server sent it."""
    if record.kind != "conversion":
        return None
    return _value(_read_http(record.block)[1], RENDERED)


def capture_of(record: WarcRecord, most: int = MAX_BODY) -> Capture:
    """Return the page in a record, decoded.

    `fault` is set, and the body empty, for a page that a live crawl would not take for one:
    `too_large` above `most` bytes or cut at a limit of the tool that saved it, `cut_short`,
    `bad_encoding`. As in a live crawl only a success has a fault; of another answer the status
    tells all. A `304` is a capture too, though no page. The record of a `revisit` has headers
    alone: see `revisited`. Raises `BrokenPageError`.
    """
    if not _is_http(record):
        media_type = record.field("Content-Type")
        headers: Headers = (("Content-Type", media_type),) if media_type else ()
        page = Capture(record.url, 200, headers, record.block, record.date or None)
        return _faulty(record, page, most)
    status, sent, body = _read_http(record.block)
    capture = Capture(record.url, status, payload_headers(sent), body, record.date or None)
    if record.kind == "conversion":
        capture = replace(capture, rendered=_value(sent, RENDERED))
    return _faulty(record, _decoded(capture, sent, most), most)


def revisited(revisit: WarcRecord, original: WarcRecord, most: int = MAX_BODY) -> Capture:
    """Return a page that was the same as one captured before (ISO 28500, section 6.7).

    Its address, time and, where it has them, status and headers are the revisit's own, with the
    original's media type where they state none; one that was answered `304` has the original's.
    """
    capture = replace(
        capture_of(original, most), url=revisit.url, retrieved_at=revisit.date or None
    )
    try:
        status, sent, _ = _read_http(revisit.block)
    except BrokenPageError:
        return capture
    if status == NOT_MODIFIED:
        return capture
    headers = payload_headers(sent)
    if _value(headers, "Content-Type") is None:
        headers += tuple(one for one in capture.headers if one[0].lower() == "content-type")
    return replace(capture, status=status, headers=headers)


def method_of(record: WarcRecord) -> str:
    """Return the method of a `request` record, of which the first bytes are enough."""
    return record.block.partition(b" ")[0][:20].decode("ascii", "replace")


def _is_http(record: WarcRecord) -> bool:
    return record.kind in {"response", "revisit"} or record.content_type == "application/http"


def _read_http(block: bytes) -> tuple[int, Headers, bytes]:
    """Split an answer into status, headers and body."""
    status, start, stop = _split_http(block)
    return status, _read_headers(block[start:stop]), block[stop:]


def _split_http(block: bytes) -> tuple[int, int, int]:
    """Return the status, and where headers and body begin; what stands before (`1xx`) goes."""
    begin = 0
    while True:
        line = _STATUS_LINE.match(block, begin)
        if line is None or int(line[1]) not in STATUS_CODES:
            raise BrokenPageError("no HTTP answer")
        end = _END_OF_HEAD.search(block, line.end() - 1)
        stop = end.end() if end else len(block)
        if stop > LONGEST_HEAD:
            raise BrokenPageError("an HTTP head without end")
        status = int(line[1])
        if status >= 200 or not _STATUS_LINE.match(block, stop):
            return status, line.end(), stop
        begin = stop


def _read_headers(head: bytes) -> Headers:
    lines = _FOLD.sub(" ", head.decode("utf-8", "surrogateescape")).split("\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    # HTTP/2 has `:status` and the like, which are no headers.
    return tuple((name.strip(), value.strip()) for name, _, value in pairs if name.strip())


def _value(headers: Headers, name: str) -> str | None:
    folded = name.lower()
    return next((value for key, value in headers if key.lower() == folded), None)


def _decoded(capture: Capture, sent: Headers, most: int) -> Capture:
    body, is_cut_short = capture.body, _breaks_off(capture.body, sent)
    if "chunked" in (_value(sent, "Transfer-Encoding") or "").lower():
        body, is_cut_short = _joined(body)
    stated = [value for name, value in sent if name.lower() == "content-encoding"]
    codings = codings_of(value.encode("utf-8", "surrogateescape") for value in stated)
    try:
        body = decoded(body, codings, most)
    except TooLargeError:
        return replace(capture, body=b"", fault="too_large")
    except DecodingError as error:
        if not _is_plain(body, codings):
            is_cut = is_cut_short or isinstance(error, CutShortError)
            return replace(capture, body=b"", fault="cut_short" if is_cut else "bad_encoding")
    return replace(capture, body=body, fault="cut_short" if is_cut_short else None)


def _is_plain(body: bytes, codings: list[str]) -> bool:
    """Tell a body that the tool has unpacked without taking off the header that says so."""
    first = body.removeprefix(_UTF8_MARK).lstrip()[:1]
    return first in {b"<", b"{", b"["} or (codings == ["gzip"] and not body.startswith(GZIP))


def _joined(body: bytes) -> tuple[bytes, bool]:
    """Join a body that was sent in chunks, and tell if it breaks off.

    What does not begin with a chunk is joined already: tools leave the header standing.
    """
    joined, at = bytearray(), 0
    while chunk := _CHUNK.match(body, at):
        start, length = chunk.end(), int(chunk[1], 16)
        if not length:
            return bytes(joined), False
        joined += body[start : start + length]
        at = start + length
        if at > len(body):
            return bytes(joined), True
        if body[at : at + 1] not in {b"\r", b"\n"}:
            break
        at += 2 if body.startswith(b"\r\n", at) else 1
    is_cut_short = bool(joined) and at >= len(body)
    return (bytes(joined), True) if is_cut_short else (body, False)


def _breaks_off(body: bytes, sent: Headers) -> bool:
    """Tell a body that is shorter than its server said.

    A tool that has unpacked it may have left the length of what was packed.
    """
    names = {name.lower() for name, _ in sent}
    length = _value(sent, "Content-Length") or ""
    if names & {"content-encoding", "transfer-encoding"} or not length.isascii():
        return False
    return length.isdigit() and len(length) < 19 and int(length) > len(body)


def _faulty(record: WarcRecord, capture: Capture, most: int) -> Capture:
    """Find the fault that the record tells; an answer that is no success has none."""
    fault = capture.fault
    truncated = record.field("WARC-Truncated").strip().lower()
    if not record.is_whole or len(capture.body) > most or truncated == "length":
        fault = "too_large"
    elif truncated or record.field("WARC-Segment-Number"):
        fault = "cut_short"
    if fault is None:
        return capture
    is_success = capture.status in SUCCESS
    return replace(capture, body=b"", fault=fault if is_success else None)
