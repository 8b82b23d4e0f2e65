"""What a user says to crawl, read from `-a NAME=VALUE`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

from newscrawler.archives.moments import read_moment
from newscrawler.memory import Revisits
from newscrawler.normalise.dates import in_range
from newscrawler.normalise.urls import clean_url
from newscrawler.schedule import parse_age

SCOPES = ("series", "site")
SWITCH = ("0", "1")
BROWSER = ("auto", "0", "1")
# As many hops as there may be articles.
ALL_HOPS = 100_000
HOPS = {**{str(number): number for number in range(10)}, "all": ALL_HOPS}
# The longest series seen has some 2,000 articles at 20 a page; an archive has a page a day.
MAX_PAGES = 1000
DEFAULTS = {
    "url": "", "related": "1", "scope": "series", "max_articles": "", "since": "", "until": "",
    "full": "0", "recheck": "auto", "stop_known": "", "max_pages": str(MAX_PAGES),
    "browser": "auto", "at": "",
}  # fmt: skip
RECHECKS: dict[str, bool | None] = {"auto": None, "all": True, "never": False}
# A comma is a legal part of a news address (`.../leak,3412544.html`, `.../news,UMXw2qF`): it
# separates two addresses where a scheme, a host with its path, or a bare word follows, of
# which the last two are then named as wrong.
_BETWEEN_URLS = re.compile(
    r"""\s*,\s*(?=
        [A-Za-z][A-Za-z0-9+.-]*:
        | (?:[a-z0-9-]+\.)+(?!s?html?\b|php\b|aspx?\b|jsp\b)[a-z]{2,}/
        | [a-z-]+\s*(?:,|$)
    ) | \s+""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days of publication that a user asks for, both ends included; None is open."""

    since: date | None = None
    until: date | None = None

    def holds(self, published: str | None) -> bool:
        """Tell whether an article of that day or time is asked for; one without a date is."""
        return published is None or in_range(published, self.since, self.until)

    def begins_after(self, published: str | None) -> bool:
        return published is not None and not in_range(published, self.since, None)


@dataclass(frozen=True, slots=True)
class SeriesArguments:
    """The arguments of `scrapy crawl series`, checked."""

    urls: tuple[str, ...]
    related: int = 1
    scope: str = "series"
    max_articles: int | None = None
    max_pages: int = MAX_PAGES
    """Listing pages that are read of one series."""
    stop_known: int | None = None
    """Known articles in a row after which a listing is read no further, None for to its end."""
    period: Period = Period()
    revisits: Revisits = field(default_factory=Revisits)
    browser: str = "auto"
    """Whether listing pages are rendered: those that need it, none (`0`), all (`1`)."""
    at: int | None = None
    """The moment whose saved pages are asked for, in seconds since 1970; of a replay alone."""

    @property
    def limited(self) -> bool:
        """Whether a part of the series is asked for."""
        return self.max_articles is not None or self.period != Period()

    @classmethod
    def read(cls, /, **given: str) -> Self:
        """Read the arguments as typed; raise ValueError that names the wrong one."""
        unknown = given.keys() - DEFAULTS.keys()
        if unknown:
            raise ValueError(f"there is no argument {', '.join(sorted(unknown))}")
        said = {**DEFAULTS, **given}
        period = read_period("since", "until", said)
        is_full = _choice("full", said["full"], SWITCH) == 1
        return cls(
            urls=_urls(said["url"]),
            related=HOPS[list(HOPS)[_choice("related", said["related"], tuple(HOPS))]],
            scope=SCOPES[_choice("scope", said["scope"], SCOPES)],
            max_articles=whole_number("max_articles", said["max_articles"]),
            max_pages=whole_number("max_pages", said["max_pages"]) or MAX_PAGES,
            stop_known=None if is_full else whole_number("stop_known", said["stop_known"]),
            period=period,
            revisits=Revisits(full=is_full, known=_recheck(said["recheck"])),
            browser=BROWSER[_choice("browser", said["browser"], BROWSER)],
            at=read_moment(said["at"]) if said["at"] else None,
        )


def _urls(text: str) -> tuple[str, ...]:
    pieces = [piece for piece in _BETWEEN_URLS.split(text.strip(" ,")) if piece]
    if not pieces:
        raise ValueError("say where to start: -a url=ADDRESS of an article or a listing page")
    return tuple(dict.fromkeys(_url(piece) for piece in pieces))


def _url(piece: str) -> str:
    try:
        return clean_url(piece)
    except ValueError as error:
        raise ValueError(f"url={piece!r} is not an address to start from: {error}") from error


def _choice(name: str, text: str, choices: tuple[str, ...]) -> int:
    if text not in choices:
        raise ValueError(f"{name}={text!r} is none of {', '.join(choices)}")
    return choices.index(text)


def _recheck(text: str) -> bool | timedelta | None:
    if text in RECHECKS:
        return RECHECKS[text]
    try:
        return parse_age(text)
    except ValueError as error:
        choices = f"{', '.join(RECHECKS)} and no age like 12h or 7d"
        raise ValueError(f"recheck={text!r} is none of {choices}") from error


def whole_number(name: str, text: str) -> int | None:
    """Return the number above 0 that is typed, None for nothing; else raise ValueError."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ValueError(f"{name}={text!r} is not a whole number above 0")
    return int(text)


def read_period(since: str, until: str, said: Mapping[str, str]) -> Period:
    """Read the two days named so; raise ValueError that names the wrong one."""
    first, last = said.get(since, ""), said.get(until, "")
    period = Period(_day(since, first), _day(until, last))
    if period.since and period.until and period.since > period.until:
        raise ValueError(f"{since}={first} is after {until}={last}")
    return period


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name}={text!r} is not a day like 2019-01-27") from error
