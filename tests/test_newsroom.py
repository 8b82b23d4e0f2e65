"""The made-up news site is what the tests of unattended runs take it for."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator, Mapping
from http.client import HTTPResponse

import pytest
from scrapy.http import HtmlResponse

from newscrawler.normalise.urls import url_key
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page, listing_page
from tests.newsroom import CONSENT_WALL, Conduct, Newsroom, opened


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with opened(Newsroom(7, page_size=3)) as served:
        yield served


def ask(
    room: Newsroom, path: str, headers: Mapping[str, str] | None = None
) -> tuple[HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", room.server_port, timeout=5)
    connection.request("GET", path, headers=dict(headers or {}))
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text


def pages_of_the_listing(room: Newsroom) -> list[HtmlResponse]:
    paths = ["/series/harbour-strike/", *(f"/series/harbour-strike/?page={n}" for n in (2, 3))]
    return [page(room, path) for path in paths]


def page(room: Newsroom, path: str) -> HtmlResponse:
    return HtmlResponse(room.url + path, body=ask(room, path)[1].encode(), encoding="utf-8")


def test_the_listing_names_all_listed_articles_the_newest_first(room: Newsroom) -> None:
    room.add(listed=False)
    pages = [listing_page(one) for one in pages_of_the_listing(room)]
    listed = [url_key(entry.url) for one in pages for entry in one.entries()]
    assert listed == [url_key(room.url + story.path) for story in room.listed]
    assert [bool(one.next_page()) for one in pages] == [True, True, False]
    assert {one.advertised() for one in pages} == {8}


@pytest.mark.parametrize("characters", [300, 60_000])
def test_an_article_is_read_by_the_general_rules(characters: int) -> None:
    with opened(Newsroom(1, characters=characters)) as room:
        [story] = room.listed
        article = read_article(article_page(page(room, story.path)))
    assert article.headline == story.headline
    assert article.body == "\n\n".join(story.paragraphs)
    assert len(article.body) == pytest.approx(characters, rel=0.35)
    assert [one.url for one in article.series or []] == [room.listing]


def test_an_article_that_is_not_listed_is_related_to_one_that_is(room: Newsroom) -> None:
    [hidden] = room.add(listed=False)
    article = read_article(article_page(page(room, room.listed[0].path)))
    assert room.url + hidden.path in [one.url for one in article.related or []]


def test_the_same_seed_writes_the_same_and_no_two_articles_are_alike() -> None:
    with opened(Newsroom(50)) as one, opened(Newsroom(50)) as other:
        assert one.stories == other.stories
        assert len({story.paragraphs for story in one.stories.values()}) == 50


def test_pages_change_their_validators_with_their_content(room: Newsroom) -> None:
    edited, same = room.listed[0], room.listed[3]  # a neighbour names it as related
    tags = {one: ask(room, one.path)[0].headers["ETag"] for one in (edited, same)}
    room.edit(edited, headline="Herring return to Gull Point")
    known = [ask(room, one.path, {"If-None-Match": tags[one]})[0].status for one in tags]
    assert known == [200, 304]
    room.redecorate()
    assert ask(room, same.path, {"If-None-Match": tags[same]})[0].status == 200


@pytest.mark.parametrize("status", [404, 410])
def test_a_removed_article_is_still_listed(room: Newsroom, status: int) -> None:
    story = room.listed[0]
    room.remove(story, status)
    assert ask(room, story.path)[0].status == status
    assert story.path in ask(room, "/series/harbour-strike/")[1]


def test_a_redesign_leaves_the_words_and_no_markup(room: Newsroom) -> None:
    room.redesigned = {"articles", "listing"}
    story = room.listed[0]
    text = ask(room, story.path)[1]
    assert story.paragraphs[0] in text
    assert not re.search(r"<(?:h1|p|time|meta|script|article)\b", text)
    assert listing_page(page(room, "/series/harbour-strike/")).entries() == []


def test_everything_can_be_answered_in_another_way(room: Newsroom) -> None:
    path = room.listed[0].path
    room.everywhere = CONSENT_WALL
    room.conducts[path] = Conduct(429, headers={"Retry-After": "120"})
    response, _ = ask(room, path)
    assert (response.status, response.headers["Retry-After"]) == (429, "120")
    assert "privacy" in ask(room, "/series/harbour-strike/")[1]
    assert ask(room, "/robots.txt")[1].startswith("User-agent")


def test_a_page_that_hangs_is_let_go_when_the_site_closes(room: Newsroom) -> None:
    room.everywhere = Conduct(hangs=True)
    connection = http.client.HTTPConnection("127.0.0.1", room.server_port, timeout=5)
    connection.request("GET", "/")
    closing = threading.Timer(0.1, room.closing.set)
    closing.start()
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()
    connection.close()
    closing.join()


def test_the_log_has_each_request_before_its_answer_is_there(room: Newsroom) -> None:
    path = room.listed[0].path
    ask(room, path, {"If-None-Match": '"another"'})
    ask(room, "/nowhere/")
    told = [(one.path, one.status, one.conditional) for one in room.visits]
    assert told == [(path, 200, True), ("/nowhere/", 404, False)]
    assert room.articles_asked() == {path: 1}
