"""The project and its peers behind one call each; of the peers those that are installed."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from importlib.metadata import version
from typing import Any, NamedTuple

from lxml import html
from scrapy.http import HtmlResponse

from benchmarks.extraction_scores import Extractor, Found, iso
from newscrawler.extraction.batch import record_line

NO_URL = "https://page.example/"
FIRST_PAGE = (
    "<html lang=en><title>Ferry</title><article><h1>Ferry stays in harbour</h1>"
    "<time>1 March 2026, 10:00</time>"
    + "<p>The ferry to the islands stayed in harbour, and nobody could say for how long.</p>"
    * 9
).encode()
ARTICLES = ("NewsArticle", "Article", "ReportageNewsArticle", "BlogPosting", "LiveBlogPosting")


class Peer(NamedTuple):
    """An extractor by name: the module it needs, its distribution, and how it is made."""

    module: str
    distribution: str
    make: Callable[[], Extractor]


def installed() -> list[str]:
    return [name for name, peer in PEERS.items() if importlib.util.find_spec(peer.module)]


def version_of(name: str) -> str:
    return version(PEERS[name].distribution)


@cache
def extractor(name: str) -> Extractor:
    """Return an extractor that has imported and made all that it needs for its first page."""
    extract = PEERS[name].make()
    with suppress(Exception):  # what it cannot read shows with the pages that count
        extract(FIRST_PAGE, NO_URL)
    return extract


def text_of(body: bytes, url: str | None) -> str:
    """Decode a page as the project does, for peers that want text."""
    return HtmlResponse(url or NO_URL, body=body).text


# The project and the floor


def newscrawler() -> Extractor:
    def extract(body: bytes, url: str | None) -> Found:
        record: dict[str, Any] = json.loads(record_line("page", body, url))
        return Found(
            headline=record.get("headline", ""),
            published=record.get("date_published", ""),
            authors=[author["name"] for author in record.get("authors", [])],
            tags=record.get("keywords", []),
            body=record.get("body", ""),
            language=record.get("language", ""),
        )

    return extract


def lxml_parse() -> Extractor:
    def parse(body: bytes, _: str | None) -> Found:
        html.fromstring(body or b"<html></html>")
        return Found()

    return parse


# The peers


def trafilatura(**options: Any) -> Extractor:
    from trafilatura import bare_extraction

    def extract(body: bytes, url: str | None) -> Found:
        found: Any = bare_extraction(
            body, url=url, with_metadata=True, include_comments=False, **options
        )
        if found is None:
            return Found()
        return Found(
            headline=found.title or "",
            published=iso(found.date),
            authors=[name for name in (found.author or "").split("; ") if name],
            tags=list(found.tags or []),
            body=found.text or "",
            language=found.language or "",
        )

    return extract


def newspaper4k() -> Extractor:
    import newspaper

    def extract(body: bytes, url: str | None) -> Found:
        article: Any = newspaper.Article(url or NO_URL, fetch_images=False)
        article.download(input_html=text_of(body, url))
        article.parse()
        return Found(
            headline=article.title or "",
            published=iso(article.publish_date),
            authors=list(article.authors),
            tags=[one for one in article.tags or article.meta_keywords or [] if one],
            body=article.text or "",
            language=article.meta_lang or "",
        )

    return extract


def news_please() -> Extractor:
    from newsplease import NewsPlease

    def extract(body: bytes, url: str | None) -> Found:
        found: Any = NewsPlease.from_html(text_of(body, url), url=url or NO_URL, fetch_images=False)
        return Found(
            headline=found.title or "",
            published=iso(found.date_publish),
            authors=list(found.authors or []),
            body=found.maintext or "",
            language=found.language or "",
        )

    return extract


def readability_lxml() -> Extractor:
    from readability import Document

    def extract(body: bytes, url: str | None) -> Found:
        document: Any = Document(text_of(body, url))
        tree = html.fromstring(document.summary() or "<p></p>")
        lines = (
            " ".join("".join(one.itertext()).split()) for one in tree.iter("p", "li", "h2", "h3")
        )
        return Found(headline=document.short_title() or "", body="\n".join(filter(None, lines)))

    return extract


def resiliparse() -> Extractor:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def extract(body: bytes, url: str | None) -> Found:
        tree: Any = HTMLTree.parse(text_of(body, url))
        text = extract_plain_text(tree, main_content=True, alt_texts=False)
        return Found(headline=tree.title or "", body=text)

    return extract


def goose3() -> Extractor:
    from goose3 import Goose

    goose: Any = Goose({"enable_image_fetching": False})

    def extract(body: bytes, url: str | None) -> Found:
        found: Any = goose.extract(raw_html=text_of(body, url))
        return Found(
            headline=found.title or "",
            published=iso(found.publish_datetime_utc or found.publish_date),
            authors=list(found.authors or []),
            tags=list(found.tags or []),
            body=found.cleaned_text or "",
            language=found.meta_lang or "",
        )

    return extract


def extruct_json_ld() -> Extractor:
    import extruct

    def extract(body: bytes, url: str | None) -> Found:
        found = extruct.extract(text_of(body, url), syntaxes=["json-ld"], errors="ignore")
        nodes = [one for node in found.get("json-ld", []) for one in _with_graph(node)]
        article: dict[str, Any] = next((one for one in nodes if _is_article(one)), {})
        keywords = article.get("keywords") or []
        return Found(
            headline=str(article.get("headline") or ""),
            published=str(article.get("datePublished") or ""),
            authors=_names(article.get("author")),
            tags=keywords.split(",") if isinstance(keywords, str) else list(map(str, keywords)),
            body=str(article.get("articleBody") or ""),
            language=str(article.get("inLanguage") or ""),
        )

    return extract


def _with_graph(node: Any) -> list[Any]:
    inside = node.get("@graph") if isinstance(node, dict) else None
    return [node, *(inside if isinstance(inside, list) else [])]


def _is_article(node: Any) -> bool:
    kind = node.get("@type") if isinstance(node, dict) else None
    return any(one in ARTICLES for one in (kind if isinstance(kind, list) else [kind]))


def _names(stated: Any) -> list[str]:
    each = stated if isinstance(stated, list) else [stated]
    found = [one.get("name") if isinstance(one, dict) else one for one in each]
    return [str(name) for name in found if name]


PEERS: dict[str, Peer] = {
    "lxml parse": Peer("lxml", "lxml", lxml_parse),
    "newscrawler": Peer("newscrawler", "newscrawler", newscrawler),
    "trafilatura": Peer("trafilatura", "trafilatura", trafilatura),
    "trafilatura fast": Peer("trafilatura", "trafilatura", partial(trafilatura, fast=True)),
    "trafilatura precision": Peer(
        "trafilatura", "trafilatura", partial(trafilatura, favor_precision=True)
    ),
    "trafilatura recall": Peer(
        "trafilatura", "trafilatura", partial(trafilatura, favor_recall=True)
    ),
    "newspaper4k": Peer("newspaper", "newspaper4k", newspaper4k),
    "news-please": Peer("newsplease", "news-please", news_please),
    "readability-lxml": Peer("readability", "readability-lxml", readability_lxml),
    "resiliparse": Peer("resiliparse", "resiliparse", resiliparse),
    "goose3": Peer("goose3", "goose3", goose3),
    "extruct (JSON-LD)": Peer("extruct", "extruct", extruct_json_ld),
}
