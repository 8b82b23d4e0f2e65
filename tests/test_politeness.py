"""Hosts are asked one page at a time, at their pace, and not while they are down."""

from __future__ import annotations

import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawler.politeness.hosts import host_name
from tests.polite_host import Hosts, PoliteHost, Reply, gaps_of, several
from tests.unattended import Started

# Seconds by which a clock may be off when it is read; no answer is there before it was sent.
SLACK = 0.001
DELAY = 0.05  # as the crawls here have it


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    with several(tmp_path) as opened:
        yield opened


def gap_after(host: PoliteHost, path: str) -> float:
    """Return the seconds between the first answer of a path and the next request, whichever."""
    place = host.log.index(host.asked(path)[0])
    return host.log[place + 1].came - host.log[place].left


def busy(value: str, status: int = 429) -> Reply:
    return Reply(status, headers={"Retry-After": value})


def known_hosts(folder: Path) -> dict[str, tuple[str, int]]:
    """Return until when each host is left alone, and how many runs gave it up."""
    with closing(sqlite3.connect(folder / "state.sqlite")) as database:
        rows = database.execute("SELECT name, not_before, failures FROM hosts")
        return {name: (until, failures) for name, until, failures in rows}


def pages(folder: Path) -> dict[str, dict[str, Any]]:
    with closing(sqlite3.connect(folder / "state.sqlite")) as database:
        database.row_factory = sqlite3.Row
        return {row["url"]: dict(row) for row in database.execute("SELECT * FROM pages")}


def seconds_until(moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()


# The pace


def test_a_thousand_requests_keep_their_distance(hosts: Hosts) -> None:
    first = hosts.add("0", articles=125)
    for number in range(1, 7):
        hosts.add(str(number), articles=125)
    twin = hosts.add("another port", articles=125, address=first.host)
    for host in hosts.by_name.values():  # what is not there is asked for as politely, and not read
        host.script |= {path: [Reply(404)] for path in host.paths}
    ended = hosts.crawl("-s", "DOWNLOAD_DELAY_JITTER=0")
    logs = [host.log for host in hosts.by_name.values() if host not in (first, twin)]
    gaps = [gap for log in (*logs, first.log + twin.log) for gap in gaps_of(log)]
    assert len(gaps) >= 1000, ended.told
    assert [gap for gap in gaps if gap < DELAY - SLACK] == []
    assert {host.most_at_once for host in hosts.by_name.values()} == {1}


def test_a_crawl_delay_is_kept_up_to_the_longest(hosts: Hosts) -> None:
    stated = {"0.5": 0.5, "1": 1.0, "-1": 0.0, "abc": 0.0, "5": None, "1e9": None}
    for delay in stated:
        text = f"User-agent: *\nCrawl-delay: {delay}\nAllow: /\n"
        hosts.add(delay, articles=2).robots(Reply(body=text.encode()))
    ended = hosts.crawl("-s", "NEWSCRAWLER_LONGEST_CRAWL_DELAY=2")
    drops = hosts.drops()
    for delay, least in stated.items():
        host = hosts.by_name[delay]
        if least is None:
            assert (host.pages_asked, drops[host.listing]) == ([], "crawl_delay"), ended.told
            assert f"{host.url} is left alone: Crawl-delay {float(delay):g}" in ended.stderr
        else:
            assert len(host.pages_asked) == 3, ended.told
            assert min(host.gaps) >= least - SLACK


def test_all_addresses_of_a_host_share_one_turn() -> None:
    for url in (
        "http://courier.example/a",
        "https://www.courier.example:8443/b?c",
        "https://COURIER.example./",
    ):
        assert host_name(url) == "courier.example"
    assert host_name("https://sport.courier.example/") == "sport.courier.example"


def test_a_page_that_asks_not_to_be_used_is_dropped_where_that_is_obeyed(hosts: Hosts) -> None:
    host = hosts.add("shy", articles=3)
    first, second, third = host.paths
    host.heads[first] = '<meta name="robots" content="noindex">'
    shy = host.page(second)
    host.script[second] = [replace(shy, headers={**shy.headers, "X-Robots-Tag": "noarchive"})]
    hosts.crawl("-s", "NEWSCRAWLER_OBEY=noindex")
    usage = {one["url"]: one.get("usage") for one in hosts.articles()}
    assert usage == {host.url + second: ["noarchive"], host.url + third: None}
    assert hosts.drops() == {host.url + first: "noindex"}


# Retry-After


def test_a_host_gets_the_time_that_it_asks_for(hosts: Hosts) -> None:
    yesterday = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)
    replies = {
        "429 for a second": busy("1"),
        "503 for a second": busy("1", 503),
        "at once": busy("0"),
        "a time that has passed": busy(yesterday),
        "a time": Reply(429, busy_for=3),
        "an hour": busy("3600"),
        "garbage": busy("soon, perhaps"),
        "garbage of 503": busy("-5", 503),
        "a redirect": Reply(301, headers={"Location": "/moved/", "Retry-After": "1"}),
        "a redirect in an hour": Reply(302, headers={"Location": "/moved/", "Retry-After": "3600"}),
    }
    for name, reply in replies.items():
        host = hosts.add(name, articles=3)
        second = host.paths[1]
        host.script[second] = [reply, host.page(second)]
        host.script["/moved/"] = [host.page(second)]
    ended = hosts.crawl("-s", "NEWSCRAWLER_RETRY_AFTER=60")

    waits = {"429 for a second": 1.0, "503 for a second": 1.0, "at once": 0.0}
    # A date has no fractions of a second.
    waits |= {"a time that has passed": 0.0, "garbage of 503": 0.0, "a time": 2.0}
    for name, least in waits.items():
        host = hosts.by_name[name]
        assert len(host.asked(host.paths[1])) == 2, (name, ended.told)
        gap = gap_after(host, host.paths[1])
        assert gap >= least - SLACK, name
    moved = hosts.by_name["a redirect"]
    assert gap_after(moved, moved.paths[1]) >= 1 - SLACK
    arrived = {one["url"] for one in hosts.articles()}
    for name in (*waits, "a redirect"):
        host = hosts.by_name[name]
        assert len([url for url in arrived if url.startswith(host.url)]) == 3, (name, ended.told)
    check_what_is_deferred(hosts)


def check_what_is_deferred(hosts: Hosts) -> None:
    """What a host wants to be asked later is, and nothing of it is lost."""
    known, drops = known_hosts(hosts.folder), hosts.drops()
    garbage = hosts.by_name["garbage"]
    assert drops[garbage.url + garbage.paths[1]] == "http_429"
    assert garbage.host not in known
    later = hosts.by_name["an hour"]
    state = pages(hosts.folder)
    assert 3400 < seconds_until(known[later.host][0]) <= 3600
    assert [drops.get(later.url + path) for path in later.paths] == [
        None,
        "http_429",
        "host_busy",
    ]
    for path in later.paths[1:]:
        page = state[later.url + path]
        assert page["state"] == "deferred"
        assert 3400 < seconds_until(page["due_at"]) <= 3601
    assert len(later.pages_asked) == 3
    moved = hosts.by_name["a redirect in an hour"]
    assert moved.asked("/moved/") == []
    assert drops[moved.url + moved.paths[1]] == "host_busy"
    check_that_the_next_run_leaves_alone(hosts, later)


def test_a_run_that_is_to_end_does_not_wait_for_a_host(hosts: Hosts) -> None:
    host = hosts.add("busy", articles=4)
    host.script[host.paths[1]] = [busy("60"), host.page(host.paths[1])]
    started = hosts.start()
    assert started.wait_for(lambda: bool(host.asked(host.paths[1])), timeout=60)
    time.sleep(0.5)  # the answer is on its way
    started.send(signal.SIGTERM)
    ended = started.end()
    assert ended.code == 11, ended.told
    asked = len(host.log)
    ended = hosts.crawl("-a", "recheck=all")
    assert len(host.log) > asked
    assert ended.report["pages"]["failed"] == {}, ended.told
    assert {page["state"] for page in pages(hosts.folder).values()} == {"done"}


def check_that_the_next_run_leaves_alone(hosts: Hosts, host: PoliteHost) -> None:
    asked, all_hosts = len(host.log), hosts.by_name
    hosts.by_name = {"an hour": host}
    ended = hosts.crawl()
    hosts.by_name = all_hosts
    assert (ended.code, len(host.log)) == (18, asked), ended.told
    assert ended.report["pages"]["put_off"] == {"host_busy": 1}


# Hosts that fail


def test_a_dead_host_is_given_up_and_the_others_are_complete(hosts: Hosts) -> None:
    failing = {
        "500": Reply(500),
        "reset": Reply(fails="reset"),
        "hang": Reply(fails="hang"),
        "429": Reply(429),
    }
    for name, reply in failing.items():
        host = hosts.add(name, articles=12)
        host.script[host.listing.removeprefix(host.url)] = [host.page("/series/harbour-strike/")]
        host.everything = reply
    for name in ("sound", "as sound"):
        hosts.add(name, articles=12)
    ended = hosts.crawl("-s", "DOWNLOAD_TIMEOUT=1", "-s", "NEWSCRAWLER_LONGEST_PAUSE=0.5")
    known, drops = known_hosts(hosts.folder), hosts.drops()
    for name in failing:
        host = hosts.by_name[name]
        # Of a connection that was kept and breaks, the server sees one request more.
        asked = [path for path in host.pages_asked if path in host.paths]
        assert 7 <= len(asked) <= 8, ended.told
        reasons = Counter(drops[host.url + path] for path in host.paths)
        assert reasons["host_busy" if name == "429" else "host_paused"] >= 4, (name, reasons)
        assert sum(reasons.values()) == 12
        assert 800 < seconds_until(known[host.host][0]) <= 900
        assert known[host.host][1] == 1
    for name in ("sound", "as sound"):
        host = hosts.by_name[name]
        assert len([one for one in hosts.articles() if one["url"].startswith(host.url)]) == 12
        assert host.host not in known
    assert ended.code == 12
    check_that_nothing_is_lost(hosts, failing)


def check_that_nothing_is_lost(hosts: Hosts, failing: dict[str, Reply]) -> None:
    """A run before the time leaves the hosts alone, one after it completes them."""
    before = {name: len(hosts.by_name[name].log) for name in failing}
    early = hosts.crawl()
    assert {name: len(hosts.by_name[name].log) for name in failing} == before, early.told
    for name in failing:
        hosts.by_name[name].everything = None
        command = [sys.executable, "-m", "scrapy", "forget", "--state", "state.sqlite"]
        forgotten = Started([*command, hosts.by_name[name].host], hosts.folder, {}).end()
        assert forgotten.code == 0, forgotten.told
    late = hosts.crawl("-a", "recheck=all")
    for name in failing:
        host = hosts.by_name[name]
        found = {one["url"] for one in hosts.articles() if one["url"].startswith(host.url)}
        assert len(found) == 12, (name, late.told)
    assert known_hosts(hosts.folder) == {}
