"""What a crawl remembers of earlier ones, and which pages it may therefore leave alone."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler

from newscrawler.archives.capture import utc_now
from newscrawler.identity import copy_of_record, page_key
from newscrawler.items import Article, Dateline
from newscrawler.locks import lock_state, state_path
from newscrawler.normalise.dates import instant_of
from newscrawler.normalise.text import clean_paragraphs
from newscrawler.pages.site_memory import Learned, SiteMemory, short_digest_of
from newscrawler.same_text import is_same_text
from newscrawler.state.rows import KnownArticle, KnownSeries, Page, PageCommit, Run
from newscrawler.state.store import State, StateError

logger = logging.getLogger(__name__)

# Articles of a state that knows no copies yet; each run makes so many known, in some four seconds.
INDEXED_BY_A_RUN = 2_000
# Pages between pipeline and commit; Scrapy has 16 under way.
MOST_DUPLICATES = 64


@dataclass(frozen=True, slots=True)
class Revisits:
    """Which pages of earlier runs are asked for again."""

    full: bool = False
    """All of them, and everything is delivered again."""
    known: bool | timedelta | None = None
    """Known articles: all or none of them, those of that age, or (None) those that are due."""

    def leaves_alone(self, page: Page, now: str) -> bool:
        if page.state == "queued" or self.full or self.known is True:
            return False
        if isinstance(self.known, timedelta) and page.article:
            return _later(page.checked_at, self.known) > now
        if self.known is False and page.article:
            return True
        return page.due_at > now


@dataclass(frozen=True, slots=True)
class _LookedUp:
    """Articles by the key of a page, as they stood after so many changes of the state."""

    at: int = -1
    articles: dict[str, KnownArticle | None] = field(default_factory=dict)


def _later(when: str, by: timedelta) -> str:
    moment = instant_of(when)
    return (moment + by).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def take_as_known(
    article: Article,
    known: KnownArticle,
    learned: Learned,
    shown: Callable[[], list[str]],
    was_shown: Callable[[], frozenset[int]],
) -> None:
    """Give a known article the text that was delivered, where no editor has changed it: neither
    what was learned of the site since then nor another box beside it makes a version.

    `shown` gives the lines that the page shows, `was_shown` what stood beside the text before, by
    short digests; both are asked for only where the texts differ.
    """
    told: dict[str, Any] = json.loads(known.line)
    before, now = told.get("body", ""), clean_paragraphs(article.body or "")
    if now == before:
        return
    apart = (told.get(name, "") for name in ("headline", "alternative_headline", "description"))
    dateline = Dateline(**told["dateline"]) if "dateline" in told else None
    if is_same_text(
        _with_dateline(dateline, before),
        _with_dateline(article.dateline, now),
        frozenset(learned.doubtful),
        linked=frozenset(learned.linked),
        was_shown=was_shown() | set(map(short_digest_of, apart)),
        shown=shown,
    ):
        article.body, article.dateline = before, dateline
        place = told.get("provenance", {}).get("dateline")
        if place and article.provenance is not None:
            article.provenance["dateline"] = place


def _with_dateline(dateline: Dateline | None, text: str) -> str:
    """Put a dateline where it was printed: a line before it keeps the reader from telling it."""
    return f"{dateline.text} {text}" if dateline else text


class Memory:
    """Opens the state for one run, and answers what is known."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.path = path = state_path(crawler.settings.get("NEWSCRAWLER_STATE", ""))
        wait = crawler.settings.getfloat("NEWSCRAWLER_LOCK_WAIT")
        self.lock = lock_state(path, wait) if path else None
        self.state = State.open(path)
        self.started_at = utc_now()
        spider: Any = crawler.spider
        arguments = getattr(spider, "crawl_key", json.dumps(spider.name))
        self.run: Run = self.state.begin_run(spider.name, arguments, self.started_at)
        self.revisits: Revisits = getattr(spider, "revisits", Revisits())
        self.is_stopping = False
        self.repeated: set[str] = set()
        """Addresses of unchanged articles that are delivered again."""
        self.met: dict[str, str] = {}
        """Addresses of the articles met last by their marks, which the state may not have yet."""
        self.duplicates: dict[str, Article] = {}
        """By address, what a pipeline has just refused as a duplicate; its commit takes it."""
        self.journal: Any = None
        """Set by the journal, whose counts the report needs."""
        self.publish_meanwhile: Callable[[str], None] | None = None
        """Set by what ends the run: delivers what waits of a series before that."""
        self._looked_up = _LookedUp()
        self._index_earlier_articles()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _index_earlier_articles(self) -> None:
        """Make known as texts what an earlier version of the project has kept."""
        done, left = self.state.index_copies(copy_of_record, INDEXED_BY_A_RUN)
        if done or left:
            told = "%d articles of earlier runs are now compared with new ones, some %d are to come"
            logger.info(told, done, left)

    # Pages

    def settled(self, request: Request) -> Page | None:
        """Return the page of an earlier run that makes the request needless.

        A page that a user starts from is always asked for.
        """
        if "series" not in request.meta:
            return None
        page = self.state.page(page_key(request.url))
        if page is None or not self.revisits.leaves_alone(page, self.started_at):
            return None
        return page if self._still_holds(page, request) else None

    def _still_holds(self, page: Page, request: Request) -> bool:
        """Tell whether a page that was refused for what had been asked would be again."""
        if page.reason == "other_series":
            scope = getattr(self.crawler.spider, "scope", "series")
            return scope == "series" and page.series == request.meta["series"]
        if page.reason == "out_of_period":
            period: Any = getattr(self.crawler.spider, "period", None)
            return period is not None and not period.holds(page.detail)
        return True

    # Articles

    def article_at(self, *urls: str | None) -> KnownArticle | None:
        """Return the article that one of the addresses is known to lead to."""
        keys = dict.fromkeys(page_key(url) for url in dict.fromkeys(urls) if url)
        return next((found for key in keys if (found := self._article_at(key))), None)

    def _article_at(self, key: str) -> KnownArticle | None:
        """Look up what stays as it is while one page goes from spider to commit only once."""
        changes = self.state.changes
        if self._looked_up.at != changes:
            self._looked_up = _LookedUp(changes)
        found = self._looked_up.articles
        if key not in found:
            page = self.state.page(key)
            found[key] = self.state.article((page.article if page else "") or key)
        return found[key]

    def known(self, article: Article) -> KnownArticle | None:
        """Return the article as it was known before it was fetched."""
        return self.article_at(article.url, article.request_url)

    def site_memory(self, site: str, url: str, known: KnownArticle | None) -> SiteMemory:
        """Return what pages of a site have in common, others than the one at this address."""
        page = known.key if known else page_key(url)
        return SiteMemory(self.state.site_texts(site, page), self.state.site_containers(site))

    def keep(self, commit: PageCommit) -> None:
        """Commit what a page gave. Raises `StateError`, `OSError`."""
        self.state.commit(self.run.id, commit, utc_now())

    def article_to_start_from(self, url: str) -> KnownArticle | None:
        """Return the known article at a start address, unless it is to be fetched again."""
        page = self.state.page(page_key(url))
        if (
            page is None
            or not page.article
            or not self.revisits.leaves_alone(page, self.started_at)
        ):
            return None
        return self.state.article(page.article)

    def note_duplicate(self, article: Article) -> None:
        """Keep what a pipeline refuses until its page is committed."""
        self.duplicates[article.url] = article
        while len(self.duplicates) > MOST_DUPLICATES:
            del self.duplicates[next(iter(self.duplicates))]

    # Series

    def open_series(
        self, key: str, name: str, url: str | None, advertised: int | None, *, new: bool = False
    ) -> None:
        """Keep what is known of a series; `new` says that it has a new article."""
        known = self.state.series(key)
        last = self.started_at if new else known.last_new_at if known else ""
        self.state.put_series(
            KnownSeries(key=key, name=name, url=url or "", advertised=advertised, last_new_at=last)
        )

    def touched(self) -> set[str]:
        """Return the keys under which this run has left records."""
        return set(self.journal.series) if self.journal else set()

    # The end

    def stop(self, reason: str) -> None:
        """Let the crawl end, with `reason` as its finish reason."""
        engine = self.crawler.engine
        if not self.is_stopping and engine and engine.spider:
            self.is_stopping = True
            self.closing = asyncio.ensure_future(engine.close_spider_async(reason=reason))

    def note_failure(self, error: Exception) -> None:
        """Count what keeps the run from keeping anything, and say it once."""
        kind = "state_damaged" if isinstance(error, StateError) else "storage"
        if not self.crawler.stats.get_value(f"newscrawler/{kind}"):
            logger.error("%s", error)
        self.crawler.stats.inc_value(f"newscrawler/{kind}")

    def give_up(self, error: Exception) -> None:
        """End the crawl because nothing can be kept any more."""
        self.note_failure(error)
        self.stop("state_damaged" if isinstance(error, StateError) else "storage")

    def close(self) -> None:
        try:
            self.state.close()
        except (StateError, OSError) as error:
            self.note_failure(error)
        if self.lock:
            self.lock.release()


def memory_of(crawler: Crawler) -> Memory:
    """Return the memory of a crawl that is under way."""
    memory = crawler.get_extension(Memory)
    if memory is None:
        raise RuntimeError("the extension newscrawler.memory.Memory is switched off")
    return memory
