"""A crawl that is killed again and again delivers each article once, and asks for few twice.

`NEWSCRAWLER_KILLS` says how many kills (default 50); with `SOAK=1` some are SIGTERM, and on
every second site articles are edited and checked again. `NEWSCRAWLER_SEED` repeats a run.
"""

from __future__ import annotations

import math
import os
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.newsroom import Newsroom, opened
from tests.unattended import Ended, Reader, Started, Workplace

KILLS = int(os.environ.get("NEWSCRAWLER_KILLS", "50"))
SOAK = os.environ.get("SOAK") == "1"
SEED = int(os.environ.get("NEWSCRAWLER_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
KILLS_PER_SITE = 5
AT_ONCE = 2  # processes; a test machine has two cores or more
# A kill meets a page that is being read while the next one is fetched; both are asked for again.
UNDER_WAY = 2
# Seconds; the server then takes half of a crawl's time, so that kills meet requests under way.
DELAY = 0.01
# Seconds from the last answer to the end of a process, in which it publishes.
TAIL = 0.35
# Complete, stopped in order, or killed; SIGTERM kills a process that is just starting.
ENDS = (0, 11, -signal.SIGKILL, -signal.SIGTERM)


@dataclass(frozen=True)
class Case:
    """How the feed is wanted, what the articles are like, and which share of the kills it gets."""

    output: str
    articles: int
    characters: int
    share: float


CASES = {
    "batches": Case("", 60, 300, 0.3),
    "batches-of-long-articles": Case("", 40, 60_000, 0.2),
    "one-file-replaced": Case("-O", 60, 300, 0.3),
    "one-file-appended-to": Case("-o", 60, 300, 0.2),
}


@dataclass
class Ordeal:
    """What happened on one site until a crawl of it was complete."""

    seed: str
    room: Newsroom
    work: Workplace
    reader: Reader
    chance: random.Random
    rechecks: bool
    """Whether known articles are edited and asked for again."""
    killed: list[str] = field(default_factory=list)

    @property
    def asked_again(self) -> int:
        """How many requests for articles were more than the one that each needs."""
        return self.room.articles_asked().total() - len(self.room.stories)

    def crawl(self, *, kill: bool) -> Ended:
        """Run once, and read the feeds however the run ended."""
        run = self.work.start()
        if kill:
            self.interrupt(run)
        ended = run.end()
        self.reader.read()
        return ended

    def interrupt(self, run: Started) -> None:
        moment = self.chance.choice(("any", "pages", "pages", "end"))
        number = signal.SIGKILL
        if SOAK and self.chance.random() < 0.2:
            number = signal.SIGTERM
        if self.reach(run, moment):
            run.send(number)
            self.killed.append(f"{number.name} {moment}")

    def reach(self, run: Started, moment: str) -> bool:
        """Wait for a random moment of a kind; return False if the run ends before."""
        start, room = len(self.room.visits), self.room
        after = self.chance.uniform(0, 3)  # seconds, about a whole run
        if moment == "pages":
            left = len(room.stories) - (0 if self.rechecks else len(room.articles_asked()))
            target, after = start + self.chance.randint(1, left + 3), self.chance.uniform(0, DELAY)
            if not run.wait_for(lambda: len(room.visits) >= target):
                return False
        elif moment == "end":
            after = self.chance.uniform(0, TAIL)
            if not run.wait_for(lambda: len(room.articles_asked()) == len(room.stories)):
                return False
        time.sleep(after)
        return run.process.poll() is None

    def change_the_site(self) -> None:
        self.room.add(10)
        for one in self.chance.sample(self.room.listed, 5) if self.rechecks else ():
            self.room.edit(one, headline=f"{one.headline}, corrected")

    def faults(self, ended: Ended) -> dict[str, object]:
        """Return what is not as promised once a crawl was complete."""
        too_many = not self.rechecks and self.asked_again > UNDER_WAY * len(self.killed)
        found = {
            "exit code": ended.told if ended.code else None,
            "missing": self.room.urls - self.reader.urls,
            "not of the site": self.reader.urls - self.room.urls,
            "doubled": self.reader.doubled(),
            "broken": self.reader.faults,
            "stale": self.stale(),
            "asked again": self.asked_again if too_many else 0,
        }
        return {name: what for name, what in found.items() if what}

    def stale(self) -> list[str]:
        """Return the articles of which the last version that came is not the site's."""
        last = {line["url"]: line["headline"] for line in self.reader.lines}
        stories = self.room.stories.values()
        return [one.path for one in stories if last.get(self.room.url + one.path) != one.headline]


def tell(ordeal: Ordeal) -> str:
    return f"seed {SEED}, site {ordeal.seed}, killed: {', '.join(ordeal.killed)}"


def live_through(case: Case, kills: int, folder: Path, *, rechecks: bool) -> Ordeal:
    """Kill crawls of a site that goes on publishing, then let one finish, and look."""
    chance = random.Random(f"{SEED} {folder.name}")  # noqa: S311
    room = Newsroom(case.articles, characters=case.characters)
    room.delay = DELAY
    feed = folder / "feed.jsonl"
    options: list[str | Path] = [case.output, feed] if case.output else []
    source = feed if case.output else folder / "feeds"
    with opened(room):
        work = Workplace(folder, room, *options, *(("-a", "recheck=all") if rechecks else ()))
        reader = Reader(source, appended=case.output == "-o")
        ordeal = Ordeal(folder.name, room, work, reader, chance, rechecks)
        while len(ordeal.killed) < kills:
            before = len(ordeal.killed)
            ended = ordeal.crawl(kill=True)
            assert ended.code in ENDS, f"{ended.told}\n{tell(ordeal)}"
            if len(ordeal.killed) == before or ended.code == 0:
                assert not ordeal.faults(ended), tell(ordeal)
                ordeal.change_the_site()
        ended = ordeal.crawl(kill=False)
        assert not ordeal.faults(ended), tell(ordeal)
    return ordeal


@pytest.mark.parametrize("name", CASES)
def test_a_crawl_that_is_killed_again_and_again_loses_and_doubles_nothing(
    name: str, tmp_path: Path
) -> None:
    case = CASES[name]
    sites = math.ceil(KILLS * case.share / KILLS_PER_SITE)
    kills = math.ceil(KILLS * case.share / sites)

    def live(number: int) -> Ordeal:
        folder = tmp_path / f"{name}-{number}"
        return live_through(case, kills, folder, rechecks=SOAK and number % 2 == 0)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        ordeals = list(pool.map(live, range(1, sites + 1)))
    killed = Counter(it for ordeal in ordeals for it in ordeal.killed)
    strict = [ordeal for ordeal in ordeals if not ordeal.rechecks]
    wanted = sum(len(ordeal.room.stories) for ordeal in strict)
    again = sum(ordeal.asked_again for ordeal in strict)
    print(f"{name}: {killed}; of {wanted} articles {again} asked for again")  # noqa: T201
    assert again <= 0.15 * wanted, f"seed {SEED}"
