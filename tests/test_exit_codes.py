"""Every way a run can end has its exit code."""

from __future__ import annotations

import pytest

from newscrawler.exit_codes import ExitCode, verdict

HEALTHY = {"newscrawler/delivered/article": 40, "newscrawler/listed": 40}


@pytest.mark.parametrize(
    ("stats", "finish_reason", "code"),
    [
        ({}, "finished", ExitCode.COMPLETE),
        ({"newscrawler/failed_listed": 4}, "finished", ExitCode.COMPLETE),
        ({"newscrawler/failed_listed": 5}, "finished", ExitCode.PARTIAL),
        ({"newscrawler/listing_failed": 1}, "finished", ExitCode.PARTIAL),
        ({"newscrawler/start_failed": 1}, "finished", ExitCode.PARTIAL),
        ({}, "max_articles", ExitCode.COMPLETE),
        ({}, "shutdown", ExitCode.STOPPED),
        ({}, "", ExitCode.STOPPED),
        ({"newscrawler/short_accounts": 1}, "finished", ExitCode.PARTIAL),
        ({"spider_exceptions/count": 1}, "finished", ExitCode.BUG),
        ({"newscrawler/lost_items": 1}, "finished", ExitCode.BUG),
        ({"feed/unwritable_records": 1}, "finished", ExitCode.BUG),
        ({"feed/failed_writes": 1}, "finished", ExitCode.STORAGE),
        ({"feedexport/failed_count/WholeFileStorage": 1}, "shutdown", ExitCode.STORAGE),
        ({"newscrawler/delivered/article": 0}, "finished", ExitCode.UNHEALTHY),
        (
            {"newscrawler/delivered/article": 0, "newscrawler/out_of_period": 9},
            "finished",
            ExitCode.COMPLETE,
        ),
        (
            {"newscrawler/delivered/article": 0, "newscrawler/start_failed": 1},
            "finished",
            ExitCode.NOTHING_REACHABLE,
        ),
    ],
)
def test_a_run_is_judged_by_the_gravest_of_its_findings(
    stats: dict[str, int], finish_reason: str, code: ExitCode
) -> None:
    assert verdict({**HEALTHY, **stats}, finish_reason) == code
