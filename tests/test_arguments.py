"""What a user types after `-a`, and what is said about it when it is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from newscrawler.spiders.arguments import Period, SeriesArguments


def test_one_address_and_nothing_else_is_enough() -> None:
    arguments = SeriesArguments.read(url="https://courier.example/a-48213/")
    assert arguments.urls == ("https://courier.example/a-48213/",)
    assert (arguments.related, arguments.scope, arguments.max_articles) == (1, "series", None)
    assert arguments.period == Period()


@pytest.mark.parametrize(
    ("typed", "urls"),
    [
        ("https://a.example/1,https://b.example/2", ["https://a.example/1", "https://b.example/2"]),
        ("https://a.example/1, http://b.example/2", ["https://a.example/1", "http://b.example/2"]),
        ("https://a.example/leak,3412.html", ["https://a.example/leak,3412.html"]),
        ("https://a.example/ticker,UMXw2qF", ["https://a.example/ticker,UMXw2qF"]),
        ("https://a.example/v1,strike-100.html", ["https://a.example/v1,strike-100.html"]),
        ("https://a.example/v1,b.html/print", ["https://a.example/v1,b.html/print"]),
        (
            "https://a.example/leak,3412.html,https://a.example/b,1.html",
            ["https://a.example/leak,3412.html", "https://a.example/b,1.html"],
        ),
        ("https://a.example/1,https://a.example/1", ["https://a.example/1"]),
        ("https://a.example/1?utm_source=x#top,", ["https://a.example/1"]),
        ("  HTTPS://A.example/1  ", ["https://a.example/1"]),
    ],
    ids=[
        "two",
        "blank",
        "comma-inside",
        "id",
        "slug",
        "page",
        "commas-inside-both",
        "twice",
        "tracking",
        "case",
    ],
)
def test_addresses_are_told_apart(typed: str, urls: list[str]) -> None:
    assert list(SeriesArguments.read(url=typed).urls) == urls


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({}, "url="),
        ({"url": "  "}, "url="),
        ({"url": "courier.example/a"}, "courier.example/a"),
        ({"url": "https://a.example/,ftp://a.example/b"}, "ftp://a.example/b"),
        ({"url": "https://a.example/,file:///etc/passwd"}, "file:///etc/passwd"),
        ({"url": "https://a.example/ nonsense"}, "nonsense"),
        ({"url": "https://[broken/"}, "https://[broken/"),
        ({"url": "https://a.example/,nonsense"}, "'nonsense'"),
        ({"url": "https://a.example/,not-a-url,https://b.example/"}, "'not-a-url'"),
        ({"url": "https://a.example/x-10001/,b.example/y-10002/"}, "'b.example/y-10002/'"),
        ({"url": "https://user:secret@a.example/"}, "user"),
        ({"url": "https://a.example/", "related": "10"}, "related='10'"),
        ({"url": "https://a.example/", "stop_known": "0"}, "stop_known='0'"),
        ({"url": "https://a.example/", "max_pages": "many"}, "max_pages='many'"),
        ({"url": "https://a.example/", "related": "-1"}, "related='-1'"),
        ({"url": "https://a.example/", "scope": "world"}, "scope='world'"),
        ({"url": "https://a.example/", "max_articles": "0"}, "max_articles='0'"),
        ({"url": "https://a.example/", "max_articles": "ten"}, "max_articles='ten'"),
        ({"url": "https://a.example/", "max_articles": "١٠"}, "max_articles"),
        ({"url": "https://a.example/", "since": "2026-02-30"}, "since='2026-02-30'"),
        ({"url": "https://a.example/", "until": "yesterday"}, "until='yesterday'"),
        (
            {"url": "https://a.example/", "since": "2026-02-02", "until": "2026-02-01"},
            "since=2026-02-02",
        ),
        ({"url": "https://a.example/", "browser": "yes"}, "browser='yes'"),
        ({"url": "https://a.example/", "ulr": "x"}, "ulr"),
    ],
)
def test_a_wrong_argument_is_named(arguments: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        SeriesArguments.read(**arguments)
    assert named in str(error.value)


@pytest.mark.parametrize(("typed", "hops"), [("0", 0), ("2", 2), ("9", 9), ("all", 100_000)])
def test_related_articles_are_followed_so_far(typed: str, hops: int) -> None:
    assert SeriesArguments.read(url="https://a.example/", related=typed).related == hops


def test_a_full_run_reads_past_what_is_known() -> None:
    arguments = {"url": "https://a.example/", "stop_known": "20"}
    assert SeriesArguments.read(**arguments).stop_known == 20
    assert SeriesArguments.read(**arguments, full="1").stop_known is None


@pytest.mark.parametrize("choice", ["auto", "0", "1"])
def test_the_browser_is_chosen(choice: str) -> None:
    url = "https://a.example/"
    assert SeriesArguments.read(url=url, browser=choice).browser == choice
    assert SeriesArguments.read(url=url).browser == "auto"


def test_the_period_is_read_as_days() -> None:
    arguments = SeriesArguments.read(
        url="https://a.example/", since="2026-10-01", until="2026-10-31", max_articles="7"
    )
    assert arguments.period == Period(date(2026, 10, 1), date(2026, 10, 31))
    assert arguments.max_articles == 7
