"""Reads one page of an archive, in a process of its own: from its record to its article."""

from __future__ import annotations

from dataclasses import dataclass, field

from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from newscrawler.accounts import Account
from newscrawler.archives.capture import Capture
from newscrawler.archives.http_headers import response_headers
from newscrawler.archives.warc_captures import capture_of, keep_pages
from newscrawler.archives.warc_records import record_at
from newscrawler.archives.warc_sources import WarcSource
from newscrawler.identity import TextMarks
from newscrawler.items import Article, Series
from newscrawler.normalise.languages import language_tag
from newscrawler.normalise.months import month_of
from newscrawler.normalise.records import normalise_article
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.obstacles import obstacle
from newscrawler.pages.reader import read_article
from newscrawler.pages.site_memory import NOTHING_KNOWN, Learned, SiteMemory
from newscrawler.publishers import article_page, listing_page
from newscrawler.spiders.arguments import Period
from newscrawler.state.rows import ArchivePosition

# Bytes; DOWNLOAD_MAXSIZE, which bounds a page of a live crawl.
MAX_PAGE = 5 * 2**20
VALIDATORS = ("etag", "last-modified")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of the pages, as far as only their text tells."""

    series: Series | None = None
    period: Period = field(default_factory=Period)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands, and what it is to be read with."""

    source: WarcSource
    offset: int
    url: str
    captured_at: str
    """UTC with `Z`, empty where nobody wrote it down."""
    wish: Wish
    is_listed: bool = False
    """Whether the listing of the series names the page."""
    memory: SiteMemory = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class Passed:
    """What was passed since the page before, and how far the file is read with this one."""

    position: ArchivePosition
    records: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    """Records that the filters refused, by reason."""
    damaged: int = 0
    faults: tuple[str, ...] = ()
    """What could not be read, in words that name the file."""
    is_unreadable: bool = False
    is_cut_off: bool = False
    known: int = 0
    """Articles of earlier runs in what need not be read again."""


@dataclass(frozen=True, slots=True)
class Task:
    """One page that is to be read; without a page, only how far the reading has come."""

    passed: Passed
    page: Place | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page says, or why it is refused, or why it is none of those that are wanted."""

    article: Article | None = None
    marks: TextMarks | None = None
    learned: Learned = field(default_factory=Learned)
    headers: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    left_out: str = ""


def prepare() -> None:
    """Read the names of months and languages, which takes as long as twenty pages."""
    month_of("janvier")
    language_tag("French")


def is_mark(task: Task) -> bool:
    return task.page is None


def read_task(task: Task) -> Reading:
    """Read the page of a task. Raises `ValueError`, `OSError` where that cannot be."""
    return read_page(task.page) if task.page else Reading()


def read_page(place: Place) -> Reading:
    capture = capture_at(place)
    if capture.fault:
        return Reading(reason=capture.fault)
    response = response_of(capture)
    if not isinstance(response, TextResponse):
        return Reading(reason="not_an_article")
    page = article_page(response)
    article = read_article(page, place.memory)
    headers = tuple((name, it) for name, it in capture.headers if name.lower() in VALIDATORS)
    left_out = why_left_out(article, place)
    reason = "" if left_out else obstacle(page, article, listed=place.is_listed) or ""
    if not (left_out or reason or place.is_listed or states_article(page)):
        # An archive has every front page and list of its sites; a live crawl asks for few.
        reason = "not_an_article" if listing_page(response).is_listing() else ""
    kept = None if left_out or reason else normalise_article(article)
    marks = TextMarks.of(kept.body) if kept and kept.body else None
    return Reading(kept, marks, page.learned, headers, reason, left_out)


def states_article(page: ArticlePage) -> bool:
    """Tell whether the page itself calls what it holds an article."""
    document = page.document
    is_stated = document.article_node is not None or document.markup.meta("og:type") == "article"
    return is_stated or bool(page.published_id(page.url))


def why_left_out(article: Article, place: Place) -> str:
    """Return why an article is none of those that are wanted, empty for one that is."""
    series = place.wish.series
    if series and not place.is_listed:
        account = Account(series.name, series.url)
        if not account.holds(article.series or [], []):
            return "other_series"
    return "" if place.wish.period.holds(article.date_published) else "out_of_period"


def capture_at(place: Place) -> Capture:
    with place.source.opened() as file:
        record = record_at(file, place.source.name, place.offset, keep=keep_pages)
    return capture_of(record, MAX_PAGE)


def shown_lines(place: Place) -> list[str]:
    """Return the lines that a page shows; it is read once more for that."""
    response = response_of(capture_at(place))
    if not isinstance(response, TextResponse):
        return []
    return article_page(response).document.shown_lines()


def response_of(capture: Capture) -> Response:
    headers = response_headers(capture.headers)
    kind = responsetypes.from_args(headers=headers, url=capture.url, body=capture.body)
    return kind(capture.url, status=capture.status, headers=headers, body=capture.body)
