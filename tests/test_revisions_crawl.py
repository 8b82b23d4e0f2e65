"""Crawls of a site that decorates each page anew bring what editors have changed, and no more."""

from __future__ import annotations

import html
import random
from itertools import count
from pathlib import Path

from tests.newsroom import Newsroom, Story, opened
from tests.unattended import Reader, Workplace

RECHECKS = 3


class Restless(Newsroom):
    """A newsroom no two visits of which see the same page."""

    def __init__(self, articles: int) -> None:
        super().__init__(articles, characters=1200, page_size=50)
        self.numbers = count(1)
        self.validates = False

    def article_page(self, story: Story) -> str:
        chance = random.Random(next(self.numbers))  # noqa: S311
        first, last = (html.escape(story.paragraphs[at]) for at in (0, -1))
        page = super().article_page(story)
        page = page.replace(f"<p>{first}</p>", f"{above(chance)}<p>{first}</p>", 1)
        page = page.replace(f"<p>{last}</p>", f"{between(chance)}<p>{last}</p>{below(chance)}", 1)
        return page.replace("class=", f'data-n="{chance.randrange(10**6)}" class=')


def above(chance: random.Random) -> str:
    return (
        f'<div class="meta"><span>{chance.randrange(2, 9)} min read</span> '
        f"<span>{chance.randrange(1000, 90_000):,} views</span></div>"
        f'<p class="updated">Updated {chance.randrange(2, 59)} minutes ago</p>'
    )


def between(chance: random.Random) -> str:
    about = chance.choice(["rail", "school", "sports", "business"])
    return (
        f'<div class="newsletter-signup"><p>Sign up for our {about} newsletter.</p></div>'
        f'<div class="ad-slot" id="ad-{chance.randrange(10**6)}">Advertisement</div>'
    )


def below(chance: random.Random) -> str:
    links = "".join(
        f'<li><a href="/x-{number}/?t={chance.random()}">All of pier {number} explained</a></li>'
        for number in chance.sample(range(90), 4)
    )
    return f'<aside class="related"><h3>Related</h3><ul>{links}</ul></aside>'


def test_a_site_that_decorates_each_page_anew_brings_what_editors_have_changed(
    tmp_path: Path,
) -> None:
    with opened(Restless(12)) as room:
        work = Workplace(tmp_path, room)
        reader = Reader(work.feeds)
        assert work.crawl().code == 0
        reader.read()
        assert len(reader.lines) == len(room.stories)
        for _ in range(RECHECKS):
            ended = work.crawl("-a", "recheck=all")
            assert ended.report["pages"]["unchanged"] == len(room.stories), ended.told
        edited = list(room.stories.values())[:4]
        for story in edited:
            lines = list(story.paragraphs)
            lines[1] = lines[1].replace("times", "dozen times", 1)
            room.edit(story, paragraphs=tuple(lines))
        work.crawl("-a", "recheck=all")
        reader.read()
        again = reader.lines[len(room.stories) :]
        assert {line["url"] for line in again} == {room.url + one.path for one in edited}
        assert all(line["version"] == 2 for line in again)
        assert all("body" in line["changed"] for line in again)
