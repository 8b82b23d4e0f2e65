"""Read the date that a page states into ISO 8601, as exactly as it is stated."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from newscrawler.normalise.calendar_days import first_day
from newscrawler.normalise.clock_times import Clock, times_of
from newscrawler.normalise.text import clean_line
from newscrawler.normalise.time_zones import UnknownZoneError, offset_of

# News on the web begins in the nineties; a later year is a typing error or a test page.
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
# A longer text is not the statement of a date, and would only cost time.
_LONGEST = 300
# A time further away from a date, in characters, belongs to something else.
_REACH = 40
_UNIX = re.compile(r"\d{10}|\d{13}")
_ISO = re.compile(
    r"""(\d{4})(-?)(\d{2})\2(\d{2})
    (?:(?:[Tt]|\s+)(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,:]\d+)?)?
    \s?([Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?(?::\d{2})?|[+-]\d:\d{2})?
    (?:\s?UTC|\[[\w/+-]+\])?)?""",
    re.VERBOSE | re.ASCII,
)
# What any date is made of; without it a text need not be looked at closely.
_LIKE_A_DATE = re.compile(
    r"\d{4}|\d\s?[-/.|]\s?\d{1,2}\s?[-/.|]\s?\d\d|[元\d]\s?[年년]|"
    r"\d[-/. ]{0,2}[^\W\d_]{2,12}\.?[-/., ]?\s?['’]?\d\d"
)
_COMPACT = re.compile(r"(\d{4})()(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?()", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """A calendar day `YYYY-MM-DD`, or a time `YYYY-MM-DDTHH:MM:SS` with `Z`, `+HH:MM` or neither.

    The offset is left out where nobody states it. `precision` is what the text gave.
    """

    iso: str
    precision: Literal["day", "minute", "second"]


def parse_date(raw: str, *, zone: str | None = None, language: str | None = None) -> Moment | None:
    """Return the first date in a text, with the time beside it; None where there is none.

    `zone` is the publisher's IANA zone and counts where the text names none. Numeric dates are
    read day first, with the language `en-US` month first, and as they must be where a part is
    over 12. A two-digit year needs a language. Relative words (`yesterday`) are no date.
    Raises ValueError for an unknown zone.
    """
    return _parse(raw[: _LONGEST * 2].strip(), zone, language)


@lru_cache(maxsize=1024)  # the places of a page repeat its dates
def _parse(raw: str, zone: str | None, language: str | None) -> Moment | None:
    if not _LIKE_A_DATE.search(raw):
        return None
    try:
        return _machine_date(raw, zone) or _written_date(raw, zone, language)
    except UnknownZoneError:
        raise
    except (ValueError, OverflowError):
        return None


def day_of(iso: str) -> date:
    """Return the calendar day as written, in the value's own offset."""
    return date.fromisoformat(iso[:10])


def instant_of(iso: str) -> datetime | None:
    """Return an aware time; None for a day and for a time without offset."""
    moment = datetime.fromisoformat(iso)
    return moment if moment.tzinfo else None


def is_before(a: str, b: str) -> bool:
    """Compare instants where both are known, else calendar days as written."""
    first, second = instant_of(a), instant_of(b)
    return first < second if first and second else day_of(a) < day_of(b)


def in_range(iso: str, since: date | None, until: date | None) -> bool:
    """Tell whether the calendar day as written lies between two days, both included."""
    day = day_of(iso)
    return (since is None or day >= since) and (until is None or day <= until)


def _machine_date(raw: str, zone: str | None) -> Moment | None:
    if match := _ISO.fullmatch(raw) or _COMPACT.fullmatch(raw):
        return _from_iso(match, zone)
    if not _UNIX.fullmatch(raw):
        return None
    moment = datetime.fromtimestamp(int(raw[:10]), UTC)
    return _moment(moment.date(), Clock(moment.hour, moment.minute, moment.second, "UTC"), zone)


def _from_iso(match: re.Match[str], zone: str | None) -> Moment:
    year, _, month, day, hour, minute, second, offset = match.groups()
    stated_day = date(int(year), int(month), int(day))
    if hour is None:
        return _moment(stated_day, None, zone)
    label = offset.upper() if offset else None
    clock = Clock(int(hour), int(minute), int(second) if second else None, label)
    return _moment(stated_day, clock, zone)


def _written_date(raw: str, zone: str | None, language: str | None) -> Moment | None:
    text = unicodedata.normalize("NFKC", clean_line(raw))
    if len(text) > _LONGEST:
        return None
    text = "".join(_ascii_digit(character) for character in text)
    found = first_day(text, language)
    if found is None:
        return None
    start, end, stated_day, following = found
    return _moment(stated_day, _clock_beside(text, start, end, following), zone)


def _ascii_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _clock_beside(text: str, start: int, end: int, following: int | None) -> Clock | None:
    """`following` is where the next date begins: a time closer to that one is not ours."""
    if ":" in text[start:end]:  # Mon Nov 18 21:17:00 UTC 2019, as the C library prints it
        return next((clock for *_, clock in times_of(text[start:end])), None)
    without_day = text[:start] + "\x00" * (end - start) + text[end:following]
    near: list[tuple[int, Clock]] = []
    for begin, stop, clock in times_of(without_day):
        distance = start - stop if stop <= start else begin - end
        if following is None or stop <= start or distance <= following - stop:
            near.append((distance, clock))
    if not near:
        return None
    distance, clock = min(near, key=lambda found: found[0])
    return clock if distance < _REACH else None


def _moment(day: date, clock: Clock | None, zone: str | None) -> Moment:
    if clock is None:
        return Moment(_of_news(day).isoformat(), "day")
    local = _local(day, clock)
    _of_news(local.date())
    offset = offset_of(clock.zone, local, zone)
    precision: Literal["minute", "second"] = "minute" if clock.second is None else "second"
    return Moment(local.isoformat() + _suffix(offset), precision)


def _of_news(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"not a year of news: {day.year}")
    return day


def _local(day: date, clock: Clock) -> datetime:
    hour, minute, second = clock.hour, clock.minute, clock.second or 0
    if (hour, minute, second) == (24, 0, 0):
        return datetime.combine(day, time()) + timedelta(days=1)
    return datetime.combine(day, time(hour, minute, second))


def _suffix(offset: timedelta | None) -> str:
    if offset is None:
        return ""
    if not offset:
        return "Z"
    minutes = abs(offset) // timedelta(minutes=1)
    return f"{'-' if offset < timedelta() else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
