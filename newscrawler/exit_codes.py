"""What the exit code of a crawl says, for cron and scripts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """Equal to Browsertrix's codes where the meaning is equal."""

    COMPLETE = 0
    BUG = 1
    USAGE = 2
    STORAGE = 3
    CONFIGURATION = 4
    NOTHING_REACHABLE = 9
    UNHEALTHY = 10
    STOPPED = 11
    PARTIAL = 12
    FORCED = 13
    STATE_DAMAGED = 14
    TIME_LIMIT = 15
    UNKNOWN_ADDRESS = 16
    BLOCKED = 18
    LOCKED = 75  # EX_TEMPFAIL of sysexits.h


class ConfigurationError(Exception):
    """A setting has a value that it cannot have; names both."""


# A listing of 40 always has a dead link or two; one in ten is more than wear.
MAX_FAILED_SHARE = 0.1

OUR_BUGS = ("spider_exceptions/count", "newscrawler/lost_items", "feed/unwritable_records")
BY_REASON = {
    "storage": ExitCode.STORAGE,
    "state_damaged": ExitCode.STATE_DAMAGED,
    "forced": ExitCode.FORCED,
    "blocked_loop": ExitCode.BUG,
    "start_error": ExitCode.BUG,
    "time_limit": ExitCode.TIME_LIMIT,
    "closespider_timeout": ExitCode.TIME_LIMIT,
    "memusage_exceeded": ExitCode.PARTIAL,
    "shutdown": ExitCode.STOPPED,
    "cancelled": ExitCode.STOPPED,
    "": ExitCode.STOPPED,
}


def verdict(stats: Mapping[str, Any], finish_reason: str) -> ExitCode:
    """Judge a finished run by its statistics, the gravest finding first."""

    def count(name: str) -> int:
        return int(stats.get(name, 0))

    if count("newscrawler/state_damaged"):
        return ExitCode.STATE_DAMAGED
    if any(name.startswith("feedexport/failed_count") for name in stats) or any(
        count(name) for name in ("feed/failed_writes", "newscrawler/storage")
    ):
        return ExitCode.STORAGE
    if any(count(name) for name in (*OUR_BUGS, "newscrawler/unreconciled")):
        return ExitCode.BUG
    if finish_reason in BY_REASON:
        return BY_REASON[finish_reason]
    return _by_pages(count)


def _by_pages(count: Any) -> ExitCode:
    held = count("newscrawler/delivered/article") + count("newscrawler/known")
    is_blocked = 2 * count("newscrawler/blocked") > count("newscrawler/not_had")
    failed_listed, listed = count("newscrawler/failed_listed"), count("newscrawler/listed")
    if count("newscrawler/start_failed") and not held:
        return ExitCode.BLOCKED if is_blocked else ExitCode.NOTHING_REACHABLE
    has_failed = count("newscrawler/start_failed") or count("newscrawler/listing_failed")
    if has_failed or failed_listed > MAX_FAILED_SHARE * listed:
        return ExitCode.BLOCKED if is_blocked else ExitCode.PARTIAL
    if count("newscrawler/alarms"):
        return ExitCode.UNHEALTHY
    if not held and not count("newscrawler/out_of_period"):
        return ExitCode.UNHEALTHY
    is_part = count("newscrawler/short_accounts") or count("newscrawler/page_limit")
    return ExitCode.PARTIAL if is_part else ExitCode.COMPLETE
