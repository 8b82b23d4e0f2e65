"""Which kind of archive a path is."""

from __future__ import annotations

from pathlib import Path

from newscrawler.archives.capture import Archive, ArchiveError
from newscrawler.archives.folder import FolderArchive
from newscrawler.archives.warc import WarcArchive, check_warc


def open_archive(path: Path) -> Archive:
    """Open a folder of saved pages or a `.warc` or `.warc.gz` file.

    Raises `ArchiveError` for anything else, and for what cannot be read.
    """
    return WarcArchive(path) if _is_warc(path) else FolderArchive(path)


def check_archive(path: Path) -> None:
    """Raise `ArchiveError` where `open_archive` would, without reading a whole WARC file."""
    if _is_warc(path):
        check_warc(path)
    else:
        FolderArchive(path)


def _is_warc(path: Path) -> bool:
    if not path.exists():
        raise ArchiveError(f"{path}: does not exist")
    if path.is_dir():
        return False
    if path.is_file() and path.name.lower().endswith((".warc", ".warc.gz")):
        return True
    raise ArchiveError(f"{path}: is neither a folder nor a .warc or .warc.gz file")
