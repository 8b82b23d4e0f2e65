"""What a page points to: the series it belongs to and the related articles, by general rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice, takewhile

from lxml import etree
from lxml.etree import _Element as Element

from newscrawler.items import Block, Related, Series
from newscrawler.normalise.text import clean_line
from newscrawler.normalise.urls import same_site, url_key
from newscrawler.pages.article import ArticlePage, named_series
from newscrawler.pages.document import opening_of, text_of, word_count
from newscrawler.pages.surroundings import MAX_HEADINGS
from newscrawler.pages.vocabulary import (
    INJECT_CLASS,
    READ_MORE,
    READ_MORE_CLASS,
    READ_MORE_STARTS,
    RELATED_CLASS,
    RELATED_HEADING,
    SERIES_CLASS,
    SERIES_FOLDER,
    SERIES_LABEL,
    SERIES_PATH,
)

# Words; what is longer is a sentence.
LONGEST_NAME = 12
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "dt"}
_RESOLVED = ("http:", "https:", "/", "#", "mailto:", "javascript:")
# What browsers strip around an address, what they drop in it, and what they read as a slash.
_BLANK = "".join(map(chr, range(0x21)))
_AS_READ = {ord("\\"): "/", ord("\t"): None, ord("\n"): None, ord("\r"): None}
# How far up a class may call a link one to a series.
SERIES_LEVELS = 3
# Pages have some ten; what has more is made to keep a program busy.
MAX_BOXES = 200
# What follows a heading is a list, or some ten boxes.
MAX_FOLLOWING = 100
MAX_LINES = 10_000
_UNREADABLE = frozenset({"noscript", "script", "style", "template"})
_LINES = ("p", "li", "div")


def stated_series(page: ArticlePage) -> list[Series]:
    """Return the series that the page says the article is part of.

    Evidence is a link to a listing of storylines that a label or a class calls one,
    outside navigation and sidebars; where there is none, a label in an element whose class
    calls it one, for series without a listing. JSON-LD `isPartOf` is none: two values in three
    that were looked at name a paywall product.
    """
    found: dict[str, Series] = {}
    before: dict[Element, str] = {}
    for link, url in _series_links(page):
        if not _is_called_series(link):
            before = before or _texts_before(page)
            label = re.split(r"[|·•–—]", before.get(link, ""))[-1].strip()
            if not SERIES_LABEL.match(f"{label.rstrip(':：')}:"):
                continue
        one = page.series_of(link)
        if one and (url_key(url) not in found or not found[url_key(url)].advertised):
            found[url_key(url)] = one
    return list(found.values()) or list(_unlinked_series(page))


def _series_links(page: ArticlePage) -> Iterator[tuple[Element, str]]:
    """Give the links to listings of storylines outside navigation and sidebars."""
    surroundings = page.document.surroundings
    is_below_one = SERIES_FOLDER.search(page.document.base_url.casefold()) is not None
    for link in surroundings.links:
        may_name = _may_lead_to_series(link.get("href", ""), is_below_one)
        if not may_name or surroundings.is_in_furniture(link):
            continue
        url = page.link_of(link)
        if url and SERIES_PATH.search(url) and same_site(url, page.url):
            yield link, url


def _may_lead_to_series(href: str, is_below_one: bool) -> bool:
    """Tell by an address as written; one that is relative may lead to what the page is below."""
    lowered = href.casefold().strip(_BLANK)
    if "%" in lowered or (is_below_one and not lowered.startswith(_RESOLVED)):
        return True
    if "\\" in lowered or not lowered.isprintable():
        lowered = lowered.translate(_AS_READ)
    return SERIES_FOLDER.search(f"/{lowered}") is not None


def _is_called_series(link: Element) -> bool:
    near = islice(chain((link,), link.iterancestors()), SERIES_LEVELS)
    return any(SERIES_CLASS.search(one.get("class", "")) for one in near)


def _texts_before(page: ArticlePage) -> dict[Element, str]:
    """Return for each link the last text that stands before it."""
    before: dict[Element, str] = {}
    last = ""
    for event, node in etree.iterwalk(page.document.root, events=("start", "end", "comment", "pi")):
        if event == "start" and node.tag == "a":
            before[node] = last
        text = node.text if event == "start" else node.tail
        last = text if text and text.strip() else last
    return {link: clean_line(text) for link, text in before.items()}


def _unlinked_series(page: ArticlePage) -> Iterator[Series]:
    surroundings = page.document.surroundings
    named = surroundings.class_names.elements(SERIES_CLASS)
    unlinked = (one for one in named if one not in surroundings.with_links)
    for box in islice(unlinked, MAX_BOXES):
        if surroundings.is_in_furniture(box) or not SERIES_LABEL.match(opening_of(box)):
            continue
        line = clean_line(text_of(box))
        label = SERIES_LABEL.match(line)
        one = named_series(line, None) if label and line[label.end() :] else None
        if one and word_count(one.name) <= LONGEST_NAME:
            yield one
            return


def related_links(page: ArticlePage) -> list[Related]:
    """Return the links to other articles of the page, each in the surest of its blocks.

    A line inside the text that says "read more", a box inside the text, then blocks that a
    class or a heading calls related.
    """
    surroundings = page.document.surroundings
    names, with_links = surroundings.class_names, surroundings.with_links
    boxes = {
        words: [one for one in names.elements(words) if one in with_links]
        for words in (READ_MORE_CLASS, INJECT_CLASS, RELATED_CLASS)
    }
    by_block: dict[Block, Iterable[Element]] = {
        "read_more": [*_read_more_lines(page), *boxes[READ_MORE_CLASS]],
        "inject": boxes[INJECT_CLASS],
        "related": [*boxes[RELATED_CLASS], *_headed_blocks(page)],
    }
    found: list[Related] = []
    known = set(surroundings.links)
    for block, elements in by_block.items():
        links = [one for one in _links_in(elements) if one in known]
        known.difference_update(links)
        outside = (one for one in links if not surroundings.is_in_furniture(one))
        found += _numbered(one for one in page.links(outside, block) if _is_article_link(one, page))
    return found


def _links_in(elements: Iterable[Element]) -> list[Element]:
    """Return the links inside elements, of which some are inside others."""
    links: dict[Element, None] = {}
    seen: set[Element] = set()
    for element in islice(elements, MAX_BOXES):
        if seen.isdisjoint((element, *element.iterancestors())):
            links.update(dict.fromkeys(element.iter("a")))
            seen.add(element)
    return list(links)


def _read_more_lines(page: ArticlePage) -> list[Element]:
    blocks = islice(page.document.elements.of(*_LINES), MAX_LINES)
    opened = [
        block
        for block in blocks
        if _is_linked_line(block, page)
        and not page.document.surroundings.is_in_furniture(block)
        and _may_open(_first_text(block))
        and READ_MORE.match(opening_of(block))
    ]
    sent_to = islice(filter(_is_sent_to, page.document.places), MAX_BOXES)
    return opened + [link for link in sent_to if _is_in_line(link, page)]


def _first_text(element: Element) -> str:
    """Return the text with which an element begins, nothing where it begins with a picture."""
    text = element.text
    while (not text or text.isspace()) and len(element):
        element = element[0]
        tag: object = element.tag  # of a comment, the function that makes one
        if not isinstance(tag, str) or tag in _UNREADABLE:
            return ""
        text = element.text
    return text or ""


def _may_open(text: str) -> bool:
    """Tell by two plain letters what cannot say "read more"; the rest is looked at closely."""
    start = text.lstrip()[:3]
    is_plain = len(start) == 3 and start.isascii() and start[:2].isalnum()
    return not is_plain or start[:2].lower() in READ_MORE_STARTS


def _is_in_line(link: Element, page: ArticlePage) -> bool:
    around = (one for one in link.iterancestors(*_LINES) if _is_linked_line(one, page))
    return any(not page.document.surroundings.is_in_furniture(one) for one in around)


def _is_linked_line(block: Element, page: ArticlePage) -> bool:
    """Tell paragraphs, items of lists and innermost boxes with links in them."""
    is_linked = block in page.document.surroundings.with_links
    return is_linked and (block.tag != "div" or _is_line(block))


def _is_line(box: Element) -> bool:
    has_link = False
    for child in box:
        if child.tag in ("div", "p"):
            return False
        has_link = has_link or child.tag == "a"
    return has_link


def _is_sent_to(link: Element) -> bool:
    """Tell a link that "read more" stands before, in the middle of a paragraph."""
    before, parent = link.getprevious(), link.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else None
    if not text or text.isspace() or not _may_open(text):
        return False
    return READ_MORE.fullmatch(clean_line(text)) is not None


def _headed_blocks(page: ArticlePage) -> Iterator[Element]:
    tags = ("h2", "h3", "h4", "h5", "dt", "strong")
    headings = page.document.elements.of(*tags)[:MAX_HEADINGS]
    related = (one for one in headings if RELATED_HEADING.search(opening_of(one)))
    for heading in islice(related, MAX_BOXES):
        yield from heading.iter("a")
        yield from takewhile(_holds_links, islice(_following(heading), MAX_FOLLOWING))


def _following(heading: Element) -> Iterator[Element]:
    """Give what follows a heading; a heading alone in its container heads what follows that."""
    parent = heading.getparent()
    is_alone = parent is not None and next(parent.iterchildren("*"), None) is heading
    is_alone = is_alone and next(heading.itersiblings("*"), None) is None
    head = parent if parent is not None and is_alone else heading
    return head.itersiblings("*")


def _holds_links(element: Element) -> bool:
    """Tell a list of links from the next heading, and from a paragraph with a link in it."""
    links = (one for one in element.iter("a") if one.get("href") is not None)
    if element.tag != "p":
        return element.tag not in HEADINGS and any(word_count(text_of(one)) for one in links)
    linked = sum(word_count(text_of(one)) for one in links)
    return bool(linked) and linked * 2 > word_count(text_of(element))


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
