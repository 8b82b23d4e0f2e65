"""The part of the state that tells which texts make a group, and which text repeats which."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from newscrawler.duplicates.groups import Group, Order, Place, grouped, order_among
from newscrawler.duplicates.likeness import Likeness, likeness
from newscrawler.duplicates.sketch import SCHEME, sketch_of, unpacked
from newscrawler.state.copies import OF_STORY, Copies, Match, place_in
from newscrawler.state.rows import Copy, Duplicate
from newscrawler.state.tables import ARTICLES, COPIES, COUNTERS, VERSIONS

# Places of the stories of one article; of more only those that the look-up found are asked.
MOST_TOGETHER = 200


class Indexed(NamedTuple):
    """Articles of earlier versions of the project that were made known as texts."""

    done: int
    left: int
    """At the most: articles that were forgotten count as well."""


class Stories(Copies):
    """Groups of the places that are kept."""

    def duplicate(self, copy: Copy) -> Duplicate | None:
        """Return the article that a text repeats, of those that came before it.

        It is the first that was delivered, in the order in which they stand for their group, of
        those that the text is alike to; else the text that has this one as a part of it. What
        comes again repeats nothing that came after it: no two articles repeat each other.
        """
        with self._database.guarded():
            own = self._places("article = ? AND reason = ''", copy.article)
            before = own[0]["id"] if own else sys.maxsize
            found = [
                match
                for match in self._near(copy.key, copy.body, sketch_of(copy.body))
                if match.place.article != copy.article
            ]
            near = [match for match in found if match.likeness.how != "contained"]
            alike = self._first_alike(copy, near, before) if near else None
            return alike or self._container(
                [it for it in found if it.id < before and it.likeness.how == "contained"]
            )

    def _first_alike(self, copy: Copy, near: list[Match], before: int) -> Duplicate | None:
        stories = sorted({match.story for match in near} - {0})
        rows = [row for story in stories for row in self._places(OF_STORY, story)]
        if len(rows) > MOST_TOGETHER:
            rows = [row for it in near for row in self._places("id = ?", it.id)]
        else:
            rows += [row for it in near if not it.story for row in self._places("id = ?", it.id)]
        known = {row["key"]: row for row in rows if row["id"] < before and not row["reason"]}
        places = [place_in(row) for row in known.values() if row["article"] != copy.article]
        for place in sorted(places, key=order_among(places)):
            found = likeness(copy.body, self._body(known[place.key]))
            if found and found.how != "contained":
                return _duplicate(place, found)
        return None

    def _container(self, found: list[Match]) -> Duplicate | None:
        best = min(found, key=_best_first(found), default=None)
        return _duplicate(best.place, best.likeness) if best else None

    # Groups

    def groups(self) -> Iterator[Group]:
        """Give all groups of more than one place. They do not depend on the order of arrival."""
        sql = "SELECT DISTINCT story FROM copies WHERE story <> 0 ORDER BY story"
        with self._database.guarded():
            stories = [row[0] for row in self._database.execute(sql)]
        for story in stories:
            with self._database.guarded():
                found = self._grouped(self._places(OF_STORY, story))
            yield from (group for group in found if group.members)

    def groups_with(self, article: str) -> list[Group] | None:
        """Return the groups of the texts that a chain of likenesses connects with an article.

        They are those of `groups`; None where the article is not known as a text.
        """
        with self._database.guarded():
            own = self._places("article = ? AND reason = ''", article)
            if not own:
                return None
            rows = self._places(OF_STORY, own[0]["story"]) if own[0]["story"] else own
            return self._grouped(rows)

    def wholes(self, article: str) -> list[Match]:
        """Return the texts of other articles that have an article's as a part, the best first."""
        with self._database.guarded():
            own = self._places("article = ? AND reason = ''", article)
            if not own:
                return []
            body, sketch = self._body(own[0]), unpacked(own[0]["sketch"])
            found = [
                match
                for match in self._matches(own[0]["key"], body, sketch, every=True)
                if match.likeness.how == "contained" and match.place.article != article
            ]
            return sorted(found, key=_best_first(found))

    def duplicate_of(self, article: str) -> Duplicate | None:
        """Return what an article repeats, by all that is known now; None where it stands first."""
        for group in self.groups_with(article) or ():
            if group.representative.article == article:
                break
            for place, how, score in group.members:
                if place.article == article and not place.reason:
                    return Duplicate(url=group.representative.url, how=how, score=score)
        best = next(iter(self.wholes(article)), None)
        return _duplicate(best.place, best.likeness) if best else None

    def _grouped(self, rows: list[dict[str, Any]]) -> list[Group]:
        known = {row["key"]: row for row in rows}

        def compare(one: Place, other: Place) -> Likeness | None:
            return likeness(self._body(known[one.key]), self._body(known[other.key]))

        return grouped(map(place_in, rows), compare)

    # Articles of earlier versions

    def index_copies(self, copy_of: Callable[[str, dict[str, Any]], Copy], most: int) -> Indexed:
        """Make known as texts the articles that are not yet, the newest first, so many at most.

        `copy_of` makes a place of an article's key and its record.
        """
        done = 0
        with self._changing_sites():
            left = self._to_index()
            sql = "SELECT rowid, key FROM articles WHERE rowid <= ? ORDER BY rowid DESC LIMIT ?"
            rows = self._database.execute(sql, left, most).fetchall()
            for number, key in rows:
                left = number - 1
                if not self._places("article = ? AND reason = ''", key):
                    self._put_copy(copy_of(key, self._record(key)))
                    done += 1
            left = left if len(rows) == most else 0
            self._database.put(COUNTERS, ("copies_left", left))
        return Indexed(done, left)

    @property
    def left_to_index(self) -> int:
        """Return how many articles at the most `index_copies` has not made known yet."""
        with self._database.guarded():
            scheme = self._database.get(COUNTERS, "copies_scheme")
            if scheme and scheme[1] == SCHEME:
                row = self._database.get(COUNTERS, "copies_left")
                return int(row[1]) if row else 0
            return self._highest_article()

    def _to_index(self) -> int:
        """Return the highest row that may be of an article which is not known as a text.

        Where sketches were made in another way, or none were made, all begins anew.
        """
        database = self._database
        scheme = database.get(COUNTERS, "copies_scheme")
        if scheme and scheme[1] == SCHEME:
            return self.left_to_index
        database.delete(COPIES, "TRUE")
        database.connection.execute("DELETE FROM postings")
        self._bodies.clear()
        database.put(COUNTERS, ("copies_scheme", SCHEME))
        return self._highest_article()

    def _highest_article(self) -> int:
        highest = self._database.execute("SELECT max(rowid) FROM articles").fetchone()[0]
        return int(highest or 0)

    def index_copies_anew(self) -> None:
        """Let all articles be made known as texts once more, by `index_copies`."""
        with self._database.transaction():
            self._database.delete(COUNTERS, "name = 'copies_scheme'")

    def _record(self, article: str) -> dict[str, Any]:
        row = self._database.get(ARTICLES, article)
        last = ARTICLES.named(row)["last"] if row else 0
        version = self._database.get(VERSIONS, last)
        line = zlib.decompress(VERSIONS.named(version)["line"]) if version else b"{}"
        record: dict[str, Any] = json.loads(line)
        return record


def _best_first(found: list[Match]) -> Callable[[Match], tuple[float, Order]]:
    order = order_among([match.place for match in found])
    return lambda match: (-match.likeness.score, order(match.place))


def _duplicate(place: Place, found: Likeness) -> Duplicate:
    return Duplicate(url=place.url, how=found.how, score=found.score)
