"""Which of the dates that a page states is believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from newscrawler.items import Source
from newscrawler.normalise.dates import Moment, day_of, instant_of, parse_date
from newscrawler.pages.stated_dates import Statement

# One moment is two days in two zones, and is rounded here and there.
_ONE_DAY = timedelta(days=1)
_SAME_MOMENT = timedelta(minutes=5)
_QUARTER, _WIDEST = timedelta(minutes=15), timedelta(hours=14)
# Clocks are changed twice a year.
_SAME_OFFSET = timedelta(days=7)
_MOST = 100
_TWO_MEANINGS = re.compile(r"(?<!\d)\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d\d")


@dataclass(frozen=True, slots=True)
class Choice:
    """A date as stated and as read, and how far its place is believed."""

    source: Source
    raw: str
    moment: Moment
    weight: int = 10
    other: Moment | None = None
    """The moment with month and day exchanged, where the text may mean that as well."""


def read(statements: Iterable[Statement], zone: str | None, language: str | None) -> list[Choice]:
    """Read the texts that hold a date, in their order."""
    found: list[Choice] = []
    for one in list(statements)[:_MOST]:
        moment = parse_date(one.text, zone=zone, language=language)
        if moment:
            other = _exchanged(one.text, moment, zone, language)
            found.append(Choice(one.source, one.text, moment, one.weight, other))
    return found


def choose(found: Sequence[Choice], changes: Sequence[Moment]) -> Choice | None:
    """Return the first date, unless others that weigh more agree on another day.

    What a page also states as its last change is no first publication, if anything on it
    is earlier.
    """
    if not found:
        return None
    found = _as_others_read([_doubted(one, found, changes) for one in found])
    chosen = max(found, key=lambda one: _support(one, found))  # the first of equals
    same = [one for one in found if may_agree(chosen.moment, one.moment)]
    chosen = max(same, key=lambda one: _support_of_time(one, same))
    alike = [one for one in same if (one.source, one.moment) == (chosen.source, chosen.moment)]
    chosen = min(alike, key=lambda one: len(one.raw))  # without the byline around it
    chosen = _as_a_day(_placed(_exact(chosen, same), same))
    return _in_the_zone_of_others(chosen, [*(one.moment for one in found), *changes])


def may_agree(one: Moment, other: Moment) -> bool:
    """Tell whether two dates may be one moment, written down in two zones."""
    first, second = instant_of(one.iso), instant_of(other.iso)
    if first and second and day_of(one.iso) != day_of(other.iso):
        return abs(first - second) < _SAME_MOMENT
    return abs(day_of(one.iso) - day_of(other.iso)) <= _ONE_DAY


def _exchanged(text: str, moment: Moment, zone: str | None, language: str | None) -> Moment | None:
    if day_of(moment.iso).day > 12 or not _TWO_MEANINGS.search(text):
        return None
    is_american = (language or "").replace("_", "-").casefold() == "en-us"
    other = parse_date(text, zone=zone, language="en-GB" if is_american else "en-US")
    return other if other and other.iso[:10] != moment.iso[:10] else None


def _doubted(one: Choice, found: Sequence[Choice], changes: Sequence[Moment]) -> Choice:
    is_change = any(_is_same(one.moment, change) for change in changes)
    too_late = any(_is_later(one.moment, change) for change in changes)
    has_earlier = any(
        other.weight >= 5 and day_of(other.moment.iso) < day_of(one.moment.iso) for other in found
    )
    return replace(one, weight=one.weight // 2) if (is_change or too_late) and has_earlier else one


def _is_same(one: Moment, change: Moment) -> bool:
    first, second = instant_of(one.iso), instant_of(change.iso)
    if first and second:
        return abs(first - second) < _SAME_MOMENT
    return day_of(one.iso) == day_of(change.iso)


def _is_later(one: Moment, change: Moment) -> bool:
    first, second = instant_of(one.iso), instant_of(change.iso)
    if first and second:
        return first > second
    return day_of(one.iso) > day_of(change.iso) + _ONE_DAY


def _as_others_read(found: Sequence[Choice]) -> list[Choice]:
    """Exchange month and day where the others then agree."""
    days = {day_of(one.moment.iso) for one in found if one.other is None}
    return [
        replace(one, moment=one.other)
        if one.other and day_of(one.other.iso) in days and day_of(one.moment.iso) not in days
        else one
        for one in found
    ]


def _support(one: Choice, found: Sequence[Choice]) -> int:
    """Add up the weights of the places that agree with a date, each place once."""
    agreeing = {
        (other.source, other.weight) for other in found if may_agree(one.moment, other.moment)
    }
    return sum(weight for _, weight in agreeing)


def _support_of_time(one: Choice, same: Sequence[Choice]) -> int:
    """Add up what agrees with a time; of one day the data is believed before what is printed."""
    instant = instant_of(one.moment.iso)
    agreeing = {
        (other.source, other.weight)
        for other in same
        if other is one or (instant and _is_same(one.moment, other.moment))
    }
    return sum(weight for source, weight in agreeing if source != "text")


def _exact(chosen: Choice, same: Sequence[Choice]) -> Choice:
    """Take the time of another place where the first gives only the day, or no offset."""
    if instant_of(chosen.moment.iso):
        return _with_offset_of_the_place(chosen, same)
    better = [one for one in same if instant_of(one.moment.iso)]
    if chosen.moment.precision == "day":
        better = [one for one in better if _says_the_day(one, chosen)] or [
            one for one in same if one.moment.precision != "day" and _says_the_day(one, chosen)
        ]
        return better[0] if better else chosen
    agreeing = [one for one in better if _is_one_clock(chosen, one)]
    return agreeing[0] if agreeing else chosen


def _says_the_day(one: Choice, chosen: Choice) -> bool:
    return day_of(one.moment.iso) == day_of(chosen.moment.iso)


def _is_one_clock(local: Choice, exact: Choice) -> bool:
    """Tell whether a time without offset may be the instant, in the zone of some place."""
    return _offset(local.moment, exact.moment) is not None


def _offset(local: Moment, exact: Moment) -> timedelta | None:
    """Return how far the clock on the page is ahead of UTC at the instant."""
    instant = instant_of(exact.iso)
    if instant is None or local.precision == "day" or instant_of(local.iso):
        return None
    shown = datetime.fromisoformat(local.iso).replace(second=0)
    ahead = shown - instant.astimezone(UTC).replace(second=0, tzinfo=None)
    return ahead if abs(ahead) <= _WIDEST and not ahead % _QUARTER else None


def _with_offset_of_the_place(chosen: Choice, same: Sequence[Choice]) -> Choice:
    """Prefer an offset to UTC where both stand beside one clock: systems put a Z to local time."""
    if not chosen.moment.iso.endswith("Z"):
        return chosen
    clock = chosen.moment.iso[:16]
    local = [one for one in same if one.moment.iso[:16] == clock and _has_offset(one.moment)]
    return local[0] if local else chosen


def _has_offset(moment: Moment) -> bool:
    return instant_of(moment.iso) is not None and not moment.iso.endswith("Z")


def _placed(chosen: Choice, same: Sequence[Choice]) -> Choice:
    """Write an instant in the zone in which the page tells its readers another day."""
    instant = instant_of(chosen.moment.iso)
    if instant is None or not chosen.moment.iso.endswith("Z"):
        return chosen
    for one in same:
        offset = _offset(one.moment, chosen.moment)
        if offset is None and _has_offset(one.moment) and _is_same(one.moment, chosen.moment):
            offset = datetime.fromisoformat(one.moment.iso).utcoffset()
        if offset and day_of(one.moment.iso) != day_of(chosen.moment.iso):
            local = instant.astimezone(timezone(offset))
            return replace(chosen, moment=replace(chosen.moment, iso=local.isoformat()))
    return chosen


def _in_the_zone_of_others(chosen: Choice, others: Sequence[Moment]) -> Choice:
    """Give a time without offset the one that all other times of the same days have."""
    moment = chosen.moment
    if moment.precision == "day" or instant_of(moment.iso):
        return chosen
    day = day_of(moment.iso)
    offsets = {
        one.iso[19:]
        for one in others
        if _has_offset(one) and abs(day_of(one.iso) - day) <= _SAME_OFFSET
    }
    if len(offsets) != 1:
        return chosen
    return replace(chosen, moment=replace(moment, iso=moment.iso + offsets.pop()))


def _as_a_day(chosen: Choice) -> Choice:
    """Tell midnight in UTC as a day: systems write it where they keep no time."""
    iso = chosen.moment.iso
    if iso[10:] not in ("T00:00:00", "T00:00:00Z") or chosen.source == "publisher":
        return chosen
    return replace(chosen, moment=Moment(iso[:10], "day"))
