"""The pages that the benchmark of versions shows: what a visit and what an edit changes of them."""

from __future__ import annotations

import random

import pytest
from lxml import html as lxml_html
from lxml.etree import _Element as Element

from benchmarks.revision_edits import EDITS
from benchmarks.revision_furniture import FURNITURE, WORDS, Visit, places_in, written
from newscrawler.normalise.text import clean_line

HEADLINE = "The Ferry Is Back"
LINES = [
    f"The ferry crossed the sound {number} times – on every day of that week."
    for number in range(5)
]
BEFORE = {"headline": HEADLINE, "body": "\n\n".join(LINES)}


def page() -> Element:
    text = "".join(f"<p>{line}</p>" for line in LINES)
    return lxml_html.document_fromstring(
        f"<html><head><title>{HEADLINE}</title><meta property=og:title content='{HEADLINE}'>"
        f'<script type="application/ld+json">{{"text": "{LINES[0]}\\u2028"}}</script></head>'
        f"<body><h1>{HEADLINE}</h1><article>{text}</article><div class=print>{text}</div></body>"
    )


def text_of(element: Element) -> str:
    return "".join(map(str, element.itertext("*")))


def shown(tree: Element) -> str:
    return written(tree, references=False).decode()


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_is_made_wherever_the_page_repeats_what_is_edited(kind: str) -> None:
    edited = page()
    assert EDITS[kind].change(edited, BEFORE)
    article, printed = (text_of(one) for one in edited.iter("article", "div"))
    assert article == printed
    if kind == "the headline":
        assert shown(edited).count(f"Updated report: {HEADLINE}") == shown(page()).count(HEADLINE)
    else:
        assert article != "".join(LINES)
    if kind in ("a word", "a number", "a paragraph less"):
        assert LINES[0] not in shown(edited)


def test_each_visit_shows_the_same_text_with_other_boxes_in_the_same_places() -> None:
    pages, behind = set[str](), set[int]()
    for seed in range(8):
        tree = page()
        visit = Visit(random.Random(seed), places_in(tree, set(LINES)), WORDS["en"], LINES)  # noqa: S311
        for change in FURNITURE:
            change(tree, visit)
        article = next(tree.iter("article"))
        told = [clean_line(text_of(one)) for one in article if one.tag == "p"]
        assert [one for one in told if one in LINES] == LINES
        pages.add(shown(tree))
        behind |= {
            sum(clean_line(text_of(one)) in LINES for one in box.itersiblings(preceding=True))
            for box in tree.iter("div")
            if box.get("class", "").startswith("newsletter-signup")
        }
    assert len(pages) == 8
    assert len(behind) == 1


def test_references_stand_in_the_text_and_not_in_scripts() -> None:
    text = written(page(), references=True).decode()
    assert "times &#8211; on" in text
    assert f'{{"text": "{LINES[0]}' in text
