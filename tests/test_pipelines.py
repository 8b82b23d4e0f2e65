"""What the pipelines do to an article, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from newscrawler.items import Article, Author, Drop, Image, Publisher, Related, Series
from newscrawler.pipelines import DropDuplicates, Normalise, Validate

BODY = "The ferry left at noon.\n\nNobody was on the quay to see it, and the band had gone home."

SAME = {"headline": "Ferry 1 Leaves"}


def article(number: int = 1, **fields: Any) -> Article:
    values: dict[str, Any] = {
        "url": f"https://tide.example/news/ferry-{10000 + number}/",
        "id": f"tide.example:{10000 + number}",
        "headline": f"Ferry {number} Leaves",
        "body": f"{BODY} It was ferry number {number}, " + "the last of the season. " * 10,
        "publisher": Publisher(name="The Daily Tide", domain="tide.example"),
    }
    return Article(**{**values, **fields})


@pytest.mark.parametrize(
    ("field", "raw", "tidy"),
    [
        ("headline", "  Cafe\u0301 \n closes\u00a0early ", "Café closes early"),
        ("url", "HTTPS://Tide.example:443/a/../b/?gclid=x&id=3#c", "https://tide.example/b/?id=3"),
        ("canonical_url", "https://tide.example/a/?fbclid=1", "https://tide.example/a/"),
        ("canonical_url", "not an address", None),
        ("language", "en_gb", "en-GB"),
        ("language", "klingonish-language", None),
        ("body", "One  line.\r\n\r\n\r\n\r\nTwo\u200b lines. ", "One line.\n\nTwo lines."),
        ("keywords", ["#Ferry", "ferry", "Wick  Sands", ""], ["Ferry", "Wick Sands"]),
        ("breadcrumbs", [" World ", "Coast"], ["World", "Coast"]),
        ("section", " \u00a0 ", None),
        ("headline", "broken \ud83d half", "broken \ufffd half"),
    ],
)  # fmt: skip
def test_each_field_gets_its_one_form(field: str, raw: object, tidy: object) -> None:
    fields: dict[str, Any] = {field: raw}
    assert getattr(Normalise().process_item(article(**fields)), field) == tidy


def test_nested_records_are_tidied_and_said_once() -> None:
    raw = article(
        authors=[
            Author(name=" Nuala  Brace ", type="Person"),
            Author(name="NUALA BRACE", type="Person"),
        ],
        images=[
            Image(url="https://tide.example/a.jpg?utm_source=x", caption="  "),
            Image(url="https://tide.example/a.jpg"),
            Image(url="nowhere"),
        ],
        series=[Series(name=" Ferry  Inquiry ", url="https://tide.example/series/ferry/#list")],
        related=[
            Related(url="https://tide.example/x/?utm_source=y", block="related", position=1),
            Related(url="javascript:void(0)", block="related", position=2),
        ],
    )  # fmt: skip
    tidy = Normalise().process_item(raw)
    assert isinstance(tidy, Article)
    assert tidy.authors == [Author(name="Nuala Brace", type="Person")]
    assert tidy.images == [Image(url="https://tide.example/a.jpg")]
    assert tidy.series == [Series(name="Ferry Inquiry", url="https://tide.example/series/ferry/")]
    assert [one.url for one in tidy.related or []] == ["https://tide.example/x/"]


def test_normalising_twice_changes_nothing() -> None:
    once = Normalise().process_item(article(keywords=["a;b"], headline=" x\u2028y "))
    assert Normalise().process_item(once) == once


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"headline": None}, "no_headline"),
        ({"body": None}, "no_body"),
        ({"headline": None, "body": None}, "no_headline"),
    ],
)
def test_what_lacks_headline_or_body_is_refused(fields: dict[str, Any], reason: str) -> None:
    drop = Validate().process_item(article(**fields))
    assert isinstance(drop, Drop)
    assert drop.reason == reason
    assert drop.url == article().url
    assert drop.detail


def test_an_article_with_headline_and_body_passes() -> None:
    assert Validate().process_item(article()) == article()


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ({"url": "https://m.tide.example/b/", "id": "tide.example:10001", **SAME}, "duplicate_id"),
        ({"url": "http://www.tide.example/news/ferry-10001?utm_source=x", **SAME}, "duplicate_url"),
        ({"url": "https://m.tide.example/news/ferry-10001/", **SAME}, "duplicate_url"),
        ({"url": "https://tide.example/amp/news/ferry-10001/", **SAME}, "duplicate_url"),
        (
            {"canonical_url": "https://tide.example/news/ferry-10001/", **SAME},
            "duplicate_canonical",
        ),
        ({"body": article(1).body}, "duplicate_text"),
        ({"body": (article(1).body or "").upper()}, "duplicate_text"),
    ],
    ids=["id", "scheme-www-tracking", "mobile", "amp", "canonical", "text", "text-but-for-case"],
)
def test_the_same_article_is_delivered_once(second: dict[str, str], reason: str) -> None:
    drop_duplicates = DropDuplicates()
    kept = drop_duplicates.process_item(article(1))
    drop = drop_duplicates.process_item(article(2, **second))
    assert isinstance(kept, Article)
    assert isinstance(drop, Drop)
    assert (drop.reason, drop.in_favour_of) == (reason, kept.url)


@pytest.mark.parametrize(
    "second",
    [
        {},
        {"canonical_url": "https://agency.example/news/ferry-10001/"},
        {"body": "Watch the video."},
        {"url": "https://other.example/ferry/", "body": article(1).body},
        {"id": "tide.example:10001"},
        {"canonical_url": "https://tide.example/news/ferry-10001/"},
    ],
    ids=[
        "another",
        "canonical-elsewhere",
        "short-text",
        "another-publisher",
        "same-number-another-headline",
        "same-canonical-another-headline",
    ],
)
def test_another_article_is_no_duplicate(second: dict[str, Any]) -> None:
    drop_duplicates = DropDuplicates()
    first: dict[str, Any] = (
        {"body": "Watch the video."} if second.get("body") == "Watch the video." else {}
    )
    elsewhere = "https://agency.example/news/ferry-10001/"
    drop_duplicates.process_item(article(1, canonical_url=elsewhere, **first))
    assert isinstance(drop_duplicates.process_item(article(2, **second)), Article)
