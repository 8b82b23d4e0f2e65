"""The way back: the records that an exported file holds, as the feed had them."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from pyarrow import parquet

from newscrawler.exports.shapes import Column, columns
from newscrawler.exports.sqlite_tables import MAIN
from newscrawler.items import Article

Record = dict[str, Any]


def filled(record: Record) -> Record:
    return {key: value for key, value in record.items() if value not in (None, "", [], {})}


def from_csv(path: Path, record: type = Article, *, guarded: bool = True) -> list[Record]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    return [_from_cells(row, record, guarded=guarded) for row in rows]


def _from_cells(row: dict[str, str], record: type, *, guarded: bool) -> Record:
    found: Record = {}
    for column in columns(record):
        if column.record:
            prefix = f"{column.name}."
            cells = {key.removeprefix(prefix): it for key, it in row.items() if prefix in key}
            found[column.name] = _from_cells(cells, column.record, guarded=guarded)
        else:
            found[column.name] = _from_cell(row[column.name], column, guarded=guarded)
    return filled(found)


def _from_cell(cell: str, column: Column, *, guarded: bool) -> Any:
    if column.scalar is str:
        return cell.removeprefix("'") if guarded else cell
    return json.loads(cell) if cell else None


def from_parquet(path: Path, record: type = Article) -> list[Record]:
    rows = parquet.read_table(path).to_pylist()
    names = [one.name for one in columns(record)]
    maps = {one.name for one in columns(record) if one.is_map}
    return [
        filled(
            {
                name: dict(row[name] or ()) if name in maps else _without_nulls(row[name])
                for name in names
            }
        )
        for row in rows
    ]


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return filled({key: _without_nulls(one) for key, one in value.items()})
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


def from_sqlite(path: Path, record: type = Article) -> list[Record]:
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = database.execute(all_of(MAIN[record], "ORDER BY number")).fetchall()
        return [_from_row(database, dict(row), record) for row in rows]


def _from_row(database: sqlite3.Connection, row: Record, record: type) -> Record:
    found: Record = {}
    for column in columns(record):
        name = column.name
        if column.record:
            inner = columns(column.record)
            found[name] = filled({one.name: row[f"{name}_{one.name}"] for one in inner})
        elif column.scalar is bool:
            found[name] = None if row[name] is None else bool(row[name])
        elif column.scalar:
            found[name] = row[name]
        else:
            found[name] = _members(database, row["number"], column, MAIN[record])
    return filled(found)


def _members(database: sqlite3.Connection, number: int, column: Column, parent: str) -> Any:
    where = f"WHERE {parent.removesuffix('s')} = ? ORDER BY number"
    rows = database.execute(all_of(column.name, where), (number,)).fetchall()
    if column.is_map:
        return {row["field"]: row["value"] for row in rows}
    member = column.member
    if member and member.record:
        names = [one.name for one in columns(member.record)]
        return [filled({name: row[name] for name in names}) for row in rows]
    return [row["value"] for row in rows]


def all_of(table: str, where: str) -> str:
    return f"SELECT * FROM {table} {where}"  # noqa: S608
