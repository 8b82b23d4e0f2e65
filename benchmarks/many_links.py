"""How long a listing page with very many links holds up the event loop.

Run from the project's folder: `python -m benchmarks.many_links`. Of each page: its size, the
articles that were taken, and the longest that the loop was held up, in seconds and in seconds of
its own processor time, which on a busy machine is less.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.hostile_server import HostileServer, hostile, page, text
from tests.newsroom import Newsroom
from tests.unattended import Workplace

# As many as 5 MiB hold; a list as it is usual, and one that makes the most of each `<`.
PAGES = {
    "150,000 bare links": "".join(f"<a href=/s-{one}>s {one}</a>" for one in range(150_000)),
    "24,000 list items": "".join(
        f'<li><h2><a href="/s/2026/story-of-{one}">Story of the {one} harbours</a></h2></li>'
        for one in range(24_000)
    ),
}
SECONDS = 20  # of each crawl; the listing is read at its beginning


def main() -> None:
    os.environ.setdefault("NEWSCRAWLER_CONTACT", "https://newscrawler.example/contact")
    os.environ["NEWSCRAWLER_ALLOWED_NETWORKS"] = "127.0.0.0/8"
    os.environ["NEWSCRAWLER_ALLOWED_PORTS"] = "1024-65535"
    sys.stdout.write("| page | MiB | articles | held up, s | processor, s |\n")
    sys.stdout.write("| --- | --- | --- | --- | --- |\n")
    for name, links in PAGES.items():
        with tempfile.TemporaryDirectory() as folder, hostile() as server:
            size, listed, lags = measure(server, links, Path(folder))
        longest = max(lags, default=(0.0, 0.0))
        sys.stdout.write(
            f"| {name} | {size:.1f} | {listed} | {longest[0]:.2f} | {longest[1]:.2f} |\n"
        )


def measure(
    server: HostileServer, links: str, folder: Path
) -> tuple[float, int, list[tuple[float, float]]]:
    body = server.listing_page().replace("</ol>", links + "</ol>")
    server.answers["/series/hostile-harbour/"] = page(body)
    server.make_up = lambda _: text("gone", "410 Gone")
    room = Newsroom(1)
    work, lag = Workplace(folder, room), folder / "lag.json"
    started = work.start_scrapy(
        *("crawl", "series", "-a", f"url={server.listing}", "-s", "DOWNLOAD_DELAY=0"),
        *("--max-time", str(SECONDS), "--report", folder / "report.json"),
        LOOP_LAG=str(lag),
        SCRAPY_SETTINGS_MODULE="benchmarks.loop_lag",
    )
    ended = started.end(timeout=120)
    room.server_close()
    listed = sum(one["listed"] for one in ended.report.get("series", []))
    return len(body) / 2**20, listed, list(read_lags(lag))


def read_lags(file: Path) -> Iterator[tuple[float, float]]:
    if file.exists():
        for delay, busy, _ in json.loads(file.read_text(encoding="utf-8")):
            yield delay, busy


if __name__ == "__main__":
    main()
