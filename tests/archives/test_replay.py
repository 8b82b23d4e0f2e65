"""`scrapy crawl --replay` with archives of several files, at a moment, and what it tells."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.archives.warc_files import packed, warc_record
from tests.conftest import RunCommand

LISTING = "https://courier.example/series/harbour/"
TEXT = " ".join(f"Sentence {n} tells how the ferry came to stay in the harbour." for n in range(30))


def listing(*numbers: int) -> str:
    entries = "".join(
        f'<li><h2><a href="/news/{n}">The ferry stays in the harbour, day {n}</a></h2></li>'
        for n in numbers
    )
    return f"<html><head><title>Harbour</title></head><body><h1>Harbour</h1><ul>{entries}</ul>"


def article(number: int, text: str = TEXT) -> str:
    told = {"@type": "NewsArticle", "headline": f"The ferry stays in the harbour, day {number}",
            "datePublished": f"2019-01-{number:02}T09:00:00Z"}  # fmt: skip
    return (
        f'<html><head><script type="application/ld+json">{json.dumps(told)}</script></head><body>'
        f"<article><h1>{told['headline']}</h1><p>Day {number}. {text}</p></article></body></html>"
    )


def page(url: str, text: str, date: str, **fields: str) -> bytes:
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    return warc_record(head.encode() + text.encode(), url, date=f"{date}T08:00:00Z", **fields)


@pytest.fixture
def archives(tmp_path: Path) -> list[Path]:
    """Two files: the listing as it was twice, and its articles; the second one is damaged."""
    listings = [
        page(LISTING, listing(1, 2) + "</body></html>", "2019-01-03"),
        page(LISTING, listing(1, 2, 3, 4) + "</body></html>", "2019-01-05"),
    ]
    news = [
        page(f"https://courier.example/news/{n}", article(n), f"2019-01-{n + 1:02}")
        for n in range(1, 4)
    ]
    cut = page(
        "https://courier.example/news/4", article(4), "2019-01-05", WARC_Truncated="disconnect"
    )
    first, second = tmp_path / "listings.warc.gz", tmp_path / "news.warc.gz"
    first.write_bytes(packed(listings))
    second.write_bytes(packed([*news, cut]) + packed(listings)[:200])
    return [first, second]


def crawl(
    run: Callable[..., Any], tmp_path: Path, *options: str | Path
) -> tuple[Any, list[dict[str, Any]], dict[str, Any]]:
    feed, report = tmp_path / "feed.jsonl", tmp_path / "report.json"
    feed.unlink(missing_ok=True)
    found = run("crawl", "series", "-a", f"url={LISTING}", *options, "-O", feed, "--report", report)
    lines = feed.read_text(encoding="utf-8").splitlines() if feed.exists() else []
    told = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    return found, [json.loads(line) for line in lines], told


def test_several_archives_are_replayed_as_one(
    archives: list[Path], tmp_path: Path, run_scrapy: RunCommand
) -> None:
    replay = [option for path in archives for option in ("--replay", path)]
    run, articles, report = crawl(run_scrapy, tmp_path, *replay)
    urls = [one["url"].rpartition("/")[2] for one in articles]
    assert sorted(urls) == ["1", "2", "3"], run.stderr
    assert articles[0]["retrieved_at"].startswith("2019-01-0")
    assert report["replay"]["damaged"] == 1
    assert report["pages"]["failed"] == {"cut_short": 1}
    assert f"{archives[1]}: damaged stretches 1 (200 bytes), the first at byte" in run.stderr
    told = "saved pages: damaged stretches 1, records that cannot be read 0"
    assert told in report["explanation"]


def test_a_replay_is_of_the_moment_that_is_asked_for(
    archives: list[Path], tmp_path: Path, run_scrapy: RunCommand
) -> None:
    replay = ("--replay", tmp_path / "*.warc.gz")
    _, articles, _ = crawl(run_scrapy, tmp_path, *replay, "-a", "at=2019-01-03")
    urls = [one["url"].rpartition("/")[2] for one in articles]
    assert sorted(urls) == ["1", "2"]


def test_a_page_above_the_limit_of_a_live_crawl_is_refused_by_a_replay(
    archives: list[Path], tmp_path: Path, run_scrapy: RunCommand
) -> None:
    limit = ("-s", "DOWNLOAD_MAXSIZE=1500")
    _, articles, report = crawl(run_scrapy, tmp_path, "--replay", tmp_path, *limit)
    assert not articles
    assert report["pages"]["failed"] == {"cut_short": 1, "too_large": 3}


def test_the_second_replay_gives_the_same_bytes(
    archives: list[Path], tmp_path: Path, run_scrapy: RunCommand
) -> None:
    feeds = []
    for _ in range(2):
        crawl(run_scrapy, tmp_path, "--replay", tmp_path)
        feeds.append((tmp_path / "feed.jsonl").read_bytes())
    assert feeds[0] == feeds[1]


def test_a_replay_of_archives_needs_no_network(
    archives: list[Path], tmp_path: Path, no_network: RunCommand
) -> None:
    def run(*args: str | Path) -> Any:
        return no_network(sys.executable, "-m", "scrapy", *args)

    _, articles, _ = crawl(run, tmp_path, "--replay", tmp_path)
    assert len(articles) == 3


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["-a", "at=2019-01-03"], "at=... says which of the saved pages: it needs --replay"),
        (["--replay", "PATHS", "-a", "at=soon"], "at='soon' is no time like 2019-01-27"),
        (["--replay", "PATHS", "--replay", "absent.warc"], "absent.warc: does not exist"),
        (["--replay", "absent*.warc"], "absent*.warc: no file is so called"),
    ],
)
def test_what_cannot_be_replayed_is_a_usage_error(
    options: list[str], reason: str, archives: list[Path], tmp_path: Path, run_scrapy: RunCommand
) -> None:
    given = [str(tmp_path) if one == "PATHS" else one for one in options]
    run, articles, report = crawl(run_scrapy, tmp_path, *given)
    assert run.returncode == 2
    assert reason in run.stderr
    assert report["exit"] == "usage"
    assert not articles
