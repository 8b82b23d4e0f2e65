"""Reads an article page into its record, and notes where each field stood."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from newscrawler.items import Article, Dateline, Publisher, Related, Source
from newscrawler.normalise.datelines import split_dateline
from newscrawler.normalise.dates import Moment, instant_of, is_before, parse_date
from newscrawler.normalise.text import fold
from newscrawler.normalise.urls import url_key
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.body import main_text
from newscrawler.pages.document import word_count
from newscrawler.pages.relations import related_links, stated_series
from newscrawler.pages.site_memory import NOTHING_KNOWN, SiteMemory
from newscrawler.pages.usage import usage_of
from newscrawler.pages.vocabulary import (
    BYLINE_START,
    DATE_LABEL,
    DATE_START,
    SENTENCE_END,
    SERIES_LABEL,
)
from newscrawler.pages.wire_service import WireService

# Fields whose candidates are taken as they are, the first that says something.
PLAIN_FIELDS = (
    "headline", "alternative_headline", "description", "authors", "section", "breadcrumbs",
    "keywords", "language", "images", "is_accessible_for_free", "short_url", "comment_count",
)  # fmt: skip
# `/dockers-walk-out-48213/`, `/163458489.html`: a number of five digits or more that ends
# the address and is no day.
_NUMBER_AT_END = re.compile(r"[/_-](?!(?:19|20)\d{6}\b)(\d{5,})(?:\.[a-z]{3,5})?/?$")

# A running time, a number of shares.
NO_WORD = re.compile(r"^[\W\d_]+$")
# A byline with its date, or the series' name with its label and count.
LABEL_WORDS = 20
# `1 March 2024`: what has more words, and no label for a date, is a heading with a date in it;
# a time of the day comes with a zone and small words.
DATE_WORDS = 3
TIME_WORDS = 6
_LETTERS = re.compile(r"[^\W\d_]+")


def read_article(page: ArticlePage, memory: SiteMemory = NOTHING_KNOWN) -> Article:
    """Return what the page says as one record; what it does not say is absent.

    `memory` is what other pages of the site have taught; what this one teaches is
    `page.learned` afterwards.
    """
    return _Reader(page, memory).read()


def article_id(page: ArticlePage) -> str:
    """Return `domain:id`: the publisher's id, a number at the address's end, or its digest."""
    stated = page.published_id(page.url)
    if stated:
        return stated
    key = url_key(page.url)  # the mobile and the AMP page of an article have its id
    number = _NUMBER_AT_END.search(key)
    return f"{page.domain_of(f'https://{key}')}:{number[1] if number else digest(key)}"


def digest(key: str) -> str:
    """Return 16 hexadecimal digits of SHA-256: no clash among a billion addresses."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _is_date(line: str) -> bool:
    words = len(_LETTERS.findall(line))
    starts_so = DATE_START.match(line) is not None
    moment = parse_date(line) if words <= TIME_WORDS or starts_so else None
    if moment is None:
        return False
    return starts_so or words <= (DATE_WORDS if moment.precision == "day" else TIME_WORDS)


class _Reader:
    def __init__(self, page: ArticlePage, memory: SiteMemory) -> None:
        self.page = page
        self.memory = memory
        self.general = page.general
        self.provenance: dict[str, Source] = {}

    def read(self) -> Article:
        page = self.page
        article = Article(
            url=page.document.own_url, id=article_id(page), canonical_url=page.canonical_url()
        )
        for field in PLAIN_FIELDS:
            setattr(article, field, self.choose(field))
        article.publisher = Publisher(name=self.general.site_name, domain=page.domain_of(page.url))
        article.usage = usage_of(page.document) or None
        self.read_dates(article)
        self.read_relations(article)
        self.read_body(article)
        article.source_organization = self.source_organization(article)
        article.provenance = self.provenance_in_feed_order()
        return article

    def choose(self, field: str) -> Any:
        """Return the publisher's value of a field, else the first general candidate."""
        stated = getattr(self.page, field, lambda: None)()
        if stated not in (None, "", []):
            self.provenance[field] = "publisher"
            return stated
        for source, value in getattr(self.general, field)():
            if value not in (None, "", []):
                self.provenance[field] = source
                return value
        return None

    # Dates

    def read_dates(self, article: Article) -> None:
        published = self.choose_date("date_published")
        if published:
            article.date_published_raw, moment = published
            article.date_published, article.date_precision = moment.iso, moment.precision
        modified = self.choose_date("date_modified")
        if modified is None:
            return
        iso = self.put_right(modified[1].iso)
        if article.date_published and is_before(iso, article.date_published):
            del self.provenance["date_modified"]
        else:
            article.date_modified_raw, article.date_modified = modified[0], iso

    def put_right(self, iso: str) -> str:
        """Take off the error of the page's clock; a day has none."""
        error, stated = self.page.clock_error(), instant_of(iso)
        if not error or stated is None:
            return iso
        return (stated - error).isoformat().replace("+00:00", "Z")

    def choose_date(self, field: str) -> tuple[str, Moment] | None:
        """Return the publisher's date, else the one that the page is believed."""
        stated, zone = getattr(self.page, field)(), self.page.zone
        if stated:
            language = next((tag for _, tag in self.general.language() if tag), None)
            moment = parse_date(stated, zone=zone, language=language)
            if moment:
                self.provenance[field] = "publisher"
            return (stated, moment) if moment else None
        dates = self.general.dates
        is_first = field == "date_published"
        found = dates.choose_published(zone) if is_first else dates.choose_modified(zone)
        if found is None:
            return None
        self.provenance[field] = found.source
        return found.raw, found.moment

    # Text

    def read_body(self, article: Article) -> None:
        found = self.page.body()
        self.provenance["body"] = "publisher"
        if not found:
            self.provenance["body"] = "text"
            text = main_text(
                self.page.document, headline=article.headline, language=article.language,
                memory=self.memory,
            )  # fmt: skip
            found, self.page.learned = text
        found = [line for line in found if not self.is_label(line, article)]
        self.take_standfirst(article, found)
        self.take_dateline(article, found)
        article.body = "\n\n".join(found) or None
        if not article.body:
            del self.provenance["body"]

    def is_label(self, line: str, article: Article) -> bool:
        """Tell a byline, a date and the name of the series from a paragraph of the text."""
        if word_count(line) > LABEL_WORDS or line.endswith(SENTENCE_END):
            return False
        if DATE_LABEL.match(line) or NO_WORD.match(line) or _is_date(line):
            return True
        names = [author.name for author in article.authors or []]
        if any(fold(name) in fold(line) for name in names) and BYLINE_START.match(line):
            return True
        series = [one.name for one in article.series or []]
        return any(name in line for name in series) and bool(SERIES_LABEL.match(line))

    def take_standfirst(self, article: Article, paragraphs: list[str]) -> None:
        """Take a standfirst or second headline off the text's start: each is said once."""
        said = {fold(text) for text in (article.description, article.alternative_headline) if text}
        while paragraphs and fold(paragraphs[0]) in said:
            if not self.general.is_standfirst(paragraphs[0]):
                return
            del paragraphs[0]

    def take_dateline(self, article: Article, paragraphs: list[str]) -> None:
        """Take the dateline off the first paragraph, or off the end where it stands alone."""
        for place in (0, -1):
            split = split_dateline(paragraphs[place]) if paragraphs else None
            if split and (place == 0 or not split.rest):
                article.dateline = Dateline(text=split.text, place=split.place, source=split.source)
                self.provenance["dateline"] = self.provenance["body"]
                paragraphs[place : place + 1 or None] = [split.rest] if split.rest else []
                return

    def source_organization(self, article: Article) -> str | None:
        """Return the wire service: by the publisher's rule, or by what the page says of it."""
        stated = self.page.source_organization()
        if stated:
            self.provenance["source_organization"] = "publisher"
            return stated
        article.provenance = self.provenance
        found = WireService(self.page.document, article).choose()
        if found is None:
            return None
        name, self.provenance["source_organization"] = found
        return name

    # Relations

    def read_relations(self, article: Article) -> None:
        article.series = self.page.series()
        self.provenance["series"] = "publisher"
        if not article.series:
            article.series = stated_series(self.page)
            self.provenance["series"] = "text"
        if not article.series:
            del self.provenance["series"]
        article.related = self.related() or None
        if article.related:
            self.provenance["related"] = "publisher" if self.page.related_links else "text"

    def related(self) -> list[Related]:
        """Return the publisher's blocks and of the general ones those it has no rule for,
        in the page's order.
        """
        page = self.page
        stated = page.related()
        general = related_links(page)
        found = stated + [link for link in general if link.block not in page.related_links]
        return sorted(found, key=lambda link: page.stood.get((link.block, link.url), 0))

    def provenance_in_feed_order(self) -> dict[str, Source]:
        fields = Article.__dataclass_fields__
        return {field: self.provenance[field] for field in fields if field in self.provenance}
