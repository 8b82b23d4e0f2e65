"""The part of the state that keeps how far archives were read, and what their pages taught."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from newscrawler.state.rows import ArchivePosition, PageCommit, Taught
from newscrawler.state.sites import Site, SitePage, Sites, Text
from newscrawler.state.tables import ARCHIVES, LESSONS, SITE_PAGES, SITE_TEXTS


class Archives(Sites):
    """Positions in archives, and lessons: what pages taught and nobody has learned yet.

    The pages of an archive are read many at a time. So that what one is read with does not
    depend on how fast the others are, what they teach is set aside, and learned at the end of
    each block of pages.
    """

    def archive_position(self, key: str) -> ArchivePosition | None:
        with self._database.guarded():
            row = self._database.get(ARCHIVES, key)
        return _position(ARCHIVES.named(row)) if row else None

    def archive_positions(self, selection: str) -> list[ArchivePosition]:
        """Return how far the files of a selection were read."""
        with self._database.guarded():
            rows = list(self._database.select(ARCHIVES, "selection = ?", selection))
        return [_position(ARCHIVES.named(row)) for row in rows]

    def forget_archives(self, selection: str) -> None:
        """Let the files of a selection be read from their beginnings again."""
        with self._database.transaction():
            self._database.delete(ARCHIVES, "selection = ?", selection)

    def _put_position(self, commit: PageCommit) -> None:
        position = commit.position
        if position is None:
            return
        before = self.archive_position(position.key)
        is_article = bool(commit.article or (commit.pages and not commit.pages[0].reason))
        articles = (before.articles if before and position.offset else 0) + is_article
        values = {name: getattr(position, name) for name in ARCHIVES.columns}
        values |= {"articles": articles, "faults": json.dumps(position.faults)}
        self._database.put(ARCHIVES, values.values())

    # Lessons

    def _set_aside(self, taught: Taught) -> None:
        number = self._database.next_id(LESSONS)
        texts = json.dumps(taught.texts)
        self._database.insert(LESSONS, (number, taught.site, taught.page, texts, taught.container))

    def learn_lessons(self) -> None:
        """Learn, site by site and in order, what was set aside."""
        by_site: dict[str, list[Taught]] = defaultdict(list)
        with self._changing_sites():
            for row in self._database.select(LESSONS, "TRUE ORDER BY id"):
                named = LESSONS.named(row)
                named.pop("id")
                taught = Taught(**named | {"texts": tuple(json.loads(named["texts"]))})
                by_site[taught.site].append(taught)
            for lessons in by_site.values():
                for one in lessons:
                    self._learn(one)
            self._database.delete(LESSONS, "TRUE")

    def site_snapshot(self, name: str) -> Site:
        """Return what is known of a site without the many texts that one page alone had."""
        with self._database.guarded():
            where = "site = ? AND pages LIKE '%,%' ORDER BY seen, text"
            texts = list(self._database.select(SITE_TEXTS, where, name))
            pages = list(self._database.select(SITE_PAGES, "site = ? ORDER BY number", name))
        return Site(
            [Text(text, tuple(json.loads(had)), seen) for _, text, had, seen in texts],
            [SitePage(page, number, container) for _, page, number, container in pages],
        )


def _position(row: dict[str, Any]) -> ArchivePosition:
    return ArchivePosition(**row | {"faults": tuple(json.loads(row["faults"]))})
