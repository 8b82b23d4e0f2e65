"""Addresses without end come to an end by a rule that says so; articles are found all the same."""

from __future__ import annotations

import html
import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newscrawler.network.traps import FRUITS_WORTH, Patterns, Shape, kind_of_trap, patterns_of
from newscrawler.normalise.urls import url_key
from tests.hostile_server import Answer, HostileServer, hostile, page, redirect, text
from tests.newsroom import Newsroom
from tests.unattended import Reader, Workplace

SHAPE = Shape(length=2083, segments=20, repeats=2)
SITE = "https://news.example"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/world/2026/01/05/a-story-of-the-harbour/", None),
        ("/2011/11/11/11/a-story/", None),
        ("/a/a/story/", None),
        ("/news/2026/news/2026/a-story/", None),
        ("/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t", None),
        ("/a/a/a/", "trap_path_repeats"),
        ("/world/a/a/a/a/story/", "trap_path_repeats"),
        ("/en/news/en/news/en/news/", "trap_path_repeats"),
        ("/x/a/b/c/a/b/c/a/b/c/", "trap_path_repeats"),
        ("/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u", "trap_path_depth"),
        (f"/{'a' * 2100}/", "url_too_long"),
        (f"/?q={'a' * 2100}", "url_too_long"),
    ],
)
def test_an_address_has_a_shape(path: str, reason: str | None) -> None:
    assert SHAPE.fault(SITE + path) == reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/calendar/2026/01/05/", "/calendar/2027/12/31/"),
        ("/events/2026-01-05/", "/events/2026-02/"),
        ("/list?page=1", "/list?page=999"),
        ("/list?b=1&a=2", "/list?a=9&b=8"),
        ("/world/the-mayor-of-northport/", "/world/a-ferry-on-the-river/"),
        ("/item/9f86d081884c7d65/", "/item/60303ae22b998861/"),
        ("/20190127/1549960001.html", "/20190130/1549960999.html"),
    ],
)
def test_addresses_that_are_made_alike_have_one_pattern(one: str, other: str) -> None:
    assert patterns_of(SITE + one) == patterns_of(SITE + other)


def test_all_hosts_of_a_site_have_one_pattern() -> None:
    assert patterns_of("https://a1.news.example/x/1") == patterns_of("https://b2.news.example/x/2")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/world/the-mayor-of-northport/", "/sport/the-mayor-of-northport/"),
        ("/calendar/2026/01/05/", "/world/2026/01/05/"),
        ("/world/2026/01/05/", "/world/2026/01/05/the-mayor-of-northport/"),
        ("/list/?page=1", "/list/?sort=1"),
    ],
)
def test_other_addresses_have_other_patterns(one: str, other: str) -> None:
    assert patterns_of(SITE + one)[0] != patterns_of(SITE + other)[0]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/calendar/2026/01/05/", "trap_calendar"),
        ("/events/2026-01/", "trap_calendar"),
        ("/events?month=3&year=2026", "trap_calendar"),
        ("/events?tribe-bar-date=2026-03-01", "trap_calendar"),
        ("/a?sessionid=9f86d081", "trap_session"),
        ("/a?x=9f86d081884c7d65", "trap_session"),
        ("/shop?sort=price", "trap_facets"),
        ("/shop?colour=red&length=12", "trap_facets"),
        ("/a?x=12", "trap_query"),
        ("/tag/harbour/", "trap_pattern"),
    ],
)
def test_a_trap_is_named_by_what_it_counts(path: str, kind: str) -> None:
    assert kind_of_trap(SITE + path) == kind


def test_a_pattern_that_gives_nothing_is_closed_but_for_ever_rarer_probes() -> None:
    patterns = Patterns(limit=50)
    asked = 0
    for number in range(10_000):
        url = f"{SITE}/calendar/2026/{number}/"
        if patterns.closed(url) is None:
            asked += 1
            patterns.note(url, fruitful=False)
    assert asked == 50 + 14  # two to the thirteenth is the last probe


def test_a_pattern_of_articles_is_never_closed() -> None:
    patterns = Patterns(limit=50)
    for number in range(10_000):
        url = f"{SITE}/article.php?id={number}"
        assert patterns.closed(url) is None
        patterns.note(url, fruitful=number % 40 == 20)


def test_a_closed_pattern_opens_with_its_first_article() -> None:
    patterns = Patterns(limit=50)
    for number in range(60):
        patterns.note(f"{SITE}/about-us-{number}-page/", fruitful=False)
    assert patterns.is_closed(patterns_of(f"{SITE}/the-mayor-of-northport/")[0])
    patterns.note(f"{SITE}/the-mayor-of-northport/", fruitful=True)
    assert patterns.closed(f"{SITE}/a-ferry-on-the-river/") is None


@pytest.mark.parametrize(
    "url",
    [
        f"{SITE}/a;jsessionid=1A2B?x=1",
        f"{SITE}/a?x=1&PHPSESSID=5f4dcc3b5aa765d61d8327deb882cf99",
        f"{SITE}/a?sid=5f4dcc3b5aa765d61d8327deb882cf99&x=1",
        f"{SITE}/a?x=1&session_id=5f4dcc3b5aa765d61d8327",
        f"{SITE}/(S(lit3py55t21z5v55vlm25s55))/a?x=1",
    ],
)
def test_a_session_is_no_part_of_an_address(url: str) -> None:
    assert url_key(url) == url_key(f"{SITE}/a?x=1")


@pytest.mark.parametrize("query", ["sid=12345", "session=morning", "s=harbour-strike", "id=9f86d"])
def test_what_may_name_an_article_is_no_session(query: str) -> None:
    assert query in url_key(f"{SITE}/a?{query}")


# Crawls

LISTED = [f"/world/2026/01/{day:02}/a-story-of-the-harbour-{day}/" for day in range(1, 31)]
UNLISTED = [f"/world/2026/02/{day:02}/a-story-of-the-quay-{day}/" for day in range(1, 21)]
ENOUGH = 8  # pages that give nothing
MOST = ENOUGH + 8  # and their probes
JUNK = "<html><head><title>{0}</title></head><body><h1>{0}</h1><ul>{1}</ul></body></html>"


def trap_links(number: int) -> tuple[str, ...]:
    """Return links of one page into every trap; each page has others."""
    day = f"{2000 + number // 12}/{number % 12 + 1:02}"
    return (
        f"/calendar/{day}/{number % 28 + 1:02}/",
        f"/events?year={2000 + number}&month={number % 12 + 1}",
        f"{LISTED[0]}?visit={number * 7919:x}",
        f"{LISTED[1]}?PHPSESSID={number:032x}",
        f"/shop?sort={number}&colour={number + 1}",
        f"/more/{number}/",
        f"/deep{'/world/more' * (number % 5 + 3)}/",
        f"/long/{'a' * 2200}-{number}/",
    )


def make_up(server: HostileServer, path: str) -> Answer | None:
    base = urlsplit(path).path
    if base in LISTED:
        return page(server.article(base))
    if base.startswith("/more/"):  # the same article for ever, and three more of them
        number = int(base.split("/")[2])
        more = [f"/more/{number * 3 + one}/" for one in range(1, 4)]
        links = "".join(f'<li><a href="{one}">Read on here: {one}</a></li>' for one in more)
        box = f'<section class="related"><h2>Related stories</h2><ul>{links}</ul></section>'
        return page(server.article(LISTED[2]).replace("</main>", f"{box}</main>"))
    if base.startswith(("/calendar/", "/events", "/shop")):
        links = "".join(f'<li><a href="{one}">{one}</a></li>' for one in trap_links(len(path)))
        return page(JUNK.format(base, links))
    return None


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile() as server:
        yield server


@pytest.fixture
def work(server: HostileServer, tmp_path: Path) -> Iterator[Workplace]:
    room = Newsroom(1)  # not opened: only its address is needed
    options = ("-a", f"url={server.listing}", "-s", f"NEWSCRAWLER_MAX_FRUITLESS={ENOUGH}")
    yield Workplace(tmp_path, room, *options)
    room.server_close()


def reasons(feeds: Path) -> set[str]:
    lines = [one for file in feeds.rglob("*.drops.jsonl") for one in file.read_text().splitlines()]
    return {json.loads(one)["reason"] for one in lines}


def delivered(feeds: Path) -> set[str]:
    reader = Reader(feeds)
    reader.read()
    assert reader.faults == []
    return {urlsplit(url).path for url in reader.urls}


def test_related_links_into_traps_end_and_articles_are_found(
    server: HostileServer, work: Workplace
) -> None:
    for path in LISTED:
        server.lists(path)
    for number, path in enumerate(LISTED):
        server.related[path] = (*trap_links(number), UNLISTED[number % len(UNLISTED)])
    server.make_up = lambda path: (
        page(server.article(path)) if path in UNLISTED else make_up(server, path)
    )
    ended = work.crawl("-a", "related=all", timeout=200)
    found = delivered(work.feeds) & {*LISTED, *UNLISTED}
    assert len(found) >= 0.99 * len([*LISTED, *UNLISTED]), ended.told

    asked = Counter(kind_of(path) for _, path in server.requests)
    assert asked["session"] == asked["deep"] == asked["long"] == 0
    for kind in ("visit", "more", "calendar", "events", "shop"):
        assert 0 < asked[kind] <= MOST, (kind, asked, ended.told)
    expected = {
        "trap_calendar", "trap_facets", "trap_query", "trap_pattern", "trap_path_repeats",
    }  # fmt: skip
    assert expected <= reasons(work.feeds)
    (account,) = ended.report["series"]
    for reason in expected:
        assert f"{reason}: " in account["stopped"]
        assert reason in ended.stderr
    assert ended.code == 0


def kind_of(path: str) -> str:
    if "PHPSESSID" in path:
        return "session"
    if "?visit=" in path:
        return "visit"
    return urlsplit(path).path.strip("/").partition("/")[0]


def test_articles_behind_pages_that_are_none_are_found(
    server: HostileServer, work: Workplace
) -> None:
    pages = [f"/what-we-say-of-us-{number}/" for number in range(3 * ENOUGH)]
    articles = [f"/a-story-of-the-harbour-{number}/" for number in range(30)]
    traps = [path for number in range(90) for path in trap_links(number)]
    for path in articles:
        server.lists(path)
    server.make_up = lambda path: (
        page(JUNK.format(path, "")) if path in pages else make_up(server, path)
    )
    told = "".join(
        f"<url><loc>{html.escape(server.url + path)}</loc>"
        f"<lastmod>{date(2090, 1, 1) - timedelta(number)}</lastmod></url>"
        for number, path in enumerate([*pages, *traps, *articles])
    )
    server.answers["/sitemap.xml"] = page(
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{told}</urlset>',
        "Content-Type: application/xml",
    )
    server.answers["/robots.txt"] = text(f"Sitemap: {server.url}/sitemap.xml\n")
    server.answers["/"] = page(JUNK.format("The site", ""))
    started = work.start_scrapy(
        *("crawl", "site", "-a", f"url={server.url}/", "-s", "DOWNLOAD_DELAY=0"),
        *("-s", f"NEWSCRAWLER_MAX_FRUITLESS={ENOUGH}", "--report", work.folder / "report.json"),
    )
    ended = started.end(timeout=200)
    assert delivered(work.feeds) >= set(articles), ended.told
    asked = Counter(kind_of(path) for _, path in server.requests)
    assert asked["deep"] == asked["long"] == 0
    assert asked["session"] <= 1
    for kind in ("calendar", "events", "shop"):
        assert 0 < asked[kind] <= MOST, (kind, asked, ended.told)
    for kind in ("visit", "more"):  # one was an article, and so worth a look at fifty more
        assert 0 < asked[kind] <= MOST + FRUITS_WORTH, (kind, asked, ended.told)
    expected = {"trap_calendar", "trap_facets", "trap_query", "trap_path_repeats"}
    assert expected <= reasons(work.feeds), ended.told


def test_a_run_asks_for_a_bounded_number_of_pages_and_the_next_goes_on(
    server: HostileServer, work: Workplace
) -> None:
    for path in LISTED[:10]:
        server.lists(path)
    first = work.crawl("-s", "NEWSCRAWLER_MAX_PAGES_PER_SITE=6")
    assert len(delivered(work.feeds)) == 6
    assert first.code == 12
    assert "6 pages of 127.0.0.2 asked for, 4 left to the next run" in first.told
    second = work.crawl()
    assert second.code == 0, second.told
    assert delivered(work.feeds) == set(LISTED[:10])


def test_a_redirect_is_followed_where_a_run_has_met_its_limit(
    server: HostileServer, work: Workplace
) -> None:
    for path in LISTED[:3]:
        server.lists(path)
    server.answers[LISTED[1]] = redirect(UNLISTED[0])
    server.answers[UNLISTED[0]] = page(server.article(UNLISTED[0]))
    ended = work.crawl("-s", "NEWSCRAWLER_MAX_PAGES=2")
    assert delivered(work.feeds) == {LISTED[0], UNLISTED[0]}, ended.told
    assert ended.report["pages"]["pending"] == 0
    assert server.asked(LISTED[2]) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NEWSCRAWLER_MAX_PAGES", "many"),
        ("NEWSCRAWLER_MAX_URL_LENGTH", "-1"),
        ("NEWSCRAWLER_MAX_FRUITLESS", "1.5"),
        ("NEWSCRAWLER_CONNECT_TIMEOUT", "soon"),
        ("DOWNLOAD_MAXSIZE", ""),
    ],
)
def test_a_limit_that_is_no_number_is_told_before_the_first_request(
    name: str, value: str, server: HostileServer, work: Workplace
) -> None:
    began = time.monotonic()
    ended = work.crawl("-s", f"{name}={value}")
    assert ended.code == 4
    assert f"{name}={value!r} is no" in ended.stderr
    assert server.requests == []
    assert time.monotonic() - began < 30
