"""Groups of copies are the same in whatever order, and over however many runs, the pages came."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from newscrawler.duplicates.groups import Group
from newscrawler.identity import (
    copy_of,
    copy_of_record,
    marks_of,
    marks_of_record,
    page_key,
)
from newscrawler.items import Article, Dateline, Publisher
from newscrawler.lines import json_line
from newscrawler.revisions import fingerprint
from newscrawler.state.copies import MOST_PLACES
from newscrawler.state.opening import open_database
from newscrawler.state.rows import KnownArticle, Page, PageCommit
from newscrawler.state.store import State, open_or_rebuild
from newscrawler.state.tables import COUNTERS
from tests.conftest import PROJECT_ROOT
from tests.wire import edited, story

NOW = "2026-01-01T00:00:00Z"
ORDERS = 1_000


def an_article(url: str, body: str, published: str | None = None, **fields: object) -> Article:
    article = Article(
        url=url,
        id=url,
        headline=f"Of {url}",
        body=body,
        date_published=published,
        publisher=Publisher(name=url.split("/")[2], domain=url.split("/")[2]),
    )
    for name, value in fields.items():
        setattr(article, name, value)
    return article


def keep(state: State, article: Article) -> str:
    """Do what pipelines and journal do with an article; return why it was dropped, if it was."""
    key = page_key(article.url)
    known = state.article(key)
    found = state.article_marked(mark for _, mark in marks_of(article))
    if found and known is None:
        reason = next(reason for reason, mark in marks_of(article) if mark == found[0])
        copy = copy_of(article, found[1].key, reason)
        state.commit(1, PageCommit(series="s", copy=copy), NOW)
        return reason
    row = KnownArticle(
        key=key,
        url=article.url,
        first_seen=NOW,
        changed_at=NOW,
        version=known.version + 1 if known else 1,
        fingerprint=fingerprint(article),
        line=json_line(article),
        marks=tuple(mark for _, mark in marks_of(article)),
    )
    page = Page(key=key, url=article.url, state="done", article=key)
    commit = PageCommit(
        series="s", pages=[page], article=row, copy=copy_of(article, key), member=True
    )
    state.commit(1, commit, NOW)
    return ""


def told(groups: Iterable[Group]) -> list[list[str]]:
    """Return who stands for each group, and the others with how they are alike."""
    found = []
    for group in groups:
        others = [f"{one.place.url} {one.how} {one.score}" for one in group.members]
        found.append([group.representative.url, *others])
    return sorted(found)


def the_set() -> list[Article]:
    """Return pages of every rung: copies, edits, parts, twins of a site, and what is alone."""
    return [
        # A wire story: the agency's own page came last, two papers changed it, one has more.
        an_article("https://paper.example/a", story(1), "2026-01-01T10:00:00Z"),
        an_article("https://times.example/b", edited(1, replaced=2), "2026-01-01T09:00:00Z"),
        an_article("https://agency.example/c", story(1), "2026-01-01T08:00:00Z"),
        an_article("https://post.example/d", edited(1, tail=4), "2026-01-01"),
        # Undated, at one time, and by a source.
        an_article("https://north.example/e", story(2)),
        an_article("https://south.example/f", story(2), "2026-01-02T08:00:00+02:00"),
        an_article(
            "https://wire.example/g", story(2), "2026-01-02T06:00:00Z",
            dateline=Dateline(text="KESK (wire.example)", source="wire.example"),
        ),
        # One page under three addresses: the second shares its text with the first and its
        # canonical address with the third, which has another text.
        an_article("https://isle.example/h", story(3), "2026-01-03"),
        an_article(
            "https://isle.example/i", story(3), "2026-01-02",
            canonical_url="https://isle.example/j", headline="One",
        ),
        an_article("https://isle.example/j", story(4), "2026-01-04", headline="One"),
        # Each is near to the next, the first and the last are not near to one another.
        an_article("https://one.example/k", edited(5), "2026-01-05T01:00:00Z"),
        an_article("https://two.example/l", edited(5, cut=6), "2026-01-05T02:00:00Z"),
        an_article("https://two.example/m", edited(5, cut=12), "2026-01-05T03:00:00Z"),
        # A part, and what has nothing in common with anything.
        an_article("https://brief.example/n", edited(1, cut=14), "2026-01-01T07:00:00Z"),
        an_article("https://alone.example/o", story(6), "2026-01-06"),
        an_article("https://alone.example/p", "Watch the video.", "2026-01-06"),
        an_article("https://alone.example/q", "Watch the video.", "2026-01-06"),
    ]  # fmt: skip


def grown(articles: Iterable[Article]) -> State:
    state = State.open(None)
    for article in articles:
        keep(state, article)
    return state


def test_the_groups_of_the_set_are_these() -> None:
    with closing(grown(the_set())) as state:
        found = told(state.groups())
    heads = [group[0] for group in found]
    assert heads == [
        "https://agency.example/c",
        "https://isle.example/i",
        "https://one.example/k",
        "https://wire.example/g",
    ]
    members = [[one.split()[:2] for one in group[1:]] for group in found]
    assert members[0] == [
        ["https://times.example/b", "near"],
        ["https://paper.example/a", "text"],
        ["https://post.example/d", "near"],
    ]
    assert members[1] == [["https://isle.example/h", "page"], ["https://isle.example/j", "page"]]
    assert members[2] == [["https://two.example/l", "near"]]
    assert members[3] == [["https://south.example/f", "text"], ["https://north.example/e", "text"]]


def test_a_thousand_orders_give_the_same_groups() -> None:
    articles, chance = the_set(), random.Random(20260101)  # noqa: S311
    with closing(grown(articles)) as state:
        wanted, repeated = told(state.groups()), flags(state, articles)
    for number in range(ORDERS):
        chance.shuffle(articles)
        with closing(grown(articles)) as state:
            assert told(state.groups()) == wanted, [one.url for one in articles]
            if number % 20 == 0:
                assert flags(state, articles) == repeated


def flags(state: State, articles: list[Article]) -> dict[str, object]:
    """Return what each article repeats that no other address of its site shows."""
    single = [one for one in articles if "isle.example" not in one.url]
    return {one.url: state.duplicate_of(page_key(one.url)) for one in single}


# Takes some of the set, by their numbers, and ends without closing the state.
KEEP = """
import os, sys
from pathlib import Path
from newscrawler.state.store import State
from tests.test_duplicate_groups import keep, the_set
articles, state = the_set(), State.open(Path(sys.argv[1]))
for number in map(int, sys.argv[2:]):
    keep(state, articles[number])
os._exit(0)
"""


def test_processes_that_end_abruptly_leave_the_same_groups(tmp_path: Path) -> None:
    articles, chance = the_set(), random.Random(7)  # noqa: S311
    with closing(grown(articles)) as state:
        wanted = told(state.groups())
    path, numbers = tmp_path / "state.sqlite", list(range(len(articles)))
    chance.shuffle(numbers)
    for start in range(0, len(numbers), 6):
        part = [str(number) for number in numbers[start : start + 6]]
        command = [sys.executable, "-c", KEEP, str(path), *part]
        subprocess.run(command, check=True, cwd=PROJECT_ROOT)
    with closing(State.open(path)) as state:
        state.check()
        assert told(state.groups()) == wanted


def test_a_page_that_comes_again_changes_no_group() -> None:
    articles = the_set()
    with closing(grown(articles)) as state:
        wanted = told(state.groups())
        for article in reversed(articles):
            keep(state, article)
        assert told(state.groups()) == wanted


def test_an_article_whose_text_changes_leaves_its_group_and_comes_back() -> None:
    articles = the_set()
    centre = articles[2]
    with closing(grown(articles)) as state:
        wanted = told(state.groups())
        keep(state, replace(centre, body=story(99)))
        assert "https://agency.example/c" not in str(told(state.groups()))
        assert told(state.groups()) == told(groups_without(articles, centre))
        keep(state, centre)
        assert told(state.groups()) == wanted


def groups_without(articles: list[Article], one: Article) -> Iterator[Group]:
    with closing(grown(it for it in articles if it is not one)) as state:
        yield from state.groups()


def test_an_article_that_is_forgotten_is_in_no_group() -> None:
    articles = the_set()
    for forgotten in (articles[0], articles[2], articles[10], articles[11]):
        with closing(grown(articles)) as state:
            assert state.forget_article(page_key(forgotten.url))
            assert told(state.groups()) == told(groups_without(articles, forgotten))


def test_the_articles_of_an_older_state_are_made_known_step_by_step(tmp_path: Path) -> None:
    articles = [one for one in the_set() if "isle.example" not in one.url]
    path = tmp_path / "state.sqlite"
    with closing(State.open(path)) as state:
        for article in articles:
            keep(state, article)
        wanted = told(state.groups())
    database = open_database(path)
    for table in (
        *("archives", "lessons", "copies", "postings"),
        *("visits", "publications", "beside"),
    ):
        database.execute(f"DROP TABLE {table}")
    database.delete(COUNTERS, "name LIKE 'copies%'")
    database.set_version(3)
    database.close()
    with closing(State.open(path)) as state:
        assert list(state.groups()) == []
        steps = [state.index_copies(copy_of_record, 5)]
        while steps[-1].left:
            steps.append(state.index_copies(copy_of_record, 5))
        assert [one.done for one in steps] == [5, 5, 4]
        assert told(state.groups()) == wanted
        assert state.index_copies(copy_of_record, 5) == (0, 0)


def test_sketches_of_another_scheme_are_made_anew(tmp_path: Path) -> None:
    articles = [one for one in the_set() if "isle.example" not in one.url]
    path = tmp_path / "state.sqlite"
    with closing(State.open(path)) as state:
        state.index_copies(copy_of_record, 100)
        for article in articles:
            keep(state, article)
        wanted = told(state.groups())
        database = open_database(path)
        database.put(COUNTERS, ("copies_scheme", 0))
        database.connection.close()
        assert state.index_copies(copy_of_record, 100) == (len(articles), 0)
        assert told(state.groups()) == wanted


def test_a_rebuilt_state_finds_the_same_groups(tmp_path: Path) -> None:
    articles = [one for one in the_set() if "isle.example" not in one.url]
    path = tmp_path / "state.sqlite"
    with closing(State.open(path)) as state:
        for article in articles:
            keep(state, article)
        wanted = told(state.groups())
    database = open_database(path)
    database.execute("UPDATE copies SET url = 'https://elsewhere.example/' WHERE id = 3")
    database.close()
    state, rebuilt = open_or_rebuild(path, [], now=NOW, key_of=page_key, marks_of=marks_of_record)
    with closing(state):
        assert rebuilt
        state.index_copies(copy_of_record, 100)
        assert told(state.groups()) == wanted
        state.check()


def test_one_page_under_addresses_without_end_keeps_a_hundred_of_them() -> None:
    with closing(State.open(None)) as state:
        for number in range(MOST_PLACES + 20):
            url = f"https://isle.example/trap/{number:05}/x"
            assert bool(keep(state, an_article(url, story(1), headline="One"))) == bool(number)
        (group,) = state.groups()
        assert len(group.members) == MOST_PLACES - 1


def test_a_text_of_more_places_than_a_key_may_have_is_still_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("newscrawler.state.copies.MOST_BEARERS", 5)
    with closing(State.open(None)) as state:
        for number in range(12):
            keep(state, an_article(f"https://paper{number}.example/a", story(1)))
        (group,) = state.groups()
        assert len(group.members) == 11


def test_no_two_articles_are_said_to_repeat_each_other() -> None:
    first = an_article("https://paper.example/a", story(1), "2026-01-01T10:00:00Z")
    later = an_article("https://agency.example/b", story(1), "2026-01-01T08:00:00Z")
    with closing(State.open(None)) as state:
        flagged = []
        for article in (first, later, first, later):
            known = page_key(article.url) if state.article(page_key(article.url)) else ""
            found = state.duplicate(copy_of(article, known))
            flagged.append(found.url if found else None)
            keep(state, article)
        third = an_article("https://west.example/c", story(1), "2026-01-01T07:00:00Z")
        keep(state, third)
        found = state.duplicate(copy_of(later, page_key(later.url)))
        assert found
        assert [*flagged, found.url] == [None, first.url, None, first.url, first.url]
        state.forget_article(page_key(third.url))
        assert told(state.groups()) == [[later.url, f"{first.url} text 1.0"]]


def test_a_text_names_the_place_that_stands_first_of_those_that_came() -> None:
    with closing(State.open(None)) as state:
        for place, day in (("north", 3), ("south", 1), ("east", 2)):
            keep(state, an_article(f"https://{place}.example/a", story(1), f"2026-01-0{day}"))
        found = state.duplicate(copy_of(an_article("https://west.example/a", story(1)), ""))
        assert found
        assert found.url == "https://south.example/a"
