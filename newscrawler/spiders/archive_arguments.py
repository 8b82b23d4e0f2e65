"""The arguments of `scrapy crawl archive`, read from `-a NAME=VALUE`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from glob import glob, has_magic
from pathlib import Path
from typing import Self

from newscrawler.items import Series
from newscrawler.normalise.urls import clean_url
from newscrawler.spiders.arguments import SWITCH, Period, read_period, whole_number

SUFFIXES = (".warc", ".warc.gz", ".wacz")
NAMES = {
    "files", "series", "hosts", "since", "until", "captured_since", "captured_until", "full",
    "jobs",
}  # fmt: skip
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)*[a-z0-9_-]+")
_SEPARATOR = re.compile(r"\s*[,\n]\s*")


@dataclass(frozen=True, slots=True)
class ArchiveArguments:
    """Which files are read, and what is wanted of them."""

    files: tuple[Path, ...]
    series: Series | None = None
    hosts: tuple[str, ...] = ()
    period: Period = field(default_factory=Period)
    """Days of publication."""
    captured: Period = field(default_factory=Period)
    """Days of capture."""
    full: bool = False
    jobs: int | None = None
    """Processes that read pages, None for one a core."""

    @classmethod
    def read(cls, /, **given: str) -> Self:
        """Read the arguments as typed; raise ValueError that names the wrong one."""
        unknown = given.keys() - NAMES
        if unknown:
            raise ValueError(f"there is no argument {', '.join(sorted(unknown))}")
        full = given.get("full", "0")
        if full not in SWITCH:
            raise ValueError(f"full={full!r} is none of {', '.join(SWITCH)}")
        return cls(
            files=_files(given.get("files", "")),
            series=_series(given.get("series", "").strip()),
            hosts=_hosts(given.get("hosts", "")),
            period=read_period("since", "until", given),
            captured=read_period("captured_since", "captured_until", given),
            full=full == "1",
            jobs=whole_number("jobs", given.get("jobs", "")),
        )

    @property
    def is_limited(self) -> bool:
        """Whether a part of what was published is asked for."""
        return self.period != Period() or self.captured != Period()

    @property
    def selection(self) -> str:
        """What is wanted, in words that are the same for the same wish."""
        series = self.series and (self.series.url or self.series.name)
        said = {
            "series": series or "",
            "hosts": ",".join(self.hosts),
            "published": _span(self.period),
            "captured": _span(self.captured),
        }
        return " ".join(f"{name}={value}" for name, value in said.items() if value)


def _span(period: Period) -> str:
    return "" if period == Period() else f"{period.since or ''}..{period.until or ''}"


def _series(text: str) -> Series | None:
    if not text:
        return None
    try:
        return Series(name=text, url=clean_url(text))
    except ValueError:
        return Series(name=text)


def _hosts(text: str) -> tuple[str, ...]:
    hosts = {one.lower().strip(".") for one in _SEPARATOR.split(text.strip(" ,")) if one}
    for one in hosts:
        if not _HOST.fullmatch(one):
            raise ValueError(f"hosts={one!r} is no name of a host, such as news.example")
    return tuple(sorted(one.removeprefix("www.") for one in hosts))


def _files(text: str) -> tuple[Path, ...]:
    """Return the files that names, patterns and folders stand for, each once."""
    pieces = _pieces(text)
    if not pieces:
        raise ValueError("say which archives: -a files='*.warc.gz'")
    found = [path for piece in pieces for path in _matches(piece)]
    by_place = {path.resolve(): path for path in reversed(found)}
    return tuple(sorted(by_place.values(), key=lambda path: (path.name, str(path))))


def _pieces(text: str) -> list[str]:
    """Split at commas, unless the whole is the name of one file."""
    if Path(text).exists():
        return [text] if text else []
    return [piece for piece in _SEPARATOR.split(text.strip(" ,")) if piece]


def _matches(piece: str) -> list[Path]:
    path = Path(piece)
    if path.is_dir():
        found = [one for one in path.rglob("*") if _is_archive(one)]
        if not found:
            raise ValueError(f"files={piece!r} is a folder without {', '.join(SUFFIXES)} files")
        return found
    if path.exists():
        return [path]
    found = [Path(one) for one in glob(piece, recursive=True)]  # noqa: PTH207, an absolute pattern, too
    found = [one for one in found if one.is_file()]
    if not found:
        what = "matches no file" if has_magic(piece) else "does not exist"
        raise ValueError(f"files={piece!r} {what}")
    return found


def _is_archive(path: Path) -> bool:
    return path.name.lower().endswith(SUFFIXES) and path.is_file()
