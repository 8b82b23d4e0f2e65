"""Measure a large state: opening, look-ups, commits, memory, and bytes a page and an article."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from newscrawler.state.rows import KnownArticle, Page, PageCommit
from newscrawler.state.store import State

LOOK_UPS = 10_000
COMMITS = 2_000
WORDS = ["harbour", "council", "vote", "river", "budget", "mayor", "strike", "bridge"]
NOW = "2026-01-01T00:00:00Z"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("count", nargs="?", type=int, default=1_000_000, help="pages")
    arguments.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.measure:
        measure(options.measure, options.count)
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "state.sqlite"
        fill(path, options.count)
        # A process of its own, so that nothing of the filling counts as its memory.
        command = [sys.executable, __file__, str(options.count), "--measure", str(path)]
        subprocess.run(command, check=True)  # noqa: S603


def url(number: int) -> str:
    # Keys of a real crawl come in no order either.
    mixed = number * 2654435761 % 2**32
    return f"news.example/world/20260101{mixed:010d}-{WORDS[number % len(WORDS)]}-vote-ends"


def page(number: int) -> Page:
    return Page(
        key=url(number),
        url=f"https://www.{url(number)}/",
        series="news.example/trend/harbour",
        state="done",
        due_at=NOW,
        checked_at=NOW,
        article=url(number),
        etag='"5f3c-1a2b3c4d"',
    )


def fill(path: Path, count: int) -> None:
    started = perf_counter()
    state = State.open(path)
    for start in range(0, count, 10_000):
        pages = [page(number) for number in range(start, min(start + 10_000, count))]
        state.commit(0, PageCommit(series="s", pages=pages), NOW)
    state.close()
    show("filling", f"{perf_counter() - started:.1f} s")


def measure(path: Path, count: int) -> None:
    size = path.stat().st_size
    show("bytes a page", f"{size / count:.0f}")
    before = memory()
    started = perf_counter()
    state = State.open(path)
    show(f"open() of {size / 2**20:.0f} MiB", f"{perf_counter() - started:.3f} s")
    dice = random.Random(1)  # noqa: S311 - the same pages each time
    known = [url(dice.randrange(count)) for _ in range(LOOK_UPS)]
    show("look-up, known", times(lambda n: state.page(known[n]), LOOK_UPS))
    show("look-up, unknown", times(lambda n: state.page(url(count + n)), LOOK_UPS))
    show("memory growth", f"{(memory() - before) / 2**20:.1f} MiB")
    commits = [whole_page(count + number) for number in range(COMMITS)]
    show("commit with article", times(lambda n: state.commit(0, commits[n], NOW), COMMITS))
    state.close()
    grown = path.stat().st_size - size
    show("bytes a commit with article", f"{grown / COMMITS:.0f}")
    line = commits[0].records[0][1]
    show("  of a line of", f"{len(line)} bytes")


def whole_page(number: int) -> PageCommit:
    """Return what an article of 5 kB gives, with ten links and four marks."""
    dice = random.Random(number)  # noqa: S311 - the same text each time
    text = " ".join(f"{dice.choice(WORDS)}{dice.randrange(300)}" for _ in range(500))
    line = json.dumps({"url": url(number), "id": f"news.example:{number}", "body": text})
    article = KnownArticle(
        key=url(number),
        url=page(number).url,
        first_seen=NOW,
        changed_at=NOW,
        version=1,
        fingerprint=f"{number:064x}",
        line=line,
        marks=tuple(f"{kind} {number:064x}" for kind in ("id", "url", "canonical", "text")),
    )
    links = [Page(key=url(number // 2 + n), url=url(n), hops=1) for n in range(10)]
    return PageCommit(
        series="s",
        pages=[page(number)],
        links=links,
        article=article,
        member=True,
        records=[("article", line)],
    )


def times(act: Callable[[int], object], count: int) -> str:
    taken = []
    for number in range(count):
        started = perf_counter()
        act(number)
        taken.append(perf_counter() - started)
    taken.sort()
    half, high = taken[count // 2], taken[count * 99 // 100]
    return f"p50 {half * 1e6:.0f} µs, p99 {high * 1e6:.0f} µs"


def memory() -> int:
    """Return the bytes that this process has in memory."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096  # the page size of all systems this runs on


def show(what: str, figure: str) -> None:
    sys.stdout.write(f"{what:<30} {figure}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
