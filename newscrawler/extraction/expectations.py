"""What is expected of the saved pages of a publisher: one line a page, in a file people edit."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from scrapy.http import HtmlResponse, TextResponse

from newscrawler.archives.capture import Capture
from newscrawler.lines import escaped, json_line
from newscrawler.normalise.records import normalise_article
from newscrawler.normalise.urls import site_of
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.listing import ListingPage
from newscrawler.pages.obstacles import obstacle
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page, listing_page

# Stands in a line as long as the page has the text of its publisher: the digest of that page.
CAPTURED = "captured"


class NoExpectationError(ValueError):
    """A page of which nothing can be expected, or a file of lines that cannot be read."""


@dataclass(slots=True)
class Line:
    """One line: a feed line of an article, or `{"listing": ...}`."""

    record: dict[str, Any]
    text: str = ""
    """As it stands in the file, so that what does not change stays as somebody wrote it."""

    @property
    def said(self) -> dict[str, Any]:
        """Return what the line says of its page, field by field."""
        said = self.record.get("listing") or self.record
        return {name: value for name, value in said.items() if name != CAPTURED}

    @property
    def url(self) -> str:
        return str(self.said.get("url", ""))

    @property
    def captured(self) -> str:
        """The digest of the page as its publisher sent it; empty once its text is ours."""
        return str(self.record.get(CAPTURED, ""))

    def dumps(self) -> str:
        return self.text or escaped(json.dumps(self.record, ensure_ascii=False))


@dataclass(slots=True)
class Expectations:
    """The lines of one publisher, `expected/NAME.jsonl`."""

    path: Path
    lines: list[Line] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Expectations:
        """Read the file, which need not exist. Raises `OSError`, `NoExpectationError`."""
        if not path.exists():
            return cls(path)
        texts = path.read_text("utf-8").splitlines()
        return cls(path, [_line(path, number, text) for number, text in enumerate(texts, 1)])

    def put(self, line: Line) -> None:
        """Put a line in the place of the one for the same page, else at the end."""
        same = [place for place, one in enumerate(self.lines) if one.url == line.url]
        for place in same[:1]:
            self.lines[place] = line
        if not same:
            self.lines.append(line)

    def write(self) -> None:
        """Write the file whole. Raises `OSError`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(f"{self.path.name}.part")
        part.write_text("".join(f"{line.dumps()}\n" for line in self.lines), "utf-8")
        part.replace(self.path)


def expected_of(url: str, saved: Capture) -> Line:
    """Return what the program reads from a saved page now."""
    response = response_of(url, saved)
    return Line(_listing(listing_page(response)) or _article(article_page(response)))


def response_of(url: str, saved: Capture) -> HtmlResponse:
    return HtmlResponse(url, body=saved.body, headers=dict(saved.headers))


def address_of(response: TextResponse) -> str:
    """Return where a page is to be saved: at the address that its line will have.

    Raises `NoExpectationError` for what is neither a listing nor an article.
    """
    if listing_page(response).is_listing():
        return response.url
    page = article_page(response)
    article = read_article(page)
    reason = obstacle(page, article)
    if reason or not article.headline or not article.body:
        raise NoExpectationError(f"no article: {reason or 'no_headline or no_body'}")
    return normalise_article(article).url


def publisher_name(response: TextResponse) -> str:
    """Return the name of the publisher's module, or the one that it is to have.

    Raises `NoExpectationError` where the site's name cannot be one.
    """
    for page, general in (
        (article_page(response), ArticlePage),
        (listing_page(response), ListingPage),
    ):
        if type(page) is not general:
            return type(page).__module__.rpartition(".")[2]
    name = re.sub(r"\W", "_", site_of(response.url).partition(".")[0])
    if not name.isidentifier():
        raise NoExpectationError(f"{name!r} names no module: give its --name")
    return name


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _article(page: ArticlePage) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(json_line(normalise_article(read_article(page))))
    return record


def _listing(page: ListingPage) -> dict[str, Any] | None:
    if not page.is_listing():
        return None
    following = page.next_page()
    said = {
        "url": page.url,
        "series": _present(page.series()),
        "entries": [_present(entry) for entry in page.entries()],
    }
    return {"listing": said | ({"next_page": following} if following else {})}


def _present(record: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(record).items() if value is not None}


def _line(path: Path, number: int, text: str) -> Line:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoExpectationError(f"{path}, line {number}: no JSON: {error}") from error
    line = Line(record, text) if isinstance(record, dict) else None
    if line is None or not line.url:
        raise NoExpectationError(f"{path}, line {number}: no record with a 'url'")
    return line


def expectation_files(folder: Path) -> Iterator[Path]:
    return iter(sorted((folder / "expected").glob("*.jsonl")))
