"""Pages that are made to break a program or to keep it busy give a record or a reason to skip."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from scrapy.http import HtmlResponse, TextResponse

from benchmarks.hostile_pages import ATTRIBUTES, JSON, MANY, PAGES, SENTENCE, TEXTS, URL, article
from newscrawler.extraction.batch import record_line
from newscrawler.lines import json_line
from newscrawler.normalise.records import normalise_article
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.document import Document
from newscrawler.pages.obstacles import obstacle
from newscrawler.pages.parsing import MAX_ATTRIBUTES, MAX_MARKS
from newscrawler.pages.reader import read_article

# Seconds: a page that takes a thousand times as long as others is a fault, not a slow machine.
GIVEN_UP = 120
# Pages whose text or headline is what is hostile in them.
NOT_KEPT = {"100,000 attributes of a script", "50,000 items", "five megabytes of plain text"}
KEPT = [name for name in (*ATTRIBUTES, *MANY, *TEXTS, *JSON) if name not in NOT_KEPT]


@pytest.fixture(autouse=True)
def _in_bounds() -> Iterator[None]:
    signal.alarm(GIVEN_UP)  # its default action ends the run
    yield
    signal.alarm(0)


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_gives_a_record(name: str) -> None:
    page = ArticlePage(HtmlResponse(URL, body=PAGES[name]()))
    found = normalise_article(read_article(page))
    record = json.loads(json_line(asdict(found)))
    assert record["url"] == URL
    assert obstacle(page, found) in (None, "not_an_article", "empty_page")
    if name in KEPT:
        assert record["headline"] == "Ferry returns"
        assert SENTENCE.strip() in record["body"]


ATTRIBUTE_FORMS = {
    "plain": ("a{}=x ", ""),
    "without value": ("a{} ", ""),
    "apart by slashes": ("a{}/", ""),
    "quoted brackets": ("a{}='>' ", ""),
    "behind a stray quote": ('a{}="b > c" ', 'x=a" '),
    "behind a script in a value": ('a{}="b > c" ', 'x="<script>" '),
    "in capitals": ("A{}=X ", ""),
}


@pytest.mark.parametrize(("form", "first"), ATTRIBUTE_FORMS.values(), ids=ATTRIBUTE_FORMS)
@pytest.mark.parametrize("tag", ["p", "script", "IMG"])
def test_an_element_keeps_the_first_of_too_many_attributes(tag: str, form: str, first: str) -> None:
    many = "".join(form.format(number) for number in range(5_000))
    text = f"<!-- <script> --><title><script></title><{tag} {first}{many}></{tag}><p id=end>End"
    root = Document(HtmlResponse(URL, body=text.encode(), encoding="utf-8")).root
    longest = max(len(one.attrib) for one in root.iter("*"))
    assert longest == MAX_ATTRIBUTES
    assert [one.text for one in root.iter("p") if one.get("id") == "end"] == ["End"]


def test_a_script_that_seems_to_hold_a_tag_stays_as_it_is() -> None:
    script = f"if(a<b {'|| x '.join(map(str, range(2_000)))}) y()"
    body = f"<script>{script}</script><p>End".encode()
    root = Document(HtmlResponse(URL, body=body, encoding="utf-8")).root
    assert next(root.iter("script")).text == script


def test_of_a_page_with_too_many_elements_the_start_and_the_end_are_read() -> None:
    body = article("<b>x</b>" * MAX_MARKS, "<p class=last>The end")
    root = Document(HtmlResponse(URL, body=body, encoding="utf-8")).root
    assert next(root.iter("h1")).text == "Ferry returns"
    assert [one.text for one in root.iter("p")] == ["The end"]
    assert sum(1 for _ in root.iter()) < MAX_MARKS


@pytest.mark.parametrize("charset", ["unicode_escape", "hex", "idna", "undefined", "no-such"])
def test_a_charset_that_is_none_for_text_does_not_end_the_reading(charset: str) -> None:
    body = f"<meta charset={charset}>".encode() + article("").replace(b"Friday", b"caf\xe9")
    assert json.loads(record_line("p", body, URL))["headline"] == "Ferry returns"
    page = ArticlePage(TextResponse(URL, body=body))
    assert read_article(page).headline == "Ferry returns"
