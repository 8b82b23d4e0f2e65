"""What a page points to: the series it belongs to and the related articles, by general rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from parsel import Selector

from newscrawler.items import Block, Related, Series
from newscrawler.normalise.text import clean_line
from newscrawler.normalise.urls import same_site, url_key
from newscrawler.pages.article import ArticlePage, named_series
from newscrawler.pages.document import text_of, word_count
from newscrawler.pages.vocabulary import (
    FURNITURE_CLASS,
    INJECT_CLASS,
    READ_MORE,
    READ_MORE_CLASS,
    RELATED_CLASS,
    RELATED_HEADING,
    SERIES_CLASS,
    SERIES_LABEL,
    SERIES_PATH,
)

# Navigation and sidebars name series and articles as well, of the whole site.
FURNITURE = (
    "ancestor-or-self::*[self::nav or self::footer[not(ancestor::article)]"
    " or self::header[not(ancestor::article or ancestor::main)]"
    " or self::aside[not(ancestor::article or ancestor::main)]]"
)
# `has-sidebar` on the body, or on what holds the article beside its sidebar, names no sidebar.
CLASSES = "ancestor-or-self::*[not(self::html or self::body or .//h1)]/@class"
# Words; what is longer is a sentence.
LONGEST_NAME = 12
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "dt"}


def stated_series(page: ArticlePage) -> list[Series]:
    """Return the series that the page says the article is part of.

    Evidence is a link to a listing of storylines that a label or a class calls one,
    outside navigation and sidebars; where there is none, a label in an element whose class
    calls it one, for series without a listing. JSON-LD `isPartOf` is none: two values in three
    that were looked at name a paywall product.
    """
    found: dict[str, Series] = {}
    for link in page.document.selector.css("a[href]"):
        url = page.link_of(link)
        if url is None or not same_site(url, page.url) or not _names_series(link, url):
            continue
        one = page.series_of(link)
        if one and (url_key(url) not in found or not found[url_key(url)].advertised):
            found[url_key(url)] = one
    return list(found.values()) or list(_unlinked_series(page))


def _unlinked_series(page: ArticlePage) -> Iterator[Series]:
    for box in page.document.selector.xpath("//*[@class][not(.//a)]"):
        if SERIES_CLASS.search(box.attrib["class"]) and not in_furniture(box):
            line = clean_line(text_of(box))
            label = SERIES_LABEL.match(line)
            one = named_series(line, None) if label and line[label.end() :] else None
            if one and word_count(one.name) <= LONGEST_NAME:
                yield one
                return


def _names_series(link: Selector, url: str) -> bool:
    if not SERIES_PATH.search(url) or in_furniture(link):
        return False
    parents = link.xpath("ancestor-or-self::*[position() < 4]/@class").getall()
    if any(SERIES_CLASS.search(names) for names in parents):
        return True
    before = link.xpath("preceding::text()[normalize-space()][1]").get() or ""
    label = re.split(r"[|·•–—]", clean_line(before))[-1].strip()
    return bool(SERIES_LABEL.match(f"{label.rstrip(':：')}:"))


def in_furniture(link: Selector) -> bool:
    """Tell what stands in navigation, in a sidebar or in the footer of the site."""
    names = link.xpath(CLASSES).getall()
    return bool(link.xpath(FURNITURE)) or any(FURNITURE_CLASS.search(name) for name in names)


def related_links(page: ArticlePage) -> list[Related]:
    """Return the links to other articles of the page, each in the surest of its blocks.

    A line inside the text that says "read more", a box inside the text, then blocks that a
    class or a heading calls related.
    """
    boxes = page.document.selector.xpath("//*[@class][.//a]")
    by_block: dict[Block, list[Selector]] = {
        "read_more": [
            *_read_more_lines(page),
            *(one for one in boxes if READ_MORE_CLASS.search(one.attrib["class"])),
        ],
        "inject": [one for one in boxes if INJECT_CLASS.search(one.attrib["class"])],
        "related": [one for one in boxes if RELATED_CLASS.search(one.attrib["class"])],
    }
    by_block["related"].extend(_headed_blocks(page))
    found: list[Related] = []
    taken: set[object] = set()
    for block, elements in by_block.items():
        links = [link for one in elements for link in one.css("a[href]") if link.root not in taken]
        taken.update(link.root for link in links)
        outside = page.links((link for link in links if not in_furniture(link)), block)
        found += _numbered(one for one in outside if _is_article_link(one, page))
    return found


def _read_more_lines(page: ArticlePage) -> list[Selector]:
    lines = page.document.selector.xpath("//p[.//a] | //li[.//a] | //div[a and not(div or p)]")
    opened = [line for line in lines if READ_MORE.match(clean_line(text_of(line)))]
    return opened + [link for line in lines for link in line.css("a") if _is_sent_to(link)]


def _is_sent_to(link: Selector) -> bool:
    """Tell a link that "read more" stands before, in the middle of a paragraph."""
    before, around = link.root.getprevious(), link.root.getparent()
    text = (before.tail if before is not None else around.text) or ""
    return READ_MORE.fullmatch(clean_line(text)) is not None


def _headed_blocks(page: ArticlePage) -> Iterator[Selector]:
    for heading in page.document.selector.css("h2, h3, h4, h5, dt, strong"):
        if RELATED_HEADING.search(clean_line(text_of(heading))):
            yield from heading.css("a")
            yield from takewhile(_holds_links, _following(heading))


def _following(heading: Selector) -> list[Selector]:
    """Return what follows a heading; a heading alone in its container heads what follows that."""
    siblings = heading.xpath("following-sibling::*")
    is_alone = not siblings and not heading.xpath("preceding-sibling::*")
    return heading.xpath("../following-sibling::*") if is_alone else siblings


def _holds_links(element: Selector) -> bool:
    """Tell a list of links from the next heading, and from a paragraph with a link in it."""
    linked = sum(word_count(text_of(link)) for link in element.css("a[href]"))
    if not linked or element.root.tag in HEADINGS:
        return False
    return element.root.tag != "p" or linked * 2 > word_count(text_of(element))


def _numbered(links: Iterable[Related]) -> list[Related]:
    kept = list(links)
    for position, one in enumerate(kept, start=1):
        one.position = position
        one.headline = READ_MORE.sub("", one.headline or "") or None
    return kept


def _is_article_link(link: Related, page: ArticlePage) -> bool:
    return (
        same_site(link.url, page.url)
        and not SERIES_PATH.search(link.url)
        and word_count(link.headline or "") > 1
    )
