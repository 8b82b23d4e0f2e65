"""Goes through the files of an archive, and names the pages that are to be read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.warc_records import Damage, WarcRecord, records_of
from newscrawler.archives.warc_sources import WarcSource, is_wacz, wacz_sources
from newscrawler.archives.warc_stretches import ByteSource, size_of
from newscrawler.identity import page_key
from newscrawler.normalise.urls import url_key
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.site_memory import SiteMemory
from newscrawler.spiders.archive_filters import Filters
from newscrawler.spiders.archive_pages import Passed, Place, Task, Wish
from newscrawler.state.rows import ArchivePosition
from newscrawler.state.sites import Site, page_digest
from newscrawler.state.store import State

# Pages that are read with what the blocks before theirs have taught. One that learned from each
# page before it would have to wait for that page.
BLOCK = 500
# Records after which the position is told where none of them is wanted.
MARK_EVERY = 5_000
# Bytes by which a file is known again; each WARC file begins with identifiers of its own.
HEAD = 4096
# Faults of a file that are kept by the state.
MOST_FAULTS = 20
CUT_OFF = "cut off"
# Behind every date.
LAST = "~"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file of which no WARC file can be read."""

    path: Path
    why: str
    part: str = ""

    @property
    def name(self) -> str:
        return str(self.path)


Source: TypeAlias = WarcSource | Unreadable


@dataclass(slots=True)
class Scan:
    """The records of all files, in order, from where each was read to.

    All it needs of the state changes only between two blocks.
    """

    sources: list[Source]
    selection: str
    filters: Filters
    wish: Wish
    state: State
    listed: frozenset[str] = frozenset()
    """Keys of the pages that the listing of the series names."""
    number: int = 0
    """Of the last page."""
    teaches: bool = True
    """Whether what the pages teach is learned at the end of each block."""
    is_done: bool = False
    is_stopped: bool = False
    """Set by another thread; then no further record is read."""
    sites: dict[str, Site] = field(default_factory=dict)
    tasks: Iterator[Task] = field(init=False)

    def __post_init__(self) -> None:
        self.tasks = (task for one in self.sources for task in FileScan(self, one).tasks())

    def block(self) -> Iterator[Task]:
        """Give the tasks up to the end of the block."""
        self.sites.clear()
        for task in self.tasks:
            yield task
            if task.page and self.number % BLOCK == 0:
                return
        self.is_done = True

    def memory_for(self, url: str) -> SiteMemory:
        name = ArticlePage.domain_of(url)
        if name not in self.sites:
            self.sites[name] = self.state.site_snapshot(name)
        site = self.sites[name]
        return SiteMemory(site.repeated(page_digest(page_key(url))), site.containers())

    def place(self, source: WarcSource, record: WarcRecord) -> Place:
        url = record.url
        is_listed = bool(self.listed) and url_key(url) in self.listed
        memory = self.memory_for(url)
        return Place(source, record.offset, url, record.date, self.wish, is_listed, memory)


class FileScan:
    """The records of one file."""

    def __init__(self, scan: Scan, source: Source) -> None:
        self.scan, self.source = scan, source
        self.key = f"{source.path.resolve()} {source.part} {scan.selection}"
        self.offset = self.records = 0
        self.head = ""
        self.faults: list[str] = []
        self.since_last = Counter[str]()
        self.passed_at = 0
        self.damaged = 0
        self.new_faults: list[str] = []

    def tasks(self) -> Iterator[Task]:
        """Give a task for each page that is wanted, and marks between and behind them."""
        is_unreadable = False
        try:
            yield from self.go_on()
        except (ArchiveError, OSError) as error:
            is_unreadable = True
            self.note_fault(str(error))
        if not self.scan.is_stopped:
            yield Task(self.passed(is_unreadable=is_unreadable))

    def go_on(self) -> Iterator[Task]:
        source, known = self.source, self.scan.state.archive_position(self.key)
        if isinstance(source, Unreadable):
            raise ArchiveError(source.why)
        with source.opened() as file:
            size = size_of(file)
            if known and known.head == head_of(file, known.head) and known.offset <= size:
                yield Task(self.resume(known))
            else:
                self.head = head_of(file)
            if self.offset < size or not size:
                found = records_of(file, source.name, self.offset, keep=self.keep)
                yield from self.pages(source, found)

    def resume(self, known: ArchivePosition) -> Passed:
        """Begin where the file was read to; faults that are met again are not told twice."""
        self.head, self.offset, self.records = known.head, known.offset, known.records
        self.faults = [one for one in known.faults if CUT_OFF not in one]
        self.passed_at = self.records
        return Passed(self.position(), faults=tuple(self.faults), known=known.articles)

    def keep(self, record: WarcRecord) -> int:
        return self.scan.filters.keep(record)

    def pages(self, source: WarcSource, found: Iterator[WarcRecord | Damage]) -> Iterator[Task]:
        filters = self.scan.filters
        for one in found:
            if self.scan.is_stopped:
                return
            if isinstance(one, Damage):
                yield from self.pass_damage(one)
                continue
            self.records += 1
            self.offset = one.offset + one.length
            reason = filters.refused or filters.by_head(one)
            if reason:
                self.since_last[reason] += 1
                if self.records - self.passed_at >= MARK_EVERY:
                    yield Task(self.passed())
                continue
            self.scan.number += 1
            place = self.scan.place(source, one)
            yield Task(self.passed(), place)

    def pass_damage(self, damage: Damage) -> Iterator[Task]:
        """Tell of a damage; behind the last record of a file that is cut off it may yet grow."""
        self.note_fault(f"{self.source.name}: byte {damage.offset}: {damage.reason}")
        self.damaged += 1
        is_cut_off = CUT_OFF in damage.reason
        if not is_cut_off:
            self.offset = damage.offset + damage.length
        yield Task(self.passed(is_cut_off=is_cut_off))

    def note_fault(self, told: str) -> None:
        self.new_faults.append(told)
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(told)

    def position(self) -> ArchivePosition:
        return ArchivePosition(
            key=self.key,
            selection=self.scan.selection,
            path=self.source.name,
            head=self.head,
            offset=self.offset,
            number=self.scan.number,
            records=self.records,
            faults=tuple(self.faults),
        )

    def passed(self, *, is_unreadable: bool = False, is_cut_off: bool = False) -> Passed:
        """Return what was passed since this was asked last."""
        passed = Passed(
            self.position(),
            records=self.records - self.passed_at,
            left_out=dict(self.since_last),
            damaged=self.damaged,
            faults=tuple(self.new_faults),
            is_unreadable=is_unreadable,
            is_cut_off=is_cut_off,
        )
        self.passed_at, self.damaged = self.records, 0
        self.since_last.clear()
        self.new_faults = []
        return passed


def head_of(file: ByteSource, known: str = "") -> str:
    """Return length and digest of a file's beginning, of as much as is `known` already."""
    length = int(known.partition(":")[0] or HEAD) if known else HEAD
    file.seek(0)
    head = file.read(length)
    return f"{len(head)}:{hashlib.blake2b(head, digest_size=16).hexdigest()}"


def sources_of(files: Iterable[Path]) -> list[Source]:
    """Return the WARC files, those in WACZ files too, in the order of their first records.

    So captures of a page mostly come in the order in which they were made. What cannot be
    read comes last, by name.
    """
    found = [source for path in files for source in _within(path)]
    return sorted(found, key=lambda source: (first_date(source), source.name))


def _within(path: Path) -> list[Source]:
    if not is_wacz(path.name):
        return [WarcSource(path)]
    try:
        sources = wacz_sources(path)
    except ArchiveError as error:
        return [Unreadable(path, str(error))]
    packed = "is packed once more in its WACZ file; unpack it to have it read"
    return [
        one if one.start else Unreadable(path, f"{one.name}: {packed}", one.part) for one in sources
    ]


def first_date(source: Source) -> str:
    if isinstance(source, Unreadable):
        return LAST
    try:
        with source.opened() as file:
            first = next(records_of(file, source.name, keep=lambda _: 0), None)
    except (ArchiveError, OSError):
        return LAST
    return (first.date if isinstance(first, WarcRecord) else "") or LAST
