"""Pages of WARC files (ISO 28500), as crawlers of all kinds write them, found by their address."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TypeAlias
from weakref import finalize

from newscrawler.archives.addresses import address_keys
from newscrawler.archives.capture import ArchiveError, Capture
from newscrawler.archives.capture_index import CaptureIndex, Place
from newscrawler.archives.failures import LONGEST, failure_of, is_failure
from newscrawler.archives.index_rows import (
    REVISIT,
    Found,
    digest_of,
    hashed,
    seconds_of,
)
from newscrawler.archives.warc_captures import (
    BrokenPageError,
    capture_of,
    keep_pages,
    may_hold_page,
    revisited,
)
from newscrawler.archives.warc_records import WarcRecord, exact_date, record_at, records_of
from newscrawler.archives.warc_sources import WarcSource, is_wacz, wacz_sources

logger = logging.getLogger(__name__)

# Records that are looked at to tell if a file is a WARC file at all.
_FIRST = 2
_DIGEST = "WARC-Payload-Digest"
# Where the record may stand that a revisit repeats, and how it is known to be it.
_Reference: TypeAlias = tuple[Iterator[Place], Callable[[WarcRecord], bool]]


class _WrongPlaceError(ArchiveError):
    """A place where the index has a capture, and the file has another record or none."""

    def __init__(self, told: str, place: Place) -> None:
        super().__init__(told)
        self.place = place


class WarcArchive:
    """The pages in WARC and WACZ files, also where one repeats a page of another.

    An address captured several times gives its latest success, else its latest answer; with
    `at`, in seconds since 1970, the success or redirect nearest to it. It is looked up without
    its fragment, as it is and under the other scheme. What cannot be read any more, or is cut
    short, gives way to the next best capture.

    Raises `ArchiveError` for what is no such file. `label` names them for the next time.
    """

    def __init__(self, paths: list[Path], label: str = "", at: int | None = None) -> None:
        self.at = at
        folder = self._folder() if any(is_wacz(path.name) for path in paths) else None
        self.sources = [source for path in paths for source in sources_of(path, folder)]
        self.index = CaptureIndex(self.sources, label or "\n".join(map(str, paths)))

    def __len__(self) -> int:
        """Return the number of captures, of which an address may have several."""
        return sum(found.pages for found in self.index.found().values())

    @property
    def found(self) -> dict[str, Found]:
        """What was met in each file, by its name."""
        return self.index.found()

    def close(self) -> None:
        """Close the index; what was unpacked goes when nobody has the archive any more."""
        self.index.close()

    def _folder(self) -> Path:
        folder = Path(mkdtemp(prefix="newscrawler-"))
        finalize(self, rmtree, folder, ignore_errors=True)
        return folder

    def find(self, url: str, *, rendered: bool = False) -> Capture | None:
        """Return the best capture of `url` that can be read, at most 64 MiB of it."""
        try:
            keys = address_keys(url)
        except ValueError:
            return None
        try:
            return self._best(keys, rendered=rendered)
        except _WrongPlaceError as error:
            if not self.index.rebuild(error.place.file):
                raise
            logger.warning("%s: the file is read again, as its index is wrong", error)
            return self._best(keys, rendered=rendered)

    def _best(self, keys: list[str], *, rendered: bool) -> Capture | None:
        faulty = None
        for place in self.index.best(keys, self.at, rendered=rendered):
            try:
                capture = self._capture(place, keys)
            except BrokenPageError as error:
                logger.info("%s: %s", self.sources[place.file].name, error)
                continue
            if capture and (capture.fault is None or not capture.status):
                return capture
            faulty = faulty or capture
        return faulty

    def _capture(self, place: Place, keys: list[str]) -> Capture | None:
        record = self._record(place)
        if _key(record.url) not in keys:
            raise _WrongPlaceError(f"{self._told(place)} has another address", place)
        if is_failure(record):
            return _failure(record)
        if not place.flags & REVISIT:
            return capture_of(record)
        original = self._original(record, place.file)
        if original is None:
            raise BrokenPageError(f"{record.url}: seen again, and its first capture is not here")
        return revisited(record, original)

    def _original(self, revisit: WarcRecord, file: int) -> WarcRecord | None:
        """Return the record that a revisit repeats: by identifier, address and time, or digest."""
        for places, fits in self._references(revisit, file):
            for place in places:
                original = self._record(place)
                if fits(original) and not is_failure(original):
                    return original
        return None

    def _references(self, revisit: WarcRecord, file: int) -> Iterator[_Reference]:
        identifier = revisit.field("WARC-Refers-To")
        if identifier:
            places = self.index.originals("record", hashed(identifier), None, file)
            yield places, lambda record: record.record_id == identifier
        url = revisit.field("WARC-Refers-To-Target-URI").strip("<>")
        date = seconds_of(exact_date(revisit.field("WARC-Refers-To-Date")))
        if url and date is not None:
            key = _key(url)
            places = self.index.originals("key", hashed(key), date, file)
            yield places, lambda record: _key(record.url) == key
        digest = revisit.field(_DIGEST)
        if digest:
            places = self.index.originals("digest", digest_of(digest) or 0, None, file)
            yield places, lambda record: record.field(_DIGEST).upper() == digest.upper()

    def _record(self, place: Place) -> WarcRecord:
        source = self.sources[place.file]
        try:
            with source.opened() as file:
                record = record_at(file, source.name, place.offset, keep=_keep)
        except ArchiveError as error:
            raise _WrongPlaceError(f"{error}; it has changed", place) from error
        if not may_hold_page(record) and not is_failure(record):
            raise _WrongPlaceError(f"{self._told(place)} has no page", place)
        return record

    def _told(self, place: Place) -> str:
        return f"{self.sources[place.file].name}: byte {place.offset}"


def sources_of(path: Path, folder: Path | None = None) -> list[WarcSource]:
    """Return the WARC files that a WARC or WACZ file consists of."""
    return wacz_sources(path, folder) if is_wacz(path.name) else [WarcSource(path)]


def check_warc(path: Path) -> None:
    """Raise `ArchiveError` where `WarcArchive` would; the first records tell."""
    for source in sources_of(path):
        if source.part and not source.start:
            continue  # packed in its WACZ file; it takes long to unpack
        with source.opened() as file:
            for _ in islice(records_of(file, source.name, keep=lambda _: 0), _FIRST):
                pass


def _keep(record: WarcRecord) -> int:
    return LONGEST if is_failure(record) else keep_pages(record)


def _failure(record: WarcRecord) -> Capture:
    try:
        return failure_of(record)
    except (ValueError, AttributeError) as error:
        raise BrokenPageError(f"{record.url}: {error}") from error


def _key(url: str) -> str:
    try:
        return address_keys(url)[0]
    except ValueError:
        return url
