"""Which kind of archive a path is."""

from __future__ import annotations

from pathlib import Path

from newscrawler.archives.capture import Archive, ArchiveError
from newscrawler.archives.folder import FolderArchive
from newscrawler.archives.warc import WarcArchive


def open_archive(path: Path) -> Archive:
    """Open a folder of saved pages or a `.warc` or `.warc.gz` file.

    Raises `ArchiveError` for anything else, and for what cannot be read.
    """
    check_archive(path)
    return FolderArchive(path) if path.is_dir() else WarcArchive(path)


def check_archive(path: Path) -> None:
    """Raise `ArchiveError` where `path` cannot be an archive, without reading it."""
    if not path.exists():
        raise ArchiveError(f"{path}: does not exist")
    is_warc = path.is_file() and path.name.lower().endswith((".warc", ".warc.gz"))
    if not is_warc and not path.is_dir():
        raise ArchiveError(f"{path}: is neither a folder nor a .warc or .warc.gz file")
