"""The moment for which an archive is asked, as a user types it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

_STAMP = re.compile(r"\d{14}")
_DAY_STAMP = re.compile(r"\d{8}")


def read_moment(text: str) -> int:
    """Return the seconds since 1970 of a day, a time, or a stamp of 8 or 14 digits.

    A time without an offset is in UTC. A day is its noon: whatever was captured on that day is
    nearer to it than anything of another day. Raises `ValueError` for anything else.
    """
    try:
        moment = _moment(text.strip())
    except ValueError as error:
        form = "is no time like 2019-01-27, 2019-01-27T18:17:27Z or 20190127181727"
        raise ValueError(f"at={text!r} {form}") from error
    return int(moment.timestamp())


def _moment(text: str) -> datetime:
    if _STAMP.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    if _DAY_STAMP.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    moment = datetime.fromisoformat(text)
    if len(text) == len("2019-01-27"):
        moment = datetime.combine(moment, time(12))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
