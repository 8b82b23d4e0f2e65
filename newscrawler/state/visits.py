"""The part of the state that keeps what came of asking for each page, and where it is published."""

from __future__ import annotations

from newscrawler.state.rows import Visit
from newscrawler.state.sites import page_digest
from newscrawler.state.stories import Stories
from newscrawler.state.tables import BESIDE, PUBLICATIONS, VISITS

# Answers kept of one page; those that are equal and follow one another count once.
MOST_VISITS = 20


class Visits(Stories):
    """Answers and publications, written in the transactions of the pages and the batches."""

    def _note_visit(self, run: int, key: str, visit: Visit, at: str) -> None:
        database, page = self._database, page_digest(key)
        rows = list(database.select(VISITS, "page = ? ORDER BY id", page))
        last = VISITS.named(rows[-1]) if rows else {}
        told = {name: getattr(visit, name) for name in _TOLD}
        if last and all(last[name] == value for name, value in told.items()):
            again = {"run": run, "at": at, "times": last["times"] + 1}
            database.put(VISITS, (last | again).values())
            return
        for row in rows[: max(0, len(rows) + 1 - MOST_VISITS)]:
            database.delete(VISITS, "id = ?", row[0])
        number = database.next_id(VISITS)
        database.insert(VISITS, (number, page, run, at, run, at, 1, *told.values()))

    def visits(self, key: str) -> list[Visit]:
        """Return what came of asking for a page, the oldest first."""
        with self._database.guarded():
            rows = self._database.select(VISITS, "page = ? ORDER BY id", page_digest(key))
            named = [VISITS.named(row) for row in rows]
        return [Visit(**{name: one[name] for name in Visit.__slots__}) for one in named]

    def _forget_visits(self, key: str) -> None:
        self._database.delete(VISITS, "page = ?", page_digest(key))

    def _put_beside(self, article: str, texts: tuple[int, ...]) -> None:
        packed = b"".join(text.to_bytes(4, "big") for text in texts)
        self._database.put(BESIDE, (article, packed))

    def beside(self, article: str) -> frozenset[int]:
        """Return what the page of an article showed besides its text when it was last kept.

        Texts are told by their short digests.
        """
        with self._database.guarded():
            row = self._database.get(BESIDE, article)
        packed: bytes = row[1] if row else b""
        return frozenset(
            int.from_bytes(packed[at : at + 4], "big") for at in range(0, len(packed), 4)
        )

    def _note_publication(self, version: int, batch: int, series: int, place: int) -> None:
        number = self._database.next_id(PUBLICATIONS)
        self._database.insert(PUBLICATIONS, (number, version, batch, series, place))

    def _forget_publications(self, article: str) -> None:
        self._database.delete(BESIDE, "article = ?", article)
        own = "version IN (SELECT id FROM versions WHERE article = ?)"
        self._database.delete(PUBLICATIONS, own, article)


_TOLD = ("outcome", "status", "detail", "in_favour_of")
