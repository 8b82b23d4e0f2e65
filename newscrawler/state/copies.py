"""The part of the state that keeps where texts stood, and finds texts that are like one another."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from heapq import nsmallest
from typing import Any, NamedTuple

from newscrawler.duplicates.groups import Place
from newscrawler.duplicates.likeness import Likeness, likeness
from newscrawler.duplicates.shingles import LONGEST
from newscrawler.duplicates.sketch import KEY_BITS, Sketch, sketch_of, unpacked
from newscrawler.state.archives import Archives
from newscrawler.state.database import Database
from newscrawler.state.rows import Copy
from newscrawler.state.tables import ARTICLES, COPIES, MARKS, VERSIONS, Row

# Bits of the id in a posting; 134 million places.
ID_BITS = 63 - KEY_BITS
_ID_MASK = 2**ID_BITS - 1
# Of one key; what more texts have is a phrase of the language or a line of a template.
MOST_BEARERS = 1_000
# Of one look-up: places whose sketches are read, best first, and those whose texts are.
MOST_SKETCHES, MOST_TEXTS = 256, 64
# What a text's sketch must share with one that is longer, or half as long, before that is read.
LEAST_SHARED = 0.15
MARK_SIZE = 16
# Of one article; a trap may show one page under addresses without end.
MOST_PLACES = 100
OF_STORY = "story <> 0 AND story = ?"
# Members of a group are compared with one another.
_KEPT_BODIES = 32


class Match(NamedTuple):
    """A place whose text is like the one that was looked up."""

    id: int
    place: Place
    story: int
    likeness: Likeness


class Copies(Archives):
    """Places of texts. Those that a chain of likenesses connects bear the number of one story."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._bodies: dict[int, str] = {}
        self._found: tuple[str, str, list[Match]] | None = None
        """Key, text and matches of the last look-up; a page is committed right behind it."""

    @contextmanager
    def _changing_sites(self) -> Iterator[None]:
        try:
            with super()._changing_sites():
                yield
        except BaseException:
            self._bodies.clear()
            self._found = None
            raise

    # Looking up

    def _near(self, key: str, body: str, sketch: Sketch) -> list[Match]:
        """Return what `_matches` gives, at once where it was just asked for."""
        if self._found is None or self._found[:2] != (key, body):
            self._found = (key, body, list(self._matches(key, body, sketch)))
        return self._found[2]

    def _matches(
        self, key: str, body: str, sketch: Sketch, *, every: bool = False
    ) -> Iterator[Match]:
        """Give the places that are like a text, the likest sketches first.

        Unless `every` one is wanted, none of a story follows that is near.
        """
        stories: set[int] = set()
        left = MOST_TEXTS
        for row in self._candidates(key, sketch):
            if row["story"] in stories:
                continue
            found = likeness(body, self._body(row))
            if found:
                if found.how != "contained" and row["story"] and not every:
                    stories.add(row["story"])
                yield Match(row["id"], place_in(row), row["story"], found)
            left -= 1
            if not left:
                return

    def _candidates(self, key: str, sketch: Sketch) -> Iterator[dict[str, Any]]:
        shared = Counter(self._bearers(sketch))
        least = LEAST_SHARED * sketch.rare
        likely = [(-count, number) for number, count in shared.items() if count >= least]
        for _, number in nsmallest(MOST_SKETCHES, likely):
            row = self._database.get(COPIES, number)
            if row is None or row[1] == key:
                continue
            named = COPIES.named(row)
            if sketch.may_be_alike(unpacked(named["sketch"])):
                yield named

    def _bearers(self, sketch: Sketch) -> Iterator[int]:
        """Give the id of each place that has a key of the sketch, once for each of them.

        Keys that too many have are left out, unless most are such: that is a text which stands
        in more than a thousand places, and any of them leads to its story.
        """
        found = self._postings(sketch.keys)
        if len(found) <= MOST_BEARERS:
            yield from (posting & _ID_MASK for posting in found)
            return
        crowded: list[list[int]] = []
        for key in sketch.keys:
            found = self._postings([key])
            if len(found) <= MOST_BEARERS:
                yield from (posting & _ID_MASK for posting in found)
            else:
                crowded.append(found)
        if 2 * len(crowded) > len(sketch.keys):
            yield from (posting & _ID_MASK for found in crowded for posting in found)

    def _postings(self, keys: Sequence[int]) -> list[int]:
        """Return the postings of some keys, of all of them one more than one key may have.

        One statement takes a quarter of the time that one for each key does.
        """
        if not keys:  # a text that is too short to be compared
            return []
        listed = ",".join(["(?)"] * len(keys))
        sql = (
            f"WITH keys (key) AS (VALUES {listed}) "  # noqa: S608, question marks
            f"SELECT posting FROM keys CROSS JOIN postings WHERE posting "
            f"BETWEEN key << {ID_BITS} AND (key << {ID_BITS}) | {_ID_MASK} "
            f"LIMIT {MOST_BEARERS + 1}"
        )
        return [row[0] for row in self._database.connection.execute(sql, keys)]

    def _body(self, row: dict[str, Any]) -> str:
        known = self._bodies.get(row["id"])
        return self._hold(row["id"], self._read_body(row)) if known is None else known

    def _hold(self, number: int, body: str) -> str:
        self._bodies[number] = body[:LONGEST]
        while len(self._bodies) > _KEPT_BODIES:
            del self._bodies[next(iter(self._bodies))]
        return self._bodies[number]

    def _read_body(self, row: dict[str, Any]) -> str:
        if row["text"]:
            return zlib.decompress(row["text"]).decode("utf-8")
        article = self._database.get(ARTICLES, row["article"])
        last = ARTICLES.named(article)["last"] if article else 0
        version = self._database.get(VERSIONS, last)
        line = zlib.decompress(VERSIONS.named(version)["line"]) if version else b"{}"
        return str(json.loads(line).get("body") or "")

    # Keeping

    def _put_copy(self, copy: Copy) -> None:
        """Keep a place, in the stead of what is known of the same page or article."""
        database = self._database
        before = self._places("key = ?", copy.key)
        if not copy.reason:
            same = "article = ? AND reason = '' AND key <> ?"
            before += self._places(same, copy.article, copy.key)
        elif not before and self._is_full(copy.article):
            return
        number = before[0]["id"] if before else database.next_id(COPIES)
        sketch = sketch_of(copy.body)
        row = _row_of(number, copy, sketch)
        if [one | {"story": 0} for one in before] == [COPIES.named(row)]:
            self._hold(number, copy.body)
            return
        if before:
            self._found = None
        apart = self._take_out(before)
        database.insert(COPIES, row)
        postings = [(key << ID_BITS | number,) for key in sketch.keys]
        database.connection.executemany(
            "INSERT OR IGNORE INTO postings (posting) VALUES (?)", postings
        )
        self._hold(number, copy.body)
        for one in (number, *apart):
            self._join(one)
            self._found = None

    def _places(self, where: str, *values: Any) -> list[dict[str, Any]]:
        return [COPIES.named(row) for row in self._database.select(COPIES, where, *values)]

    def _is_full(self, article: str) -> bool:
        sql = "SELECT COUNT(*) FROM copies WHERE article = ?"
        return bool(self._database.execute(sql, article).fetchone()[0] >= MOST_PLACES)

    def _forget_copies(self, article: str) -> None:
        self._found = None
        for number in self._take_out(self._places("article = ?", article)):
            self._join(number)
            self._found = None

    def _take_out(self, rows: list[dict[str, Any]]) -> list[int]:
        """Delete places, and return the ids of those that were of the same stories, now of none."""
        database = self._database
        for row in rows:
            postings = [(key << ID_BITS | row["id"],) for key in unpacked(row["sketch"]).keys]
            database.connection.executemany("DELETE FROM postings WHERE posting = ?", postings)
            database.delete(COPIES, "id = ?", row["id"])
            self._bodies.pop(row["id"], None)
        stories = {row["story"] for row in rows} - {0}
        apart = [one for story in sorted(stories) for one in self._places(OF_STORY, story)]
        for one in apart:
            database.put(COPIES, (one | {"story": 0}).values())
        return [one["id"] for one in apart]

    def _join(self, number: int) -> None:
        """Let a place have one story with those that are the same page, or near to its text."""
        found = self._database.get(COPIES, number)
        if found is None:
            return
        row = COPIES.named(found)
        joined = {row["id"]: row["story"]} | dict(self._same_page(row))
        for match in self._near(row["key"], self._body(row), unpacked(row["sketch"])):
            if match.likeness.how != "contained":
                joined[match.id] = match.story
        if len(joined) == 1:
            return
        # The number is the id of a member, so that no two stories have the same.
        story = min(known or id_ for id_, known in joined.items())
        for other in sorted(set(joined.values()) - {0, story}):
            for one in self._places(OF_STORY, other):
                self._database.put(COPIES, (one | {"story": story}).values())
        for single in sorted(id_ for id_, known in joined.items() if not known):
            self._enter(single, story)

    def _enter(self, number: int, story: int) -> None:
        for one in self._places("id = ?", number):
            self._database.put(COPIES, (one | {"story": story}).values())

    def _same_page(self, row: dict[str, Any]) -> Iterator[tuple[int, int]]:
        """Give ids and stories of the places that share the article, or a mark, with this one."""
        marks = row["marks"]
        articles = {row["article"]}
        for start in range(0, len(marks), MARK_SIZE):
            owner = self._database.get(MARKS, marks[start : start + MARK_SIZE])
            if owner:
                articles.add(owner[1])
        for article in sorted(articles):
            for one in self._places("article = ?", article):
                yield one["id"], one["story"]


def place_in(row: dict[str, Any]) -> Place:
    same = ("key", "article", "url", "published", "source", "canonical", "reason")
    marks = row["marks"]
    parts = (marks[start : start + MARK_SIZE] for start in range(0, len(marks), MARK_SIZE))
    return Place(**{name: row[name] for name in same}, marks=frozenset(parts))


def _row_of(number: int, copy: Copy, sketch: Sketch) -> Row:
    text = zlib.compress(copy.body[:LONGEST].encode("utf-8", "replace")) if copy.reason else b""
    marks = b"".join(map(mark_digest, copy.marks))
    return (
        number, copy.key, copy.article, copy.url, copy.published, copy.source, copy.canonical,
        marks, sketch.packed(), text, 0, copy.reason,
    )  # fmt: skip


def mark_digest(mark: str) -> bytes:
    return blake2b(mark.encode("utf-8", "replace"), digest_size=MARK_SIZE).digest()
