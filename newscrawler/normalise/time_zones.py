"""Find the UTC offset of a local time, from what is printed beside it or from its publisher."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# Hours from UTC of the abbreviations that mean one thing in the news. RFC 2822, section 4.3,
# for North America.
_HOURS = {
    "Z": 0,
    "UTC": 0,
    "GMT": 0,
    "UT": 0,
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "WAT": 1,
    "CET": 1,
    "CEST": 2,
    "MEZ": 1,
    "MESZ": 2,
    "SAST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "МСК": 3,
    "TRT": 3,
    "PKT": 5,
    "WIB": 7,
    "ICT": 7,
    "WITA": 8,
    "HKT": 8,
    "SGT": 8,
    "AWST": 8,
    "JST": 9,
    "KST": 9,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
    "EST": -5,
    "EDT": -4,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "AKST": -9,
    "AKDT": -8,
    "HST": -10,
    "BRT": -3,
    "ACST": 9.5,
    "ACDT": 10.5,
}
_PLACES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
# India, Ireland or Israel; the United States, China or Cuba; the Atlantic or Arabia; the Gulf or
# Georgia; the Philippines or Pakistan.
_AMBIGUOUS = frozenset({"IST", "CST", "AST", "GST", "PHT"})
_NUMERIC = re.compile(r"(?:UTC|GMT)?\s?([+-])\s?(\d{1,2}?)(?::?(\d{2}))?(?::\d{2})?")
# The widest offset in use is +14:00 (Kiribati).
_WIDEST = timedelta(hours=14)


def states_offset(label: str) -> bool:
    """Tell a time zone from another word in capitals after a time."""
    return bool(_NUMERIC.fullmatch(label)) or label in {*_HOURS, *_PLACES, *_AMBIGUOUS}


def offset_of(label: str | None, local: datetime, zone: str | None) -> timedelta | None:
    """Return the offset that the label states; without a label that of the IANA zone.

    In an hour that the clocks repeat the first one is meant, in one that they skip the offset
    before the change counts (PEP 495, fold=0). An abbreviation of several zones counts where it
    is the zone's own. Raises ValueError for an offset or a zone that does not exist.
    """
    if label is None:
        return _in_zone(zone, local)
    if label in _HOURS:
        return timedelta(hours=_HOURS[label])
    if label in _PLACES:
        return _in_zone(_PLACES[label], local)
    if label in _AMBIGUOUS:
        return _in_zone(zone, local) if zone and _abbreviation(zone, local) == label else None
    return _numeric(label)


def _numeric(label: str) -> timedelta:
    match = _NUMERIC.fullmatch(label)
    if match is None or int(match[3] or 0) > 59:
        raise ValueError(f"not an offset from UTC: {label!r}")
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if offset > _WIDEST:
        raise ValueError(f"not an offset from UTC: {label!r}")
    return -offset if match[1] == "-" else offset


def _in_zone(zone: str | None, local: datetime) -> timedelta | None:
    return local.replace(tzinfo=_zone(zone)).utcoffset() if zone else None


def _abbreviation(zone: str, local: datetime) -> str | None:
    return local.replace(tzinfo=_zone(zone)).tzname()


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise UnknownZoneError(f"unknown time zone: {name!r}") from error


class UnknownZoneError(ValueError):
    """The IANA name of a zone is misspelt, or the machine has no time zone data."""
