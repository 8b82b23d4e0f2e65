"""Values in the forms of formats that have no escapes, and no dates of two precisions."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from newscrawler.exports.shapes import Row
from newscrawler.lines import escaped, json_line

# UTF-8 has no lone surrogates, and what reads C strings stops at NUL.
_UNHELD = re.compile("[\0\ud800-\udfff]")
# An empty text, list or object, or null: outside of a text only these are written so.
_EMPTY = re.compile(r'""|null|\[\]|\{\}')
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_REPLACEMENT = "\ufffd"


def without_escapes(row: Row) -> Row:
    """Return a row whose texts hold nothing that only an escape of JSON can hold."""
    cleaned: Row = _cleaned(row)
    return cleaned


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _UNHELD.sub(_REPLACEMENT, value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(one) for key, one in value.items()}
    return value


def utc_of(stated: str | None) -> datetime | None:
    """Return the instant that a time with an offset names; None for a day, which names none."""
    if stated is None or len(stated) <= len("2019-01-27"):
        return None
    try:
        moment = datetime.fromisoformat(stated)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def json_text(value: Any) -> str:
    """Return a list or an object as it stands in the cell of a table."""
    return _ENCODER.encode(value)


def line_of_row(row: Row) -> str:
    """Return what `json_line` returns, five times as fast where nothing has to be left out."""
    text = _ENCODER.encode(row)
    return json_line(row) if _EMPTY.search(text) else escaped(text)


def stated(**values: Any) -> dict[str, Any]:
    """Return what is known of an object."""
    return {name: value for name, value in values.items() if value is not None}
