"""Elements that a page marks by their class, and where they stand."""

from __future__ import annotations

import re

import pytest
from lxml import html
from lxml.etree import _Element as Element

from newscrawler.pages.elements import Elements
from newscrawler.pages.marks import MAX_FOUND, Marks, Standing
from newscrawler.pages.signatures import AUTHOR_BOX_CLASS, BYLINE_CLASS, PERSON_CLASS
from newscrawler.pages.vocabulary import BREADCRUMBS_CLASS, TAG_BOX_CLASS, TAG_CLASS

NAMES = {
    "article__author": BYLINE_CLASS,
    "post-author": AUTHOR_BOX_CLASS,
    "url fn n": PERSON_CLASS,
    "post-tags": TAG_BOX_CLASS,
    "keywords": TAG_BOX_CLASS,
    "topics-list": TAG_BOX_CLASS,
    "sujets": TAG_BOX_CLASS,
    "mots-cles": TAG_BOX_CLASS,
    "schlagworte": TAG_BOX_CLASS,
    "etiquetas": TAG_BOX_CLASS,
    "btn tag": TAG_CLASS,
    "breadCrumb": BREADCRUMBS_CLASS,
    "byLine": BYLINE_CLASS,
    "writer": BYLINE_CLASS,
    "verfasser": BYLINE_CLASS,
    "user-name": BYLINE_CLASS,
    "redakteur": BYLINE_CLASS,
    "signature": BYLINE_CLASS,
    "firma": BYLINE_CLASS,
}


@pytest.mark.parametrize(("name", "pattern"), NAMES.items(), ids=NAMES)
def test_each_pattern_finds_its_names(name: str, pattern: re.Pattern[str]) -> None:
    tree = html.document_fromstring(f"<body><p class='{name}'>a</p><p class=text>b</p></body>")
    assert [one.text for one in Marks(Elements(tree)).of_class(pattern)] == ["a"]


def test_elements_come_in_the_order_of_the_page() -> None:
    tree = html.document_fromstring("<body><p class=byline>a</p><p class='x author'>b</p></body>")
    assert [one.text for one in Marks(Elements(tree)).of_class(BYLINE_CLASS)] == ["a", "b"]


def test_so_many_elements_are_found_as_a_page_has() -> None:
    tree = html.document_fromstring("<body>" + "<p class=byline>a</p>" * 2000)
    assert len(Marks(Elements(tree)).of_class(BYLINE_CLASS)) == MAX_FOUND


def test_each_box_is_judged_once() -> None:
    tree = html.document_fromstring("<body><nav><ul><li>a</li><li>b</li></ul></nav><p>c</p></body>")
    asked: list[str] = []

    def is_nav(element: Element) -> bool:
        asked.append(element.tag)
        return element.tag == "nav"

    standing = Standing(is_nav)
    assert [one in standing for one in tree.iter("li", "p")] == [True, True, False]
    assert asked == ["li", "ul", "nav", "li", "p"]


def test_a_box_around_the_headline_tells_nothing() -> None:
    tree = html.document_fromstring("<body><nav><p>a</p></nav></body>")
    nav, paragraph = tree.iter("nav", "p")
    assert paragraph in Standing(lambda one: one.tag == "nav")
    assert paragraph not in Standing(lambda one: one.tag == "nav", {nav})
