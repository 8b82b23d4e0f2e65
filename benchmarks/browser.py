"""Measure the memory of a crawl, its browser included, as it renders listing pages."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import TextResponse
from scrapy.settings import Settings

import newscrawler.browser.reading
import newscrawler.settings

ENTRY = '<li><h2><a href="/world/story-{number}/">Story {number} of the harbour</a></h2></li>'
PAGE = """<!DOCTYPE html><title>Harbour</title><h1>Harbour</h1><ol>{entries}</ol>
<button>Load more</button><script>
let count = 20;
const list = document.querySelector("ol");
document.querySelector("button").addEventListener("click", event => {{
  const row = '{entry}';
  for (let end = count + 20; count < end; count++)
    list.insertAdjacentHTML("beforeend", row.replaceAll("{{number}}", count));
  if (count === 100) event.target.remove();
}});
</script>{padding}"""


class Listings(BaseHTTPRequestHandler):
    """Serves a listing of 100 articles, 20 at a time, at each address."""

    def do_GET(self) -> None:
        entries = "".join(ENTRY.format(number=number) for number in range(20))
        page = PAGE.format(entries=entries, entry=ENTRY, padding="<p>tide</p>" * 8000)
        body = page.encode() if "robots" not in self.path else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep the terminal for the figures."""


class Rendered(Spider):
    """Asks for one page after the other, and tells the memory of all processes."""

    name = "rendered"

    def __init__(self, url: str = "", count: int = 200) -> None:
        super().__init__()
        self.url, self.count, self.pages = url, count, 0
        self.began = perf_counter()

    async def start(self) -> AsyncIterator[Request]:
        for number in range(self.count):
            yield Request(f"{self.url}/series/{number}/", meta={"playwright": True})

    def parse(self, response: TextResponse) -> None:
        self.pages += 1
        if len(response.css("li")) != 100:
            raise ValueError(f"{response.url}: {len(response.css('li'))} entries")
        if self.pages in {5, 20, 50} or self.pages % 100 == 0:
            own, browser = memory_of_tree(os.getpid())
            each = 1000 * (perf_counter() - self.began) / self.pages
            said = f"{own:4.0f} MiB Python, {browser:4.0f} MiB browser, {each:.0f} ms a page"
            sys.stdout.write(f"{self.pages:4} pages: {said}\n")
            sys.stdout.flush()


def memory_of_tree(root: int) -> tuple[float, float]:
    """Return the proportional set size in MiB of a process, and of all below it."""
    parents = {int(stat.parent.name): parent_of(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
    tree = {root}
    while more := {one for one, parent in parents.items() if parent in tree} - tree:
        tree |= more
    sizes = {one: size_of(one) for one in tree}
    return sizes[root], sum(sizes.values()) - sizes[root]


def parent_of(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:  # ended meanwhile
        return 0


def size_of(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("count", nargs="?", type=int, default=200, help="pages")
    options = arguments.parse_args()
    # What is measured is memory, not patience.
    newscrawler.browser.reading.AT_REST = 0.3
    settings = Settings()
    settings.setmodule(newscrawler.settings)
    settings.setdict({"NEWSCRAWLER_STATE": ":memory:", "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "ERROR"})
    settings["NEWSCRAWLER_ALLOWED_NETWORKS"] = "127.0.0.1/32"
    settings["NEWSCRAWLER_ALLOWED_PORTS"] = "1024-65535"
    for name in ("EXTENSIONS", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES"):
        settings[name] = {}
    settings["EXTENSIONS"] = {
        "newscrawler.memory.Memory": 0,
        "newscrawler.browser.handler.Browser": 1,
        "newscrawler.politeness.hosts.Hosts": 2,
    }
    with ThreadingHTTPServer(("127.0.0.1", 0), Listings) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        process = AsyncCrawlerProcess(settings)
        process.crawl(Rendered, url=f"http://127.0.0.1:{server.server_port}", count=options.count)
        process.start()
        server.shutdown()


if __name__ == "__main__":
    main()
