"""Which kinds of archives some paths are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path

from newscrawler.archives.archive_set import ArchiveSet
from newscrawler.archives.capture import Archive, ArchiveError
from newscrawler.archives.capture_index import SMALL
from newscrawler.archives.folder import FolderArchive
from newscrawler.archives.warc import WarcArchive, check_warc
from newscrawler.archives.warc_sources import is_wacz, is_warc

# Where browsertrix and an unpacked WACZ file have their WARC files.
_INSIDE = ("", "archive")


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file that cannot be read as a whole: in words, and the numbers of what was lost."""

    told: str
    broken: int
    damaged: int


def open_archive(paths: Path | Sequence[Path], at: int | None = None) -> Archive:
    """Open folders of saved pages, WARC and WACZ files, and folders full of these, as one.

    A name with `*`, `?` or `[` that no file has stands for all files that fit. `at` is as in
    `ArchiveSet`. Raises `ArchiveError` for anything else, and for what cannot be read.
    """
    given = [paths] if isinstance(paths, Path) else list(paths)
    folders, files = _sorted_out(given)
    archives: list[Archive] = [FolderArchive(folder) for folder in folders]
    if files:
        archives.append(WarcArchive(files, _label(given), at))
    return archives[0] if len(archives) == 1 else ArchiveSet(archives, at)


def check_archive(paths: Path | Sequence[Path]) -> None:
    """Raise `ArchiveError` where `open_archive` would.

    Small WARC files are not read to their end; the index of large ones is made or brought up to
    date, so that opening them takes no time any more.
    """
    given = [paths] if isinstance(paths, Path) else list(paths)
    folders, files = _sorted_out(given)
    for folder in folders:
        FolderArchive(folder)
    for file in files:
        check_warc(file)
    if sum(file.stat().st_size for file in files) > SMALL:
        WarcArchive(files, _label(given)).close()


def damage_in(archive: Archive) -> list[Damaged]:
    """Return what cannot be read of the WARC files in an archive, by file."""
    archives = archive.archives if isinstance(archive, ArchiveSet) else [archive]
    files = [one.found for one in archives if isinstance(one, WarcArchive)]
    return [
        Damaged(f"{name}: {found.told}", found.broken, found.damaged)
        for one in files
        for name, found in one.items()
        if found.told
    ]


def archive_files(paths: Sequence[Path]) -> list[Path]:
    """Return the WARC and WACZ files that are meant; raise `ArchiveError` for anything else."""
    folders, files = _sorted_out(paths)
    if folders:
        raise ArchiveError(f"{folders[0]}: holds no WARC or WACZ file")
    return files


def _label(given: list[Path]) -> str:
    return "\n".join(str(path.absolute()) for path in given)


def _sorted_out(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Tell folders of pages from WARC and WACZ files; each file counts once."""
    folders: dict[Path, Path] = {}
    files: dict[Path, Path] = {}
    for path in (one for given in paths for one in _meant(given)):
        kept = folders if path.is_dir() else files
        kept.setdefault(path.resolve(), path)
    return list(folders.values()), list(files.values())


def _meant(path: Path) -> Iterator[Path]:
    if not path.exists() and has_magic(str(path)):
        found = [Path(name) for name in sorted(glob(str(path), recursive=True))]  # noqa: PTH207
        if not found:
            raise ArchiveError(f"{path}: no file is so called")
        for each in found:
            yield from _meant_by_name(each)
    else:
        yield from _meant_by_name(path)


def _meant_by_name(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise ArchiveError(f"{path}: does not exist")
    if path.is_dir():
        inside = [file for name in _INSIDE for file in _files_of(path / name)]
        yield from inside or [path]
    elif path.is_file() and _is_archive_file(path.name):
        yield path
    else:
        raise ArchiveError(f"{path}: is neither a folder nor a .warc, .warc.gz or .wacz file")


def _files_of(folder: Path) -> list[Path]:
    try:
        names = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise ArchiveError(f"{folder}: cannot be read: {error.strerror}") from error
    return [file for file in names if file.is_file() and _is_archive_file(file.name)]


def _is_archive_file(name: str) -> bool:
    return is_warc(name) or is_wacz(name)
