"""All that the project makes of one response, so that a person finds out why."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from scrapy.http import Response, TextResponse

from newscrawler.items import Article
from newscrawler.normalise.records import normalise_article
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.candidates import FieldReport, field_reports
from newscrawler.pages.listing import ListingPage
from newscrawler.pages.obstacles import obstacle
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page, listing_page


@dataclass(frozen=True, slots=True)
class Listing:
    """What a page says as the listing of a series."""

    name: str
    url: str | None
    advertised: int | None
    entries: int
    next_page: str | None
    needs_script: str | None
    """Why a browser is needed for the rest, where one is."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one page says, and how it was read."""

    url: str
    status: int
    content_type: str | None
    rules: str | None
    """The publisher's module whose rules were asked first, None where only the general ones."""
    obstacle: str | None
    """What the page is instead of an article, as a reason of the drops feed."""
    listing: Listing | None = None
    fields: list[FieldReport] = field(default_factory=list)
    article: Article | None = None

    def record(self) -> dict[str, Any]:
        """Return the form for programs: empty values are left out by `json_line`."""
        return asdict(self)


def inspect_response(response: Response) -> Inspection:
    """Read a response as an article and as a listing; what is no text is neither."""
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
    if not isinstance(response, TextResponse):
        return Inspection(response.url, response.status, kind, None, "not_an_article")
    page, listing = article_page(response), listing_page(response)
    article = read_article(page)
    reason = obstacle(page, article)
    normalise_article(article)
    return Inspection(
        url=response.url,
        status=response.status,
        content_type=kind,
        rules=_rules(page, listing),
        obstacle=reason,
        listing=_listing(listing) if listing.is_listing() else None,
        fields=field_reports(page, article),
        article=article,
    )


def _rules(page: ArticlePage, listing: ListingPage) -> str | None:
    for kind, general in ((type(page), ArticlePage), (type(listing), ListingPage)):
        if kind is not general:
            return kind.__module__
    return None


def _listing(page: ListingPage) -> Listing:
    series = page.series()
    return Listing(
        name=series.name,
        url=series.url,
        advertised=series.advertised,
        entries=len(page.entries()),
        next_page=page.next_page(),
        needs_script=page.needs_script(),
    )
