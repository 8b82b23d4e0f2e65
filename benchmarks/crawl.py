"""Measure a whole crawl of real pages beside spiders that do less, in one run.

Run from the project's folder: `python -m benchmarks.crawl --corpus DIR`. DIR holds
`truth.jsonl` and the pages that it names; each stands under many addresses of one site, with
its text marked by a number, so that all are articles of their own. Each crawl is a process of
its own and reads the same listing. The polite defaults are switched off: no delay, several
pages of the site at once, for all alike. Processor time decides, as a crawl without delay is
bound by it, and other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from tests.newsroom import LISTING, SITE, opened
from tests.newssite import NewsSite, Served
from tests.unattended import ENVIRONMENT

OURS, IN_MEMORY = "newscrawler", "newscrawler, nothing kept"
BARE, LINKS, TRAFILATURA = "bare", "links", "trafilatura"
CRAWLS = {
    BARE: "Scrapy, address and title",
    LINKS: "Scrapy with LinkExtractor",
    TRAFILATURA: "Scrapy with trafilatura",
    IN_MEMORY: "newscrawler, state in memory",
    OURS: "newscrawler",
}
# Times the pages that the others read in the same CPU time.
TARGETS = {BARE: 0.6, TRAFILATURA: 3.0, IN_MEMORY: 0.75}
# KiB a page: addresses and marks are 3, what the heap keeps of eight pages at once varies by
# as much again; a page that is held on to would be 200.
MOST_GROWTH = 10.0
LISTED = 50
ENTRY = '<li class="teaser"><h2><a href="{path}">Story number {number}</a></h2></li>'


@dataclass
class Measured:
    """One crawl, from its first article to the end of its process, in seconds and KiB."""

    pages: int
    seconds: float = 0.0
    cpu_ms: float = 0.0
    """A page, with the start of the process."""
    peak: int = 0
    memory: list[int] = field(default_factory=list)
    """When a third, two thirds and all of the pages had been asked for."""

    @property
    def rate(self) -> float:
        return self.pages / self.seconds

    @property
    def growth(self) -> float:
        """KiB a page, in the last two thirds."""
        return (self.memory[-1] - self.memory[0]) / (self.pages * 2 / 3)


class CorpusSite(NewsSite):
    """A site whose articles are the corpus' pages over and over, on listing pages of 50."""

    def __init__(self, bodies: list[bytes], articles: int) -> None:
        super().__init__(0)
        self.listing = f"{self.url}/series/all/"
        self.bodies, self.articles = bodies, articles
        self.marks = [round(articles * part / 3) for part in (1, 2, 3)]
        self.watch(0)

    def watch(self, process: int) -> None:
        self.process, self.asked, self.first_at = process, 0, 0.0
        self.memory: list[int] = []
        self.visits.clear()

    def answer_of(self, path: str) -> Served | None:
        start, _, number = path.partition("-")
        if start == "/world/story":
            self.note_article()
            return Served(self.article(int(number.strip("/"))), "text/html")
        start, _, number = path.partition("?page=")
        if start == "/series/all/":
            return Served(self.list_page(int(number or 1)).encode(), "text/html; charset=utf-8")
        return super().answer_of(path)

    def note_article(self) -> None:
        self.asked += 1
        self.first_at = self.first_at or monotonic()
        if self.asked in self.marks:
            self.memory.append(resident(self.process))

    def article(self, number: int) -> bytes:
        body = self.bodies[number % len(self.bodies)]
        return body.replace(b"</p>", b" (%d)</p>" % number)

    def list_page(self, page: int) -> str:
        numbers = range((page - 1) * LISTED, min(page * LISTED, self.articles))
        paths = {number: f"/world/story-{10_000 + number}/" for number in numbers}
        entries = [ENTRY.format(path=path, number=number) for number, path in paths.items()]
        is_last = page * LISTED >= self.articles
        return LISTING.format(
            name="All Stories", site=SITE, url=self.listing, furniture="",
            next_link="" if is_last else f'<link rel="next" href="{self.listing}?page={page + 1}">',
            advertised=self.articles, entries="\n".join(entries),
        )  # fmt: skip


def main() -> int:
    options = arguments().parse_args()
    bodies = pages_of(options.corpus, options.distinct)
    tell(f"{options.pages} pages, {len(bodies)} different ones of {size_of(bodies)} KiB")
    results: dict[str, Measured] = {}
    with opened(CorpusSite(bodies, options.pages)) as site:
        assert isinstance(site, CorpusSite)  # noqa: S101, as it was given
        for name in CRAWLS:
            if name == TRAFILATURA and not importlib.util.find_spec("trafilatura"):
                tell("trafilatura is not installed, and left out")
            elif not options.only or name in options.only.split(","):
                results[name] = crawl(site, name, options.concurrency)
                tell_one(name, results[name])
    return verdict(results)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="truth.jsonl and its pages")
    parser.add_argument("--pages", type=int, default=3_000, help="articles of the site")
    parser.add_argument("--distinct", type=int, default=300, help="pages taken of the corpus")
    parser.add_argument("--concurrency", type=int, default=8, help="pages asked for at once")
    parser.add_argument("--only", metavar="A,B", help=f"of {', '.join(CRAWLS)}")
    return parser


def pages_of(corpus: Path, number: int) -> list[bytes]:
    """Return articles from all over the corpus, each once and as it was served."""
    lines = (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    found = [one for one in map(json.loads, lines) if one.get("headline") or one.get("body")]
    chosen = found[:: max(1, len(found) // number)][:number]
    return [gzip.decompress((corpus / one["html"]).read_bytes()) for one in chosen]


def size_of(bodies: list[bytes]) -> int:
    return sum(map(len, bodies)) // len(bodies) // 1024


def resident(process: int) -> int:
    pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGESIZE") // 1024


# Crawls


def crawl(site: CorpusSite, name: str, concurrency: int) -> Measured:
    with TemporaryDirectory() as folder:
        command, module = command_of(site, name, Path(folder)), "benchmarks.crawl_peers"
        for setting in ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN"):
            command += ["-s", f"{setting}={concurrency}"]
        command += ["-s", "DOWNLOAD_DELAY=0", "-L", "INFO", "--logfile", f"{folder}/log"]
        own = {} if name in (OURS, IN_MEMORY) else {"SCRAPY_SETTINGS_MODULE": module}
        process = subprocess.Popen(  # noqa: S603
            command, cwd=folder, env={**os.environ, **ENVIRONMENT, **own}
        )
        site.watch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        ended = monotonic()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode or site.asked < site.articles:
            log = Path(folder, "log").read_text(encoding="utf-8")[-3_000:]
            raise SystemExit(f"{name} ended with {process.returncode}: {log}")
        check(Path(folder, "report.json"), site.articles)
    return Measured(
        site.asked,
        ended - site.first_at,
        1000 * (usage.ru_utime + usage.ru_stime) / site.asked,
        usage.ru_maxrss,
        site.memory,
    )


def command_of(site: CorpusSite, name: str, folder: Path) -> list[str]:
    spider = "series" if name in (OURS, IN_MEMORY) else name
    command = [sys.executable, "-m", "scrapy", "crawl", spider, "-a", f"url={site.listing}"]
    command += ["-O", str(folder / "feed.jsonl")]
    if spider == "series":
        state = str(folder / "state.sqlite") if name == OURS else ":memory:"
        # What the pages link to on this site does not stand on it.
        command += ["-a", "related=0", "--report", str(folder / "report.json")]
        command += ["-s", f"NEWSCRAWLER_STATE={state}"]
    return command


def check(report: Path, articles: int) -> None:
    """Say how many of the pages were kept as articles; most must be."""
    if not report.exists():
        return
    told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["pages"]
    if told["new"] < 0.9 * articles:
        raise SystemExit(f"too few of the pages are articles: {told}")
    tell(f"  new {told['new']}, dropped {told['dropped']}, failed {told['failed']}")


# Figures


def tell_one(name: str, one: Measured) -> None:
    memory = ", ".join(f"{it / 1024:.0f}" for it in one.memory)
    tell(
        f"{CRAWLS[name]:30} {one.rate:6.1f} pages/s  {one.cpu_ms:6.2f} ms of CPU a page  "
        f"{one.peak / 1024:4.0f} MiB at the most; at 1/3, 2/3, end {memory} MiB"
    )


def verdict(results: dict[str, Measured]) -> int:
    """Write the ratios, and return 1 where one falls short."""
    ours, passed = results.get(OURS), True
    if ours is None:
        return 0
    for name, other in ((it, results[it]) for it in results if it != OURS):
        target = TARGETS.get(name, 0)
        ratio, of_cpu = ours.rate / other.rate, other.cpu_ms / ours.cpu_ms
        wanted = f" (target: {target})" if target else ""
        tell(f"against {CRAWLS[name]:30} {ratio:5.2f}; by CPU time {of_cpu:5.2f}{wanted}")
        passed &= of_cpu >= target
    tell(f"memory grows by {ours.growth:.1f} KiB a page (target: {MOST_GROWTH})")
    return int(not passed or ours.growth > MOST_GROWTH)


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
