"""Gathers what each page gives, and keeps it in one transaction once all of it is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from newscrawler.commits import Answer, alias_of, commit_of_failure, commit_of_page, series_of
from newscrawler.identity import page_key
from newscrawler.items import Drop
from newscrawler.memory import Memory, memory_of
from newscrawler.network.answers import asked_for, failed_request, reached_by, retry_after
from newscrawler.state.rows import PageCommit
from newscrawler.state.store import StateError
from newscrawler.visits import note_visit

HTTP_ERROR = 400


class Journal:
    """A spider middleware that commits a page when its records have passed the pipelines.

    Every page that was asked for has one outcome in `outcomes`: `listing`, `new`, `updated`,
    `unchanged`, `dropped/REASON` or `failed/REASON`; what is still `under_way` at the end has none.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.memory: Memory = memory_of(crawler)
        self.memory.journal = self
        self.stats = crawler.stats
        self.gathering: dict[Response, tuple[int, list[Any]]] = {}
        self.outcomes: Counter[str] = Counter()
        self.under_way: set[str] = set()
        self.series: set[str] = set()
        self.redirects: dict[str, tuple[Request, str]] = {}
        for handler, signal in (
            (self.request_sent, signals.request_reached_downloader),
            (self.item_scraped, signals.item_scraped),
            (self.item_lost, signals.item_error),
            (self.page_lost, signals.spider_error),
            (self.request_dropped, signals.request_dropped),
        ):
            crawler.signals.connect(handler, signal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def request_sent(self, request: Request) -> None:
        if request.callback is not NO_CALLBACK:  # that is robots.txt
            self.under_way.add(asked_for(request))

    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        yield from self.gather(response, list(result))

    async def process_spider_output_async(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        for one in self.gather(response, [one async for one in result]):
            yield one

    def gather(self, response: Response, output: list[Any]) -> list[Any]:
        records = sum(not isinstance(one, Request) for one in output)
        if records:
            self.gathering[response] = (records, [])
        elif not _asks_instead(output, response):
            self.keep_page(response, [])
        return output

    def item_scraped(self, item: Any, response: Response | Failure) -> None:
        if isinstance(response, Failure):
            if isinstance(item, Drop):
                self.keep_failure(response, item.reason, item)
            return
        number, gathered = self.gathering.get(response, (0, []))
        gathered.append(item)
        if len(gathered) == number:
            self.keep_page(response, gathered)

    def item_lost(self, response: Response | Failure) -> None:
        self.stats.inc_value("newscrawler/lost_items")
        self.keep_failure(response, "error")

    def page_lost(self, response: Response | Failure | None) -> None:
        if response is not None:  # else the spider broke before its first page
            self.keep_failure(response, "error")

    def request_dropped(self, request: Request) -> None:
        """Note the addresses that redirect to a page which had been asked for before."""
        if request.meta.get("redirect_urls"):
            self.redirects[asked_for(request)] = (request, request.url)
            self.count("dropped/duplicate_url", request)

    # Commits

    def keep_page(self, response: Response, records: list[Any]) -> None:
        self.gathering.pop(response, None)
        request = response.request
        if request is None:
            return
        if response.status >= HTTP_ERROR:
            self.keep_failure(response, f"http_{response.status}", _drop_in(records))
            return
        answer = Answer(response, request, records)

        def commit() -> tuple[PageCommit, str]:
            commit, outcome = commit_of_page(self.memory, answer)
            return note_visit(commit, request, outcome, response, records), outcome

        self.keep(commit, request)

    def keep_failure(
        self, place: Response | Failure, reason: str, drop: Drop | None = None
    ) -> None:
        if isinstance(place, Response):
            self.gathering.pop(place, None)
        request = place.request if isinstance(place, Response) else failed_request(place)
        if request is None:
            return
        wait = retry_after(place)

        def commit() -> tuple[PageCommit, str]:
            kept, outcome = commit_of_failure(self.memory, request, reason, drop, wait)
            made = kept or PageCommit(series=series_of(request))  # a listing page is no other row
            return note_visit(made, request, outcome, place, [drop] if drop else []), outcome

        self.keep(commit, request)

    def keep(self, make: Callable[[], tuple[PageCommit, str]], request: Request) -> None:
        try:
            commit, outcome = make()
            self.memory.keep(commit)
        except (StateError, OSError) as error:
            self.memory.give_up(error)
            return
        self.series.add(series_of(request))
        self.count(outcome, request)

    def count(self, outcome: str, request: Request) -> None:
        if request.meta.get("kept"):  # it was not asked for
            return
        self.outcomes[outcome] += 1
        kind, _, reason = outcome.partition("/")
        self.stats.inc_value(f"newscrawler/outcome/{kind}")
        if kind == "failed" and reason == "unwritable":
            self.stats.inc_value("feed/unwritable_records")
        for url in reached_by(request):
            self.under_way.discard(url)

    def keep_redirects(self) -> None:
        """Let each address that redirects lead to the article that was found behind it."""
        for request, url in self.redirects.values():
            page = self.memory.state.page(page_key(url))
            if page and page.state == "done":
                drop = Drop(url=request.url, reason="duplicate_url", in_favour_of=page.url)
                alias = alias_of(request, page)
                self.memory.keep(note_visit(alias, request, "dropped/duplicate_url", None, [drop]))


def _drop_in(records: list[Any]) -> Drop | None:
    return next((one for one in records if isinstance(one, Drop)), None)


def _asks_instead(output: list[Any], response: Response) -> bool:
    """Tell whether a page only leads to the one that is asked for in its place.

    A listing that is asked for again through the browser is kept as its server sent it.
    """
    asked = asked_for(response.request) if response.request else response.url
    plain = [one for one in output if isinstance(one, Request) and not one.meta.get("playwright")]
    return any(asked_for(one) == asked for one in plain)
