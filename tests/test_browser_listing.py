"""Listings that need a script are read through a real Chromium, and nothing else is."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from newscrawler import __version__
from newscrawler.archives.capture import RENDERED
from tests.newsroom import ENTRY, FIRST_DAY, NAME, Conduct, Desk, Newsroom, opened, said
from tests.test_browser import MARK, marked_processes, wait_until
from tests.unattended import Ended, Workplace, accounted

ARTICLES = 45
PAGE_SIZE = 20

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<link rel="stylesheet" href="/style.css">
<style>@font-face {{font-family: Gull; src: url(/gull.woff2)}} h1 {{font-family: Gull}}</style>
</head><body><nav><a href="/world/">World</a> <button>More</button></nav><main>
<h1>{name} ({advertised})</h1><img src="/harbour.jpg" alt=""><ol class="teasers">{entries}</ol>
{more}</main><script>
let offset = {offset};
async function more() {{
  const answer = await fetch(`/api/strike?offset=${{offset}}`);
  const entries = await answer.json();
  offset += entries.length;
  document.querySelector("ol").insertAdjacentHTML("beforeend", entries.join(""));
  return entries.length;
}}
{script}
</script></body></html>"""
BUTTON = '<button class="btn" type="button">{label}</button>'
PRESSED = """const button = document.querySelector("main button");
button.addEventListener("click", async () => { if (await more() < 20) button.remove(); });"""
SCROLLED = """new IntersectionObserver(async ([seen]) => { if (seen.isIntersecting) await more(); })
  .observe(document.querySelector(".sentinel"));"""
BUILT = """(async () => { while (await more() === 20); })();"""


class NotingDesk(Desk):
    """Notes the headers of each request as well."""

    server: ScriptedNewsroom

    def show(self, page: tuple[str, datetime] | None) -> None:
        if self.server.hangs_for_browser and "Sec-Fetch-Dest" in self.headers:
            self.behave(Conduct(hangs=True))
        else:
            super().show(page)

    def note(self, status: int) -> None:
        super().note(status)
        self.server.headers.append((self.path, self.headers))


class ScriptedNewsroom(Newsroom):
    """A newsroom whose listing names the rest of its articles only to a script.

    `way` is `button`, `scroll` or `built`, where the page as it is sent names none.
    """

    def __init__(self, way: str, articles: int = ARTICLES, *, label: str = "Load more") -> None:
        super().__init__(articles, page_size=PAGE_SIZE)
        self.RequestHandlerClass = NotingDesk
        self.way, self.label = way, label
        self.headers: list[tuple[str, Message]] = []
        self.hangs_for_browser = False
        self.extra = ""

    def page(self, target: str) -> tuple[str, datetime] | None:
        parts = urlsplit(target)
        if parts.path == "/api/strike":
            offset = int(parse_qs(parts.query)["offset"][0])
            entries = [ENTRY.format(**said(one)) for one in self.listed[offset:][:PAGE_SIZE]]
            return json.dumps(entries), FIRST_DAY
        return super().page(target)

    def listing_page(self, number: int) -> str:
        if number > 1:
            return ""
        first = self.listed[: 0 if self.way == "built" else PAGE_SIZE]
        mores = {
            "button": (BUTTON.format(label=self.label), PRESSED),
            "scroll": ('<div class="sentinel" style="height: 9px"></div>', SCROLLED),
            "built": ("", BUILT),
        }
        more, script = mores[self.way]
        return PAGE.format(
            name=NAME,
            advertised=len(self.stories),
            entries="".join(ENTRY.format(**said(one)) for one in first),
            offset=len(first),
            more=more + self.extra,
            script=script,
        )

    def rendered(self) -> list[str]:
        """Return what the browser asked for as documents."""
        asked = [path for path, headers in self.headers if headers.get("Sec-Fetch-Dest")]
        return [path for path in asked if not path.startswith("/api/")]


@pytest.fixture
def serve_scripted() -> Iterator[Callable[..., ScriptedNewsroom]]:
    with ExitStack() as rooms:

        def serve(*args: Any, **kwargs: Any) -> ScriptedNewsroom:
            room = ScriptedNewsroom(*args, **kwargs)
            rooms.enter_context(opened(room))
            return room

        yield serve


def crawl(folder: Path, room: Newsroom, *options: str | Path, **env: str) -> Ended:
    place = Workplace(folder, room, *options)
    return place.crawl(timeout=300, **{MARK: str(folder), **env})


def account(run: Ended) -> dict[str, Any]:
    assert run.report, run.told
    [series] = run.report["series"]
    assert isinstance(series, dict)
    return series


def without_chromium(folder: Path) -> dict[str, str]:
    """Return an environment in which no browser is found, but Python is."""
    (folder / "bin").mkdir(parents=True)
    return {"PATH": str(folder / "bin")}


@pytest.mark.parametrize(("way", "articles"), [("button", 573), ("scroll", 573), ("built", 110)])
def test_a_listing_is_read_to_its_end_by_one_page_of_the_browser(
    way: str,
    articles: int,
    serve_scripted: Callable[..., ScriptedNewsroom],
    tmp_path: Path,
    chromium_path: Path,
) -> None:
    room = serve_scripted(way, articles)
    removed, failing = room.listed[30:90:20], room.listed[95:99:2]
    for story in removed:
        room.remove(story)
    for story in failing:
        room.conducts[story.path] = Conduct(500)
    run = crawl(tmp_path, room)
    assert run.code == 0, run.told
    told = account(run)
    assert (told["listed"], told["new"], told["missing"]) == (articles, articles - 5, 5)
    missing = {room.url + one.path: "http_410" for one in removed}
    missing |= {room.url + one.path: "http_500" for one in failing}
    assert {one["url"]: one["reason"] for one in told["missing_articles"]} == missing
    assert (told["listing_pages"], told["stopped"]) == (1, "end of the listing")
    asked = room.articles_asked()
    assert asked.keys() == room.stories.keys()
    # What fails is tried three times.
    assert {path for path, times in asked.items() if times > 1} == {one.path for one in failing}
    listing = urlsplit(room.listing).path
    assert room.asked()[listing] == 2, "as its server sends it, then in the browser"
    assert room.rendered() == [listing]
    shown = 0 if way == "built" else PAGE_SIZE
    fetches = [path for path in room.asked() if path.startswith("/api/")]
    assert math.ceil((articles - shown) / PAGE_SIZE) <= len(fetches) <= articles // PAGE_SIZE + 2
    assert not {"/harbour.jpg", "/style.css", "/gull.woff2"} & room.asked().keys()
    name = f"newscrawler/{__version__} (+{os.environ['NEWSCRAWLER_CONTACT']})"
    assert {headers["User-Agent"] for _, headers in room.headers} == {name}
    assert accounted(run.report) == run.report["pages"]["asked"]
    wait_until(lambda: marked_processes(tmp_path) == [])
    assert marked_processes(tmp_path) == []


def test_a_plain_crawl_starts_neither_driver_nor_browser(tmp_path: Path) -> None:
    with opened(Newsroom(3)) as room:
        room.delay = 0.3
        started = Workplace(tmp_path, room).start(**{MARK: str(tmp_path)})
        seen: list[list[str]] = []
        while started.wait_for(lambda: len(room.visits) > len(seen)):
            seen.append(marked_processes(tmp_path))
        run = started.end()
    assert run.code == 0, run.told
    assert len(seen) > 3
    assert [one for one in seen if one != [str(started.process.pid)]] == []


def test_a_recording_replays_without_browser_and_network(
    serve_scripted: Callable[..., ScriptedNewsroom],
    tmp_path: Path,
    chromium_path: Path,
    no_network: Callable[..., Any],
) -> None:
    room = serve_scripted("button", 45)
    live = crawl(tmp_path / "live", room, "--record", tmp_path / "saved", "-O", "feed.jsonl")
    assert live.code == 0, live.told
    feeds = [tmp_path / "live" / "feed.jsonl"]
    for name in ("one", "two"):
        feed = tmp_path / f"{name}.jsonl"
        run = no_network(
            *("env", f"PATH={tmp_path}", sys.executable, "-m", "scrapy", "crawl", "series"),
            *("-a", f"url={room.listing}", "--replay", tmp_path / "saved", "-O", feed),
        )
        assert run.returncode == 0, run.stderr
        assert "listed 45, new 45, updated 0, known 0, failed 0, missing 0" in run.stdout
        feeds.append(feed)
    assert len({feed.read_bytes() for feed in feeds}) == 1


def test_a_recording_without_the_rendered_page_says_what_is_missing(
    serve_scripted: Callable[..., ScriptedNewsroom], tmp_path: Path
) -> None:
    room = serve_scripted("button", 45)
    crawl(tmp_path / "live", room, "--record", tmp_path / "saved", "-a", "browser=0")
    run = crawl(tmp_path / "replay", room, "--replay", tmp_path / "saved")
    assert run.code == 12, run.told
    assert account(run)["stopped"].endswith("and was saved without")
    assert account(run)["listed"] == 20


def test_a_server_cannot_say_that_its_page_is_rendered(
    serve_scripted: Callable[..., ScriptedNewsroom], tmp_path: Path
) -> None:
    room = serve_scripted("button", 25)
    room.conducts[urlsplit(room.listing).path] = Conduct(
        body=room.listing_page(1), headers={RENDERED: "failed all_is_lost"}
    )
    live = crawl(tmp_path / "live", room, "-a", "browser=0", "--record", tmp_path / "saved")
    replayed = crawl(tmp_path / "replay", room, "-a", "browser=0", "--replay", tmp_path / "saved")
    for run in (live, replayed):
        assert account(run)["stopped"].endswith("and browser=0")


def test_with_browser_0_none_is_used_and_the_account_says_what_is_not_read(
    serve_scripted: Callable[..., ScriptedNewsroom], tmp_path: Path
) -> None:
    room = serve_scripted("button", 30)
    run = crawl(tmp_path, room, "-a", "browser=0")
    assert run.code == 0, run.told
    assert account(run)["stopped"] == (
        "the listing needs a script (a button loads more), and browser=0"
    )
    assert (account(run)["listed"], account(run)["missing"]) == (20, 9)
    assert room.rendered() == []


def test_without_chromium_the_account_says_so_and_the_run_is_partial(
    serve_scripted: Callable[..., ScriptedNewsroom], tmp_path: Path
) -> None:
    room = serve_scripted("button", 30)
    run = crawl(tmp_path, room, **without_chromium(tmp_path))
    assert run.code == 12, run.told
    assert account(run)["stopped"] == (
        "the listing needs a script (a button loads more), and no Chromium is installed"
    )
    assert account(run)["listed"] == 20


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("-a", "browser=1"), "browser=1, and none of chromium, chromium-browser, google-chrome"),
        (("-s", "NEWSCRAWLER_CHROMIUM=/nowhere/chrome"), "'/nowhere/chrome' is no program"),
    ],
    ids=["none", "named wrongly"],
)
def test_a_browser_that_is_asked_for_and_not_there_is_refused_before_the_first_request(
    options: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    with opened(Newsroom(3)) as room:
        run = crawl(tmp_path, room, *options, **without_chromium(tmp_path))
    assert run.code == 4, run.told
    assert says in run.stderr
    assert room.visits == []


def test_with_browser_1_all_listing_pages_are_rendered_and_no_article(
    tmp_path: Path, chromium_path: Path
) -> None:
    room = Newsroom(50, page_size=20)
    with opened(room):
        run = crawl(tmp_path, room, "-a", "browser=1")
    assert run.code == 0, run.told
    assert (account(run)["listed"], account(run)["listing_pages"]) == (50, 3)
    assert set(room.articles_asked().values()) == {1}
    listing = urlsplit(room.listing).path
    assert [room.asked()[f"{listing}{page}"] for page in ("", "?page=2", "?page=3")] == [2, 1, 1]


@pytest.mark.parametrize(
    ("hanging", "stopped"),
    [
        ("page", "listing page {url} failed: browser_timeout"),
        ("script", "the script of the listing failed: http_503"),
    ],
)
def test_a_page_that_hangs_or_fails_in_the_browser_is_given_up_and_told(
    hanging: str,
    stopped: str,
    serve_scripted: Callable[..., ScriptedNewsroom],
    tmp_path: Path,
    chromium_path: Path,
) -> None:
    room = serve_scripted("button", 50)
    if hanging == "page":
        room.hangs_for_browser = True
    else:
        room.conducts["/api/strike?offset=40"] = Conduct(503)
    run = crawl(tmp_path, room, "-s", "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT=1500")
    assert run.code == 12, run.told
    assert account(run)["stopped"] == stopped.format(url=room.listing)
    assert account(run)["listed"] == (20 if hanging == "page" else 40)
    assert len(room.rendered()) == (2 if hanging == "page" else 1), "once more, and no more"
    assert "Traceback" not in run.stderr
    assert "never retrieved" not in run.stderr
    wait_until(lambda: marked_processes(tmp_path) == [])
    assert marked_processes(tmp_path) == []


def test_a_run_whose_page_hangs_in_the_browser_ends_on_a_signal_within_ten_seconds(
    serve_scripted: Callable[..., ScriptedNewsroom], tmp_path: Path, chromium_path: Path
) -> None:
    room = serve_scripted("button", 25)
    room.hangs_for_browser = True
    started = Workplace(tmp_path, room).start(**{MARK: str(tmp_path)})
    assert started.wait_for(lambda: room.rendered() != [])
    began = time.monotonic()
    started.send(signal.SIGTERM)
    run = started.end()
    assert time.monotonic() - began < 10
    assert run.code == 11, run.told
    assert "Traceback" not in run.stderr
    assert "never retrieved" not in run.stderr
    wait_until(lambda: marked_processes(tmp_path) == [])
    assert marked_processes(tmp_path) == []


def test_a_run_that_goes_on_renders_no_page_again(
    serve_scripted: Callable[..., ScriptedNewsroom], tmp_path: Path, chromium_path: Path
) -> None:
    room = serve_scripted("button", 60)
    place = Workplace(tmp_path, room)
    started = place.start("-s", "DOWNLOAD_DELAY=0.2")
    assert started.wait_for(lambda: len(room.articles_asked()) > 25)
    started.send(signal.SIGKILL)
    started.end()
    assert room.rendered() == [urlsplit(room.listing).path]
    run = place.crawl()
    assert run.code == 0, run.told
    assert room.rendered() == [urlsplit(room.listing).path]
    assert account(run)["listed"] == 60
    assert place.crawl().code == 0
    assert len(room.rendered()) == 2, "a new run reads the listing anew"
    asked = [headers for _, headers in room.headers if headers.get("Sec-Fetch-Dest") == "document"]
    assert len(asked) == 2
    assert [headers for headers in asked if "If-None-Match" in headers] == []


HOSTILE = """<iframe src="{other}/frame"></iframe><script src="{other}/library.js"></script>
<script src="/moved.js"></script><link rel="prefetch" href="/prefetched">
<link rel="prefetch" href="{other}/prefetched"><link rel="preload" as="image" href="/preloaded">
<script type="speculationrules">{
"prerender": [{"urls": ["/prerendered"], "eagerness": "immediate"}],
"prefetch": [{"urls": ["/speculated"], "eagerness": "immediate"}]}</script><script>
const work = `fetch("{other}/worker-data"); fetch("${location.origin}/private/worker-data")`;
for (const kind of ["Worker", "SharedWorker"])
  if (window[kind]) new window[kind](URL.createObjectURL(new Blob([work])));
new EventSource("/events");
document.cookie = "visit=1";
for (const url of ["{other}/data", "/moved", "/private/data", "/public/data"]) fetch(url);
new WebSocket(location.href.replace("http", "ws") + "socket");
navigator.sendBeacon("/beacon");
new Image().src = "/pixel";
navigator.serviceWorker?.register("/worker.js");
open("/popup");
alert("Subscribe!");
setTimeout(() => location.href = "/elsewhere", 900);
</script>"""


def test_a_page_in_the_browser_asks_for_nothing_that_its_list_does_not_need(
    serve_scripted: Callable[..., ScriptedNewsroom], tmp_path: Path, chromium_path: Path
) -> None:
    room, other = serve_scripted("button", 50), serve_scripted("button", 1)
    elsewhere = other.url.replace("127.0.0.1", "localhost")  # another site to a browser
    room.extra = HOSTILE.replace("{other}", elsewhere)
    room.robots = Conduct(body="User-agent: newscrawler\nDisallow: /private/\n")
    room.conducts["/moved"] = Conduct(302, headers={"Location": f"{elsewhere}/hidden"})
    room.conducts["/moved.js"] = Conduct(302, headers={"Location": f"{elsewhere}/moved.js"})
    run = crawl(tmp_path, room)
    assert run.code == 0, run.told
    told = account(run)
    assert (told["listed"], told["stopped"]) == (50, "end of the listing")
    listing = urlsplit(room.listing).path
    extra = room.asked().keys() - room.stories.keys() - {listing}
    assert {path for path in extra if not path.startswith("/api/")} == {
        "/moved", "/moved.js", "/public/data",
    }  # fmt: skip
    assert set(other.asked()) == {"/library.js", "/moved.js"}, "scripts, and nothing else"
    wait_until(lambda: marked_processes(tmp_path) == [])
    assert marked_processes(tmp_path) == []
