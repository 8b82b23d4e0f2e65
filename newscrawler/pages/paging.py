"""The page that follows in a listing, found by evidence: relation, words, numbers, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from newscrawler.normalise.text import clean_line
from newscrawler.normalise.urls import same_site, url_key
from newscrawler.pages.addresses import Step, goes_back, page_number, step
from newscrawler.pages.archive_days import archived, is_newer, older
from newscrawler.pages.cursors import cursors
from newscrawler.pages.document import Document
from newscrawler.pages.numbers import Numbered, next_number
from newscrawler.pages.paging_words import (
    DISABLED_CLASS,
    MORE,
    NEXT,
    NEXT_ARROW,
    NEXT_CLASS,
    NUMBER,
    OLDER,
    PREVIOUS,
    PREVIOUS_ARROW,
    PREVIOUS_CLASS,
)
from newscrawler.pages.surroundings import Element, Surroundings, line_of, names_of

Said: TypeAlias = Literal["relation", "word", "class", "previous"]

# What the text of a link that leads on may have, in characters.
LONGEST_WORDS = 40
# The days that an archive's page links to; each is made absolute.
MAX_DATED = 2_000
_COMMENT_PAGE = re.compile(r"comment-page|[?&]cpage=|#.*comment|/comments?/", re.IGNORECASE)
_DATED = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Way:
    """A link that may lead on, with what it says of itself."""

    url: str
    said: Said
    step: Step | None
    element: Element


class Paging:
    """The ways from one page of a listing to others."""

    def __init__(
        self,
        document: Document,
        surroundings: Surroundings,
        stated: Iterable[str] = (),
        template: Callable[[str], str] = str,
    ) -> None:
        """Take the addresses with `rel=next` in the response's `Link` header, and what makes
        an address of a cursor.
        """
        self.document = document
        self.surroundings = surroundings
        self.own = document.url
        self.stated = list(stated)
        self.template = template

    def ways(self) -> Iterator[str]:
        """Give the addresses of the page that follows, the surest first."""
        said = [way for way in self.said if way.said != "previous"]
        yield from (way.url for way in said if way.said == "relation" and self.is_plausible(way))
        yield from (url for url in self.header if not goes_back(self.own, url))
        yield from (way.url for way in said if way.step and way.step.is_next)
        yield from self.numbered()
        yield from self.back_in_words()
        yield from (way.url for way in said if way.step and way.step.is_forward)
        yield from self.cursors()
        yield from (way.url for way in said if self.leads_on(way))
        yield from self.front_page()
        yield from self.older()
        yield from self.round()

    @cached_property
    def header(self) -> list[str]:
        urls = (self.document.absolute(href) for href in self.stated)
        return [url for url in urls if url and self.is_other_page(url)]

    # By relation, word and class

    @cached_property
    def said(self) -> list[Way]:
        """The links that say that they lead on or back, except where that cannot be."""
        links = [one for one in self.document.root.iter("link") if one.get("href")]
        found = [(one, says(one)) for one in (*links, *self.surroundings.links)]
        return [way for one, said in found if said and (way := self.way(one, said))]

    def way(self, link: Element, said: Said) -> Way | None:
        url = self.resolved(link)
        if url is None or is_newer(self.own, url) or is_disabled(link):
            return None
        if said == "word" and self.surroundings.is_in_teaser(link):
            return None
        there = step(self.own, url)
        if said != "previous" and goes_back(self.own, url):
            return None
        return Way(url, said, there, link)

    def resolved(self, link: Element) -> str | None:
        href = link.get("href", "")
        if _COMMENT_PAGE.search(href) or self.surroundings.is_foreign(link):
            return None
        url = self.document.absolute(href)
        return url if url and self.is_other_page(url) else None

    def is_other_page(self, url: str) -> bool:
        return same_site(url, self.own) and url_key(url) != url_key(self.own)

    def is_plausible(self, way: Way) -> bool:
        """Tell the next page from the next article: one of its kind has a name of its own."""
        return way.step is not None or self.is_page_of_list(way.url)

    def is_page_of_list(self, url: str) -> bool:
        number = page_number(url)
        own = page_number(self.own)
        return number in ((own + 1,) if own else (1, 2)) or has_cursor(url)

    def back_in_words(self) -> Iterator[str]:
        """Give what is called the previous page and has the number that follows: older articles."""
        for way in self.said:
            there = way.step if way.said == "previous" else None
            if there and there.kind == "page" and there.number == (there.own or 1) + 1:
                yield way.url

    def round(self) -> Iterator[str]:
        """Give what is called older and leads to a page before: a list that goes round.

        It is the next page as the site has it; a crawl knows that it has been read.
        """
        for link in self.surroundings.links:
            url = self.resolved(link) if OLDER.match(line_of(link)) else None
            if url and says(link) == "word" and goes_back(self.own, url):
                yield url

    def leads_on(self, way: Way) -> bool:
        """Tell a link whose address has nothing in common with the page's own."""
        if way.step or archived(way.url):
            return False
        return self.is_page_of_list(way.url) or has_next_name(self.own, way.url)

    def front_page(self) -> Iterator[str]:
        """Give what leads from a front page to the second page of its list: `More events`."""
        if urlsplit(self.own).path.count("/") > 1 or page_number(self.own):
            return
        for link in self.surroundings.links:
            url = self.resolved(link) if MORE.fullmatch(line_of(link)) else None
            if url and page_number(url) in (1, 2):
                yield url

    # By number

    def first(self) -> str | None:
        """Return the address behind the number 1, where the page's own has a higher one."""
        for link in self.surroundings.links:
            url = self.resolved(link) if number_of(link) == 1 else None
            there = step(url, self.own) if url else None
            if url and there and there.kind in ("page", "bare") and there.is_forward:
                return url
        return None

    def numbered(self) -> Iterator[str]:
        """Give the address of the number that follows in a pager."""
        found: list[Numbered] = []
        here = archived(self.own)
        for place, link in enumerate(self.surroundings.links):
            number = number_of(link)
            url = self.document.absolute(link.get("href", "")) if number is not None else None
            if number is None or url is None:
                continue
            day = archived(url)
            if day and (here is None or day.date != here.date):
                continue
            if same_site(url, self.own) and not self.surroundings.is_foreign(link):
                is_own = url_key(url) == url_key(self.own)
                found.append(Numbered(url, number, step(self.own, url), is_own, link, place))
        yield from next_number(found)

    # By cursor and by date

    def cursors(self) -> Iterator[str]:
        for address in cursors(self.surroundings, page_number(self.own) or 1, self.template):
            url = self.document.absolute(address)
            if url and self.is_other_page(url) and not goes_back(self.own, url):
                yield url

    def older(self) -> Iterator[str]:
        links = [one for one in self.surroundings.links if _DATED.search(one.get("href", ""))]
        near = [one for one in links if not is_beside(one)][:MAX_DATED]
        urls = [url for one in near if (url := self.resolved(one))]
        found = older(self.own, urls)
        if found:
            yield found


def says(link: Element) -> Said | None:
    """Return how a link says that it leads on, or back."""
    relation = link.get("rel", "").casefold().split()
    if "next" in relation:
        return "relation"
    if link.tag == "link":
        return None
    words = [link.get("aria-label", ""), link.get("title", ""), line_of(link)]
    words += [image.get("alt", "") for image in islice(link.iter("img"), 3)]
    said = [one for one in map(clean_line, words) if one and len(one) <= LONGEST_WORDS]
    if any(PREVIOUS.fullmatch(one) or PREVIOUS_ARROW.fullmatch(one) for one in said):
        return "previous"
    if any(NEXT.fullmatch(one) or NEXT_ARROW.fullmatch(one) for one in said):
        return "word"
    return _says_by_class(link)


def _says_by_class(link: Element) -> Said | None:
    around = link.getparent()
    inside = [one.get("class", "") for one in link.iterchildren("i", "span", "svg", "div")]
    names = " ".join([link.get("class", ""), *inside])
    if around is not None and around.tag in ("li", "span", "div", "p", "td"):
        names += f" {around.get('class', '')}"
    if PREVIOUS_CLASS.search(names):
        return "previous" if not NEXT_CLASS.search(names) else None
    return "class" if NEXT_CLASS.search(names) else None


def number_of(link: Element) -> int | None:
    text = line_of(link)
    found = NUMBER.fullmatch(text) if text and len(text) <= LONGEST_WORDS else None
    return int(found[1]) if found else None


def is_disabled(link: Element) -> bool:
    around = link.getparent()
    names = link.get("class", "") + " " + (around.get("class", "") if around is not None else "")
    return link.get("aria-disabled") == "true" or bool(DISABLED_CLASS.search(names))


def is_beside(link: Element) -> bool:
    """Tell the archive of a blog, in its sidebar, from the days before and after a page."""
    for one in link.iterancestors():
        if one.tag in ("aside", "footer"):
            return True
        if one.tag not in ("html", "body") and re.search(
            r"sidebar|widget|footer", names_of(one), re.IGNORECASE
        ):
            return True
    return False


def has_next_name(own: str, other: str) -> bool:
    """Tell a page that follows where its folder is another one: `/local/a/`, `/sea/a-p2/`."""
    parts, others = urlsplit(own), urlsplit(other)
    names = (f"/{one.path.rstrip('/').rpartition('/')[2]}" for one in (parts, others))
    here, there = (
        one._replace(path=name).geturl() for one, name in zip((parts, others), names, strict=True)
    )
    following = step(here, there)
    return bool(following and following.kind == "page" and following.is_next)


def has_cursor(url: str) -> bool:
    """Tell an address that says behind which article its list begins."""
    return bool(re.search(r"[?&](?:updated-max|cursor|before|max_?id|after|last_?id)=", url))
