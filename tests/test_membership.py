"""What belongs to a series, where its reading ends, and what the account says of both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.newsroom import NAME, Conduct, Newsroom, Story, opened
from tests.unattended import Ended, Reader, Workplace

# Longer than the chain of 210 pages that a listing of 200 pages would need.
LONG = 230


class Chronicle(Newsroom):
    """A site whose articles name their series and link to no listing of it."""

    def article_page(self, story: Story) -> str:
        linked = f'<a href="{self.listing}">{NAME}</a>'
        return super().article_page(story).replace(linked, NAME)


@pytest.fixture
def sites() -> Iterator[ExitStack]:
    with ExitStack() as served:
        yield served


def started_from(work: Workplace, story: Story) -> tuple[str, str]:
    return "-a", f"url={work.room.url}{story.path}"


def account(ended: Ended) -> dict[str, object]:
    one: dict[str, object] = ended.report["series"][0]
    return one


def read(work: Workplace) -> Reader:
    reader = Reader(work.feeds)
    reader.read()
    return reader


def test_without_a_listing_a_later_run_finds_what_is_new(sites: ExitStack, tmp_path: Path) -> None:
    room = sites.enter_context(opened(Chronicle(6)))
    work = Workplace(tmp_path, room)
    start = started_from(work, room.listed[0])
    assert account(work.crawl(*start))["new"] == 6
    unchanged = work.crawl(*start)
    assert (unchanged.code, account(unchanged)["known"]) == (0, 6)
    assert account(unchanged)["listed"] == 6
    room.add()  # the article one starts from now points to it
    again = work.crawl(*start)
    assert (again.code, account(again)["new"], account(again)["listed"]) == (0, 1, 7)
    reader = read(work)
    assert (reader.urls, reader.doubled()) == (room.urls, [])


def test_a_long_chain_of_related_articles_is_followed_to_its_end(
    sites: ExitStack, tmp_path: Path
) -> None:
    room = sites.enter_context(opened(Chronicle(LONG)))
    work = Workplace(tmp_path, room)
    ended = work.crawl(*started_from(work, room.listed[0]), timeout=120)
    assert (ended.code, account(ended)["new"], account(ended)["missing"]) == (0, LONG, 0)
    assert set(room.articles_asked().values()) == {1}


@pytest.mark.parametrize("status", [404, 410])
def test_where_the_listing_is_gone_the_related_articles_take_its_place(
    status: int, sites: ExitStack, tmp_path: Path
) -> None:
    room = sites.enter_context(opened(Newsroom(12)))
    room.conducts["/series/harbour-strike/"] = Conduct(status)
    work = Workplace(tmp_path, room)
    ended = work.crawl(*started_from(work, room.listed[0]))
    assert ended.code == 12, ended.told  # a listing that cannot be had is no complete run
    assert account(ended)["new"] == 12
    assert account(ended)["stopped"] == (
        f"the listing is gone (http_{status}): related articles followed to their end"
    )


def test_a_listing_is_read_no_further_than_so_many_known_articles_in_a_row(
    sites: ExitStack, tmp_path: Path
) -> None:
    room = sites.enter_context(opened(Newsroom(30, page_size=5)))
    work = Workplace(tmp_path, room, "-a", "stop_known=7")
    first = work.crawl()
    assert (account(first)["listing_pages"], account(first)["stopped"]) == (6, "end of the listing")
    room.add(2)
    second = work.crawl()
    assert second.code == 0, second.told
    assert (account(second)["new"], account(second)["listing_pages"]) == (2, 2)
    assert account(second)["stopped"] == "7 known articles in a row"
    assert account(second)["missing"] == 0


def test_a_listing_is_read_no_further_than_so_many_pages(sites: ExitStack, tmp_path: Path) -> None:
    room = sites.enter_context(opened(Newsroom(12, page_size=3)))
    ended = Workplace(tmp_path, room, "-a", "max_pages=2").crawl("-a", "related=0")
    assert (account(ended)["listed"], account(ended)["stopped"]) == (6, "2 listing pages")
    assert account(ended)["missing"] == 6
    assert ended.code == 12  # half of what the publisher claims is missing


def test_what_a_listing_names_no_more_is_counted_and_kept(sites: ExitStack, tmp_path: Path) -> None:
    room = sites.enter_context(opened(Newsroom(6)))
    work = Workplace(tmp_path, room)
    assert "unlisted" not in account(work.crawl())
    for story in room.listed[-2:]:
        room.stories[story.path] = replace(story, listed=False)
    ended = work.crawl()
    assert (account(ended)["unlisted"], account(ended)["listed"]) == (2, 4)
    assert account(ended)["missing"] == 0


def test_the_accounts_of_all_runs_can_be_exported(sites: ExitStack, tmp_path: Path) -> None:
    room = sites.enter_context(opened(Newsroom(3)))
    work = Workplace(tmp_path, room)
    work.crawl()
    room.add()
    work.crawl()
    ended = work.scrapy(
        "export", NAME, "--accounts", "-O", tmp_path / "all.jsonl", "--state", work.state
    )
    assert ended.code == 0, ended.told
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert [(line["run"], line["listed"], line["new"]) for line in lines] == [(1, 3, 3), (2, 4, 1)]
    assert all(line["at"] for line in lines)
