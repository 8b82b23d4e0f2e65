"""The series crawl as a user runs it: on the saved world, again, without a network, and live."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from newscrawler.items import Article
from newscrawler.normalise.urls import url_key
from tests.conftest import PROJECT_ROOT, RunCommand, SavedSite, run_command

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

WORLD = PROJECT_ROOT / "fixtures" / "world"
EXPECTED = PROJECT_ROOT / "fixtures" / "expected"
COURIER = "https://courier.example"
STRIKE = f"{COURIER}/series/northport-harbour-strike/"
FIRST = f"{COURIER}/world/2026/10/14/dockers-walk-out-48213/"
SERIES = {one["name"]: one for one in json.loads((EXPECTED / "series.json").read_text())}
DROPS = json.loads((EXPECTED / "drops.json").read_text())
# Hosts without a publisher's file; what the others' pages say is a matter of their own tests.
GENERAL = {file.stem for file in EXPECTED.glob("*.jsonl")}
# What a run decides and not the page.
BY_THE_RUN = ("provenance", "request_url", "version", "changed", "first_seen")


@dataclass
class Crawl:
    """A finished crawl: its exit code, what it printed, and its four feeds."""

    code: int
    stdout: str
    stderr: str
    feed: Path

    def lines(self, kind: str = "") -> list[dict[str, Any]]:
        path = self.feed.with_suffix(f".{kind}.jsonl") if kind else self.feed
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def articles(self) -> dict[str, dict[str, Any]]:
        return {line["url"]: line for line in self.lines()}

    def drops(self) -> dict[str, str]:
        return {line["url"]: line["reason"] for line in self.lines("drops")}

    def account(self) -> dict[str, Any]:
        (account,) = self.lines("series")
        return account

    def bytes(self) -> list[bytes]:
        kinds = ("", ".series", ".links", ".drops")
        return [self.feed.with_suffix(f"{kind}.jsonl").read_bytes() for kind in kinds]


def crawl(feed: Path, *arguments: str | Path, replay: Path | None = WORLD) -> Crawl:
    live: list[str | Path] = ["-s", "DOWNLOAD_DELAY=0", "--state", feed.with_name("state.sqlite")]
    saved: list[str | Path] = ["--replay", replay] if replay else live
    run = run_command(
        sys.executable, "-m", "scrapy", "crawl", "series", "-O", feed, *saved, *arguments
    )
    return Crawl(run.returncode, run.stdout, run.stderr, feed)


def expected_of(host: str) -> dict[str, dict[str, Any]]:
    text = (EXPECTED / f"{host}.jsonl").read_text(encoding="utf-8")
    return {line["url"]: line for line in map(json.loads, text.splitlines())}


@pytest.fixture(scope="module")
def strike(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl(tmp_path_factory.mktemp("strike") / "feed.jsonl", "-a", f"url={STRIKE}")


def test_the_crawl_of_the_saved_series_is_complete(strike: Crawl) -> None:
    assert strike.code == 0, strike.stderr


def test_every_article_of_the_series_comes_exactly_once(strike: Crawl) -> None:
    urls = Counter(line["url"] for line in strike.lines())
    assert urls == Counter(SERIES["Northport Harbour Strike"]["delivered"])


FIELDS = [field.name for field in fields(Article) if field.name not in BY_THE_RUN]


@pytest.mark.parametrize("field", FIELDS)
def test_the_articles_of_the_series_have_the_expected(field: str, strike: Crawl) -> None:
    expected = expected_of("courier.example")
    got = {url: line.get(field) for url, line in strike.articles().items()}
    assert got == {url: expected[url].get(field) for url in got}


def test_the_account_says_how_complete_the_series_is(strike: Crawl) -> None:
    expected, account = SERIES["Northport Harbour Strike"], strike.account()
    counts = {"advertised": 47, "listed": 46, "new": 40, "updated": 0, "known": 0, "failed": 1}
    assert {name: account[name] for name in counts} == counts
    assert account["listing_pages"] == expected["listing_pages"]
    assert account["stopped"] == "the next page had been read"
    assert account["missing"] == 7
    assert sorted(account["missing_articles"], key=lambda one: one["url"]) == sorted(
        expected["missing"], key=lambda one: one["url"]
    )


def test_the_last_line_on_the_terminal_is_the_account(strike: Crawl) -> None:
    assert strike.stdout.splitlines()[-1] == (
        "Northport Harbour Strike: advertised 47, listed 46, new 40, updated 0, known 0, "
        "failed 1, missing 7"
    )


def test_every_page_that_is_no_article_is_in_the_drops_feed(strike: Crawl) -> None:
    drops = strike.drops()
    listed = {one["url"]: one["reason"] for one in SERIES["Northport Harbour Strike"]["missing"]}
    assert {url: drops.get(url) for url in listed} == listed
    others = {url: reason for url, reason in drops.items() if url not in listed}
    assert others == dict.fromkeys(
        SERIES["Northport Harbour Strike"]["other_series"], "other_series"
    )


def test_a_dropped_copy_names_the_article_that_was_kept(strike: Crawl) -> None:
    (copy,) = [line for line in strike.lines("drops") if line["reason"] == "duplicate_text"]
    assert copy["in_favour_of"] in strike.articles()


def test_the_links_feed_has_an_edge_for_each_related_article(strike: Crawl) -> None:
    edges = [(line["from_url"], line["to_url"], line["block"]) for line in strike.lines("links")]
    related = [
        (url, other["url"], other["block"])
        for url, line in strike.articles().items()
        for other in line.get("related", [])
    ]
    assert sorted(edges) == sorted(related)
    assert {block for _, _, block in edges} == {"related", "read_more", "inject"}


@pytest.mark.parametrize(
    "start",
    [
        FIRST,
        f"{COURIER}/amp/world/2026/10/14/dockers-walk-out-48213/",
        "http://www.courier.example/world/2026/10/27/tug-crews-vote-to-join-48429/?utm_source=x",
        f"{FIRST},{STRIKE}",
        f"{STRIKE},http://www.courier.example/series/northport-harbour-strike",
        f"{STRIKE}?page=3",
    ],
    ids=["article", "amp-twin", "redirected", "article-and-listing", "twice", "third-page"],
)
def test_any_start_leads_to_the_same_articles(start: str, strike: Crawl, tmp_path: Path) -> None:
    other = crawl(tmp_path / "feed.jsonl", "-a", f"url={start}")
    assert other.code == 0, other.stderr
    assert {url: _by_the_page(line) for url, line in other.articles().items()} == {
        url: _by_the_page(line) for url, line in strike.articles().items()
    }
    assert len(other.lines()) == 40


def _by_the_page(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in BY_THE_RUN}


def test_twice_in_a_row_gives_the_same_bytes(strike: Crawl, tmp_path: Path) -> None:
    assert crawl(tmp_path / "feed.jsonl", "-a", f"url={STRIKE}").bytes() == strike.bytes()


def test_without_a_network_the_bytes_are_the_same(
    strike: Crawl, no_network: RunCommand, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.jsonl"
    run = no_network(
        sys.executable, "-m", "scrapy", "crawl", "series",
        "-a", f"url={STRIKE}", "--replay", WORLD, "-O", feed,
    )  # fmt: skip
    assert Crawl(run.returncode, run.stdout, run.stderr, feed).bytes() == strike.bytes()


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("courier.example", "Coastal Rail Works"),
        ("sputniknews.com", "Political Crisis in Valdoria"),
        ("en.rian.ru", "Eruption of Mount Karhavik"),
        ("alnahar-alsahil.example", "أزمة المياه"),
        ("kurier-polnoc.example", "Most kolejowy"),
        ("lerivage.example", "Grève du port"),
    ],
)
def test_the_other_series_of_the_world_are_delivered_whole(
    host: str, name: str, tmp_path: Path
) -> None:
    series = SERIES[name]
    run = crawl(tmp_path / "feed.jsonl", "-a", f"url={series['url']}")
    assert run.code == 0, run.stderr
    assert sorted(run.articles()) == sorted(series["delivered"])
    assert run.account()["name"] == name
    assert run.account()["listed"] == series["listed"]
    if host in GENERAL:
        expected = expected_of(host)
        for url, line in run.articles().items():
            assert _by_the_page(line) == {"id": line["id"], **expected[url]}


def test_a_series_without_a_listing_is_found_whole_by_its_related_articles(
    tmp_path: Path,
) -> None:
    series = SERIES["The Lighthouse Letters"]
    start = "https://inselbote.example/island/ninety-years-of-stamps.html"
    run = crawl(tmp_path / "feed.jsonl", "-a", f"url={start}")
    assert run.code == 0, run.stderr
    assert sorted(run.articles()) == series["delivered"]
    expected = expected_of("inselbote.example")
    for url, line in run.articles().items():
        assert _by_the_page(line) == {"id": line["id"], **expected[url]}
    account = run.account()
    assert (account["listed"], account["listing_pages"], account["failed"]) == (5, 0, 1)
    assert account["stopped"] == "no listing: related articles followed to their end"
    assert run.drops() == {
        series["other_series"][0]: "other_series",
        "https://inselbote.example/island/a-page-that-is-gone.html": "http_404",
    }


def test_the_links_feed_says_which_articles_are_of_the_series(
    strike: Crawl, tmp_path: Path
) -> None:
    series = SERIES["Northport Harbour Strike"]
    said = {line["to_url"]: line.get("in_series") for line in strike.lines("links")}
    assert {url for url, it in said.items() if it is False} == set(series["other_series"])
    # What is listed is of the series, delivered or not; a link may lead to another address of it.
    redirected = {line["request_url"] for line in strike.lines() if "request_url" in line}
    members = {url_key(url) for url in (*strike.articles(), *redirected)}
    missing = {url_key(one["url"]) for one in series["missing"]}
    assert {url_key(url) for url, it in said.items() if it} <= members | missing
    assert all(said[url] for url in strike.articles() if url in said)


def test_a_twin_whose_article_is_not_there_is_delivered_itself(tmp_path: Path) -> None:
    twin = "world/2026/10/14/dockers-walk-out-48213"
    saved = tmp_path / "saved" / "courier.example" / "amp" / twin
    shutil.copytree(WORLD / "courier.example" / "amp" / twin, saved)
    run = crawl(
        tmp_path / "feed.jsonl", "-a", f"url={COURIER}/amp/{twin}/", replay=tmp_path / "saved"
    )
    (article,) = run.lines()
    assert article["headline"] == expected_of("courier.example")[FIRST]["headline"]
    assert article["url"] == f"{COURIER}/amp/{twin}/"
    assert article["canonical_url"] == FIRST


def test_an_article_of_no_series_is_delivered_and_said_to_be_alone(tmp_path: Path) -> None:
    alone = "https://courier.example/lives/2026/10/07/the-bell-that-rang-thirteen-48102/"
    run = crawl(tmp_path / "feed.jsonl", "-a", f"url={alone}")
    assert run.code == 0
    assert list(run.articles()) == [alone]
    assert f"names no series, so only it is delivered: {alone}" in run.stderr
    assert run.stdout.splitlines()[-1] == "No series: 1 articles delivered"


def test_two_series_of_one_run_have_an_account_each(tmp_path: Path) -> None:
    rail = SERIES["Coastal Rail Works"]
    run = crawl(tmp_path / "feed.jsonl", "-a", f"url={STRIKE},{rail['url']}")
    accounts = {line["name"]: line for line in run.lines("series")}
    assert {name: line["new"] for name, line in accounts.items()} == {
        "Northport Harbour Strike": 40,
        "Coastal Rail Works": len(rail["delivered"]),
    }
    assert len(run.lines()) == 40 + len(rail["delivered"])


def test_a_state_that_knows_another_series_delivers_the_same(strike: Crawl, tmp_path: Path) -> None:
    known = ("--state", tmp_path / "known.sqlite", "-a", "related=2")
    rail = SERIES["Coastal Rail Works"]
    assert crawl(tmp_path / "rail.jsonl", "-a", f"url={rail['url']}", *known).code == 0
    run = crawl(tmp_path / "feed.jsonl", "-a", f"url={STRIKE}", *known)
    assert run.articles().keys() == strike.articles().keys()
    assert run.account()["new"] == 40


def test_a_run_that_names_no_feed_leaves_a_batch_of_its_series(tmp_path: Path) -> None:
    run = run_command(
        sys.executable, "-m", "scrapy", "crawl", "series",
        "-a", f"url={SERIES['Most kolejowy']['url']}", "--replay", WORLD,
        cwd=tmp_path,
        env={"SCRAPY_SETTINGS_MODULE": "newscrawler.settings", "PYTHONPATH": str(PROJECT_ROOT)},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    feeds = sorted(path.relative_to(tmp_path / "feeds") for path in tmp_path.glob("feeds/*/*"))
    assert {path.parent.name for path in feeds} == {"kurier-polnoc.example-most-kolejowy"}
    kinds = [re.sub(r"^000001-\d{8}T\d{6}Z", "", path.name) for path in feeds]
    assert kinds == [".jsonl", ".links.jsonl", ".series.jsonl"]


def test_an_article_feed_on_standard_output_is_nothing_else() -> None:
    run = run_command(
        sys.executable, "-m", "scrapy", "crawl", "series",
        "-a", f"url={SERIES['Most kolejowy']['url']}", "--replay", WORLD, "-O", "-",
    )  # fmt: skip
    urls = [json.loads(line)["url"] for line in run.stdout.splitlines()]
    assert sorted(urls) == sorted(SERIES["Most kolejowy"]["delivered"])
    assert "Most kolejowy: listed 3, new 3" in run.stderr


# Live


@pytest.fixture
def site(serve: Callable[[Path], SavedSite]) -> SavedSite:
    return serve(WORLD / "courier.example")


def test_the_site_served_live_gives_the_feed_of_its_replay(
    strike: Crawl, site: SavedSite, tmp_path: Path
) -> None:
    start = STRIKE.replace(COURIER, site.url)
    live = crawl(tmp_path / "feed.jsonl", "-a", f"url={start}", replay=None)
    assert live.code == 0, live.stderr
    replayed = [_moved(line, site) for line in strike.lines()]
    assert [_without_time(line) for line in live.lines()] == replayed
    assert all(re.fullmatch(r"\d{4}-.*Z", line["retrieved_at"]) for line in live.lines())


def _moved(line: dict[str, Any], site: SavedSite) -> dict[str, Any]:
    text = site.relocate(json.dumps(line).encode()).decode()
    moved = json.loads(text.replace('"courier.example', '"127.0.0.1'))
    return _without_time(moved)


def _without_time(line: dict[str, Any]) -> dict[str, Any]:
    """Leave out the time of retrieval, and an address asked for that is no other here."""
    return {
        name: value
        for name, value in line.items()
        if name not in {"retrieved_at", "first_seen"}
        and not (name == "request_url" and value == line["url"])
    }


def test_a_page_reached_on_five_ways_is_fetched_once(site: SavedSite, tmp_path: Path) -> None:
    start = STRIKE.replace(COURIER, site.url)
    crawl(tmp_path / "feed.jsonl", "-a", f"url={start}", "-a", "related=2", replay=None)
    asked = Counter(path.partition("?utm")[0] for path in site.requests)
    assert {path: times for path, times in asked.items() if times > 1} == {}


def test_what_a_live_crawl_records_replays_to_the_same_articles(
    site: SavedSite, tmp_path: Path
) -> None:
    start, saved = STRIKE.replace(COURIER, site.url), tmp_path / "saved"
    live = crawl(tmp_path / "live.jsonl", "-a", f"url={start}", "--record", saved, replay=None)
    replay = crawl(tmp_path / "replay.jsonl", "-a", f"url={start}", replay=saved)
    assert live.bytes() == replay.bytes()
    assert len(replay.lines()) == 40


# Arguments


def test_max_articles_stops_the_crawl_and_says_so(tmp_path: Path) -> None:
    run = crawl(tmp_path / "feed.jsonl", "-a", f"url={STRIKE}", "-a", "max_articles=7")
    assert run.code == 0
    assert len(run.lines()) == 7
    assert run.account()["stopped"] == "max_articles reached"


def test_since_and_until_keep_the_articles_of_those_days(strike: Crawl, tmp_path: Path) -> None:
    run = crawl(
        tmp_path / "feed.jsonl",
        "-a", f"url={STRIKE}", "-a", "since=2026-10-20", "-a", "until=2026-10-22",
    )  # fmt: skip
    assert run.code == 0
    days = ("2026-10-20", "2026-10-21", "2026-10-22")
    wanted = {u for u, line in strike.articles().items() if line["date_published"][:10] in days}
    assert set(run.articles()) == wanted
    assert len(wanted) > 3


def test_a_period_without_articles_gives_none_and_is_no_failure(tmp_path: Path) -> None:
    run = crawl(tmp_path / "feed.jsonl", "-a", f"url={STRIKE}", "-a", "since=2027-01-01")
    assert run.code == 0
    assert run.lines() == []
    assert run.account()["stopped"] == "articles before 2027-01-01"
    assert run.account()["listing_pages"] == 1


def test_related_0_reads_the_listing_alone(strike: Crawl, tmp_path: Path) -> None:
    run = crawl(tmp_path / "feed.jsonl", "-a", f"url={STRIKE}", "-a", "related=0")
    only_related = set(SERIES["Northport Harbour Strike"]["only_related"])
    assert set(run.articles()) == set(strike.articles()) - only_related
    assert "other_series" not in run.drops().values()


def test_scope_site_keeps_related_articles_of_other_series(strike: Crawl, tmp_path: Path) -> None:
    run = crawl(tmp_path / "feed.jsonl", "-a", f"url={STRIKE}", "-a", "scope=site")
    others = set(SERIES["Northport Harbour Strike"]["other_series"])
    assert set(run.articles()) == set(strike.articles()) | others
    assert run.account()["new"] == len(strike.articles())


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_feed_is_compressed_by_its_name(suffix: str, strike: Crawl, tmp_path: Path) -> None:
    feed = tmp_path / f"feed.jsonl{suffix}"
    crawl(feed, "-a", f"url={STRIKE}")
    unpack = gzip.decompress if suffix == ".gz" else zstd.decompress
    assert unpack(feed.read_bytes()) == strike.feed.read_bytes()
    assert (tmp_path / f"feed.series.jsonl{suffix}").is_file()


# When it goes wrong


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "url="),
        (["-a", "url=courier.example"], "'courier.example'"),
        (["-a", f"url={STRIKE},ftp://courier.example/x"], "ftp://courier.example/x"),
        (["-a", f"url={STRIKE}", "-a", "related=many"], "related='many'"),
        (["-a", f"url={STRIKE}", "-a", "pages=3"], "pages"),
        (["-a", f"url={STRIKE}", "-a", "cls=x"], "cls"),
        (["-a", f"url={STRIKE}", "-o", "s3://bucket/feed.jsonl"], "s3:"),
        (["-a", f"url={STRIKE}", "--replay", "no/such/folder"], "no/such/folder"),
        (["-a", f"url={STRIKE}", "-o", "feed.csv"], "feed.csv"),
        (["-a", f"url={STRIKE}", "--record", "saved"], "--replay and --record"),
    ],
)
def test_wrong_usage_is_named_and_exits_with_2(
    arguments: list[str], named: str, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.jsonl"
    run = crawl(feed, *arguments)
    assert run.code == 2
    assert named in run.stderr
    assert "Traceback" not in run.stderr
    assert not feed.exists()


def test_an_unknown_spider_exits_with_2() -> None:
    run = run_command(sys.executable, "-m", "scrapy", "crawl", "seriez")
    assert run.returncode == 2
    assert "'seriez'" in run.stderr


def test_a_start_page_that_is_not_there_exits_with_9_and_leaves_the_old_feed(
    tmp_path: Path,
) -> None:
    feed = tmp_path / "feed.jsonl"
    feed.write_text('{"url":"https://tide.example/yesterday/"}\n')
    run = crawl(feed, "-a", "url=https://tide.example/today/")
    assert run.code == 9
    assert "https://tide.example/today/: not_in_replay" in run.stderr
    assert feed.read_text() == '{"url":"https://tide.example/yesterday/"}\n'


def test_one_start_of_two_that_is_not_there_makes_the_run_partial(tmp_path: Path) -> None:
    run = crawl(tmp_path / "feed.jsonl", "-a", f"url={STRIKE},https://tide.example/today/")
    assert run.code == 12
    assert len(run.lines()) == 40


@pytest.mark.parametrize(
    "start",
    [one["url"] for one in SERIES["Northport Harbour Strike"]["missing"] if "lock" in one["url"]]
    + [f"{COURIER}/world/2026/10/22/pilots-to-meet-on-thursday-48344/"],
    ids=["consent-wall", "soft-404"],
)
def test_a_start_page_that_is_no_article_is_named(start: str, tmp_path: Path) -> None:
    run = crawl(tmp_path / "feed.jsonl", "-a", f"url={start}")
    assert run.code == 9
    assert f"cannot start: {start}: {DROPS[start]}" in run.stderr
