"""Writes the CDXJ index of a WARC file beside it, for this program and for others."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.index_rows import Found, answers_of, hashed
from newscrawler.archives.sorted_lines import sorted_lines
from newscrawler.archives.warc_index import entry_of_record
from newscrawler.archives.warc_sources import WarcSource

SUFFIX = ".cdxj"


def write_index(path: Path) -> tuple[Path, Found]:
    """Write `NAME.cdxj` by rename, and return its path and what was met in the file.

    It has a line for each page that answered a `GET`, sorted. Memory stays bounded. Raises
    `ArchiveError` for what is no WARC file or cannot be written beside.
    """
    target = path.with_name(path.name + SUFFIX)
    try:
        with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
            part = Path(folder) / "index"
            found = _write(WarcSource(path), Path(folder) / "lines", part)
            part.replace(target)
    except OSError as error:
        raise ArchiveError(f"{target}: cannot be written: {error.strerror or error}") from error
    return target, found


def _write(source: WarcSource, unsorted: Path, part: Path) -> Found:
    found, others = Found(), list[int]()
    with unsorted.open("wb") as file:
        for record in answers_of(source, found, others):
            entry = entry_of_record(record)
            found.broken += entry is None
            if entry:
                line = f"{entry.line(source.file_name)}\t{hashed(record.record_id)}\n"
                file.write(line.encode("utf-8", "surrogateescape"))
    left_out = {b"%d\n" % other for other in others}
    with part.open("wb") as file:
        for one in sorted_lines(unsorted):
            stated, _, identifier = one.rpartition(b"\t")
            if identifier not in left_out:
                found.pages += 1
                file.write(stated + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return found
