"""The calendar of Iran and Afghanistan, whose year begins with spring."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن",
    "اسفند",
)  # fmt: skip
# The years in which there has been news on the web, and some more.
FIRST_YEAR, LAST_YEAR = 1369, 1478
_SPELT = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(MONTHS)})(?:\s?ماه)?\s?[،,]?\s?(1[34]\d\d)(?!\d)"
)
# Days from 1 January of the year 1 to the epoch, less one, in the cycle of 2,820 years that
# begins in the year 475 (Birashk, A Comparative Calendar, 1993).
_EPOCH = 226_895
_CYCLE, _CYCLE_DAYS, _CYCLE_START = 2820, 1_029_983, 474


def to_gregorian(year: int, month: int, day: int) -> date:
    """Convert a day; raises ValueError for what is none."""
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        raise ValueError(f"no day of the solar Hijri calendar: {year}-{month}-{day}")
    cycles, rest = divmod(year - _CYCLE_START, _CYCLE)
    in_cycle = _CYCLE_START + rest
    before = (month - 1) * 31 if month <= 7 else (month - 1) * 30 + 6
    leap_days = (in_cycle * 682 - 110) // 2816
    days = day + before + leap_days + (in_cycle - 1) * 365 + cycles * _CYCLE_DAYS + _EPOCH
    return date.fromordinal(days)


def spelt_days(text: str) -> Iterator[tuple[int, int, date]]:
    """Yield start, end and day of each `27 آبان 1398` that exists; all digits are ASCII."""
    for match in _SPELT.finditer(text.replace("ي", "ی")):
        try:
            yield (
                *match.span(),
                to_gregorian(int(match[3]), MONTHS.index(match[2]) + 1, int(match[1])),
            )
        except ValueError:
            continue
