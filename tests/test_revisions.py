"""What an editor changes makes a version; what a page prints anew for each visit does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from newscrawler.items import Article
from newscrawler.lines import json_line
from newscrawler.memory import take_as_known
from newscrawler.normalise.passing import is_passing
from newscrawler.normalise.records import normalise_article
from newscrawler.pages.reader import read_article
from newscrawler.pages.site_memory import Learned, digest_of, short_digest_of
from newscrawler.publishers import article_page
from newscrawler.revisions import new_version
from newscrawler.same_text import is_same_text
from newscrawler.state.rows import KnownArticle

URL = "https://tide.example/world/2026/ferry-returns-10001/"
TEXT = (
    "The ferry is back at its old quay after three years, and the town came out to greet it.",
    "“We have waited long enough,” said the harbour master, who counted 412 passengers.",
    "It is to cross the sound twice a day – at eight and at five – until the autumn.",
)
DATA = {
    "@type": "NewsArticle",
    "headline": "Ferry Returns to Its Old Quay",
    "description": "After three years the ferry crosses the sound again.",
    "datePublished": "2026-03-01T08:00:00Z",
    "dateModified": "2026-03-01T09:00:00Z",
    "author": [{"@type": "Person", "name": "Ana Ruiz"}],
    "articleSection": "World",
    "isAccessibleForFree": True,
    "keywords": ["ferry", "harbour"],
}


def page(
    paragraphs: tuple[str, ...] = TEXT, *, inside: str = "", around: str = "", **data: Any
) -> Article:
    """Return what is read of the article's page, as a pipeline gets it."""
    stated = {name: value for name, value in (DATA | data).items() if value is not None}
    lines = "".join(f"<p>{line}</p>" for line in paragraphs)
    html = (
        f'<html lang="en"><head><title>{stated["headline"]}</title>'
        f'<script type="application/ld+json">{json.dumps(stated)}</script></head><body>{around}'
        f"<main><article><h1>{stated['headline']}</h1>{lines}{inside}</article></main></body></html>"
    )
    response = HtmlResponse(URL, body=html.encode(), encoding="utf-8")
    article = normalise_article(read_article(article_page(response)))
    article.retrieved_at = "2026-03-02T10:00:00Z"
    return article


def changed(after: Article, before: Article | None = None) -> list[str] | None:
    return new_version(json.loads(json_line(before or page())), after)


def edited(at: int, old: str, new: str) -> tuple[str, ...]:
    lines = list(TEXT)
    assert old in lines[at]
    lines[at] = lines[at].replace(old, new)
    return tuple(lines)


EDITS = {
    "a word": (edited(0, "old quay", "new quay"), {}, "body"),
    "a number": (edited(1, "412", "421"), {}, "body"),
    "the case of a word": (edited(0, "town", "Town"), {}, "body"),
    "a comma": (edited(2, "a day –", "a day, –"), {}, "body"),
    "a new paragraph": ((*TEXT, "The fare is to stay as it was."), {}, "body"),
    "a paragraph less": (TEXT[:2], {}, "body"),
    "another order": ((TEXT[1], TEXT[0], TEXT[2]), {}, "body"),
    "a headline": (TEXT, {"headline": "Ferry Is Back at Its Old Quay"}, "headline"),
    "an author": (TEXT, {"author": [{"@type": "Person", "name": "Bo Lind"}]}, "authors"),
    "a byline taken off": (TEXT, {"author": None}, "authors"),
    "a standfirst": (TEXT, {"description": "The ferry crosses the sound anew."}, "description"),
    "a section": (TEXT, {"articleSection": "Business"}, "section"),
    "a tag": (TEXT, {"keywords": ["ferry", "port"]}, "keywords"),
    "a paywall": (TEXT, {"isAccessibleForFree": False}, "is_accessible_for_free"),
    "a date put right": (TEXT, {"datePublished": "2026-02-27T08:00:00Z"}, "date_published"),
}


@pytest.mark.parametrize(("text", "data", "field"), EDITS.values(), ids=EDITS)
def test_an_edit_makes_a_version_that_names_its_field(
    text: tuple[str, ...], data: dict[str, Any], field: str
) -> None:
    found = changed(page(text, **data))
    assert found is not None
    assert field in found


STRAIGHT = tuple(line.replace("“", '"').replace("”", '"').replace("–", "-") for line in TEXT)
SPACED = tuple(line.replace(" ", "&nbsp; ") for line in TEXT)
ESCAPED = tuple(line.replace("“", "&ldquo;").replace("”", "&#8221;") for line in TEXT)
FURNITURE: dict[str, tuple[tuple[str, ...], dict[str, Any], dict[str, str]]] = {
    "straight quotes and dashes": (STRAIGHT, {}, {}),
    "white space": (SPACED, {}, {}),
    "entities": (ESCAPED, {}, {}),
    "paragraphs broken otherwise": ((f"{TEXT[0]}</p><p>{TEXT[1]}", TEXT[2]), {}, {}),
    "paragraphs run together": ((f"{TEXT[0]} {TEXT[1]}", TEXT[2]), {}, {}),
    "a clock": (TEXT, {}, {"inside": "<p>Updated 5 minutes ago</p>"}),
    "a time to read": (TEXT, {}, {"inside": "<p>3 min read</p>"}),
    "a counter": (TEXT, {}, {"inside": "<p>1,204 views · 17 comments</p>"}),
    "a box beside": (TEXT, {}, {"around": "<aside><h2>Most read</h2><p>Gale warning</p></aside>"}),
    "the time of the last change": (TEXT, {"dateModified": "2026-03-02T09:59:00Z"}, {}),
    "a stamp moved with it": (
        TEXT,
        {"datePublished": "2026-03-02T09:00:00Z", "dateModified": "2026-03-02T09:00:00Z"},
        {},
    ),
    "a date that is a clock": (TEXT, {"datePublished": "2026-03-02T09:58:00Z"}, {}),
    "the same time in another zone": (TEXT, {"datePublished": "2026-03-01T09:00:00+01:00"}, {}),
    "tags in another order": (TEXT, {"keywords": ["harbour", "Ferry"]}, {}),
    "a picture": (TEXT, {"image": "https://cdn.example/a.jpg?w=640&sig=1"}, {}),
    "comments": (TEXT, {"commentCount": 7}, {}),
}


@pytest.mark.parametrize(("text", "data", "boxes"), FURNITURE.values(), ids=FURNITURE)
def test_what_differs_in_furniture_alone_is_the_same_version(
    text: tuple[str, ...], data: dict[str, Any], boxes: dict[str, str]
) -> None:
    assert changed(page(text, **boxes, **data)) is None


def test_a_particular_that_was_found_elsewhere_makes_no_version() -> None:
    before = page(author=None, inside='<p class="byline">By Bo Lind</p>')
    assert changed(page(), before) is None


def test_particulars_that_vanish_with_their_block_of_data_make_no_version() -> None:
    bare = page()
    bare.authors = bare.section = bare.keywords = bare.is_accessible_for_free = None
    bare.provenance = {"headline": "text", "body": "text"}
    assert changed(bare) is None


def test_a_dateline_that_an_earlier_reader_left_in_the_text_makes_no_version() -> None:
    told = json.loads(json_line(page()))
    now = page(("LIMA (Reuters) - " + TEXT[0], *TEXT[1:]))
    assert now.dateline is not None
    told["body"] = "LIMA (Reuters) - " + told["body"]
    assert new_version(told, now) is None
    assert changed(now) is not None  # it was put there


def test_a_dateline_that_one_reading_tells_and_the_other_leaves_in_the_text_is_no_edit() -> None:
    text = f"LIMA (Reuters) - {TEXT[0]}", *TEXT[1:]
    before = page(("From our harbour desk", *text))
    now = page(text)
    assert (before.dateline, now.dateline and now.dateline.source) == (None, "Reuters")
    known = KnownArticle(
        key="", url=URL, first_seen="", changed_at="", version=1, fingerprint="",
        line=json_line(before),
    )  # fmt: skip
    edited = page((*text, "The fare is to stay as it was."))
    for article in (now, edited):
        shown = ["From our harbour desk", *(article.body or "").split("\n\n")]
        take_as_known(article, known, Learned(), shown.copy, frozenset)
    assert (now.body, now.dateline) == (before.body, None)
    assert changed(now, before) is None
    assert "body" in (changed(edited, before) or [])


LINES = ("The ferry is back at its old quay.", "It crosses twice a day.", "The fare is as it was.")
BESIDE = ("A gale is near the sound.", "Fares")
DOUBTFUL = ("The fare is as it was, he said.", LINES[2], "Who pays?", "Who asks?")
GOES_ON = f"{LINES[1]} A letter of the ministry confirms it."
# Before, now, what the page shows besides its text now.
READER: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], bool]] = {
    "a box that was beside it": (LINES[:2], (*LINES[:2], BESIDE[0]), (), True),
    "a paragraph that is still shown": (LINES, LINES[:2], LINES, True),
    "one that is shown in a box": (LINES, (LINES[0], LINES[2]), (f"Ad {LINES[1]}",), True),
    "one that goes on beside it": (LINES, (LINES[0], LINES[2]), (GOES_ON,), False),
    "one that goes on": (LINES, (LINES[0], GOES_ON, LINES[2]), (), False),
    "a label and a clock": (LINES, ("Annonce", "Updated 5 minutes ago", *LINES), (), True),
    "a heading that is still shown": (("Deck", *LINES), (*LINES, "Fares"), ("Deck",), True),
    "a row that is still shown": (("Men | 4", *LINES), LINES, ("Men", "4"), True),
    "a clock run into a paragraph": (
        (f"3 min read {LINES[0]}", *LINES[1:]), (f"7 min read {LINES[0]}", *LINES[1:]), (), True,
    ),
    "a duration that begins one": (
        ("45 minutes later it sank.", *LINES), ("46 minutes later it sank.", *LINES), (), False,
    ),
    "a count that begins one": (
        ("45 comments were made.", *LINES), ("46 comments were made.", *LINES), (), False,
    ),
    "lines that a box has parted": (
        (f"Words of the week {LINES[0]}", *LINES[1:]), (*LINES, "Ad"), ("Words of the week",), True,
    ),
    "a link that asks": (LINES, (LINES[0], "Who pays?", *LINES[1:]), (), True),
    "a question": (LINES, (LINES[0], "Who asks?", *LINES[1:]), (), False),
    "another row": (("Men | 4", *LINES), LINES, ("Men", "5", "4 Men"), False),
    "an offer run into a paragraph": (LINES, (*LINES[:2], f"{LINES[2]} Read also"), (), True),
    "paragraphs run together": (LINES, (f"{LINES[0]} {LINES[1]}", LINES[2]), (), True),
    "a menu run into a paragraph": (
        (*LINES[:2], f"{LINES[2]} News Contact 0605"), LINES, ("News", "Contact 0605"), True,
    ),
    "a dateline set off": (("LIMA (EFE).- A.", *LINES), ("LIMA (EFE) A.", LINES[0]), LINES, True),
    "a bullet": ((f"* {LINES[0]}", *LINES[1:]), (*LINES, "Annonce"), (), True),
    "a comma before a dash": (("At 8 - or.", *LINES), ("At 8, - or.", LINES[0]), LINES, False),
    "another number": ((*LINES, "Deaths: 45"), (*LINES, "Deaths: 46"), (), False),
    "another heading": (("Before", *LINES), ("After", *LINES), ("Before that",), False),
    "a paragraph nobody had seen": (LINES, (*LINES, "The pier is to be rebuilt."), (), False),
    "more words of one in doubt": (LINES, (*LINES[:2], DOUBTFUL[0]), (), False),
    "a comma": (LINES, (*LINES[:2], "The fare is, as it was."), (), False),
    "another order": (LINES, LINES[::-1], (), False),
}  # fmt: skip


@pytest.mark.parametrize(("before", "now", "beside", "is_same"), READER.values(), ids=READER)
def test_the_readers_judgement_of_a_box_is_told_from_an_edit(
    before: tuple[str, ...], now: tuple[str, ...], beside: tuple[str, ...], is_same: bool
) -> None:
    found = is_same_text(
        "\n\n".join(before),
        "\n\n".join(now),
        set(map(digest_of, DOUBTFUL)),
        linked={digest_of("Who pays?")},
        was_shown=set(map(short_digest_of, BESIDE)),
        shown=lambda: [*now, *beside],
    )
    assert found is is_same


@pytest.mark.parametrize(
    "line",
    [
        *("Updated 5 minutes ago", "3 min read", "1.204 Aufrufe", "vor 5 Minuten aktualisiert"),
        *("il y a 2 heures", "hace 10 minutos", "5 dakika önce", "5 минут назад", "منذ 5 دقائق"),
        *(
            "3分前",
            "阅读 1024",
            "조회수 1,234",
            "Lesezeit: 4 Min.",
            "12 comments",
            "Last updated: 14:32",
            "Listen to this article · 8 min",
            "Artikel anhören · 8 Min.",
            "記事を聴く 5分",
            "Jetzt testen für 6 Euro im Monat",
            "月額4円で購読",
            "3分钟前更新",
            "45分前に更新",
            "Abonnez-vous à partir de 4 euros par mois",
        ),
    ],
)
def test_lines_of_clocks_and_counters_are_told(line: str) -> None:
    assert is_passing(line)


@pytest.mark.parametrize(
    "line",
    [
        *("45 people died.", "Deaths: 45", "Ferry 3, Pilots 2", "Comments", "", "3–2", "2026"),
        *("The minister updated 5 rules", "Hour by hour", "死者5人", "5 golu attı"),
        *("4 Euro", "1500円", "Listen to this"),
    ],
)
def test_other_short_lines_are_text(line: str) -> None:
    assert not is_passing(line)
