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


# A listing of 40 always has a dead link or two; one in ten is more than wear.
MAX_FAILED_SHARE = 0.1

OUR_BUGS = ("spider_exceptions/count", "item_error_count", "feed/unwritable_records")


def verdict(stats: Mapping[str, Any], finish_reason: str) -> ExitCode:
    """Judge a finished run by its statistics, the gravest finding first."""

    def count(name: str) -> int:
        return int(stats.get(name, 0))

    delivered = count("newscrawler/delivered/article")
    failed_listed, listed = count("newscrawler/failed_listed"), count("newscrawler/listed")
    if any(name.startswith("feedexport/failed_count") for name in stats) or count(
        "feed/failed_writes"
    ):
        return ExitCode.STORAGE
    if any(count(name) for name in OUR_BUGS):
        return ExitCode.BUG
    if finish_reason in ("", "shutdown", "cancelled"):
        return ExitCode.STOPPED
    if count("newscrawler/start_failed") and not delivered:
        return ExitCode.NOTHING_REACHABLE
    if count("newscrawler/start_failed") or count("newscrawler/listing_failed"):
        return ExitCode.PARTIAL
    if failed_listed > MAX_FAILED_SHARE * listed or count("newscrawler/short_accounts"):
        return ExitCode.PARTIAL
    if not delivered and not count("newscrawler/out_of_period"):
        return ExitCode.UNHEALTHY
    return ExitCode.COMPLETE
