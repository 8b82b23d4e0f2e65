"""The listing page of a series: its name, the articles it lists, and the page that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import ClassVar
from urllib.parse import urlsplit

from parsel import Selector
from scrapy.http import HtmlResponse, TextResponse

from newscrawler.items import Series
from newscrawler.normalise.dates import parse_date
from newscrawler.normalise.languages import language_tag
from newscrawler.normalise.text import clean_line, fold
from newscrawler.normalise.urls import same_site, url_key
from newscrawler.pages.addresses import first_page, page_number, step
from newscrawler.pages.archive_days import is_newer
from newscrawler.pages.article import named_series
from newscrawler.pages.document import Document, text_of
from newscrawler.pages.entries import MIN_ENTRIES, Entry, article_links, stated_entries
from newscrawler.pages.general import GeneralRules
from newscrawler.pages.json_answers import JsonAnswer
from newscrawler.pages.nodes import Node
from newscrawler.pages.paging import Paging
from newscrawler.pages.scripted import script_reason
from newscrawler.pages.surroundings import Element, is_headed
from newscrawler.pages.vocabulary import SERIES_PATH

__all__ = ["Entry", "ListingPage", "first_page", "page_number"]

# RFC 8288: `<https://news.example/topic?page=2>; rel="next"`.
_LINK = re.compile(r"<([^<>]*)>([^<,]*)")
_NEXT = re.compile(r";\s*rel\s*=\s*(?:\"[^\"]*\bnext\b[^\"]*\"|next\b)", re.IGNORECASE)


class ListingPage:
    """What one page of a series' listing says; a publisher's subclass sets attributes.

    The response may be a page, a fragment of one, or JSON that holds a fragment or a list.
    """

    domains: ClassVar[tuple[str, ...]] = ()
    listing_path: ClassVar[str] = ""
    """Pattern of a listing's path."""
    selectors: ClassVar[Mapping[str, str]] = {}
    """CSS of `name`, `entry`, and in an entry `link` and `date`; of the `next` link, or of
    what else holds its address: `li::attr(data-next)`, of which the last counts."""
    more: ClassVar[str] = ""
    """Address of what follows a bare cursor, which is `{next}`: `{first}more.html?{next}`."""
    zone: ClassVar[str | None] = None
    needs_browser: ClassVar[bool] = False
    """Whether the listing is always to be rendered."""

    def __init__(self, response: TextResponse) -> None:
        self.url = response.url
        self.answer = JsonAnswer.of(response)
        self.document = Document(fragment(self.url, self.answer) if self.answer else response)
        self.surroundings = self.document.surroundings
        self._dates: dict[Element, str | None] = {}
        self.headers = [value.decode("latin-1") for value in response.headers.getlist("Link")]

    def is_listing(self) -> bool:
        """Tell a listing from an article."""
        if self.listing_path:
            return bool(re.search(self.listing_path, urlsplit(self.url).path))
        if self.document.article_node:
            return False
        if SERIES_PATH.search(self.url):
            return len(self.entries()) >= (MIN_ENTRIES if self.is_marked_article() else 1)
        # Entries come last: to find them takes as long as all else.
        is_likely = not self.is_marked_article() and self.is_paged()
        return is_likely and len(self.entries()) >= MIN_ENTRIES

    def is_marked_article(self) -> bool:
        return self.document.markup.meta("og:type") == "article"

    def is_article(self) -> bool:
        """Tell an article by what it states: its next page is that of a text, or an article."""
        if self.listing_path or self.answer or first_page(self.url) != self.url:
            return False
        if SERIES_PATH.search(self.url):
            return False
        node, meta = self.document.article_node, self.document.markup.meta
        if node and is_own(node, self.document):
            return True
        return self.is_marked_article() and bool(meta("article:published_time"))

    def is_paged(self) -> bool:
        """Tell the next page of this listing from the next article of a site."""
        following = self.next_page()
        if following is None:
            return False
        is_of_archive = is_newer(following, self.url)
        return (
            first_page(following) == self.first_page()
            or is_of_archive
            or bool(step(self.url, following))
        )

    def series(self) -> Series:
        """Return the series of the listing, whose address is that of its first page."""
        name = named_series(self.name() or self.first_page(), self.first_page())
        series = name or Series(name=self.first_page(), url=self.first_page())
        series.advertised = series.advertised or self.advertised()
        return series

    def name(self) -> str | None:
        """Return the heading, with the count where it stands there."""
        css = self.selectors.get("name")
        general = GeneralRules(self.document)
        lines = self.document.lines(css) if css else general.headings()
        title = next((text for _, text in general.headline() if text), None)
        return lines[0] if lines else title

    def advertised(self) -> int | None:
        """Return how many articles the page claims that the series has."""
        css = self.selectors.get("advertised")
        texts = self.document.lines(css) if css else [self.name() or ""]
        series = named_series(texts[0], None) if texts else None
        return series.advertised if series else None

    def first_page(self) -> str:
        return self._first_page

    @cached_property
    def _first_page(self) -> str:
        """What the address says, or else the number 1 of the page's pager."""
        said = first_page(self.url)
        if said != self.url or self.answer:
            return said
        return Paging(self.document, self.surroundings).first() or said

    # The articles

    def entries(self) -> list[Entry]:
        """Return the listed articles in the page's order, each once."""
        return list(self._entries)

    @cached_property
    def _entries(self) -> list[Entry]:
        found = self.linked_entries()
        if self.answer:
            objects = self.answer.entries(self.zone)
            found = objects if len(objects) > len(found) else found
        if len(found) < MIN_ENTRIES and "entry" not in self.selectors:
            known = {url_key(entry.url) for entry in found}
            found += [one for one in self.stated_entries() if url_key(one.url) not in known]
        return found

    def linked_entries(self) -> list[Entry]:
        found: dict[str, Entry] = {}
        headed: set[str] = set()
        for match in self.matches():
            entry = self.entry_of(match)
            if entry is None or first_page(entry.url) == self.first_page():
                continue
            key = url_key(entry.url)
            is_heading = is_headed(match.root)
            if key not in found or not found[key].headline or (is_heading and key not in headed):
                found[key] = entry
            headed.update([key] if is_heading else [])
        return list(found.values())

    def stated_entries(self) -> Iterator[Entry]:
        """Give what the JSON-LD lists of the page name."""
        seen = {url_key(self.url)}
        for url, headline, date in stated_entries(self.document):
            if url_key(url) not in seen:
                seen.add(url_key(url))
                moment = parse_date(date, zone=self.zone) if date else None
                yield Entry(url, headline, moment.iso if moment else None)

    def matches(self) -> list[Selector]:
        css = self.selectors.get("entry")
        if css:
            return list(self.document.selector.css(css))
        links = article_links(self.document, self.surroundings)
        return [Selector(root=link, type="html") for link in links]

    def entry_of(self, match: Selector) -> Entry | None:
        if match.root.tag == "a":
            link, around = match, list(match.xpath("ancestor::*[self::article or self::li][1]"))
        else:
            links = match.css(self.selectors.get("link", "h1 a, h2 a, h3 a, h4 a, a"))
            link, around = (links[0] if links else match), [match]
        url = self.document.absolute(link.attrib.get("href", ""))
        if url is None:
            return None
        return Entry(url, headline_of(link), self.date_of(around))

    def date_of(self, around: list[Selector]) -> str | None:
        css = self.selectors.get("date", "time, [class*=date], [class*=data], [class*=datum]")
        if not around:
            return None
        if around[0].root not in self._dates:  # one element may be around all entries
            self._dates[around[0].root] = self._date_in(around[0], css)
        return self._dates[around[0].root]

    def _date_in(self, around: Selector, css: str) -> str | None:
        lines = self.document.lines(css, around)
        language = language_tag(self.document.markup.html_lang or "")
        read = (parse_date(line, zone=self.zone, language=language) for line in lines)
        return next((moment.iso for moment in read if moment), None)

    # The page that follows

    def next_page(self) -> str | None:
        """Return the address of what follows, a page, a fragment or JSON; None at the end."""
        return self._next_page

    @cached_property
    def _next_page(self) -> str | None:
        for href in self.next_links():
            url = self.document.absolute(href)
            if url and same_site(url, self.url) and url_key(url) != url_key(self.url):
                return url
        return None

    def next_links(self) -> Iterator[str]:
        """Give the candidates, the surest first: the publisher's alone where it has a rule."""
        if "next" in self.selectors:
            yield from self.stated_next()
            return
        if self.is_article():
            return
        if self.answer:
            if self.answer.is_end():
                return
            stated = self.answer.next_page(len(self.entries()))
            yield from [stated] if stated else []
        links = [link for value in self.headers for link in _LINK.findall(value)]
        stated_links = [address for address, parameters in links if _NEXT.search(parameters)]
        paging = Paging(self.document, self.surroundings, stated_links, self.cursor_address)
        yield from paging.ways()

    def stated_next(self) -> Iterator[str]:
        """Give what the publisher's selector finds: a link's address, or the last cursor."""
        found = self.document.selector.css(self.selectors["next"])
        if any(isinstance(one.root, str) for one in found):
            cursors = [line for one in found if (line := clean_line(str(one.get())))]
            yield from (self.cursor_address(one) for one in cursors[-1:])
        else:
            yield from found.xpath("@href").getall()

    def cursor_address(self, cursor: str) -> str:
        """Return a cursor's address; what has a path is one already."""
        if not (self.more and cursor) or re.search(r"[/.]", cursor.partition("?")[0]):
            return cursor
        return self.more.format(first=self.first_page(), next=cursor.lstrip("?&"))

    def needs_script(self) -> str | None:
        """Return why the listing has more than its HTML holds and only a script can bring it.

        It is asked of the first page of a listing.
        """
        if self.answer or self.next_page():
            return None
        return script_reason(self.surroundings, len(self.entries()), self.advertised())


def headline_of(link: Selector) -> str | None:
    """Return the heading inside a link that holds a whole teaser, else the link's text."""
    heading = link.css("h1, h2, h3, h4")
    return clean_line(text_of(heading[0] if heading else link)) or None


def fragment(url: str, answer: JsonAnswer) -> HtmlResponse:
    """Return the HTML that an answer in JSON holds, as if it had been the answer."""
    return HtmlResponse(url, body=answer.html().encode("utf-8", "replace"), encoding="utf-8")


def is_own(node: Node, document: Document) -> bool:
    """Tell the article that a page is from the first one that it lists."""
    links = (node.link(key) for key in ("url", "mainEntityOfPage", "@id"))
    stated = [url for link in links if link and (url := document.absolute(link))]
    if not stated:
        headings = map(fold, GeneralRules(document).headings())
        return fold(node.headline or "") in headings
    return any(url_key(url) == url_key(document.url) for url in stated)
