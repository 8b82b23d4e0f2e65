"""Measure the reading of a large archive on one core and on all, beside reading it alone.

Run from the project's folder: `python -m benchmarks.archive --corpus DIR`. DIR holds
`truth.jsonl` and the pages that it names; they are made into a `.warc.gz` file in which each
page stands under addresses of its own, with its headline marked by a number and one word in
three of its text exchanged for another one of it, so that all are articles of their own. In
one run it is read by warcio alone, by `scrapy crawl archive` on one core and on all cores that
this process may use (as many workers as cores), and a part of it by the peers that can be
imported (`benchmarks/archive_peers.py` says which, and what each of them needs): those that
cannot are named with the reason.

`--pages N` makes it small. Other work on the machine counts in pages a second; CPU time does
not count it, or less. What a peer takes to import all that it needs is told apart and not
counted, as it reads fewer pages than the project, of which the start is counted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.archive_pages import build
from benchmarks.archive_peers import ALONE, READERS, beyond_start, peer
from benchmarks.crawl import pages_of, size_of, tell
from benchmarks.processes import Measured, run
from tests.unattended import ENVIRONMENT

ONE, ALL, AGAIN = "one core", "all cores", "second run"
WANTED_SCALING = 1.7
MOST_MEMORY = 600  # MiB, the whole program


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
    results = {ALONE: peer(ALONE, archive, options.pages)}
    tell_one(ALONE, results[ALONE])
    for name, used in ((ONE, cores[:1]), (ALL, cores)):
        place = folder / f"{len(used)}-cores-{name.replace(' ', '-')}"
        place.mkdir()
        results[name] = spider(archive, place, options.pages, used)
        tell_one(name, results[name])
    results[AGAIN] = spider(archive, place, options.pages, cores)
    tell_one(AGAIN, results[AGAIN])
    part = folder / "part.warc.gz"
    build(part, pages_of(options.corpus, options.distinct), options.peer_pages)
    for name in [it for it in READERS if it != ALONE]:
        if found := beyond_start(name, part, options.peer_pages, tell):
            results[name] = found
            tell_one(name, found)
    return results


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
    for name in READERS:
        if name in results:
            other = results[name]
            ratio = (one.cpu / one.pages) / (other.cpu / other.pages)
            tell(f"CPU a page against {name}: {ratio:.2f} times")
    peak = max(one.peak, every.peak)
    tell(f"memory at the most: {peak:.0f} MiB (target: below {MOST_MEMORY})")
    return int((cores == 2 and scaling < WANTED_SCALING) or peak >= MOST_MEMORY)


if __name__ == "__main__":
    raise SystemExit(main())
