"""The part of the state that keeps series and what belongs to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from newscrawler.normalise.urls import url_key
from newscrawler.state.articles import Articles
from newscrawler.state.folders import SINGLE_ARTICLES, distinct, folder_of
from newscrawler.state.rows import KnownSeries, Member
from newscrawler.state.tables import (
    ARCHIVES,
    DELIVERIES,
    HISTORY,
    MEMBERS,
    OUTBOX,
    PAGES,
    RESPONSES,
    SERIES,
)


class SeriesList(Articles):
    """Series and their members."""

    def series(self, key: str) -> KnownSeries | None:
        with self._database.guarded():
            row = self._database.get(SERIES, key)
        return KnownSeries(**SERIES.named(row)) if row else None

    def all_series(self) -> list[KnownSeries]:
        with self._database.guarded():
            rows = self._database.select(SERIES, "TRUE ORDER BY rowid")
            return [KnownSeries(**SERIES.named(row)) for row in rows]

    def put_series(self, series: KnownSeries) -> KnownSeries:
        """Add or update a series, and return it with its folder.

        What the update leaves empty stays as it is known.
        """
        with self._database.transaction():
            known = self.series(series.key)
            after = _updated(known, series) if known else series
            if known is None:
                after = replace(after, folder=self._free_folder(series))
            self._database.put(SERIES, SERIES.values_of(after))
        return after

    def _free_folder(self, series: KnownSeries) -> str:
        wanted = folder_of(series.key, series.name, series.url)
        taken = wanted == SINGLE_ARTICLES or self._database.first(SERIES, "folder = ?", wanted)
        return distinct(wanted, series.key) if taken else wanted

    def find_series(self, text: str) -> list[KnownSeries]:
        """Return the series whose folder, address, key or name (in any case) is `text`."""
        names = {text, _key_or_text(text)}
        folded = text.casefold()
        return [
            one
            for one in self.all_series()
            if names & {one.key, one.folder, one.url, _key_or_text(one.url or one.key)}
            or one.name.casefold() == folded
        ]

    def members(self, series: str) -> list[Member]:
        """Return what the series lists or holds, in the order it was learnt of."""
        found: dict[str, Member] = {}
        with self._database.guarded():
            for row in self._database.select(MEMBERS, "series = ? ORDER BY id", series):
                one = self._member(MEMBERS.named(row))
                first = found.setdefault(one.article or f" {one.key}", one)
                if one.listed_at > first.listed_at:
                    found[one.article or f" {one.key}"] = replace(first, listed_at=one.listed_at)
        return list(found.values())

    def holds(self, series: str, article: str) -> bool:
        """Tell whether an article is one that `article_lines` gives for a series."""
        where = "key = ? AND series = ?"
        with self._database.guarded():
            return any(
                (held := self._held(address)) and held["key"] == article
                for address in self._addresses(article)
                if self._database.first(MEMBERS, where, address, series)
            )

    def gone_count(self, series: str) -> int:
        """Return how many articles of a series have no page any more."""
        with self._database.guarded():
            rows = self._database.select(MEMBERS, "series = ? ORDER BY id", series)
            held = (self._held(MEMBERS.named(row)["key"]) for row in list(rows))
            return len({one["key"] for one in held if one and one["gone"]})

    def _member(self, row: dict[str, Any]) -> Member:
        article = self._held(row["key"])
        key, url, listed_at = row["key"], row["url"], row["listed_at"]
        return Member(
            key=key, url=url, article=article["key"] if article else "", listed_at=listed_at
        )

    def forget_series(self, key: str) -> int:
        """Forget a series and the articles that no other series holds; return their number.

        Its pages and what of it waits in the outbox are forgotten as well.
        """
        database = self._database
        with self._changing_sites():
            held = {member.article for member in self.members(key) if member.article}
            orphans = [article for article in held if not self._held_elsewhere(article, key)]
            for article in orphans:
                self.forget_article(article)
            for table in (MEMBERS, HISTORY, RESPONSES, DELIVERIES):
                database.delete(table, "series = ?", key)
            database.delete(OUTBOX, "batch = 0 AND series = ?", key)
            for row in list(database.select(PAGES, "series = ? AND article = ''", key)):
                self._forget_visits(row[0])
            database.delete(PAGES, "series = ? AND article = ''", key)
            self._forget_archives_of(key)
            database.delete(SERIES, "key = ?", key)
        return len(orphans)

    def _forget_archives_of(self, key: str) -> None:
        """Let archives that were read for a series, or into an account, be read again."""
        series = self.series(key)
        named = f"series={series.url or series.name} " if series else ""
        where = "selection = ? OR (? <> '' AND instr(selection || ' ', ?) > 0)"
        self._database.delete(ARCHIVES, where, key, named, named)

    def _held_elsewhere(self, article: str, series: str) -> bool:
        where = "key = ? AND series <> ?"
        return any(
            self._database.first(MEMBERS, where, address, series)
            for address in self._addresses(article)
        )


def _updated(known: KnownSeries, new: KnownSeries) -> KnownSeries:
    return KnownSeries(
        key=known.key,
        name=new.name or known.name,
        url=new.url or known.url,
        folder=known.folder,
        advertised=known.advertised if new.advertised is None else new.advertised,
        last_new_at=new.last_new_at or known.last_new_at,
    )


def _key_or_text(text: str) -> str:
    try:
        return url_key(text)
    except ValueError:
        return text
