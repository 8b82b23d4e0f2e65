"""What is kept of a page: its outcome, when to ask again, its article, links and records."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, NamedTuple

from scrapy import Request
from scrapy.http import Response

from newscrawler.archives.capture import utc_now
from newscrawler.archives.http_headers import header_pairs, header_text
from newscrawler.frontier import listing_key
from newscrawler.identity import OTHER_PAGES, copy_of, marks_of, page_key
from newscrawler.items import Article, Drop, Link
from newscrawler.lines import UnwritableRecordError, json_line
from newscrawler.memory import Memory
from newscrawler.network.answers import PUT_OFF, asked_for, reached_by
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.site_memory import Learned
from newscrawler.revisions import fingerprint
from newscrawler.schedule import next_check, retry_after_failure, retry_refused
from newscrawler.state.rows import (
    ArchivePosition,
    Copy,
    KeptResponse,
    KnownArticle,
    Page,
    PageCommit,
    Taught,
)

GONE = ("http_404", "http_410", "soft_404")
# Bytes; a page is smaller, and packing a larger sitemap would hold up the event loop.
LARGEST_KEPT = 8 * 2**20
# Texts of one page; with more, a hundred pages would push out all others of their site.
MOST_TAUGHT = 50


class Answer(NamedTuple):
    """A page and what the pipelines made of its records.

    The spider says in `meta`: `series`, the key of the series the page was asked for; `hops`;
    `found`, requests for what it links to; `listed`, on a listing page, the addresses
    that it names; `outside`, that the article is none of the series; `learned`, what its page
    teaches about its site; `position`, how far an archive is read with this page.
    """

    response: Response
    request: Request
    records: list[Any]


def series_of(request: Request) -> str:
    """Return the key under which a page's records wait: its series, or itself if it has none."""
    return str(request.meta.get("series") or f"page {page_key(asked_for(request))}")


def commit_of_page(memory: Memory, answer: Answer) -> tuple[PageCommit, str]:
    """Return what to keep of a page that was read, and its outcome."""
    position: ArchivePosition | None = answer.request.meta.get("position")
    commit = PageCommit(series=series_of(answer.request), links=links(answer), position=position)
    outcome = "dropped/nothing"
    if "listed" in answer.response.meta:
        outcome = "listing"
        if 0 < len(answer.response.body) <= LARGEST_KEPT:  # of an archive's page none is here
            commit.response = kept_response(memory, answer)
        commit.listed = [(page_key(url), url) for url in answer.response.meta["listed"]]
    for record in answer.records:
        if isinstance(record, Article):
            outcome = add_article(memory, commit, answer, record)
        elif isinstance(record, Drop):
            outcome = add_drop(memory, commit, answer, record)
    return commit, outcome


def links(answer: Answer) -> list[Page]:
    found: list[Request] = answer.response.meta.get("found", [])
    series = series_of(answer.request)
    return [
        Page(key=page_key(one.url), url=one.url, series=series, hops=one.meta["hops"])
        for one in found
    ]


def kept_response(memory: Memory, answer: Answer) -> KeptResponse:
    return KeptResponse(
        key=listing_key(answer.request),
        url=answer.response.url,
        headers=header_pairs(answer.response.headers),
        body=answer.response.body,
        round=memory.run.round,
        checked_at=utc_now(),
    )


def pages(answer: Answer, **outcome: Any) -> list[Page]:
    """Return the page under each address that led to it."""
    headers = answer.response.headers
    page = Page(
        key="",
        url="",
        series=series_of(answer.request),
        hops=answer.response.meta.get("hops", 0),
        state="done",
        checked_at=utc_now(),
        etag=header_text(headers.get("ETag") or b""),
        last_modified=header_text(headers.get("Last-Modified") or b""),
    )
    addresses = {page_key(url): url for url in (*reached_by(answer.request), answer.response.url)}
    return [replace(page, key=key, url=url, **outcome) for key, url in addresses.items()]


def add_article(memory: Memory, commit: PageCommit, answer: Answer, article: Article) -> str:
    known = memory.known(article)
    try:
        line, edges = json_line(article), [json_line(link) for link in links_of(article)]
    except UnwritableRecordError:
        return "failed/unwritable"
    row = article_row(article, line, known)
    due = next_check(
        utc_now(),
        published=article.date_published,
        changed_at=last_change(row, article.date_published),
    )
    commit.article, commit.member = row, not answer.response.meta.get("outside")
    commit.pages = pages(answer, article=row.key, due_at=due)
    if page_key(article.url) not in {page.key for page in commit.pages}:
        commit.pages.append(replace(commit.pages[0], key=page_key(article.url), url=article.url))
    commit.taught = taught_by(answer, row)
    commit.copy = copy_of(article, row.key)
    commit.beside = answer.response.meta.get("learned", Learned()).beside
    commit.records = [("article", line), *(("links", edge) for edge in edges)]
    return "updated" if known else "new"


def taught_by(answer: Answer, row: KnownArticle) -> Taught | None:
    """Return what the article's page teaches; a page that was refused teaches nothing."""
    learned: Learned = answer.response.meta.get("learned", Learned())
    if not (learned.doubtful or learned.container):
        return None
    site = ArticlePage.domain_of(answer.response.url)
    texts = learned.doubtful[:MOST_TAUGHT]
    return Taught(site=site, page=row.key, texts=texts, container=learned.container)


def article_row(article: Article, line: str, known: KnownArticle | None) -> KnownArticle:
    version, now = article.version or 1, utc_now()
    return KnownArticle(
        key=known.key if known else page_key(article.url),
        url=article.url,
        first_seen=known.first_seen if known else now,
        changed_at=known.changed_at if known and known.version == version else now,
        version=version,
        fingerprint=fingerprint(article),
        line=line,
        marks=tuple(mark for _, mark in marks_of(article)),
    )


def last_change(row: KnownArticle, published: str | None) -> str:
    """Return when the article was seen to change: that it is new to us is no change of it."""
    return row.changed_at if row.version > 1 or not published else ""


def links_of(article: Article) -> list[Link]:
    """Return the edges from `article` to the articles it points to."""
    return [
        Link(
            from_url=article.url,
            to_url=other.url,
            headline=other.headline,
            block=other.block,
            position=other.position,
        )
        for other in article.related or []
    ]


def add_drop(memory: Memory, commit: PageCommit, answer: Answer, drop: Drop) -> str:
    now, known = utc_now(), memory.article_at(*reached_by(answer.request))
    if drop.reason == "unchanged" and known:
        published = json.loads(known.line).get("date_published")
        due = next_check(now, published=published, changed_at=last_change(known, published))
        commit.pages = pages(answer, article=known.key, due_at=due)
        if known.gone:
            memory.state.note_gone(known.key, "")
        return "unchanged"
    note_gone(memory, known, drop.reason)
    tries = tries_before(memory, commit.series, asked_for(answer.request), drop.reason) + 1
    commit.pages = pages(
        answer,
        article=kept_instead(memory, drop) or (known.key if known else ""),
        reason=drop.reason,
        detail=drop.detail or "",
        tries=tries,
        due_at=retry_refused(now, drop.reason, tries),
    )
    commit.copy = place_of(memory, drop)
    if tries == 1:
        commit.records = [("drops", json_line(drop))]
    return f"dropped/{drop.reason}"


def place_of(memory: Memory, drop: Drop) -> Copy | None:
    """Return the page of a duplicate as one more place where the text stood."""
    article = memory.duplicates.pop(drop.url, None)
    kept = memory.article_at(drop.in_favour_of)
    if article is None or kept is None:
        return None
    is_same_page = drop.reason not in ("duplicate_near", "duplicate_part")
    return copy_of(article, kept.key if is_same_page else page_key(article.url), drop.reason)


def kept_instead(memory: Memory, drop: Drop) -> str:
    """Return the key of the article that the page turned out to be."""
    if not drop.in_favour_of or drop.reason in OTHER_PAGES:
        return ""
    kept = memory.article_at(drop.in_favour_of)
    return kept.key if kept else ""


def commit_of_failure(
    memory: Memory, request: Request, reason: str, drop: Drop | None, wait: str | None
) -> tuple[PageCommit | None, str]:
    """Return what to keep of a page that could not be had or read: it is put off.

    `wait` is what the server said in `Retry-After`.
    """
    kind = "put_off" if reason in PUT_OFF else "failed"
    outcome, now, url = f"{kind}/{reason}", utc_now(), asked_for(request)
    if "hops" not in request.meta:  # a listing page is asked for by every run
        return None, outcome
    before = memory.state.page(page_key(url))
    tries = tries_before(memory, series_of(request), url, reason) + 1
    page = Page(
        key=page_key(url),
        url=url,
        series=series_of(request),
        hops=request.meta["hops"],
        state="deferred",
        reason=reason,
        tries=tries,
        due_at=retry_after_failure(now, reason, tries, wait),
        checked_at=now,
        article=before.article if before else "",
    )
    note_gone(memory, memory.article_at(url), reason)
    commit = PageCommit(series=page.series, pages=[page])
    if drop and tries == 1:
        commit.records = [("drops", json_line(drop))]
    return commit, outcome


def tries_before(memory: Memory, series: str, url: str, reason: str) -> int:
    """Return how often in a row the page has ended like this, when asked for this series."""
    before = memory.state.page(page_key(url))
    is_same = before is not None and (before.series, before.reason) == (series, reason)
    return before.tries if before and is_same else 0


def note_gone(memory: Memory, known: KnownArticle | None, reason: str) -> None:
    if known and reason in GONE:
        memory.state.note_gone(known.key, reason)


def alias_of(request: Request, page: Page) -> PageCommit:
    """Return what to keep of addresses that redirect to a page which was asked for by another."""
    addresses = {page_key(url): url for url in reached_by(request)}
    rows = [
        replace(page, key=key, url=url, series=series_of(request), etag="", last_modified="")
        for key, url in addresses.items()
        if key != page.key
    ]
    return PageCommit(series=series_of(request), pages=rows)
