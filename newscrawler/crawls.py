"""The file that lists the series to follow, and which of them is due."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newscrawler.exit_codes import ExitCode
from newscrawler.normalise.dates import instant_of
from newscrawler.outputs import Output, places
from newscrawler.reports import write_report
from newscrawler.schedule import TIME_FORMAT, parse_age

DEFAULTS = {"every": "1h", "state": "state/newscrawler.sqlite", "reports": "reports"}
CRAWL_KEYS = ("url", "every", "output", "arguments", "settings", "replay")
NAME = re.compile(r"[^\W_][\w-]{0,99}")
# What was broken off, kept out by another run or had no room is taken up by the next start.
UNFINISHED = (
    ExitCode.STORAGE,
    ExitCode.STOPPED,
    ExitCode.FORCED,
    ExitCode.TIME_LIMIT,
    ExitCode.LOCKED,
)
# What needs a person comes first; then what was broken off, whose other findings are not
# complete; then what the next run may find better. A code that is not here is a crash.
GRAVITY = (
    ExitCode.BUG,
    ExitCode.STORAGE,
    ExitCode.STATE_DAMAGED,
    ExitCode.CONFIGURATION,
    ExitCode.USAGE,
    ExitCode.FORCED,
    ExitCode.STOPPED,
    ExitCode.NOTHING_REACHABLE,
    ExitCode.BLOCKED,
    ExitCode.TIME_LIMIT,
    ExitCode.PARTIAL,
    ExitCode.UNHEALTHY,
    ExitCode.LOCKED,
    ExitCode.COMPLETE,
)


class CrawlsError(ValueError):
    """A file of crawls that cannot be followed; names the file and, where known, the line."""


@dataclass(frozen=True, slots=True)
class Start:
    """When a crawl was last started and how it ended, None where nobody was left to say."""

    at: datetime
    exit_code: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """One series to follow. Paths are as the command is given them."""

    name: str
    url: str
    every: timedelta
    state: Path
    reports: Path
    output: Path | None = None
    replay: Path | None = None
    arguments: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def report(self) -> Path:
        return self.reports / f"{self.name}.json"

    @property
    def stamp(self) -> Path:
        """Where the last start is noted; the report tells nothing of a run that was killed."""
        return self.reports / f"{self.name}.start"

    def command(self) -> list[str]:
        """Return what follows `python -m`."""
        arguments = {"url": self.url, **self.arguments}
        paths = {
            "-O": self.output,
            "--report": self.report,
            "--state": self.state,
            "--replay": self.replay,
        }
        command = ["scrapy", "crawl", "series"]
        for name, text in arguments.items():
            command += ["-a", f"{name}={text}"]
        for option, path in paths.items():
            command += [option, str(path)] if path else []
        for name, text in self.settings.items():
            command += ["-s", f"{name}={text}"]
        return command

    def due_at(self) -> datetime | None:
        """Return when the crawl is to be started again, None for at once."""
        now = datetime.now(UTC)
        last = max(self._starts(), key=lambda start: start.at, default=None)
        # A start in the future was noted before the clock was put right.
        if last is None or last.exit_code in {None, *UNFINISHED} or last.at > now:
            return None
        due = last.at + self.every
        return due if due > now else None

    def note_start(self) -> None:
        """Raises `OSError`."""
        write_report(str(self.stamp), {"started_at": datetime.now(UTC).strftime(TIME_FORMAT)})

    def note_end(self, exit_code: int) -> None:
        """Raises `OSError`."""
        write_report(str(self.stamp), {**_read(self.stamp), "exit_code": exit_code})

    def _starts(self) -> Iterator[Start]:
        """Give the start that is noted, and that of the report, which a person may have made."""
        for found in (_read(self.stamp), _read(self.report)):
            at, code = _time(found.get("started_at")), found.get("exit_code")
            if at:
                # A negative code is that of a signal which killed the run.
                yield Start(at, code if isinstance(code, int) and code >= 0 else None)


def worst(codes: Sequence[int]) -> int:
    """Return the code that a person has to know of first; 0 for none."""
    ranks = {int(code): rank for rank, code in enumerate(GRAVITY)}
    return min(codes, key=lambda code: ranks.get(code, -1), default=int(ExitCode.COMPLETE))


def last_words(crawl: Crawl) -> str:
    """Return the last line that the report explains the run with; "" without one."""
    explanation = _read(crawl.report).get("explanation")
    return str(explanation[-1]) if isinstance(explanation, list) and explanation else ""


def _read(path: Path) -> dict[str, Any]:
    """Return a JSON object, empty where there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _time(value: object) -> datetime | None:
    try:
        return instant_of(value) if isinstance(value, str) else None
    except ValueError:
        return None


# Reading the file


def read_crawls(file: Path) -> list[Crawl]:
    """Return the crawls in their order. Relative paths start at the folder of the file.

    Raises `CrawlsError`, and `OSError` for a file that cannot be read.
    """
    source = Source(file)
    top = Table(source, (), source.tables(), ("defaults", "crawl"))
    defaults = top.table("defaults", tuple(DEFAULTS))
    named = top.table("crawl", None)
    crawls = [_crawl(named.table(name, CRAWL_KEYS), defaults, name) for name in named.values]
    if not crawls:
        raise source.error((), "it lists no crawl: a table [crawl.NAME] with a url is one")
    _refuse_shared_files(source, crawls)
    return crawls


def _crawl(table: Table, defaults: Table, name: str) -> Crawl:
    if not NAME.fullmatch(name):
        raise table.error(None, f"{name!r} is no name: letters, digits, - and _ make one")
    arguments = table.texts("arguments")
    if "url" in arguments:
        raise table.error("arguments", "the url has a key of its own")
    return Crawl(
        name=name,
        url=table.text("url"),
        every=(table if "every" in table.values else defaults).age("every", DEFAULTS["every"]),
        state=defaults.path("state", DEFAULTS["state"]),
        reports=defaults.path("reports", DEFAULTS["reports"]),
        output=table.feed("output") if "output" in table.values else None,
        replay=table.path("replay", "") if "replay" in table.values else None,
        arguments=arguments,
        settings=table.texts("settings"),
    )


def _refuse_shared_files(source: Source, crawls: list[Crawl]) -> None:
    writers: dict[Path, str] = {}
    for crawl in crawls:
        outputs = places(Output(str(crawl.output), overwrite=True)) if crawl.output else []
        for path in (place.path.resolve() for place in reversed(outputs) if place.path):
            if path in writers:
                message = f"{path.name} is written by {writers[path]!r} as well"
                raise source.error(("crawl", crawl.name, "output"), message)
            writers[path] = crawl.name


class Source:
    """The text of a file of crawls, and where a key stands in it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self.text = file.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise CrawlsError(f"{file}: it is not UTF-8: {error.reason}") from error

    def tables(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise CrawlsError(f"{self.file}: {error or 'it is nested too deeply'}") from error

    def error(self, place: tuple[str, ...], message: str) -> CrawlsError:
        number = self.line_of(place)
        line = f", line {number}" if number else ""
        key = f"{'.'.join(place)}: " if place else ""
        return CrawlsError(f"{self.file}{line}: {key}{message}")

    def line_of(self, place: tuple[str, ...]) -> int | None:
        """Return the line of a key or, where it has none of its own, of the table around it."""
        if not place:
            return None
        table: tuple[str, ...] = ()
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
            table = _key(header[1]) if header else table
            key = None if header else re.match(r"\s*([\w.\"'-]+)\s*=", line)
            if place == (table + _key(key[1]) if key else table):
                return number
        return self.line_of(place[:-1])


def _key(written: str) -> tuple[str, ...]:
    """Read a dotted key; one with a dot in quotes is not found again, which costs a line number."""
    return tuple(part.strip().strip("\"'") for part in written.split("."))


class Table:
    """One table of the file, read key by key; each refusal is a `CrawlsError`."""

    def __init__(
        self,
        source: Source,
        place: tuple[str, ...],
        values: dict[str, Any],
        known: tuple[str, ...] | None,
    ) -> None:
        self.source, self.place, self.values = source, place, values
        for key in values:
            if known is not None and key not in known:
                raise self.error(key, f"there is no such key; there is: {', '.join(known)}")

    def error(self, key: str | None, message: str) -> CrawlsError:
        return self.source.error(self.place if key is None else (*self.place, key), message)

    def table(self, key: str, known: tuple[str, ...] | None) -> Table:
        values = self.values.get(key, {})
        if not isinstance(values, dict):
            raise self.error(key, "it is to be a table")
        return Table(self.source, (*self.place, key), values, known)

    def text(self, key: str, default: str = "") -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self.error(key, "it is to be a text in quotes")
        if not value.strip():
            raise self.error(key, "it is missing" if key not in self.values else "it is empty")
        if not value.isprintable():
            raise self.error(key, "it holds an invisible character")
        return value

    def age(self, key: str, default: str) -> timedelta:
        try:
            return parse_age(self.text(key, default))
        except CrawlsError:
            raise
        except ValueError as error:
            raise self.error(key, str(error)) from error

    def path(self, key: str, default: str) -> Path:
        path = Path(self.text(key, default))
        if str(path).startswith("-"):
            raise self.error(key, "a path that begins with - would be taken for an option")
        return self.source.file.parent / path

    def feed(self, key: str) -> Path:
        if self.text(key) == "-" or self.text(key).startswith("file:"):
            raise self.error(key, "it is to be the name of a file")
        path = self.path(key, "")
        try:
            places(Output(str(path), overwrite=True))
        except ValueError as error:
            raise self.error(key, str(error)) from error
        return path

    def texts(self, key: str) -> dict[str, str]:
        """Return a table of plain values as they are typed on a command line."""
        table = self.table(key, None)
        return {name: table.plain(name) for name in table.values}

    def plain(self, key: str) -> str:
        value = self.values[key]
        if not re.fullmatch(r"[A-Za-z_]\w*", key):
            raise self.error(key, "it is no name of an argument or a setting")
        if isinstance(value, bool):
            return str(int(value))
        if not isinstance(value, str | int | float) or not str(value).isprintable():
            raise self.error(key, "it is to be a text, a number, true or false")
        return str(value)
