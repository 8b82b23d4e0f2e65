"""Whatever way a publisher lists a series, every article is found, and the account says so."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.newsroom import ENTRY, LISTING, NAME, SITE, Conduct, Newsroom, Story, opened, said
from tests.unattended import Ended, Reader, Workplace

ARTICLES = 573
PAGE_SIZE = 25


def teasers(stories: list[Story]) -> str:
    return "\n".join(ENTRY.format(**said(one)) for one in stories)


class Paged(Newsroom):
    """A series whose listing goes on at addresses of its own kind."""

    def page_of(self, number: int) -> list[Story]:
        return self.listed[(number - 1) * self.page_size : number * self.page_size]

    @property
    def last_page(self) -> int:
        return -(-len(self.listed) // self.page_size)

    def document(self, stories: list[Story], below: str) -> str:
        return LISTING.format(
            name=NAME,
            site=SITE,
            url=self.listing,
            furniture=self.furniture,
            next_link="",
            advertised=len(self.stories),
            entries=f"{teasers(stories)}\n</ol>{below}<ol>",
        )


class Numbered(Paged):
    """Numbers of pages below the list, the own one without a link, and no word for `next`."""

    def listing_page(self, number: int) -> str:
        around = [it for it in range(number - 2, number + 3) if 1 <= it <= self.last_page]
        links = [
            f'<span class="current">{it}</span>'
            if it == number
            else f'<a href="?page={it}">{it}</a>'
            for it in dict.fromkeys([1, *around, self.last_page])
        ]
        return self.document(self.page_of(number), f'<div class="pages">{" ".join(links)}</div>')


class Dated(Paged):
    """A page for each day, which links to the day before and the day after by their dates."""

    def page(self, target: str) -> Any:
        parts = urlsplit(target)
        base = urlsplit(self.listing).path
        if not parts.path.startswith(base):
            return super().page(target)
        day = parts.path.removeprefix(base).strip("/")
        days = self.days()
        wanted = date.fromisoformat(day.replace("/", "-")) if day else days[0]
        return self.day_page(wanted, days), self.listed[0].changed_at

    def days(self) -> list[date]:
        return list(dict.fromkeys(one.published.date() for one in self.listed))

    def day_page(self, day: date, days: list[date]) -> str:
        place = days.index(day)
        near = [*days[max(place - 1, 0) : place], *days[place + 1 : place + 2]]
        links = [f'<a href="{self.listing}{it:%Y/%m/%d}/">{it:%d.%m.%Y}</a>' for it in near]
        stories = [one for one in self.listed if one.published.date() == day]
        return self.document(stories, f'<div class="days">{" | ".join(links)}</div>')


class Quiet(Dated):
    """The same of a series that has an article every eight days."""

    def __init__(self) -> None:
        super().__init__(120, characters=150)
        rare = {path: one for path, one in self.stories.items() if one.number % 40 == 0}
        self.stories = rare

    def days(self) -> list[date]:
        newest, oldest = self.listed[0].published.date(), self.listed[-1].published.date()
        return [newest - timedelta(days=it) for it in range((newest - oldest).days + 1)]


class Fragments(Paged):
    """A button fetches the next entries as a piece of HTML, whose last element names the next."""

    def listing_page(self, number: int) -> str:
        more = f'<div class="more"><button {self.cursor(number)}>Load more</button></div>'
        return self.document(self.page_of(number), more if self.cursor(number) else "")

    def cursor(self, number: int) -> str:
        is_last = number >= self.last_page
        return "" if is_last else f'data-next-url="/more/harbour-strike.html?after={number}"'

    def page(self, target: str) -> Any:
        if not target.startswith("/more/"):
            return super().page(target)
        number = int(parse_qs(urlsplit(target).query)["after"][0]) + 1
        piece = f"{teasers(self.page_of(number))}\n<li {self.cursor(number)}></li>"
        return piece, self.listed[0].changed_at


class Cursors(Paged):
    """The next entries come as JSON, with the place at which to go on."""

    def listing_page(self, number: int) -> str:
        more = (
            '<button class="load-more" data-url="/api/series/harbour-strike?offset=25">+</button>'
        )
        return self.document(self.page_of(number), more)

    def page(self, target: str) -> Any:
        if not target.startswith("/api/"):
            return super().page(target)
        return self.answer(target), self.listed[0].changed_at

    def answer(self, target: str) -> str:
        offset = int(parse_qs(urlsplit(target).query)["offset"][0])
        stories = self.listed[offset : offset + self.page_size]
        items = [
            {
                "id": one.number,
                "url": one.path,
                "title": html.unescape(one.headline),
                "published": one.published.isoformat(),
            }
            for one in stories
        ]
        following = offset + self.page_size
        more = following < len(self.listed)
        next_url = f"/api/series/harbour-strike?offset={following}" if more else None
        return json.dumps({"data": {"items": items}, "paging": {"next": next_url}})


KINDS: dict[str, Callable[..., Newsroom]] = {
    "rel-next": Newsroom,
    "numbers": Numbered,
    "days": Dated,
    "fragments": Fragments,
    "cursors": Cursors,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_article_is_found_and_what_is_missing_is_named(kind: str, tmp_path: Path) -> None:
    room = KINDS[kind](ARTICLES, characters=150, page_size=PAGE_SIZE)
    removed, failing = room.listed[30:90:20], room.listed[200:204:2]
    for story in removed:
        room.remove(story)
    for story in failing:
        room.conducts[story.path] = Conduct(500)
    with opened(room):
        ended = Workplace(tmp_path, room).crawl(timeout=300)
    assert ended.code == 0, ended.told
    account = account_of(ended)
    assert (account["advertised"], account["listed"], account["new"]) == (573, 573, 568)
    assert account["stopped"] == "end of the listing"
    wanted = {room.url + one.path: "http_410" for one in removed}
    wanted |= {room.url + one.path: "http_500" for one in failing}
    assert {one["url"]: one["reason"] for one in account["missing_articles"]} == wanted
    assert (account["failed"], account["missing"]) == (5, 5)
    assert_each_asked_once(room, [one.path for one in failing])
    reader = Reader(tmp_path / "feeds")
    reader.read()
    assert reader.urls == room.urls - wanted.keys()
    assert (reader.doubled(), reader.faults) == ([], [])


def test_days_on_which_nothing_happened_do_not_end_an_archive(tmp_path: Path) -> None:
    room = Quiet()
    with opened(room):
        ended = Workplace(tmp_path, room).crawl()
    assert ended.code == 0, ended.told
    account = account_of(ended)
    assert (account["listed"], account["new"], account["stopped"]) == (3, 3, "end of the listing")
    assert account["listing_pages"] > 15


def assert_each_asked_once(room: Newsroom, failing: list[str]) -> None:
    """A page that fails is asked for three times, every other one once, listing pages too."""
    asked = Counter({path: times for path, times in room.asked().items() if path not in failing})
    assert {path: times for path, times in asked.items() if times > 1} == {}


def account_of(ended: Ended) -> dict[str, Any]:
    account: dict[str, Any] = ended.report["series"][0]
    return account
