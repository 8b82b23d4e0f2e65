"""A live crawl says who asks and whom to write to, or it does not begin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawler import __version__
from newscrawler.politeness.contact import MannersError, user_agent
from tests.conftest import PROJECT_ROOT, RunCommand
from tests.polite_host import PoliteHost, opened

NAME = f"newscrawler/{__version__}"
NOBODY = {"NEWSCRAWLER_CONTACT": ""}
SOMEBODY = "https://northport-library.example/crawler"


@pytest.fixture
def host() -> Iterator[PoliteHost]:
    with opened(PoliteHost(1)) as one:
        yield one


@pytest.mark.parametrize(
    "contact",
    [SOMEBODY, "http://n.example/a?b=c", "mailto:desk@n.example", "desk+bot@mail.n.example"],
)
def test_a_page_or_a_mailbox_is_a_contact(contact: str) -> None:
    assert user_agent(NAME, contact) == f"{NAME} (+{contact})"


@pytest.mark.parametrize(
    "contact",
    [
        *("", "  ", "me", "example.org", "ftp://n.example/", "https://", "https://localhost/"),
        *("https://example.org/crawler", "https://example.org/crawler/", "mailto:me"),
        *("https://n.example/a b", "https://n.example/\r\nX: y", "https://n.example/)", "a@b"),
        *("https://n.example/é", f"https://n.example/{'a' * 200}", "https://n.invalid/"),
        "https://[::1/",
    ],
)
def test_a_placeholder_and_a_slip_are_none(contact: str) -> None:
    with pytest.raises(MannersError, match="NEWSCRAWLER_CONTACT"):
        user_agent(NAME, contact)


@pytest.mark.parametrize(
    "own",
    ["tide-bot/2 (+https://tide.example/bot)", "tide-bot (me@tide.example)", "https://t.example"],
)
def test_a_name_that_says_whom_to_write_to_stays_as_it_is(own: str) -> None:
    assert user_agent(own, "") == user_agent(own, SOMEBODY) == own


@pytest.mark.parametrize("own", ["", "a\r\nb", "\u00e9", "Scrapy/2.19 (+https://scrapy.org)"])
def test_a_name_that_says_nothing_needs_the_contact(own: str) -> None:
    with pytest.raises(MannersError):
        user_agent(own, "")


@pytest.mark.parametrize(
    "command",
    [
        ("crawl", "series", "-a", "url={}"),
        ("crawl", "site", "-a", "url={}"),
        ("discover", "{}"),
        ("extract", "{}"),
        ("follow",),
    ],
    ids=" ".join,
)
def test_no_live_crawl_begins_without_a_contact(
    command: tuple[str, ...], host: PoliteHost, tmp_path: Path, run_scrapy: RunCommand
) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = newscrawler.settings\n")
    (tmp_path / "crawls.toml").write_text(f'[crawl.strike]\nurl = "{host.listing}"\n')
    args = [part.format(host.listing) for part in command]
    ended = run_scrapy(*args, cwd=tmp_path, env={**NOBODY, "PYTHONPATH": str(PROJECT_ROOT)})
    assert ended.returncode == 4, ended.stderr
    assert "NEWSCRAWLER_CONTACT is not set" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert host.log == []


def test_every_request_says_who_asks(
    host: PoliteHost, tmp_path: Path, run_scrapy: RunCommand
) -> None:
    options = ("-s", "DOWNLOAD_DELAY=0", "--state", ":memory:", "-O", tmp_path / "feed.jsonl")
    crawl = ("crawl", "series", "-a", f"url={host.listing}", *options)
    ended = run_scrapy(*crawl, "-s", f"NEWSCRAWLER_CONTACT={SOMEBODY}", env=NOBODY)
    assert ended.returncode == 0, ended.stderr
    names = {(one.path == "/robots.txt", one.headers["User-Agent"]) for one in host.log}
    assert names == {(True, f"{NAME} (+{SOMEBODY})"), (False, f"{NAME} (+{SOMEBODY})")}
    host.log.clear()
    own = "tide-bot/2 (+https://tide.example/bot)"
    assert run_scrapy(*crawl, "-s", f"USER_AGENT={own}", env=NOBODY).returncode == 0
    assert {one.headers["User-Agent"] for one in host.log} == {own}


def test_a_replay_needs_no_contact(tmp_path: Path, run_scrapy: RunCommand) -> None:
    world = PROJECT_ROOT / "fixtures" / "world"
    listing = "https://courier.example/series/northport-harbour-strike/"
    page = "https://courier.example/world/2026/10/14/dockers-walk-out-48213/"
    feed = ("-O", tmp_path / "feed.jsonl", "-a", "max_articles=1")
    for args in (
        ("crawl", "series", "-a", f"url={listing}", "--replay", world, *feed),
        ("extract", page, "--replay", world),
    ):
        ended = run_scrapy(*args, env=NOBODY)
        assert ended.returncode == 0, ended.stderr


def test_a_wish_that_nobody_has_is_named(host: PoliteHost, run_scrapy: RunCommand) -> None:
    url = f"url={host.listing}"
    ended = run_scrapy("crawl", "series", "-a", url, "-s", "NEWSCRAWLER_OBEY=noindex,nodata")
    assert (ended.returncode, host.log) == (4, [])
    assert "NEWSCRAWLER_OBEY='nodata' is none of noindex, nofollow" in ended.stderr
