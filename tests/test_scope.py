"""What a crawl asks for stays on the site, the ports and the way that its user named."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from newscrawler.network.permissions import FIRST_DYNAMIC_PORT
from tests.conftest import RunCommand
from tests.newsroom import Conduct, Newsroom, opened
from tests.unattended import Ended, Started, Workplace

UNGUARDED = {
    "the middleware": "DOWNLOADER_MIDDLEWARES={}",
    "the resolver": "TWISTED_DNS_RESOLVER=scrapy.resolver.CachingThreadedResolver",
}
SPIDER = """
import scrapy
from newscrawler.network.answers import failure_reason

class Proxied(scrapy.Spider):
    name = "proxied"
    custom_settings = {"ROBOTSTXT_OBEY": False, "SPIDER_MIDDLEWARES": {},
        "EXTENSIONS": {"newscrawler.politeness.hosts.Hosts": 10}, "ITEM_PIPELINES": {},
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "DOWNLOADER_MIDDLEWARES": {"newscrawler.network.request_guard.RequestGuard": 10}}

    async def start(self):
        yield scrapy.Request(self.url, meta={"proxy": self.proxy}, errback=self.failed)

    def failed(self, failure):
        print(failure_reason(failure))
"""


def elsewhere(room: Newsroom) -> str:
    """Return the address of a site under another name of this machine."""
    return room.url.replace("127.0.0.1", "localhost")


def crawl(folder: Path, room: Newsroom, *options: str, **env: str) -> Ended:
    return Workplace(folder, room).start(*options, **env).end()


def drops(folder: Path) -> dict[str, Any]:
    files = folder.rglob("*.drops.jsonl")
    lines = [line for file in files for line in file.read_text().splitlines()]
    return {record["url"]: record for record in map(json.loads, lines)}


@pytest.mark.parametrize("way", ["redirect", "refresh"])
def test_an_article_that_leads_to_another_site_is_not_asked_for_there(
    way: str, tmp_path: Path
) -> None:
    with opened(Newsroom(12)) as room, opened(Newsroom(1)) as other:
        story, target = room.listed[3], f"{elsewhere(other)}/world/elsewhere/"
        room.conducts[story.path] = (
            Conduct(302, headers={"Location": target})
            if way == "redirect"
            else Conduct(body=f'<meta http-equiv="refresh" content="0;url={target}"><p>Moved')
        )
        run = crawl(tmp_path, room)
        assert other.visits == [], "not even its robots.txt"
    assert run.code == 0, run.told
    assert run.report["network"]["refused"] == {"off_site": 1}
    assert "not asked for: 1 off_site" in run.stdout
    drop = drops(tmp_path)[room.url + story.path]
    assert (drop["reason"], drop["detail"]) == ("off_site", f"it leads to {target}")
    missing = {one["url"]: one["reason"] for one in run.report["series"][0]["missing_articles"]}
    assert missing == {room.url + story.path: "off_site"}


def test_a_start_page_may_lead_to_another_site(tmp_path: Path) -> None:
    with opened(Newsroom(3)) as room, opened(Newsroom(1)) as short:
        start = f"{elsewhere(short)}/x"
        short.conducts["/x"] = Conduct(302, headers={"Location": room.listing})
        run = Workplace(tmp_path, room).start("-a", f"url={start}").end()
        assert set(room.articles_asked()) == set(room.stories)
    assert run.code == 0, run.told
    assert run.report["network"]["refused"] == {}


def room_at_a_port_of_services() -> Newsroom:
    """Return a newsroom at a port that the system gives nobody."""
    for port in range(20_000, FIRST_DYNAMIC_PORT):
        with suppress(OSError):
            return Newsroom(1, port=port)
    raise AssertionError("every port is taken")


def test_of_a_host_only_the_port_that_was_typed_is_asked_for(tmp_path: Path) -> None:
    with opened(Newsroom(12)) as room, opened(room_at_a_port_of_services()) as other:
        story = room.listed[3]
        room.conducts[story.path] = Conduct(302, headers={"Location": f"{other.url}/admin/"})
        run = crawl(tmp_path, room, NEWSCRAWLER_ALLOWED_PORTS="")
        assert other.visits == []
    assert run.code == 0, run.told
    assert run.report["network"]["refused"] == {"forbidden_port": 1}
    assert run.report["network"]["ports"] == []
    assert drops(tmp_path)[room.url + story.path]["reason"] == "forbidden_port"


def test_a_start_at_a_private_address_says_how_to_open_it(tmp_path: Path) -> None:
    with opened(Newsroom(3)) as room:
        run = crawl(tmp_path, room, NEWSCRAWLER_ALLOWED_NETWORKS="10.0.0.0/8")
        assert room.visits == []
    assert run.code == 9, run.told
    assert f"cannot start: {room.listing}: private_address: " in run.stderr
    assert "127.0.0.1 is loopback; --allow-network opens a network" in run.stderr


def test_a_proxy_of_the_environment_is_refused_before_the_first_request(tmp_path: Path) -> None:
    with opened(Newsroom(3)) as room, opened(Newsroom(1)) as proxy:
        run = crawl(tmp_path, room, http_proxy=proxy.url)
        assert (room.visits, proxy.visits) == ([], [])
    assert run.code == 4, run.told
    assert "http_proxy names a proxy" in run.stderr
    assert "NEWSCRAWLER_TRUST_PROXY=1" in run.report["explanation"][0]


def test_a_proxy_that_is_trusted_is_used(tmp_path: Path) -> None:
    with opened(Newsroom(3)) as room, opened(Newsroom(1)) as proxy:
        run = crawl(tmp_path, room, http_proxy=proxy.url, NEWSCRAWLER_TRUST_PROXY="1")
        assert room.visits == []
        assert room.listing in {one.path for one in proxy.visits}
    assert run.report["network"]["proxy_trusted"] is True


def test_a_proxy_that_a_request_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "proxied.py").write_text(SPIDER)
    with opened(Newsroom(3)) as room, opened(Newsroom(1)) as proxy:
        names = ("-a", f"url={room.listing}", "-a", f"proxy={proxy.url}")
        run = Started(scrapy("runspider", "proxied.py", *names), tmp_path, {}).end()
        assert (room.visits, proxy.visits) == ([], [])
    assert run.stdout == "untrusted_proxy\n", run.told


@pytest.mark.parametrize("missing", UNGUARDED)
def test_without_its_guard_a_crawl_asks_for_nothing(missing: str, tmp_path: Path) -> None:
    with opened(Newsroom(3)) as room:
        run = crawl(tmp_path, room, "-s", UNGUARDED[missing])
        assert room.visits == []
    assert run.code == 9, run.told
    assert "unguarded" in run.stderr


def scrapy(*command: str) -> list[str]:
    return [sys.executable, "-m", "scrapy", *command]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--allow-network", "10.0.0.1/8"), 2, "'10.0.0.1/8' is no network like"),
        (("-s", "NEWSCRAWLER_ALLOWED_NETWORKS=lan"), 4, "NEWSCRAWLER_ALLOWED_NETWORKS: 'lan'"),
        (("-s", "NEWSCRAWLER_ALLOWED_PORTS=http"), 4, "NEWSCRAWLER_ALLOWED_PORTS: 'http'"),
        (("-s", "NEWSCRAWLER_TRUST_PROXY=yes"), 4, "NEWSCRAWLER_TRUST_PROXY='yes' is neither"),
    ],
)
def test_what_is_allowed_wrongly_is_named(
    options: tuple[str, ...], code: int, says: str, run_scrapy: RunCommand, tmp_path: Path
) -> None:
    start = ("-a", "url=https://courier.example/series/strike/")
    report = tmp_path / "report.json"
    crawled = run_scrapy("crawl", "series", *start, *options, "--report", report)
    assert (crawled.returncode, says in crawled.stderr) == (code, True), crawled.stderr
    assert says in json.loads(report.read_text())["explanation"][0]
    for command in ("discover", "extract"):
        run = run_scrapy(command, "https://courier.example/", *options)
        assert (run.returncode, says in run.stderr) == (code, True), run.stderr


@pytest.mark.parametrize("spelling", ["{url}", " {url} ", "HTTP:\\\\LOCALHOST:{port}/world/"])
def test_the_port_that_is_typed_is_read_as_the_address_is(
    spelling: str, run_scrapy: RunCommand
) -> None:
    with opened(Newsroom(1)) as room:
        address = spelling.format(url=room.url + next(iter(room.stories)), port=room.server_port)
        closed = {"NEWSCRAWLER_ALLOWED_PORTS": ""}
        start = ("-a", f"url={address}", "-s", "NEWSCRAWLER_STATE=:memory:")
        run = run_scrapy("crawl", "series", *start, "-O", "-", env=closed)
        assert room.visits != [], run.stderr
    assert "forbidden_port" not in run.stderr


def test_nothing_but_the_web_has_a_handler() -> None:
    settings = Settings()
    settings.setmodule("newscrawler.settings")
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}
