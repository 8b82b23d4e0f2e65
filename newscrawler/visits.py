"""What is noted of each answer, so that the history of an address can be told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawler.identity import page_key
from newscrawler.items import Article, Drop
from newscrawler.network.answers import reached_by, retry_after
from newscrawler.normalise.printable import shortened
from newscrawler.state.rows import PageCommit, Visit

NOT_MODIFIED = 304
# Characters; the longest reasons are sentences of ours with an address in them.
LONGEST_DETAIL = 300


def note_visit(
    commit: PageCommit, request: Request, outcome: str, answer: object, records: Iterable[Any] = ()
) -> PageCommit:
    """Add to what is kept of a page what came of asking for it.

    A page that was not asked for, since this round had read it before, has no visit.
    """
    if not request.meta.get("kept"):
        commit.visit = visit_of(request, outcome, answer, records)
        commit.visited = tuple(dict.fromkeys(_keys(request, answer)))
    return commit


def visit_of(request: Request, outcome: str, answer: object, records: Iterable[Any]) -> Visit:
    told = next((one for one in records if isinstance(one, Article | Drop)), None)
    detail, favour = "", ""
    if isinstance(told, Drop):
        detail, favour = told.detail or "", told.in_favour_of or ""
    elif told and told.version:
        detail = f"version {told.version}"
    wait = retry_after(answer) if isinstance(answer, Response | Failure) else None
    if wait and not detail:
        detail = f"wait {wait}"
    return Visit(
        outcome=outcome,
        status=status_of(request, answer),
        detail=shortened(detail, LONGEST_DETAIL),
        in_favour_of=favour,
    )


def status_of(request: Request, answer: object) -> int:
    if request.meta.get("not_modified"):
        return NOT_MODIFIED
    error = answer.value if isinstance(answer, Failure) else None
    response = error.response if isinstance(error, HttpError) else answer
    return response.status if isinstance(response, Response) else 0


def _keys(request: Request, answer: object) -> Iterable[str]:
    own = [answer.url] if isinstance(answer, Response) else []
    for url in (*reached_by(request), *own):
        try:
            yield page_key(url)
        except ValueError:  # a redirect may name what is no address
            continue
