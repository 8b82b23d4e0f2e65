"""Seconds and memory that hostile and broken pages take, each read in a process of its own.

Run from the project's folder: `python -m benchmarks.hostile`. No page may take more than
`MOST_SECONDS` in all: parsed, read, tidied, and judged as an obstacle or not.
"""

from __future__ import annotations

import json
import resource
import sys
from time import process_time

from scrapy.http import HtmlResponse

from benchmarks.hostile_pages import PAGES, URL
from newscrawler.normalise.records import normalise_article
from newscrawler.pages.obstacles import obstacle
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page
from newscrawler.workers import work_through

MOST_SECONDS = 2.0
GIVEN_UP = 60.0  # seconds


def main() -> None:
    names = sys.argv[1:] or list(PAGES)
    slow = 0
    sys.stdout.write("| page | seconds | MiB | outcome |\n| --- | --- | --- | --- |\n")
    for name in names:
        # A process for each: the memory at its most is of the whole process.
        outcome = next(iter(work_through([name], run, processes=1, seconds=GIVEN_UP)))
        if outcome.result is None:
            slow += 1
            sys.stdout.write(f"| {name} | - | - | {outcome.why} |\n")
            continue
        seconds, memory, what = json.loads(outcome.result)
        slow += seconds > MOST_SECONDS
        mark = " (too slow)" if seconds > MOST_SECONDS else ""
        sys.stdout.write(f"| {name} | {seconds:.2f}{mark} | {memory} | {what} |\n")
        sys.stdout.flush()
    sys.stdout.write(f"\n{slow} of {len(names)} over {MOST_SECONDS:g} s\n")


def run(name: str) -> str:
    """Read a page: its processor seconds, the MiB at most, and what came of it."""
    body = PAGES[name]()
    started = process_time()
    page = article_page(HtmlResponse(URL, body=body))
    article = normalise_article(read_article(page))
    reason = obstacle(page, article)
    seconds = process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return json.dumps([seconds, memory, reason or "article"])


if __name__ == "__main__":
    main()
