"""The part of the state that tells all that is known of one address."""

from __future__ import annotations

import json
from collections.abc import Iterable

from newscrawler.state.articles import Articles, line_in
from newscrawler.state.rows import KeptVersion, Page, Publication
from newscrawler.state.tables import (
    BATCHES,
    MEMBERS,
    OUTBOX,
    PAGES,
    PUBLICATIONS,
    RUNS,
    SERIES,
    VERSIONS,
)

# Batches and members told of one article; somebody who wants more reads the feeds.
MOST_TOLD = 200


class AddressHistory(Articles):
    """Look-ups by address; none of them reads a whole table."""

    def versions(self, article: str) -> list[KeptVersion]:
        """Return the versions of an article, the oldest first.

        Of one that was delivered again as it was, its last delivery.
        """
        with self._database.guarded():
            numbers = self._every_version(article)
            rows = [VERSIONS.named(row) for row in map(self._get_version, numbers) if row]
        return [
            KeptVersion(id=one["id"], number=one["version"], run=one["run"], line=line_in(one))
            for one in sorted(rows, key=lambda one: one["version"])
        ]

    def publications(self, version_id: int) -> list[Publication]:
        """Return where a version was published, the first first."""
        with self._database.guarded():
            where = "version = ? ORDER BY id LIMIT ?"
            rows = list(self._database.select(PUBLICATIONS, where, version_id, MOST_TOLD))
            found = [self._publication(PUBLICATIONS.named(row)) for row in rows]
        return [one for one in found if one]

    def _publication(self, row: dict[str, int]) -> Publication | None:
        found = self._database.get(BATCHES, row["batch"])
        if found is None:
            return None
        batch = BATCHES.named(found)
        return Publication(
            version_id=row["version"],
            batch=row["batch"],
            series=json.loads(batch["series"])[row["series"]],
            place=row["place"],
            at=batch["closed_at"],
            run=batch["run"],
            targets=batch["targets"],
        )

    def waiting_for(self, article: str) -> list[str]:
        """Return the keys of the series in whose next batch an article stands."""
        with self._database.guarded():
            where = "article <> '' AND article = ? ORDER BY id LIMIT ?"
            rows = list(self._database.select(OUTBOX, where, article, MOST_TOLD))
        return list(dict.fromkeys(OUTBOX.named(row)["series"] for row in rows))

    def memberships(self, keys: Iterable[str]) -> list[tuple[str, str, str]]:
        """Return key and name of each series that lists or holds one of these addresses, and
        when a listing last named it.
        """
        found: dict[str, tuple[str, str, str]] = {}
        with self._database.guarded():
            for key in keys:
                for row in list(self._database.select(MEMBERS, "key = ? LIMIT ?", key, MOST_TOLD)):
                    member = MEMBERS.named(row)
                    series, listed_at = member["series"], member["listed_at"]
                    known = self._database.get(SERIES, series)
                    name = SERIES.named(known)["name"] if known else series
                    before = found.get(series, ("", "", ""))[2]
                    found[series] = (series, name, max(before, listed_at))
        return list(found.values())

    def addresses_of(self, article: str) -> list[Page]:
        """Return the pages that show an article, its own first."""
        with self._database.guarded():
            pages = map(self._page, self._addresses(article)[:MOST_TOLD])
            return [page for page in pages if page]

    def neighbours(self, key: str, limit: int = 3) -> list[Page]:
        """Return the known pages whose keys stand next to this one, before and behind it."""
        with self._database.guarded():
            before = self._database.select(PAGES, "key < ? ORDER BY key DESC LIMIT ?", key, limit)
            behind = self._database.select(PAGES, "key > ? ORDER BY key LIMIT ?", key, limit)
            rows = [*reversed(list(before)), *behind]
        return [Page(**PAGES.named(row)) for row in rows]

    def run_told(self, number: int) -> dict[str, str | int | None]:
        """Return spider, start, end and exit code of a run; empty where it is not known."""
        with self._database.guarded():
            row = self._database.get(RUNS, number)
        told = RUNS.named(row) if row else {}
        names = ("id", "spider", "started_at", "ended_at", "exit_code")
        return {name: told[name] for name in names if name in told}

    def _get_version(self, number: int) -> tuple[object, ...] | None:
        return self._database.get(VERSIONS, number)
