"""The crawl of a whole site from its feeds and sitemaps, as a user runs it, on a server."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawler.discovery.entries import Entry
from newscrawler.spiders.arguments import Period
from newscrawler.spiders.reading_list import Document, Rank, ReadingList, sitemap_at, widened
from newscrawler.spiders.site_arguments import SiteArguments
from tests.newsroom import Conduct, opened
from tests.newssite import NewsSite
from tests.unattended import Ended, Reader, Started, Workplace, accounted

ARTICLES = 20


class SiteWorkplace(Workplace):
    """A folder in which a whole site is crawled again and again."""

    room: NewsSite

    def crawl_site(self, *options: str | Path, url: str = "") -> Ended:
        return self.start_site(*options, url=url).end(120)

    def start_site(self, *options: str | Path, url: str = "") -> Started:
        (self.folder / "report.json").unlink(missing_ok=True)
        start = ("-a", f"url={url or self.room.home}", "-s", "DOWNLOAD_DELAY=0")
        files = ("--state", self.state, "--report", self.folder / "report.json")
        return self.start_scrapy("crawl", "site", *start, *files, *options)

    def lines(self) -> list[dict[str, Any]]:
        reader = Reader(self.feeds)
        reader.read()
        assert not reader.faults
        return reader.lines


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with opened(NewsSite(ARTICLES)) as room:
        assert isinstance(room, NewsSite)
        room.publish()
        yield room


@pytest.fixture
def work(tmp_path: Path, site: NewsSite) -> SiteWorkplace:
    return SiteWorkplace(tmp_path / "work", site)


def account_of(ended: Ended) -> dict[str, Any]:
    (account,) = ended.report["series"]
    assert isinstance(account, dict)
    return account


def test_a_site_is_delivered_whole_each_article_once_and_the_next_run_asks_for_none(
    site: NewsSite, work: SiteWorkplace
) -> None:
    first = work.crawl_site()
    assert first.code == 0, first.told
    assert sorted(one["url"] for one in work.lines()) == sorted(site.urls)
    assert set(site.articles_asked().values()) == {1}
    assert site.listing.removeprefix(site.url) not in site.asked()  # a sitemap names it
    assert account_of(first)["stopped"] == "end of the feeds and sitemaps"
    assert accounted(first.report) == first.report["pages"]["asked"] == ARTICLES + 6
    assert [one.path for one in site.visits].count("/robots.txt") == 1
    assert f"series of {ARTICLES} articles: Harbour Strike: {site.listing}" in first.stderr
    [named] = first.report["series_named"]
    assert named == {"name": "Harbour Strike", "url": site.listing, "articles": ARTICLES}

    visits = len(site.visits)
    second = work.crawl_site()
    assert second.code == 0, second.told
    assert not site.articles_asked(visits)
    assert {one.status for one in site.visits[visits:]} == {304}
    assert f"0 new: {ARTICLES} listed, {ARTICLES} already known" in second.stdout

    (new,) = site.add()
    site.publish()
    third = work.crawl_site()
    assert third.code == 0, third.told
    assert account_of(third)["new"] == 1
    assert work.lines()[-1]["url"] == site.url + new.path
    assert len(work.lines()) == ARTICLES + 1


def test_the_newest_articles_come_first(site: NewsSite, work: SiteWorkplace) -> None:
    run = work.crawl_site("-a", "max_articles=7")
    assert run.code == 0, run.told
    newest = [site.url + one.path for one in list(reversed(site.stories.values()))[:7]]
    assert [one["url"] for one in work.lines()] == newest
    assert account_of(run)["stopped"] == "max_articles reached"
    assert "/sitemaps/index.xml" not in site.asked()


def test_since_leaves_out_older_articles_and_the_sitemaps_of_before(
    site: NewsSite, work: SiteWorkplace
) -> None:
    run = work.crawl_site("-a", "since=2026-01-09")
    assert run.code == 0, run.told
    wanted = [one for one in site.stories.values() if f"{one.published:%F}" >= "2026-01-09"]
    assert {one["url"] for one in work.lines()} == {site.url + one.path for one in wanted}
    assert "/sitemaps/old.xml.gz" not in site.asked()
    asked = set(site.articles_asked())
    assert not {one.path for one in site.stories.values() if one.published.day < 8} & asked


@pytest.mark.parametrize(
    ("path", "body", "fault"),
    [
        ("/feeds/latest", "<rss><channel><item><title>One", "broken off within the rss"),
        ("/feeds/latest", "<html><body>Not today</body></html>", "an HTML page"),
        ("/sitemaps/news.xml", "", "empty"),
        ("/sitemaps/old.xml.gz", "\x1f\x8b", "not known"),
    ],
)
def test_a_document_that_cannot_be_read_is_named_and_the_rest_is_delivered(
    path: str, body: str, fault: str, site: NewsSite, work: SiteWorkplace
) -> None:
    site.serve("/sitemaps/new.xml.gz", site.sitemap(site.stories.values()))
    site.serve(path, body.encode("latin-1"))
    run = work.crawl_site()
    assert run.code == 12, run.told
    assert {one["url"] for one in work.lines()} == site.urls
    stopped = account_of(run)["stopped"]
    assert path in stopped
    assert fault in stopped


def test_a_feed_that_is_gone_makes_the_run_partial(site: NewsSite, work: SiteWorkplace) -> None:
    site.conducts["/feeds/latest"] = Conduct(404)
    run = work.crawl_site()
    assert run.code == 12, run.told
    assert len(work.lines()) == ARTICLES
    assert f"{site.url}/feeds/latest: http_404" in account_of(run)["stopped"]


def test_a_feed_or_a_sitemap_to_start_from_is_read_alone(
    site: NewsSite, work: SiteWorkplace
) -> None:
    run = work.crawl_site(url=f"{site.url}/sitemaps/news.xml")
    assert run.code == 0, run.told
    assert len(work.lines()) == 10
    assert not {"/", "/feeds/latest", "/sitemaps/index.xml"} & set(site.asked())


def test_a_start_that_cannot_be_read_is_no_start(site: NewsSite, work: SiteWorkplace) -> None:
    run = work.crawl_site(url=site.serve("/feeds/latest", "no feed"))
    assert run.code == 9, run.told
    assert "/feeds/latest: is no feed or sitemap" in run.stderr


def test_the_usual_places_are_tried_where_a_site_names_none(
    site: NewsSite, work: SiteWorkplace
) -> None:
    site.links.clear()
    site.name_in_robots()
    site.serve("/rss.xml", site.rss(site.stories.values()))
    run = work.crawl_site()
    assert run.code == 0, run.told
    assert len(work.lines()) == ARTICLES
    assert site.asked()["/sitemap_index.xml"] == 1


def test_the_front_page_serves_where_there_is_no_feed_and_no_sitemap(
    site: NewsSite, work: SiteWorkplace
) -> None:
    site.links.clear()
    site.name_in_robots()
    site.front = list(site.stories.values())[:4]
    run = work.crawl_site()
    assert run.code == 0, run.told
    assert {one["url"] for one in work.lines()} == {site.url + one.path for one in site.front}


def test_documents_are_read_no_further_than_asked_for(site: NewsSite, work: SiteWorkplace) -> None:
    run = work.crawl_site("-a", "documents=1")
    assert run.code == 0, run.told
    assert len(work.lines()) == 5
    assert account_of(run)["stopped"].startswith("1 documents read, ")


@pytest.mark.parametrize(
    ("conduct", "code"), [(Conduct(404), 9), (Conduct(403), 18)], ids=["gone", "blocked"]
)
def test_a_start_page_that_cannot_be_had_is_told_by_the_exit_code(
    conduct: Conduct, code: int, site: NewsSite, work: SiteWorkplace
) -> None:
    site.conducts["/"] = conduct
    run = work.crawl_site()
    assert run.code == code, run.told
    assert f"cannot start: {site.home}" in run.stderr


def test_a_sitemap_that_robots_txt_forbids_is_not_read(site: NewsSite, work: SiteWorkplace) -> None:
    robots = "User-agent: *\nDisallow: /sitemaps/\nSitemap: /sitemaps/news.xml\n"
    site.serve("/robots.txt", robots, "text/plain")
    run = work.crawl_site()
    assert len(work.lines()) == 5
    assert run.code == 18, run.told
    assert not any(path.startswith("/sitemaps/") for path in site.asked())


def test_a_run_that_was_stopped_is_completed_by_the_next(
    site: NewsSite, work: SiteWorkplace
) -> None:
    work.crawl_site("-a", "max_articles=3")
    run = work.crawl_site()
    assert run.code == 0, run.told
    assert sorted(one["url"] for one in work.lines()) == sorted(site.urls)
    # The first run had asked for one or two more when it had enough.
    assert sum(site.articles_asked().values()) <= ARTICLES + 2


def test_a_run_that_was_killed_is_completed_by_the_next(
    site: NewsSite, work: SiteWorkplace
) -> None:
    site.delay = 0.02
    started = work.start_site()
    assert started.wait_for(lambda: len(site.articles_asked()) >= 8)
    started.send(signal.SIGKILL)
    assert started.end().code == -signal.SIGKILL
    run = work.crawl_site()
    assert run.code == 0, run.told
    assert sorted(one["url"] for one in work.lines()) == sorted(site.urls)
    assert sum(site.articles_asked().values()) <= ARTICLES + 2


def test_an_article_of_a_feed_is_asked_for_though_the_feed_has_dropped_it(
    site: NewsSite, work: SiteWorkplace
) -> None:
    work.crawl_site("-a", "max_articles=2")
    newest = list(reversed(site.stories.values()))
    site.name_in_robots()
    site.serve("/feeds/latest", site.rss(newest[:1]), "application/rss+xml")
    run = work.crawl_site("-s", "NEWSCRAWLER_ROBOTS_AGE=1")  # second; it is kept for a day
    assert run.code == 0, run.told
    assert {one["url"] for one in work.lines()} == {site.url + one.path for one in newest[:5]}


# The list of what is read


def test_an_index_is_read_newest_first_and_news_before_all() -> None:
    reading = ReadingList(9, Period())
    reading.add([
        sitemap_at("https://tide.example/a.xml", 1, "2026-01-01"),
        Document("https://tide.example/guess.xml", Rank.GUESS),
        sitemap_at("https://tide.example/b.xml", 1, "2026-03-01"),
        sitemap_at("https://tide.example/sitemap-news.xml", 1, "2025-01-01"),
        sitemap_at("https://tide.example/a.xml", 2, "2026-09-01"),
    ])  # fmt: skip
    documents = iter(reading.next_document, None)
    names = [one.url.rpartition("/")[2] for one in documents if one]
    assert names == ["sitemap-news.xml", "b.xml", "a.xml", "guess.xml"]


def test_an_index_that_leads_round_in_circles_comes_to_an_end() -> None:
    reading = ReadingList(9, Period())
    reading.add([sitemap_at("https://tide.example/a.xml", 4)])
    assert reading.next_document() is None
    assert reading.too_deep == 1


@pytest.mark.parametrize(
    ("date", "modified", "wanted"),
    [
        ("2026-01-10", None, True),
        ("2026-01-09T23:30:00Z", None, True),
        ("2026-01-08", None, False),
        ("2026-01-21", None, True),
        ("2026-01-22", None, False),
        (None, "2026-01-08", False),
        (None, "2026-03-01", True),
        ("2026-01-15", "2026-03-01", True),
        (None, None, True),
    ],
)
def test_the_period_is_a_day_wider_for_what_only_a_feed_says(
    date: str | None, modified: str | None, wanted: bool
) -> None:
    arguments = SiteArguments.read(
        url="https://tide.example/", since="2026-01-10", until="2026-01-20"
    )
    reading = ReadingList(9, widened(arguments.period))
    assert reading.may_hold(Entry("https://tide.example/", None, date, modified)) is wanted


@pytest.mark.parametrize(
    ("argument", "value"),
    [("documents", "0"), ("documents", "many"), ("related", "1"), ("scope", "site"), ("x", "1")],
)
def test_a_wrong_argument_is_named(argument: str, value: str) -> None:
    with pytest.raises(ValueError, match=argument):
        SiteArguments.read(url="https://tide.example/", **{argument: value})


def test_discover_lists_the_series_of_a_site_and_leaves_nothing_behind(
    site: NewsSite, work: SiteWorkplace
) -> None:
    run = work.scrapy("discover", site.home, "-s", "DOWNLOAD_DELAY=0", "--pages", "3", "--json")
    assert run.code == 0, run.told
    (found,) = map(json.loads, run.stdout.splitlines())
    assert found == {
        "name": "Harbour Strike", "url": site.listing, "advertised": ARTICLES,
        "newest": f"{max(one.published for one in site.stories.values()):%F}", "articles": ARTICLES,
    }  # fmt: skip
    assert sum(site.articles_asked().values()) == 3
    assert {one.name for one in work.folder.iterdir()} == {"stdout", "stderr"}


def test_discover_finds_a_series_that_only_a_sitemap_names(
    site: NewsSite, work: SiteWorkplace
) -> None:
    start = site.serve("/topics.xml", site.sitemap((), site.listing))
    run = work.scrapy("discover", start, "-s", "DOWNLOAD_DELAY=0")
    assert run.code == 0, run.told
    assert f"{ARTICLES}          {ARTICLES}  Harbour Strike  {site.listing}" in run.stdout


def test_discover_prints_a_table_with_the_newest_series_first(work: SiteWorkplace) -> None:
    world = Path(__file__).resolve().parents[1] / "fixtures" / "world"
    run = work.scrapy("discover", "https://courier.example/", "--replay", world)
    assert run.code == 0, run.told
    heading, strike, rail = run.stdout.splitlines()
    assert heading.split() == ["newest", "seen", "advertised", "name", "address"]
    assert strike.split()[0] == "2026-11-03"
    assert "47  Northport Harbour Strike  https://courier.example/series/" in strike
    assert "Coastal Rail Works" in rail


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "name one site"),
        (("https://tide.example/", "https://b.example/"), 2, "name one site"),
        (("tide.example",), 2, "'tide.example'"),
        (("https://tide.example/", "--pages", "no"), 2, "pages='no'"),
        (("http://127.0.0.1:9/",), 9, "cannot start: http://127.0.0.1:9/"),
    ],
)
def test_discover_says_what_is_wrong(
    arguments: tuple[str, ...], code: int, said: str, work: SiteWorkplace
) -> None:
    run = work.scrapy("discover", *arguments, "-s", "RETRY_ENABLED=False")
    assert run.code == code, run.told
    assert said in run.stderr
