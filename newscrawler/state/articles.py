"""The part of the state that keeps articles with their versions and marks."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from newscrawler.state.copies import mark_digest
from newscrawler.state.errors import DamagedStateError
from newscrawler.state.rows import KnownArticle, Page
from newscrawler.state.tables import (
    ARTICLES,
    DELIVERIES,
    MARKS,
    MEMBERS,
    OUTBOX,
    PAGES,
    VERSIONS,
    Row,
)
from newscrawler.state.visits import Visits

# Of an export of everything, so that a million articles need no more memory than these.
_LINES_AT_ONCE = 200


class Articles(Visits):
    """Articles, found by their key or by a mark."""

    def article(self, key: str) -> KnownArticle | None:
        with self._database.guarded():
            row = self._database.get(ARTICLES, key)
            return self._known(row) if row else None

    def article_marked(self, marks: Iterable[str]) -> tuple[str, KnownArticle] | None:
        """Return the first of the marks that is known, and the article that bears it."""
        with self._database.guarded():
            for mark in marks:
                row = self._database.get(MARKS, mark_digest(mark))
                article = self.article(row[1]) if row else None
                if article:
                    return mark, article
        return None

    def note_gone(self, article: str, reason: str) -> None:
        """Note why an article's page is not there any more; empty when it is back."""
        with self._database.transaction():
            row = self._database.get(ARTICLES, article)
            if row:
                self._database.put(ARTICLES, (ARTICLES.named(row) | {"gone": reason}).values())

    def forget_article(self, key: str) -> bool:
        """Forget an article with its pages, marks and versions; tell whether it was known.

        Its memberships stay, so that the next run asks for it again. What of it waits in
        the outbox is forgotten as well, what stands in a batch is not.
        """
        database = self._database
        with self._changing_sites():
            row = database.get(ARTICLES, key)
            if row is None:
                return False
            database.delete(OUTBOX, "article <> '' AND article = ? AND batch = 0", key)
            self._keep_lines_of_batches(key)
            for mark in json.loads(ARTICLES.named(row)["marks"]):
                database.delete(MARKS, "mark = ?", mark_digest(mark))
            self._forget_publications(key)
            for table in (VERSIONS, DELIVERIES):
                database.delete(table, "article = ?", key)
            self._unlearn(key, ARTICLES.named(row)["url"])
            self._forget_copies(key)
            for page in self._addresses(key):
                database.delete(PAGES, "key = ?", page)
                self._forget_visits(page)
            database.delete(ARTICLES, "key = ?", key)
        return True

    def _keep_lines_of_batches(self, article: str) -> None:
        where = "article <> '' AND article = ? AND version_id <> 0"
        for row in list(self._database.select(OUTBOX, where, article)):
            record = OUTBOX.named(row)
            own = {"line": self._line(record["version_id"]), "version_id": 0}
            self._database.put(OUTBOX, (record | own).values())

    def _page(self, key: str) -> Page | None:
        row = self._database.get(PAGES, key)
        return Page(**PAGES.named(row)) if row else None

    def _addresses(self, article: str) -> list[str]:
        """Return the keys of the pages that show an article, its own first."""
        where = "article <> '' AND article <> key AND article = ?"
        rows = self._database.select(PAGES, where, article)
        return [article, *(row[0] for row in rows)]

    def _known(self, row: Row) -> KnownArticle:
        named = ARTICLES.named(row)
        line = self._line(named.pop("last"))
        return KnownArticle(**named | {"line": line, "marks": tuple(json.loads(named["marks"]))})

    def _line(self, version_id: int) -> str:
        return line_in(self._version(version_id))

    def _version(self, version_id: int) -> dict[str, Any]:
        row = self._database.get(VERSIONS, version_id)
        if row is None:
            raise DamagedStateError(f"{self._database.name} is damaged: it lacks a version")
        return VERSIONS.named(row)

    def _put_article(self, run: int, article: KnownArticle) -> int:
        """Keep an article and return the id of its version."""
        database = self._database
        row = database.get(ARTICLES, article.key)
        before = ARTICLES.named(row) if row else {}
        last = self._put_version(run, article, before.get("last", 0))
        marks = dict.fromkeys(json.loads(before.get("marks", "[]")))
        marks |= dict.fromkeys(mark for mark in article.marks if self._mark(mark, article.key))
        values = {name: getattr(article, name, None) for name in ARTICLES.columns}
        values |= {"last": last, "marks": json.dumps(list(marks), ensure_ascii=False)}
        database.put(ARTICLES, values.values())
        return last

    def _put_version(self, run: int, article: KnownArticle, last: int) -> int:
        if last:
            before = self._version(last)
            if (before["version"], line_in(before)) == (article.version, article.line):
                return last
        number = self._database.next_id(VERSIONS)
        line = zlib.compress(article.line.encode("utf-8", "replace"))
        said, version = article.fingerprint, article.version
        self._database.insert(VERSIONS, (number, article.key, version, said, run, 0, line))
        return number

    def _mark(self, mark: str, article: str) -> bool:
        """Note what an article is known by; tell whether no other one is known by it."""
        digest = mark_digest(mark)
        if self._database.add(MARKS, (digest, article)):
            return True
        row = self._database.get(MARKS, digest)
        return row is not None and row[1] == article

    def _share_marks(self, key: str, marks: Iterable[str]) -> None:
        """Let an article be known by the marks of a page that is the same as its own."""
        row = self._database.get(ARTICLES, key)
        if row is None:
            return
        known = ARTICLES.named(row)
        own = dict.fromkeys(json.loads(known["marks"]))
        own |= dict.fromkeys(mark for mark in marks if self._mark(mark, key))
        after = known | {"marks": json.dumps(list(own), ensure_ascii=False)}
        self._database.put(ARTICLES, after.values())

    # Lines

    def article_lines(self, series: str, *, versions: bool = False) -> Iterator[str]:
        """Give the last version of each article, or all, streaming and in order of arrival."""
        return map(line_in, self._versions_of(series, versions=versions))

    def all_article_lines(self, *, versions: bool = False) -> Iterator[str]:
        """Give the last version of each article of all series, or all, in order of arrival."""
        return map(line_in, self._versions_of_all(versions=versions))

    def last_lines(self, series: str | None) -> Iterator[tuple[str, str]]:
        """Give the key of each article of a series, or of all, with its last version."""
        rows = self._versions_of_all() if series is None else self._versions_of(series)
        return ((row["article"], line_in(row)) for row in rows)

    def _versions_of(self, series: str, *, versions: bool = False) -> Iterator[dict[str, Any]]:
        with self._database.guarded():
            numbers = self._version_ids(series, versions=versions)
        for number in numbers:
            with self._database.guarded():
                row = self._database.get(VERSIONS, number)
            if row:  # it may have been forgotten meanwhile
                yield VERSIONS.named(row)

    def _versions_of_all(self, *, versions: bool = False) -> Iterator[dict[str, Any]]:
        last = 0
        while True:
            with self._database.guarded():
                where = f"id > ? ORDER BY id LIMIT {_LINES_AT_ONCE}"
                rows = [VERSIONS.named(row) for row in self._database.select(VERSIONS, where, last)]
                wanted = [row for row in rows if self._is_wanted(row, versions=versions)]
            if not rows:
                return
            yield from wanted
            last = rows[-1]["id"]

    def _is_wanted(self, version: dict[str, Any], *, versions: bool) -> bool:
        if versions:
            return version["id"] in self._every_version(version["article"])
        article = self._database.get(ARTICLES, version["article"])
        return article is not None and ARTICLES.named(article)["last"] == version["id"]

    def _version_ids(self, series: str, *, versions: bool) -> list[int]:
        found: dict[str, list[int]] = {}
        for row in self._database.select(MEMBERS, "series = ? ORDER BY id", series):
            article = self._held(MEMBERS.named(row)["key"])
            if article and article["key"] not in found:
                key, last = article["key"], article["last"]
                found[key] = self._every_version(key) if versions else [last]
        return sorted(number for numbers in found.values() for number in numbers)

    def _every_version(self, article: str) -> list[int]:
        """Return the ids of the versions, of one that was delivered again the last."""
        rows = self._database.select(VERSIONS, "article = ? ORDER BY id", article)
        return list({row[2]: row[0] for row in rows}.values())

    def _held(self, key: str) -> dict[str, Any] | None:
        """Return the row of the article that a page shows, or that has the key itself."""
        page = self._page(key)
        row = self._database.get(ARTICLES, (page.article if page else "") or key)
        return ARTICLES.named(row) if row else None


def line_in(version: dict[str, Any]) -> str:
    return zlib.decompress(version["line"]).decode("utf-8")
