"""What the pages of a site have in common is learned, kept with the articles, and bounded."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.state.opening import open_database
from newscrawler.state.rows import KnownArticle, PageCommit, Taught
from newscrawler.state.sites import LAST_PAGES, MOST_CONTAINERS, MOST_TEXTS, page_digest
from newscrawler.state.store import State
from tests.newsroom import Newsroom, Story, opened
from tests.unattended import Workplace

SITE = "news.example"
NOW = "2026-01-01T08:00:00Z"
LETTER = "Get our harbour letter each morning."
ALONE = "He came alone that night."


def teach(state: State, page: str, *texts: int, container: str = "", site: str = SITE) -> None:
    url = f"https://{site}/{page}"
    line = json.dumps({"url": url, "id": page})
    article = KnownArticle(
        key=page, url=url, first_seen=NOW, changed_at=NOW, version=1, fingerprint="f", line=line
    )
    taught = Taught(site=site, page=page, texts=texts, container=container)
    commit = PageCommit(series="s", article=article, records=[("article", line)], taught=taught)
    state.commit(1, commit, NOW)


def rows_of(path: Path) -> list[list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = ("site_texts ORDER BY site, text", "site_pages ORDER BY site, page")
        reading = "SELECT {}, {}, {}, {} FROM {}"
        columns = (("site", "text", "pages", "seen"), ("site", "page", "number", "container"))
        pairs = zip(columns, tables, strict=True)
        return [connection.execute(reading.format(*names, of)).fetchall() for names, of in pairs]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State.open(tmp_path / "state.sqlite")) as made:
        yield made
        made.check()


# What is repeated


def test_a_text_is_repeated_where_two_other_pages_had_it(state: State) -> None:
    teach(state, "a", 1, 2)
    assert state.site_texts(SITE, "new") == frozenset()
    teach(state, "b", 1)
    assert state.site_texts(SITE, "new") == {1}
    assert state.site_texts(SITE, "a") == state.site_texts(SITE, "b") == frozenset()
    teach(state, "c", 1)
    assert state.site_texts(SITE, "a") == {1}
    assert state.site_texts("other.example", "new") == frozenset()


def test_a_page_that_is_read_again_and_again_repeats_nothing(state: State) -> None:
    for page in "aabab":
        teach(state, page, 1, 1, {"a": 2, "b": 3}[page])
    assert state.site_texts(SITE, "new") == {1}
    assert state.site_texts(SITE, "a") == state.site_texts(SITE, "b") == frozenset()


def test_no_text_of_one_page_is_ever_repeated(state: State) -> None:
    dice = random.Random(1)  # noqa: S311
    held: dict[int, set[str]] = {}
    for _ in range(300):
        page, texts = f"p{dice.randrange(40)}", [dice.randrange(60) for _ in range(3)]
        for text in texts:
            held.setdefault(text, set()).add(page)
        teach(state, page, *texts)
    for page in ("p0", "p7", "p39", "new"):
        expected = {text for text, pages in held.items() if len(pages - {page}) > 1}
        assert state.site_texts(SITE, page) == expected


def test_containers_are_those_of_the_last_pages(state: State) -> None:
    teach(state, "old", container="div.old")
    teach(state, "none")
    for number in range(LAST_PAGES - 1):
        teach(state, f"p{number}", container="div.new")
    assert state.site_containers(SITE) == {"div.new"}


def test_what_is_learned_after_something_was_forgotten_is_the_same_in_a_later_run(
    tmp_path: Path,
) -> None:
    path = tmp_path / "state.sqlite"
    with closing(State.open(path)) as state:
        for page in "abcd":
            teach(state, page, 1, 2, container=f"div.{page}")
        state.forget_article("d")
        state.forget_article("c")
        teach(state, "e", 2)
        known = state.site_texts(SITE, "new"), state.site_texts(SITE, "a")
    assert known == (frozenset({1, 2}), frozenset({2}))
    with closing(State.open(path)) as state:
        assert known == (state.site_texts(SITE, "new"), state.site_texts(SITE, "a"))
        assert state.site_containers(SITE) == {"div.a", "div.b"}


# Bounds


def test_of_too_many_texts_those_met_longest_ago_are_forgotten(state: State) -> None:
    for page in "abc":
        teach(state, page, 1, 2)
    for number in range(MOST_TEXTS // 50 - 1):
        teach(state, f"p{number}", *range(1000 + 50 * number, 1050 + 50 * number))
    teach(state, "d", 1)
    assert state.site_texts(SITE, "new") == {1, 2}
    teach(state, "e", *range(1, 60_000, 1_000), container="div")
    assert state.site_texts(SITE, "new") == {1, 1001, 2001, 3001, 4001, 5001}
    texts, pages = rows_of(Path(state._database.name))  # noqa: SLF001
    assert (len(texts), len(pages)) == (MOST_TEXTS, LAST_PAGES)


def test_of_too_many_containers_the_commonest_are_trusted(state: State) -> None:
    for number in range(2 * MOST_CONTAINERS):
        teach(state, f"p{number}", container=f"div.{number}")
    teach(state, "again", container="div.3")
    found = state.site_containers(SITE)
    assert len(found) == MOST_CONTAINERS
    assert {"div.3", f"div.{2 * MOST_CONTAINERS - 1}"} < found


# The file


def test_runs_that_end_after_each_page_learn_what_one_long_run_does(tmp_path: Path) -> None:
    paths = [tmp_path / "long.sqlite", tmp_path / "short.sqlite"]
    dice = random.Random(2)  # noqa: S311
    pages = [
        (f"p{dice.randrange(60)}", dice.sample(range(20_000), 100), f"div.{number % 30}")
        for number in range(70)
    ]
    long = State.open(paths[0])
    for page, texts, container in pages:
        teach(long, page, *texts, container=container)
        with closing(State.open(paths[1])) as short:
            teach(short, page, *texts, container=container)
            assert short.site_texts(SITE, page) == long.site_texts(SITE, page)
            assert short.site_containers(SITE) == long.site_containers(SITE)
    long.close()
    assert rows_of(paths[0]) == rows_of(paths[1])


def test_a_page_that_cannot_be_kept_teaches_nothing(state: State) -> None:
    teach(state, "a", 1)
    taught = Taught(site=SITE, page="b", texts=(1,), container="div")
    unkept: Any = [("article", None)]
    with pytest.raises(sqlite3.IntegrityError):
        state.commit(1, PageCommit(series="s", records=unkept, taught=taught), NOW)
    assert not state.site_texts(SITE, "new")
    assert not state.site_containers(SITE)
    teach(state, "b", 1)
    assert state.site_texts(SITE, "new") == {1}


def test_a_state_of_the_first_version_gets_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    database = open_database(path)
    State(database).commit(1, PageCommit(series="s", listed=[("kept", "https://it")]), NOW)
    database.execute("DROP TABLE site_texts")
    database.execute("DROP TABLE site_pages")
    for table in (
        *("robots", "archives", "lessons", "copies", "postings"),
        *("visits", "publications", "beside"),
    ):
        database.execute(f"DROP TABLE {table}")
    database.set_version(1)
    database.close()
    for page in "ab":
        with closing(State.open(path)) as state:
            teach(state, page, 1)
            assert [one.key for one in state.members("s")] == ["kept"]
    with closing(State.open(path)) as state:
        assert state.site_texts(SITE, "new") == {1}


def test_what_is_forgotten_has_taught_nothing(state: State) -> None:
    for page in "abc":
        teach(state, page, 1, container=f"div.{page}")
    teach(state, "c", 2, container="div.c")
    state.forget_article("a")
    assert state.site_texts(SITE, "b") == frozenset()
    assert state.site_texts(SITE, "new") == {1}
    state.forget_article("b")
    assert state.site_texts(SITE, "new") == frozenset()
    assert state.site_containers(SITE) == {"div.c"}
    teach(state, "d", 2, 3)
    assert state.site_texts(SITE, "new") == {2}
    assert state.forget_site(SITE)
    assert not state.forget_site(SITE)


# Crawls


def furnished(room: Newsroom, *stories: Story) -> None:
    """Let stories end with the same line, and the newest have one of its own before it."""
    for story in stories:
        own = (ALONE,) if story == stories[-1] else ()
        room.edit(story, paragraphs=(*story.paragraphs, *own, LETTER))


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workplace]:
    with opened(Newsroom(6)) as room:
        furnished(room, *room.stories.values())
        yield Workplace(tmp_path / "work", room)


def crawl(work: Workplace, *options: str | Path) -> list[dict[str, Any]]:
    """Crawl, and return the articles that the run delivers."""
    feed = work.folder / "feed.jsonl"
    feed.unlink(missing_ok=True)
    ended = work.crawl("-O", feed, *options, SCRAPY_SETTINGS_MODULE="tests.learning")
    assert ended.code == 0, ended.told
    lines = feed.read_text(encoding="utf-8").splitlines() if feed.exists() else []
    return [json.loads(line) for line in lines]


def with_letter(articles: list[dict[str, Any]]) -> list[bool]:
    return [LETTER in one["body"] for one in articles]


def test_a_line_that_two_pages_had_is_left_out_of_the_third(work: Workplace) -> None:
    articles = crawl(work)
    assert with_letter(articles) == [True, True, False, False, False, False]
    assert ALONE in articles[0]["body"]
    assert [one["short_url"][-1] for one in articles] == ["0", "1", "1", "1", "1", "1"]


def test_the_next_run_knows_what_the_last_one_learned(work: Workplace) -> None:
    assert with_letter(crawl(work, "-a", "max_articles=2")) == [True, True]
    assert with_letter(crawl(work)) == [False] * 4
    furnished(work.room, *work.room.add(1))
    [article] = crawl(work)
    assert ALONE in article["body"]
    assert LETTER not in article["body"]


def test_a_page_that_is_read_again_does_not_lose_what_is_its_own(work: Workplace) -> None:
    assert with_letter(crawl(work, "-a", "max_articles=2")) == [True, True]
    for _ in range(2):
        again = crawl(work, "-a", "full=1", "-a", "max_articles=2")
        assert with_letter(again) == [True, True]
        assert ALONE in again[0]["body"]


def test_what_is_learned_of_a_site_makes_no_version_of_its_pages(work: Workplace) -> None:
    work.room.validates = False
    first = crawl(work)
    again = crawl(work, "-a", "full=1")
    assert [(one["version"], one["body"]) for one in again] == [(1, one["body"]) for one in first]


def test_a_replay_reads_as_the_crawl_did(work: Workplace) -> None:
    live = crawl(work, "--record", work.folder / "saved")
    feed, replays = work.folder / "feed.jsonl", []
    for number in range(2):
        state = work.folder / f"replay-{number}.sqlite"
        crawl(work, "--replay", work.folder / "saved", "--state", state)
        replays.append(feed.read_bytes())
    assert replays[0] == replays[1]
    assert [json.loads(it)["body"] for it in replays[0].splitlines()] == [it["body"] for it in live]


def test_a_crawl_that_is_killed_has_learned_from_the_articles_it_has(work: Workplace) -> None:
    work.room.delay = 0.2
    crawling = work.start(SCRAPY_SETTINGS_MODULE="tests.learning")
    assert crawling.wait_for(lambda: len(work.room.articles_asked()) > 3)
    crawling.send(signal.SIGKILL)
    crawling.end()
    with closing(State.open(work.state)) as state:
        assert len(state.site_texts("127.0.0.1", "new")) == 1
        held = [one.article for one in state.members(state.all_series()[0].key) if one.article]
    _, pages = rows_of(work.state)
    assert sorted(page for _, page, _, _ in pages) == sorted(map(page_digest, held))
    work.room.delay = 0
    assert with_letter(crawl(work))[2:] == [False] * 4


def test_forgetting_a_host_lets_its_pages_be_read_as_at_first(work: Workplace) -> None:
    crawl(work)
    forgotten = work.scrapy("forget", "127.0.0.1", "--state", work.state)
    assert forgotten.stdout == "forgotten: what is known of the host 127.0.0.1\n"
    assert with_letter(crawl(work, "-a", "full=1"))[:3] == [True, True, False]
    assert work.scrapy("forget", "other.example", "--state", work.state).code == 2
