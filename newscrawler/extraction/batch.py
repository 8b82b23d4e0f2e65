"""Article records of many saved pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from newscrawler.extraction.page_lists import BadLine, ListedPage, read_page_list
from newscrawler.extraction.saved import html_response, is_known, read_page_file
from newscrawler.items import Article
from newscrawler.lines import json_line
from newscrawler.normalise.records import normalise_article
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page
from newscrawler.workers import work_through

# A page takes a tenth of a second; a hostile one may take two.
PAGE_SECONDS = 20.0


class Batch:
    """The pages of a list, and how many gave a record.

    `tell` is called with what is wrong with a line or a page, in words that name it.
    """

    def __init__(self, path: Path, tell: Callable[[str], None], *, processes: int) -> None:
        self.path, self.tell, self.processes = path, tell, processes
        self.records = self.failed = 0

    def lines(self) -> Iterator[str]:
        """Give the records in the list's order. Raises `OSError` where the list is not readable."""
        outcomes = work_through(
            self.pages(), page_line, processes=self.processes, seconds=PAGE_SECONDS
        )
        for outcome in outcomes:
            if outcome.result is None:
                self.fail(outcome.task.number, f"page {outcome.task.id}: {outcome.why}")
            else:
                self.records += 1
                yield outcome.result

    def pages(self) -> Iterator[ListedPage]:
        for one in read_page_list(self.path):
            if isinstance(one, BadLine):
                self.fail(one.number, one.why)
                continue
            if one.warning:
                self.tell(f"{self.path}, line {one.number}: page {one.id}: {one.warning}")
            yield one

    def fail(self, number: int, why: str) -> None:
        self.failed += 1
        self.tell(f"{self.path}, line {number}: {why}")


def page_line(page: ListedPage) -> str:
    """Return the line of a page. Raises `OSError`, `PageFileError`, `UnwritableRecordError`."""
    return record_line(page.id, read_page_file(page.file), page.url)


def record_line(page_id: str, body: bytes, url: str | None) -> str:
    """Return the line of a page whose bytes these are; `url` is None where nobody knows it."""
    response = html_response(body, url)
    article = normalise_article(read_article(article_page(response)))
    record = {"page": page_id, **{one.name: getattr(article, one.name) for one in fields(article)}}
    return json_line(record if is_known(response.url) else _without_address(record, article))


def _without_address(record: dict[str, Any], article: Article) -> dict[str, Any]:
    """Leave out what was made of an address that nobody knows."""
    name = article.publisher.name if article.publisher else None
    found = {"url", "id", "publisher"}
    left = {field: value for field, value in record.items() if field not in found}
    return left | ({"publisher": {"name": name}} if name else {})
