"""One record as one line of JSON, for feeds and for the state."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from itemadapter import ItemAdapter, is_item

# What JSON lets stand bare although str.splitlines(), a terminal or UTF-8 itself does not:
# DEL and C1 with NEL, the line and paragraph separators, lone surrogates.
UNSAFE = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class UnwritableRecordError(ValueError):
    """A record holds a value that JSON has no form for; names record and field."""


def json_line(record: object) -> str:
    """Give the record's line, without its line end.

    Keys stand in declaration order, empty values are left out at every depth, and there is no
    white space between the tokens. Raises `UnwritableRecordError`.
    """
    return line_of(record, record)


def line_of(record: object, values: object) -> str:
    """Give the line of a record whose fields have been chosen or changed for the feed."""
    try:
        text = json.dumps(
            _plain(values, ""), ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise UnwritableRecordError(f"{_name(record)}: {error}") from error
    return escaped(text)


def escaped(text: str) -> str:
    """Return JSON in which whatever breaks a line or a reader stands as an escape."""
    return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _name(record: object) -> str:
    known = ItemAdapter(record) if is_item(record) else {}
    label = known.get("url") or known.get("from_url") or known.get("name")
    return f"{type(record).__name__} {label!r}" if label else type(record).__name__


def _plain(value: Any, where: str) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return _held_by_readers(value, where)
    if isinstance(value, float):
        return _finite(value, where)
    if isinstance(value, list | tuple):
        members = (_plain(member, f"{where}[{n}]") for n, member in enumerate(value))
        return [member for member in members if not _is_empty(member)]
    if isinstance(value, dict):
        return dict(_filled(value.items(), where))
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((name, getattr(value, name, None)) for name in _names(type(value)))
        return dict(_filled(pairs, where))
    if is_item(value):
        return dict(_filled(ItemAdapter(value).items(), where))
    raise TypeError(f"{where or 'it'} is of type {type(value).__name__}, which JSON does not have")


@cache
def _names(record: type) -> tuple[str, ...]:
    """Return a record's fields; asking an adapter for them takes longer than all the rest."""
    return tuple(field.name for field in fields(record))


def _filled(pairs: Iterable[tuple[Any, Any]], where: str) -> Iterable[tuple[str, Any]]:
    for key, value in pairs:
        inside = f"{where}.{key}" if where else f"{key}"
        if not isinstance(key, str):
            raise TypeError(f"{inside} has a key of type {type(key).__name__}, not str")
        plain = _plain(value, inside)
        if not _is_empty(plain):
            yield key, plain


def _held_by_readers(value: int, where: str) -> int:
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"{where} is beyond 64 bits, which readers of JSON make another number of")
    return value


def _finite(value: float, where: str) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{where} is {value}, which JSON does not have")
    return value


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)
