"""Six secrets of a crawl, looked for wherever a run leaves or sends anything."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from scrapy.settings import Settings
from scrapy.spidermiddlewares.referer import RefererMiddleware

from newscrawler.exit_codes import ExitCode
from newscrawler.normalise.redaction import redacted, redacted_throughout
from tests.listeners import Ears
from tests.newsroom import Conduct, Newsroom, opened
from tests.unattended import Ended, Started, Workplace

CANARIES = {
    "Authorization": "canary-authorization-7f3a",
    "Cookie": "canary-cookie-91bd",
    "X-Api-Key": "canary-key-c04e",
    "X-Subscriber": "canary-custom-5d22",
    "proxy": "canary-proxy-a8e1",
    "address": "canary-address-e6f0",
}
SENT = {
    "Authorization": f"Bearer {CANARIES['Authorization']}",
    "Cookie": f"session={CANARIES['Cookie']}",
    "X-Api-Key": CANARIES["X-Api-Key"],
    "X-Subscriber": CANARIES["X-Subscriber"],
}


class Leak(NamedTuple):
    """What the crawl of a site left that sends some of its pages elsewhere."""

    ended: Ended
    folder: Path
    own: Ears
    other: Ears


@pytest.fixture(scope="module")
def leak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Leak]:
    folder = tmp_path_factory.mktemp("leak")
    with opened(Ears(4)) as own, opened(Ears(1)) as other:
        assert isinstance(own, Ears)
        assert isinstance(other, Ears)
        first, second, third, _ = own.stories
        target = other.url + next(iter(other.stories))
        policy = {"Referrer-Policy": "unsafe-url"}
        own.conducts[first] = Conduct(302, headers={"Location": target, **policy})
        own.conducts[second] = Conduct(
            307, headers={"Location": f"http://me:{CANARIES['address']}@{other.url[7:]}/x/"}
        )
        refresh = f'<meta http-equiv="refresh" content="0; url={other.url}/y/?from=refresh">'
        own.conducts[third] = Conduct(body=f"<html><head>{refresh}</head></html>", headers=policy)
        own.robots = Conduct(301, headers={"Location": f"{other.url}/robots.txt"})
        own.listing += f"?token={CANARIES['address']}"
        ended = crawl(folder, own)
        yield Leak(ended, folder, own, other)


def crawl(folder: Path, own: Newsroom) -> Ended:
    """Crawl with a secret in every header, at the log level that tells most."""
    settings = folder / "secret_settings.py"
    settings.write_text(
        f"from newscrawler.settings import *\nDEFAULT_REQUEST_HEADERS = {SENT!r}\n"
        "HTTPAUTH_USER = 'me'\n"
        f"HTTPAUTH_PASS = {CANARIES['Authorization']!r}\nHTTPAUTH_DOMAIN = '127.0.0.1'\n",
        encoding="utf-8",
    )
    work = Workplace(folder, own, "--loglevel", "DEBUG", "--record", folder / "saved.warc")
    return work.crawl(
        SCRAPY_SETTINGS_MODULE="secret_settings",
        PYTHONPATH=f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
        PYTHONWARNINGS="default",
        PYTHONDONTWRITEBYTECODE="1",  # the settings' own secrets would stand in what is compiled
    )


@pytest.mark.parametrize("name", [*SENT])
def test_a_header_reaches_the_origin_that_it_is_for(name: str, leak: Leak) -> None:
    pages = [headers for path, headers in leak.own.heard if path.startswith("/series/")]
    assert pages
    assert all(CANARIES[name] in headers.get(name, "") for headers in pages) or (
        name == "Authorization"  # the one of the settings goes before a default header
    )


def test_no_secret_goes_to_another_origin(leak: Leak) -> None:
    asked = {path for path, _ in leak.other.heard}
    assert asked >= {"/robots.txt", "/y/?from=refresh"}, leak.ended.told
    sightings = [
        (path, name)
        for path, headers in leak.other.heard
        for name, canary in CANARIES.items()
        if canary in f"{path} {headers}"
    ]
    assert sightings == []
    assert [headers["Referer"] for _, headers in leak.other.heard if "Referer" in headers] == []


def test_an_address_with_a_password_is_not_asked_for(leak: Leak) -> None:
    assert "/x/" not in {path for path, _ in leak.other.heard}
    assert leak.ended.report["pages"]["failed"]["invalid_address"] == 1


@pytest.mark.parametrize("name", CANARIES)
def test_no_secret_is_in_log_terminal_or_report(name: str, leak: Leak) -> None:
    assert leak.ended.code in {ExitCode.COMPLETE, ExitCode.PARTIAL}, leak.ended.told
    report = (leak.folder / "report.json").read_text(encoding="utf-8")
    assert "***" in report
    assert CANARIES[name] not in leak.ended.stdout + leak.ended.stderr + report


def test_no_secret_of_a_header_is_in_feeds_state_or_recording(leak: Leak) -> None:
    files = [path for path in leak.folder.rglob("*") if path.is_file()]
    kept = [path for path in files if path.name != "secret_settings.py"]
    assert {path.suffix for path in kept} >= {".jsonl", ".sqlite", ".warc"}
    secret = {name: it.encode() for name, it in CANARIES.items() if name != "address"}
    found = [(path.name, name) for path in kept for name, it in secret.items()
             if it in path.read_bytes()]  # fmt: skip
    assert found == []


def test_an_address_is_kept_whole_where_it_is_asked_for_again(leak: Leak) -> None:
    with closing(sqlite3.connect(leak.folder / "state" / "known.sqlite")) as state:
        urls = [url for (url,) in state.execute("SELECT url FROM series")]
    assert any(f"token={CANARIES['address']}" in url for url in urls)


def test_the_passwords_of_a_proxy_are_in_no_line(tmp_path: Path) -> None:
    with opened(Newsroom(1)) as room:
        proxy = f"http://me:{CANARIES['proxy']}@127.0.0.1:9"  # where nobody listens
        work = Workplace(tmp_path, room, "--loglevel", "DEBUG", "-s", "RETRY_TIMES=0")
        ended = work.crawl(http_proxy=proxy, no_proxy="", NEWSCRAWLER_TRUST_PROXY="1")
        assert room.visits == []
    assert ended.code == ExitCode.NOTHING_REACHABLE, ended.told
    left = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert left
    assert not any(CANARIES["proxy"].encode() in content for content in left)


@pytest.mark.parametrize(
    "url",
    [
        "http://me:{}@news.example/a/",
        "https://{}@news.example/",
        "http:\\\\me:{}@news.example/",
    ],
)
@pytest.mark.parametrize("command", [("crawl", "series", "-a", "url={}"), ("extract", "{}")])
def test_an_address_with_a_password_is_refused_without_repeating_it(
    url: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    address = url.format(CANARIES["address"])
    with opened(Newsroom(1)) as room:
        args = [part.format(address) for part in command]
        ended = Workplace(tmp_path, room).scrapy(*args)
    # To `extract` the last one is the name of a file.
    assert ended.code in {ExitCode.USAGE, ExitCode.STORAGE}, ended.told
    assert CANARIES["address"] not in ended.stdout + ended.stderr


POLICIES = (
    "unsafe-url", "origin", "strict-origin", "origin-when-cross-origin", "scrapy-default", "",
    "strict-origin-when-cross-origin", "no-referrer-when-downgrade", "Unsafe-URL, no-such", "x.y",
)  # fmt: skip


@pytest.mark.parametrize("stated", POLICIES)
@pytest.mark.filterwarnings("ignore:Could not load referrer policy:RuntimeWarning")
def test_whatever_a_page_states_another_origin_gets_no_referrer(stated: str) -> None:
    from scrapy import Request
    from scrapy.http import Response

    settings = Settings()
    settings.setmodule("newscrawler.settings")
    policies = RefererMiddleware(settings)
    page = Response("https://news.example/a/?q=1", headers={"Referrer-Policy": stated})
    for url in ("https://other.example/", "http://news.example/", "https://news.example:444/"):
        request = Request(url)
        assert policies.policy(page, request).referrer(page.url, url) is None
    own = policies.policy(page, Request("https://news.example/b/"))
    assert own.referrer(page.url, "https://news.example/b/") == page.url


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:word@news.example/", "https://***@news.example/"),
        ("https://me:p@ss@news.example/a@b", "https://***@news.example/a@b"),
        ("see //me@news.example", "see //***@news.example"),
        ("?url=https%3A%2F%2Fme:x@n.example%2F", "?url=https%3A%2F%2F***@n.example%2F"),
        ("mail me@news.example", "mail me@news.example"),
        ("https://news.example/@me/1", "https://news.example/@me/1"),
        ("/a?token=x&page=2", "/a?token=***&page=2"),
        ("/a?page=2&access_token=x#sig=y", "/a?page=2&access_token=***#sig=***"),
        ("/a?X-Amz-Signature=x&X-Amz-Date=1", "/a?X-Amz-Signature=***&X-Amz-Date=1"),
        ("/a?%74oken=x", "/a?%74oken=***"),
        ("/a;jsessionid=x?b=1", "/a;jsessionid=***"),
        ("/a?next=/b%3Ftoken%3Dx%26c", "/a?next=/b%3Ftoken%3D***%26c"),
        ("/a?user[password]=x&api_key=y&apikey=z", "/a?user[password]=***&api_key=***&apikey=***"),
        ("/a?key=x&keywords=harbour&monkey=1", "/a?key=***&keywords=harbour&monkey=1"),
        ("/a?author=ida&code=7&id=3", "/a?author=ida&code=7&id=3"),
    ],
)
def test_a_text_is_shown_without_the_secrets_of_its_addresses(text: str, shown: str) -> None:
    assert redacted(text) == shown
    assert redacted(redacted(text)) == shown


def test_every_text_of_a_report_is_shown_so() -> None:
    report: dict[str, Any] = {"a": [{"url": "http://a:b@c/?sig=d"}], "n": 1, "none": None}
    shown = {"a": [{"url": "http://***@c/?sig=***"}], "n": 1, "none": None}
    assert redacted_throughout(report) == shown


@pytest.mark.parametrize("part", ["?token", "//", "//a", "&token=", "?" + "token" * 20, "@", "%3F"])
def test_looking_for_secrets_takes_a_time_in_proportion(part: str) -> None:
    # A test that takes a minute where it does not.
    assert redacted(part * 200_000)


def listening() -> set[str]:
    """Return the sockets of this machine that wait for a connection, by their inode."""
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    rows = [row.split() for it in tables for row in it.read_text(encoding="ascii").splitlines()[1:]]
    return {row[9] for row in rows if row[3] == "0A"}


def sockets_of(process: int) -> set[str]:
    """Return the inodes of a process and its children, as `/proc/net` names them."""
    told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    found: set[str] = set()
    for one in (process, *map(int, told.split())):
        for link in Path(f"/proc/{one}/fd").glob("*"):
            try:
                target = str(link.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                found.add(target[8:-1])
    return found


def test_no_port_is_opened_while_a_crawl_runs(tmp_path: Path) -> None:
    with opened(Newsroom(3)) as room:
        room.conducts[room.listed[1].path] = Conduct(hangs=True)
        run: Started = Workplace(tmp_path, room, "-s", "DOWNLOAD_TIMEOUT=4").start()
        assert run.wait_for(lambda: len(room.articles_asked()) >= 2)
        own = sockets_of(run.process.pid)
        assert own, "the connection to the site is one"
        opened_ports = own & listening()
        room.conducts.clear()
        room.closing.set()
        run.end()
    assert opened_ports == set()
