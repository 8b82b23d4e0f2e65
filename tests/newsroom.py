"""A made-up news site on this machine that changes, hangs and refuses as a test says."""

from __future__ import annotations

import html
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

NAME = "Harbour Strike"
SITE = "The Harbour Courier"
FIRST_DAY = datetime(2026, 1, 5, 8, tzinfo=UTC)
NOUNS = (
    "harbour", "mayor", "crane", "ferry", "board", "mediator", "lighthouse", "baker", "captain",
    "union", "quay", "market", "museum", "river", "council", "pilot", "bridge", "herring", "storm",
)  # fmt: skip
VERBS = (
    "watches", "blames", "visits", "repairs", "counts", "praises", "forgets", "opens", "closes",
    "paints", "sells", "follows", "questions", "defends", "measures", "crosses",
)  # fmt: skip
PLACES = ("Northport", "Gull Point", "Castle Bay", "Hallow Cross", "Eastmere", "Wick Sands")
AUTHORS = ("Tom Harrow", "Ida Quill", "Norrie Blythe", "Maud Penhale")
# The same words without anything by which a program knows what they are.
REDESIGNED = """<html><head><title>{site}</title></head><body><div id="app">
<div class="k1">{headline}</div>{paragraphs}</div></body></html>"""
LISTING = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{name} | {site}</title>
<link rel="canonical" href="{url}">{next_link}
<meta property="og:site_name" content="{site}"><meta property="og:type" content="website">
</head><body><nav><a href="/world/">World</a></nav><main id="main" class="listing">
<header><h1>{name} ({advertised})</h1></header><ol class="teasers">
{entries}
</ol></main><footer>{furniture}</footer></body></html>"""
ENTRY = """<li class="teaser"><h2><a href="{path}">{headline}</a></h2><p>{lead}</p>
<time datetime="{published}">{published:.10}</time></li>"""
ARTICLE = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{headline} | {site}</title>
<link rel="canonical" href="{url}"><meta property="og:type" content="article">
<meta property="og:site_name" content="{site}"><meta property="og:title" content="{headline}">
<meta property="article:published_time" content="{published}">
<meta name="description" content="{lead}">
<script type="application/ld+json">{data}</script>
</head><body><time>{furniture}</time><nav><a href="/world/">World</a></nav>
<main id="main" class="story"><article>
<nav class="breadcrumb"><ol><li><a href="/world/">World</a></li></ol></nav>
<h1>{headline}</h1><p class="story__byline">By <a rel="author" href="/authors/">{author}</a></p>
<p class="story__date"><time datetime="{published}">{published:.10}</time></p>
<aside class="series-box">Part of the series: <a href="{series}">{name}</a></aside>
<div class="story__body">
{paragraphs}
</div></article>
<section class="related"><h2>Related stories</h2><ul>{related}</ul></section>
</main><aside class="ad">{furniture}</aside><footer>{site}</footer></body></html>"""


@dataclass(frozen=True)
class Story:
    """An article of the site; `number` counts from 1, the oldest first."""

    number: int
    headline: str
    paragraphs: tuple[str, ...]
    changed_at: datetime
    listed: bool = True
    """Whether the listing names it; else only an older article's related box does."""

    @property
    def path(self) -> str:
        return f"/world/{self.published:%Y/%m/%d}/story-of-the-harbour-{10_000 + self.number}/"

    @property
    def published(self) -> datetime:
        return FIRST_DAY + timedelta(hours=5 * self.number)

    @property
    def author(self) -> str:
        return AUTHORS[self.number % len(AUTHORS)]


class Visit(NamedTuple):
    """One request, as the server saw it; `at` is of `time.monotonic`."""

    at: float
    method: str
    path: str
    status: int
    conditional: bool


@dataclass(frozen=True)
class Conduct:
    """How an address is answered instead of with its page."""

    status: int = 200
    body: str = "<p>made for a test</p>"
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    """Never answers."""
    drips: bool = False
    """Sends one byte each half second."""


CONSENT_WALL = Conduct(
    body="<title>Your privacy</title><h1>We value your privacy</h1>"
    "<p>Accept all cookies to go on, or manage your choices.</p><button>Accept all</button>"
)


class Newsroom(ThreadingHTTPServer):
    """A series of articles at `listing`, to be changed while it is served.

    `characters` is about how long an article's text is. Every answer waits `delay` seconds.
    `conducts` has the exceptions by path (and query); `everywhere` is one for all pages.
    """

    daemon_threads = True

    def __init__(
        self,
        articles: int = 20,
        *,
        characters: int = 400,
        page_size: int = 20,
        seed: int = 1,
        port: int = 0,
    ) -> None:
        super().__init__(("127.0.0.1", port), Desk)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.listing = f"{self.url}/series/harbour-strike/"
        self.characters, self.page_size, self.seed = characters, page_size, seed
        self.stories: dict[str, Story] = {}
        self.removed: dict[str, int] = {}
        self.conducts: dict[str, Conduct] = {}
        self.everywhere: Conduct | None = None
        self.robots = Conduct(
            body="User-agent: *\nAllow: /\n", headers={"Content-Type": "text/plain"}
        )
        self.delay = 0.0
        self.validates = True
        """Whether it sends `ETag` and `Last-Modified`, and answers 304."""
        self.redesigned: set[str] = set()
        """What has lost its markup: `articles`, `listing`."""
        self.furniture = "Monday, 5 January 2026 08:00"
        self.visits: list[Visit] = []
        self.closing = threading.Event()
        self.add(articles)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: a client that was killed is what the tests are about."""

    # What is on the site

    def add(self, number: int = 1, *, listed: bool = True) -> list[Story]:
        """Publish new articles; one that is not listed is related to the one before it."""
        numbers = range(len(self.stories) + 1, len(self.stories) + 1 + number)
        stories = [write(one, self.seed, self.characters, listed=listed) for one in numbers]
        self.stories.update({one.path: one for one in stories})
        return stories

    def edit(self, story: Story, **fields: Any) -> Story:
        """Change `headline` or `paragraphs` of a story, and the time of its last change."""
        later = self.stories[story.path].changed_at + timedelta(minutes=1)
        self.stories[story.path] = replace(self.stories[story.path], changed_at=later, **fields)
        return self.stories[story.path]

    def remove(self, story: Story, status: int = 410) -> None:
        """Take a story off its page; the listing goes on naming it."""
        self.removed[story.path] = status

    def redecorate(self) -> None:
        """Change what stands around the articles: clock and advertisement."""
        self.furniture = f"{self.furniture} {len(self.furniture)}"

    @property
    def listed(self) -> list[Story]:
        """The listed stories, the newest first."""
        return [one for one in reversed(self.stories.values()) if one.listed]

    @property
    def urls(self) -> set[str]:
        """The addresses of all articles."""
        return {self.url + path for path in self.stories}

    # What was asked for

    def asked(self, since: int = 0) -> Counter[str]:
        """Count the requests by path, robots.txt aside, from the visit with index `since`."""
        return Counter(one.path for one in self.visits[since:] if one.path != "/robots.txt")

    def articles_asked(self, since: int = 0) -> Counter[str]:
        return Counter(one.path for one in self.visits[since:] if one.path in self.stories)

    # Pages

    def page(self, target: str) -> tuple[str, datetime] | None:
        """Return the page of a path and query, and when it last changed."""
        parts = urlsplit(target)
        if parts.path == urlsplit(self.listing).path:
            number = int(parse_qs(parts.query).get("page", ["1"])[0])
            return self.listing_page(number), max(it.changed_at for it in self.stories.values())
        story = self.stories.get(parts.path)
        return (self.article_page(story), story.changed_at) if story else None

    def media_type(self, target: str) -> str:
        return "application/json" if target.startswith("/api/") else "text/html; charset=utf-8"

    def listing_page(self, number: int) -> str:
        stories = self.listed[(number - 1) * self.page_size : number * self.page_size]
        if "listing" in self.redesigned:
            told = [one.headline for one in stories]
            return REDESIGNED.format(site=SITE, headline="", paragraphs=blocks(told))
        entries = [ENTRY.format(**said(one)) for one in stories]
        is_last = number * self.page_size >= len(self.listed)
        next_link = f'<link rel="next" href="{self.listing}?page={number + 1}">'
        return LISTING.format(
            name=NAME,
            site=SITE,
            url=self.listing,
            furniture=self.furniture,
            next_link="" if is_last else next_link,
            advertised=len(self.stories),
            entries="\n".join(entries),
        )

    def article_page(self, story: Story) -> str:
        if "articles" in self.redesigned:
            told = said(story) | {"paragraphs": blocks(story.paragraphs)}
            return REDESIGNED.format(site=SITE, **told)
        related = [ENTRY.format(**said(one)) for one in self.related(story)]
        return ARTICLE.format(
            **said(story),
            name=NAME,
            site=SITE,
            series=self.listing,
            furniture=self.furniture,
            url=self.url + story.path,
            author=story.author,
            data=json.dumps(self.linked_data(story)),
            paragraphs="\n".join(f"<p>{html.escape(one)}</p>" for one in story.paragraphs),
            related="\n".join(related),
        )

    def related(self, story: Story) -> list[Story]:
        numbers = {story.number - 1, story.number + 1}
        return [one for one in self.stories.values() if one.number in numbers]

    def linked_data(self, story: Story) -> dict[str, Any]:
        return {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": story.headline,
            "datePublished": story.published.isoformat(),
            "author": {"@type": "Person", "name": story.author},
            "mainEntityOfPage": self.url + story.path,
            "publisher": {"@type": "NewsMediaOrganization", "name": SITE},
            "articleSection": "World",
        }


class Desk(BaseHTTPRequestHandler):
    """One request to a `Newsroom`."""

    protocol_version = "HTTP/1.1"
    server: Newsroom
    wbufsize = -1  # head and body in one packet, else each answer waits for the client's nod

    def do_GET(self) -> None:
        room = self.server
        if room.closing.wait(room.delay):
            return
        if self.path == "/robots.txt":
            self.behave(room.robots)
        elif self.path in room.removed:
            self.behave(Conduct(room.removed[self.path]))
        elif conduct := room.conducts.get(self.path) or room.everywhere:
            self.behave(conduct)
        else:
            self.show(room.page(self.path))

    def show(self, page: tuple[str, datetime] | None) -> None:
        if page is None:
            self.behave(Conduct(404))
            return
        body, changed_at = page
        tag = f'"{sha256(body.encode()).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Last-Modified": format_datetime(changed_at, usegmt=True)}
        headers = headers if self.server.validates else {}
        headers["Content-Type"] = self.server.media_type(self.path)
        is_same = self.server.validates and self.headers["If-None-Match"] == tag
        self.answer(304 if is_same else 200, headers, b"" if is_same else body.encode())

    def behave(self, conduct: Conduct) -> None:
        if conduct.hangs:
            self.note(0)
            self.server.closing.wait()
            self.close_connection = True
        elif conduct.drips:
            self.note(conduct.status)
            self.drip()
        else:
            self.answer(conduct.status, conduct.headers, conduct.body.encode())

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.note(status)
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while not self.server.closing.wait(0.5):
            self.wfile.write(b" ")
            self.wfile.flush()

    def note(self, status: int) -> None:
        is_conditional = any(it in self.headers for it in ("If-None-Match", "If-Modified-Since"))
        visit = Visit(time.monotonic(), self.command, self.path, status, is_conditional)
        self.server.visits.append(visit)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep the terminal for pytest; `Newsroom.visits` is the log."""


@contextmanager
def opened(room: Newsroom) -> Iterator[Newsroom]:
    """Serve a newsroom until the block ends; requests that hang are let go."""
    thread = threading.Thread(target=room.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield room
    finally:
        room.closing.set()
        room.shutdown()
        thread.join()
        room.server_close()


def write(number: int, seed: int, characters: int, *, listed: bool) -> Story:
    """Make up an article; the same numbers give the same one."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311
    lines = list(sentences(chance, characters))
    paragraphs = tuple(" ".join(lines[at : at + 3]) for at in range(0, len(lines), 3))
    headline = f"{sentence(chance).rstrip('.')}, day {number}"
    changed_at = FIRST_DAY + timedelta(hours=5 * number)
    return Story(number, headline, paragraphs, changed_at, listed)


def sentences(chance: random.Random, characters: int) -> Iterator[str]:
    length = 0
    while length < characters:
        text = sentence(chance)
        length += len(text) + 1
        yield text


def sentence(chance: random.Random) -> str:
    who, what, whom, where = map(chance.choice, (NOUNS, VERBS, NOUNS, PLACES))
    return f"The {who} {what} {chance.randrange(2, 900)} times the {whom} of {where}."


def said(story: Story) -> dict[str, str]:
    """Return what pages say of a story, ready for HTML."""
    told = {
        "path": story.path,
        "headline": story.headline,
        "lead": story.paragraphs[0][:80] if story.paragraphs else "",
        "published": story.published.isoformat(),
    }
    return {name: html.escape(text) for name, text in told.items()}


def blocks(texts: Iterable[str]) -> str:
    return "".join(f'<div class="k2"><span>{html.escape(one)}</span></div>' for one in texts)
