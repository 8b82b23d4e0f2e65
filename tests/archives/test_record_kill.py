"""What was recorded is there, whenever the program that recorded it was killed.

`NEWSCRAWLER_KILLS` says how many crawls are killed (default 2); `NEWSCRAWLER_SEED` repeats a run.
"""

from __future__ import annotations

import os
import random
import time
import zipfile
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from newscrawler.archives.recording import open_recording
from tests.archives.exchanges import ABOUT, assert_checked, records
from tests.archives.killed import kill
from tests.newsroom import Newsroom, opened
from tests.unattended import Reader, Workplace

KILLS = 20
CRAWLS = int(os.environ.get("NEWSCRAWLER_KILLS", "2"))
SEED = int(os.environ.get("NEWSCRAWLER_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


def complete(path: Path) -> list[str]:
    """Go on with an archive once more, and return the addresses of the answers in it."""
    open_recording(path, ABOUT).close()
    warc = path
    if path.suffix == ".wacz":
        assert not path.with_name(f"{path.name}.recording").exists()
        with zipfile.ZipFile(path) as zipped:
            assert zipped.testzip() is None
            warc = Path(zipped.extract("archive/data.warc.gz", path.parent))
            indexed = zipped.read("indexes/index.cdx.gz")
        assert indexed
    assert_checked(warc)
    return [one["WARC-Target-URI"] for one in records(warc) if one["WARC-Type"] == "response"]


@pytest.mark.parametrize("name", ["news.warc.gz", "news.warc", "news.wacz"])
def test_no_record_is_lost_or_doubled_by_twenty_kills(name: str, tmp_path: Path) -> None:
    chance = random.Random(f"{SEED} {name}")  # noqa: S311
    told: list[str] = []
    for run in range(KILLS):
        told += kill(tmp_path / name, run, chance.uniform(0, 0.2))
    found = Counter(complete(tmp_path / name))
    assert set(told) <= found.keys(), f"seed {SEED}"
    assert max(found.values()) == 1, f"seed {SEED}"
    # Recorded, and killed before it could be told.
    assert len(found.keys() - set(told)) <= KILLS, f"seed {SEED}"


def has_asked(room: Newsroom, number: int) -> bool:
    return room.articles_asked().total() >= number


@pytest.mark.parametrize("name", ["news.warc.gz", "news.wacz"])
def test_a_crawl_that_is_killed_is_whole_in_the_archive_when_it_is_done(
    name: str, tmp_path: Path
) -> None:
    chance = random.Random(f"{SEED} {name}")  # noqa: S311
    with opened(Newsroom(10 + 4 * CRAWLS)) as room:
        room.delay = 0.02
        work = Workplace(tmp_path / "live", room, "--record", tmp_path / name)
        for _ in range(CRAWLS):
            run = work.start()
            asked = room.articles_asked().total() + chance.randint(1, 4)
            assert run.wait_for(partial(has_asked, room, asked), timeout=90)
            time.sleep(chance.uniform(0, 2 * room.delay))
            run.process.kill()
            run.end()
        ended = work.crawl()
    assert ended.code == 0, f"seed {SEED}: {ended.told}"
    answers = complete(tmp_path / name)
    assert room.urls <= set(answers), f"seed {SEED}"
    replay = Workplace(tmp_path / "replay", room, "--replay", tmp_path / name)
    assert replay.crawl().code == 0
    reader = Reader(replay.feeds)
    reader.read()
    assert reader.urls == room.urls, f"seed {SEED}"
