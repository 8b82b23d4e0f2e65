"""Count false versions of pages that differ in furniture alone, and edits that are not seen.

Run from the project's folder: `python -m benchmarks.revisions --corpus DIR`. DIR holds
`truth.jsonl` and the pages that it names. Each page is shown twice, each time with clocks,
counters, boxes, advertisements, class names, spellings, white space and addresses of that visit;
then with one real edit besides.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element as Element
from scrapy.http import HtmlResponse

from benchmarks.revision_edits import EDITS, Edit
from newscrawler.extraction.saved import NOWHERE, html_response
from newscrawler.items import Article
from newscrawler.lines import json_line
from newscrawler.memory import text_as_known
from newscrawler.normalise.records import normalise_article
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page
from newscrawler.revisions import new_version
from newscrawler.state.rows import KnownArticle

Change: TypeAlias = Callable[[Element, random.Random], None]

# A page without a text of this length is no article; the benchmark is of those.
LEAST_TEXT = 600
# What lxml reads and does not write.
UNWRITABLE = re.compile(r"^\s*<\?xml[^>]*>|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# How often a box that may be there is.
SHOWN = 0.8
TOPICS = ("gale warning", "harbour dues", "cup final", "school meals", "rail works", "bus strike")


def box(markup: str) -> Element:
    return lxml_html.fragment_fromstring(markup)


def text_box(page: Element) -> Element | None:
    """Return the element with the most paragraphs."""
    found = Counter(p.getparent() for p in page.iter("p") if len(p.text_content()) > 80)
    return found.most_common(1)[0][0] if found else None


def into_text(page: Element, chance: random.Random, markup: str) -> None:
    """Put a box where the page's template has it, which is the same place at each visit."""
    holder = text_box(page)
    paragraphs = holder.findall("p") if holder is not None else []
    if paragraphs and chance.random() < SHOWN:
        name = box(markup).get("class", "")
        paragraphs[sum(name.encode()) % len(paragraphs)].addnext(box(markup))


def into_page(page: Element, markup: str, *, at: int = 0) -> None:
    body = page.find(".//body")
    if body is not None:
        body.insert(at, box(markup))


def clock(page: Element, chance: random.Random) -> None:
    now = f"{chance.randrange(24):02}:{chance.randrange(60):02}"
    into_page(page, f'<div class="top-date"><span>Thursday, 26 November 2026, {now}</span></div>')


def updated(page: Element, chance: random.Random) -> None:
    into_text(page, chance, f'<p class="updated">Updated {chance.randrange(2, 60)} minutes ago</p>')


def counters(page: Element, chance: random.Random) -> None:
    seen, said = chance.randrange(1000, 90_000), chance.randrange(2, 400)
    into_text(page, chance, f'<div class="meta"><span>{seen:,} views</span></div>')
    into_page(page, f'<a class="comments-link" href="#comments">{said} comments</a>')
    into_page(page, f'<span class="share-count">Shares {said}</span>')


def time_to_read(page: Element, chance: random.Random) -> None:
    into_text(page, chance, f'<span class="read-time">{chance.randrange(2, 12)} min read</span>')


def related(page: Element, chance: random.Random) -> None:
    links = "".join(
        f'<li><a href="/a/{chance.randrange(10**6)}">What to know about the {one}</a></li>'
        for one in chance.sample(TOPICS, 3)
    )
    into_text(page, chance, f'<aside class="related"><h3>Related</h3><ul>{links}</ul></aside>')
    into_page(page, f'<div class="most-read"><h2>Most read</h2><ol>{links}</ol></div>')


def newsletter(page: Element, chance: random.Random) -> None:
    about = chance.choice(TOPICS)
    into_text(
        page,
        chance,
        '<div class="newsletter-signup"><h4>Newsletter</h4><p>Sign up for our newsletter about '
        f'the {about}.</p><form><input type="email"><button>Sign up</button></form></div>',
    )


def promotion(page: Element, chance: random.Random) -> None:
    price = chance.randrange(1, 9)
    into_text(page, chance, f'<div class="promo"><p>Subscribe now for {price} a month</p></div>')
    into_text(page, chance, '<div class="ad-slot"><span>Advertisement</span></div>')


def class_names(page: Element, chance: random.Random) -> None:
    """Add the names that a build or an experiment gives."""
    name = f"css-{chance.randrange(16**6):06x}"
    for element in page.iter("div", "p", "span", "section", "article", "h1"):
        if element.get("class"):
            element.set("class", f"{element.get('class')} {name}")


def white_space(page: Element, chance: random.Random) -> None:
    between = chance.choice(["\n      ", "  ", "\u00a0 ", "\t"])
    for paragraph in page.iter("p"):
        if paragraph.text:
            paragraph.text = re.sub(r"(?<=\w) (?=\w)", between, paragraph.text, count=3)


def quotes(page: Element, chance: random.Random) -> None:
    if chance.random() < 0.5:
        for paragraph in page.iter("p", "h1"):
            for name in ("text", "tail"):
                text = getattr(paragraph, name)
                if text:
                    setattr(paragraph, name, re.sub("[“”„]", '"', text).replace("’", "'"))


def addresses(page: Element, chance: random.Random) -> None:
    tail = f"w={chance.randrange(200, 2000)}&sig={chance.randrange(10**9)}"
    for name, tags in (("src", ("img",)), ("href", ("a",))):
        for element in page.iter(*tags):
            stated = element.get(name, "")
            if stated and "#" not in stated and not stated.startswith(("javascript", "mailto")):
                element.set(name, f"{stated}{'&' if '?' in stated else '?'}utm_id={tail}")


def metadata(page: Element, chance: random.Random) -> None:
    """Move the stamps of the last change, and shuffle the order of the head's metas."""
    moment = f"2026-11-26T{chance.randrange(24):02}:{chance.randrange(60):02}:00Z"
    for script in page.iter("script"):
        if script.get("type") == "application/ld+json" and script.text:
            stamp = r'("dateModified"\s*:\s*)"[^"]*"'
            script.text = re.sub(stamp, rf'\1"{moment}"', script.text)
        elif script.get("nonce"):
            script.set("nonce", f"{chance.randrange(10**9)}")
    head = page.find(".//head")
    metas = head.findall("meta") if head is not None else []
    for meta in metas:
        if meta.get("property") == "article:modified_time":
            meta.set("content", moment)


FURNITURE: tuple[Change, ...] = (
    clock, updated, counters, time_to_read, related, newsletter, promotion, class_names,
    white_space, quotes, addresses, metadata,
)  # fmt: skip


def shown(source: str, seed: str, edit: Callable[[Element], bool] | None = None) -> bytes | None:
    """Return the page as one visit shows it; None where the edit finds no place."""
    page = lxml_html.document_fromstring(UNWRITABLE.sub("", source))
    if edit and not edit(page):
        return None
    chance = random.Random(seed)  # noqa: S311
    for change in FURNITURE:
        change(page, chance)
    encoding = chance.choice(["ascii", "utf-8"])  # the one writes references of characters
    return etree.tostring(page, encoding=encoding, method="html")


class Known(NamedTuple):
    """An article as the state has it, and what stood beside its text."""

    article: KnownArticle
    beside: frozenset[int]


def read(
    body: bytes, url: str | None, known: Known | None = None
) -> tuple[Article, frozenset[int]]:
    """Read a page as a crawl does that knows the article; return it and what stands beside it."""
    page = article_page(HtmlResponse(url or NOWHERE, body=body, encoding="utf-8"))
    article = read_article(page)
    if known and article.body:
        article.body = text_as_known(
            article.body,
            known.article,
            page.learned,
            page.document.shown_text,
            lambda: known.beside,
        )
    return normalise_article(article), frozenset(page.learned.beside)


def known_by(body: bytes, url: str | None) -> Known:
    article, beside = read(body, url)
    kept = KnownArticle(
        key="", url=article.url, first_seen="", changed_at="", version=1, fingerprint="",
        line=json_line(article),
    )  # fmt: skip
    return Known(kept, beside)


def articles(corpus: Path, most: int) -> Iterator[tuple[str, str | None, str]]:
    """Give id, address and page of the articles of which people say what they tell."""
    number = 0
    for line in (corpus / "truth.jsonl").open(encoding="utf-8"):
        record = json.loads(line)
        if not record.keys() & {"headline", "body", "must_contain"} or number >= most:
            continue
        content = gzip.decompress((corpus / record["html"]).read_bytes())
        source = html_response(content, record.get("url")).text
        try:
            found, _ = read(source.encode("utf-8", "replace"), record.get("url"))
        except ValueError:
            continue
        if found.headline and len(found.body or "") >= LEAST_TEXT:
            number += 1
            yield record["id"], record.get("url"), source


def changed(body: bytes, url: str | None, known: Known) -> list[str] | None:
    """Return what differs, None for the same version; a page without a text is refused as such."""
    article, _ = read(body, url, known)
    is_refused = not (article.headline and article.body)
    return None if is_refused else new_version(json.loads(known.article.line), article)


def edited(
    source: str, seed: str, url: str | None, known: Known, edit: Edit
) -> list[str] | bool | None:
    """Return the fields that were seen to change, None for none, False where it found no place."""
    before = json.loads(known.article.line)
    body = shown(source, seed, lambda page: edit(page, before))
    return changed(body, url, known) if body else False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=500, help="articles (default 500)")
    parser.add_argument("--visits", type=int, default=2, help="re-checks of each (default 2)")
    options = parser.parse_args()
    counts, checked, false = Counter[str](), 0, 0
    for name, url, source in articles(options.corpus, options.pages):
        first = shown(source, f"{name} 0")
        known = known_by(first, url) if first else None
        for visit in range(1, options.visits + 1) if known else ():
            again = shown(source, f"{name} {visit}")
            fields = changed(again, url, known) if again and known else None
            checked += 1
            if fields:
                tell(f"{name} {visit}: {', '.join(fields)}")
                false += 1
        kind, edit = list(EDITS.items())[checked // options.visits % len(EDITS)]
        result = edited(source, f"{name} edited", url, known, edit) if known else False
        counts[f"{kind}: {'no place' if result is False else 'seen' if result else 'missed'}"] += 1
        if result is None:
            tell(f"{name}: {kind} missed")
    kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(counts.items()))
    tell(f"{checked} re-checks, {false} false versions\nedits: {kinds}")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
