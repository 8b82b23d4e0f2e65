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
from tests.unattended import Reader

KILLS = int(os.environ.get("NEWSCRAWLER_ARCHIVE_KILLS", "20"))
SEED = int(os.environ.get("NEWSCRAWLER_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
# Long texts, so that kills meet pages that are being read.
ARTICLES, CHARACTERS = 40, 8_000
# In two processes, with the outcomes that wait for the state.
UNDER_WAY = 2 * 8 + 64


@pytest.mark.parametrize("output", ["", "-o"])
def test_killed_at_random_moments_an_archive_is_delivered_whole_and_nothing_twice(
    tmp_path: Path, output: str
) -> None:
    chance = random.Random(f"{SEED} {output}")  # noqa: S311
    reading = Reading(tmp_path / "work")
    feed = reading.folder / "feed.jsonl"
    options = (output, feed) if output else ()
    reader = Reader(feed if output else reading.feeds, appended=bool(output))
    kills = KILLS // 2
    wanted: set[str] = set()
    number = read = 0
    while kills or not number:
        number += 1
        room = ArchivedRoom(ARTICLES, f"site{number}.example", characters=CHARACTERS, seed=number)
        wanted |= room.urls
        reading.write(f"{number}.warc.gz", room.captures())
        while True:
            run = reading.start(*options)
            if kills:
                # Some when it starts, most while pages are read, some when it publishes.
                kills -= 1
                read_so_far = reading.folder / "stderr"
                after = chance.randrange(ARTICLES + 6)
                if run.wait_for(
                    lambda: read_so_far.read_bytes().count(b" article ") >= after,
                    60,  # noqa: B023
                ):
                    time.sleep(chance.uniform(0, 0.1))
                    run.send(signal.SIGKILL)
            ended = run.end()
            reader.read()
            assert ended.code in (0, -signal.SIGKILL), f"seed {SEED}: {ended.told}"
            if ended.code == 0:
                read += sum(one["records"] for one in ended.report["archives"])
                break
        assert not reader.faults, f"seed {SEED}"
        assert not reader.doubled(), f"seed {SEED}"
        assert reader.urls == wanted, f"seed {SEED}"
    assert read <= number * ARTICLES
