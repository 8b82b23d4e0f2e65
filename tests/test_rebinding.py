"""The address that was checked is the one connected to, whatever a resolver says the next time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.rebinding_scene import LOOPBACK, PUBLIC
from tests.strange_addresses import can_separate, connects_of, watched_command
from tests.unattended import ENVIRONMENT

TRIES = 1000
# Asks 1,000 times for a page of a name whose answers change, each time with a new connection.
SPIDER = """
import scrapy
from newscrawler.network.answers import failure_reason

class Flipped(scrapy.Spider):
    name = "flipped"
    custom_settings = {
        "ROBOTSTXT_OBEY": False, "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "EXTENSIONS": {"newscrawler.politeness.hosts.Hosts": 10},
        "SPIDER_MIDDLEWARES": {}, "ITEM_PIPELINES": {}, "RETRY_ENABLED": False,
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "DOWNLOADER_MIDDLEWARES": {"newscrawler.network.request_guard.RequestGuard": 10},
    }

    async def start(self):
        for number in range(int(self.tries)):
            yield scrapy.Request(f"http://{self.host}/{number}", errback=self.failed)

    def parse(self, response):
        yield {"got": response.ip_address.compressed}

    def failed(self, failure):
        yield {"got": failure_reason(failure)}
"""


@dataclass(frozen=True)
class Scene:
    """What happened in the network of its own."""

    code: int
    told: str
    connected: dict[str, int]
    connects: set[tuple[str, int]]
    folder: Path


def in_scene(folder: Path, *command: str) -> Scene:
    """Run a command of Scrapy where nothing is opened beside the public internet."""
    if not can_separate():
        why = "unshare -rnm is not allowed here, so no resolver can be put in the system's place"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(why)
    log = folder / "connects"
    log.touch()
    scene = (sys.executable, "-m", "tests.rebinding_scene", str(folder))
    run = subprocess.run(
        ["unshare", "-rnm", *scene, *watched_command(log, *command)],
        cwd=folder,
        env={**os.environ, **ENVIRONMENT, "NEWSCRAWLER_ALLOWED_NETWORKS": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    told = f"{run.stdout}\n{run.stderr}"
    counted = folder / "connected.json"
    assert counted.exists(), told
    return Scene(run.returncode, told, json.loads(counted.read_text()), connects_of(log), folder)


@pytest.mark.parametrize("host", ["flip.example", "random.example"])
def test_a_name_that_flips_is_never_followed_to_a_private_address(
    host: str, tmp_path: Path
) -> None:
    (tmp_path / "flipped.py").write_text(SPIDER)
    scene = in_scene(
        tmp_path, "runspider", "flipped.py", "-a", f"host={host}", "-a", f"tries={TRIES}",
        "-O", "got.jsonl", "-s", "DNSCACHE_ENABLED=0",
    )  # fmt: skip
    got = [json.loads(line)["got"] for line in (tmp_path / "got.jsonl").read_text().splitlines()]
    assert len(got) == TRIES, scene.told
    assert set(got) <= {PUBLIC, "private_address"}
    assert got.count("private_address") > TRIES // 4
    assert scene.connects <= {(PUBLIC, 80)}
    assert set(scene.connected) <= {PUBLIC}
    assert scene.connected.get(PUBLIC, 0) == got.count(PUBLIC)


OUTCOMES = {
    "news.example": PUBLIC,
    "mixed.example": PUBLIC,
    "both.example": PUBLIC,
    "six.example": "private_address",
    "mapped.example": "private_address",
    "translated.example": "private_address",
    "private.example": "private_address",
    "chain.example": "private_address",
    "late.example": "no_such_host",
    "nowhere.example": "no_such_host",
}


def test_a_name_is_followed_to_its_public_addresses_alone(tmp_path: Path) -> None:
    starts = ",".join(f"http://{host}/world/story-{n}/" for n, host in enumerate(OUTCOMES))
    scene = in_scene(
        tmp_path, "crawl", "series", "-a", f"url={starts}", "--report", "report.json",
        "-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_ENABLED=0",
    )  # fmt: skip
    assert scene.connects == {(PUBLIC, 80)}, scene.told
    assert set(scene.connected) == {PUBLIC}
    report: dict[str, Any] = json.loads((tmp_path / "report.json").read_text())
    assert report["network"]["opened"] == []
    # The name that is late is refused where it is connected to, and so once or twice more.
    refused = list(OUTCOMES.values()).count("private_address")
    assert refused <= report["network"]["refused"]["private_address"] <= refused + 2
    assert report["pages"]["failed"]["private_address"] >= refused


def test_a_private_network_is_reached_once_it_is_opened(tmp_path: Path) -> None:
    start = "http://chain.example/world/story/"
    scene = in_scene(
        tmp_path, "crawl", "series", "-a", f"url={start}", "--report", "report.json",
        "--allow-network", "127.0.0.1/32", "--allow-network", "::1/128",
    )  # fmt: skip
    assert scene.connects == {(LOOPBACK, 80)}, scene.told
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["network"]["opened"] == ["127.0.0.1/32", "::1/128"]
    assert "open beside the public internet: 127.0.0.1/32, ::1/128" in scene.told


# What a page tries, once for each address that it must not reach.
TRIED = """
const at = "{host}", url = `http://${{at}}/`;
fetch(url, {{mode: "no-cors"}}); fetch(url, {{method: "POST", body: "x", mode: "no-cors"}});
const asked = new XMLHttpRequest(); asked.open("GET", url); asked.send();
new Image().src = url; new EventSource(url); navigator.sendBeacon(url, "x");
try {{ new WebSocket(`ws://${{at}}/`); }} catch {{}}
for (const [tag, name] of [["iframe", "src"], ["script", "src"], ["embed", "src"],
  ["object", "data"], ["video", "src"], ["audio", "src"]])
  document.body.append(Object.assign(document.createElement(tag), {{[name]: url}}));
const add = (tag, told) => document.head.append(Object.assign(document.createElement(tag), told));
for (const rel of ["prefetch", "preconnect", "dns-prefetch", "preload", "modulepreload",
  "prerender", "stylesheet", "icon", "manifest"]) add("link", {{rel, href: url, as: "fetch"}});
add("script", {{type: "speculationrules",
  text: JSON.stringify({{prefetch: [{{urls: [url], eagerness: "immediate"}}],
  prerender: [{{urls: [url], eagerness: "immediate"}}]}})}});
open(url); window.ping?.(url);
const frame = document.createElement("iframe"); frame.srcdoc = "<p>"; document.body.append(frame);
frame.onload = () => {{
  for (const place of [window, frame.contentWindow]) {{
    for (const it of [`stun:${{at}}:3478`, `turn:${{at}}:3478?transport=tcp`]) try {{
      const peer = new place.RTCPeerConnection({{iceServers:
        [{{urls: it, username: "a", credential: "b"}}]}});
      peer.createDataChannel("x"); peer.createOffer().then(one => peer.setLocalDescription(one));
    }} catch {{}}
    try {{ new place.WebSocket(`ws://${{at}}/`); }} catch {{}}
    try {{ new place.WebTransport(`https://${{at}}/`); }} catch {{}}
    try {{ new place.Worker(URL.createObjectURL(new Blob([`fetch("${{url}}")`]))); }} catch {{}}
    try {{ place.navigator.serviceWorker.register("/worker.js"); }} catch {{}}
  }}
}};
"""
UNREACHED = (
    "10.0.0.1", "127.0.0.1", "[::1]", "2130706433", "localhost", "private.example",
    "private.news.example", "flip.news.example", "[::ffff:10.0.0.1]",
)  # fmt: skip
LISTING = """<!DOCTYPE html><title>Strike</title><main><h1>Strike</h1><ol>{entries}</ol></main>
<script>addEventListener("DOMContentLoaded", () => {{ {script} }});</script>"""
ENTRY = '<li><h2><a href="/world/story-{0}-of-the-storm/">The storm of day {0} passes</a></h2></li>'


def test_a_page_in_the_browser_reaches_no_private_address(
    tmp_path: Path, chromium_path: Path
) -> None:
    script = "".join(f"{{{TRIED.format(host=host)}}}" for host in UNREACHED)
    entries = "".join(ENTRY.format(number) for number in range(3))
    (tmp_path / "page.html").write_text(LISTING.format(entries=entries, script=script))
    scene = in_scene(
        tmp_path, "crawl", "series", "-a", "url=http://news.example/series/strike/",
        "-a", "browser=1", "--report", "report.json", "-s", "DOWNLOAD_DELAY=0",
        "-s", "DNSCACHE_ENABLED=0",
    )  # fmt: skip
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["series"][0]["listing_pages"] == 1, scene.told
    assert "read in the browser: end" in scene.told
    assert set(scene.connected) == {PUBLIC}, scene.told
    assert scene.connects == {(PUBLIC, 80)}
    assert report["network"]["refused"]["private_address"] >= 5
    # Only what the crawl itself looked up; the browser asks no resolver.
    names = json.loads((tmp_path / "names.json").read_text())
    assert set(names) <= {"news.example", *UNREACHED}
