"""Of two crawls with the same state one works; the other one says so at once, or waits.

`NEWSCRAWLER_RACES` says how many races are run (default 5).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.newsroom import Conduct, Newsroom, opened
from tests.unattended import Ended, Reader, Started, Workplace

RACES = int(os.environ.get("NEWSCRAWLER_RACES", "5"))
# Seconds; six articles then take longer than one process can start behind the other.
DELAY = 0.15


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with opened(Newsroom(6)) as served:
        served.delay = DELAY
        yield served


@pytest.fixture
def pair(room: Newsroom, tmp_path: Path) -> tuple[Workplace, Workplace]:
    """Two workplaces with one state and one folder for feeds."""
    shared = ("--state", tmp_path / "known.sqlite", "-s", f"NEWSCRAWLER_FEEDS={tmp_path / 'feeds'}")
    return Workplace(tmp_path / "a", room, *shared), Workplace(tmp_path / "b", room, *shared)


def under_way(work: Workplace) -> Started:
    """Start a crawl and wait until it has asked for its first page."""
    run, before = work.start(), len(work.room.visits)
    assert run.wait_for(lambda: len(work.room.visits) > before), run.end().told
    return run


def refusal_takes(work: Workplace, other: Workplace) -> float:
    """Return how long two processes take to start together and refuse, for another reason."""
    wrong = ("-a", "related=many", "--state", "own.sqlite")  # in each one's own folder
    runs = [work.start(*wrong), other.start(*wrong)]
    ends = [run.end() for run in runs]
    assert [one.code for one in ends] == [2, 2]
    return max(one.seconds for one in ends)


def test_of_two_runs_one_works_and_the_other_exits_at_once(
    pair: tuple[Workplace, Workplace], tmp_path: Path
) -> None:
    patience = refusal_takes(*pair) + 0.5
    for _ in range(RACES):
        pair[0].room.add()
        runs = [one.start() for one in pair]
        winner, loser = sorted((run.end() for run in runs), key=lambda ended: ended.code)
        assert (winner.code, loser.code) == (0, 75), winner.told + loser.told
        assert loser.report["exit_code"] == 75
        assert "another run" in loser.stderr
        if loser.seconds > patience:  # something else may have come to keep the machine busy
            patience = refusal_takes(*pair) + 0.5
        assert loser.seconds <= patience
    assert pair[0].room.articles_asked().total() == len(pair[0].room.stories)
    assert_whole(tmp_path / "feeds", pair[0].room)


def test_a_killed_run_leaves_no_lock(pair: tuple[Workplace, Workplace], tmp_path: Path) -> None:
    run = under_way(pair[0])
    run.send(signal.SIGKILL)
    run.end()
    ended = pair[1].crawl()
    assert ended.code == 0, ended.told
    assert_whole(tmp_path / "feeds", pair[0].room)


def test_a_run_waits_for_another_one_if_it_is_told_to(pair: tuple[Workplace, Workplace]) -> None:
    first = under_way(pair[0])
    second = pair[1].start("--wait", "10")
    ends: list[Ended] = [first.end(), second.end()]
    assert [one.code for one in ends] == [0, 0], ends[1].told
    assert ends[1].report["known"] == 6


def test_a_run_does_not_wait_longer_than_it_is_told_to(pair: tuple[Workplace, Workplace]) -> None:
    pair[0].room.everywhere = Conduct(hangs=True)
    first = under_way(pair[0])
    second = pair[1].crawl("--wait", "1")
    first.send(signal.SIGKILL)
    first.end()
    assert second.code == 75, second.told
    assert second.report["exit_code"] == 75


def test_an_export_needs_no_lock(pair: tuple[Workplace, Workplace], tmp_path: Path) -> None:
    assert pair[0].crawl().code == 0
    pair[0].room.everywhere = Conduct(hangs=True)
    run = under_way(pair[0])
    state = tmp_path / "known.sqlite"
    ended = pair[1].scrapy(
        "export", "Harbour Strike", "-O", tmp_path / "it.jsonl", "--state", state
    )
    run.send(signal.SIGKILL)
    run.end()
    assert ended.code == 0, ended.told
    assert len((tmp_path / "it.jsonl").read_bytes().splitlines()) == 6


def assert_whole(feeds: Path, room: Newsroom) -> None:
    reader = Reader(feeds)
    reader.read()
    assert (reader.urls, reader.doubled(), reader.faults) == (room.urls, [], [])
