"""When a page is asked for again: sooner where it is likely to have changed or to come back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"

# What has not changed for ten days is not likely to change tomorrow.
SHARE_OF_AGE = 10
# Corrections come within the first hours; a run may be as frequent as this.
SOONEST_CHECK = timedelta(minutes=15)
LATEST_CHECK = timedelta(days=28)

FIRST_RETRY, LATEST_RETRY = timedelta(hours=1), timedelta(days=7)
# A page that is gone comes back, if ever, after a mistake was noticed.
GONE = ("http_404", "http_410")
GONE_RETRIES = (timedelta(days=1), timedelta(days=7), timedelta(days=28))
# A robots.txt may be kept for a day (RFC 9309, 2.4).
ROBOTS_RETRY = timedelta(days=1)
# A host that names a longer time means never, or is mistaken.
LONGEST_WAIT = timedelta(days=30)

# The next run of an hourly crawl tries again; a host that is down for days is asked once a day.
FIRST_PAUSE, LATEST_PAUSE = timedelta(minutes=15), timedelta(days=1)

FIRST_SECOND_LOOK, LATEST_SECOND_LOOK = timedelta(days=1), timedelta(days=28)
# What a request was refused for before it was made: no server has to recover.
NOT_ASKED = (
    "private_address", "forbidden_scheme", "forbidden_port", "invalid_address", "off_site",
)  # fmt: skip
# What only a new page at the same address would change.
SETTLED = ("not_an_article", "other_series", "out_of_period", "url_too_long")

# So many weeks after today is still a date.
_AGE = re.compile(r"(\d{1,5})([mhdw])", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def next_check(now: str, *, published: str | None, changed_at: str) -> str:
    """Return when to look at an article again: after a tenth of the time it has not changed.

    `changed_at` is empty for an article that was never seen to change; then only
    `published` counts. `published` is a day or a time, without offset in UTC; one in the
    future is a mistake of the page.
    """
    present = _instant(now)
    known = [_instant(text) for text in (published, changed_at) if text]
    last = max((moment for moment in known if moment <= present), default=present)
    wait = (present - last) / SHARE_OF_AGE
    return _text(present + min(max(wait, SOONEST_CHECK), LATEST_CHECK))


def retry_after_failure(now: str, reason: str, tries: int, retry_after: str | None = None) -> str:
    """Return when to ask again for a page that could not be had.

    `tries` counts the failures for this reason, this one included. `retry_after` is the
    header's value: seconds, or an HTTP date.
    """
    present = _instant(now)
    wait = asked_wait(present, retry_after) or _own_wait(reason, tries)
    return _text(present + wait)


def retry_refused(now: str, reason: str, tries: int) -> str:
    """Return when to ask again for a page that was had and gave no article."""
    if reason in SETTLED or reason.startswith(("duplicate_", "trap_")):
        return _text(_instant(now) + LATEST_SECOND_LOOK)
    return _text(_instant(now) + _doubled(FIRST_SECOND_LOOK, tries, LATEST_SECOND_LOOK))


def parse_age(text: str) -> timedelta:
    """Return the time that `90m`, `12h`, `7d` or `2w` says. Raises `ValueError`."""
    match = _AGE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no age such as 90m, 12h, 7d or 2w")
    number, unit = match.groups()
    return timedelta(**{_UNITS[unit]: int(number)})


def _own_wait(reason: str, tries: int) -> timedelta:
    if reason in GONE:
        return GONE_RETRIES[min(max(tries, 1), len(GONE_RETRIES)) - 1]
    if reason in ("robots", "crawl_delay"):
        return ROBOTS_RETRY
    if reason in NOT_ASKED:
        return _doubled(FIRST_SECOND_LOOK, tries, LATEST_SECOND_LOOK)
    return _doubled(FIRST_RETRY, tries, LATEST_RETRY)


def _doubled(first: timedelta, tries: int, longest: timedelta) -> timedelta:
    # Past the tenth doubling every time above is at its longest, and still no number too large.
    return min(first * (1 << min(max(tries, 1) - 1, 10)), longest)


def asked_wait(now: datetime, retry_after: str | None) -> timedelta | None:
    """Return how long the host asks to be left alone, None where that is not to be read.

    `retry_after` is the header's value; of a date that has passed, no time at all.
    """
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        # A number of twenty digits is no time that a clock can name.
        return timedelta(seconds=min(int(text[:12]), LONGEST_WAIT.total_seconds()))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), LONGEST_WAIT)


def host_pause(runs: int) -> timedelta:
    """Return how long a host is left alone that so many runs in a row have given up."""
    return _doubled(FIRST_PAUSE, runs, LATEST_PAUSE)


def _instant(iso: str) -> datetime:
    moment = datetime.fromisoformat(iso)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(TIME_FORMAT)
