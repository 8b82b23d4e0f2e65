"""A few kilobytes that unpack to gigabytes cost a crawl neither its memory nor its other pages."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import brotli
import pytest

from tests.hostile_server import HTML, HostileServer, head, hostile, page, redirect, text
from tests.newsroom import Newsroom, opened
from tests.test_limits import Crawled
from tests.unattended import Reader, Workplace

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MEBIBYTE = 2**20
UNPACKED = 256  # MiB
MOST_MEMORY = 200 * MEBIBYTE
# Writes what a command needed at its most beside it, and ends as the command did.
MEASURED = """import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024))
sys.exit(code)
"""


class Packer:
    """Packs as much as is wanted without ever having it."""

    take: Callable[[bytes], bytes]
    end: Callable[[], bytes]

    def __init__(self, coding: str) -> None:
        if coding == "br":
            packer = brotli.Compressor(quality=1, lgwin=24)
            self.take, self.end = packer.process, packer.finish
        elif coding == "zstd":
            frame = zstd.ZstdCompressor()
            self.take, self.end = frame.compress, frame.flush
        else:
            bits = zlib.MAX_WBITS | (16 if coding == "gzip" else 0)
            stream = zlib.compressobj(9, zlib.DEFLATED, bits)
            self.take, self.end = stream.compress, stream.flush


@cache
def bomb(*codings: str, start: bytes = b"<html><body><p>", filling: bytes = b" ") -> bytes:
    """Return 256 MiB of white space that begins like a page, packed in these codings."""
    first, *others = codings
    packer: Packer = Packer(first)
    block = filling * (4 * MEBIBYTE // len(filling))
    packed: bytes = packer.take(start)
    packed += b"".join(packer.take(block) for _ in range(UNPACKED // 4)) + packer.end()
    for coding in others:
        packer = Packer(coding)
        packed = packer.take(packed) + packer.end()
    return bytes(packed)


CODINGS = [("gzip",), ("deflate",), ("br",), ("zstd",), ("gzip", "gzip"), ("gzip", "br")]


def bomb_page(*codings: str) -> bytes:
    return page(bomb(*codings), f"Content-Encoding: {', '.join(codings)}")


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile() as server:
        yield server


def crawl(
    server: HostileServer, folder: Path, spider: str, url: Callable[[Newsroom], str]
) -> tuple[Crawled, int]:
    """Crawl the hostile site and a good one; return what came of it, and its memory at most."""
    memory = folder / "memory"
    with opened(Newsroom(12)) as room:
        work = Workplace(folder, room, "-s", "RETRY_TIMES=1")
        work.prefix = (sys.executable, "-c", MEASURED, str(memory))
        started = work.start_scrapy(
            *("crawl", spider, "-a", f"url={url(room)}", "-s", "DOWNLOAD_DELAY=0"),
            *("-s", "RETRY_TIMES=1", "--report", folder / "report.json"),
        )
        crawled = Crawled(server, room, started.end(timeout=200), work.feeds)
    return crawled, int(memory.read_text())


def test_a_bomb_costs_one_page(server: HostileServer, tmp_path: Path) -> None:
    server.lists("/world/2026/01/05/a-good-article-of-the-site/")
    for codings in CODINGS:
        name = "-and-".join(codings)
        server.lists(f"/world/2026/01/05/bomb-of-{name}/", bomb_page(*codings))
        server.lists(f"/world/2026/01/05/redirect-to-{name}/", redirect(f"/bombs/{name}/"))
        server.answers[f"/bombs/{name}/"] = bomb_page(*codings)
    crawled, memory = crawl(
        server, tmp_path, "series", lambda room: f"{server.listing},{room.listing}"
    )
    told = crawled.ended.told
    outcomes = crawled.outcomes()
    assert outcomes.pop(server.listed[0]) == "article", told
    assert set(outcomes.values()) == {"too_large"}, (outcomes, told)
    assert crawled.good_articles() == crawled.room.urls
    assert memory < MOST_MEMORY, f"{memory / MEBIBYTE:.0f} MiB"


SITEMAP = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
SITEMAP_BOMBS: dict[str, Callable[[], bytes]] = {
    "file.xml.gz": lambda: page(
        bomb("gzip", start=SITEMAP), "Content-Type: application/gzip"
    ),
    "filled.xml.gz": lambda: page(
        bomb("gzip", start=SITEMAP, filling=b"<url><loc>/a</loc></url>"),
        "Content-Type: application/gzip",
    ),
    "one-text.xml.gz": lambda: page(
        bomb("gzip", start=SITEMAP + b"<url><loc>", filling=b"a"), "Content-Type: application/gzip"
    ),
    "encoded.xml": lambda: page(
        bomb("br", start=SITEMAP), "Content-Type: application/xml", "Content-Encoding: br"
    ),
    "zstd.xml": lambda: page(
        bomb("zstd", start=SITEMAP), "Content-Type: application/xml", "Content-Encoding: zstd"
    ),
    "twice.xml.gz": lambda: page(
        gzip.compress(bomb("gzip", start=SITEMAP)), "Content-Type: application/gzip",
        "Content-Encoding: gzip",
    ),
    "redirected.xml": lambda: redirect("/encoded.xml"),
}  # fmt: skip


def test_a_bomb_among_sitemaps_costs_no_article(server: HostileServer, tmp_path: Path) -> None:
    paths = [f"/world/2026/01/05/an-article-of-number-{one}/" for one in range(20)]
    for path in paths:
        server.lists(path)
    for name, make in SITEMAP_BOMBS.items():
        server.answers[f"/{name}"] = make()
    told = "".join(f"<url><loc>{server.url}{path}</loc></url>" for path in paths)
    server.answers["/good.xml"] = page(
        SITEMAP + told.encode() + b"</urlset>", "Content-Type: application/xml"
    )
    named = [*SITEMAP_BOMBS, "good.xml"]
    lines = "".join(f"Sitemap: {server.url}/{one}\n" for one in named)
    server.answers["/robots.txt"] = text(f"User-agent: *\nAllow: /\n{lines}")
    server.answers["/"] = page("<html><body><h1>The site</h1></body></html>")
    crawled, memory = crawl(server, tmp_path, "site", lambda _: f"{server.url}/")
    reader = Reader(crawled.feeds)
    reader.read()
    assert {server.url + path for path in paths} == reader.urls, crawled.ended.told
    assert crawled.ended.code == 12
    assert memory < MOST_MEMORY, f"{memory / MEBIBYTE:.0f} MiB"


@pytest.mark.parametrize(
    "robots",
    [
        pytest.param(lambda: page(bomb("br"), "Content-Encoding: br"), id="packed"),
        pytest.param(
            lambda: head("200 OK", *HTML) + b"# comment\n" * (8 * MEBIBYTE // 10), id="8 MiB"
        ),
    ],
)
def test_a_robots_txt_that_is_a_bomb_holds_up_no_other_site(
    robots: Callable[[], bytes], server: HostileServer, tmp_path: Path
) -> None:
    server.answers["/robots.txt"] = robots()
    server.lists("/world/2026/01/05/an-article-behind-a-bomb/")
    crawled, memory = crawl(
        server, tmp_path, "series", lambda room: f"{server.listing},{room.listing}"
    )
    assert crawled.good_articles() == crawled.room.urls, crawled.ended.told
    assert memory < MOST_MEMORY, f"{memory / MEBIBYTE:.0f} MiB"
