"""Which date is believed where a page states several, and in which form."""

from __future__ import annotations

import json

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.article import ArticlePage
from newscrawler.pages.reader import read_article

H1 = "<h1>The ferry returns</h1>"


def date_of(page: str, language: str = "de", path: str = "/ferry") -> str | None:
    body = f"<html lang={language}>{page}".encode()
    response = HtmlResponse(f"https://tide.example{path}", body=body, encoding="utf-8")
    return read_article(ArticlePage(response)).date_published


def ld(published: str, modified: str | None = None) -> str:
    node = {"@type": "NewsArticle", "headline": "The ferry returns", "datePublished": published}
    data = {**node, **({"dateModified": modified} if modified else {})}
    return f"<script type=application/ld+json>{json.dumps(data)}</script>"


def meta(name: str, content: str) -> str:
    return f"<meta property='{name}' content='{content}'>"


PUBLISHED = "article:published_time"
DAYS = {
    "printed before a meta element that may be of a change": (
        meta("dcterms.date", "2024-03-09") + H1 + "<time>2. März 2024</time>", "2024-03-02"),
    "data before what is printed": (
        ld("2024-03-02") + H1 + "<p>9. März 2024</p>", "2024-03-02"),
    "data before the picture's day": (
        ld("2024-03-02") + H1 + "<figcaption>Archiv (9. Mai 2023)</figcaption>", "2024-03-02"),
    "the earlier of two, where the later is the last change": (
        ld("2024-03-09", "2024-03-09") + meta(PUBLISHED, "2024-03-02"), "2024-03-02"),
    "the day of the change, where nothing is earlier": (
        ld("2024-03-09", "2024-03-09") + meta(PUBLISHED, "2024-03-09"), "2024-03-09"),
    "printed before what is later than the change": (
        meta(PUBLISHED, "2024-03-09T10:33:13Z") + meta("article:modified_time", "2024-03-09T10:32Z")
        + H1 + "<time datetime=2024-03-02>2. März</time>", "2024-03-02"),
    "two statements of the same kind are one voice": (
        ld("2024-03-02") + H1 + "<p>Abgerufen 9. Mai 2020</p>" * 3, "2024-03-02"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), DAYS.values(), ids=DAYS)
def test_a_day_is_believed(page: str, expected: str) -> None:
    assert date_of(page) == expected


@pytest.mark.parametrize(
    ("printed", "language", "path", "expected"),
    [
        ("03/02/2024", "en", "/2024/03/02/ferry", "2024-03-02"),
        ("03/02/2024", "en", "/2024/02/03/ferry", "2024-02-03"),
        ("03/02/2024", "en", "/ferry", "2024-02-03"),
        ("03/02/2024", "en-US", "/ferry", "2024-03-02"),
        ("03/02/2024", "en-US", "/2024/02/03/ferry", "2024-02-03"),
    ],
)
def test_the_address_tells_the_day_from_the_month(
    printed: str, language: str, path: str, expected: str
) -> None:
    assert date_of(f"{H1}<p>{printed}</p>", language, path) == expected


def test_english_is_american_where_the_page_says_so_elsewhere() -> None:
    page = meta("og:locale", "en_US") + H1 + "<p>03/02/2024</p>"
    assert date_of(page, "en") == "2024-03-02"
    assert date_of(page, "en-GB") == "2024-02-03"


TIMES = {
    "of the meta element, where the first has the day": (
        ld("2024-03-02") + meta(PUBLISHED, "2024-03-02T10:15:00+01:00"),
        "2024-03-02T10:15:00+01:00"),
    "of a script": (
        H1 + "<p>2. März 2024</p><script>a = {'pub_date': '2024-03-02T09:15:00Z'}</script>",
        "2024-03-02T09:15:00Z"),
    "with the offset that another place gives to the clock": (
        ld("2024-03-02T10:15:00") + meta(PUBLISHED, "2024-03-02T10:15:00+01:00"),
        "2024-03-02T10:15:00+01:00"),
    "with the offset and not with a Z put to local time": (
        ld("2024-03-02T10:15:00Z") + meta(PUBLISHED, "2024-03-02T10:15:00+01:00"),
        "2024-03-02T10:15:00+01:00"),
    "with the offset of the change": (
        ld("2024-03-02T10:15:00", "2024-03-03T08:00:00+01:00"), "2024-03-02T10:15:00+01:00"),
    "without the offset of another season": (
        ld("2024-03-02T10:15:00", "2024-06-03T08:00:00+02:00"), "2024-03-02T10:15:00"),
    "without the offset of a change in UTC": (
        ld("2024-03-02T10:15:00", "2024-03-03T08:00:00Z"), "2024-03-02T10:15:00"),
    "in the zone whose clock readers see, where their day is another": (
        ld("2024-03-02T23:30:00Z") + H1 + "<p>3. März 2024, 00:30 Uhr</p>",
        "2024-03-03T00:30:00+01:00"),
    "in UTC where the day is the same": (
        ld("2024-03-02T09:15:00Z") + H1 + "<p>2. März 2024, 10:15 Uhr</p>",
        "2024-03-02T09:15:00Z"),
    "of the data and not of another line of the day": (
        ld("2024-03-02T04:05:00+01:00") + H1 + "<time datetime=2024-03-02T20:15+01:00>x</time>",
        "2024-03-02T04:05:00+01:00"),
    "of most of the data": (
        ld("2024-03-02T04:05:00Z") + meta(PUBLISHED, "2024-03-02T06:00:00Z")
        + meta("parsely-pub-date", "2024-03-02T06:00:00Z"), "2024-03-02T06:00:00Z"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), TIMES.values(), ids=TIMES)
def test_a_time_is_taken(page: str, expected: str) -> None:
    assert date_of(page) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2024-03-02T00:00:00Z", "2024-03-02"),
        ("2024-03-02T00:00:00.000+00:00", "2024-03-02"),
        ("2024-03-02T00:00", "2024-03-02"),
        ("2024-03-02T00:00:00+01:00", "2024-03-02T00:00:00+01:00"),
        ("2024-03-02T00:00:01Z", "2024-03-02T00:00:01Z"),
    ],
)
def test_midnight_in_no_zone_of_a_place_is_a_day(stated: str, expected: str) -> None:
    assert date_of(ld(stated)) == expected
