"""Reads sitemaps, their indexes and news sitemaps, piece by piece (sitemaps.org, Google News)."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain

from lxml import etree

from newscrawler.discovery.entries import (
    LONGEST,
    Addresses,
    DocumentError,
    Entry,
    read_date,
    read_topics,
)
from newscrawler.discovery.kinds import Kind, kind_of
from newscrawler.discovery.mending import mended
from newscrawler.discovery.unpacking import CutShortError, pieces

# sitemaps.org: at most so many addresses a file.
MAX_ENTRIES = 50_000
# A sitemap has four levels; with those of pictures and videos eight.
MAX_DEPTH = 64
ROOTS = {"urlset": "url", "sitemapindex": "sitemap"}
# By the element around them: pictures and videos have addresses, titles and dates as well.
FIELDS = {
    ("url", "loc"), ("url", "lastmod"), ("sitemap", "loc"), ("sitemap", "lastmod"),
    ("news", "publication_date"), ("news", "title"), ("news", "keywords"), ("news", "genres"),
}  # fmt: skip
# Bytes held back until the tag they belong to is whole.
MAX_HELD_BACK = 64 * 1024


class SitemapReader:
    """Reads one sitemap or index; what is wrong with it stands in `faults` when it is read.

    `is_index` tells an index, whose entries are sitemaps. `is_short` says that entries may
    be missing, since the file broke off or could not be read on. `cut` are the entries
    beyond the 50,000 of the standard.
    """

    def __init__(self, url: str, site: str) -> None:
        self.url = url
        self.addresses = Addresses(url, site)
        self.is_index = False
        self.is_short = False
        self.faults: list[str] = []
        self.count = 0
        self.cut = 0

    def read(self, body: bytes) -> Iterator[list[Entry]]:
        """Give the entries in their order, some at a time, so that others have their turn.

        Raises `DocumentError` for what is no sitemap at all.
        """
        kind = kind_of(body)
        if kind not in (Kind.SITEMAP, Kind.TEXT_SITEMAP):
            raise DocumentError(self.url, f"is no sitemap but {told(kind, body)}")
        try:
            yield from self._lines(body) if kind is Kind.TEXT_SITEMAP else self._elements(body)
        except CutShortError as error:
            self.is_short = True
            self.faults.append(str(error))
        self.faults.extend(self.addresses.faults())
        if self.cut:
            self.faults.append(f"{self.cut} entries beyond the {MAX_ENTRIES} of the standard")

    def _lines(self, body: bytes) -> Iterator[list[Entry]]:
        held = b""
        for piece in chain(pieces(body), [b"\n"]):
            *lines, held = (held + piece).split(b"\n")
            urls = (line.decode("utf-8-sig", "replace").strip() for line in lines)
            yield list(self._taken({"loc": url} for url in urls if url))
            held = held[:MAX_HELD_BACK]

    def _elements(self, body: bytes) -> Iterator[list[Entry]]:
        target = _Target()
        parser = etree.XMLParser(
            target=target,
            recover=True,  # default False: one wrong byte would cost the rest of the file
            resolve_entities=False,  # default: those of the file itself
            no_network=True,
            load_dtd=False,
            huge_tree=False,  # libxml2's own limits of text, names and amplification hold
            collect_ids=False,
        )
        try:
            for piece in _whole_tags(body):
                parser.feed(piece)
                yield list(self._taken(target.take()))
        finally:
            with suppress(etree.XMLSyntaxError, CutShortError):
                parser.close()
        yield list(self._taken(target.take()))
        self._judge(target, parser)

    def _judge(self, target: _Target, parser: etree.XMLParser) -> None:
        self.is_index = target.root == "sitemapindex"
        wrong = [one for one in parser.feed_error_log if "amespace prefix" not in one.message]
        first = f": line {wrong[0].line}: {wrong[0].message}" if wrong else ""
        if not target.is_closed:
            self.is_short = True
            raise CutShortError(f"broken off within the {target.root or 'XML'}{first}")
        if wrong:
            self.faults.append(f"broken XML{first}")

    def _taken(self, found: Iterator[dict[str, str]]) -> Iterator[Entry]:
        for fields in found:
            if self.count >= MAX_ENTRIES:
                self.cut += 1
            elif url := self.addresses.take(fields.get("loc", "")):
                self.count += 1
                yield _entry(url, fields)


def told(kind: Kind, body: bytes) -> str:
    """Say what a document is instead of what it should be."""
    names = {Kind.PAGE: "an HTML page", Kind.OTHER: "something that is not known"}
    return names.get(kind, f"a {kind}") if body.strip() else "empty"


def _entry(url: str, fields: dict[str, str]) -> Entry:
    words = f"{fields.get('keywords', '')},{fields.get('genres', '')}".split(",")
    return Entry(
        url=url,
        headline=" ".join(fields.get("title", "").split()) or None,
        date=read_date(fields.get("publication_date")),
        modified=read_date(fields.get("lastmod")),
        topics=read_topics(words),
    )


def _whole_tags(body: bytes) -> Iterator[bytes]:
    """Give the file mended, cut before closing tags, so that no reference is cut in two."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from pieces(body)
        return
    held = b""
    for piece in pieces(body):
        text = held + piece
        end = text.rfind(b"</")
        end = len(text) if end <= 0 and len(text) > MAX_HELD_BACK else max(end, 0)
        held = text[end:]
        yield mended(text[:end])
    yield mended(held)


class _Target:
    """Takes the parser's events: no tree is built, whatever the size of the file."""

    def __init__(self) -> None:
        self.root = ""
        self.is_closed = False
        self.path: list[str] = []
        self.fields: dict[str, str] = {}
        self.text: list[str] = []
        self.length = 0
        self.is_field = False
        self.found: list[dict[str, str]] = []

    def take(self) -> Iterator[dict[str, str]]:
        found, self.found = self.found, []
        return iter(found)

    def start(self, tag: str | bytes, _attributes: object) -> None:
        name = str(tag).rpartition("}")[2].rpartition(":")[2]
        around = self.path[-1] if self.path else ""
        self.root = self.root or name
        if len(self.path) >= MAX_DEPTH:
            raise CutShortError(f"elements inside one another, more than {MAX_DEPTH}")
        self.path.append(name)
        self.is_field = (around, name) in FIELDS
        self.text, self.length = [], 0

    def data(self, data: str | bytes) -> None:
        if self.is_field and self.length <= LONGEST:
            self.text.append(str(data))
            self.length += len(data)

    def comment(self, text: str | bytes) -> None:
        """Do nothing: a comment says nothing of the site."""

    def end(self, _tag: str | bytes) -> None:
        name = self.path.pop() if self.path else ""
        if self.is_field:
            self.fields.setdefault(name, "".join(self.text).strip()[: LONGEST + 1])
        self.is_field = False
        if not self.path:
            self.is_closed = True
        elif len(self.path) == 1 and name == ROOTS.get(self.root):
            self.found.append(self.fields)
            self.fields = {}

    def close(self) -> None:
        """Do nothing: what was read is in `found`."""
