"""Crawls that meet a text twice flag it or drop it, as they are told, also when they are killed."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from newscrawler.state.store import State
from tests.newsroom import Newsroom, Story, opened
from tests.test_duplicate_groups import told
from tests.unattended import Workplace
from tests.wire import edited, story


def paragraphs(body: str) -> tuple[str, ...]:
    return tuple(body.split("\n\n"))


@pytest.fixture
def room() -> Iterator[Newsroom]:
    """Serve ten articles: the oldest is a wire story, three others have its text in some form."""
    room = Newsroom(10)
    first, same, near, part, *_ = room.stories.values()
    room.edit(first, paragraphs=paragraphs(story(1)))
    room.edit(same, paragraphs=paragraphs(story(1)))
    room.edit(near, paragraphs=paragraphs(edited(1, replaced=2)))
    room.edit(part, paragraphs=paragraphs(edited(1, cut=14)))
    with opened(room):
        yield room


def numbered(room: Newsroom, lines: list[dict[str, object]]) -> dict[int, dict[str, object]]:
    """Return records by the number of their story."""
    numbers = {room.url + one.path: one.number for one in room.stories.values()}
    return {numbers[str(line["url"])]: line for line in lines}


def lines_of(work: Workplace, ending: str) -> list[dict[str, object]]:
    paths = [
        path for path in work.feeds.rglob("*.jsonl") if path.name.count(".") == ending.count(".")
    ]
    found = [path for path in sorted(paths) if path.name.endswith(ending)]
    return [json.loads(line) for path in found for line in path.read_text("utf-8").splitlines()]


def url(room: Newsroom, number: int) -> str:
    return room.url + list(room.stories.values())[number - 1].path


def test_a_text_of_another_page_is_delivered_with_its_name(room: Newsroom, tmp_path: Path) -> None:
    work = Workplace(tmp_path, room)
    ended = work.crawl()
    assert ended.code == 0, ended.told
    articles = numbered(room, lines_of(work, ".jsonl"))
    flags = {number: line.get("duplicate_of") for number, line in articles.items()}
    # The listing names the newest first: 4 is a part of what comes later, and cannot know it.
    assert flags.pop(2) == {
        "url": url(room, 3),
        "how": "near",
        "score": pytest.approx(0.87, abs=0.05),
    }
    assert set(flags) == {3, 4, 5, 6, 7, 8, 9, 10}
    assert not any(flags.values())
    (drop,) = lines_of(work, ".drops.jsonl")
    assert (drop["reason"], drop["in_favour_of"]) == ("duplicate_text", url(room, 2))
    with closing(State.open(work.state)) as state:
        found = told(state.groups())
        part = state.duplicate_of(url(room, 4).removeprefix("http://").strip("/"))
    assert [[line.split()[0] for line in group] for group in found] == [
        [url(room, 1), url(room, 2), url(room, 3)]
    ]
    assert part
    assert part.how == "contained"
    ended = work.scrapy("copies", "--index", "--state", work.state)
    assert ended.code == 0, ended.told
    (group,) = map(json.loads, ended.stdout.splitlines())
    assert group["url"] == url(room, 1)
    assert group["dropped"] == "duplicate_text"
    facts = [(one["url"], one["how"], one.get("dropped")) for one in group["copies"]]
    assert facts == [(url(room, 2), "page", None), (url(room, 3), "near", None)]


@pytest.mark.parametrize("name", ["NEAR_DUPLICATES", "NEWSCRAWLER_NEAR_DUPLICATES"])
def test_near_duplicates_are_dropped_where_that_is_wanted(
    name: str, room: Newsroom, tmp_path: Path
) -> None:
    work = Workplace(tmp_path, room, "-s", f"{name}=drop")
    ended = work.crawl()
    assert ended.code == 0, ended.told
    articles = numbered(room, lines_of(work, ".jsonl"))
    assert set(articles) == {3, 4, 5, 6, 7, 8, 9, 10}
    drops = numbered(room, lines_of(work, ".drops.jsonl"))
    for number in (1, 2):
        drop = drops[number]
        assert (drop["reason"], drop["in_favour_of"]) == ("duplicate_near", url(room, 3))
        assert "near" in str(drop["detail"])
    with closing(State.open(work.state)) as state:
        (group,) = told(state.groups())
    assert [line.split()[0] for line in group][:2] == [url(room, 1), url(room, 2)]
    visits = len(room.visits)
    assert work.crawl().code == 0
    assert not room.articles_asked(visits)


@pytest.mark.parametrize("name", ["NEAR_DUPLICATES", "NEWSCRAWLER_NEAR_DUPLICATES"])
def test_a_word_that_is_neither_flag_nor_drop_ends_the_run(
    name: str, room: Newsroom, tmp_path: Path
) -> None:
    ended = Workplace(tmp_path, room, "-s", f"{name}=delete").crawl()
    assert ended.code == 4
    assert f"{name}='delete' is none of flag, drop" in ended.stderr
    assert not room.visits


def test_a_part_that_comes_after_the_whole_is_flagged_as_contained(tmp_path: Path) -> None:
    room = Newsroom(3)
    part, _, whole = room.stories.values()
    room.edit(whole, paragraphs=paragraphs(story(1)))
    room.edit(part, paragraphs=paragraphs(edited(1, cut=14)))
    with opened(room):
        work = Workplace(tmp_path, room)
        assert work.crawl().code == 0
        flag = numbered(room, lines_of(work, ".jsonl"))[1]["duplicate_of"]
        assert isinstance(flag, dict)
        assert (flag["url"], flag["how"]) == (url(room, 3), "contained")
        assert flag["score"] > 0.95


def copied(room: Newsroom) -> list[Story]:
    """Let every third of forty stories be the one before it with something replaced."""
    stories = list(room.stories.values())
    for one in stories[2::3]:
        room.edit(stories[one.number - 2], paragraphs=paragraphs(story(one.number)))
        room.edit(one, paragraphs=paragraphs(edited(one.number, replaced=1 + one.number % 3)))
    return stories


def has_served(room: Newsroom, pages: int) -> bool:
    return len(room.visits) >= pages


def test_crawls_that_are_killed_find_the_groups_of_one_that_is_not(tmp_path: Path) -> None:
    room = Newsroom(40)
    copied(room)
    room.delay = 0.01
    with opened(room):
        whole = Workplace(tmp_path / "whole", room)
        assert whole.crawl().code == 0
        work = Workplace(tmp_path / "killed", room)
        for target in (8, 21, 33):
            run, start = work.start(), len(room.visits)
            if run.wait_for(partial(has_served, room, start + target)):
                run.send(signal.SIGKILL)
            assert run.end().code in (0, -signal.SIGKILL)
        assert work.crawl().code == 0
        groups = []
        for one in (whole, work):
            with closing(State.open(one.state)) as state:
                state.check()
                groups.append(told(state.groups()))
        assert groups[0] == groups[1]
        assert len(groups[0]) == 13
        lines = numbered(room, lines_of(work, ".jsonl"))
        assert len(lines) == 40
        assert sum("duplicate_of" in line for line in lines.values()) == 13
