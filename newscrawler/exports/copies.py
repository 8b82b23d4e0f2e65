"""Articles of a state with what each of them repeats by all that is known, or each text once."""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import Literal, NamedTuple, TypeAlias

from newscrawler.duplicates.groups import Group, Place
from newscrawler.exports.shapes import columns
from newscrawler.items import Article, DuplicateOf
from newscrawler.lines import json_line
from newscrawler.state.copies import Match
from newscrawler.state.store import State

Choice: TypeAlias = Literal["flag", "drop"]
CHOICES: tuple[Choice, ...] = ("flag", "drop")

_FIELD = "duplicate_of"
_CREATING = "CREATE TABLE verdicts (article TEXT PRIMARY KEY, verdict TEXT) WITHOUT ROWID"


class Verdict(NamedTuple):
    """What the group of an article's text says of the article."""

    flag: DuplicateOf | None = None
    stands: bool = True
    """Whether it is the first of its group that the export may have."""


class FinalCopies:
    """Tells copies by the groups of a state, whatever the order in which the articles came.

    The groups of a story are made when its first article is met, and wait on the disk for the
    others. What a crawl that runs adds to them meanwhile stands for none of them.
    """

    def __init__(self, state: State, series: str | None) -> None:
        self._state, self._series = state, series
        self._verdicts = Verdicts()

    def lines(self, choice: Choice) -> Iterator[str]:
        """Give the last version of each article, in order of arrival, with its final flag.

        With `drop` those are left out whose text, or a longer one that has it, is given by
        another line. What was not yet compared stays as it is. Raises `StateError`, `OSError`.
        """
        with closing(self._verdicts):
            for article, line in self._state.last_lines(self._series):
                verdict = self._verdict(article)
                if verdict is None:
                    yield line
                    continue
                flag, is_given = verdict.flag, verdict.stands or choice == "flag"
                if is_given and (flag is None or choice == "drop"):
                    wholes = self._state.wholes(article)
                    flag = flag or self._flag_of_part(wholes)
                    is_given = choice == "flag" or not any(map(self._is_given, wholes))
                if is_given:
                    yield flagged(line, flag)

    def _verdict(self, article: str) -> Verdict | None:
        """Return what the groups say; None where the article was not compared yet."""
        known = self._verdicts.get(article)
        if known:
            return known
        groups = self._state.groups_with(article)
        for group in groups or ():
            self._judge(group)
        return self._verdicts.get(article)

    def _judge(self, group: Group) -> None:
        """Note the verdicts of the articles that a group's places are of."""
        first = group.representative
        flags: dict[str, DuplicateOf | None] = {first.article: None}
        for place, how, score in group.members:
            if place.article not in flags:
                flags[place.article] = DuplicateOf(url=self._url(first), how=how, score=score)
        is_met = any(one.stands for one in map(self._verdicts.get, flags) if one)
        standing = None if is_met else next(filter(self._is_exported, flags), None)
        for article, flag in flags.items():
            self._verdicts.add(article, Verdict(flag, stands=article == standing))

    def _flag_of_part(self, wholes: list[Match]) -> DuplicateOf | None:
        if not wholes:
            return None
        best = wholes[0]
        how, score = best.likeness
        return DuplicateOf(url=self._url(best.place), how=how, score=score)

    def _url(self, place: Place) -> str:
        """Return the address of a place's article: no line of a feed has that of another page."""
        known = self._state.article(place.article) if place.reason else None
        return known.url if known else place.url

    def _is_exported(self, article: str) -> bool:
        if self._series is None:
            return self._state.article(article) is not None
        return self._state.holds(self._series, article)

    def _is_given(self, whole: Match) -> bool:
        """Tell whether a longer text is given for certain, and can stand for its parts."""
        article = whole.place.article
        if whole.place.reason or not self._is_exported(article):
            return False
        verdict = self._verdict(article)
        longer = (one.place.article for one in self._state.wholes(article))
        return verdict is not None and verdict.stands and not any(map(self._is_exported, longer))


class Verdicts:
    """Verdicts by article, in a file without a name that SQLite makes when they are many."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        for statement in ("PRAGMA journal_mode = OFF", _CREATING, "BEGIN"):
            self._database.execute(statement)

    def get(self, article: str) -> Verdict | None:
        sql = "SELECT verdict FROM verdicts WHERE article = ?"
        with _told():
            row = self._database.execute(sql, (article,)).fetchone()
        if row is None:
            return None
        flag, stands = json.loads(row[0])
        return Verdict(DuplicateOf(**flag) if flag else None, stands)

    def add(self, article: str, verdict: Verdict) -> None:
        """Keep the verdict on an article; one that it has already stays."""
        flag = asdict(verdict.flag) if verdict.flag else None
        values = (article, json.dumps([flag, verdict.stands]))
        with _told():
            self._database.execute("INSERT OR IGNORE INTO verdicts VALUES (?, ?)", values)

    def close(self) -> None:
        self._database.close()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        why = f"the groups of copies cannot be kept in the folder of temporary files: {error}"
        raise OSError(errno.ENOSPC if full else errno.EIO, why) from error


def flagged(line: str, flag: DuplicateOf | None) -> str:
    """Return a line with this flag and no other, in the order of the feed's fields."""
    if flag is None and f'"{_FIELD}"' not in line:
        return line
    record = json.loads(line)
    stated = asdict(flag) if flag else None
    if record.get(_FIELD) == stated:
        return line
    names = [column.name for column in columns(Article)]
    order = {name: place for place, name in enumerate(names)}
    record[_FIELD] = stated
    return json_line(dict(sorted(record.items(), key=lambda it: order.get(it[0], len(names)))))
