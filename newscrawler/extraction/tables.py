"""What was read from a page as a table for people, in any encoding and width."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Any, NamedTuple

from rich.cells import cell_len, set_cell_size

from newscrawler.extraction.inspection import Inspection, Listing
from newscrawler.items import Author, Dateline, Image, Publisher, Related, Series
from newscrawler.normalise.text import clean_line
from newscrawler.pages.candidates import FieldReport
from newscrawler.pages.document import word_count

# Columns where no terminal says how many it has.
WIDTH = 160
# Of a value no more is looked at than could ever be shown.
LONGEST = 500
LONGEST_NAME = 24
LONGEST_REMARK = 60


class Row(NamedTuple):
    """A line of the table."""

    field: str
    value: str
    source: str
    remark: str
    """Who says the same, or why it was not taken."""


HEAD = Row("field", "value", "source", "remark")


def table(page: Inspection, *, width: int = WIDTH, encoding: str = "utf-8") -> Iterator[str]:
    """Give the lines: what the page is, each field with its candidates, and what is missing.

    No line is wider than `width`; what `encoding` lacks is escaped; nothing that a page holds
    can move the cursor.
    """
    facts = list(_facts(page))
    rows = [HEAD, *(row for report in page.fields for row in _rows(report))]
    missing = [one.name for one in page.fields if one.value is None]
    for name, fact in facts:
        yield _cut(f"{name:12}{_shown(fact, encoding)}", width)
    if page.fields:
        yield ""
        yield from _aligned([Row(*(_shown(cell, encoding) for cell in row)) for row in rows], width)
    if missing:
        yield ""
        yield from wrap(f"not found: {', '.join(missing)}", max(width, 1))


def _facts(page: Inspection) -> Iterator[tuple[str, str]]:
    yield "address", page.url
    yield "answer", f"{page.status} {page.content_type or ''}".strip()
    general = "the general rules"
    yield "rules", f"{page.rules}, then {general}" if page.rules else general
    yield "obstacle", page.obstacle or "none"
    yield from _listing_facts(page.listing) if page.listing else [("listing", "no")]


def _listing_facts(listing: Listing) -> Iterator[tuple[str, str]]:
    claimed = f", of {listing.advertised}" if listing.advertised is not None else ""
    yield "listing", f"{listing.name}: {listing.entries} entries{claimed}"
    yield "next page", listing.next_page or "none"
    if listing.needs_script:
        yield "browser", f"needed: {listing.needs_script}"


def _rows(report: FieldReport) -> Iterator[Row]:
    if report.value is not None:
        also = f"also {', '.join(report.agreeing)}" if report.agreeing else ""
        yield Row(report.name, in_words(report.value), report.source or "-", also)
    for number, one in enumerate(report.rejected):
        is_alone = report.value is None and not number
        name = report.name if is_alone else "  not"
        yield Row(name, in_words(one.value), one.source, one.why)


def in_words(value: Any) -> str:
    """Return a value of any field as one line, the most telling first."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return _listed(value)
    if isinstance(value, str):
        line = clean_line(value[:LONGEST])
        return f"{word_count(value)} words: {line}" if len(value) > LONGEST else line
    if isinstance(value, Dateline):
        return value.text
    if isinstance(value, Publisher):
        return ", ".join(part for part in (value.name, value.domain) if part)
    return str(value)


def _listed(values: list[Any]) -> str:
    if isinstance(values[0], Image | Related):
        more = f" and {len(values) - 1} more" if len(values) > 1 else ""
        return f"{values[0].url}{more}"
    return "; ".join(_one(value) for value in values)[:LONGEST]


def _one(value: Any) -> str:
    if isinstance(value, Author):
        return value.name if value.type == "Person" else f"{value.name} (organisation)"
    if isinstance(value, Series):
        count = f" ({value.advertised})" if value.advertised is not None else ""
        return f"{value.name}{count}"
    return clean_line(str(value))


# Layout


def _shown(text: str, encoding: str) -> str:
    """Return text that only takes its place, with escapes for what the encoding lacks."""
    line = "".join(sign if sign.isprintable() else "?" for sign in text[:LONGEST])
    return line.encode(encoding, "backslashreplace").decode(encoding)


def _aligned(rows: list[Row], width: int) -> Iterator[str]:
    name, value, source, remark = (max(map(cell_len, column)) for column in zip(*rows, strict=True))
    name = min(name, LONGEST_NAME)
    left = max(0, width - name - source - 6)  # two between columns
    value = min(value, left - min(remark, LONGEST_REMARK, left // 2))
    for row in rows:
        cells = zip(row[:3], (name, value, source), strict=True)
        line = "  ".join(set_cell_size(_cut(cell, size), size) for cell, size in cells)
        yield _cut(f"{line}  {row.remark}".rstrip(), width)


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 3)).rstrip() + "..."
