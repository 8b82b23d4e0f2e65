"""Which requests are not made at all: addresses without end, and more pages than a run may ask."""

from __future__ import annotations

import logging
from collections import Counter, deque
from itertools import groupby
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import Scheduler as ScrapyScheduler
from scrapy.http import Response

from newscrawler.accounts import accounts_of
from newscrawler.archives.capture import utc_now
from newscrawler.commits import series_of
from newscrawler.identity import page_key
from newscrawler.items import Article, Drop
from newscrawler.lines import json_line
from newscrawler.memory import memory_of
from newscrawler.network.answers import asked_for
from newscrawler.network.traps import Patterns, Shape, kind_of_trap
from newscrawler.normalise.urls import site_of
from newscrawler.schedule import retry_refused
from newscrawler.state.rows import Page, PageCommit
from newscrawler.state.store import StateError

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

logger = logging.getLogger(__name__)

# What a page is that says nothing which another has not said; a failure tells nothing of it.
JUNK = (
    "not_an_article", "no_headline", "no_body", "soft_404", "empty_page",
    "duplicate_id", "duplicate_url", "duplicate_canonical", "duplicate_text",
)  # fmt: skip
FRUITS = ("unchanged",)
# An article of another series is no junk, where the address alone does not tell a trap.
EVIDENT = ("trap_calendar", "trap_facets", "trap_session")
# Rules that an account names; all are in the drops feed.
MAX_TOLD = 20
# After these nothing can be kept; what waits is asked for by the next run.
UNKEPT = ("storage", "state_damaged", "forced")


class Scheduler(ScrapyScheduler):
    """Scrapy's own, which also refuses what only a trap names, and ends at a number of pages.

    What a user starts from is never refused. What the listing of a series names is bounded
    by its shape alone: a listing has an end of its own. What related links and sitemaps
    name waits where many pages like it gave no article, until one does; what still waits at
    the end of the run is dropped with the rule's name. Pages beyond the number of a run or a
    site are left to the next run.
    """

    def open(self, spider: Spider) -> Deferred[None] | None:
        settings = spider.settings
        self.shape = Shape(
            settings.getint("NEWSCRAWLER_MAX_URL_LENGTH"),
            settings.getint("NEWSCRAWLER_MAX_PATH_SEGMENTS"),
            settings.getint("NEWSCRAWLER_MAX_PATH_REPEATS"),
        )
        self.patterns = Patterns(settings.getint("NEWSCRAWLER_MAX_FRUITLESS"))
        self.max_pages = settings.getint("NEWSCRAWLER_MAX_PAGES")
        self.max_of_site = settings.getint("NEWSCRAWLER_MAX_PAGES_PER_SITE")
        self.asked: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self.misshapen: dict[str, Request] = {}
        self.held: dict[str, list[Request]] = {}
        self.ready: deque[Request] = deque()
        spider.crawler.signals.connect(self.item_scraped, signals.item_scraped)
        return super().open(spider)

    def enqueue_request(self, request: Request) -> bool:
        if "series" in request.meta and self.shape.fault(request.url):
            self.misshapen[request.url] = request
            return False
        return super().enqueue_request(request)

    def has_pending_requests(self) -> bool:
        return bool(self.ready) or super().has_pending_requests()

    def next_request(self) -> Request | None:
        while request := self.ready.popleft() if self.ready else super().next_request():
            if is_under_way(request) or "series" not in request.meta:
                return request
            if not self.waits(request) and not self.is_left(request):
                return request
        return None

    # Patterns

    def waits(self, request: Request) -> bool:
        """Put a request aside whose like gave nothing; what a listing names is let pass."""
        trusted: int = getattr(self.spider, "trusted_hops", 0)
        if "hops" not in request.meta or request.meta["hops"] <= trusted:
            return False
        pattern = self.patterns.closed(asked_for(request))
        if pattern is None:
            return False
        self.held.setdefault(pattern, []).append(request)
        return True

    def item_scraped(self, item: Any, response: Any) -> None:
        """Learn from what came of a page, and let go on what waited for it."""
        request = response.request if isinstance(response, Response) else None
        if request is None or "hops" not in request.meta:
            return
        url, reason = asked_for(request), item.reason if isinstance(item, Drop) else ""
        is_fruit = isinstance(item, Article) or reason in FRUITS
        is_junk = reason in JUNK or (reason == "other_series" and kind_of_trap(url) in EVIDENT)
        if not is_fruit and not is_junk:
            return
        self.patterns.note(url, fruitful=is_fruit)
        if is_fruit:
            for pattern in [one for one in self.held if not self.patterns.is_closed(one)]:
                self.ready.extend(self.held.pop(pattern))

    # Numbers

    def is_left(self, request: Request) -> bool:
        """Tell whether the run has asked for as many pages as it may; count those it asks for."""
        site = site_of(request.url)
        if self.asked[site] >= self.max_of_site or self.asked.total() >= self.max_pages:
            self.left[site] += 1
            return True
        self.asked[site] += 1
        return False

    # The end

    def close(self, reason: str) -> Deferred[None] | None:
        if reason not in UNKEPT:
            try:
                self.settle(is_finished=reason == "finished")
            except (StateError, OSError) as error:
                memory_of(self.spider.crawler).note_failure(error)
        return super().close(reason)

    def settle(self, *, is_finished: bool) -> None:
        """Tell what rules have ended; what waits in a run that was stopped is asked for again."""
        self.tell_left()
        self.drop_misshapen()
        if is_finished:
            self.drop_held()

    def tell_left(self) -> None:
        for site, number in self.left.items():
            told = f"{self.asked[site]} pages of {site} asked for, {number} left to the next run"
            logger.warning("%s", told)
            self.spider.crawler.stats.inc_value("newscrawler/page_limit")
            for account in accounts_of(self.spider).values():
                account.limits.append(told)

    def drop_misshapen(self) -> None:
        by_reason: dict[str, list[Request]] = {}
        for request in self.misshapen.values():
            by_reason.setdefault(str(self.shape.fault(request.url)), []).append(request)
        for reason, requests in by_reason.items():
            self.drop(requests, reason, f"{len(requests)} addresses of such a shape")

    def drop_held(self) -> None:
        for pattern, requests in self.held.items():
            why = (
                f"of {self.patterns.junk[pattern]} like it {self.patterns.fruits[pattern]} articles"
            )
            told = f"{len(requests)} addresses like {pattern}: {why}"
            self.drop(requests, kind_of_trap(requests[0].url), told)

    def drop(self, requests: list[Request], reason: str, told: str) -> None:
        """Enter into the state, the account and the drops feed what a rule has ended.

        The feed has one line for all of a rule and a series.
        """
        logger.warning("%s: %s", reason, told)
        self.spider.crawler.stats.inc_value(f"newscrawler/dropped/{reason}", len(requests))
        for key, group in groupby(sorted(requests, key=series_of), series_of):
            of_series = list(group)
            drop = Drop(url=of_series[0].url, reason=reason, detail=told)
            pages = [page for one in of_series for page in self.dropped_page(one, reason)]
            commit = PageCommit(series=key, pages=pages)
            commit.records.append(("drops", json_line(drop)))
            memory_of(self.spider.crawler).keep(commit)
            if account := accounts_of(self.spider).get(key):
                if len(account.limits) < MAX_TOLD:
                    account.limits.append(f"{reason}: {told}")
                for request in of_series:
                    account.drop(asked_for(request), reason)

    def dropped_page(self, request: Request, reason: str) -> list[Page]:
        """Return what is remembered of a page that is not asked for, unless it has an article."""
        url, now, state = asked_for(request), utc_now(), memory_of(self.spider.crawler).state
        before = state.page(page_key(url))
        if "hops" not in request.meta or (before and before.article):
            return []
        return [
            Page(
                key=page_key(url), url=url, series=series_of(request), hops=request.meta["hops"],
                state="done", reason=reason, checked_at=now, due_at=retry_refused(now, reason, 1),
            )
        ]  # fmt: skip


def is_under_way(request: Request) -> bool:
    """Tell another try, or the next hop, of a page that has been let pass."""
    return bool(request.meta.get("redirect_times") or request.meta.get("retry_times"))
