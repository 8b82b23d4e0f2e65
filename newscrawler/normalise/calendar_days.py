"""Find the calendar days in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from newscrawler.normalise.months import LONGEST_NAME, month_of
from newscrawler.normalise.solar_hijri import FIRST_YEAR, LAST_YEAR, spelt_days, to_gregorian

_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.|])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/:])")
_EAST_ASIAN = re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]")
# The year of the reign of an emperor.
_JAPANESE = re.compile(r"(令和|平成|昭和)\s?(元|\d{1,2})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_YEARS_BEFORE = {"令和": 2018, "平成": 1988, "昭和": 1925}
_VIETNAMESE = re.compile(
    r"(?<!\d)(\d{1,2})\s+th[aá]ng\s+(\d{1,2})[,\s]+(?:n[aă]m\s+)?(\d{4})(?!\d)", re.IGNORECASE
)
_TOKEN = re.compile(r"""\d+|[^\s\d.,:;/()\[\]{}|·•'’"–—_\x00-]+""")
_SHORT_YEAR = re.compile(
    r"(?<!\d)(\d{1,2})\.?[-./\s]\s?([^\W\d_]{3,12})\.?[-./\s]\s?['’]?(\d\d)(?![\d:.]|\s?(?:uhr|h|am|pm)\b)",
    re.IGNORECASE,
)
_ANY_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_THAI_YEAR = re.compile(r"(?<!\d)2[45]\d\d(?!\d)")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|[+-]\d{4}\b(?=\s\d{4})")
# Where two-digit years are written first, so that 19.11.18 has two meanings.
_YEAR_FIRST_LANGUAGES = frozenset({"eu", "hu", "ja", "ko", "lt", "mn", "si", "sv", "zh"})
# Where a year of the 14th century is one of the calendar that begins with spring.
_SOLAR_HIJRI_LANGUAGES = frozenset({"fa", "ps", "ckb"})
# Thailand counts from the Buddha's death.
_BUDDHIST_YEARS = 543


class Found(NamedTuple):
    """Where a day stands in the text, and where the next one begins."""

    start: int
    end: int
    day: date
    following: int | None


class Stated(NamedTuple):
    """Where a day stands in the text, as its numbers, which may not exist."""

    start: int
    end: int
    year: int
    month: int
    day: int


def first_day(text: str, language: str | None) -> Found | None:
    """Return the first day of a text in which all digits are ASCII.

    Raises ValueError where it does not exist.
    """
    stated = sorted({*_numeric(text, language), *_spelt(text, language), *_short(text, language)})
    if not stated:
        return None
    first, following = stated[0], next((one.start for one in stated[1:]), None)
    return Found(first.start, first.end, _day(first, _primary(language)), following)


def _day(stated: Stated, language: str) -> date:
    """Return the day in the common calendar."""
    year = _common_year(stated.year) if language == "th" else stated.year
    if language in _SOLAR_HIJRI_LANGUAGES and FIRST_YEAR <= year <= LAST_YEAR:
        return to_gregorian(year, stated.month, stated.day)
    return date(year, stated.month, stated.day)


def _common_year(thai_year: int) -> int:
    return thai_year - _BUDDHIST_YEARS if thai_year > 2400 else thai_year


def _primary(language: str | None) -> str:
    return (language or "").lower().split("-")[0]


def _numeric(text: str, language: str | None) -> Iterator[Stated]:
    for match in _YEAR_FIRST.finditer(text):
        yield Stated(*match.span(), int(match[1]), int(match[3]), int(match[4]))
    for match in _EAST_ASIAN.finditer(text):
        yield Stated(*match.span(), int(match[1]), int(match[2]), int(match[3]))
    for match in _JAPANESE.finditer(text):
        reign = _YEARS_BEFORE[match[1]] + (1 if match[2] == "元" else int(match[2]))
        yield Stated(*match.span(), reign, int(match[3]), int(match[4]))
    for start, end, day in spelt_days(text):
        yield Stated(start, end, day.year, day.month, day.day)
    for match in _VIETNAMESE.finditer(text):
        yield Stated(*match.span(), int(match[3]), int(match[2]), int(match[1]))
    for match in _YEAR_LAST.finditer(text):
        if year := _year(match[4], language):
            yield Stated(*match.span(), year, *_month_and_day(match, language))


def _year(digits: str, language: str | None) -> int | None:
    if len(digits) == 4:
        return int(digits)
    if language is None or _primary(language) in _YEAR_FIRST_LANGUAGES:
        return None
    return int(digits) + (1900 if int(digits) >= 90 else 2000)


def _month_and_day(match: re.Match[str], language: str | None) -> tuple[int, int]:
    first, second = int(match[1]), int(match[3])
    is_american = (language or "").replace("_", "-").lower() == "en-us"
    month_first = first <= 12 and (is_american or second > 12)
    return (first, second) if month_first else (second, first)


def _short(text: str, language: str | None) -> Iterator[Stated]:
    """Read 3.Mär.19, 12-Mar-19, 5 Mar '19; no other year may stand in the text."""
    for match in _SHORT_YEAR.finditer(text):
        month, year = month_of(match[2], language), _year(match[3], language)
        if month and year and not _ANY_YEAR.search(text):
            yield Stated(*match.span(), year, month, int(match[1]))


def _spelt(text: str, language: str | None) -> Iterator[Stated]:
    if not (_ANY_YEAR.search(text) or _THAI_YEAR.search(text)):
        return
    blanked = _TIME.sub(lambda match: "\x00" * len(match[0]), text)
    words = _Words(blanked, language)
    for first, last, month in words.months:
        if found := words.year_and_day_around(first, last):
            at_year, at_day = found
            start, end = words.span(min(first, *found), max(last, *found))
            year = words.number(at_year)
            year = _common_year(year) if words.is_thai(first) else year
            yield Stated(start, end, year, month, words.number(at_day))


class _Words:
    """The words and numbers of a text, by their place."""

    def __init__(self, text: str, language: str | None) -> None:
        self._tokens = list(_TOKEN.finditer(text))
        self.months = list(self._find_months(language))
        self._in_a_month = {at for first, last, _ in self.months for at in range(first, last + 1)}

    def span(self, first: int, last: int) -> tuple[int, int]:
        return self._tokens[first].start(), self._tokens[last].end()

    def number(self, at: int) -> int:
        return int(self._tokens[at][0])

    def is_thai(self, at: int) -> bool:
        return "\u0e00" <= self._tokens[at][0][0] <= "\u0e7f"

    def year_and_day_around(self, first: int, last: int) -> tuple[int, int] | None:
        """Try 18 November 2019; November 18, 2019; 2019. november 18.; 2019. gada 18. novembris."""
        left, right = self._near(first, -1, 3), self._near(last, 1, 2)
        orders = (
            (self._near(last, 1, 3), left),
            (self._near(right, 1, 2), right),
            (self._near(first, -1, 3), right),
            (self._near(left, -1, 2), left),
        )
        for year, day in orders:
            if year is not None and day is not None and self._fit(year, day):
                return year, day
        return None

    def _find_months(self, language: str | None) -> Iterator[tuple[int, int, int]]:
        at = 0
        while at < len(self._tokens):
            length, month = self._month_at(at, language)
            if month:
                # Levantine Arabic gives both of its names: شباط/فبراير.
                again, same = self._month_at(at + length, language)
                length += again if same == month else 0
                yield at, at + length - 1, month
            at += length

    def _month_at(self, at: int, language: str | None) -> tuple[int, int | None]:
        for length in range(LONGEST_NAME, 0, -1):
            words = [token[0] for token in self._tokens[at : at + length]]
            is_name = len(words) == length and not any(word[0].isdigit() for word in words)
            if is_name and (month := month_of(" ".join(words), language)):
                return length, month
        return 1, None

    def _near(self, at: int | None, step: int, reach: int) -> int | None:
        """Return the closest number, which no other month stands before."""
        if at is None:
            return None
        for place in range(at + step, at + step * (reach + 1), step):
            if not 0 <= place < len(self._tokens) or place in self._in_a_month:
                return None
            if self._tokens[place][0].isdigit():
                return place
        return None

    def _fit(self, year: int, day: int) -> bool:
        return len(self._tokens[year][0]) == 4 and len(self._tokens[day][0]) <= 2
