"""A crawl that is killed again and again delivers each article once, and asks for few twice.

`NEWSCRAWLER_KILLS` says how many kills (default 50); with `SOAK=1` some are SIGTERM, and
articles are edited between the crawls.
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
# Seconds; the server then takes half of a crawl's time, so that kills meet requests under way.
DELAY = 0.01
# Seconds from the last answer to the end of a process, in which it publishes.
TAIL = 0.35


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
class Story:
    """What happened on one site until a crawl of it was complete."""

    seed: str
    room: Newsroom
    work: Workplace
    reader: Reader
    chance: random.Random
    killed: list[str] = field(default_factory=list)
    edited: int = 0

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
            left = len(room.stories) - len(room.articles_asked())
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
        if SOAK:
            for one in self.chance.sample(list(self.room.stories.values()), 5):
                self.room.edit(one, headline=f"{one.headline}, corrected")
                self.edited += 1

    def faults(self, ended: Ended) -> dict[str, object]:
        """Return what is not as promised once a crawl was complete."""
        wanted = len(self.room.stories)
        repeated = sum(self.room.articles_asked().values()) - wanted
        found = {
            "exit code": ended.told if ended.code else None,
            "missing": self.room.urls - self.reader.urls,
            "not of the site": self.reader.urls - self.room.urls,
            "doubled": self.reader.doubled(),
            "broken": self.reader.faults,
            "asked again": repeated if not self.edited and repeated > len(self.killed) else 0,
        }
        return {name: what for name, what in found.items() if what}


def tell(story: Story) -> str:
    return f"seed {SEED}, site {story.seed}, killed: {', '.join(story.killed)}"


def live_through(case: Case, kills: int, folder: Path, seed: str) -> Story:
    """Kill crawls of a site that goes on publishing, then let one finish, and look."""
    chance = random.Random(f"{SEED} {seed}")  # noqa: S311
    room = Newsroom(case.articles, characters=case.characters)
    room.delay = DELAY
    feed = folder / "feed.jsonl"
    options: list[str | Path] = [case.output, feed] if case.output else []
    source = feed if case.output else folder / "feeds"
    with opened(room):
        recheck = ("-a", "recheck=all") if SOAK else ()
        work = Workplace(folder, room, *options, *recheck)
        reader = Reader(source, appended=case.output == "-o")
        story = Story(seed, room, work, reader, chance)
        while len(story.killed) < kills:
            before = len(story.killed)
            ended = story.crawl(kill=True)
            if len(story.killed) == before or ended.code == 0:
                assert not story.faults(ended), tell(story)
                story.change_the_site()
        ended = story.crawl(kill=False)
        assert not story.faults(ended), tell(story)
    return story


@pytest.mark.parametrize("name", CASES)
def test_a_crawl_that_is_killed_again_and_again_loses_and_doubles_nothing(
    name: str, tmp_path: Path
) -> None:
    case = CASES[name]
    sites = math.ceil(KILLS * case.share / KILLS_PER_SITE)
    kills = math.ceil(KILLS * case.share / sites)
    seeds = [f"{name}-{number}" for number in range(1, sites + 1)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        stories = list(
            pool.map(lambda seed: live_through(case, kills, tmp_path / seed, seed), seeds)
        )
    asked = sum((story.room.articles_asked() for story in stories), Counter[str]())
    wanted = sum(len(story.room.stories) for story in stories)
    print(name, wanted, "articles", Counter(it for story in stories for it in story.killed))  # noqa: T201
    if not SOAK:  # there articles are asked for again on purpose
        assert asked.total() <= 1.15 * wanted, f"seed {SEED}"
