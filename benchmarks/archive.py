"""Measure the reading of a large archive on one core and on all, beside reading it alone.

Run from the project's folder: `python -m benchmarks.archive --corpus DIR`. DIR holds
`truth.jsonl` and the pages that it names; they are made into a `.warc.gz` file in which each
page stands under addresses of its own, with its headline marked by a number and one word in
three of its text exchanged for another one of it, so that all are articles of their own. In
one run it is read by warcio alone, by `scrapy crawl archive` on one core and on all cores that
this process may use (as many workers as cores), and by peers that are installed: trafilatura
in a plain loop over warcio's records.

`--pages N` makes it small. Other work on the machine counts in pages a second; CPU time does
not count it, or less.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from benchmarks.archive_pages import build
from benchmarks.crawl import pages_of, size_of, tell
from tests.unattended import ENVIRONMENT

ALONE, ONE, ALL, AGAIN = "warcio alone", "one core", "all cores", "second run"
TRAFILATURA = "trafilatura"
WANTED_SCALING = 1.7
MOST_MEMORY = 600  # MiB, the whole program
LOOP = """
import sys
from warcio.archiveiterator import ArchiveIterator
from benchmarks.archive import {name} as read
count = 0
with open(sys.argv[1], "rb") as file:
    for record in ArchiveIterator(file):
        if record.rec_type == "response":
            count += read(record.content_stream().read())
print(count)
"""


@dataclass
class Measured:
    """One program, from its start to its end."""

    pages: int
    seconds: float
    cpu: float
    """Seconds of all its processes."""
    peak: float = 0.0
    """MiB of the whole tree of processes: private and its share of what is shared."""
    middle: float = 0.0
    """MiB when half of the time had passed."""
    main: float = 0.0
    """Seconds of CPU of the main process."""

    @property
    def rate(self) -> float:
        return self.pages / self.seconds


def touch(body: bytes) -> int:
    """Do nothing with a page: what reading the archive alone takes."""
    return bool(body)


def extract(body: bytes) -> int:
    """Read a page as trafilatura does by default, with its metadata."""
    import trafilatura

    return trafilatura.bare_extraction(body, with_metadata=True) is not None


def main() -> int:
    options = arguments().parse_args()
    bodies = pages_of(options.corpus, options.distinct)
    with TemporaryDirectory(dir=options.scratch) as folder:
        archive = options.archive or Path(folder, "pages.warc.gz")
        if not archive.exists():
            build(archive, bodies, options.pages)
        size = archive.stat().st_size / 2**20
        tell(f"{options.pages} pages, {len(bodies)} different ones of {size_of(bodies)} KiB, "
             f"{size:.0f} MiB packed")  # fmt: skip
        results = measure(archive, options, Path(folder))
    return verdict(results)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="truth.jsonl and its pages")
    parser.add_argument("--pages", type=int, default=20_000, help="pages of the archive")
    parser.add_argument("--distinct", type=int, default=300, help="pages taken of the corpus")
    parser.add_argument("--archive", type=Path, help="keep the archive there, or take it")
    parser.add_argument("--scratch", type=Path, help="where files are made; else below /tmp")
    parser.add_argument("--peer-pages", type=int, default=1_000, help="pages that peers read")
    return parser


# Programs


def measure(archive: Path, options: argparse.Namespace, folder: Path) -> dict[str, Measured]:
    cores = sorted(os.sched_getaffinity(0))
    results = {ALONE: looped(archive, "touch", options.pages)}
    tell_one(ALONE, results[ALONE])
    for name, used in ((ONE, cores[:1]), (ALL, cores)):
        place = folder / f"{len(used)}-cores-{name.replace(' ', '-')}"
        place.mkdir()
        results[name] = spider(archive, place, options.pages, used)
        tell_one(name, results[name])
    results[AGAIN] = spider(archive, place, options.pages, cores)
    tell_one(AGAIN, results[AGAIN])
    if importlib.util.find_spec("trafilatura"):
        part = folder / "part.warc.gz"
        build(part, pages_of(options.corpus, options.distinct), options.peer_pages)
        results[TRAFILATURA] = looped(part, "extract", options.peer_pages)
        tell_one(TRAFILATURA, results[TRAFILATURA])
    else:
        tell("trafilatura is not installed, and left out")
    return results


def looped(archive: Path, name: str, pages: int) -> Measured:
    """Measure a plain loop over warcio's records, in one process."""
    command = [sys.executable, "-c", LOOP.format(name=name), str(archive)]
    return run(command, Path.cwd(), pages, {})


def spider(archive: Path, folder: Path, pages: int, cores: list[int]) -> Measured:
    """Measure `scrapy crawl archive` on these cores."""
    command = [sys.executable, "-m", "scrapy", "crawl", "archive", "-a", f"files={archive}"]
    command += ["-O", "feed.jsonl", "--report", "report.json", "-L", "INFO", "--logfile", "log"]

    def pin() -> None:
        os.sched_setaffinity(0, cores)

    measured = run(command, folder, pages, ENVIRONMENT, pin)
    told: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    tell(f"  exit code {told['exit_code']}, new {told['pages']['new']}, known {told['known']}, "
         f"dropped {told['pages']['dropped']}")  # fmt: skip
    files = [*folder.rglob("*.sqlite*"), *folder.glob("feed*")]
    sizes = {it.name: it.stat().st_size for it in files}
    told_sizes = ", ".join(f"{name} {size / pages / 1024:.1f}" for name, size in sizes.items())
    tell(f"  KiB a page: {told_sizes}")
    return measured


def run(
    command: list[str],
    folder: Path,
    pages: int,
    env: dict[str, str],
    before: Callable[[], None] | None = None,
) -> Measured:
    began = monotonic()
    used = children_cpu()
    process = subprocess.Popen(  # noqa: S603
        command, cwd=folder, env={**os.environ, **env}, stdout=subprocess.DEVNULL,
        preexec_fn=before,  # noqa: PLW1509, no thread of ours is running yet
    )  # fmt: skip
    memory = Memory(process.pid)
    memory.watch()
    code = process.wait()
    seconds = monotonic() - began
    memory.stop()
    if code:
        raise SystemExit(f"{command[:6]} ended with {code}")
    cpu = max(children_cpu() - used, memory.cpu)
    seen = memory.seen or [0.0]
    return Measured(pages, seconds, cpu, max(seen), seen[len(seen) // 2], memory.main)


def children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Memory:
    """Looks, each half second, what the processes of a tree hold and have used."""

    def __init__(self, process: int) -> None:
        self.process = process
        self.seen: list[float] = []
        self.cpu_of: dict[int, float] = {}
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    @property
    def cpu(self) -> float:
        return sum(self.cpu_of.values())

    @property
    def main(self) -> float:
        return self.cpu_of.get(self.process, 0.0)

    def watch(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.is_over.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.is_over.wait(0.5):
            tree = descendants(self.process)
            self.seen.append(sum(proportional(one) for one in tree) / 1024)
            self.cpu_of.update({one: used for one in tree if (used := cpu_of(one))})


def descendants(process: int) -> list[int]:
    found = [process]
    for one in found:
        # A child belongs to the thread that made it.
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            found += map(int, text_of(path).split())
    return found


def proportional(process: int) -> int:
    """Return KiB: what is private, and a share of what several processes have together."""
    lines = text_of(Path(f"/proc/{process}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def cpu_of(process: int) -> float:
    fields = text_of(Path(f"/proc/{process}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:  # it has ended
        return ""


# Figures


def tell_one(name: str, one: Measured) -> None:
    pages = one.pages
    tell(
        f"{name:14} {one.rate:8.1f} pages/s  {1000 * one.cpu / pages:7.2f} ms of CPU a page "
        f"(main process {1000 * one.main / pages:5.2f})  {one.peak:5.0f} MiB at the most, "
        f"{one.middle:.0f} at half time"
    )


def verdict(results: dict[str, Measured]) -> int:
    """Write the ratios, and return 1 where one falls short."""
    one, every = results[ONE], results[ALL]
    cores = len(os.sched_getaffinity(0))
    scaling = every.rate / one.rate
    tell(f"{cores} cores against one: {scaling:.2f} (target for 2: {WANTED_SCALING})")
    tell(f"pages a second and core: {one.rate:.1f} on one, {every.rate / cores:.1f} on {cores}")
    for name in (ALONE, TRAFILATURA):
        if name in results:
            other = results[name]
            ratio = (one.cpu / one.pages) / (other.cpu / other.pages)
            tell(f"CPU a page against {name}: {ratio:.2f} times")
    peak = max(one.peak, every.peak)
    tell(f"memory at the most: {peak:.0f} MiB (target: below {MOST_MEMORY})")
    return int((cores == 2 and scaling < WANTED_SCALING) or peak >= MOST_MEMORY)


if __name__ == "__main__":
    raise SystemExit(main())
