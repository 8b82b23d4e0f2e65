"""An archive whose reading is killed again and again is delivered once, and read once.

`NEWSCRAWLER_ARCHIVE_KILLS` says how many kills (default 20); `NEWSCRAWLER_SEED` repeats a run.
"""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.archived_news import ArchivedRoom, Reading
from tests.unattended import Ended, Reader, Started

KILLS = int(os.environ.get("NEWSCRAWLER_ARCHIVE_KILLS", "20"))
SEED = int(os.environ.get("NEWSCRAWLER_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
KILLS_PER_FILE = 5
# Long texts, so that kills meet pages that are being read.
ARTICLES, CHARACTERS = 40, 8_000


def interrupt(run: Started, chance: random.Random) -> None:
    """Kill a run: a few when it starts, most while pages are read, some when it publishes."""
    told, after = run.folder / "stderr", chance.randrange(ARTICLES + 6)
    if run.wait_for(lambda: told.read_bytes().count(b" article ") >= after, 60):
        time.sleep(chance.uniform(0, 0.1))
        run.send(signal.SIGKILL)


def read_through(reading: Reading, reader: Reader, chance: random.Random, kills: int) -> Ended:
    """Read until a run is complete, of which the first ones are killed."""
    options = () if reader.source.is_dir() or not reader.appended else ("-o", reader.source)
    while True:
        run = reading.start(*options)
        if kills:
            kills -= 1
            interrupt(run, chance)
        ended = run.end()
        reader.read()
        assert ended.code in (0, -signal.SIGKILL), f"seed {SEED}: {ended.told}"
        if ended.code == 0:
            return ended


@pytest.mark.parametrize("is_appended", [False, True])
def test_killed_at_random_moments_an_archive_is_delivered_whole_and_nothing_twice(
    tmp_path: Path, is_appended: bool
) -> None:
    chance = random.Random(f"{SEED} {is_appended}")  # noqa: S311
    reading = Reading(tmp_path / "work")
    source = reading.folder / "feed.jsonl" if is_appended else reading.feeds
    reader = Reader(source, appended=is_appended)
    wanted: set[str] = set()
    for number in range(1, 1 + max(1, KILLS // 2 // KILLS_PER_FILE)):
        room = ArchivedRoom(ARTICLES, f"site{number}.example", characters=CHARACTERS, seed=number)
        wanted |= room.urls
        reading.write(f"{number}.warc.gz", room.captures())
        ended = read_through(reading, reader, chance, KILLS_PER_FILE)
        assert sum(one["records"] for one in ended.report["archives"]) <= ARTICLES
        assert not reader.faults, f"seed {SEED}"
        assert not reader.doubled(), f"seed {SEED}"
        assert reader.urls == wanted, f"seed {SEED}"
