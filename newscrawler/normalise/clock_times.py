"""Find the times of day in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newscrawler.normalise.time_zones import states_offset

_MERIDIEM = r"[ap]\.?\s?m\b\.?|[πμ]\.?\s?μ\b\.?|[صم](?!\w)"
_EARLIER = r"(?P<earlier>上午|下午|午前|午後|오전|오후|[صم](?=\s))?\s?"
_AFTER = rf"""
    (?:\s?(?P<later>{_MERIDIEM}))?
    (?:\s?(?:uhr|hrs?|hours|horas|h|น)\b\.?)?
    (?:[\s,]{{0,2}}[\[(]?(?P<zone>(?:UTC|GMT)\s?[+-]\s?\d{{1,2}}(?::?\d{{2}})?|[+-]\d{{2}}:?\d{{2}}
       |(?-i:[A-Z]{{1,5}})|МСК)(?!\w))?"""
# 21:17, 21:17:05.3, 21.17, 21h17, 21 h 17, 21u17, 21時17分05秒
_CLOCK = re.compile(
    rf"""(?<![\d.]){_EARLIER}(?<!\d)(?P<hour>\d{{1,2}})
    (?:\s?(?P<mark>[:.hu時时시点點])\s?)(?P<minute>\d{{2}}|(?<=[時时시点點])\d|(?<=[時时시点點]\s)\d)
    (?!\d|[.:]\d{{3}})\s?[分분]?(?:(?:(?<=[分분])\s?|[:.])(?P<second>\d{{2}})(?!\d)(?:[.,]\d+)?[秒초]?)?
    {_AFTER}""",
    re.VERBOSE | re.IGNORECASE,
)
# 9 pm, 21 Uhr, 21h, 오후 9시
_HOUR = re.compile(
    rf"""(?<![\d.,:]){_EARLIER}(?<!\d)(?P<hour>\d{{1,2}})(?P<minute>)(?P<second>)(?P<mark>)\s?
    (?=(?:{_MERIDIEM}|uhr\b|h\b|[時时시点點])){_AFTER}""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, and the offset or zone printed with it."""

    hour: int
    minute: int
    second: int | None
    zone: str | None


def times_of(text: str) -> Iterator[tuple[int, int, Clock]]:
    """Yield start, end and value of each time; its hour may be out of range."""
    for pattern in (_CLOCK, _HOUR):
        for match in pattern.finditer(text):
            clock = _clock(match)
            # A point also stands in prices and measures: there only a possible time counts.
            if match["mark"] != "." or (clock.hour < 24 and clock.minute < 60):
                yield *match.span(), clock


def _clock(match: re.Match[str]) -> Clock:
    zone = (match["zone"] or "").upper().replace(" ", "")
    return Clock(
        _hour(int(match["hour"]), match["earlier"] or match["later"]),
        int(match["minute"] or 0),
        int(match["second"]) if match["second"] else None,
        zone if zone and states_offset(zone) else None,
    )


def _hour(hour: int, half: str | None) -> int:
    if half is None or hour > 12:
        return hour
    is_afternoon = half[0] in "pPμΜم" or half in {"下午", "午後", "오후"}
    return hour % 12 + (12 if is_afternoon else 0)
