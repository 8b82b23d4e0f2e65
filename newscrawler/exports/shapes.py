"""What kind of value each field of a record holds, for the formats that have columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias, get_args, get_origin

from newscrawler.feed_reading import BadLineError
from newscrawler.schema import RECORDS, is_required, known_fields

Row: TypeAlias = dict[str, Any]
"""A record of a feed whose known fields have the values that their declaration says."""

Check: TypeAlias = Callable[[Any], None]

# Keys of another program that are told: they fill a line.
MAX_UNKNOWN = 20
# Python ends at a thousand calls in each other, of which a value takes three a level.
MAX_DEPTH = 100
_SINGLE = (str, int, float, type(None))
_NOTHING = object()
_NAMES: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a record, as it is declared in `items.py`."""

    name: str
    hint: Any
    """`str`, `int`, `float`, `bool`, a record, a list of one of them, or `dict[str, str]`."""
    required: bool
    names: dict[str, str]
    """What other vocabularies call it."""

    @property
    def scalar(self) -> type | None:
        """Return the type of a single value, None for what holds several."""
        hint = str if get_origin(self.hint) is Literal else self.hint
        return hint if hint in _NAMES else None

    @property
    def record(self) -> type | None:
        """Return the record that stands in the field itself."""
        is_record = isinstance(self.hint, type) and dataclasses.is_dataclass(self.hint)
        return self.hint if is_record else None

    @property
    def member(self) -> Column | None:
        """Return what each member of a list is, None for what is no list."""
        if get_origin(self.hint) is not list:
            return None
        return Column(self.name, get_args(self.hint)[0], required=True, names={})

    @property
    def is_map(self) -> bool:
        return get_origin(self.hint) is dict

    @property
    def is_time(self) -> bool:
        """Tell a field that holds a day or a time."""
        return self.name in _times()


@cache
def columns(record: type) -> tuple[Column, ...]:
    """Return the fields of a record in the order of the feed."""
    return tuple(
        Column(field.name, hint, is_required(field), field.metadata["names"])
        for field, hint in known_fields(record)
    )


@cache
def _times() -> frozenset[str]:
    """Return the fields whose form is that of `date_published`."""
    fields = [field for kind in RECORDS.values() for field, _ in known_fields(kind)]
    patterns = {field.name: field.metadata["constraints"].get("pattern") for field in fields}
    form = patterns["date_published"]
    return frozenset(name for name, pattern in patterns.items() if pattern == form)


class Shape:
    """Finds what in a line does not fit the declaration of its record.

    A key that no field has is left out of formats with columns; `unknown` collects them.
    """

    def __init__(self, kind: str) -> None:
        self.unknown: set[str] = set()
        self._check = self._of_record(RECORDS[kind])

    def check(self, record: dict[str, Any]) -> Row:
        """Return the record; raises `BadLineError` that names the first value that is wrong."""
        try:
            self._check(record)
        except _Misfit as error:
            raise BadLineError("shape", f"${error.where}: {error.why}") from error
        return record

    def _of_record(self, record: type, inside: str = "") -> Check:
        own = columns(record)
        # Most values are single ones: their type is compared here, and no function called.
        types = {one.name: one.scalar for one in own}
        checks = {one.name: self._of(one, f"{inside}.{one.name}") for one in own}
        required = frozenset(one.name for one in own if one.required)

        def check(value: Any) -> None:
            if type(value) is not dict:
                raise _Misfit(_unlike("an object", value))
            if not required <= value.keys():
                raise _Misfit(f"{', '.join(sorted(required - value.keys()))} is missing")
            for key, inner in value.items():
                if type(inner) is types.get(key, _NOTHING):
                    continue
                if key not in checks:
                    if _is_deep(inner):
                        raise _Misfit(f"nested more than {MAX_DEPTH} deep", f".{key}")
                    self._note_unknown(f"${inside}.{key}")
                elif inner is not None or key in required:
                    with_path(checks[key], inner, f".{key}")

        return check

    def _of(self, column: Column, inside: str) -> Check:
        if column.record:
            return self._of_record(column.record, inside)
        if column.member:
            return _of_list(self._of(column.member, f"{inside}[]"))
        return _of_map if column.is_map else _of_scalar(column.scalar or str)

    def _note_unknown(self, where: str) -> None:
        if len(self.unknown) < MAX_UNKNOWN:
            self.unknown.add(where)


class _Misfit(Exception):
    """A value that does not fit; where it stands is put together on the way up."""

    def __init__(self, why: str, where: str = "") -> None:
        super().__init__(why)
        self.why, self.where = why, where


def with_path(check: Check, value: Any, step: str) -> None:
    """Check a value, and put the step to it before the path of what is wrong in it."""
    try:
        check(value)
    except _Misfit as error:
        raise _Misfit(error.why, f"{step}{error.where}") from error


def _of_list(check: Check) -> Check:
    def check_all(value: Any) -> None:
        if type(value) is not list:
            raise _Misfit(_unlike("a list", value))
        for number, member in enumerate(value):
            with_path(check, member, f"[{number}]")

    return check_all


def _of_map(value: Any) -> None:
    if type(value) is not dict:
        raise _Misfit(_unlike("an object", value))
    for key, inner in value.items():
        if type(inner) is not str:
            raise _Misfit(_unlike(_NAMES[str], inner), f".{key}")


def _of_scalar(wanted: type) -> Check:
    fitting = (int, float) if wanted is float else (wanted,)

    def check(value: Any) -> None:
        if type(value) not in fitting:
            raise _Misfit(_unlike(_NAMES[wanted], value))

    return check


def _is_deep(value: Any) -> bool:
    """Tell a value that cannot be written without more calls in each other than there may be."""
    level = [value]
    for _ in range(MAX_DEPTH):
        objects = [one.values() if isinstance(one, dict) else one for one in level]
        level = [inner for one in objects if not isinstance(one, _SINGLE) for inner in one]
    return bool(level)


def _unlike(wanted: str, value: Any) -> str:
    return f"{wanted} is expected, not {type(value).__name__}"


def all_columns(record: type, inside: str = "") -> Iterator[tuple[str, Column]]:
    """Give every field at any depth with its path, as `authors.name`."""
    for column in columns(record):
        path = f"{inside}{column.name}"
        yield path, column
        nested = column.record or (column.member.record if column.member else None)
        if nested:
            yield from all_columns(nested, f"{path}.")
