"""What servers send that no server should: an article comes out whole, or not at all."""

from __future__ import annotations

import gzip
import socket
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import brotli
import pytest

from tests.hostile_server import (
    HTML,
    Answer,
    HostileServer,
    chunked,
    endless,
    head,
    hostile,
    page,
    redirect,
    silence,
)
from tests.newsroom import Newsroom, opened
from tests.unattended import Ended, Reader, Workplace

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Seconds that a try may take in these tests, where 30 would be too long.
PATIENCE = 3
OPTIONS = ("-s", f"DOWNLOAD_TIMEOUT={PATIENCE}", "-s", "RETRY_TIMES=1")


@dataclass
class Case:
    """A path, what is sent there, and how it may end: `article`, or reasons of the drops feed."""

    name: str
    make: Callable[[bytes], Answer]
    outcomes: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"/world/2026/01/05/{self.name.replace(' ', '-')}-case/"


def case(name: str, *outcomes: str) -> Callable[[Callable[[bytes], Answer]], Case]:
    return lambda make: Case(name, make, outcomes)


def cut(body: bytes) -> bytes:
    """Return the page as far as the middle of its text."""
    return body[: body.index(b"story__body") + 300]


def packed(coding: str, body: bytes) -> bytes:
    return page(body, f"Content-Encoding: {coding}")


def length(number: int) -> str:
    return f"Content-Length: {number}"


CUT = "cut_short"
FAILED = "connection_failed"
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress,
}  # fmt: skip


def packed_page(coding: str, body: bytes, *, missing: int = 0) -> bytes:
    sent = PACKERS[coding](body)
    return packed(coding, sent[: len(sent) - missing])


FRAMING = [
    case("as it should be", "article")(page),
    case("length too long", CUT)(lambda it: head("200 OK", *HTML, length(len(it) + 9)) + it),
    case("length too short", CUT)(lambda it: head("200 OK", *HTML, length(len(cut(it)))) + it),
    case("no length", "article")(lambda it: head("200 OK", *HTML) + it),
    case("no length and cut", CUT)(lambda it: head("200 OK", *HTML) + cut(it)),
    case("two lengths", FAILED)(
        lambda it: head("200 OK", *HTML, length(len(it)), length(len(cut(it)))) + it
    ),
    case("the same length twice", "article")(
        lambda it: head("200 OK", *HTML, length(len(it)), length(len(it))) + it
    ),
    case("length below zero", FAILED)(lambda it: head("200 OK", *HTML, length(-5)) + it),
    case("chunked", "article")(
        lambda it: head("200 OK", *HTML, "Transfer-Encoding: chunked") + chunked(it[:99], it[99:])
    ),
    case("chunked and cut", CUT)(
        lambda it: (
            head("200 OK", *HTML, "Transfer-Encoding: chunked") + chunked(it[:900], end=False)
        )
    ),
    case("chunks and a length", "article")(
        lambda it: (
            head("200 OK", *HTML, "Transfer-Encoding: chunked", length(len(cut(it)))) + chunked(it)
        )
    ),
    case("a chunk that is no chunk", CUT, FAILED)(
        lambda it: (
            head("200 OK", *HTML, "Transfer-Encoding: chunked") + chunked(it[:900], end=False)
            + b"zz\r\n" + it
        )
    ),
    case("packed in a name", "article")(lambda it: packed("gzip", it)),
    case("packed twice", "article")(
        lambda it: packed("gzip, br", brotli.compress(gzip.compress(it)))
    ),
    case("packed too often", "bad_encoding")(
        lambda it: packed("gzip, gzip, gzip, gzip", gzip.compress(it))
    ),
    *(case(f"{one} whole", "article")(partial(packed_page, one)) for one in PACKERS),
    *(case(f"{one} cut", CUT)(partial(packed_page, one, missing=40)) for one in PACKERS),
]  # fmt: skip

ODDITIES = [
    case("status 99", "http_99")(lambda it: page(it, status="99 What")),
    case("status 999", "http_999")(lambda it: page(it, status="999 Request denied")),
    case("status 0", "http_0")(lambda it: page(it, status="0 None")),
    case("status of letters", FAILED)(lambda it: page(it, status="OK OK")),
    case("small letters", "article")(
        lambda it: page(it).replace(b"HTTP/1.1 200", b"http/1.1 200", 1)
    ),
    case("version 0.9", FAILED)(lambda it: it),
    case("version 3", "article")(lambda it: page(it).replace(b"HTTP/1.1", b"HTTP/3.0", 1)),
    case("escape in status", "article")(lambda it: page(it, status="200 \x1b[31mOK\x07")),
    case("folded header", "article")(lambda it: page(it, "X-Long: a\r\n b\r\n\tc")),
    case("nul in value", "article")(lambda it: page(it, "X-Nul: a\x00b")),
    case("nul in name", FAILED)(lambda it: page(it, "X\x00Y: c")),
    case("header without colon", "article")(lambda it: page(it, "this is no header")),
    case("charset of nul", "article")(
        lambda it: page(it, "Content-Type: text/html; charset=\x00")
    ),
    case("unknown charset", "article")(
        lambda it: page(it, "Content-Type: text/html; charset=klingon")
    ),
    case("octets", "article")(lambda it: page(it, "Content-Type: application/octet-stream")),
    case("no type", "article")(lambda it: head("200 OK", length(len(it))) + it),
    case("encoding of a charset", "article")(lambda it: page(it, "Content-Encoding: UTF-8")),
    case("204 with a body", "empty_page")(lambda it: page(it, status="204 No Content")),
    case("304 unasked", "http_304")(lambda it: page(it, status="304 Not Modified")),
    case("bare newlines", "article")(lambda it: page(it).replace(b"\r\n", b"\n", 6)),
    case("early hints", "article")(
        lambda it: b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 5 + page(it)
    ),
    case("location without redirect", "article")(lambda it: page(it, "Location: /elsewhere/")),
    case("redirect to itself", "redirect_loop")(lambda it: page(it, "Location:", status="302 X")),
    case("redirect to a file", "http_302")(lambda _: redirect("file:///etc/passwd")),
    case("redirect to no address", "invalid_answer")(
        lambda _: page("", "Location: http://[::bad/\x80\xff", status="302 Found")
    ),
    case("nothing at all", FAILED)(lambda _: b""),
]  # fmt: skip

HOPS = "/hop/"


def hop(path: str) -> Answer | None:
    """Answer `/hop/N/KIND/` with the next of N redirects or refreshes of a kind."""
    if not path.startswith(HOPS):
        return None
    number, kind = path.removeprefix(HOPS).strip("/").split("/")
    if number == "0":
        return page(f"<title>{kind}</title><p>The end of all hops.</p>")
    target = f"{HOPS}{int(number) - 1}/{kind}/"
    if kind.startswith("redirect"):
        return redirect(target)
    return page(f'<meta http-equiv="refresh" content="{kind.strip("s")}; url={target}">')


def refresh(seconds: int, to: str) -> bytes:
    return page(f'<head><meta http-equiv="refresh" content="{seconds}; url={to}"></head>')


LEADING = [
    case("beside them", "article")(page),
    case("5 redirects", "no_headline", "not_an_article")(lambda _: redirect("/hop/4/redirect/")),
    case("6 redirects", "redirect_loop")(lambda _: redirect("/hop/5/redirect-6/")),
    case("100 redirects", "redirect_loop")(lambda _: redirect("/hop/99/redirect-100/")),
    case("redirect round and round", "redirect_loop")(
        lambda _: redirect("/world/2026/01/05/redirect-round-and-round-case/")
    ),
    case("2 refreshes", "no_headline", "not_an_article")(lambda _: refresh(0, "/hop/1/1s/")),
    case("3 refreshes", "redirect_loop")(lambda _: refresh(0, "/hop/2/2s/")),
    case("refresh after a minute", "no_headline", "not_an_article", "empty_page")(
        lambda _: refresh(60, "/hop/0/0s/")
    ),
    case("cookies and a large tag", "article")(
        lambda it: page(
            it, *(f"Set-Cookie: c{one}={'x' * 3900}" for one in range(8)), f'ETag: "{"e" * 9000}"'
        )
    ),
]  # fmt: skip

MEBIBYTE = b"<p>" + b"word " * 200_000 + b"</p>"
FIELD = b"X-Field: value\r\n"
ENDLESS = [
    case("beside them", "article")(page),
    case("endless body", "too_large")(lambda _: endless(head("200 OK", *HTML), MEBIBYTE)),
    case("endless chunks", "too_large")(
        lambda _: endless(
            head("200 OK", *HTML, "Transfer-Encoding: chunked"), chunked(MEBIBYTE, end=False)
        )
    ),
    case("large by its length", "too_large")(
        lambda _: head("200 OK", *HTML, length(10**12)) + b"<p>"
    ),
    case("endless headers", "headers_too_large")(
        lambda _: endless(b"HTTP/1.1 200 OK\r\n", FIELD * 1000)
    ),
    case("50000 headers", "headers_too_large")(
        lambda it: page(it).replace(b"\r\n\r\n", b"\r\n" + FIELD * 50_000 + b"\r\n", 1)
    ),
    case("one long header", "headers_too_large", FAILED)(
        lambda it: page(it, "X-Long: " + "a" * 2**20)
    ),
    case("endless continue", "headers_too_large")(
        lambda _: endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
    ),
    case("100000 continue", "headers_too_large")(
        lambda it: b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000 + page(it)
    ),
    case("dripping headers", "timeout")(
        lambda _: endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", pause=0.2)
    ),
    case("dripping body", "timeout")(
        lambda _: endless(head("200 OK", *HTML, length(10**6)), b" ", pause=0.2)
    ),
    case("silence", "timeout")(lambda _: silence),
]  # fmt: skip


@dataclass(frozen=True)
class Crawled:
    """A crawl of a hostile site and, beside it, of a good one."""

    server: HostileServer
    room: Newsroom
    ended: Ended
    feeds: Path

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """Return the lines of a companion feed."""
        reader = Reader(self.feeds)
        files = self.feeds.rglob(f"*.{kind}.jsonl")
        return [line for file in files for line in reader.records(file, file.read_bytes())]

    def outcomes(self) -> dict[str, str]:
        """Return how each listed path ended."""
        reader = Reader(self.feeds)
        reader.read()
        assert reader.faults == []
        ended = {line["url"]: line["reason"] for line in self.lines("drops")}
        ended |= {line.get("request_url", line["url"]): "article" for line in reader.lines}
        return {path: ended.get(self.server.url + path, "nothing") for path in self.server.listed}

    def good_articles(self) -> set[str]:
        reader = Reader(self.feeds)
        reader.read()
        return {url for url in reader.urls if url.startswith(self.room.url)}


def crawl(server: HostileServer, cases: list[Case], folder: Path) -> Crawled:
    server.make_up = hop
    for one in cases:
        server.lists(one.path)
    for one in cases:
        server.answers[one.path] = one.make(server.article(one.path).encode())
    with opened(Newsroom(12)) as room:
        # One host has all cases; it is to be asked for each, however many fail.
        patience = ("-s", "NEWSCRAWLER_HOST_FAILURES=1000")
        urls = f"url={server.listing},{room.listing}"
        work = Workplace(folder, room, *OPTIONS, *patience, "-a", urls)
        return Crawled(server, room, work.crawl(timeout=200), work.feeds)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile() as server:
        yield server


@pytest.mark.parametrize(
    "cases", [FRAMING, ODDITIES, LEADING, ENDLESS], ids=["framing", "odd", "leading", "endless"]
)
def test_no_answer_of_a_server_breaks_a_crawl(
    cases: list[Case], server: HostileServer, tmp_path: Path
) -> None:
    crawled = crawl(server, cases, tmp_path)
    told = crawled.ended.told
    assert "Traceback" not in told
    outcomes = crawled.outcomes()
    wrong = {
        one.name: (outcomes[one.path], one.outcomes)
        for one in cases
        if outcomes[one.path] not in one.outcomes
    }
    assert wrong == {}, told
    assert crawled.good_articles() == crawled.room.urls, told
    assert crawled.ended.code in (0, 12), told


def test_what_a_server_says_does_not_swell_requests(server: HostileServer, tmp_path: Path) -> None:
    crawled = crawl(server, LEADING[-1:], tmp_path)
    options = ("-a", f"url={server.listing}", "-a", "recheck=all")
    Workplace(tmp_path, crawled.room, *options).crawl()
    assert server.asked(LEADING[-1].path) == 2
    assert max(map(len, server.heads)) < 2048
    assert not any(b"\r\ncookie:" in head.lower() for head in server.heads)


def test_a_host_that_takes_no_connection_is_given_up_early(
    server: HostileServer, tmp_path: Path
) -> None:
    with socket.socket() as full, ExitStack() as waiting:
        full.bind(("127.0.0.3", 0))
        full.listen(0)
        for _ in range(4):  # what nobody accepts fills the queue; from then on nothing is answered
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        url = f"http://127.0.0.3:{full.getsockname()[1]}/series/"
        with opened(Newsroom(3)) as room:
            options = ("-s", "NEWSCRAWLER_CONNECT_TIMEOUT=1", "-s", "RETRY_TIMES=0")
            work = Workplace(tmp_path, room, "-a", f"url={url},{room.listing}", *options)
            ended = work.crawl()
        assert f"cannot start: {url}: robots_unreachable" in ended.stderr, ended.told
        assert ended.seconds < 25, "30 seconds are DOWNLOAD_TIMEOUT, twice with robots.txt"
        reader = Reader(work.feeds)
        reader.read()
        assert reader.urls == room.urls


def test_a_run_that_takes_too_much_memory_ends_and_says_so(tmp_path: Path) -> None:
    with opened(Newsroom(30)) as room:
        room.delay = 0.3
        work = Workplace(tmp_path, room, "-s", "MEMUSAGE_LIMIT_MB=60")
        first = work.crawl()
        assert first.code == 12, first.told
        assert first.report["reason"] == "memusage_exceeded"
        room.delay = 0
        assert work.crawl("-s", "MEMUSAGE_LIMIT_MB=1024").code == 0
        reader = Reader(work.feeds)
        reader.read()
        assert reader.urls == room.urls
        assert reader.doubled() == []
