"""A crawl that is recorded and replayed gives the same items, and a replay needs no network."""

from __future__ import annotations

import gzip
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.folder import FolderArchive
from newscrawler.archives.settings import record_settings, replay_settings
from newscrawler.archives.storage import ReplayStorage
from tests.archives.rover import crawl

PROJECT_ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "/": "<html><a href=/a>1</a><a href=/old>2</a><a href=/gone>3</a><a href=/list?page=2>4</a>",
    "/a": "<html><p>Löschboote im Hafen</p><a href='/caf%C3%A9'>5</a><a href=/hop>6</a>",
    "/a/b": "<html>below a page</html>",
    "/list?page=2": "<html>second page<a href=/busy>7</a></html>",
    "/café": "<html>an escaped name</html>",
    "/new": "<html>the page behind the redirect<a href=/a/b>8</a></html>",
}
REDIRECTS = {"/old": "/new", "/hop": "/old?again"}


class Harbour(BaseHTTPRequestHandler):
    """Serves PAGES, packed, with redirects, a missing and an overloaded page."""

    def do_GET(self) -> None:
        path = self.path.replace("%C3%A9", "é")
        if path.partition("?")[0] in REDIRECTS:
            self.answer(301, "", {"Location": REDIRECTS[path.partition("?")[0]]})
        elif path == "/busy":
            self.answer(503, "<html>busy</html>", {})
        else:
            self.answer(200 if path in PAGES else 404, PAGES.get(path, "<html>gone"), {})

    def answer(self, status: int, text: str, headers: dict[str, str]) -> None:
        body = gzip.compress(text.encode())
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Encoding": "gzip",
            **headers,
        }
        self.send_response(status)
        for name, value in {
            **headers,
            "Set-Cookie": "visit=1",
            "Content-Length": len(body),
        }.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Harbour) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def recorded(site: str, tmp_path: Path) -> tuple[str, Path, list[dict[str, Any]]]:
    """Return the address, the folder and the items of a crawl that was recorded."""
    settings = {"RETRY_ENABLED": False, **record_settings(tmp_path / "saved")}
    crawl(site, tmp_path / "live.jsonl", settings)
    return site, tmp_path / "saved", items(tmp_path / "live.jsonl")


def items(feed: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in feed.read_text(encoding="utf-8").splitlines()]


def by_url(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda item: str((item["url"], item.get("asked_for"))))


def test_a_replay_gives_the_items_of_the_recorded_crawl(
    recorded: tuple[str, Path, list[dict[str, Any]]], tmp_path: Path
) -> None:
    start, folder, live = recorded
    assert {item["status"] for item in live} == {200, 404, 503}
    assert [item for item in live if item["asked_for"]], "no redirect was followed"
    crawler = crawl(start, tmp_path / "replay.jsonl", replay_settings(folder))
    assert by_url(items(tmp_path / "replay.jsonl")) == by_url(live)
    assert crawler.stats is not None
    assert crawler.stats.get_value("replay/missing") is None
    assert crawler.stats.get_value("replay/found") == len(FolderArchive(folder))


def test_a_recorded_page_can_be_read_and_is_dated(
    recorded: tuple[str, Path, list[dict[str, Any]]],
) -> None:
    start, folder, live = recorded
    host = start.removeprefix("http://").strip("/")
    assert (folder / host / "a.html").read_text(encoding="utf-8") == PAGES["/a"]
    sidecar = json.loads((folder / host / "a.html.http.json").read_text(encoding="utf-8"))
    [item] = [item for item in live if item["url"] == f"{start}a"]
    assert sidecar == {
        "url": f"{start}a",
        "status": 200,
        "headers": {"content-type": "text/html; charset=utf-8"},
        "retrieved_at": item["retrieved_at"],
    }


def test_recording_counts_each_page_once(site: str, tmp_path: Path) -> None:
    settings = {"RETRY_ENABLED": False, **record_settings(tmp_path / "saved")}
    stats = crawl(site, tmp_path / "recorded.jsonl", settings).stats
    plain = crawl(site, tmp_path / "plain.jsonl", {"RETRY_ENABLED": False}).stats
    assert stats is not None
    assert plain is not None
    assert stats.get_value("record/stored") == stats.get_value("downloader/response_count")
    unpacked = "httpcompression/response_count"
    assert stats.get_value(unpacked) == plain.get_value(unpacked)


def test_two_replays_are_the_same_bytes(
    recorded: tuple[str, Path, list[dict[str, Any]]], tmp_path: Path
) -> None:
    start, folder, _ = recorded
    for name in ("one", "two"):
        crawl(start, tmp_path / name, replay_settings(folder))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_page_that_is_not_saved_reaches_the_errback_and_is_told_once(
    recorded: tuple[str, Path, list[dict[str, Any]]],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    start, folder, _ = recorded
    for file in folder.rglob("b.html*"):
        file.unlink()
    with caplog.at_level(logging.INFO, "newscrawler.archives"):
        crawler = crawl(start, tmp_path / "replay.jsonl", replay_settings(folder))
    [failed] = [item for item in items(tmp_path / "replay.jsonl") if "failed" in item]
    assert failed == {"url": f"{start}a/b", "failed": "IgnoreRequest"}
    assert crawler.stats is not None
    assert crawler.stats.get_value("replay/missing") == 1
    assert caplog.text.count(f"Not in the archive: <GET {start}a/b>") == 1


def test_a_page_that_cannot_be_read_is_missing_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    page = tmp_path / "saved" / "news.example" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<html>front</html>")
    storage = ReplayStorage(Settings(replay_settings(tmp_path / "saved")))
    page.unlink()
    crawler = Crawler(Spider)
    crawler.stats = MemoryStatsCollector(crawler)
    spider = Spider("rover")
    spider.crawler = crawler
    assert storage.retrieve_response(spider, Request("https://news.example/")) is None
    assert crawler.stats.get_value("replay/missing") == 1
    assert f"{page}: cannot be read" in caplog.text


def test_a_page_of_unknown_time_has_none_after_a_redirect_either(tmp_path: Path) -> None:
    host = tmp_path / "saved" / "news.example"
    host.mkdir(parents=True)
    (host / "new.html").write_text("<html>new</html>")
    (host / "index.html.http.json").write_text(
        '{"status": 301, "headers": {"Location": "/new"}, "retrieved_at": "2019-01-27T18:17:27Z"}'
    )
    crawl("https://news.example/", tmp_path / "feed", replay_settings(tmp_path / "saved"))
    [item] = items(tmp_path / "feed")
    assert (item["url"], item["retrieved_at"]) == ("https://news.example/new", None)


def test_a_replay_opens_no_socket(
    recorded: tuple[str, Path, list[dict[str, Any]]],
    tmp_path: Path,
    no_network: Callable[..., Any],
) -> None:
    start, folder, live = recorded
    feed = tmp_path / "offline.jsonl"
    run = no_network(sys.executable, "-m", "tests.archives.rover", start, folder, feed)
    assert run.returncode == 0, run.stderr
    assert by_url(items(feed)) == by_url(live)


def test_a_page_that_cannot_be_written_fails_loudly(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = record_settings(tmp_path / "saved")
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / site.removeprefix("http://").strip("/")).write_text("in the way")
    crawl(site, tmp_path / "feed", settings)
    assert items(tmp_path / "feed") == [{"url": site, "failed": "ArchiveError"}]


@pytest.mark.parametrize("make", [replay_settings, record_settings], ids=["replay", "record"])
def test_a_path_that_is_no_archive_is_refused_before_the_crawl(
    make: Callable[[Path], object], tmp_path: Path
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no archive")
    with pytest.raises(ArchiveError, match=r"notes\.txt"):
        make(path)
