"""Records as CSV (RFC 4180): one row a record, one column a field."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from newscrawler.exports.shapes import Column, Row, columns
from newscrawler.exports.values import json_text

Cell: TypeAlias = Callable[[Row], object]

# What a spreadsheet takes for the beginning of a formula, as OWASP's "CSV Injection" lists it,
# with the wide forms that some read alike; and the apostrophe, so that taking one off is safe.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_TRUTH = {True: "true", False: "false", None: ""}


class _Echo:
    """Hands back what the writer of the standard library would write."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Row], record: type) -> Iterator[str]:
    """Give the rows; a cell that a spreadsheet would run begins with an apostrophe."""
    return _lines(rows, record, guarded)


def raw_csv_lines(rows: Iterable[Row], record: type) -> Iterator[str]:
    """Give the rows with every text as it is, for programs that show it to no spreadsheet."""
    return _lines(rows, record, str)


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs: who reads it takes one leading apostrophe off."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def header(record: type) -> list[str]:
    """Return the names of the columns; `publisher.name` is the field of an object."""
    return [name for name, _ in _cells(record, guarded)]


def _lines(rows: Iterable[Row], record: type, text: Callable[[str], str]) -> Iterator[str]:
    # A CR stays before the line end that is written with each line.
    writer: Any = csv.writer(_Echo(), lineterminator="\r\n")
    cells = [cell for _, cell in _cells(record, text)]
    yield writer.writerow(header(record)).removesuffix("\n")
    for row in rows:
        yield writer.writerow([cell(row) for cell in cells]).removesuffix("\n")


def _cells(record: type, text: Callable[[str], str]) -> Iterator[tuple[str, Cell]]:
    for column in columns(record):
        if column.record is None:
            yield column.name, _cell(column, text)
            continue
        for inner in columns(column.record):
            yield f"{column.name}.{inner.name}", _inner_cell(column.name, _cell(inner, text))


def _cell(column: Column, text: Callable[[str], str]) -> Cell:
    name = column.name
    if column.scalar is str:
        return lambda row: text(value) if (value := row.get(name)) else ""
    if column.scalar is bool:
        return lambda row: _TRUTH[row.get(name)]
    if column.scalar:
        return lambda row: row.get(name)
    return lambda row: json_text(value) if (value := row.get(name)) else None


def _inner_cell(outer: str, cell: Cell) -> Cell:
    return lambda row: cell(row.get(outer) or {})
