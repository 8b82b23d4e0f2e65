"""Reads the records of an XML file of any size, piece by piece, without a tree."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urljoin

from lxml import etree

from newscrawler.discovery.entries import LONGEST
from newscrawler.discovery.mending import mended
from newscrawler.discovery.unpacking import CutShortError, pieces

# libxml2's own limit of a tree. Sitemaps have four levels, feeds with pages inside some 30.
MAX_DEPTH = 256
# Fields of one record; an entry that has more says nothing by them.
MAX_FIELDS = 100
# Bytes held back until the tag they belong to is whole.
MAX_HELD_BACK = 64 * 1024
# The words of feeds, sitemaps and Dublin Core; those of media players have titles as well.
_NAMESPACE = re.compile(r"atom|purl\.org/(?:rss|dc)|netscape|userland|sitemap|^$", re.IGNORECASE)
_BASE = "{http://www.w3.org/XML/1998/namespace}base"


class Field(NamedTuple):
    """One element of a record: its name, its text with that of all inside it, its attributes."""

    name: str
    text: str
    attributes: Mapping[str, str]


class Record(NamedTuple):
    """The fields of one record in their order, and the base of its addresses."""

    base: str
    fields: list[Field]

    def texts(self, *names: str) -> list[str]:
        return [one.text for name in names for one in self.fields if one.name == name]

    def text(self, *names: str) -> str:
        """Return the first of the names that has a text."""
        return next((text for text in self.texts(*names) if text), "")


class RecordReader:
    """Reads the elements `records` with those children that `fields` names, as (parent, child).

    When it is read, `root` is the name of the outermost element, `title` that of a feed, and
    `fault` says where the XML is wrong.
    """

    def __init__(self, url: str, records: set[str], fields: set[tuple[str, str]]) -> None:
        self.target = _Target(url, records, fields)
        self.fault = ""

    @property
    def root(self) -> str:
        return self.target.root

    @property
    def title(self) -> str:
        return self.target.title

    def read(self, body: bytes) -> Iterator[list[Record]]:
        """Give some records at a time, so that others have their turn in between.

        Raises `CutShortError` where the file breaks off, behind the last record before.
        """
        parser = etree.XMLParser(
            target=self.target,
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
                yield self.target.take()
                if self.target.is_too_deep:
                    raise CutShortError(f"more than {MAX_DEPTH} elements inside one another")
        finally:
            with suppress(etree.XMLSyntaxError):
                parser.close()
        yield self.target.take()
        errors = [one for one in parser.feed_error_log if "amespace prefix" not in one.message]
        where = f"line {errors[0].line}: {' '.join(errors[0].message.split())}" if errors else ""
        if not self.target.is_closed:
            raise CutShortError(f"broken off within the {self.root or 'XML'}, {where}".rstrip(" ,"))
        self.fault = f"broken XML, {where}" if where else ""


def _whole_tags(body: bytes) -> Iterator[bytes]:
    """Give the file mended, cut before closing tags, so that no reference is cut in two."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from pieces(body)
        return
    held, is_first = b"", True
    for piece in pieces(body):
        text = held + piece
        if is_first:  # white space before the declaration is a mistake that is often made
            text = text.lstrip(codecs.BOM_UTF8 + b" \t\r\n")
        end = text.rfind(b"</")
        end = len(text) if end <= 0 and len(text) > MAX_HELD_BACK else max(end, 0)
        held, is_first = text[end:], is_first and not end
        yield mended(text[:end])
    yield mended(held)


class _Target:
    """Takes the parser's events."""

    def __init__(self, url: str, records: set[str], fields: set[tuple[str, str]]) -> None:
        self.records, self.fields = records, fields
        self.root = self.title = ""
        self.is_closed = self.is_too_deep = False
        self.path: list[str] = []
        self.bases = [url]
        self.opened = 0
        self.attributes: dict[str, str] = {}
        self.text: list[str] = []
        self.length = 0
        self.record: list[Field] = []
        self.found: list[Record] = []

    def take(self) -> list[Record]:
        found, self.found = self.found, []
        return found

    def start(self, tag: str | bytes, attributes: Mapping[Any, Any]) -> None:
        namespace, _, name = str(tag).rpartition("}")
        name = name.rpartition(":")[2]
        around = self.path[-1] if self.path else ""
        self.root = self.root or name
        if len(self.path) >= MAX_DEPTH:
            self.is_too_deep = True
        self.path.append(name)
        self.bases.append(_joined(self.bases[-1], attributes.get(_BASE)))
        if self.opened:
            return
        if (around, name) in self.fields and _NAMESPACE.search(namespace.lstrip("{")):
            self.opened = len(self.path)
            self.attributes = {it: one for it, one in attributes.items() if len(one) <= LONGEST}
            self.text, self.length = [], 0
        elif name in self.records:
            self.record = []

    def data(self, data: str | bytes) -> None:
        if self.opened and self.length <= LONGEST:
            self.text.append(str(data))
            self.length += len(data)

    def comment(self, text: str | bytes) -> None:
        """Do nothing: a comment says nothing of the site."""

    def end(self, _tag: str | bytes) -> None:
        if not self.path:
            return
        name, base = self.path[-1], self.bases[-1]
        if len(self.path) == self.opened:
            self.close_field(name)
        elif name in self.records and not self.opened:
            self.found.append(Record(base, self.record))
            self.record = []
        self.path.pop()
        self.bases.pop()
        self.is_closed = not self.path

    def close_field(self, name: str) -> None:
        text = "".join(self.text).strip()[: LONGEST + 1]
        self.opened = 0
        if len(self.path) > 1 and self.path[-2] in ("channel", "feed"):
            self.title = self.title or text
        elif len(self.record) < MAX_FIELDS:
            self.record.append(Field(name, text, self.attributes))

    def close(self) -> None:
        """Do nothing: what was read is in `found`."""


def _joined(base: str, stated: str | None) -> str:
    if not stated or len(stated) > LONGEST:
        return base
    try:
        return urljoin(base, stated)
    except ValueError:
        return base
