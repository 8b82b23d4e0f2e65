"""Every exit code, forced once on a real process, and the report that goes with it."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.exit_codes import ExitCode
from newscrawler.settings import ITEM_PIPELINES
from tests.newsroom import CONSENT_WALL, Conduct, Newsroom, opened
from tests.unattended import Ended, Reader, Workplace, accounted

ARTICLES = 12
BUG = """
class Raise:
    def process_item(self, item):
        raise ZeroDivisionError("a bug made for a test")
"""


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with opened(Newsroom(ARTICLES)) as served:
        yield served


@pytest.fixture
def work(room: Newsroom, tmp_path: Path) -> Workplace:
    return Workplace(tmp_path, room)


def assert_ended(ended: Ended, code: ExitCode) -> None:
    """Compare the exit code, and what the report says of it."""
    assert ended.code == code, ended.told
    assert ended.report["exit_code"] == code
    assert ended.report["exit"] == code.name.lower()
    assert ended.report["explanation"], "nothing is explained"


def assert_accounted(ended: Ended, work: Workplace) -> None:
    """Compare the report's count of pages with its outcomes, and with the server's log."""
    assert ended.report["pages"]["asked"] == accounted(ended.report)
    assert ended.report["pages"]["asked"] == len(work.room.asked())


# How a site behaves, and what a first crawl of it then ends with.
Behave = Callable[[Newsroom], None]


def is_well(room: Newsroom) -> None:
    """Leave it as it is."""


def has_lost_its_articles(room: Newsroom) -> None:
    for story in room.listed[:4]:
        room.remove(story, 404)


def breaks_down_at_articles(room: Newsroom) -> None:
    room.conducts = {story.path: Conduct(500) for story in room.listed}


def has_no_markup(room: Newsroom) -> None:
    room.redesigned = {"articles"}
    for story in room.listed:
        room.edit(story, paragraphs=())


def answers(conduct: Conduct) -> Behave:
    def behave(room: Newsroom) -> None:
        room.everywhere = conduct

    return behave


def refuses_articles(room: Newsroom) -> None:
    conduct = Conduct(429, headers={"Retry-After": "3600"})
    room.conducts = {story.path: conduct for story in room.listed}


BEHAVIOURS = {
    "well": (is_well, ExitCode.COMPLETE),
    "a third of the articles is gone": (has_lost_its_articles, ExitCode.PARTIAL),
    "articles without text": (has_no_markup, ExitCode.UNHEALTHY),
    "a consent wall": (answers(CONSENT_WALL), ExitCode.NOTHING_REACHABLE),
    "500 for all": (answers(Conduct(500)), ExitCode.NOTHING_REACHABLE),
    "500 for articles": (breaks_down_at_articles, ExitCode.PARTIAL),
    "404 for all": (answers(Conduct(404)), ExitCode.NOTHING_REACHABLE),
    "403 for all": (answers(Conduct(403)), ExitCode.BLOCKED),
    "429 for all": (answers(Conduct(429)), ExitCode.BLOCKED),
    "429 for articles": (refuses_articles, ExitCode.BLOCKED),
}


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_first_crawl_ends_as_the_site_behaves(name: str, work: Workplace) -> None:
    behave, code = BEHAVIOURS[name]
    behave(work.room)
    ended = work.crawl("-s", "RETRY_TIMES=0")
    assert_ended(ended, code)
    assert_accounted(ended, work)


def test_a_site_that_is_not_there_is_code_9(work: Workplace) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    ended = work.crawl("-a", f"url=http://127.0.0.1:{port}/series/gone/", "-s", "RETRY_TIMES=0")
    assert_ended(ended, ExitCode.NOTHING_REACHABLE)


def test_robots_txt_that_forbids_all_is_code_18(work: Workplace) -> None:
    work.room.robots = Conduct(body="User-agent: *\nDisallow: /\n")
    assert_ended(work.crawl(), ExitCode.BLOCKED)
    assert work.room.asked().total() == 0


def test_a_bug_is_code_1_and_the_page_is_asked_for_again(work: Workplace) -> None:
    (work.folder / "broken.py").write_text(BUG, encoding="utf-8")
    pipelines = json.dumps({**ITEM_PIPELINES, "broken.Raise": 350})
    ended = work.start(
        *("-s", f"ITEM_PIPELINES={pipelines}"),
        PYTHONPATH=f"{work.folder}:{Path(__file__).resolve().parents[1]}",
    ).end()
    assert_ended(ended, ExitCode.BUG)
    assert_accounted(ended, work)
    assert sum(ended.report["pages"]["failed"].values()) == ARTICLES
    assert_the_next_run_completes(work, "-a", "recheck=all")  # else it waits for a while


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("-a", "related=10", "10"),
        ("-a", "colour=blue", "colour"),
        ("-a", "url=", "url"),
        ("-a", "url=ftp://news.example/", "ftp:"),
        ("-o", "ftp://news.example/feed.jsonl", "ftp:"),
        ("--max-time", "soon", "soon"),
        ("--replay", "nowhere", "nowhere"),
    ],
)
def test_a_wrong_command_is_code_2(option: str, value: str, named: str, work: Workplace) -> None:
    ended = work.crawl(option, value)
    assert_ended(ended, ExitCode.USAGE)
    assert named in ended.stderr
    assert work.room.visits == []


@pytest.mark.parametrize("option", ["-O", "-o", "--state"])
def test_a_place_that_cannot_be_is_code_3(option: str, work: Workplace) -> None:
    (work.folder / "file").touch()
    ended = work.crawl(option, work.folder / "file" / "name.jsonl")
    assert_ended(ended, ExitCode.STORAGE)
    assert work.room.visits == []


def test_a_list_of_crawls_that_cannot_be_read_is_code_4(work: Workplace) -> None:
    (work.folder / "crawls.toml").write_text("[crawl.strike]\ncolour = 1\n", encoding="utf-8")
    ended = work.scrapy("follow")
    assert ended.code == ExitCode.CONFIGURATION, ended.told
    assert "crawls.toml" in ended.stderr
    assert "colour" in ended.stderr


def test_a_redesign_is_code_10_and_names_what_fell(work: Workplace) -> None:
    assert work.crawl().code == ExitCode.COMPLETE
    work.room.redesigned = {"articles"}
    work.room.add(ARTICLES)
    ended = work.crawl()
    assert_ended(ended, ExitCode.UNHEALTHY)
    assert ended.report["health"], "no field is named"
    named = {one["field"] for one in ended.report["health"]}
    assert {"authors", "section"} <= named


def test_a_listing_that_lists_nothing_any_more_is_code_10(work: Workplace) -> None:
    assert work.crawl().code == ExitCode.COMPLETE
    before = {path: path.read_bytes() for path in work.feeds.rglob("*.jsonl")}
    work.room.redesigned = {"articles", "listing"}
    ended = work.crawl()
    assert_ended(ended, ExitCode.UNHEALTHY)
    assert {path: path.read_bytes() for path in work.feeds.rglob("*.jsonl")} == before


# Signals and time


def hanging(work: Workplace, *, after: int = 3) -> None:
    """Let the site answer so many articles, and then no more."""
    for story in work.room.listed[after:]:
        work.room.conducts[story.path] = Conduct(hangs=True)


def test_one_signal_is_code_11_within_10_seconds_though_the_server_hangs(work: Workplace) -> None:
    hanging(work)
    run = work.start()
    assert run.wait_for(lambda: len(work.room.articles_asked()) > 3)
    sent = time.monotonic()
    run.send(signal.SIGTERM)
    ended = run.end()
    assert time.monotonic() - sent <= 10
    assert_ended(ended, ExitCode.STOPPED)
    assert_accounted(ended, work)
    assert ended.report["reconciled"] == {"scraped": 3, "committed": 3, "published": 3}
    assert_the_next_run_completes(work)


def test_two_signals_are_code_13_within_2_seconds(work: Workplace) -> None:
    hanging(work)
    run = work.start()
    assert run.wait_for(lambda: len(work.room.articles_asked()) > 3)
    run.send(signal.SIGTERM)
    time.sleep(0.5)  # what comes sooner is taken for the same wish
    sent = time.monotonic()
    run.send(signal.SIGTERM)
    ended = run.end()
    assert time.monotonic() - sent <= 2
    assert_ended(ended, ExitCode.FORCED)
    assert_accounted(ended, work)
    assert_the_next_run_completes(work)


def test_a_run_out_of_time_is_code_15(work: Workplace) -> None:
    work.room.conducts[work.room.listed[3].path] = Conduct(drips=True)
    ended = work.crawl("--max-time", "2")
    assert_ended(ended, ExitCode.TIME_LIMIT)
    assert ended.seconds <= 2 + 10
    assert_accounted(ended, work)
    assert_the_next_run_completes(work)


def assert_the_next_run_completes(work: Workplace, *options: str) -> None:
    work.room.conducts.clear()
    ended = work.crawl(*options)
    assert ended.code == ExitCode.COMPLETE, ended.told
    reader = Reader(work.feeds)
    reader.read()
    assert (reader.urls, reader.doubled(), reader.faults) == (work.room.urls, [], [])


# State


def test_a_newer_state_is_code_14_and_left_alone(work: Workplace) -> None:
    assert work.crawl().code == ExitCode.COMPLETE
    with closing(sqlite3.connect(work.state)) as database:
        database.execute("PRAGMA user_version = 999")
    before, asked = work.state.read_bytes(), len(work.room.visits)
    ended = work.crawl()
    assert_ended(ended, ExitCode.STATE_DAMAGED)
    assert work.state.read_bytes() == before
    assert len(work.room.visits) == asked


def test_a_state_of_which_nothing_can_be_read_is_code_14(work: Workplace) -> None:
    work.state.parent.mkdir()
    work.state.write_bytes(b"no database at all " * 1000)
    ended = work.crawl()
    assert_ended(ended, ExitCode.STATE_DAMAGED)
    assert work.room.visits == []


def test_a_damaged_state_is_made_anew_from_the_feeds(work: Workplace) -> None:
    assert work.crawl().code == ExitCode.COMPLETE
    work.state.write_bytes(b"no database at all " * 1000)
    asked = len(work.room.visits)
    ended = work.crawl()
    assert_ended(ended, ExitCode.COMPLETE)
    assert ended.report["state"]["rebuilt"]
    assert work.room.articles_asked(asked).total() == 0


def test_a_locked_state_is_code_75(work: Workplace, tmp_path: Path) -> None:
    work.room.everywhere = Conduct(hangs=True)
    run = work.start()
    assert run.wait_for(lambda: bool(work.room.visits))
    other = Workplace(tmp_path / "other", work.room, "--state", work.state)
    ended = other.crawl()
    run.send(signal.SIGKILL)
    run.end()
    assert_ended(ended, ExitCode.LOCKED)
