"""One event is one printable line, in every handler and whatever it holds, and so many of them."""

from __future__ import annotations

import html
import json
import logging
import re
import sys
from collections.abc import Iterator
from logging.handlers import MemoryHandler, RotatingFileHandler
from pathlib import Path

import pytest
from scrapy import Request, Spider, signals
from scrapy.http import TextResponse
from scrapy.utils.test import get_crawler

from newscrawler.exit_codes import ExitCode
from newscrawler.logs import (
    LARGEST_LOG,
    LONGEST_LINE,
    LONGEST_VALUE,
    MOST_ALIKE,
    LimitedLog,
    write_one_line_each,
)
from newscrawler.normalise.printable import one_line
from tests.conftest import run_command
from tests.naughty import FORGED, NAUGHTY
from tests.newsroom import Newsroom, opened
from tests.unattended import Workplace

FORMAT = "%(asctime)s [%(name)s] %(levelname)s: %(message)s"
BEGINNING = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(,\d+)? \[[\w.]+\] (DEBUG|INFO|WARNING|ERROR): "
)
UNSAFE = re.compile(r"[^\n\t -\U0010ffff]|[\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
JOINERS = "\u200c\u200d"


@pytest.fixture
def one_line_records() -> Iterator[logging.Logger]:
    """The log of a crawl, on a logger of its own."""
    before = logging.getLogRecordFactory()
    write_one_line_each()
    logger = logging.getLogger("hostile")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    yield logger
    for handler in logger.handlers:
        getattr(handler, "target", handler).close()
        handler.close()
    logger.handlers.clear()
    logging.setLogRecordFactory(before)


def log_to_all(logger: logging.Logger, folder: Path) -> None:
    """Give a logger a handler of every kind, each with its file in the folder."""
    handlers: dict[str, logging.Handler] = {
        "file": logging.FileHandler(folder / "file", encoding="utf-8"),
        "rotating": RotatingFileHandler(folder / "rotating", encoding="utf-8"),
        "stream": logging.StreamHandler(),
        "memory": MemoryHandler(1, target=logging.FileHandler(folder / "memory", encoding="utf-8")),
    }
    for handler in handlers.values():
        handler.setFormatter(logging.Formatter(FORMAT))
        getattr(handler, "target", handler).setFormatter(logging.Formatter(FORMAT))
        logger.addHandler(handler)


def lines_of(path: Path) -> list[str]:
    text = path.read_bytes().decode("utf-8")
    assert text.endswith("\n")
    return text.split("\n")[:-1]


def assert_safe(lines: list[str]) -> None:
    """Each line begins as an event does, is one to every reader, and is printable."""
    forged = [line for line in lines if not BEGINNING.match(line)]
    assert forged == []
    assert not [line for line in lines if FORGED in line and line.startswith(FORGED)]
    assert [line for line in lines if len(line.splitlines()) != 1] == []
    signs = {sign for line in lines for sign in line if not sign.isprintable()}
    assert signs <= set(JOINERS)
    assert max(map(len, lines)) <= LONGEST_LINE + len("2026-01-01 00:00:00,000 [hostile] WARNING: ")


def failing(text: str) -> None:
    raise ValueError(text)


def tell_in_every_way(logger: logging.Logger, text: str) -> int:
    """Log a text as title, address, exception, and so on; return the number of events."""
    request, response = Request("https://news.example/"), TextResponse("https://news.example/")
    logger.info("%s", text)
    logger.info("%(title)s %(number)d", {"title": text, "number": 3})
    logger.warning("%r and %s", text, [text])
    logger.info(text)
    logger.info("%d of %s", text, 3)  # of the wrong type, which logging would print raw
    logger.error(
        "%s: %s", request, response.replace(headers={"X": text.encode("utf-8", "replace")})
    )
    try:
        failing(text)
    except ValueError as error:
        logger.exception("failed: %s", error)  # noqa: TRY401
    logger.info("%s", text, stack_info=True)
    return 8


def test_no_text_makes_more_of_an_event_than_its_line(
    one_line_records: logging.Logger, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log_to_all(one_line_records, tmp_path)
    number = sum(tell_in_every_way(one_line_records, text) for text in NAUGHTY)
    for name in ("file", "rotating", "memory"):
        lines = lines_of(tmp_path / name)
        assert len(lines) == number
        assert_safe(lines)
    lines = capfd.readouterr().err.split("\n")[:-1]
    assert len(lines) == number, "logging itself complains of nothing"
    assert_safe(lines)


def test_a_text_is_told_and_a_traceback_is_whole(
    one_line_records: logging.Logger, tmp_path: Path
) -> None:
    log_to_all(one_line_records, tmp_path)
    tell_in_every_way(one_line_records, "Fähre\x1b[2J im Hafen\nعربی‌ها")
    lines = lines_of(tmp_path / "file")
    assert lines[0].endswith(r"INFO: Fähre\x1b[2J im Hafen\nعربی‌ها")
    assert lines[6].count(r"\n  File ") == 2
    assert lines[6].endswith(r"ValueError: Fähre\x1b[2J im Hafen\nعربی‌ها")


def test_a_long_value_and_a_long_line_are_cut_in_the_middle(
    one_line_records: logging.Logger, tmp_path: Path
) -> None:
    log_to_all(one_line_records, tmp_path)
    one_line_records.info("%s!", "a" * 10**6)
    one_line_records.info("a" * 10**6 + " its end")
    one_line_records.info("%s", f"https://me:{'x' * LONGEST_VALUE}@news.example/")
    value, line, url = (one.partition("INFO: ")[2] for one in lines_of(tmp_path / "file"))
    assert value == "a" * (LONGEST_VALUE - 3) + "...!"
    assert len(line) == LONGEST_LINE
    assert line.endswith(" its end")
    assert url == "https://***@news.example/"


def test_every_code_point_is_shown_on_one_printable_line() -> None:
    for start in range(0, 0x110000, 0x1000):
        text = "".join(map(chr, range(start, start + 0x1000)))
        shown = one_line(text)
        assert len(shown.splitlines()) == 1
        assert all(sign.isprintable() or sign in JOINERS for sign in shown)
        shown.encode()


def test_an_exception_that_ends_a_program_is_one_line_too() -> None:
    script = (
        "from newscrawler.logs import write_one_line_each\n"
        "write_one_line_each()\n"
        f"raise ValueError({f'a https://me:word@n.example{chr(10)}{FORGED}{chr(27)}[2J'!r})"
    )
    run = run_command(sys.executable, "-c", script)
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert line.startswith("Traceback (most recent call last):")
    assert line.endswith(rf"ValueError: a https://***@n.example\n{FORGED}\x1b[2J")


# How much


class Noisy(Spider):
    name = "noisy"


def test_a_log_stays_below_ten_megabytes_and_says_what_it_leaves_out(
    one_line_records: logging.Logger, tmp_path: Path
) -> None:
    root, log = logging.getLogger(), tmp_path / "log"
    before, level = root.handlers[:], root.level
    handler = logging.FileHandler(log, encoding="utf-8")
    handler.setFormatter(logging.Formatter(FORMAT))
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    one_line_records.propagate = True
    try:
        crawler = get_crawler(Noisy)
        limited = LimitedLog.from_crawler(crawler)  # a signal keeps nothing alive
        crawler.signals.send_catch_log(signals.spider_opened)
        for _ in range(3000):
            one_line_records.warning("%s", "again")
        for _ in range(25_000):
            one_line_records.info("%s", "ä" * 400)
        for _ in range(3000):
            one_line_records.error("%s", "b" * 400)
        assert len(limited.limits) == 1
        crawler.signals.send_catch_log(signals.spider_closed)
        one_line_records.error("the end is always told")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        handler.close()
    size, lines = log.stat().st_size, lines_of(log)
    assert LARGEST_LOG * 0.8 <= size <= 10 * 10**6
    assert sum(line.endswith("b" * 400) for line in lines) == MOST_ALIKE, "errors have room left"
    assert sum(line.endswith("WARNING: again") for line in lines) == MOST_ALIKE
    told = [line for line in lines if "more lines were left out" in line]
    assert any(f"{3000 - MOST_ALIKE} more lines were left out: WARNING" in line for line in told)
    assert any("the log has 8 MiB" in line for line in told)
    assert lines[-1].endswith("ERROR: the end is always told")


# Real crawls


class HostileRoom(Newsroom):
    """A series whose headlines and names are naughty."""

    def __init__(self) -> None:
        texts = [text for text in NAUGHTY if 0 < len(text) < 400 and "\x00" not in text]
        super().__init__(len(texts), page_size=1000)
        for story, text in zip(list(self.stories.values()), texts, strict=True):
            self.edit(
                story, headline=f"{story.headline} {text}".encode("utf-8", "replace").decode()
            )

    def listing_page(self, number: int) -> str:
        forged = html.escape(f"Strike\x1b[2J\u202e\r\n{FORGED}")
        return super().listing_page(number).replace("Harbour Strike", forged)


def test_a_crawl_of_hostile_headlines_forges_nothing(tmp_path: Path) -> None:
    with opened(HostileRoom()) as room:
        log = tmp_path / "log"
        work = Workplace(tmp_path, room, "--loglevel", "INFO", "-a", "related=0")
        ended = work.crawl("--logfile", log)
        listed = work.scrapy("export", "--state", work.state)
        found = work.scrapy("discover", "-s", "DOWNLOAD_DELAY=0", room.listing)
        page = work.scrapy(
            "extract", "-s", "DOWNLOAD_DELAY=0", room.listed[0].path.join((room.url, ""))
        )
    assert ended.code == ExitCode.COMPLETE, ended.told
    assert_safe([line for line in lines_of(log) if line])  # the run tries whether it can write
    assert sum("] INFO: article " in line for line in lines_of(log)) == len(room.stories)
    for told in (ended, listed, found, page):
        assert told.stdout
        assert (
            re.findall(r"[^\n\t -\U0010ffff]|[\x7f-\x9f\u202a-\u202e\u2028\u2029]", told.stdout)
            == []
        )
        assert not [line for line in told.stdout.split("\n") if line.startswith(FORGED)]
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert not [line for line in report["explanation"] if "\x1b" in line or "\n" in line]
