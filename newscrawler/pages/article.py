"""The article page: a publisher's own rule for a field first, the general rules for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import ClassVar

from lxml.etree import _Element as Element
from scrapy.http import TextResponse

from newscrawler.items import Author, AuthorType, Block, Image, Related, Series
from newscrawler.normalise.people import is_organisation, split_names
from newscrawler.normalise.text import clean_line
from newscrawler.normalise.urls import host_of, url_key
from newscrawler.pages.body import paragraphs
from newscrawler.pages.document import Document, Found, text_of
from newscrawler.pages.general import GeneralRules
from newscrawler.pages.site_memory import Learned
from newscrawler.pages.vocabulary import SERIES_LABEL

# `Political Crisis in Venezuela (573)`, `Grève du port (4 articles)`: how many articles it has.
# `(2024)` is a year, and `(1.2K)` no exact number.
# No series has so many articles, no article so many comments, and no state such a number.
TOO_MANY_DIGITS = 10
_BRACKETS = re.compile(
    r"\s*[(\[（]\s*(?!(?:19|20)\d\d\s*[)\]）])(?P<count>\d[\d\s.,]*)"
    r"(?:(?!(?i:k|m|mil|mio|tsd|tys|тыс)\b)[^\W\d]+)?\s*[)\]）]"
)


class ArticlePage:
    """What one article page says, field by field.

    A publisher's subclass sets attributes, or overrides the method that has the field's
    name. Each method returns what the publisher's own markup gives, None where nothing:
    then the general rules are asked. The page is a pure function of its response.
    """

    domains: ClassVar[tuple[str, ...]] = ()
    """Hosts of the publisher; each stands for its subdomains as well."""
    site_name: ClassVar[str | None] = None
    zone: ClassVar[str | None] = None
    """IANA zone of times that the page prints without one."""
    article_path: ClassVar[str] = ""
    """Pattern of an article's path; its group `id` is the publisher's id."""
    selectors: ClassVar[Mapping[str, str]] = {}
    """CSS by field; `credit` and `caption` belong to the main image."""
    related_links: ClassVar[Mapping[Block, str]] = {}
    """CSS of the links to other articles, by block."""
    furniture: ClassVar[tuple[str, ...]] = ()
    """CSS of what stands inside the body and is not of it."""

    def __init__(self, response: TextResponse) -> None:
        self.url = response.url
        self.document = Document(response)
        own = self.domain_of(self.url) in self.domains
        self.general = GeneralRules(self.document, site_name=self.site_name if own else None)
        self.stood: dict[tuple[Block, str], int] = {}
        self.learned = Learned()
        """What `read_article` found that other pages of the site may have as well."""

    @classmethod
    def published_id(cls, url: str) -> str | None:
        """Return `domain:id` where the address holds the publisher's id."""
        found = re.search(cls.article_path, url) if cls.article_path else None
        return f"{cls.domain_of(url)}:{found['id']}" if found else None

    @classmethod
    def domain_of(cls, url: str) -> str:
        """Return the host without `www.`, `m.` or `amp.`; another edition is another domain."""
        return host_of(f"https://{url_key(url)}")

    # What the publisher's markup says

    def first(self, field: str) -> str | None:
        """Return the text of the first match of the field's selector."""
        css = self.selectors.get(field)
        return next(self.document.each_line(css), None) if css else None

    def all(self, field: str) -> list[str]:
        css = self.selectors.get(field)
        return self.document.lines(css) if css else []

    def found(self, field: str) -> list[Found]:
        css = self.selectors.get(field)
        return self.document.find(css) if css else []

    def headline(self) -> str | None:
        return self.first("headline")

    def alternative_headline(self) -> str | None:
        return self.first("alternative_headline")

    def description(self) -> str | None:
        return self.first("description")

    def date_published(self) -> str | None:
        """Text of the date; `zone` is used where it states none."""
        return self.first("date_published")

    def date_modified(self) -> str | None:
        return self.first("date_modified")

    def clock_error(self) -> timedelta:
        """Return how far ahead of the true time `date_modified` is on this page."""
        return timedelta()

    def section(self) -> str | None:
        return self.first("section")

    def short_url(self) -> str | None:
        return self.first("short_url")

    def source_organization(self) -> str | None:
        return self.first("source_organization")

    def comment_count(self) -> int | None:
        return count_in(self.first("comment_count") or "")

    def is_accessible_for_free(self) -> bool | None:
        return None

    def keywords(self) -> list[str]:
        return self.all("keywords")

    def breadcrumbs(self) -> list[str]:
        return self.all("breadcrumbs")

    def authors(self) -> list[Author]:
        """One author for each name in each match; a link gives the author's page."""
        return [
            Author(name=name, url=self.link_of(match), type=author_type(name, self.site_name))
            for match in self.found("authors")
            for name in split_names(text_of(match), site_names=self.site_names())
        ]

    def series(self) -> list[Series]:
        """One series for each link; a count in brackets in or behind its name is taken off."""
        unique: dict[str, Series] = {}
        for one in map(self.series_of, self.found("series")):
            if one:
                unique.setdefault(one.url or one.name, one)
        return list(unique.values())

    def series_of(self, link: Found) -> Series | None:
        tail = "" if isinstance(link, str) else "".join(islice(_texts_behind(link), 4))
        behind = _BRACKETS.match(tail)
        return named_series(text_of(link) + (behind[0] if behind else ""), self.link_of(link))

    def related(self) -> list[Related]:
        return [
            link
            for block, css in self.related_links.items()
            for link in self.links(self.document.find(css), block)
        ]

    def links(self, matches: Iterable[Found], block: Block) -> list[Related]:
        """Return the links among `matches` as one block, numbered, each address once."""
        found: dict[str, Related] = {}
        own = url_key(self.url)
        for match in matches:
            url = self.link_of(match)
            key = url_key(url) if url else own
            if url and key != own:
                link = found.get(key) or Related(url=url, block=block, position=len(found) + 1)
                found[key] = link
                link.headline = link.headline or clean_line(text_of(match)) or None
                place = 0 if isinstance(match, str) else self.document.places.get(match, 0)
                self.stood.setdefault((block, link.url), place)
        return list(found.values())

    def images(self) -> list[Image]:
        """Images in the page's order; caption and credit are of the first."""
        images = map(self.image_of, self.found("images"))
        found = [image for image in images if image]
        if found:
            found[0].caption = self.first("caption") or found[0].caption
            found[0].credit = self.first("credit") or found[0].credit
        return found

    def image_of(self, match: Found) -> Image | None:
        if isinstance(match, str):
            return None
        url = self.document.image_url(match)
        return Image(url=url, alt=clean_line(match.get("alt", "")) or None) if url else None

    def body(self) -> list[str]:
        """Paragraphs of the containers that the selector `body` names, each once."""
        matches = [match for match in self.found("body") if not isinstance(match, str)]
        containers = set(matches)
        outermost = [one for one in matches if containers.isdisjoint(one.iterancestors())]
        found = [paragraphs(one, remove=self.furniture) for one in outermost]
        return [paragraph for part in found for paragraph in part]

    def canonical_url(self) -> str | None:
        return self.document.canonical_url

    def link_of(self, match: Found) -> str | None:
        """Return where a link leads, or the link around an element."""
        if isinstance(match, str):
            return None
        href = match.get("href")
        if not href:
            around = [one.get("href") for one in match.iterancestors("a")]
            href = next((one for one in reversed(around) if one is not None), None)
        return self.document.absolute(href) if href else None

    def site_names(self) -> list[str]:
        return [name for name in (self.site_name, self.general.site_name) if name]

    def is_article(self) -> bool:
        """Tell whether the page is an article at all."""
        return bool(self.published_id(self.url)) or self.general.is_article()


def named_series(text: str, url: str | None) -> Series | None:
    """Return the series that a link or heading names.

    `Topic: Name (573)` is `Name` with 573 articles.
    """
    line = clean_line(text)
    labelled = SERIES_LABEL.match(line)
    name = line[labelled.end() :] if labelled and line[labelled.end() :] else line
    counted = re.search(_BRACKETS.pattern + "$", name)
    if not counted or not counted.start():
        return Series(name=name, url=url) if name else None
    count = count_in(counted["count"])
    return Series(name=name[: counted.start()], url=url, advertised=count)


def count_in(text: str) -> int | None:
    """Return the number that a text states; one that counts nothing on earth is none."""
    digits = re.sub(r"\D", "", text)
    return int(digits) if 0 < len(digits) < TOO_MANY_DIGITS else None


def _texts_behind(element: Element) -> Iterator[str]:
    """Give the texts between an element and the end of what it stands in."""
    yield from filter(None, [element.tail])
    for sibling in element.itersiblings():
        if isinstance(sibling.tag, str):
            yield from map(str, sibling.itertext(with_tail=False))
        yield from filter(None, [sibling.tail])


def author_type(name: str, site_name: str | None) -> AuthorType:
    return "Organization" if is_organisation(name, [site_name] if site_name else []) else "Person"
