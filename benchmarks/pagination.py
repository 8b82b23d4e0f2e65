"""Measure how often the next page of a listing is right, and how often one is invented."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import urljoin

from scrapy.http import HtmlResponse

from newscrawler.normalise.urls import site_of, url_key
from newscrawler.pages.listing import ListingPage
from newscrawler.pages.paging_words import NUMBER
from newscrawler.pages.surroundings import line_of

NO_URL = "https://page.example/"
# Of every three sites one is held out of development.
PARTS = 3
KINDS = {
    "stated": "a next page is stated: right",
    "none": "listings and others: none invented",
    "article": "articles: none invented",
}


class Result(NamedTuple):
    """What the program says of one page; `kind` is what its truth states."""

    id: str
    kind: str
    part: str
    found: str | None
    is_right: bool
    is_listing: bool
    why: str


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--corpus", type=Path, required=True, help="truth.jsonl and html/")
    arguments.add_argument("--wrong", action="store_true", help="name the pages that are wrong")
    options = arguments.parse_args()
    started = perf_counter()
    results = list(measured(options.corpus))
    for part in ("development", "held out", "all"):
        summarise(part, [one for one in results if part in ("all", one.part)])
    show(f"{len(results) / (perf_counter() - started):.0f} pages a second")
    for one in results if options.wrong else ():
        if not one.is_right:
            show(f"{one.kind}, {one.part}, {one.id}: {one.found} {one.why}")


def summarise(part: str, results: list[Result]) -> None:
    said: Counter[str] = Counter(one.kind for one in results)
    right: Counter[str] = Counter(one.kind for one in results if one.is_right)
    show(f"{part}:")
    for kind, what in KINDS.items():
        wrong = Counter(one.why for one in results if one.kind == kind and one.why)
        why = "".join(f"; {count} {reason}" for reason, count in wrong.items())
        figure = f"{right[kind]:5} of {said[kind]:5}  {share(right[kind], said[kind])}"
        show(f"  {what:40} {figure}{why}")
    articles = [one for one in results if one.kind == "article" and not one.is_right]
    show(f"  {'articles taken for a paged listing':40} {sum(it.is_listing for it in articles):5}")


def show(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def measured(corpus: Path) -> Iterator[Result]:
    """Give a result for each page; those of sources without labels of paging are articles.

    A source labels paging on all of its pages, so that a page of it without a label has none.
    """
    lines = (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    labelled = {source for one in records if "pagination_next" in one for source in one["sources"]}
    for record in records:
        kind = "article" if labelled.isdisjoint(record["sources"]) else "none"
        yield result(record, corpus, "stated" if "pagination_next" in record else kind)


def result(record: dict[str, Any], corpus: Path, kind: str) -> Result:
    body = gzip.decompress((corpus / "html" / f"{record['id']}.html.gz").read_bytes())
    url = url_of(record)
    page = ListingPage(HtmlResponse(url, body=body))
    found, is_listing = page.next_page(), page.is_listing()
    expected = [right for one in record.get("pagination_next", []) for right in labels(one, page)]
    is_right = found is None if kind != "stated" else bool(found) and key(found) in expected
    part = "held out" if number_of(record) % PARTS == 0 else "development"
    why = "" if is_right or not found else convention(found, record, page)
    return Result(record["id"], kind, part, found, bool(is_right), is_listing, why)


def convention(found: str, record: dict[str, Any], page: ListingPage) -> str:
    """Return why a label may say otherwise than a reader of the list would.

    Some label as next what leads to newer articles, and as previous what has the higher
    number; none labels the numbers of a pager that has nothing else.
    """
    if key(found) in map(key, record.get("pagination_prev", [])):
        return "go to older articles, which the label calls previous"
    links = [one for one in page.surroundings.links if is_link_to(found, one.get("href"), page)]
    if links and all(NUMBER.fullmatch(line_of(one)) for one in links):
        return "follow the numbers of a pager without the word"
    return ""


def is_link_to(found: str, href: str | None, page: ListingPage) -> bool:
    return key(page.document.absolute(href or "")) == key(found)


def labels(label: str, page: ListingPage) -> list[str]:
    """Return the addresses of the elements that a label names.

    The labels were made absolute without regard to the page's `base`, and an element may
    keep its address elsewhere than in `href`.
    """
    found = [label]
    for link in page.document.root.iter("a", "link"):
        href = link.get("href", "").strip()
        if href == label or urljoin(page.url, href) == label:
            is_script = href.startswith("javascript:")
            is_next = "next" in link.get("rel", "").split()
            stated = (link.get("data-href") if is_next else None) if is_script else href
            address = page.document.absolute(stated or "")
            found += [address] if address else []
    return [key(one) for one in found]


def key(url: str | None) -> str:
    try:
        return url_key(url or "")
    except ValueError:
        return ""


def url_of(record: dict[str, Any]) -> str:
    """Return where a page stood; some records have no address, and one is misspelt."""
    url: str = record.get("url") or NO_URL
    return url if key(url) else NO_URL


def number_of(record: dict[str, Any]) -> int:
    """Return a number that is the same for all pages of a site."""
    site = record.get("brand") or site_of(url_of(record))
    return int(hashlib.sha256(site.encode()).hexdigest(), 16)


if __name__ == "__main__":
    main()
