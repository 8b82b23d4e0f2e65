"""Whether a record keeps its contract: its JSON Schema, and what a schema cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from jsonschema_rs import Draft202012Validator, ValidationError

from newscrawler.schema import load_schema

# A list of a million wrong members is wrong after the first hundred.
MAX_FINDINGS = 100
# Kiritimati's, the farthest there is.
FARTHEST_OFFSET = timedelta(hours=14)
_DEFINITIONS = "#/$defs/"


class Wrong(NamedTuple):
    """What is wrong in a record, and where."""

    kind: str
    message: str
    path: str


class RecordCheck:
    """Checks records of one kind against the schema that ships."""

    def __init__(self, kind: str) -> None:
        self.schema = load_schema(kind)
        self._validator = Draft202012Validator(self.schema)
        self._order = _Order(self.schema, self.schema)
        properties = self.schema["properties"]
        form = _date_form()
        self._dates = [name for name, it in properties.items() if it.get("pattern") == form]

    def check(self, record: dict[str, Any]) -> Iterator[Wrong]:
        """Give what is wrong, a hundred things at the most."""
        return islice(self._all(record), MAX_FINDINGS)

    def _all(self, record: dict[str, Any]) -> Iterator[Wrong]:
        told: set[str] = set()
        try:
            if not self._validator.is_valid(record):
                for wrong in map(_told, self._validator.iter_errors(record)):
                    told.add(wrong.path)
                    yield wrong
        except ValueError as error:  # nested deeper than the validator goes
            yield Wrong("json", str(error), "$")
            return
        yield from self._order.check(record, "$")
        for name in self._dates:
            where = f"$.{name}"
            why = "" if where in told else _why_no_date(record.get(name))
            if why:
                yield Wrong("date", f"{record[name]} {why}", where)


class _Order:
    """The order of the keys of a record, and of those inside it."""

    def __init__(self, part: dict[str, Any], schema: dict[str, Any]) -> None:
        properties = part.get("properties", {})
        self.places = {name: place for place, name in enumerate(properties)}
        self.inside = {
            name: _Order(schema["$defs"][reference.removeprefix(_DEFINITIONS)], schema)
            for name, stated in properties.items()
            if (reference := stated.get("$ref") or stated.get("items", {}).get("$ref"))
        }

    def check(self, record: Any, where: str) -> Iterator[Wrong]:
        if not isinstance(record, dict):
            return
        before = -1
        for key in record:
            place = self.places.get(key, before)
            if place < before:
                yield Wrong("key_order", f"{key!r} stands behind a key that follows it", where)
                break
            before = place
        for name, order in self.inside.items():
            value = record.get(name)
            if isinstance(value, list):
                for number, one in enumerate(value):
                    yield from order.check(one, f"{where}.{name}[{number}]")
            elif value is not None:
                yield from order.check(value, f"{where}.{name}")


def json_path(parts: list[str | int]) -> str:
    """Return a path as `$.authors[0].name`."""
    return "$" + "".join(f"[{it}]" if isinstance(it, int) else f".{it}" for it in parts)


def _told(error: ValidationError) -> Wrong:
    keyword = str(error.schema_path[-1]) if error.schema_path else "false"
    return Wrong(keyword, error.message, json_path(list(error.instance_path)))


def _date_form() -> str:
    return str(load_schema("article")["properties"]["date_published"]["pattern"])


def _why_no_date(value: Any) -> str:
    """Say why a date that has the form of one is none; nothing for all else."""
    if not isinstance(value, str):
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        return f"is no date: {error}"
    offset = moment.utcoffset()
    if offset is not None and abs(offset) > FARTHEST_OFFSET:
        return "has an offset that no place has"
    return ""
