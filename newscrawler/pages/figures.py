"""The pictures that stand in the article of a page, with what is printed beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import etree
from lxml.etree import _Element as Element

from newscrawler.items import Image
from newscrawler.normalise.text import clean_line
from newscrawler.pages.document import Document, text_of
from newscrawler.pages.vocabulary import CAPTIONS, CREDITS, PHOTOS

# The fullest gallery of 1,200 pages had 107.
MAX_FIGURES = 300
# Figures around a figure: a gallery, and what holds it.
MAX_NESTED = 4
# A caption in an element of its own inside another; the first of them that says something counts.
MAX_CAPTIONS = 5
_AFTER_H1 = etree.XPath(f"(//h1)[1]/following::*[{PHOTOS}]")


def figure_images(document: Document) -> Iterator[Image]:
    """Give the pictures of the article, in the page's order."""
    chosen: set[Element] = set()
    for figure in islice(_figures(document), MAX_FIGURES):
        if sum(around in chosen for around in figure.iterancestors()) <= MAX_NESTED:
            chosen.add(figure)
            image = _image(document, figure)
            if image:
                yield image


def _figures(document: Document) -> Iterable[Element]:
    """Give the figures of the article, else what is called a photo below the headline."""
    with_h1 = document.surroundings.with_h1
    # The cards of other articles are `article` elements as well.
    has_own = any(one.tag == "article" for one in with_h1)
    figures = islice(document.elements.of("figure"), MAX_FIGURES)
    in_article = [one for one in figures if _is_of_article(one, with_h1, has_own)]
    if in_article:
        return in_article
    found = _AFTER_H1(document.root)
    return [one for one in found if isinstance(one, Element)] if isinstance(found, list) else []


def _is_of_article(figure: Element, with_h1: set[Element], has_own: bool) -> bool:
    is_inside = False
    for around in figure.iterancestors():
        if around.tag in ("aside", "nav", "footer"):
            return False
        if around.tag == "article" and has_own and around not in with_h1:
            return False
        is_inside = is_inside or around.tag in ("article", "main") or around.get("role") == "main"
    return is_inside


def _image(document: Document, figure: Element) -> Image | None:
    image = next(figure.iter("img"), None)
    url = document.image_url(image) if image is not None else None
    if image is None or url is None:
        return None
    credit = _line(document, CREDITS, figure)
    caption = _line(document, CAPTIONS, figure)
    return Image(
        url=url,
        caption=clean_line(caption.replace(credit, " ") if credit else caption) or None,
        credit=credit or None,
        alt=clean_line(image.get("alt", "")) or None,
    )


def _line(document: Document, css: str, figure: Element) -> str:
    texts = (clean_line(text_of(one)) for one in document.find(css, figure)[:MAX_CAPTIONS])
    return next(filter(None, texts), "")
