"""The page in a record comes out as its server meant it, or with the reason why it does not."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from io import BytesIO

import brotli
import pytest

from newscrawler.archives.capture import Capture
from newscrawler.archives.warc_captures import (
    LONGEST_HEAD,
    BrokenPageError,
    capture_of,
    keep_heads,
    keep_pages,
    may_hold_page,
    method_of,
    rendered_of,
    revisited,
    status_of,
)
from newscrawler.archives.warc_records import Keep, WarcRecord, records_of
from tests.archives.warc_files import DATE, PAGE, URL, warc_record

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HTML = (("Content-Type", "text/html"),)
TEXT = "<p>Löschboote im Hafen</p>".encode() * 50


def only(content: bytes, keep: Keep | None = None) -> WarcRecord:
    [found] = records_of(BytesIO(content), "pages.warc", keep=keep)
    assert isinstance(found, WarcRecord)
    return found


def answer(body: bytes, *headers: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    head = "\r\n".join([status, "Content-Type: text/html", *headers])
    return head.encode() + b"\r\n\r\n" + body


def page(body: bytes, *headers: str, status: str = "HTTP/1.1 200 OK", **fields: str) -> WarcRecord:
    return only(warc_record(answer(body, *headers, status=status), **fields))


def chunked(body: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    halves = (body[:5], body[5:])
    return b"".join(b"%x\r\n%s\r\n" % (len(half), half) for half in halves) + end


@pytest.mark.parametrize(
    ("kind", "url", "content_type", "holds"),
    [
        ("response", URL, "application/http; msgtype=response", True),
        ("response", f"<{URL}>", "application/http;msgtype=response", True),
        ("response", "HTTP://news.example/", "application/http", True),
        ("revisit", URL, "application/http; msgtype=response", True),
        ("resource", URL, "text/html", True),
        ("conversion", URL, "application/http; msgtype=response", True),
        ("conversion", URL, "text/plain", False),
        ("request", URL, "application/http; msgtype=request", False),
        ("metadata", URL, "application/warc-fields", False),
        ("warcinfo", "", "application/warc-fields", False),
        ("response", "", "application/http", False),
        ("response", "dns:news.example", "text/dns", False),
        ("resource", f"urn:thumbnail:{URL}", "image/png", False),
        ("resource", f"urn:text:{URL}", "text/plain", False),
        ("resource", f"urn:pageinfo:{URL}", "application/json", False),
        ("resource", f"metadata://gnu.org/software/wget/warc/{URL}", "text/plain", False),
        ("continuation", URL, "application/http", False),
    ],
)
def test_a_header_tells_if_there_can_be_a_page(
    kind: str, url: str, content_type: str, holds: bool
) -> None:
    content = warc_record(PAGE, url, kind, content_type=content_type)
    record = only(content, keep_pages)
    assert may_hold_page(record) is holds
    assert record.block == (PAGE if holds else b"")


@pytest.mark.parametrize(
    ("pack", "headers"),
    [
        pytest.param(gzip.compress, ["Content-Encoding: gzip"], id="gzip"),
        pytest.param(gzip.compress, ["content-encoding: X-GZip"], id="gzip in any case"),
        pytest.param(zlib.compress, ["Content-Encoding: deflate"], id="deflate"),
        pytest.param(brotli.compress, ["Content-Encoding: br"], id="brotli"),
        pytest.param(zstd.compress, ["Content-Encoding: zstd"], id="zstandard"),
        pytest.param(chunked, ["Transfer-Encoding: chunked"], id="chunked"),
        pytest.param(chunked, ["transfer-encoding: Chunked"], id="chunked in any case"),
        pytest.param(
            lambda body: chunked(gzip.compress(body)),
            ["Transfer-Encoding: chunked", "Content-Encoding: gzip"],
            id="gzip in chunks",
        ),
        pytest.param(
            lambda body: brotli.compress(gzip.compress(body)),
            ["Content-Encoding: gzip, br"],
            id="packed twice",
        ),
        pytest.param(bytes, ["Content-Encoding: gzip"], id="unpacked by the tool"),
        pytest.param(bytes, ["Content-Encoding: br", "Content-Length: 9"], id="with its length"),
        pytest.param(
            bytes, ["X-Crawler-Content-Encoding: gzip", "Content-Length: 9"], id="as Common Crawl"
        ),
        pytest.param(bytes, ["Transfer-Encoding: chunked"], id="joined by the tool"),
        pytest.param(bytes, ["Content-Encoding: identity"], id="identity"),
        pytest.param(bytes, ["Content-Encoding: UTF-8"], id="no coding at all"),
    ],
)
def test_a_body_comes_decoded(pack: Callable[[bytes], bytes], headers: list[str]) -> None:
    found = capture_of(page(pack(TEXT), *headers))
    assert (found.body, found.fault) == (TEXT, None)
    kept = {name.lower() for name, _ in found.headers}
    assert not kept & {"content-encoding", "transfer-encoding", "content-length"}


def test_a_text_that_a_tool_unpacked_need_not_be_html() -> None:
    assert capture_of(page(b"plain words", "Content-Encoding: gzip")).body == b"plain words"
    marked = b"\xef\xbb\xbf<html>"
    assert capture_of(page(marked, "Content-Encoding: br")).body == marked


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        pytest.param(page(TEXT[:999], "Content-Length: 1300"), "cut_short", id="length"),
        pytest.param(page(TEXT, WARC_Truncated="disconnect"), "cut_short", id="disconnect"),
        pytest.param(page(TEXT, WARC_Truncated="time"), "cut_short", id="time"),
        pytest.param(page(TEXT, WARC_Truncated="length"), "too_large", id="a tool's limit"),
        pytest.param(page(TEXT, WARC_Segment_Number="1"), "cut_short", id="the first segment"),
        pytest.param(page(TEXT + bytes(1000)), "too_large", id="too large"),
        pytest.param(
            page(gzip.compress(bytes(10**6)), "Content-Encoding: gzip"), "too_large", id="a bomb"
        ),
        pytest.param(
            page(gzip.compress(TEXT)[:-9], "Content-Encoding: gzip"), "cut_short", id="gzip"
        ),
        pytest.param(
            page(chunked(TEXT)[:-50], "Transfer-Encoding: chunked"), "cut_short", id="chunk"
        ),
        pytest.param(
            page(chunked(TEXT, b""), "Transfer-Encoding: chunked"), "cut_short", id="last chunk"
        ),
        pytest.param(
            page(b"\x1f\x8b\x08rubbish", "Content-Encoding: gzip"), "bad_encoding", id="x"
        ),
        pytest.param(
            page(TEXT, *["Content-Encoding: gzip"] * 4, status="HTTP/1.1 200 OK"), None, id="plain"
        ),
    ],
)
def test_what_a_live_crawl_takes_for_no_page_has_its_reason(
    record: WarcRecord, fault: str | None
) -> None:
    found = capture_of(record, most=len(TEXT))
    assert found.fault == fault
    assert found.body == (TEXT if fault is None else b"")


def test_an_answer_that_is_no_success_has_no_fault() -> None:
    found = capture_of(page(TEXT, status="HTTP/1.1 404 Not Found", WARC_Truncated="length"))
    assert (found.status, found.body, found.fault) == (404, b"", None)


@pytest.mark.parametrize(
    "line", ["HTTP/1.0 200", "HTTP/1.1 200 OK", "HTTP/2 200", "HTTP/2.0 200 ", "http/3  200 x y"]
)
@pytest.mark.parametrize("line_break", [b"\r\n", b"\n"])
def test_any_protocol_and_line_break_is_read(line: str, line_break: bytes) -> None:
    block = answer(b"the page", status=line).replace(b"\r\n", line_break)
    record = only(warc_record(block))
    assert status_of(record) == 200
    assert capture_of(record) == Capture(URL, 200, HTML, b"the page", DATE)


def test_headers_are_read_as_they_stand() -> None:
    record = page(b"", ":status: 200", "Link: <a>;\r\n rel=next", "Set-Cookie: a", "Set-Cookie: b")
    assert capture_of(record).headers == (
        *HTML,
        ("Link", "<a>; rel=next"),
        ("Set-Cookie", "a"),
        ("Set-Cookie", "b"),
    )


def test_what_stands_before_an_answer_is_left_out() -> None:
    block = b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + PAGE
    assert capture_of(only(warc_record(block))) == capture_of(only(warc_record()))


@pytest.mark.parametrize(
    "block", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200", b"HTTP/1.1 200\n\n"]
)
def test_a_head_alone_is_a_page_without_text(block: bytes) -> None:
    assert capture_of(only(warc_record(block))) == Capture(URL, 200, (), b"", DATE)


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\r\n\r\n", id="blank"),
        pytest.param(b"<html>no headers</html>", id="no status line"),
        pytest.param(b"HTTP/1.1 OK\r\n\r\n", id="no status"),
        pytest.param(b"HTTP/1.1 7 OK\r\n\r\n", id="no such status"),
        pytest.param(b"HTTP/1.1 999 OK\r\n\r\n", id="a status of no standard"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * LONGEST_HEAD, id="a head without end"),
    ],
)
def test_a_broken_answer_is_told(block: bytes) -> None:
    record = only(warc_record(block))
    for read in (capture_of, status_of):
        with pytest.raises(BrokenPageError, match="HTTP"):
            read(record)


def test_the_head_of_a_block_tells_the_status() -> None:
    content = warc_record(answer(bytes(10**6), status="HTTP/1.1 503 Busy"))
    record = only(content, keep_heads)
    assert len(record.block) == LONGEST_HEAD
    assert status_of(record) == 503


def test_a_bare_file_is_a_page_with_the_type_of_its_record() -> None:
    record = only(warc_record(b"the page", kind="resource", content_type="text/plain; charset=x"))
    assert status_of(record) == 200
    headers = (("Content-Type", "text/plain; charset=x"),)
    assert capture_of(record) == Capture(URL, 200, headers, b"the page", DATE)


def test_a_rendered_page_says_how_the_browser_ended() -> None:
    record = only(warc_record(answer(b"<html>", "X-Newscrawler-Rendered: end"), kind="conversion"))
    found = capture_of(record)
    assert (found.rendered, rendered_of(record), found.body) == ("end", "end", b"<html>")
    assert rendered_of(page(b"<html>", "X-Newscrawler-Rendered: end")) is None


def test_a_page_that_is_seen_again_has_the_headers_and_the_time_of_that_visit() -> None:
    later = "2026-10-19T10:00:00Z"
    refers = {"date": later, "url": "https://news.example/twin"}
    block = b"HTTP/1.1 203 OK\r\nETag: new\r\n\r\n"
    seen = only(warc_record(block, kind="revisit", **refers))
    original = only(warc_record())
    body = b"<html><p>the page</p></html>"
    headers = (("ETag", "new"), *HTML)
    assert revisited(seen, original) == Capture(refers["url"], 203, headers, body, later)
    for nothing in (b"", b"HTTP/1.1 304 Not Modified\r\nETag: new\r\n\r\n"):
        bare = only(warc_record(nothing, kind="revisit", **refers))
        assert revisited(bare, original) == Capture(refers["url"], 200, HTML, body, later)


@pytest.mark.parametrize(("line", "method"), [(b"GET / HTTP/1.1", "GET"), (b"POST /a", "POST")])
def test_a_request_tells_its_method(line: bytes, method: str) -> None:
    assert method_of(only(warc_record(line, kind="request"))) == method
