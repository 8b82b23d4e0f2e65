"""Measure memory and event loop of a crawl that reads a sitemap as large as the standard allows.

Run from the project's folder: `python -m benchmarks.sitemap`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.newsroom import opened
from tests.newssite import SITEMAPS, NewsSite
from tests.unattended import ENVIRONMENT

ENTRIES = 50_000
SIZE = 50 * 2**20  # bytes
LONGEST_LAG = 0.25  # seconds
MOST_MEMORY = 250  # MiB
STORIES, ARTICLES = 40, 20  # what the site has and, as more would only take longer, what is asked


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    kinds: dict[str, Callable[[bytes], bytes]] = {"plain": bytes, "packed": gzip.compress}
    passed = True
    with opened(NewsSite(STORIES)) as room:
        sitemap = padded(room)
        for name, pack in kinds.items():
            start = room.serve(f"/sitemap-{name}.xml", pack(sitemap))
            for _ in range(options.rounds):
                passed &= crawl(start, name, len(sitemap))
    return 0 if passed else 1


def padded(room: NewsSite) -> bytes:
    """Make a sitemap that names the room's articles and many others, with comments between."""
    others = (f"{room.url}/world/2025/12/31/another-story-{n}/" for n in range(ENTRIES - STORIES))
    told = [
        f"<url><loc>{room.url}{one.path}</loc><lastmod>{one.changed_at.isoformat()}</lastmod></url>"
        for one in room.stories.values()
    ]
    told += [f"<url><loc>{it}</loc><lastmod>2025-12-31</lastmod></url>" for it in others]
    head, foot = f'<urlset xmlns="{SITEMAPS}">', "</urlset>"
    room_left = SIZE - len(head) - len(foot) - sum(len(one) for one in told)
    comment = f"<!--{'padding ' * (room_left // ENTRIES // 8 - 1)}-->"
    return (head + "".join(one + comment for one in told) + foot).encode()


def crawl(start: str, name: str, size: int) -> bool:
    command = [sys.executable, "-m", "scrapy", "crawl", "site", "-a", f"url={start}"]
    command += ["-a", f"max_articles={ARTICLES}", "-s", "DOWNLOAD_DELAY=0", "-L", "WARNING"]
    with TemporaryDirectory() as folder:
        own = {"LOOP_LAG": f"{folder}/lag", "SCRAPY_SETTINGS_MODULE": "benchmarks.loop_lag"}
        process = subprocess.Popen(  # noqa: S603
            [*command, "--report", f"{folder}/report"],
            cwd=folder,
            env={**os.environ, **ENVIRONMENT, **own},
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        report = json.loads(Path(folder, "report").read_text(encoding="utf-8"))
        lags = json.loads(Path(folder, "lag").read_text(encoding="utf-8"))
    if process.returncode or report["pages"]["new"] != ARTICLES:
        raise SystemExit(f"the crawl ended with {process.returncode}: {report['pages']}")
    memory = usage.ru_maxrss / 1024
    worst = ", ".join(
        f"{lag * 1000:.0f} ms ({busy * 1000:.0f} ms of work) at {at:.1f} s"
        for lag, busy, at in lags[:3]
    )
    print(  # noqa: T201
        f"{name}, {size / 2**20:.1f} MiB: {report['seconds']:.1f} s, {memory:.0f} MiB at the most;"
        f" the loop was held up {worst}"
    )
    return bool(lags[0][0] < LONGEST_LAG and memory < MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
