"""The live line: seen on a terminal, gone at the end, and nowhere else a byte of it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.utils.test import get_crawler

from newscrawler.progress import Progress
from tests.conftest import PROJECT_ROOT, RunCommand

SERIES = "https://courier.example/series/northport-harbour-strike/"
CRAWL = [
    *("crawl", "series", "-a", f"url={SERIES}", "--replay", "fixtures/world"),
    *("-s", "LOG_FORMAT=%(message)s"),
]
LINE = re.compile(r"\d+:\d\d  \d+ pages, \d+ new, \d+ known, \d+ failed  \d+\.\d/s  ")
WIDTH = 100


def on_a_terminal(*options: str, term: str = "xterm") -> str:
    """Run the crawl with stderr on a terminal; return what the terminal was sent."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", *CRAWL, *options],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONWARNINGS": "error", "TERM": term},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=its,
    )
    os.close(its)
    sent = b"".join(iter(lambda: read(ours), b""))
    os.close(ours)
    assert process.wait(timeout=30) == 0
    return sent.decode("utf-8")


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the other side is closed
        return b""


def screen(sent: str) -> list[str]:
    """Return the lines that are seen in the end, with none wrapped."""
    lines, row, column = [""], 0, 0
    for part in re.findall(r"\x1b\[\??\d*\w|[\r\n]|[^\x1b\r\n]+", sent):
        if part == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif part == "\r":
            column = 0
        elif part == "\x1b[2K":
            lines[row] = ""
        elif part == "\x1b[1A":
            row -= 1
        elif not part.startswith("\x1b"):
            lines[row] = lines[row][:column].ljust(column) + part
            column += len(part)
    return "\n".join(lines).rstrip("\n").split("\n")


@pytest.fixture
def feeds(tmp_path: Path) -> list[str]:
    return ["-O", str(tmp_path / "feed.jsonl"), "-s", f"NEWSCRAWLER_FEEDS={tmp_path}"]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a terminal is sent on which nothing is said about the line."""
    folder = tmp_path_factory.mktemp("crawl")
    return on_a_terminal("-O", f"{folder}/feed.jsonl", "-s", f"NEWSCRAWLER_FEEDS={folder}")


def test_the_line_counts_what_happens_and_names_the_page(sent: str) -> None:
    shown = [found.group() for found in re.finditer(LINE.pattern + r"[^\r\n\x1b]*", sent)]
    assert shown[0].startswith("0:00  0 pages, 0 new, 0 known, 0 failed")
    assert " 40 new, 0 known, 1 failed " in shown[-1]
    places = {LINE.sub("", one) for one in shown}
    assert any(place.startswith("https://courier.example/") for place in places)
    assert max(map(len, shown)) <= WIDTH


@pytest.mark.parametrize(
    ("meta", "place"),
    [
        ({"series": "strike"}, "listing page 1"),
        ({"series": "strike", "hops": 0}, SERIES),
        ({}, SERIES),
    ],
)
def test_the_line_ends_with_the_page_it_is_at(meta: dict[str, object], place: str) -> None:
    progress = Progress.from_crawler(get_crawler(settings_dict={"NEWSCRAWLER_PROGRESS": "on"}))
    progress.response_received(Request(SERIES, meta=meta))
    assert LINE.sub("", progress.words()) == place


def test_the_line_shows_no_secret_and_moves_no_cursor() -> None:
    progress = Progress.from_crawler(get_crawler(settings_dict={"NEWSCRAWLER_PROGRESS": "on"}))
    progress.response_received(Request(f"{SERIES}?token=x\x1b[2J&page=2"))
    assert LINE.sub("", progress.words()) == f"{SERIES}?token=***&page=2"


def test_the_line_tears_no_line_of_the_log_and_is_gone_in_the_end(
    sent: str, feeds: list[str]
) -> None:
    with_line = screen(sent)
    assert with_line == screen(on_a_terminal("-s", "NEWSCRAWLER_PROGRESS=off", *feeds))
    assert len(with_line) > 40
    assert max(map(len, with_line)) > WIDTH, "long lines are left to the terminal to wrap"


def test_the_cursor_is_never_left_hidden(sent: str) -> None:
    assert re.findall(r"\x1b\[\?25[lh]", sent)[:2] == ["\x1b[?25l", "\x1b[?25h"]
    assert "\x1b[?25l" not in sent.partition("\x1b[?25h")[2]


@pytest.mark.parametrize(("mode", "term"), [("auto", "dumb"), ("off", "xterm")])
def test_a_terminal_without_the_line_gets_the_log_alone(
    feeds: list[str], mode: str, term: str
) -> None:
    sent = on_a_terminal("-s", f"NEWSCRAWLER_PROGRESS={mode}", *feeds, term=term)
    assert "\x1b" not in sent
    assert "PROGRESS" not in sent


def test_a_mode_that_does_not_exist_is_named(feeds: list[str]) -> None:
    sent = on_a_terminal("-s", "NEWSCRAWLER_PROGRESS=maybe", *feeds)
    assert "'maybe' is none of auto, on, off" in sent


def test_without_a_terminal_not_a_byte_of_it_is_written(
    run_scrapy: RunCommand, feeds: list[str]
) -> None:
    # Variables that make other programs believe in a terminal.
    run = run_scrapy(*CRAWL, *feeds, env={"TERM": "xterm", "FORCE_COLOR": "1"})
    assert run.returncode == 0
    assert not re.search(rf"\x1b|\r|{LINE.pattern}", run.stdout + run.stderr)


def test_it_can_be_asked_for_where_no_terminal_is(run_scrapy: RunCommand, feeds: list[str]) -> None:
    run = run_scrapy(*CRAWL, *feeds, "-s", "NEWSCRAWLER_PROGRESS=on")
    assert LINE.search(run.stderr)
