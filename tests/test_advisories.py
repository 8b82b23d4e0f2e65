"""Every public advisory on Scrapy that can touch a crawl of ours, tried on real servers.

Most are long mended in Scrapy; these tests hold with the project's settings, whatever Scrapy does.
"""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import brotli
import pytest
from scrapy.pipelines.media import MediaPipeline
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from newscrawler.exit_codes import ExitCode
from tests.listeners import Authority, Ears, context_of, speaking_tls
from tests.newsroom import Conduct, opened
from tests.newssite import NewsSite, SiteDesk
from tests.unattended import Ended, Reader, Workplace

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SECRET = "canary-authorization-3c71"
POLICY_FILE = "called-by-a-header"
PEAK = 200 * 2**20  # bytes: what a crawl may take, whatever it is sent


def settings() -> Settings:
    found = Settings()
    found.setmodule("newscrawler.settings")
    return found


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workplace]:
    with opened(Ears(6)) as room:
        yield Workplace(tmp_path, room)


def assert_the_rest_is_complete(ended: Ended, work: Workplace, spoilt: int) -> None:
    """The other articles of the series are delivered, and nothing broke."""
    assert ended.code in {ExitCode.COMPLETE, ExitCode.PARTIAL}, ended.told
    reader = Reader(work.feeds)
    reader.read()
    wanted = {work.room.url + path for path in list(work.room.stories)[spoilt:]}
    assert wanted <= reader.urls, ended.told
    assert reader.faults == []


def test_cve_2017_14158_no_pipeline_fetches_media(work: Workplace) -> None:
    """Files and images of a page fill the memory: never mended, so none is fetched."""
    pipelines = [load_object(name) for name in settings().getdict("ITEM_PIPELINES")]
    assert not [one for one in pipelines if issubclass(one, MediaPipeline)]
    for path, story in work.room.stories.items():
        picture = f'<meta property="og:image" content="{work.room.url}/huge.jpg"></head>'
        page = work.room.article_page(story).replace("</head>", picture)
        work.room.conducts[path] = Conduct(body=page)
    ended = work.crawl()
    assert_the_rest_is_complete(ended, work, 0)
    assert "/huge.jpg" not in work.room.asked()


class Spread(NamedTuple):
    """A crawl with a password for one origin, whose pages lead to others in every way."""

    ended: Ended
    work: Workplace
    own: Ears
    others: dict[str, Ears]


WAYS = {301: "", 302: "", 303: "", 307: "", 308: "", 200: "refresh"}


@pytest.fixture(scope="module")
def spread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spread]:
    folder = tmp_path_factory.mktemp("spread")
    authority = Authority.made_in(folder)
    context = context_of(authority.ca.issue_cert("127.0.0.1"))
    with (
        opened(Ears(2 + 3 * len(WAYS))) as own,
        opened(Ears(1)) as port,
        speaking_tls(context, Ears(1)) as (scheme, _),
    ):
        assert isinstance(own, Ears)
        assert isinstance(port, Ears)
        assert isinstance(scheme, Ears)
        host = port.url.replace("127.0.0.1", "localhost")
        targets = {"host": host, "port": port.url, "scheme": scheme.url}
        paths = iter(own.stories)
        for name, target in targets.items():
            for status, refresh in WAYS.items():
                own.conducts[next(paths)] = leading(status, f"{target}/{name}/{status}", refresh)
        own.robots = Conduct(301, headers={"Location": f"{host}/robots.txt"})
        (folder / "one_password.py").write_text(
            "from newscrawler.settings import *\n"
            f"HTTPAUTH_USER, HTTPAUTH_PASS = 'me', {SECRET!r}\n"
            f"HTTPAUTH_DOMAIN = '127.0.0.1:{own.server_port}'\n"
            f"DEFAULT_REQUEST_HEADERS = {{'X-Api-Key': {SECRET!r}}}\n",
            encoding="utf-8",
        )
        work = Workplace(folder / "work", own)
        ended = work.crawl(
            SSL_CERT_FILE=str(authority.file),
            SCRAPY_SETTINGS_MODULE="one_password",
            PYTHONPATH=f"{folder}{os.pathsep}{Path.cwd()}",
        )
        yield Spread(ended, work, own, {"port and host": port, "scheme": scheme})


def leading(status: int, target: str, refresh: str) -> Conduct:
    cookie = {"Set-Cookie": "id=canary-cookie; Domain=127.0.0.1; Path=/"}
    if refresh:
        body = f'<html><head><meta http-equiv="refresh" content="0; url={target}"></head></html>'
        return Conduct(status, body=body, headers=cookie)
    return Conduct(status, headers={"Location": target, **cookie})


def heard_by_others(spread: Spread) -> list[dict[str, str]]:
    told = [headers for other in spread.others.values() for _, headers in other.heard]
    assert len(told) >= len(WAYS), spread.ended.told
    assert "/robots.txt" in {path for path, _ in spread.others["port and host"].heard}
    return told


def test_cve_2021_41125_a_password_without_its_domain_is_refused(work: Workplace) -> None:
    """`http_user` was sent to every host that a crawl came to."""
    ended = work.crawl("-s", "HTTPAUTH_USER=me", "-s", f"HTTPAUTH_PASS={SECRET}")
    assert ended.code == ExitCode.CONFIGURATION, ended.told
    assert "HTTPAUTH_DOMAIN" in ended.stderr
    assert SECRET not in ended.stderr
    assert work.room.visits == []


@pytest.mark.parametrize("advisory", ["CVE-2021-41125", "CVE-2024-3574", "GHSA-4qqq-9vqf-3h3f"])
def test_a_password_stays_with_its_origin(advisory: str, spread: Spread) -> None:
    """`Authorization` went to robots.txt, another domain, another port, another scheme."""
    listing = [headers for path, headers in spread.own.heard if path.startswith("/series/")]
    assert all("Authorization" in headers and "X-Api-Key" in headers for headers in listing)
    for headers in heard_by_others(spread):
        assert "Authorization" not in headers
        assert SECRET not in str(headers)


@pytest.mark.parametrize("advisory", ["GHSA-cjvr-mfj7-j4j8", "GHSA-mfjm-vh54-3f96"])
def test_no_cookie_is_kept_or_sent(advisory: str, spread: Spread) -> None:
    """Cookies crossed redirects, and a site could set one for a public suffix."""
    assert len(spread.own.heard) > len(WAYS)
    every = [*heard_by_others(spread), *(headers for _, headers in spread.own.heard)]
    assert [headers for headers in every if "Cookie" in headers] == []


def test_the_crawl_of_them_all_is_accounted_for(spread: Spread) -> None:
    assert_the_rest_is_complete(spread.ended, spread.work, 3 * len(WAYS))


@pytest.mark.parametrize("advisory", ["GHSA-9x8m-2xpf-crp3", "GHSA-jm3v-qxmh-hxwv"])
def test_a_proxy_and_its_password_end_with_its_scheme(advisory: str, tmp_path: Path) -> None:
    """A redirect from http to https kept the proxy of http, and told the next one its password."""
    authority = Authority.made_in(tmp_path)
    context = context_of(authority.ca.issue_cert("127.0.0.1"))
    with opened(Ears(1)) as proxy, speaking_tls(context, Ears(3)) as (room, _):
        assert isinstance(proxy, Ears)
        assert isinstance(room, Ears)
        proxy.everywhere = Conduct(302, headers={"Location": room.listing})
        plain = room.listing.replace("https:", "http:")
        work = Workplace(tmp_path / "work", room, "-a", f"url={plain}")
        ended = work.crawl(
            SSL_CERT_FILE=str(authority.file),
            NEWSCRAWLER_TRUST_PROXY="1",
            http_proxy=f"http://me:{SECRET}@127.0.0.1:{proxy.server_port}",
            no_proxy="",
        )
    assert ended.code == ExitCode.COMPLETE, ended.told
    assert [path for path, headers in proxy.heard if "Proxy-Authorization" in headers]
    assert {path.partition(":")[0] for path, _ in proxy.heard if path[0] != "/"} == {"http"}
    assert ended.report["pages"]["new"] == 3
    assert [headers for _, headers in room.heard if "Proxy-Authorization" in headers] == []


HOSTILE_FEEDS = {
    "unclosed": "<rss><channel>" + "<item>" * 60_000,
    "blanks": "<rss><channel><item " + " " * 400_000 + "</item",
    "halves": "<rss><channel>" + "<item\n" * 60_000,
    "remarks": "<rss><channel>" + "<!--" * 100_000,
}


def test_cve_2024_1892_no_feed_takes_more_than_its_length(tmp_path: Path) -> None:
    """An expression of `XMLFeedSpider` took a time that grew with the square of a feed."""
    with opened(NewsSite(6)) as site:
        assert isinstance(site, NewsSite)
        site.publish()
        site.links.clear()
        for name, body in HOSTILE_FEEDS.items():
            site.serve(f"/feeds/{name}", body, "application/rss+xml")
            site.link(f"/feeds/{name}")
        work = Workplace(tmp_path, site)
        ended = work.start_scrapy(
            *("crawl", "site", "-a", f"url={site.home}", "-s", "DOWNLOAD_DELAY=0"),
            *("--state", work.state, "--report", tmp_path / "report.json"),
        ).end(timeout=120)
        assert set(site.asked()) >= {f"/feeds/{name}" for name in HOSTILE_FEEDS}
    # A loop that is blocked for half a minute ends the run as a bug.
    assert ended.code in {ExitCode.COMPLETE, ExitCode.PARTIAL}, ended.told
    assert ended.report["pages"]["new"] == 6


def packed(kind: str, size: int) -> bytes:
    """Return `size` zeros as a server sends them; made in parts, to stay small here too."""
    zeros, parts = b"0" * 2**20, size >> 20
    if kind == "br":
        brotli_maker = brotli.Compressor(quality=5)
        parts_packed = [brotli_maker.process(zeros) for _ in range(parts)]
        return bytes(b"".join([*parts_packed, brotli_maker.finish()]))
    if kind == "zstd":
        zstd_maker = zstd.ZstdCompressor()
        return b"".join(zstd_maker.compress(zeros) for _ in range(parts)) + zstd_maker.flush()
    window = {"gzip": 31, "deflate": 15}[kind]
    zlib_maker = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join(zlib_maker.compress(zeros) for _ in range(parts)) + zlib_maker.flush()


@pytest.mark.parametrize("kind", ["gzip", "deflate", "br", "zstd"])
def test_cve_2024_3572_and_cve_2025_6176_a_bomb_does_not_go_off(kind: str, tmp_path: Path) -> None:
    """A kilobyte that unpacks to a gigabyte was unpacked: gzip, then brotli and deflate."""
    bomb = packed(kind, 512 * 2**20)
    assert len(bomb) < 2**20
    with opened(NewsSite(6)) as room:
        assert isinstance(room, NewsSite)
        spoilt = next(iter(room.stories))
        room.RequestHandlerClass = bombing(spoilt, kind, bomb)
        work, peaks = Workplace(tmp_path, room, "-s", "RETRY_TIMES=0"), [0]
        run = work.start()
        run.wait_for(lambda: note_peak(run.process.pid, peaks) is not None, timeout=100)
        ended = run.end()
    assert sum(ended.report["pages"]["failed"].values()) == 1, ended.report["pages"]
    assert_the_rest_is_complete(ended, work, 1)
    assert 0 < max(peaks) < PEAK


def bombing(path: str, kind: str, bomb: bytes) -> type:
    class BombDesk(SiteDesk):
        def do_GET(self) -> None:  # noqa: N802
            if self.path == path:
                self.answer(200, {"Content-Encoding": kind}, bomb)
            else:
                super().do_GET()

    return BombDesk


def note_peak(process: int, peaks: list[int]) -> int | None:
    """Note the most memory that a process has taken; nothing is ever reached by it."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return None
    line = next((one for one in status.splitlines() if one.startswith("VmHWM")), "VmHWM: 0 kB")
    peaks.append(int(line.split()[1]) * 1024)
    return None


SCHEMES = {
    "file": "file:///etc/hostname", "ftp": "ftp://127.0.0.1/a", "data": "data:text/html,<h1>a</h1>",
    "s3": "s3://bucket/key", "gopher": "gopher://127.0.0.1/", "javascript": "javascript:alert(1)",
}  # fmt: skip


def test_ghsa_23j4_mw76_5v7h_no_redirect_leads_out_of_the_web(work: Workplace) -> None:
    """A redirect to `file:` read the crawler's own disk."""
    for path, url in zip(work.room.stories, list(SCHEMES.values())[:5], strict=False):
        work.room.conducts[path] = Conduct(302, headers={"Location": url})
    ended = work.crawl("-s", "RETRY_TIMES=0")
    assert_the_rest_is_complete(ended, work, 5)
    assert ended.report["pages"]["new"] == 1
    name = Path("/etc/hostname")
    if name.exists():
        kept = [it.read_bytes() for it in work.folder.rglob("*") if it.is_file()]
        text = name.read_text(encoding="utf-8").strip()
        assert len(text) < 6 or not any(text.encode() in content for content in kept)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_ghsa_23j4_mw76_5v7h_and_cve_2026_84366_no_handler_is_there_for(scheme: str) -> None:
    """`s3:` was signed over plain HTTP; here nothing of it is left."""
    handlers = settings().getwithbase("DOWNLOAD_HANDLERS")
    assert handlers.get(scheme) is None
    assert {name for name, handler in handlers.items() if handler} == {"http", "https"}


@pytest.mark.parametrize("url", ["s3://bucket/key", "file:///etc/hostname", "ftp://a.example/"])
def test_cve_2026_84366_such_an_address_is_no_start(url: str, work: Workplace) -> None:
    ended = work.scrapy("crawl", "series", "-a", f"url={url}")
    assert ended.code == ExitCode.USAGE, ended.told


def test_cve_2026_105782_a_header_calls_nothing(work: Workplace) -> None:
    """`Referrer-Policy` with an import path was imported, and called."""
    module = work.folder / "canary_policy.py"
    module.write_text(
        f"open({str(work.folder / POLICY_FILE)!r}, 'w').close()\ndef call(*args): raise SystemExit",
        encoding="utf-8",
    )
    told = ("sys.exit", "canary_policy.call", "os._exit", "builtins.exec")
    for header, (path, story) in zip(told, list(work.room.stories.items())[:4], strict=True):
        body = work.room.article_page(story)
        work.room.conducts[path] = Conduct(body=body, headers={"Referrer-Policy": header})
    ended = work.crawl(
        PYTHONPATH=f"{work.folder}{os.pathsep}{Path.cwd()}",
        PYTHONWARNINGS="default",  # Scrapy warns of a policy that it does not know
    )
    assert ended.code == ExitCode.COMPLETE, ended.told
    assert ended.report["pages"]["new"] == 6
    assert not (work.folder / POLICY_FILE).exists()


def test_a_bomb_of_the_tests_is_one() -> None:
    assert len(gzip.decompress(packed("gzip", 2**20))) == 2**20
    assert len(brotli.decompress(packed("br", 2**20))) == 2**20
    assert len(zstd.decompress(packed("zstd", 2**20))) == 2**20
    assert len(zlib.decompress(packed("deflate", 2**20))) == 2**20
