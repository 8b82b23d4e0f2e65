"""Which listing pages go through the browser, and what a page there may ask for."""

from __future__ import annotations

import pytest
from protego import Protego
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse
from scrapy.settings import Settings

from newscrawler.archives.capture import RENDERED
from newscrawler.browser.chromium import find_chromium, launch_options
from newscrawler.browser.guard import Guard
from newscrawler.browser.handler import encoded
from newscrawler.pages.listing import ListingPage
from newscrawler.spiders import rendering
from newscrawler.spiders.rendering import Finding, Rendering, judge

URL = "https://courier.example/series/strike/"
ENTRIES = "".join(f'<li><a href="/world/story-{n}-of-it/">Story {n}</a></li>' for n in range(5))
WITH_BUTTON = (
    f"<h1>Strike</h1><ul>{ENTRIES}</ul><button>Load more</button><script src=/more.js></script>"
)
WHOLE = f"<h1>Strike</h1><ul>{ENTRIES}</ul>"
REPLAY = {"NEWSCRAWLER_REPLAY": "saved", "NEWSCRAWLER_CHROMIUM": ""}
NO_CHROMIUM = {"NEWSCRAWLER_CHROMIUM": "no-such-program"}


class Scripted(ListingPage):
    """A publisher's listing that is always rendered."""

    needs_browser = True


def answer(html: str, how: str = "", *, asked_for_rendered: bool = False) -> HtmlResponse:
    request = Request(URL, meta={"playwright": True} if how or asked_for_rendered else {})
    headers = {RENDERED: how} if how else {}
    return HtmlResponse(URL, body=html.encode(), headers=headers, request=request)


def find(
    response: HtmlResponse, choice: str = "auto", *, first: bool = True, possible: bool = True
) -> Finding | None:
    chosen = Rendering(choice, Settings(REPLAY if possible else NO_CHROMIUM))
    return chosen.find(response, ListingPage(response), first=first)


def test_a_page_that_holds_less_than_the_listing_is_asked_for_again() -> None:
    assert find(answer(WITH_BUTTON)) == Finding(None)
    assert find(answer(WHOLE)) is None


def test_only_the_first_page_of_a_listing_is_judged() -> None:
    assert find(answer(WITH_BUTTON), first=False) is None


def test_a_rendered_page_is_not_asked_for_again() -> None:
    assert find(answer(WITH_BUTTON, "end")) is None


@pytest.mark.parametrize(
    ("found", "says", "is_failure"),
    [
        (find(answer(WITH_BUTTON), "0"), "and browser=0", False),
        (find(answer(WITH_BUTTON), possible=False), "and no Chromium is installed", True),
        (find(answer(WITH_BUTTON, asked_for_rendered=True)), "and was saved without", True),
        (judge("limit 200 times more"), "200 times more, in the browser", False),
        (judge("failed http_503"), "the script of the listing failed: http_503", True),
    ],
)
def test_what_keeps_a_listing_from_its_end_is_told(
    found: Finding | None, says: str, is_failure: bool
) -> None:
    assert found is not None
    assert found.stopped is not None
    assert found.stopped.endswith(says)
    assert found.is_failure == is_failure


@pytest.mark.parametrize(
    ("choice", "settings", "page", "due"),
    [
        ("auto", REPLAY, ListingPage, False),
        ("auto", REPLAY, Scripted, True),
        ("1", REPLAY, ListingPage, True),
        ("0", REPLAY, Scripted, False),
        ("auto", NO_CHROMIUM, Scripted, False),
    ],
)
def test_a_publisher_or_a_user_chooses_the_browser_at_once(
    choice: str,
    settings: dict[str, str],
    page: type[ListingPage],
    due: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "listing_class", lambda _: page)
    assert Rendering(choice, Settings(settings)).is_due(URL) is due


def test_the_pages_behind_one_that_needs_a_script_are_rendered_at_once() -> None:
    chosen = Rendering("auto", Settings(REPLAY))
    assert not chosen.is_due(URL, "strike")
    chosen.scripted.add("strike")
    assert chosen.is_due(URL, "strike")
    assert not chosen.is_due(URL, "another")


@pytest.mark.parametrize(
    ("url", "kind", "refused"),
    [
        (URL, "document", False),
        ("https://courier.example/more.json", "xhr", False),
        ("https://courier.example/more.json", "fetch", False),
        ("https://static.courier.example/list.js", "script", False),
        ("https://cdn.example.net/list.js", "script", False),
        ("https://cdn.example.net/more.json", "fetch", True),
        ("https://other.example/", "document", True),
        ("https://www.google-analytics.com/analytics.js", "script", True),
        ("https://ads.example.net/list.js", "script", True),
        ("https://uploads.example.net/list.js", "script", False),
        ("https://courier.example/harbour.jpg", "image", True),
        ("https://courier.example/gull.woff2", "font", True),
        ("https://courier.example/style.css", "stylesheet", True),
        ("https://courier.example/storm.mp4", "media", True),
        ("https://courier.example/beacon", "ping", True),
        ("https://courier.example/private/more.json", "fetch", True),
        ("https://static.courier.example/private/more.json", "fetch", False),
        ("file:///etc/passwd", "document", True),
        ("data:text/html,x", "document", True),
        ("blob:https://courier.example/1", "script", True),
        ("chrome://version", "document", True),
    ],
)
def test_a_page_asks_for_what_its_list_needs(url: str, kind: str, refused: bool) -> None:
    guard = Guard("newscrawler")
    guard.sites.add(URL)
    robots = b"User-agent: newscrawler\nDisallow: /private/\n"
    guard.robots["courier.example"] = Robots(robots)
    assert guard.refuses(url, kind) is refused


class Robots:
    """What Scrapy's signal `robots_parsed` brings."""

    def __init__(self, text: bytes) -> None:
        self.parser = Protego.parse(text.decode())

    def allowed(self, url: str, user_agent: str) -> bool:
        return bool(self.parser.can_fetch(url, user_agent))


def test_a_rule_about_addresses_has_the_first_word() -> None:
    guard = Guard("newscrawler", lambda url: "10.0.0.1" not in url)
    guard.sites.update([URL, "http://10.0.0.1/"])
    assert guard.refuses("http://10.0.0.1/list.js", "script")
    assert not guard.refuses(URL, "document")


@pytest.mark.parametrize(
    ("content_type", "html", "body"),
    [
        ("text/html; charset=utf-8", "Löschboot", "Löschboot".encode()),
        ("text/html; charset=windows-1251", "Порт", "Порт".encode("cp1251")),
        ("text/html; charset=windows-1251", "Порт ×", "Порт &#215;".encode("cp1251")),
        (
            "text/html",
            '<meta charset="koi8-r">Порт',
            '<meta charset="koi8-r">Порт'.encode("koi8-r"),
        ),
        ("text/html", "Löschboot", "Löschboot".encode()),
        ("", "Löschboot", "Löschboot".encode()),
    ],
)
def test_a_rendered_page_is_kept_in_the_encoding_it_states(
    content_type: str, html: str, body: bytes
) -> None:
    response = TextResponse(URL, headers={"Content-Type": content_type}, encoding="utf-8")
    assert encoded(html, response) == body


def test_a_program_that_is_named_is_the_one_that_is_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = find_chromium("sh")
    assert program is not None
    assert find_chromium("no-such-program") is None
    for user, sandboxed in ((0, False), (1000, True)):
        monkeypatch.setattr("os.geteuid", lambda user=user: user)
        options = launch_options(program)
        assert options["executable_path"] == str(program)
        assert ("--no-sandbox" not in options["args"]) is sandboxed
        assert options["chromium_sandbox"] is sandboxed
