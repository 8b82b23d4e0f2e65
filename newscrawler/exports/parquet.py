"""Records as Apache Parquet: nested values stay nested, exact times are times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from newscrawler.exports.shapes import Column, Row, columns
from newscrawler.exports.sinks import Sink
from newscrawler.exports.values import batches, utc_of

# Bytes of Arrow's columns in one row group: what is held in memory.
ROW_GROUP = 32 * 2**20

_SCALARS = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
_INSTANT = pa.timestamp("ms", tz="UTC")


def write_parquet(rows: Iterable[Row], record: type, sink: Sink) -> None:
    """Write the rows; a time stands as it is stated and, where it is exact, as `..._utc`."""
    schema = arrow_schema(record)
    # One Zstandard level, no time, no random number: the same rows give the same bytes.
    with parquet.ParquetWriter(sink.file, schema, compression="zstd") as writer:
        for group in _row_groups(_batches(rows, record, schema)):
            writer.write_table(pa.Table.from_batches(group, schema), row_group_size=2**31)


def arrow_schema(record: type) -> Any:
    """Return the types of a record's columns."""
    fields = []
    for column in columns(record):
        fields.append(pa.field(column.name, _type(column), nullable=not column.required))
        if column.is_time:
            fields.append(pa.field(f"{column.name}_utc", _INSTANT))
    return pa.schema(fields)


def _type(column: Column) -> Any:
    if column.scalar:
        return _SCALARS[column.scalar]
    if column.member:
        return pa.list_(pa.field("element", _type(column.member), nullable=False))
    if column.is_map:
        return pa.map_(pa.string(), pa.string())
    inner = columns(column.record) if column.record else ()
    return pa.struct([pa.field(one.name, _type(one), nullable=not one.required) for one in inner])


def _batches(rows: Iterable[Row], record: type, schema: Any) -> Iterator[Any]:
    maps = [one.name for one in columns(record) if one.is_map]
    times = [one.name for one in columns(record) if one.is_time]
    for some in batches(rows):
        yield pa.RecordBatch.from_pylist([_as_arrow(row, maps, times) for row in some], schema)


def _as_arrow(row: Row, maps: list[str], times: list[str]) -> Row:
    changed: Row = {name: list(row[name].items()) for name in maps if row.get(name)}
    changed |= {f"{name}_utc": utc_of(row[name]) for name in times if name in row}
    return row | changed


def _row_groups(batches: Iterable[Any]) -> Iterator[list[Any]]:
    group: list[Any] = []
    size = 0
    for batch in batches:
        group.append(batch)
        size += batch.nbytes
        if size >= ROW_GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group
