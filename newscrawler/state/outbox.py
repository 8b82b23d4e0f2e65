"""The part of the state that keeps the records that are not yet published."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from newscrawler.state.articles import Articles
from newscrawler.state.rows import Batch, KnownArticle, RecordKind
from newscrawler.state.tables import ARTICLES, BATCHES, DELIVERIES, OUTBOX, VERSIONS, Row

KINDS: tuple[RecordKind, ...] = ("article", "series", "links", "drops")
# Key, line and version id of the article that records come from.
Origin: TypeAlias = tuple[str, str, int]


class Outbox(Articles):
    """Records that wait, and the batches in which they are published."""

    def add_records(self, run: int, series: str, records: Iterable[tuple[RecordKind, str]]) -> None:
        with self._database.transaction():
            for kind, line in records:
                if kind == "series":  # only the last account of a series is of use
                    where = "batch = 0 AND series = ? AND kind = 'series'"
                    self._database.delete(OUTBOX, where, series)
                origin = self._origin(line) if kind == "article" else None
                self._add_records(run, series, [(kind, line)], origin)

    def _add_records(
        self,
        run: int,
        series: str,
        records: Sequence[tuple[RecordKind, str]],
        origin: Origin | None,
    ) -> None:
        number = self._database.next_id(OUTBOX) if records else 0
        article, own_line, version = origin or ("", "", 0)
        for offset, (kind, line) in enumerate(records):
            refers = version if kind == "article" and line == own_line else 0
            kept = "" if refers else line
            row = (number + offset, series, run, kind, article, refers, kept, 0)
            self._database.insert(OUTBOX, row)
            if kind == "article" and article:
                self._note_delivery(series, article, version)

    def rewrite_records(self, series: str, kind: RecordKind, change: Callable[[str], str]) -> None:
        """Put in place of each record that waits for a batch what `change` makes of its line."""
        with self._database.transaction():
            for row in self._each(f"batch = 0 AND kind = '{kind}' AND series = ?", series):
                record = OUTBOX.named(row)
                after = record | {"line": change(record["line"])}
                self._database.put(OUTBOX, after.values())

    def _note_delivery(self, series: str, article: str, version: int) -> None:
        number = self._database.next_id(DELIVERIES)
        self._database.insert(DELIVERIES, (number, series, article, version))

    def delivered(self, series: str, article: str) -> bool:
        """Tell whether an article was handed to the outbox of a series, published or not."""
        with self._database.guarded():
            where = "article = ? AND series = ?"
            return self._database.first(DELIVERIES, where, article, series) is not None

    def _origin(self, line: str) -> Origin | None:
        """Return the known article that a line tells of."""
        row = self._database.first(ARTICLES, "url = ?", json.loads(line).get("url"))
        article = self._known(row) if row else None
        return (article.key, article.line, row[6]) if article and row else None

    def unpublished(self, series: str) -> list[KnownArticle]:
        """Return the articles of a series that stand in the outbox, in its order."""
        where = "series = ? AND kind = 'article' ORDER BY id"
        with self._database.guarded():
            rows = list(self._database.select(OUTBOX, where, series))
            keys = dict.fromkeys(OUTBOX.named(row)["article"] for row in rows)
            found = (self._database.get(ARTICLES, key) for key in keys)
            return [self._known(row) for row in found if row]

    def unpublished_counts(self) -> dict[str, dict[RecordKind, int]]:
        """Return by series how many records of each kind wait, without those of a batch."""
        sql = "SELECT series, kind, COUNT(*) FROM outbox WHERE batch = 0 GROUP BY series, kind"
        counts: dict[str, dict[RecordKind, int]] = {}
        with self._database.guarded():
            for series, kind, number in self._database.execute(sql):
                counts.setdefault(series, {})[kind] = number
        return counts

    def open_batch(self, run: int, series: Iterable[str], at: str) -> Batch:
        """Take what waits of these series, of every kind, into one batch."""
        names = tuple(dict.fromkeys(series))
        database = self._database
        counts: dict[RecordKind, int] = dict.fromkeys(KINDS, 0)
        with database.transaction():
            number = database.count_up("batch", database.next_id(BATCHES) - 1)
            for name in names:
                for row in self._each("batch = 0 AND series = ? ORDER BY id", name):
                    counts[row[3]] += 1
                    database.put(OUTBOX, (*row[:-1], number))
            row = (number, run, at, json.dumps(names), "", json.dumps(counts), "")
            database.insert(BATCHES, row)
        return _batch(BATCHES.named(row))

    def _each(self, where: str, value: str | int) -> Iterator[Row]:
        """Give rows one by one, so that each may be changed and none is held in memory."""
        rows = self._database.execute(f"SELECT id FROM outbox WHERE {where}", value)  # noqa: S608
        for number in [row[0] for row in rows]:
            row = self._database.get(OUTBOX, number)
            if row:
                yield row

    def batches(self) -> list[Batch]:
        """Return the batches that were opened and neither closed nor released."""
        with self._database.guarded():
            rows = self._database.select(BATCHES, "closed_at = '' ORDER BY id")
            return [_batch(BATCHES.named(row)) for row in rows]

    def batch_lines(self, batch: int, kind: RecordKind) -> Iterator[str]:
        """Give the lines of one kind in the order they came, streaming."""
        sql = "SELECT id FROM outbox WHERE batch = ? AND kind = ? ORDER BY id"
        with self._database.guarded():
            numbers = [row[0] for row in self._database.execute(sql, batch, kind)]
        for number in numbers:
            with self._database.guarded():
                row = self._database.get(OUTBOX, number)
                line = self._record_line(OUTBOX.named(row)) if row else None
            if line is not None:
                yield line

    def _record_line(self, record: dict[str, Any]) -> str:
        return self._line(record["version_id"]) if record["version_id"] else str(record["line"])

    def aim_batch(self, batch: int, targets: str) -> None:
        """Note where the batch goes, durably, before any file is touched."""
        self._change_batch(batch, targets=targets)
        self.make_durable()

    def close_batch(self, batch: int, at: str) -> None:
        """Note that all its files stand under their names; its records leave the outbox."""
        with self._database.transaction():
            self._note_publications(batch)
            self._database.delete(OUTBOX, "batch = ?", batch)
            self._change_batch(batch, closed_at=at)

    def _note_publications(self, batch: int) -> None:
        place, row = 0, self._database.get(BATCHES, batch)
        names = _batch(BATCHES.named(row)).series if row else ()
        for each in self._each("batch = ? AND kind = 'article' ORDER BY id", batch):
            place, record = place + 1, OUTBOX.named(each)
            if version_id := record["version_id"]:
                version = self._version(version_id) | {"batch": batch}
                self._database.put(VERSIONS, version.values())
                self._note_publication(version_id, batch, names.index(record["series"]), place)

    def _change_batch(self, batch: int, **changes: str) -> None:
        with self._database.transaction():
            row = self._database.get(BATCHES, batch)
            if row is None:
                raise ValueError(f"there is no batch {batch}")
            self._database.put(BATCHES, (BATCHES.named(row) | changes).values())

    def release_batch(self, batch: int) -> None:
        """Put the records of a batch back among those that wait."""
        with self._database.transaction():
            for row in self._each("batch = ? ORDER BY id", batch):
                self._database.put(OUTBOX, (*row[:-1], 0))
            self._database.delete(BATCHES, "id = ? AND closed_at = ''", batch)

    def make_durable(self) -> None:
        """Let nothing that was committed be lost by a power cut: checkpoint and fsync."""
        with self._database.guarded():
            self._database.checkpoint()


def _batch(row: dict[str, Any]) -> Batch:
    kept = {name: row[name] for name in ("id", "run", "created_at", "targets")}
    series, counts = tuple(json.loads(row["series"])), json.loads(row["counts"])
    return Batch(**kept, series=series, counts=counts)
