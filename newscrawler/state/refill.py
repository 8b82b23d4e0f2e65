"""Fill a new state from feeds, and mend what was saved of the old one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from newscrawler.normalise.text import fold
from newscrawler.normalise.urls import url_key
from newscrawler.state.articles import line_in
from newscrawler.state.database import Database
from newscrawler.state.feed_lines import FeedFile
from newscrawler.state.folders import SINGLE_ARTICLES, distinct, folder_of
from newscrawler.state.frontier import Frontier
from newscrawler.state.rows import KnownArticle, KnownSeries, Page
from newscrawler.state.series import SeriesList
from newscrawler.state.tables import (
    ARTICLES,
    BATCHES,
    COUNTERS,
    DELIVERIES,
    MEMBERS,
    OUTBOX,
    PAGES,
    SERIES,
    VERSIONS,
)

# Of what was delivered: series (empty if it cannot be told), key of the article, version.
Delivery = tuple[str, str, int]
# A larger number is a mistake, and SQLite has a largest one.
MOST_VERSIONS = 1_000_000


class Refill(Frontier, SeriesList):
    """Reads feeds into the database of a new state."""

    def __init__(
        self,
        database: Database,
        key_of: Callable[[str], str],
        marks_of: Callable[[dict[str, Any]], tuple[str, ...]],
        fingerprint_of: Callable[[dict[str, Any]], str],
    ) -> None:
        super().__init__(database)
        self.key_of, self.marks_of, self.fingerprint_of = key_of, marks_of, fingerprint_of
        self.due_at = ""
        """When to look again at articles of which only their feed lines are known."""
        self.articles = 0
        self.broken = 0
        self._series_of: dict[str, set[str]] = {}
        self._delivered: set[Delivery] = set()

    # Feeds

    def read(self, files: list[FeedFile]) -> None:
        with self._database.transaction():
            self._count_batches(files)
            for one in self.all_series():
                self._series_of.setdefault(one.folder, set()).add(one.key)
            for file in files:
                if file.kind == "series":
                    self._read_accounts(file)
        for file in files:
            if file.kind == "article":
                with self._database.transaction():
                    self._read_articles(file)

    def _count_batches(self, files: Iterable[FeedFile]) -> None:
        """Let the numbers of batches go on after all that were ever seen."""
        row = self._database.get(COUNTERS, "batch")
        last = self._database.next_id(BATCHES) - 1
        highest = max([row[1] if row else 0, last, *(file.batch for file in files)])
        self._database.put(COUNTERS, ("batch", highest))

    def _read_accounts(self, file: FeedFile) -> None:
        for record in file.records():
            series = self._stated(record[0]) if record else None
            if series is None:
                self.broken += 1
            else:
                self._know_series(series, file.folder)
                self._series_of.setdefault(place_of(file), set()).add(series.key)

    def _stated(self, record: Any) -> KnownSeries | None:
        """Return the series that a record tells of."""
        name, url = (text_in(record, "name"), text_in(record, "url"))
        try:
            key = url_key(url) if url else fold(name)
        except ValueError:
            return None
        return KnownSeries(key=key, name=name, url=url) if name and key else None

    def _know_series(self, series: KnownSeries, folder: str) -> None:
        if self.series(series.key):
            return
        if folder and not self._database.first(SERIES, "folder = ?", folder):
            row = (series.key, series.name, series.url, folder, None, "")
            self._database.insert(SERIES, row)
        else:
            self.put_series(series)

    def _read_articles(self, file: FeedFile) -> None:
        for record in file.records():
            article = self._article_in(*record) if record else None
            if record is None or article is None:
                self.broken += 1
            else:
                self._take(article, self._series(record[0], file))

    def _article_in(self, record: dict[str, Any], line: str) -> KnownArticle | None:
        url, version = text_in(record, "url"), record.get("version", 1)
        if not text_in(record, "id") or not isinstance(version, int) or version > MOST_VERSIONS:
            return None
        try:
            page = self.key_of(url)
        except ValueError:
            return None
        seen = text_in(record, "retrieved_at")
        known = self._page(page)
        return KnownArticle(
            key=(known.article if known else "") or page,
            url=url,
            first_seen=text_in(record, "first_seen") or seen,
            changed_at=seen or text_in(record, "first_seen"),
            version=version,
            fingerprint=self.fingerprint_of(record),
            line=line,
            marks=self.marks_of(record),
        )

    def _series(self, record: dict[str, Any], file: FeedFile) -> set[str]:
        """Return the keys of the series that a feed file is of, or that its record names."""
        of_file = self._series_of.get(place_of(file), set())
        if len(of_file) == 1:
            return of_file
        if file.folder == SINGLE_ARTICLES:
            return set()
        listed = record.get("series")
        stated = [self._stated(it) for it in listed] if isinstance(listed, list) else []
        named = [one for one in stated if one]
        fitting = [one for one in named if fits(one, file.folder)] if file.folder else []
        for one in fitting or named:
            self._know_series(one, file.folder if fitting else "")
        return {one.key for one in fitting or named}

    def _take(self, article: KnownArticle, series: set[str]) -> None:
        known = self._database.get(ARTICLES, article.key)
        if known is None or ARTICLES.named(known)["version"] < article.version:
            self.articles += known is None
            self._put_article(0, article)
        if self._page(self.key_of(article.url)) is None:
            key, when = self.key_of(article.url), article.changed_at
            self._put_page(_shown(article, key, min(series, default=""), when, self.due_at))
        for one in series:
            self._add_member(one, article, [self.key_of(article.url)])
            if not self.delivered(one, article.key):
                self._note_delivery(one, article.key, article.version)
        self._delivered |= {(one, article.key, article.version) for one in series or {""}}

    # What was saved of the old state

    def drop_what_lost_its_text(self) -> None:
        """Forget articles and records whose version could not be read; feeds may have it."""
        lost = "NOT IN (SELECT id FROM versions)"
        with self._database.transaction():
            self._database.delete(ARTICLES, f"last {lost}")
            self._database.delete(OUTBOX, f"version_id <> 0 AND version_id {lost}")

    def mend_outbox(self) -> None:
        """Let nothing wait that the feeds have, and no batch stand that is not whole."""
        with self._database.transaction():
            self._release_torn_batches()
            for row in list(self._database.select(OUTBOX, "batch = 0 AND kind = 'article'")):
                record = OUTBOX.named(row)
                if self._was_delivered(record):
                    same = (record["series"], record["article"], record["run"])
                    where = "batch = 0 AND series = ? AND article <> '' AND article = ? AND run = ?"
                    self._database.delete(OUTBOX, where, *same)

    def _was_delivered(self, record: dict[str, Any]) -> bool:
        told = json.loads(self._record_line(record))
        article, version = record["article"], told.get("version", 1)
        return any(
            (series, article, version) in self._delivered for series in (record["series"], "")
        )

    def _release_torn_batches(self) -> None:
        for batch in self.batches():
            rows = list(self._database.select(OUTBOX, "batch = ?", batch.id))
            if len(rows) != sum(batch.counts.values()):
                self.release_batch(batch.id)
        left = "batch <> 0 AND batch NOT IN (SELECT id FROM batches WHERE closed_at = '')"
        for row in list(self._database.select(OUTBOX, left)):
            self._database.put(OUTBOX, (*row[:-1], 0))

    def let_wait_again(self) -> None:
        """Put back what was never published and whose place in the outbox was lost."""
        published = {(article, version) for _, article, version in self._delivered}
        with self._database.transaction():
            # Versions of no run are those of the feeds.
            for row in list(self._database.select(VERSIONS, "batch = 0 AND run <> 0")):
                version = VERSIONS.named(row)
                article = version["article"]
                waits = self._database.first(OUTBOX, "article <> '' AND article = ?", article)
                if not waits and (article, version["version"]) not in published:
                    self._deliver_again(version)

    def _deliver_again(self, version: dict[str, Any]) -> None:
        article, line = version["article"], line_in(version)
        rows = self._database.select(DELIVERIES, "article = ?", article)
        wanted = {DELIVERIES.named(row)["series"] for row in rows}
        for key in () if wanted else self._addresses(article):
            members = self._database.select(MEMBERS, "key = ?", key)
            wanted |= {MEMBERS.named(row)["series"] for row in members}
        for series in sorted(wanted):
            origin = (article, line, version["id"])
            self._add_records(version["run"], series, [("article", line)], origin)
        if not wanted:
            self.forget_article(article)

    def drop_pages_without_article(self) -> None:
        """Let what was lost be asked for again."""
        with self._database.transaction():
            where = "article <> '' AND article NOT IN (SELECT key FROM articles)"
            self._database.delete(PAGES, where)


def place_of(file: FeedFile) -> str:
    """Return what the files of one series have in common: their folder, or their name."""
    return file.folder or f"/{file.path.parent}/{file.stem}"


def fits(series: KnownSeries, folder: str) -> bool:
    own = folder_of(series.key, series.name, series.url)
    return folder in {own, distinct(own, series.key)}


def text_in(record: Any, name: str) -> str:
    value = record.get(name) if isinstance(record, dict) else None
    return value if isinstance(value, str) else ""


def _shown(article: KnownArticle, key: str, series: str, checked_at: str, due_at: str) -> Page:
    return Page(
        key=key,
        url=article.url,
        series=series,
        state="done",
        article=article.key,
        checked_at=checked_at,
        due_at=due_at,
    )
