"""The listing page of a series: its name, the articles it lists, and the page that follows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote, urlsplit, urlunsplit

from parsel import Selector
from scrapy.http import TextResponse

from newscrawler.items import Series
from newscrawler.normalise.dates import parse_date
from newscrawler.normalise.languages import language_tag
from newscrawler.normalise.text import clean_line
from newscrawler.normalise.urls import same_site, url_key
from newscrawler.pages.article import named_series
from newscrawler.pages.document import Document, text_of
from newscrawler.pages.general import GeneralRules
from newscrawler.pages.vocabulary import ASIDE_CLASS, NEXT_WORDS, SERIES_PATH

# Fewer links to articles than this may stand on any page.
MIN_ENTRIES = 3
_PAGE_PARAMETER = re.compile(r"(?:page|p|seite|pagina|strona|pag|paged)=(\d*)", re.IGNORECASE)
_PAGE_PATH = re.compile(r"/(?:page|seite|pagina|strona)[/-](\d+)/?$")
ASIDE = (
    "ancestor::*[self::nav or self::aside"
    " or ((self::footer or self::header) and not(ancestor::main or ancestor::article))]"
)
# `has-sidebar` on the body, or on what holds the listing beside its sidebar, names no sidebar.
NAMES = (
    "ancestor-or-self::*[not(self::html or self::body or .//h1)]/@class"
    " | ancestor-or-self::*[not(self::html or self::body or .//h1)]/@id"
)
# `/2026/10/14/`, a number of five digits or more, or a name of three words and more.
ARTICLE_PATH = re.compile(
    r"/(?:19|20)\d\d[/-]?\d\d(?:[/-]?\d\d)?(?:/|\d*-)|\d{5,}|(?<![^\W_])[^\W_]+(?:-[^\W_]+){2,}"
)
MORE_WORDS = re.compile(
    r"(?:load|show) more|mehr laden|voir plus|ver más|показать ещё", re.IGNORECASE
)
HEADING = "ancestor::*[self::h2 or self::h3 or self::h4] | .//h2 | .//h3 | .//h4"
COMMENTS = re.compile(r"#.*(?:comment|comentari|kommentar|disqus|respond|opini)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as its listing names it; `date` in the forms of `date_published`."""

    url: str
    headline: str | None = None
    date: str | None = None


class ListingPage:
    """What one page of a series' listing says; a publisher's subclass sets attributes."""

    domains: ClassVar[tuple[str, ...]] = ()
    listing_path: ClassVar[str] = ""
    """Pattern of a listing's path."""
    selectors: ClassVar[Mapping[str, str]] = {}
    """CSS of `name`, `entry`, and in an entry `link` and `date`; of the `next` link."""
    zone: ClassVar[str | None] = None
    needs_browser: ClassVar[bool] = False
    """Whether the listing is always to be rendered."""

    def __init__(self, response: TextResponse) -> None:
        self.url = response.url
        self.document = Document(response)

    def is_listing(self) -> bool:
        """Tell a listing from an article."""
        if self.listing_path:
            return bool(re.search(self.listing_path, urlsplit(self.url).path))
        if self.document.article_node:
            return False
        entries = len(self.entries())
        if SERIES_PATH.search(self.url):
            return entries >= (MIN_ENTRIES if self.is_marked_article() else 1)
        return entries >= MIN_ENTRIES and self.is_paged() and not self.is_marked_article()

    def is_marked_article(self) -> bool:
        return self.document.markup.meta("og:type") == "article"

    def is_paged(self) -> bool:
        """Tell the next page of this listing from the next article of a site."""
        next_url = self.next_page()
        return bool(next_url) and first_page(next_url or "") == self.first_page()

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
        return first_page(self.url)

    def entries(self) -> list[Entry]:
        """Return the listed articles in the page's order, each once."""
        found: dict[str, Entry] = {}
        headed: set[str] = set()
        for match in self.matches():
            entry = self.entry_of(match)
            if entry is None or first_page(entry.url) == self.first_page():
                continue
            key = url_key(entry.url)
            is_heading = bool(match.xpath(HEADING))
            if key not in found or not found[key].headline or (is_heading and key not in headed):
                found[key] = entry
            headed.update([key] if is_heading else [])
        return list(found.values())

    def matches(self) -> list[Selector]:
        css = self.selectors.get("entry")
        if css:
            return list(self.document.selector.css(css))
        return [
            link for link in self.document.selector.css("a[href]") if self.is_article_link(link)
        ]

    def is_article_link(self, link: Selector) -> bool:
        """Tell a link to a listed article by its address and by what stands around it."""
        url = self.document.absolute(link.attrib["href"])
        if url is None or not same_site(url, self.url) or SERIES_PATH.search(url):
            return False
        is_shaped = ARTICLE_PATH.search(unquote(urlsplit(url).path))
        if not (is_shaped or link.xpath(HEADING)) or COMMENTS.search(link.attrib["href"]):
            return False
        names = link.xpath(NAMES).getall()
        return not link.xpath(ASIDE) and not any(ASIDE_CLASS.search(name) for name in names)

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
        lines = self.document.lines(css, around[0]) if around else []
        language = language_tag(self.document.markup.html_lang or "")
        read = (parse_date(line, zone=self.zone, language=language) for line in lines)
        return next((moment.iso for moment in read if moment), None)

    def next_page(self) -> str | None:
        """Return the page that follows; None on the last one."""
        for href in self.next_links():
            url = self.document.absolute(href)
            if url and same_site(url, self.url) and url_key(url) != url_key(self.url):
                return url
        return None

    def needs_script(self) -> str | None:
        """Return why the page evidently holds less than the listing, where it does."""
        if self.next_page():
            return None
        buttons = self.document.selector.css("button, [role=button], a[href='#']")
        if any(MORE_WORDS.match(clean_line(text_of(one)) or "") for one in buttons):
            return "a button without an address"
        if self.document.selector.css("[class*=infinite], [data-infinite-scroll], .sentinel"):
            return "it grows when scrolled"
        advertised, held = self.advertised() or 0, len(self.entries())
        return f"{held} of {advertised} articles stand on it" if held < advertised else None

    def next_links(self) -> list[str]:
        """Return the candidates, the surest first: the publisher's, `rel=next`, then by word."""
        css = self.selectors.get("next")
        if css:
            return self.document.selector.css(css).xpath("@href").getall()
        select = self.document.selector
        stated = select.css("link[rel~=next], a[rel~=next]").xpath("@href").getall()
        worded = [link for link in select.css("a[href]") if self.says_next(link)]
        return stated + [link.attrib["href"] for link in worded] + self.numbered_links()

    def numbered_links(self) -> list[str]:
        """Return the link to the page whose number follows, where a pager has numbers alone."""
        own = page_number(self.url)
        # The first page has no number, and the second may be counted from 0.
        following = (own + 1,) if own else (1, 2)
        hrefs = self.document.selector.xpath("//a[number(normalize-space()) > 1]/@href").getall()
        urls = [url for href in hrefs if (url := self.document.absolute(href))]
        pages = [url for url in urls if first_page(url) == self.first_page()]
        return [url for url in pages if page_number(url) in following][:1]

    def says_next(self, link: Selector) -> bool:
        words = clean_line(text_of(link)) or clean_line(link.attrib.get("aria-label", ""))
        names = f"{link.attrib.get('class', '')} {link.xpath('../@class').get() or ''}"
        classed = bool(re.search(r"(?:^|[-_\s])next(?:$|[-_\s])", names))
        # The teaser of an article may end in a word for `go on` as well.
        is_teaser = bool(
            link.xpath("ancestor::*[self::article or self::li][1]//*[self::h2 or self::h3]")
        )
        worded = bool(words) and bool(NEXT_WORDS.match(words.casefold()))
        return classed or (worded and not is_teaser)


def headline_of(link: Selector) -> str | None:
    """Return the heading inside a link that holds a whole teaser, else the link's text."""
    heading = link.css("h1, h2, h3, h4")
    return clean_line(text_of(heading[0] if heading else link)) or None


def first_page(url: str) -> str:
    """Return a listing's address without the number of a page."""
    parts = urlsplit(url)
    kept = [one for one in parts.query.split("&") if not _PAGE_PARAMETER.fullmatch(one)]
    path = _PAGE_PATH.sub("/", parts.path)
    return urlunsplit((parts.scheme, parts.netloc, path, "&".join(kept), ""))


def page_number(url: str) -> int:
    """Return the number of a listing's page as its address states it, 0 where it states none."""
    parts = urlsplit(url)
    stated = (_PAGE_PARAMETER.fullmatch(one) for one in parts.query.split("&"))
    found = next((one for one in stated if one), None) or _PAGE_PATH.search(parts.path)
    return int(found[1] or 0) if found else 0
