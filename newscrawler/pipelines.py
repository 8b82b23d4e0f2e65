"""What happens to an article between spider and feed, in the order of the settings.

A refused article goes on as a `Drop` record, so that nothing disappears silently.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from newscrawler.identity import copy_of, marks_of
from newscrawler.items import Article, Drop, DuplicateOf, Record
from newscrawler.memory import Memory, memory_of
from newscrawler.normalise.dates import is_before
from newscrawler.normalise.records import normalise_article
from newscrawler.revisions import new_version

# Marks, of some thousand articles; between a pipeline and the state are no more than a dozen.
MARKS_MET = 4_000


class Normalise:
    """Gives every field its one form, unless the spider's workers have done so."""

    def __init__(self, *, is_done: bool = False) -> None:
        self.is_done = is_done

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(is_done=getattr(crawler.spider, "normalises", False))

    def process_item(self, item: Record) -> Record:
        if self.is_done or not isinstance(item, Article):
            return item
        return normalise_article(item)


class Validate:
    """Refuses what lacks a headline or a body."""

    def process_item(self, item: Record) -> Record:
        if not isinstance(item, Article):
            return item
        lacking = [name for name in ("headline", "body") if not getattr(item, name)]
        if not lacking:
            return item
        detail = f"the page has no {' and no '.join(lacking)}"
        return Drop(url=item.url, reason=f"no_{lacking[0]}", detail=detail)


class ObeyUsage:
    """Refuses what its publisher asks not to be used, as far as `NEWSCRAWLER_OBEY` says so."""

    def __init__(self, obeyed: Iterable[str] = ()) -> None:
        self.obeyed = frozenset(obeyed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getlist("NEWSCRAWLER_OBEY"))

    def process_item(self, item: Record) -> Record:
        if not isinstance(item, Article) or not self.obeyed:
            return item
        for wish in item.usage or []:
            name, _, end = wish.partition(" ")
            seen = item.retrieved_at
            is_due = not end or (seen is not None and not is_before(seen, end))
            if name in self.obeyed and is_due:
                return Drop(url=item.url, reason=name.replace("-", "_"), detail=wish)
        return item


class DropDuplicates:
    """Refuses an article that was delivered already, whatever address it came by."""

    def __init__(self, memory: Memory | None = None, most: int = MARKS_MET) -> None:
        self.memory = memory
        self.most = most
        self.urls: dict[str, str] = {} if memory is None else memory.met

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # An archive has a page again and again: only the state tells a copy from a later version.
        reads_captures = getattr(crawler.spider, "reads_captures", False)
        return cls(memory_of(crawler), 0 if reads_captures else MARKS_MET)

    def process_item(self, item: Record) -> Record:
        if not isinstance(item, Article):
            return item
        marks = marks_of(item)
        drop = self.met(item, marks) or self.held(item, marks)
        if drop is None:
            self.note(item, marks)
        elif self.memory:
            self.memory.note_duplicate(item)
        return drop or item

    def met(self, item: Article, marks: list[tuple[str, str]]) -> Drop | None:
        """Refuse what this run has just delivered."""
        for reason, mark in marks:
            if mark in self.urls:
                return Drop(url=item.url, reason=reason, in_favour_of=self.urls[mark])
        return None

    def held(self, item: Article, marks: list[tuple[str, str]]) -> Drop | None:
        """Refuse what the state holds from another page."""
        if self.memory is None or self.memory.known(item):
            return None
        found = self.memory.state.article_marked(mark for _, mark in marks)
        if found is None:
            return None
        reason = next(reason for reason, mark in marks if mark == found[0])
        return Drop(url=item.url, reason=reason, in_favour_of=found[1].url)

    def note(self, item: Article, marks: list[tuple[str, str]]) -> None:
        self.urls.update({mark: item.url for _, mark in marks})
        while len(self.urls) > self.most:
            del self.urls[next(iter(self.urls))]


class Remember:
    """Numbers the versions of an article, and refuses one that is as it was."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(memory_of(crawler))

    def process_item(self, item: Record) -> Record:
        if not isinstance(item, Article):
            return item
        known = self.memory.known(item)
        if known is None:
            item.version, item.first_seen = 1, item.retrieved_at
            return item
        before = json.loads(known.line)
        changed = new_version(before, item)
        is_same = changed is None
        if is_same and not self.memory.revisits.full:
            return Drop(url=known.url, reason="unchanged", in_favour_of=known.url)
        if not is_same and is_older(item, before):
            detail = f"captured {item.retrieved_at}, the version held {before['retrieved_at']}"
            reason = "older_capture"
            return Drop(url=item.url, reason=reason, in_favour_of=known.url, detail=detail)
        if is_same:
            self.memory.repeated.add(item.url)
        item.first_seen = before.get("first_seen")
        item.version = known.version if is_same else known.version + 1
        item.changed = changed
        return item


def is_older(item: Article, held: dict[str, Any]) -> bool:
    """Tell a capture that was made before the version that is held: archives come in any order."""
    held_at, captured_at = held.get("retrieved_at"), item.retrieved_at
    return bool(held_at and captured_at and is_before(captured_at, held_at))


class FlagDuplicates:
    """Says of an article which other one has its text, or refuses it, as the settings want."""

    def __init__(self, memory: Memory, *, drops: bool = False) -> None:
        self.memory = memory
        self.drops = drops

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(memory_of(crawler), drops=near_duplicates(crawler.settings) == "drop")

    def process_item(self, item: Record) -> Record:
        if not isinstance(item, Article):
            return item
        known = self.memory.known(item)
        found = self.memory.state.duplicate(copy_of(item, known.key if known else ""))
        if found is None:
            return item
        if self.drops and known is None:  # what was delivered once goes on being told of
            self.memory.note_duplicate(item)
            for _, mark in marks_of(item):  # nothing is the same page as what is not delivered
                self.memory.met.pop(mark, None)
            reason = "duplicate_part" if found.how == "contained" else "duplicate_near"
            detail = f"{found.how}, {found.score:g} alike"
            return Drop(url=item.url, reason=reason, in_favour_of=found.url, detail=detail)
        item.duplicate_of = DuplicateOf(url=found.url, how=found.how, score=found.score)
        return item


def near_duplicates(settings: BaseSettings) -> str:
    """Return what becomes of near-duplicates, by the short name of the setting or its own."""
    return str(settings["NEAR_DUPLICATES"] or settings["NEWSCRAWLER_NEAR_DUPLICATES"])
