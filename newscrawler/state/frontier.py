"""The part of the state that keeps pages: which were asked for, which wait, what they gave."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable

from newscrawler.state.outbox import Outbox
from newscrawler.state.rows import Copy, KeptResponse, KnownArticle, Page, PageCommit
from newscrawler.state.tables import MEMBERS, PAGES, RESPONSES


class Frontier(Outbox):
    """Pages and listing pages, and the transaction that keeps all that one page gave."""

    def page(self, key: str) -> Page | None:
        with self._database.guarded():
            return self._page(key)

    def pending(self, series: str, now: str) -> list[Page]:
        """Return the queued pages of a series, and the deferred ones that are due."""
        waiting = [*self._pages(series, "queued"), *self._pages(series, "deferred")]
        return [page for page in waiting if page.state == "queued" or page.due_at <= now]

    def deferred(self, series: str) -> list[Page]:
        """Return all deferred pages of a series, due or not."""
        return self._pages(series, "deferred")

    def _pages(self, series: str, state: str) -> list[Page]:
        where = "state <> 'done' AND series = ? AND state = ? ORDER BY rowid"
        with self._database.guarded():
            rows = self._database.select(PAGES, where, series, state)
            return [Page(**PAGES.named(row)) for row in rows]

    def put_page(self, page: Page) -> None:
        with self._database.transaction():
            self._put_page(page)

    def _put_page(self, page: Page) -> None:
        self._database.put(PAGES, PAGES.values_of(page))

    def kept_response(self, key: str) -> KeptResponse | None:
        with self._database.guarded():
            row = self._database.get(RESPONSES, key)
        if row is None:
            return None
        kept = RESPONSES.named(row)
        return KeptResponse(
            key=key,
            url=kept["url"],
            headers=tuple((name, value) for name, value in json.loads(kept["headers"])),
            body=zlib.decompress(kept["body"]),
            round=kept["round"],
            checked_at=kept["checked_at"],
        )

    def commit(self, run: int, commit: PageCommit, at: str) -> None:
        """Keep all that one page gave: upsert pages, insert links, article, records, ..."""
        with self._changing_sites():
            self._commit(run, commit, at)

    def _commit(self, run: int, commit: PageCommit, at: str) -> None:
        for page in commit.pages:
            self._put_page(page)
        for link in commit.links:
            self._queue(link)
        if commit.response:
            self._put_response(commit.series, commit.response)
        for key, url in commit.listed:
            self._list_member(commit.series, key, url, at)
        article = commit.article
        version = self._put_article(run, article) if article else 0
        if article and commit.member:
            self._add_member(commit.series, article, (page.key for page in commit.pages))
        origin = (article.key, article.line, version) if article else None
        self._add_records(run, commit.series, commit.records, origin)
        self._keep_lesson(commit)
        self._note(run, commit, at)

    def _note(self, run: int, commit: PageCommit, at: str) -> None:
        """Keep what a page tells besides: what stood beside its text, its text, the answer."""
        if commit.article and commit.beside:
            self._put_beside(commit.article.key, commit.beside)
        if commit.copy:
            self._keep_copy(commit.copy)
        if commit.visit:
            for key in dict.fromkeys(commit.visited):
                self._note_visit(run, key, commit.visit, at)

    def _keep_lesson(self, commit: PageCommit) -> None:
        if commit.position:
            self._put_position(commit)
        if commit.taught and commit.position:
            self._set_aside(commit.taught)
        elif commit.taught:
            self._learn(commit.taught)

    def _keep_copy(self, copy: Copy) -> None:
        self._put_copy(copy)
        if copy.reason and copy.article != copy.key:
            self._share_marks(copy.article, copy.marks)

    def _queue(self, link: Page) -> None:
        known = self._page(link.key)
        if known is None or (known.state == "queued" and link.hops < known.hops):
            first = known or link
            self._put_page(Page(key=first.key, url=first.url, series=first.series, hops=link.hops))

    def _put_response(self, series: str, response: KeptResponse) -> None:
        # JSON escapes what is no Unicode in a header.
        headers, body = json.dumps(response.headers), zlib.compress(response.body)
        key, url, checked_at = response.key, response.url, response.checked_at
        self._database.put(RESPONSES, (key, series, url, headers, body, response.round, checked_at))

    def _list_member(self, series: str, key: str, url: str, at: str) -> None:
        known = self._database.first(MEMBERS, "key = ? AND series = ?", key, series)
        number = known[0] if known else self._database.next_id(MEMBERS)
        self._database.put(MEMBERS, (number, series, key, url, at))

    def add_member(self, series: str, article: KnownArticle) -> None:
        """Note that a series holds an article that came by another one."""
        with self._database.transaction():
            self._add_member(series, article, ())

    def _add_member(self, series: str, article: KnownArticle, pages: Iterable[str]) -> None:
        """Note that the series holds an article, unless it lists one of its addresses."""
        for key in {article.key, *pages}:
            if self._database.first(MEMBERS, "key = ? AND series = ?", key, series):
                return
        number = self._database.next_id(MEMBERS)
        self._database.insert(MEMBERS, (number, series, article.key, article.url, ""))
