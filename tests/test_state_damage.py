"""A damaged state is noticed, set aside and made anew; it never gives a wrong answer."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.items import Article
from newscrawler.revisions import fingerprint
from newscrawler.state.rows import KnownArticle, KnownSeries, Page, PageCommit
from newscrawler.state.store import DamagedStateError, State, open_or_rebuild
from tests.conftest import PROJECT_ROOT

NOW = "2026-01-02T00:00:00Z"
SERIES = KnownSeries(key="news.example/harbour", name="Harbour", url="https://news.example/harbour")
FOLDER = "news.example-harbour"
ARTICLES = 200
# A sample in every run; 300 and 50 take a minute or two.
OVERWRITES = int(os.environ.get("STATE_OVERWRITES", "20"))
TRUNCATIONS = int(os.environ.get("STATE_TRUNCATIONS", "8"))


def record(number: int, version: int = 1) -> dict[str, Any]:
    dice = random.Random(number)  # noqa: S311
    text = " ".join(f"word{dice.randrange(10**6)}" for _ in range(100))
    return {
        "url": f"https://news.example/{number}",
        "id": f"news.example:{number}",
        "headline": f"Headline {number}, version {version}",
        "body": text,
        "version": version,
        "retrieved_at": "2026-01-01T00:00:00Z",
        "first_seen": "2026-01-01T00:00:00Z",
    }


def a_line(number: int, version: int = 1) -> str:
    return json.dumps(record(number, version))


def key(number: int) -> str:
    return f"news.example/{number}"


def commit_article(state: State, number: int, version: int = 1) -> None:
    line, url = a_line(number, version), record(number)["url"]
    article = KnownArticle(
        key=key(number),
        url=url,
        first_seen="2026-01-01T00:00:00Z",
        changed_at="2026-01-01T00:00:00Z",
        version=version,
        fingerprint="f",
        line=line,
        marks=(f"id {number}",),
    )
    page = Page(key=key(number), url=url, series=SERIES.key, state="done", article=key(number))
    links = [Page(key=f"link {number}", url=url, series=SERIES.key, hops=1)]
    commit = PageCommit(series=SERIES.key, pages=[page], links=links, article=article, member=True)
    commit.listed = [(key(number), url)]
    commit.records = [("article", line), ("links", "{}")]
    state.commit(1, commit, NOW)


def publish(state: State, feeds: Path) -> None:
    batch = state.open_batch(1, [SERIES.key], NOW)
    stem = feeds / FOLDER / f"{batch.id:06d}-20260102T000000Z"
    stem.parent.mkdir(parents=True, exist_ok=True)
    lines = [*state.batch_lines(batch.id, "article")]
    Path(f"{stem}.jsonl").write_text("".join(f"{line}\n" for line in lines))
    account = json.dumps({"name": SERIES.name, "url": SERIES.url})
    Path(f"{stem}.series.jsonl").write_text(f"{account}\n")
    state.close_batch(batch.id, NOW)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a state, all of whose articles stand in `feeds/`."""
    folder = tmp_path_factory.mktemp("sound")
    state = State.open(folder / "state.sqlite")
    state.put_series(SERIES)
    for number in range(ARTICLES):
        commit_article(state, number)
    publish(state, folder / "feeds")
    state.close()
    return folder


@pytest.fixture
def place(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    return tmp_path / "state.sqlite"


def reopened(path: Path, **meaning: Any) -> tuple[State, str | None]:
    return open_or_rebuild(path, [path.parent / "feeds"], now=NOW, **meaning)


def content(state: State) -> dict[str, Any]:
    """Return all that the interface tells and feeds can restore."""
    return {
        "articles": {n: state.article(key(n)).line for n in range(ARTICLES)},  # type: ignore[union-attr]
        "pages": {n: state.page(key(n)).article for n in range(ARTICLES)},  # type: ignore[union-attr]
        "members": sorted((one.key, one.article) for one in state.members(SERIES.key)),
        "lines": sorted(state.article_lines(SERIES.key)),
        "delivered": all(state.delivered(SERIES.key, key(n)) for n in range(ARTICLES)),
        "series": state.all_series(),
        "waiting": (state.unpublished_counts(), state.batches()),
    }


def told_by(path: Path) -> tuple[Any, ...]:
    state = State.open(path)
    try:
        return all_told(state)
    finally:
        state.close()


def all_told(state: State) -> tuple[Any, ...]:
    more = [(state.page(f"link {n}"), state.page(key(n))) for n in range(ARTICLES)]
    marked = [state.article_marked([f"id {n}"]) for n in range(ARTICLES)]
    return content(state), more, marked, state.members(SERIES.key)


# Damage at random


def test_an_overwritten_part_is_noticed_or_has_no_effect(place: Path) -> None:
    def overwrite(file: Path, dice: random.Random) -> None:
        with file.open("r+b") as it:
            it.seek(dice.randrange(file.stat().st_size - 512))
            it.write(dice.randbytes(512))

    told = told_by(place)
    noticed = sum(survives(place, overwrite, seed, told) for seed in seeds(OVERWRITES))
    assert noticed > OVERWRITES // 4


def test_a_truncated_file_is_noticed(place: Path) -> None:
    def truncate(file: Path, dice: random.Random) -> None:
        os.truncate(file, dice.randrange(file.stat().st_size))

    told = told_by(place)
    assert all(survives(place, truncate, seed, told) for seed in seeds(TRUNCATIONS))


def seeds(count: int) -> list[int]:
    first = random.randrange(10**6)  # noqa: S311
    print("seeds from", first)  # noqa: T201 - to repeat it
    return list(range(first, first + count))


def survives(
    path: Path, damage: Callable[[Path, random.Random], None], seed: int, told: tuple[Any, ...]
) -> bool:
    """Damage a copy and assert that it ends as it should; tell whether that was noticed."""
    folder = path.parent / f"seed-{seed}"
    shutil.copytree(path.parent / "feeds", folder / "feeds")
    copy = folder / "state.sqlite"
    shutil.copy(path, copy)
    damage(copy, random.Random(seed))  # noqa: S311
    state, report = reopened(copy)
    try:
        assert content(state) == told[0], seed
        if report is None:
            assert all_told(state) == told, seed
        state.check()
    finally:
        state.close()
        shutil.rmtree(folder)
    return report is not None


# Damage of a kind


def empty(path: Path) -> None:
    path.write_bytes(b"")


def fill_with_garbage(path: Path) -> None:
    path.write_bytes(b"no database at all\n" * 999)


def overwrite_application(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(68)
        file.write(b"\1\2\3\4")


def change_a_row(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE pages SET article = '' WHERE rowid = 7")
    connection.commit()
    connection.close()


def take_rows_of_another(path: Path) -> None:
    other = path.with_name("other.sqlite")
    state = State.open(other)
    commit_article(state, 1, version=9)
    state.close()
    connection = sqlite3.connect(path)
    connection.execute("ATTACH ? AS other", (str(other),))
    connection.execute("DELETE FROM articles WHERE rowid = 2")
    connection.execute("INSERT INTO articles SELECT * FROM other.articles")
    connection.commit()
    connection.close()


KINDS = [empty, fill_with_garbage, overwrite_application, change_a_row, take_rows_of_another]


@pytest.mark.parametrize("damage", KINDS)
def test_a_damaged_file_is_set_aside_and_made_anew(
    damage: Callable[[Path], None], place: Path
) -> None:
    damage(place)
    before = place.read_bytes()
    with pytest.raises(DamagedStateError, match=r"state\.sqlite"):
        State.open(place)
    state, report = reopened(place)
    assert report
    assert content(state)["delivered"]
    assert len(content(state)["lines"]) == ARTICLES
    assert state.open_batch(1, [], NOW).id == 2
    state.close()
    aside = [it for it in place.parent.glob("state.sqlite.damaged-*") if it.name in report]
    assert aside[0].read_bytes() == before
    again, report = reopened(place)
    assert report is None
    again.close()


# Leaves a state as a kill does, with commits that stand in the WAL only.
UNCLOSED = """
import os, sys
from pathlib import Path
from newscrawler.state.store import State
from tests.test_state_damage import commit_article
state = State.open(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    commit_article(state, number)
os._exit(9)
"""


def leave_open(path: Path, first: int, last: int) -> Path:
    command = [sys.executable, "-c", UNCLOSED, str(path), str(first), str(last)]
    assert subprocess.run(command, check=False, cwd=PROJECT_ROOT).returncode == 9
    return path.with_name(f"{path.name}-wal")


def test_a_killed_state_is_not_damaged(place: Path) -> None:
    leave_open(place, ARTICLES, ARTICLES + 5)
    state, report = reopened(place)
    assert report is None
    assert len(state.unpublished(SERIES.key)) == 5
    state.close()


def test_a_missing_wal_is_noticed(place: Path) -> None:
    leave_open(place, ARTICLES, ARTICLES + 5).unlink()
    state, report = reopened(place)
    assert report
    assert len(content(state)["lines"]) == ARTICLES
    state.close()


@pytest.mark.parametrize("count", [1, 50])
def test_the_wal_of_another_state_is_noticed(count: int, place: Path) -> None:
    other = place.with_name("other.sqlite")
    State.open(other).close()
    wal = leave_open(other, 0, count)
    shutil.copy(wal, place.with_name("state.sqlite-wal"))
    before = content_of_sound(place)
    state, report = reopened(place)
    assert report
    assert content(state) == before
    state.close()
    assert [it.read_bytes() for it in place.parent.glob("*.damaged-*-wal")] == [wal.read_bytes()]


def content_of_sound(place: Path) -> Any:
    alone = place.with_name("alone.sqlite")
    shutil.copy(place, alone)
    return told_by(alone)[0]


def test_a_wal_without_its_file_is_of_no_use(place: Path) -> None:
    leave_open(place, ARTICLES, ARTICLES + 5)
    place.unlink()
    state = State.open(place)
    assert state.unpublished_counts() == {}
    state.close()


# What is recovered


def test_what_waits_is_saved_and_what_was_delivered_is_not_delivered_twice(place: Path) -> None:
    state = State.open(place)
    commit_article(state, ARTICLES)  # waits
    commit_article(state, ARTICLES + 1)  # is delivered, and the state does not know it
    state.put_page(Page(key="later", url="u", series=SERIES.key, state="deferred", due_at=NOW))
    batch = state.open_batch(1, [], NOW).id
    state.close()
    later = place.parent / "feeds" / FOLDER / f"{batch:06d}-20260103T000000Z.jsonl"
    later.write_text(a_line(ARTICLES + 1) + "\n")
    change_a_row(place)
    state, report = reopened(place)
    assert report
    assert [one.key for one in state.unpublished(SERIES.key)] == [key(ARTICLES)]
    assert state.unpublished_counts()[SERIES.key] == {"article": 1, "links": 1}
    assert state.page("later")
    assert state.open_batch(1, [], NOW).id > batch
    state.close()


@pytest.mark.parametrize("table", ["outbox", "outbox, deliveries", "outbox, deliveries, members"])
def test_what_lost_its_place_in_the_outbox_is_not_lost(table: str, place: Path) -> None:
    state = State.open(place)
    commit_article(state, ARTICLES)
    state.close()
    connection = sqlite3.connect(place)
    for name in table.split(", "):
        connection.execute(f"UPDATE {name} SET series = 'x'")  # noqa: S608
    connection.commit()
    connection.close()
    state, _ = reopened(place)
    waiting = [one.key for one in state.unpublished(SERIES.key)]
    if "members" in table:  # nobody knows for whom: it is asked for again
        assert (waiting, state.page(key(ARTICLES))) == ([], None)
    else:
        assert waiting == [key(ARTICLES)]
    state.close()


def test_a_batch_on_its_way_stays_one(place: Path) -> None:
    state = State.open(place)
    commit_article(state, ARTICLES)
    batch = state.open_batch(1, [SERIES.key], NOW)
    state.aim_batch(batch.id, "{}")
    state.close()
    change_a_row(place)
    state, _ = reopened(place)
    assert [one.id for one in state.batches()] == [batch.id]
    assert list(state.batch_lines(batch.id, "article")) == [a_line(ARTICLES)]
    state.close()


def test_feeds_alone_restore_versions_members_and_marks(tmp_path: Path) -> None:
    feeds = tmp_path / "feeds" / FOLDER
    feeds.mkdir(parents=True)
    (feeds / "000007-20260101T000000Z.jsonl").write_text(a_line(1) + "\n" + a_line(2) + "\n")
    with gzip.open(feeds / "000019-20260102T000000Z.jsonl.gz", "wt") as file:
        file.write(a_line(1, version=2) + "\n{broken\n[]\n" + '{"url":"x","id":"y"}\n')
    account = json.dumps({"name": SERIES.name, "url": SERIES.url})
    (feeds / "000019-20260102T000000Z.series.jsonl").write_text(account + "\n")
    (feeds / "000020-20260103T000000Z.jsonl.gz").write_bytes(b"\x1f\x8b torn")
    path = tmp_path / "state.sqlite"
    empty(path)
    state, report = reopened(path, marks_of=lambda it: (f"id {it['id']}",))
    assert report
    assert "4 feed lines could not be read" in report
    article = state.article(key(1))
    assert article
    assert (article.version, article.marks) == (2, ("id news.example:1",))
    assert list(state.article_lines(SERIES.key, versions=True)) == [
        a_line(1),
        a_line(2),
        a_line(1, 2),
    ]
    assert [one.folder for one in state.all_series()] == [FOLDER]
    assert state.open_batch(1, [], NOW).id == 21
    state.close()


def test_a_single_feed_file_names_its_series_beside_it(tmp_path: Path) -> None:
    (tmp_path / "crisis.jsonl").write_text(a_line(1) + "\n")
    companion = tmp_path / "crisis.series.jsonl"
    companion.write_text(json.dumps({"name": SERIES.name, "url": SERIES.url}) + "\n")
    path = tmp_path / "state.sqlite"
    empty(path)
    state, _ = open_or_rebuild(path, [tmp_path / "crisis.jsonl"], now=NOW)
    assert [one.article for one in state.members(SERIES.key)] == [key(1)]
    state.close()


def test_a_restored_article_counts_as_unchanged() -> None:
    from newscrawler.state.rebuild import text_fingerprint

    article = Article(url="https://news.example/1", id="1", headline="Héadline", body="Text")
    assert text_fingerprint({"headline": "Héadline", "body": "Text"}) == fingerprint(article)


def test_nothing_at_all_to_recover_is_an_error_once(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    for number in (1, 2):
        fill_with_garbage(path)
        with pytest.raises(DamagedStateError, match=r"state\.sqlite\.damaged-") as caught:
            open_or_rebuild(path, [], now=NOW)
        assert str(path) in str(caught.value)
        assert len(list(tmp_path.iterdir())) == number
    state, report = open_or_rebuild(path, [], now=NOW)
    assert report is None
    state.close()


def test_a_checkpoint_that_was_cut_short_is_no_damage(tmp_path: Path) -> None:
    """The file alone is malformed then: its header counts pages that only the WAL has."""
    path = tmp_path / "state.sqlite"
    state = State.open(path)
    state.make_durable()
    for number in range(40):
        key = f"tide.example/{number}/" + "x" * 500
        state.put_page(Page(key=key, url=f"https://{key}"))
    cut = tmp_path / "cut.sqlite"
    shutil.copy(path, cut)
    shutil.copy(f"{path}-wal", f"{cut}-wal")
    with cut.open("r+b") as file:
        file.seek(28)  # the number of pages, which a checkpoint writes with the first page
        file.write((2 * path.stat().st_size // 4096).to_bytes(4, "big"))
    state.close()
    with closing(State.open(cut)) as again:
        assert len(again.pending("", "")) == 40
