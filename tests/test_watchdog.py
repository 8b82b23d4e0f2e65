"""A run ends in time, whatever hangs: real processes, real signals, a real event loop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server

import pytest

from tests.conftest import PROJECT_ROOT

# Says what the watchdog asks of it; how it behaves is put in for BODY.
PLAIN = """
import json, os, re, signal, sys, threading, time
import newscrawler.watchdog
from newscrawler.watchdog import Watchdog

newscrawler.watchdog.LAST_RESORT = 1.0
# As in a terminal, whatever the tests were started by.
for one in (signal.SIGHUP, signal.SIGINT):
    signal.signal(one, signal.SIG_DFL)
codes = {"shutdown": 11, "time_limit": 15, "forced": 13, "blocked_loop": 1}
stopped = threading.Event()

def stop(reason):
    print("stop", reason, flush=True)
    stopped.set()

def end(reason):
    print("end", reason)
    return codes[reason]

def work(watchdog):
    BODY

with Watchdog(stop=stop, end=lambda reason: end(reason), **json.loads(sys.argv[1])) as watchdog:
    print("ready", flush=True)
    work(watchdog)
print("ended by itself")
"""

# A crawl of a server that takes connections and never answers, started as `scrapy crawl` does.
CRAWL = """
import asyncio, json, sys, time
from twisted.internet.asyncioreactor import install; install()
from twisted.internet import reactor
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from newscrawler.watchdog import Watchdog

class Hanging(Spider):
    name = "hanging"

    async def start(self):
        reactor.callLater(0.2, self.ready)
        async for request in super().start():
            yield request

    def ready(self):
        print("ready", flush=True)
        BODY

process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False, "DOWNLOAD_TIMEOUT": 60})
crawler = process.create_crawler(Hanging)
process.crawl(crawler, start_urls=[sys.argv[2]])

def close(reason):
    asyncio.ensure_future(crawler.engine.close_spider_async(reason=reason))

def stop(reason):
    print("stop", reason, flush=True)
    reactor.callFromThread(close, reason)

def end(reason):
    print("end", reason)
    return {"shutdown": 11, "time_limit": 15, "forced": 13, "blocked_loop": 1}[reason]

watchdog = Watchdog(stop=stop, end=end, **json.loads(sys.argv[1]))

def beat():
    watchdog.beat()
    asyncio.get_event_loop().call_later(0.2, beat)

asyncio.get_event_loop().call_soon(beat)
with watchdog:
    process.start(install_signal_handlers=False)
print("closed", crawler.stats.get_value("finish_reason"))
"""

OBEYS = "while not stopped.wait(0.02): watchdog.beat()"
SLEEPS = "time.sleep(15)"
IS_BUSY = "while True: pass"
BEATS_ON = "while True: watchdog.beat(); time.sleep(0.02)"
ENDS_LATE = "globals().update(end=lambda reason: time.sleep(15)); time.sleep(15)"
FAILS_TO_END = "globals().update(end=lambda reason: 1 / 0); time.sleep(15)"
FAILS_TO_STOP = "globals().update(codes={}); stopped.set = None; time.sleep(15)"
# The regular expression keeps the interpreter's lock, so no thread of Python runs.
KEEPS_THE_LOCK = "re.match('(a+)+$', 'a' * 60 + 'b')"
IS_DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(15)"

QUICK = {"time_limit": None, "grace": 0.5}
TERM, INT, HUP = signal.SIGTERM, signal.SIGINT, signal.SIGHUP


class Run:
    """A watched process that is under way, and the moment it was ready."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout
        assert process.stdout.readline() == "ready\n", process.communicate()
        self.began = time.monotonic()

    def kill(self, *numbers: int, pause: float = 0.5) -> None:
        for place, number in enumerate(numbers):
            time.sleep(pause if place else 0)
            self.process.send_signal(number)

    def ended(self, timeout: float = 20) -> tuple[int, list[str], float]:
        """Return the exit code, what the run said, and the seconds since it was ready."""
        said, self.errors = self.process.communicate(timeout=timeout)
        return self.process.returncode, said.splitlines(), time.monotonic() - self.began


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Start a script whose run behaves as `body` says, and kill it if it outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def run(script: str, body: str, options: dict[str, float | None], *args: str) -> Run:
        file = tmp_path / "watched.py"
        file.write_text(script.replace("BODY", body), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, file, json.dumps({**QUICK, **options}), *args],
            env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return Run(process)

    yield run
    for process in started:
        process.kill()
        process.communicate()


@contextmanager
def silent_server() -> Iterator[str]:
    """Give the address of a server that accepts connections and never says a word."""
    with create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.mark.parametrize(
    ("body", "options", "signals", "code", "said", "seconds"),
    [
        pytest.param(OBEYS, {}, [TERM], 0, ["stop shutdown", "ended by itself"], 1, id="obeys"),
        pytest.param(OBEYS, {}, [INT], 0, ["stop shutdown", "ended by itself"], 1, id="Ctrl-C"),
        pytest.param(OBEYS, {}, [HUP], 0, ["stop shutdown", "ended by itself"], 1, id="hangup"),
        pytest.param(SLEEPS, {}, [TERM], 11, ["stop shutdown", "end shutdown"], 1.5, id="sleeps"),
        pytest.param(IS_BUSY, {}, [TERM], 11, ["stop shutdown", "end shutdown"], 2, id="is busy"),
        pytest.param(ENDS_LATE, {}, [TERM], 11, ["stop shutdown"], 4, id="ends late"),
        pytest.param(FAILS_TO_END, {}, [TERM], 11, ["stop shutdown"], 1.5, id="fails to end"),
        pytest.param(
            SLEEPS, {"grace": 9}, [TERM, INT], 13, ["stop shutdown", "end forced"], 1.5, id="forced"
        ),
        pytest.param(
            ENDS_LATE,
            {"grace": 9},
            [TERM, TERM],
            13,
            ["stop shutdown"],
            2.5,
            id="forced, ends late",
        ),
        pytest.param(
            OBEYS,
            {"time_limit": 0.3},
            [],
            0,
            ["stop time_limit", "ended by itself"],
            1,
            id="time limit",
        ),
        pytest.param(
            BEATS_ON,
            {"time_limit": 0.3},
            [],
            15,
            ["stop time_limit", "end time_limit"],
            2,
            id="time limit, does not obey",
        ),
        pytest.param(IS_BUSY, {"blocked_after": 0.5}, [], 1, ["end blocked_loop"], 2, id="blocked"),
        pytest.param(KEEPS_THE_LOCK, {"blocked_after": 0.5}, [], 1, [], 3, id="keeps the lock"),
    ],
)
def test_a_run_ends_in_time(
    start: Callable[..., Run],
    *,
    body: str,
    options: dict[str, float | None],
    signals: list[int],
    code: int,
    said: list[str],
    seconds: float,
) -> None:
    run = start(PLAIN, body, options)
    run.kill(*signals)
    ended, lines, took = run.ended()
    assert (ended, lines) == (code, said)
    assert took < seconds
    assert ("in work" in run.errors) == ("blocked_after" in options), "a hanging run says where"


def test_at_the_time_limit_one_signal_changes_nothing_and_two_do(start: Callable[..., Run]) -> None:
    run = start(PLAIN, SLEEPS, {"time_limit": 0.05, "grace": 9})
    assert run.process.stdout
    assert run.process.stdout.readline() == "stop time_limit\n"
    run.kill(TERM, TERM)
    code, said, _ = run.ended()
    assert (code, said) == (13, ["end forced"])


def test_nobody_has_to_read_what_a_blocked_run_says(start: Callable[..., Run]) -> None:
    fills_the_pipe = "os.write(2, b'x' * 10**6)"
    run = start(PLAIN, fills_the_pipe, {"blocked_after": 0.5})
    assert run.process.wait(timeout=5) == 1


def test_one_wish_told_twice_is_no_second_signal(start: Callable[..., Run]) -> None:
    run = start(PLAIN, OBEYS.replace("stopped", "threading.Event()") + "\n", {})
    run.kill(TERM, HUP, pause=0.05)
    code, said, _ = run.ended()
    assert (code, said) == (11, ["stop shutdown", "end shutdown"])


@pytest.mark.parametrize("number", [INT, HUP])
def test_a_signal_that_was_ignored_stays_ignored(start: Callable[..., Run], number: int) -> None:
    ignoring = PLAIN.replace(
        "signal.SIG_DFL)", f"signal.SIG_IGN); signal.signal({number}, signal.SIG_IGN)"
    )
    run = start(ignoring, "time.sleep(0.5)", {})
    run.kill(number)
    code, said, _ = run.ended()
    assert (code, said) == (0, ["ended by itself"])


@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGSTOP])
def test_a_run_that_was_suspended_goes_on(start: Callable[..., Run], number: int) -> None:
    slow_to_stop = PLAIN.replace(
        "LAST_RESORT = 1.0",
        "LAST_RESORT = 9.0; newscrawler.watchdog.TICK = newscrawler.watchdog.PAUSED = 0.1",
    )
    body = "for _ in range(20): watchdog.beat(); time.sleep(0.05)"
    run = start(slow_to_stop, body, {"blocked_after": 0.8})
    run.kill(number)
    time.sleep(1.2)
    run.kill(signal.SIGCONT)
    code, said, _ = run.ended()
    assert (code, said) == (0, ["ended by itself"])


def test_what_is_watched_no_more_has_its_signals_back(start: Callable[..., Run]) -> None:
    script = PLAIN.replace(
        'print("ended by itself")', "watchdog.beat(); print('closed', flush=True); time.sleep(15)"
    )
    run = start(script, "pass", {"blocked_after": 0.1})
    assert run.process.stdout
    assert run.process.stdout.readline() == "closed\n"
    time.sleep(1.2)  # what a beat after the end must not arm
    run.kill(TERM)
    assert run.ended()[0] == -TERM


@pytest.mark.parametrize(
    ("body", "options", "signals", "code", "said", "seconds"),
    [
        pytest.param(
            "pass", {"grace": 0.2}, [TERM], 11, ["stop shutdown", "end shutdown"], 2, id="hangs"
        ),
        pytest.param(
            "while True: pass", {}, [TERM], 11, ["stop shutdown", "end shutdown"], 2, id="busy"
        ),
        pytest.param(
            "pass",
            {"grace": 9},
            [TERM, TERM],
            13,
            ["stop shutdown", "end forced"],
            2.5,
            id="forced",
        ),
        pytest.param(
            "while True: pass",
            {"blocked_after": 0.6},
            [],
            1,
            ["end blocked_loop"],
            2,
            id="blocked",
        ),
        pytest.param(
            "pass",
            {"time_limit": 1.5, "grace": 0.2},
            [],
            15,
            ["stop time_limit", "end time_limit"],
            2.5,
            id="time limit",
        ),
    ],
)
def test_a_crawl_of_a_silent_server_ends_in_time(
    start: Callable[..., Run],
    *,
    body: str,
    options: dict[str, float | None],
    signals: list[int],
    code: int,
    said: list[str],
    seconds: float,
) -> None:
    with silent_server() as url:
        run = start(CRAWL, body, options, url)
        run.kill(*signals)
        ended, lines, took = run.ended()
    assert (ended, lines) == (code, said), run.errors
    assert took < seconds


def test_a_crawl_whose_pages_come_in_closes_by_itself(start: Callable[..., Run]) -> None:
    patient = CRAWL.replace('DOWNLOAD_TIMEOUT": 60', 'DOWNLOAD_TIMEOUT": 1')
    with silent_server() as url:
        run = start(patient, "pass", {"grace": 9}, url)
        run.kill(TERM)
        code, said, _ = run.ended()
    assert (code, said) == (0, ["stop shutdown", "closed shutdown"])
