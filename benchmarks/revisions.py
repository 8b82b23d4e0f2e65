"""Count false versions of pages that differ in furniture alone, and edits that are not seen.

Run from the project's folder: `python -m benchmarks.revisions --corpus DIR`. DIR holds
`truth.jsonl` and the pages that it names. Each page that the project takes for an article is
shown several times, each time with clocks, counters, boxes, advertisements, comments, class
names, spellings, white space and addresses of that visit; then with each of the edits besides.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lxml import html as lxml_html
from scrapy.http import HtmlResponse

from benchmarks.extraction import chosen
from benchmarks.revision_edits import EDITS, Change
from benchmarks.revision_furniture import FURNITURE, WORDS, Visit, places_in, written
from newscrawler.extraction.saved import NOWHERE, html_response
from newscrawler.items import Article
from newscrawler.lines import json_line
from newscrawler.memory import take_as_known
from newscrawler.normalise.records import normalise_article
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.obstacles import obstacle
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page
from newscrawler.revisions import new_version
from newscrawler.state.rows import KnownArticle

# Characters; what has fewer is mostly a notice that nobody edits.
LEAST_TEXT = 300
# What lxml reads and does not write.
UNWRITABLE = re.compile(r"^\s*<\?xml[^>]*>|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Headlines for boxes in languages of which the corpus has fewer.
TITLES = tuple(
    f"What to know about the {topic}"
    for topic in ("gale warning", "harbour dues", "cup final", "school meals", "bus strike")
)


class Known(NamedTuple):
    """An article as the state has it, and what stood beside its text."""

    article: KnownArticle
    beside: frozenset[int]

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.article.line)
        return told


class Sample(NamedTuple):
    """A page of the corpus, as it is saved, and the lines that are read as its text."""

    name: str
    url: str | None
    source: str
    lines: set[str]
    language: str
    titles: tuple[str, ...]

    def shown(self, seed: str, edit: Change | None = None, told: Any = None) -> bytes | None:
        """Return the page as one visit shows it; None where the edit finds no place."""
        page = lxml_html.document_fromstring(UNWRITABLE.sub("", self.source))
        places = places_in(page, self.lines)
        if edit and not edit(page, told):
            return None
        chance = random.Random(f"{self.name} {seed}")  # noqa: S311
        places = [one for one in places if one is page or one.getparent() is not None]
        words = WORDS.get(self.language, WORDS["en"])
        visit = Visit(chance, places, words, self.titles)
        for change in FURNITURE:
            change(page, visit)
        return written(page, references=chance.random() < 0.5)


def page_of(body: bytes, url: str | None) -> ArticlePage:
    return article_page(HtmlResponse(url or NOWHERE, body=body, encoding="utf-8"))


def known_by(body: bytes, url: str | None) -> Known:
    page = page_of(body, url)
    article = normalise_article(read_article(page))
    kept = KnownArticle(
        key="", url=article.url, first_seen="", changed_at="", version=1, fingerprint="",
        line=json_line(article),
    )  # fmt: skip
    return Known(kept, frozenset(page.learned.beside))


class RefusedError(Exception):
    """A crawl takes the page for none of an article, and leaves the article as it is."""


def changed(body: bytes, url: str | None, known: Known) -> list[str]:
    """Return what differs as a crawl finds it, nothing for the same version."""
    page = page_of(body, url)
    article = read_article(page)
    if not article.body or obstacle(page, article, listed=True):
        raise RefusedError
    take_as_known(
        article, known.article, page.learned, page.document.shown_lines, lambda: known.beside
    )
    return new_version(known.told, normalise_article(article)) or []


def samples(corpus: Path, part: str, most: int) -> Iterator[Sample]:
    """Give the pages that people have labelled and that the project takes for articles."""
    records = chosen(corpus, part)
    titles = titles_of(records)
    number = 0
    for record in records:
        if not record.keys() & {"headline", "body", "must_contain"} or number >= most:
            continue
        content = gzip.decompress((corpus / record["html"]).read_bytes())
        source = html_response(content, record.get("url")).text
        found = read(source, record.get("url"))
        if found and found.headline and len(found.body or "") >= LEAST_TEXT:
            number += 1
            lines = set((found.body or "").split("\n\n"))
            language = (found.language or "")[:2]
            others = tuple(one for one in titles[language] if one != record.get("headline"))
            others = others if len(others) > len(TITLES) else TITLES
            yield Sample(record["id"], record.get("url"), source, lines, language, others)


def titles_of(records: list[dict[str, Any]]) -> dict[str, list[str]]:
    titles: dict[str, list[str]] = defaultdict(list)
    for record in records:
        if record.get("headline"):
            titles[(record.get("language") or "")[:2]].append(record["headline"])
    return titles


def read(source: str, url: str | None) -> Article | None:
    try:
        page = page_of(source.encode("utf-8", "replace"), url)
        article = read_article(page)
    except ValueError:
        return None
    return None if obstacle(page, article) else article


class Counts:
    """What was seen of all pages."""

    def __init__(self) -> None:
        self.pages = self.checked = self.refused = 0
        self.false: list[str] = []
        self.edits: dict[str, Counter[str]] = defaultdict(Counter)

    def recheck(self, page: Sample, known: Known, visits: int) -> None:
        self.pages += 1
        for visit in range(1, visits + 1):
            try:
                fields = changed(page.shown(str(visit)) or b"", page.url, known)
            except RefusedError:
                self.refused += 1
                continue
            self.checked += 1
            if fields:
                self.false.append(page.name)
                tell(f"{page.name} {visit}: {', '.join(fields)}")

    def edit(self, page: Sample, known: Known) -> None:
        for kind, edit in EDITS.items():
            body = page.shown(f"with {kind}", edit.change, known.told)
            if body is None:
                self.edits[kind]["no place"] += 1
                continue
            try:
                is_seen = edit.field in changed(body, page.url, known)
            except RefusedError:
                self.edits[kind]["refused"] += 1
                continue
            self.edits[kind]["seen" if is_seen else "missed"] += 1
            if not is_seen:
                tell(f"{page.name}: {kind} missed")

    def report(self) -> Iterator[str]:
        yield (
            f"{self.checked} re-checks of {self.pages} pages, {len(self.false)} false versions "
            f"of {len(set(self.false))} pages; {self.refused} were refused as no article"
        )
        made = sum(one["seen"] + one["missed"] for one in self.edits.values())
        yield f"{made} edits, {sum(one['seen'] for one in self.edits.values())} seen"
        for kind, one in self.edits.items():
            made = one["seen"] + one["missed"]
            others = f"{one['no place']} pages had no place, {one['refused']} were refused"
            yield f"  {kind}: {one['seen']} of {made} seen; {others}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=10_000, help="at most (default all)")
    parser.add_argument("--visits", type=int, default=2, help="re-checks of each (default 2)")
    parser.add_argument(
        "--part", choices=("all", "development", "held out"), default="all",
        help="of the brands, as in the benchmark of extraction (default all)",
    )  # fmt: skip
    options = parser.parse_args()
    counts = Counts()
    for page in samples(options.corpus, options.part, options.pages):
        first = page.shown("0")
        known = known_by(first, page.url) if first else None
        if known and known.told.get("body"):
            counts.recheck(page, known, options.visits)
            counts.edit(page, known)
    tell("\n".join(counts.report()))


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
