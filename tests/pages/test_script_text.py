"""Texts that a page holds only as data for its scripts."""

from __future__ import annotations

import json

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.document import Document
from newscrawler.pages.maintext import main_text

HEADLINE = "Ferry to the islands runs again"
SENTENCES = (
    "The ferry to the outer islands left the harbour on Monday for the first time in eleven weeks.",
    "Some forty passengers were on board, most of them on their way home from the mainland.",
    "The company had taken the ship out of service in March, when cracks in the ramp were found.",
    "A second ship is to follow in June, said the head of the harbour office, Mira Tolvanen.",
    "Until then, the islanders have to book their crossing two days ahead.",
)
OTHER = "The mill on the river has ground no corn for two years, and nobody knows who owns it now. "
HTML = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
NODES = [{"type": "p", "children": [{"type": "text", "data": sentence}]} for sentence in SENTENCES]
ELEMENTS = [{"type": "text", "content": sentence} for sentence in SENTENCES]


def page(*scripts: str, shown: str = "") -> Document:
    body = (
        f'<html lang="en"><head><title>{HEADLINE}</title></head><body><h1>{HEADLINE}</h1>'
        f"{shown}{''.join(scripts)}</body></html>"
    )
    return Document(HtmlResponse("https://tide.example/a/1", body=body.encode()))


def paragraphs(*scripts: str, shown: str = "") -> list[str]:
    return main_text(page(*scripts, shown=shown), headline=HEADLINE, language="en").paragraphs


def script(text: str, kind: str = "") -> str:
    return f"<script{kind and f' type={kind}'}>{text}</script>"


def state(**article: object) -> str:
    value = json.dumps({"page": {"layout": "wide"}, "article": {"title": HEADLINE, **article}})
    return value.replace("<", "\\u003c")


def stream(*pieces: str) -> str:
    pushes = (f"self.__next_f.push({json.dumps([1, one])})" for one in pieces)
    return "".join(script(one.replace("<", "\\u003c")) for one in pushes)


ROW = f"1f:T{len(HTML.encode()):x},{HTML}"

IN_SCRIPTS = {
    "HTML in a block of JSON": script(state(body=HTML), "application/json"),
    "HTML in an assignment": script(f"window.__STATE__ = {state(body=HTML)};"),
    "HTML in a string of JSON": script(f"load(JSON.parse({json.dumps(state(body=HTML))}))"),
    "nodes with their children": script(f"window.__APOLLO__={state(body=NODES)}"),
    "elements with their content": script(f"Fusion.content={state(content_elements=ELEMENTS)};"),
    "one object further down": script(f"x={state(content={'raw': {'html': HTML}})}"),
    "a row of a stream": stream('0:["$","html"]\n:HL["/a.css"]\n', f"{ROW}2:[1]\n"),
    "a row in two pieces": stream(f'0:{{"a":1}}\n{ROW[:200]}', f"{ROW[200:]}2:[1]\n"),
    "behind a broken value": script(f'a={{x: [1, 2]}}; b={{"c": undefined}}; d={state(b=HTML)}'),
}


@pytest.mark.parametrize("where", IN_SCRIPTS)
def test_a_text_that_only_scripts_hold_is_read(where: str) -> None:
    assert paragraphs(IN_SCRIPTS[where]) == list(SENTENCES)


def test_what_the_page_shows_of_the_text_comes_before_it() -> None:
    lead = "After eleven weeks the islands have their ferry back, and the shops their bread."
    shown = f"<article><p>{lead}</p></article>"

    assert paragraphs(script(state(body=HTML), "application/json"), shown=shown) == [
        lead,
        *SENTENCES,
    ]


def test_what_readers_wrote_below_is_no_opening_of_a_text_in_a_script() -> None:
    said = (
        "I was on board last year, and nobody had a word about it then.",
        "The same thing happened in our town in the spring, and it was forgotten in a week.",
    )
    items = "".join(f"<li class=comment><p>{one}</p></li>" for one in said)
    shown = f"<section id=comments><ol>{items}</ol></section>"
    assert paragraphs(shown=shown)  # the page shows nothing else
    text = script(state(body=f"{HTML}<p>{OTHER * 4}</p>"))
    assert paragraphs(text, shown=shown) == [*SENTENCES, (OTHER * 4).strip()]


def test_a_text_that_the_page_shows_is_not_looked_for_in_scripts() -> None:
    other = script(state(body=f"<p>{OTHER * 20}</p>"), "application/json")

    assert paragraphs(other, shown=f"<article>{HTML}</article>") == list(SENTENCES)


def test_the_article_of_the_headline_is_taken_and_not_a_longer_one() -> None:
    longer = {"title": "The mill stands still", "body": f"<p>{OTHER * 20}</p>"}
    held = script(state(body=HTML, related=[longer]), "application/json")

    assert paragraphs(held) == list(SENTENCES)


def test_of_several_texts_without_a_headline_none_is_taken() -> None:
    texts = [{"body": HTML}, {"body": f"<p>{OTHER * 6}</p><p>{OTHER * 3}</p>"}]

    assert paragraphs(script(json.dumps(texts).replace("<", "\\u003c"), "application/json")) == []


def test_captions_links_and_places_of_advertisements_are_left_out() -> None:
    figure = (
        '<div class="img-box"><img src="/a.jpg"><p class="caption">The ferry on Monday</p></div>'
    )
    link = '<p><a href="/b">Read more about the harbour</a></p>'
    body = HTML.replace("</p>", f"</p>{figure}$$ARTICLEAD$${link}", 1)

    assert paragraphs(script(state(body=body), "application/json")) == list(SENTENCES)


HOSTILE = {
    "values nested without an end": "x=" + '{"a":[' * 200_000,
    "a list without an end": "x=[" + '{"a":[{}]},' * 200_000,
    "strings that begin values": 'x="[' * 400_000,
    "many small values": "x={};" * 400_000,
    "a stream of rows without text": "".join(
        ["self.__next_f.push(", json.dumps([1, "1:T0,\n" * 200_000]), ")"]
    ),
    "a row that names more than there is": 'self.__next_f.push([1,"1:Tffffff,abc"])' + " " * 400,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_data_gives_no_text(what: str) -> None:
    assert paragraphs(script(HOSTILE[what])) == []
