"""The tables that a record makes in SQLite: one for itself, one for each of its lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from newscrawler.exports.shapes import Column, Row, columns
from newscrawler.exports.values import utc_of
from newscrawler.items import Article, Drop, Link, SeriesAccount

# The plural of each record, which is the name of its table.
MAIN: dict[type, str] = {
    Article: "articles", SeriesAccount: "accounts", Link: "links", Drop: "drops",
}  # fmt: skip
# Columns of which a reader asks most; those of lists are told apart by their table.
INDEXED = {
    "articles": ("id", "url", "date_published_utc", "section", "source_organization"),
    "authors": ("name",),
    "keywords": ("value",),
    "breadcrumbs": ("value",),
    "series": ("name", "url"),
    "related": ("url",),
    "accounts": ("name",),
    "links": ("from_url", "to_url"),
    "drops": ("url", "reason"),
}
# What is searched for words.
SEARCHED = ("headline", "description", "body")

_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL", bool: "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and how a record fills it."""

    name: str
    columns: tuple[tuple[str, str], ...]
    """Name and type of each column beyond the keys."""
    rows: Callable[[Row], Iterable[tuple[Any, ...]]]
    """Gives the values of these columns: for the main table one row, for a list one a member."""
    parent: str = ""
    """The main table, empty for itself."""

    @property
    def creating(self) -> str:
        keys = ["number INTEGER NOT NULL"]
        if self.parent:
            keys.insert(0, f"{self.parent_key} INTEGER NOT NULL REFERENCES {self.parent} (number)")
            key = f"PRIMARY KEY ({self.parent_key}, number)"
        else:
            key = "PRIMARY KEY (number)"
        named = [f'"{name}" {kind}' for name, kind in self.columns]
        end = " WITHOUT ROWID" if self.parent else ""
        return f"CREATE TABLE {self.name} ({', '.join([*keys, *named, key])}){end}"

    @property
    def parent_key(self) -> str:
        return self.parent.removesuffix("s")

    @property
    def inserting(self) -> str:
        marks = ", ".join("?" * (len(self.columns) + (2 if self.parent else 1)))
        return " ".join(("INSERT INTO", self.name, f"VALUES ({marks})"))

    @property
    def indexing(self) -> Iterator[str]:
        for name in INDEXED.get(self.name, ()):
            yield f'CREATE INDEX {self.name}_by_{name} ON {self.name} ("{name}")'

    def filled(self, number: int, row: Row) -> list[tuple[Any, ...]]:
        """Return the rows with their keys; `number` counts the records from 1."""
        rows = self.rows(row)
        if self.parent:
            return [(number, place, *values) for place, values in enumerate(rows, 1)]
        return [(number, *values) for values in rows]


def tables(record: type) -> list[Table]:
    """Return the tables of a record, its own first."""
    main = MAIN[record]
    singles = [one for one in columns(record) if one.member is None and not one.is_map]
    lists = [one for one in columns(record) if one not in singles]
    return [
        Table(main, tuple(_main_columns(singles)), _main_values(singles)),
        *(_list_table(one, main) for one in lists),
    ]


def _main_columns(singles: list[Column]) -> Iterator[tuple[str, str]]:
    for column in singles:
        for inner in columns(column.record) if column.record else ():
            yield f"{column.name}_{inner.name}", _type(inner, required=column.required)
        if column.scalar:
            yield column.name, _type(column)
        if column.is_time:
            yield f"{column.name}_utc", "TEXT"


def _main_values(singles: list[Column]) -> Callable[[Row], Iterable[tuple[Any, ...]]]:
    plan = [
        (one.name, [it.name for it in columns(one.record)] if one.record else None, one.is_time)
        for one in singles
    ]

    def values(row: Row) -> Iterable[tuple[Any, ...]]:
        found: list[Any] = []
        for name, inner, is_time in plan:
            value = row.get(name)
            if inner is not None:
                found.extend(map((value or {}).get, inner))
            else:
                found.append(value)
            if is_time:
                found.append(_utc(value))
        return (tuple(found),)

    return values


def _list_table(column: Column, parent: str) -> Table:
    name, member = column.name, column.member
    record = member.record if member else None
    if column.is_map:
        named = ("field", "value")
        return Table(name, _texts(*named), lambda row: (row.get(name) or {}).items(), parent)
    if record is None:
        return Table(name, _texts("value"), lambda row: zip(row.get(name) or ()), parent)
    inner = columns(record)
    names = [one.name for one in inner]
    return Table(
        name,
        tuple((one.name, _type(one)) for one in inner),
        lambda row: (tuple(map(one.get, names)) for one in row.get(name) or ()),
        parent,
    )


def _texts(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "TEXT NOT NULL") for name in names)


def _type(column: Column, *, required: bool = True) -> str:
    return _TYPES[column.scalar or str] + (" NOT NULL" if column.required and required else "")


def _utc(stated: str | None) -> str | None:
    moment = utc_of(stated)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None
