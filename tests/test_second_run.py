"""Later runs of a crawl are cheap, bring what is new or changed once, and explain a zero."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.newsroom import Newsroom, Story, Visit, opened
from tests.unattended import Reader, Workplace, accounted

RERUNS = 10
# Runs that meet one new article each; half of them where every change waits for the tests.
DAYS = 30 if os.environ.get("SOAK") == "1" else 15


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A workplace where the series has been crawled once."""
    with opened(Newsroom(6, page_size=3)) as room:
        place = Workplace(tmp_path_factory.mktemp("crawled"), room)
        first = place.crawl()
        assert first.code == 0, first.told
        yield place


@pytest.fixture
def work(crawled: Workplace, tmp_path: Path) -> Iterator[Workplace]:
    """A copy of that workplace; what a test changes on the site is put back."""
    room = crawled.room
    stories, furniture = dict(room.stories), room.furniture
    folder = shutil.copytree(crawled.folder, tmp_path / "work")
    yield Workplace(folder, room)
    room.stories, room.furniture, room.validates = stories, furniture, True
    room.removed.clear()


@pytest.fixture
def reader(work: Workplace) -> Reader:
    """A reader who has what the first run brought."""
    made = Reader(work.feeds)
    made.read()
    assert made.urls == work.room.urls
    return made


def rerun(work: Workplace, *options: str) -> tuple[dict[str, Any], list[Visit]]:
    """Crawl once more; return the report, and the requests without robots.txt."""
    before = len(work.room.visits)
    ended = work.crawl(*options)
    assert ended.code == 0, ended.told
    visits = [one for one in work.room.visits[before:] if one.path != "/robots.txt"]
    assert ended.report["pages"]["asked"] == accounted(ended.report) == len(visits)
    return ended.report, visits


def brought(reader: Reader) -> list[dict[str, Any]]:
    """Read the feeds again, and return the lines that are new."""
    before = len(reader.lines)
    reader.read()
    assert reader.faults == []
    return reader.lines[before:]


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def statuses(visits: list[Visit], *stories: Story) -> list[int]:
    """Return how requests for these stories were answered; without stories, for the listing."""
    wanted = {one.path for one in stories}
    return [it.status for it in visits if (it.path in wanted if wanted else "/series/" in it.path)]


def test_reruns_of_an_unchanged_site_ask_for_the_listing_alone_and_bring_nothing(
    work: Workplace,
) -> None:
    before = contents(work.feeds)
    for _ in range(RERUNS):
        report, visits = rerun(work)
        assert statuses(visits) == [304, 304]
        assert [it.path for it in visits if "/series/" not in it.path] == []
        assert report["known"] == len(work.room.stories)
    assert contents(work.feeds) == before


def test_a_site_without_validators_costs_the_listing_too(work: Workplace, reader: Reader) -> None:
    work.room.validates = False
    _, visits = rerun(work)
    assert [one.status for one in visits] == [200, 200]
    assert brought(reader) == []


def test_each_run_that_meets_one_new_article_brings_exactly_its_line(
    work: Workplace, reader: Reader
) -> None:
    for _ in range(DAYS):
        [story] = work.room.add()
        _, visits = rerun(work)
        assert statuses(visits, *work.room.stories.values()) == [200]
        assert [line["url"] for line in brought(reader)] == [work.room.url + story.path]
    assert reader.doubled() == []


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        ({"headline": "Talks begin again in Northport"}, ["headline"]),
        ({"paragraphs": ("The board of Northport has signed after all. " * 5,)}, ["body"]),
    ],
    ids=["headline", "body"],
)
def test_an_edited_article_comes_again_as_its_next_version(
    work: Workplace, reader: Reader, edit: dict[str, Any], changed: list[str]
) -> None:
    story = work.room.edit(work.room.listed[2], **edit)
    report, _ = rerun(work, "-a", "recheck=all")
    [line] = brought(reader)
    assert (line["url"], line["version"]) == (work.room.url + story.path, 2)
    assert set(changed) <= set(line["changed"])
    assert (report["pages"]["updated"], report["pages"]["new"]) == (1, 0)


def test_what_stands_around_an_article_makes_no_version(work: Workplace, reader: Reader) -> None:
    work.room.redecorate()
    report, visits = rerun(work, "-a", "recheck=all")
    assert statuses(visits, *work.room.stories.values()) == [200] * 6
    assert report["pages"]["unchanged"] == 6
    assert brought(reader) == []


def test_articles_are_checked_with_conditional_requests(work: Workplace, reader: Reader) -> None:
    _, visits = rerun(work, "-a", "recheck=all")
    assert [one.status for one in visits] == [304] * 8
    assert all(one.conditional for one in visits)
    assert brought(reader) == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_removed_article_is_noted_and_nothing_deleted(
    work: Workplace, reader: Reader, status: int, tmp_path: Path
) -> None:
    work.room.remove(work.room.listed[1], status)
    before = contents(work.feeds)
    report, _ = rerun(work, "-a", "recheck=all")
    account = report["series"][0]
    assert (account["gone"], account["missing"]) == (1, 0)
    assert contents(work.feeds).items() >= before.items()
    assert brought(reader) == []
    assert len(export(work, tmp_path / "all.jsonl").lines) == 6


def test_a_full_run_delivers_everything_again(work: Workplace, reader: Reader) -> None:
    report, visits = rerun(work, "-a", "full=1")
    assert {one.status for one in visits} == {200}
    assert {line["url"] for line in brought(reader)} == work.room.urls
    assert {line["version"] for line in reader.lines} == {1}
    assert report["reconciled"] == {"scraped": 6, "committed": 6, "published": 6}


def test_a_forgotten_article_is_delivered_anew(work: Workplace, reader: Reader) -> None:
    url = work.room.url + work.room.listed[0].path
    forgotten = work.scrapy("forget", url, "--state", work.state)
    assert forgotten.code == 0, forgotten.told
    rerun(work)
    assert [line["url"] for line in brought(reader)] == [url]


def test_a_zero_is_explained(work: Workplace) -> None:
    ended = work.crawl()
    explanation = r"0 new: 6 listed, 6 already known, last new (?:less than a|\d+) minutes? ago"
    assert re.fullmatch(explanation, ended.stdout.splitlines()[0]), ended.stdout
    assert re.fullmatch(explanation, ended.report["explanation"][0])


def test_an_export_has_the_last_version_of_every_article_of_all_runs(
    work: Workplace, tmp_path: Path
) -> None:
    work.room.edit(work.room.listed[0], headline="Ferry returns to Castle Bay")
    work.room.add()
    rerun(work, "-a", "recheck=all")
    exported = export(work, tmp_path / "all.jsonl")
    assert sorted(exported.urls) == sorted(line["url"] for line in exported.lines)
    assert exported.urls == work.room.urls
    assert sorted(line["version"] for line in exported.lines) == [1] * 6 + [2]


def export(work: Workplace, file: Path) -> Reader:
    ended = work.scrapy("export", "Harbour Strike", "-O", file, "--state", work.state)
    assert ended.code == 0, ended.told
    reader = Reader(file)
    reader.read()
    assert reader.faults == []
    return reader
