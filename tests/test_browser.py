"""A real browser renders a page for a real crawl and leaves nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import RunCommand, SavedSite

MARK = "NEWSCRAWLER_TEST_RUN"

PAGE = """<!doctype html>
<title>Ferry timetable dispute</title>
<ul id="stories"></ul>
<script>
  for (const slug of ["ferries-stay-in-port", "talks-resume"]) {
    const link = document.createElement("a");
    link.href = `/world/${slug}/`;
    document.getElementById("stories").append(link);
  }
</script>
"""

SPIDER = """
import os

import scrapy

HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
# Chromium refuses to sandbox itself for root.
SANDBOX = ["--no-sandbox"] if os.geteuid() == 0 else []


class Rendered(scrapy.Spider):
    name = "rendered"
    custom_settings = {
        "DOWNLOAD_HANDLERS": {"http": HANDLER},
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": 30_000,
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": os.environ["CHROMIUM"],
            "headless": True,
            "args": [*SANDBOX, "--disable-dev-shm-usage"],
        },
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
    }

    async def start(self):
        yield scrapy.Request(self.url, meta={"playwright": True})

    def parse(self, response):
        yield {"links": response.css("#stories a::attr(href)").getall()}
"""


def test_links_that_a_script_inserts_are_crawled_and_no_browser_stays(
    tmp_path: Path,
    serve: Callable[[Path], SavedSite],
    run_scrapy: RunCommand,
    chromium_path: Path,
) -> None:
    site = serve(folder_with(tmp_path / "tide.example", "index.html", PAGE))
    spider = tmp_path / "rendered.py"
    spider.write_text(SPIDER)

    run = run_scrapy(
        *("runspider", spider, "-a", f"url={site.url}/", "-O", "links.jsonl"),
        cwd=tmp_path,
        env={"CHROMIUM": str(chromium_path), MARK: str(tmp_path)},
        timeout=90,
    )

    assert run.returncode == 0, run.stderr
    assert "/" in site.requests
    assert json.loads((tmp_path / "links.jsonl").read_text()) == {
        "links": ["/world/ferries-stay-in-port/", "/world/talks-resume/"]
    }
    wait_until(lambda: marked_processes(tmp_path) == [])
    assert marked_processes(tmp_path) == []


def test_a_process_that_stays_is_seen(tmp_path: Path) -> None:
    marked = {**os.environ, MARK: str(tmp_path)}
    with subprocess.Popen(["sleep", "60"], env=marked) as process:
        wait_until(lambda: marked_processes(tmp_path) != [])
        seen = marked_processes(tmp_path)
        process.kill()
    assert seen == [str(process.pid)]


def folder_with(folder: Path, name: str, text: str) -> Path:
    folder.mkdir()
    (folder / name).write_text(text)
    return folder


def wait_until(happened: Callable[[], bool]) -> None:
    """Give what happens a moment later 5 seconds: a process takes its name, a helper ends."""
    deadline = time.monotonic() + 5
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.02)


def marked_processes(mark: Path) -> list[str]:
    """Return the ids of the processes that were started, however deep, with this mark."""
    wanted = f"{MARK}={mark}".encode()
    return [it.name for it in Path("/proc").glob("[0-9]*") if wanted in environment(it)]


def environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:  # ended meanwhile, or another user's
        return []
