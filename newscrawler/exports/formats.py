"""The formats that a feed can be exported to, and which of them a file's name tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from newscrawler.exports.csv_tables import csv_lines, raw_csv_lines
from newscrawler.exports.json_ld import json_ld_lines
from newscrawler.exports.ninjs import ninjs_lines
from newscrawler.exports.shapes import Row
from newscrawler.exports.sinks import STDOUT, Sink
from newscrawler.exports.values import line_of_row

Lines: TypeAlias = Callable[[Iterable[Row], type], Iterator[str]]
Write: TypeAlias = Callable[[Iterable[Row], type, Sink], None]

_PACKING = re.compile(r"(?<=.)\.(?:gz|zst)$", re.IGNORECASE)


class FormatError(ValueError):
    """A format that cannot be had; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Format:
    """How records are written; only text is packed, and only some formats fit a pipe."""

    name: str
    suffixes: tuple[str, ...]
    write: Write
    is_text: bool = True
    fits_pipe: bool = True
    has_escapes: bool = True
    """Whether it can hold what no text of UTF-8 can: lone surrogates, and NUL."""
    articles_only: bool = False


def _text(lines: Lines) -> Write:
    return lambda rows, record, sink: sink.write_lines(lines(rows, record))


def _json_lines(rows: Iterable[Row], record: type) -> Iterator[str]:  # noqa: ARG001
    return map(line_of_row, rows)


def _parquet(rows: Iterable[Row], record: type, sink: Sink) -> None:
    from newscrawler.exports.parquet import write_parquet  # pyarrow takes 0.2 s

    write_parquet(rows, record, sink)


def _sqlite(rows: Iterable[Row], record: type, sink: Sink) -> None:
    from newscrawler.exports.sqlite import write_sqlite

    write_sqlite(rows, record, sink)


FORMATS = {
    it.name: it
    for it in (
        # Its suffix is the longer one, and looked for first.
        Format("ninjs", (".ninjs.jsonl", ".ninjs"), _text(ninjs_lines), articles_only=True),
        Format("jsonl", (".jsonl", ".jl", ".jsonlines", ".ndjson"), _text(_json_lines)),
        Format("csv", (".csv",), _text(csv_lines), has_escapes=False),
        Format("csv-raw", (), _text(raw_csv_lines), has_escapes=False),
        Format("json-ld", (".jsonld",), _text(json_ld_lines), articles_only=True),
        Format("parquet", (".parquet",), _parquet, is_text=False, has_escapes=False),
        Format(
            "sqlite",
            (".sqlite", ".sqlite3", ".db"),
            _sqlite,
            is_text=False,
            fits_pipe=False,
            has_escapes=False,
        ),
    )
}
SUFFIXES = {suffix: it for it in FORMATS.values() for suffix in it.suffixes}


def chosen_format(output: str, name: str | None = None) -> tuple[Format, str]:
    """Return the format and the packing of an output; raises `FormatError` naming it.

    `name` goes before what the file's name says; standard output has JSON Lines otherwise.
    """
    found = None if output == STDOUT else _PACKING.search(output)
    packing = found[0].lower() if found else ""
    stem = output[: len(output) - len(packing)].lower()
    by_suffix = next((it for suffix, it in SUFFIXES.items() if stem.endswith(suffix)), None)
    chosen = FORMATS[name] if name else FORMATS["jsonl"] if output == STDOUT else by_suffix
    if chosen is None:
        raise FormatError(f"{output!r}: a file's name ends in {_listed()}; or give its --format")
    if packing and not chosen.is_text:
        raise FormatError(f"{output!r}: {chosen.name} is packed inside, and not with {packing}")
    return chosen, packing


def check_format(chosen: Format, kind: str) -> None:
    """Raise `FormatError` where a format has no such records, or lacks its library."""
    if chosen.articles_only and kind != "article":
        raise FormatError(f"{chosen.name} has articles only, and this is a feed of kind {kind}")
    if chosen.name == "parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise FormatError(
                "Parquet needs pyarrow, which comes with the extra `parquet`: "
                "pip install 'newscrawler[parquet]'"
            ) from error


def _listed() -> str:
    *others, last = [suffix for suffix in SUFFIXES if suffix.count(".") == 1]
    return f"{', '.join(others)} or {last}; text may be packed, with .gz or .zst behind it"
