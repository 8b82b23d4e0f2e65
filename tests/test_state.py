"""The state keeps what it is told, whole or not at all, and tells it again."""

from __future__ import annotations

import errno
import gc
import json
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newscrawler.state.database import Database
from newscrawler.state.folders import folder_of
from newscrawler.state.opening import MIGRATIONS, open_database
from newscrawler.state.rows import (
    ArchivePosition,
    Host,
    KeptResponse,
    KeptRobots,
    KnownArticle,
    KnownSeries,
    Member,
    Page,
    PageCommit,
    RecordKind,
    Taught,
)
from newscrawler.state.store import NewerStateError, State, StateError
from tests.conftest import PROJECT_ROOT, succeeds

T1, T2, T3 = "2026-01-01T08:00:00Z", "2026-01-01T09:00:00Z", "2026-01-01T10:00:00Z"


@pytest.fixture(params=["in a file", "in memory"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    opened = State.open(tmp_path / "state.sqlite" if request.param == "in a file" else None)
    yield opened
    opened.check()
    opened.close()


def an_article(key: str, version: int = 1, marks: tuple[str, ...] = ()) -> KnownArticle:
    url = f"https://news.example/{key}"
    line = json.dumps({"url": url, "id": key, "version": version, "body": f"Text of {key} é☃"})
    return KnownArticle(
        key=key,
        url=url,
        first_seen=T1,
        changed_at=T1,
        version=version,
        fingerprint=f"f{version}",
        line=line,
        marks=marks,
    )


def a_page(key: str, **other: Any) -> Page:
    return Page(key=key, url=f"https://news.example/{key}", series="s", **other)


def a_commit(article: KnownArticle, *addresses: str, series: str = "s") -> PageCommit:
    keys = dict.fromkeys([*addresses, article.key])
    return PageCommit(
        series=series,
        pages=[a_page(key, state="done", article=article.key) for key in keys],
        article=article,
        member=True,
        records=[("article", article.line), ("links", "{}")],
    )


# Frontier


def test_a_page_is_kept_with_all_its_columns(state: State) -> None:
    page = Page(
        key="k",
        url="u",
        series="s",
        hops=2,
        state="deferred",
        reason="http_503",
        detail="d",
        tries=3,
        due_at=T2,
        checked_at=T1,
        article="a",
        etag='"e"',
        last_modified="m",
    )
    state.put_page(page)
    assert state.page("k") == page
    assert state.page("other") is None


def test_links_are_queued_unless_they_are_known(state: State) -> None:
    done, deferred = a_page("a", state="done"), a_page("b", state="deferred", due_at=T2)
    far, near = a_page("c", hops=4), a_page("d", hops=1)
    state.commit(1, PageCommit(series="s", pages=[done, deferred], links=[far, near]), T1)
    again = [a_page(key, hops=2) for key in "abcd"]
    state.commit(1, PageCommit(series="other", links=again), T1)
    assert [state.page(key) for key in "abcd"] == [done, deferred, replace(far, hops=2), near]


def test_pending_are_queued_pages_and_deferred_ones_that_are_due(state: State) -> None:
    for page in (
        a_page("queued"),
        a_page("due", state="deferred", due_at=T1),
        a_page("later", state="deferred", due_at=T3),
        a_page("done", state="done", due_at=T1),
        replace(a_page("foreign"), series="other"),
    ):
        state.put_page(page)
    assert [page.key for page in state.pending("s", T2)] == ["queued", "due"]
    assert [page.key for page in state.deferred("s")] == ["due", "later"]


def test_a_kept_response_is_replaced(state: State) -> None:
    headers = (("ETag", '"1"'), ("Set-Cookie", "a"), ("Set-Cookie", "\udcff"))
    first = KeptResponse(key="k", url="u", headers=headers, body=b"", round=1, checked_at=T1)
    for response in (first, replace(first, body=b"\0\xff" * 9999, round=2)):
        state.commit(1, PageCommit(series="s", response=response), T1)
        assert state.kept_response("k") == response
    assert state.kept_response("other") is None


def test_a_commit_that_fails_leaves_nothing(state: State) -> None:
    commit = a_commit(an_article("a", marks=("m",)))
    commit.listed, commit.links = [("x", "https://news.example/x")], [a_page("l")]
    commit.records.append(("drops", None))  # type: ignore[arg-type] # what the database refuses
    with pytest.raises(sqlite3.IntegrityError):
        state.commit(1, commit, T1)
    assert [state.page("a"), state.page("l"), state.article("a")] == [None, None, None]
    assert (state.members("s"), state.unpublished_counts()) == ([], {})
    assert state.article_marked(["m"]) is None


# Articles


def test_an_article_is_known_by_its_last_version(state: State) -> None:
    first, second = an_article("a", 1, ("m1",)), an_article("a", 2, ("m2",))
    state.commit(1, a_commit(first), T1)
    state.commit(2, a_commit(second), T2)
    assert state.article("a") == replace(second, marks=("m1", "m2"))
    assert list(state.article_lines("s")) == [second.line]
    assert list(state.article_lines("s", versions=True)) == [first.line, second.line]
    assert state.article("b") is None


def test_a_mark_stays_with_the_article_that_had_it_first(state: State) -> None:
    state.commit(1, a_commit(an_article("a", marks=("m", "n"))), T1)
    state.commit(1, a_commit(an_article("b", marks=("m", "o"))), T1)
    found = [state.article_marked(marks) for marks in (["x", "m"], ["o", "m"], ["x"])]
    assert [one and (one[0], one[1].key) for one in found] == [("m", "a"), ("o", "b"), None]


def test_a_version_that_is_delivered_again_does_not_change_what_waits(state: State) -> None:
    article = an_article("a")
    state.commit(1, a_commit(article), T1)
    other = replace(article, line=article.line.replace("Text", "Other"))
    state.commit(2, a_commit(other), T2)
    batch = state.open_batch(2, ["s"], T2)
    assert list(state.batch_lines(batch.id, "article")) == [article.line, other.line]
    assert list(state.article_lines("s", versions=True)) == [other.line]


def test_what_is_gone_may_come_back(state: State) -> None:
    state.commit(1, a_commit(an_article("a")), T1)
    for reason in ("http_410", ""):
        state.note_gone("a", reason)
        article = state.article("a")
        assert article
        assert article.gone == reason
        assert state.gone_count("s") == bool(reason)
    state.note_gone("unknown", "http_404")
    assert state.article("unknown") is None


def test_a_forgotten_article_is_asked_for_again(state: State) -> None:
    article = an_article("b", marks=("m",))
    listed = PageCommit(series="s", listed=[("a", "https://news.example/a")])
    state.commit(1, listed, T1)
    state.commit(1, a_commit(article, "a"), T1)
    assert state.forget_article("b")
    assert not state.forget_article("b")
    assert (state.page("a"), state.page("b"), state.article("b")) == (None, None, None)
    assert (state.article_marked(["m"]), state.unpublished("s")) == (None, [])
    assert not state.delivered("s", "b")
    assert [(one.key, one.article) for one in state.members("s")] == [("a", "")]


def test_a_batch_keeps_the_line_of_a_forgotten_article(state: State) -> None:
    article = an_article("a")
    state.commit(1, a_commit(article), T1)
    batch = state.open_batch(1, ["s"], T1)
    state.forget_article("a")
    assert list(state.batch_lines(batch.id, "article")) == [article.line]
    state.close_batch(batch.id, T1)


# Series


def test_a_listed_page_and_its_article_are_one_member(state: State) -> None:
    names = [(key, f"https://news.example/{key}") for key in ("one", "two")]
    state.commit(1, PageCommit(series="s", listed=names), T1)
    state.commit(1, a_commit(an_article("article"), "two"), T1)
    state.commit(1, a_commit(an_article("unlisted")), T1)
    state.commit(1, PageCommit(series="s", listed=[names[1]]), T2)
    assert state.members("s") == [
        Member(key="one", url=names[0][1], article="", listed_at=T1),
        Member(key="two", url=names[1][1], article="article", listed_at=T2),
        Member(
            key="unlisted", url="https://news.example/unlisted", article="unlisted", listed_at=""
        ),
    ]
    assert len(list(state.article_lines("s"))) == 2


def test_a_page_that_is_listed_after_its_article_is_the_same_member(state: State) -> None:
    state.commit(1, a_commit(an_article("article"), "alias"), T1)
    state.commit(1, PageCommit(series="s", listed=[("alias", "https://news.example/alias")]), T2)
    assert [(one.article, one.listed_at) for one in state.members("s")] == [("article", T2)]
    assert len(list(state.article_lines("s"))) == 1


def test_an_update_of_a_series_erases_nothing(state: State) -> None:
    first = KnownSeries(
        key="k", name="Harbour", url="https://news.example/harbour/", advertised=7, last_new_at=T1
    )
    known = state.put_series(first)
    assert known == replace(first, folder="news.example-harbour")
    assert state.put_series(KnownSeries(key="k", name="")) == known
    renamed = state.put_series(KnownSeries(key="k", name="The Harbour", advertised=0))
    assert renamed == replace(known, name="The Harbour", advertised=0)
    assert (state.series("k"), state.all_series()) == (renamed, [renamed])
    assert state.series("other") is None


FOLDERS = [
    ("https://www.news.example/trend/Harbour_Crisis/", "", "news.example-harbour-crisis"),
    ("https://news.example/trend/harbour/index.html", "", "news.example-harbour"),
    ("https://news.example/t/caf%C3%A9.html", "", "news.example-cafe"),
    ("https://news.example/t/../..%2F..%2Fetc/", "", "news.example-etc"),
    ("", "Harbour: Crisis, 2026!", "harbour-crisis-2026"),
    ("", "..Hidden/..", "hidden"),
]


@pytest.mark.parametrize(("url", "name", "folder"), FOLDERS)
def test_a_folder_is_named_after_the_series(url: str, name: str, folder: str) -> None:
    assert folder_of("key", name, url) == folder


@pytest.mark.parametrize(
    ("url", "name", "start"),
    [
        ("https://news.example/", "Harbour", "news.example-"),
        ("https://news.example/新闻/", "", "news.example-"),
        ("", "新闻", "series-"),
        ("", "...", "series-"),
    ],
)
def test_a_series_without_a_telling_name_has_a_folder_all_the_same(
    url: str, name: str, start: str
) -> None:
    folder = folder_of("key", name, url)
    assert folder.startswith(start)
    assert len(folder) == len(start) + 8
    assert folder != folder_of("other key", name, url)


def test_no_two_series_have_one_folder(state: State) -> None:
    names = [f"{'long ' * 40}{n}" for n in range(3)] + ["single articles"]
    all_series = [state.put_series(KnownSeries(key=name, name=name)) for name in names]
    folders = {one.folder for one in all_series}
    assert len(folders) == len(names)
    assert "single-articles" not in folders
    assert max(map(len, folders)) <= 80


@pytest.mark.parametrize(
    "text",
    ["news.example/harbour", "http://www.news.example/harbour", "news.example-harbour", "HARBOUR"],
)
def test_a_series_is_found_by(text: str, state: State) -> None:
    address = "https://news.example/harbour/"
    wanted = state.put_series(KnownSeries(key="news.example/harbour", name="Harbour", url=address))
    state.put_series(KnownSeries(key="other", name="Other"))
    assert state.find_series(text) == [wanted]
    assert state.find_series(f"{text}x") == []


def test_a_forgotten_series_takes_its_own_articles_with_it(state: State) -> None:
    for key in ("s", "other"):
        state.put_series(KnownSeries(key=key, name=key))
    state.commit(1, a_commit(an_article("own")), T1)
    for series in ("s", "other"):
        state.commit(1, a_commit(an_article("shared"), series=series), T1)
    state.put_page(a_page("queued"))
    state.add_history(1, "s", "{}")
    assert state.forget_series("s") == 1
    assert (state.article("own"), state.page("queued"), state.series("s")) == (None, None, None)
    assert (state.members("s"), state.history("s"), state.unpublished("s")) == ([], [], [])
    assert [one.article for one in state.members("other")] == ["shared"]
    assert state.article("shared")


# Runs and hosts


@pytest.mark.parametrize(
    ("exit_code", "minutes", "goes_on"),
    [
        (None, 10, True),
        (11, 10, True),
        (3, 359, True),
        (11, -60, True),
        (0, 10, False),
        (12, 10, False),
        (15, 361, False),
        (None, 361, False),
    ],
)
def test_a_run_goes_on_where_one_was_stopped(
    exit_code: int | None, minutes: int, goes_on: bool, state: State
) -> None:
    first = state.begin_run("series", "x", T3)
    if exit_code is not None:
        state.end_run(first.id, T3, exit_code, "{}")
    hours, rest = divmod(10 * 60 + minutes, 60)
    run = state.begin_run("series", "x", f"2026-01-01T{hours:02}:{rest:02}:00Z")
    assert run.id > first.id
    assert run.resumes == (first.id if goes_on else None)
    assert run.round == (first.id if goes_on else run.id)


def test_a_chain_of_stopped_runs_is_one_round(state: State) -> None:
    runs = [state.begin_run("series", "x", T1) for _ in range(3)]
    other = state.begin_run("series", "y", T1)
    assert [run.round for run in runs] == [runs[0].id] * 3
    assert other.resumes is None


def test_history_gives_the_last_entries(state: State) -> None:
    for number in range(5):
        state.add_history(number, "s", str(number))
    assert state.history("s", limit=3) == ["2", "3", "4"]
    assert state.history("other") == []


def test_a_host_is_kept(state: State) -> None:
    host = Host(name="news.example", not_before=T1, reason="http_429", failures=2)
    state.put_host(host)
    assert state.host("news.example") == host
    assert state.host("other.example") is None


def robots_of(number: int) -> KeptRobots:
    host = f"{number}.example"
    at = f"2026-11-24T08:{number // 60:02}:{number % 60:02}Z"
    return KeptRobots(
        origin=f"https://{host}", host=host, body=b"\xff" * number, status=200, fetched_at=at
    )


def test_a_robots_txt_is_kept_as_it_was_answered(state: State) -> None:
    kept = robots_of(7)
    state.put_robots(kept)
    assert state.robots(kept.origin) == kept
    state.put_robots(replace(kept, body=b"", status=404))
    assert state.robots(kept.origin) == replace(kept, body=b"", status=404)
    assert state.robots("http://7.example") is None


def test_the_thousand_last_robots_txts_are_kept(state: State) -> None:
    for number in range(1005):
        state.put_robots(robots_of(number))
    found = [state.robots(robots_of(number).origin) for number in (0, 4, 5, 1004)]
    assert [one is not None for one in found] == [False, False, True, True]


def test_a_host_that_is_forgotten_has_no_pause_and_no_robots_txt(state: State) -> None:
    state.put_host(Host(name="7.example", not_before=T1, failures=2))
    state.put_robots(robots_of(7))
    state.put_robots(robots_of(8))
    assert state.forget_host("7.example") == 2
    assert state.host("7.example") is None
    assert state.robots("https://7.example") is None
    assert state.robots("https://8.example") is not None
    assert state.forget_host("7.example") == 0


def test_a_state_of_an_earlier_version_gets_what_came_later(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    database = open_database(path)
    State(database).put_host(Host(name="news.example", not_before=T1))
    for table in (
        *("robots", "archives", "lessons", "copies", "postings"),
        *("visits", "publications", "beside"),
    ):
        database.execute(f"DROP TABLE {table}")
    database.set_version(2)
    database.close()
    with closing(State.open(path)) as state:
        state.put_robots(robots_of(7))
    with closing(State.open(path)) as state:
        assert state.robots("https://7.example") == robots_of(7)
        assert state.host("news.example") is not None
        assert state.archive_positions("all") == []


# Archives


def position(offset: int, number: int = 1, faults: tuple[str, ...] = ()) -> ArchivePosition:
    return ArchivePosition(
        key="a.warc all", selection="all", path="a.warc", head="4:ff",
        offset=offset, number=number, faults=faults,
    )  # fmt: skip


def test_the_position_in_an_archive_is_kept_with_the_page_and_articles_are_counted(
    state: State,
) -> None:
    state.commit(1, replace(a_commit(an_article("1")), position=position(100)), T1)
    state.commit(1, PageCommit(series="a", position=position(150, faults=("byte 3",))), T1)
    state.commit(1, replace(a_commit(an_article("2")), position=position(200, 2)), T1)
    [found] = state.archive_positions("all")
    assert (found.offset, found.number, found.articles) == (200, 2, 2)
    state.forget_archives("all")
    assert state.archive_position("a.warc all") is None


def test_what_an_archived_page_teaches_is_learned_when_its_block_is_read(state: State) -> None:
    for number in range(3):
        taught = Taught(site="news.example", page=f"p{number}", texts=(5, number + 10))
        state.commit(1, PageCommit(series="a", taught=taught, position=position(number + 1)), T1)
    assert state.site_texts("news.example", "another") == frozenset()
    state.learn_lessons()
    assert state.site_texts("news.example", "another") == {5}
    assert state.site_snapshot("news.example").repeated(0) == {5}
    state.learn_lessons()
    assert state.site_texts("news.example", "another") == {5}


# Outbox


def lines_of(state: State, batch: int) -> list[tuple[str, str]]:
    kinds: tuple[RecordKind, ...] = ("article", "links", "series")
    return [(kind, line) for kind in kinds for line in state.batch_lines(batch, kind)]


def test_a_batch_takes_what_waits_and_leaves_the_rest(state: State) -> None:
    article, foreign = an_article("a"), an_article("b")
    state.commit(1, a_commit(article), T1)
    state.commit(1, a_commit(foreign, series="other"), T1)
    batch = state.open_batch(1, ["s"], T2)
    assert (batch.series, batch.run, batch.created_at) == (("s",), 1, T2)
    assert batch.counts == {"article": 1, "series": 0, "links": 1, "drops": 0}
    assert lines_of(state, batch.id) == [("article", article.line), ("links", "{}")]
    assert state.unpublished_counts() == {"other": {"article": 1, "links": 1}}
    assert state.unpublished("s") == [article]
    assert state.open_batch(1, ["s"], T2).counts["article"] == 0


def test_a_closed_batch_leaves_the_outbox(state: State) -> None:
    state.commit(1, a_commit(an_article("a")), T1)
    batch = state.open_batch(1, ["s"], T1)
    state.aim_batch(batch.id, '{"to": "x"}')
    assert state.batches() == [replace(batch, targets='{"to": "x"}')]
    state.close_batch(batch.id, T2)
    assert (state.batches(), lines_of(state, batch.id), state.unpublished("s")) == ([], [], [])
    assert state.delivered("s", "a")


def test_a_released_batch_waits_in_its_old_order(state: State) -> None:
    for key in "ab":
        state.commit(1, a_commit(an_article(key)), T1)
    batch = state.open_batch(1, ["s"], T1)
    state.commit(1, a_commit(an_article("c")), T1)
    before = lines_of(state, batch.id)
    state.release_batch(batch.id)
    assert state.batches() == []
    again = state.open_batch(1, ["s"], T2)
    assert again.id > batch.id
    assert lines_of(state, again.id)[:2] == before[:2]
    assert again.counts["article"] == 3


def test_only_the_last_account_of_a_series_waits(state: State) -> None:
    for line in ('{"new":1}', '{"new":2}'):
        state.add_records(1, "s", [("series", line)])
    assert lines_of(state, state.open_batch(1, ["s"], T1).id) == [("series", '{"new":2}')]


def test_a_known_article_can_be_delivered_to_another_series(state: State) -> None:
    article = an_article("a")
    state.commit(1, a_commit(article), T1)
    assert not state.delivered("other", "a")
    state.add_records(1, "other", [("article", article.line)])
    assert state.delivered("other", "a")
    assert state.unpublished("other") == [article]


# The file


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_nobody_else_can_read_it(umask: int, tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.sqlite"
    before = os.umask(umask)
    try:
        state = State.open(path)
    finally:
        os.umask(before)
    modes = {
        it.name: stat.S_IMODE(it.stat().st_mode) for it in (path.parent, *path.parent.iterdir())
    }
    state.close()
    assert modes.pop("new") == 0o700
    assert set(modes.values()) == {0o600}


def test_a_state_is_the_same_after_it_was_closed(tmp_path: Path) -> None:
    path, article = tmp_path / "state.sqlite", an_article("a", marks=("m",))
    state = State.open(path)
    state.commit(1, a_commit(article), T1)
    number = state.open_batch(1, [], T1).id
    state.release_batch(number)
    state.make_durable()
    state.close()
    assert [it.name for it in tmp_path.iterdir()] == ["state.sqlite"]
    again = State.open(path)
    assert again.article("a") == article
    assert again.open_batch(1, ["s"], T1).id > number
    again.close()


def changed(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(sql)
    connection.close()


@pytest.mark.parametrize(
    ("sql", "error", "says"),
    [
        ("PRAGMA user_version = 99", NewerStateError, "newer"),
        ("DROP VIEW identity; PRAGMA application_id = 7", StateError, "another application"),
    ],
)
def test_what_is_not_ours_is_left_alone(
    sql: str, error: type[StateError], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "state.sqlite"
    State.open(path).close()
    changed(path, sql)
    before = path.read_bytes()
    with pytest.raises(error, match=says) as caught:
        State.open(path)
    assert str(path) in str(caught.value)
    assert type(caught.value) is error
    assert path.read_bytes() == before


def test_an_older_state_is_brought_up_to_date_or_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    State.open(path).close()

    def add_table(database: Database) -> None:
        database.execute("CREATE TABLE added (it TEXT)")

    def fail(database: Database) -> None:
        database.execute("CREATE TABLE half (it TEXT)")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        open_database(path, (*MIGRATIONS, add_table, fail))
    State.open(path).close()
    for _ in range(2):
        database = open_database(path, (*MIGRATIONS, add_table))
        assert database.pragma("user_version") == len(MIGRATIONS) + 2
        database.execute("SELECT * FROM added")
        database.close()


def test_a_full_disk_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    database = open_database(path)
    state = State(database)
    state.commit(1, a_commit(an_article("kept")), T1)
    database.execute(f"PRAGMA max_page_count = {database.pragma('page_count')}")
    pages = [a_page(f"{number}", detail="x" * 5000) for number in range(100)]
    with pytest.raises(OSError, match="cannot write") as caught:
        state.commit(1, PageCommit(series="s", pages=pages), T1)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(path))
    assert state.article("kept")
    database.execute("PRAGMA max_page_count = 100000")
    state.put_page(a_page("after"))
    state.check()
    state.close()


# Opens a state, fills it where told, and prints the number of the error.
OPEN = """
import sys
from pathlib import Path
from newscrawler.state.rows import Page
from newscrawler.state.store import State
try:
    state = State.open(Path(sys.argv[1]))
    for number in range(int(sys.argv[2])):
        state.put_page(Page(key=str(number), url="u" * 5000))
except OSError as error:
    print(error.errno, error.filename)
"""


@pytest.mark.parametrize(
    ("mount", "pages", "number"),
    [
        ("mount --bind {0} {0} && mount -o remount,bind,ro {0}", 0, errno.EROFS),
        ("mount -t tmpfs -o size=600k none {0}", 1000, errno.ENOSPC),
    ],
)
def test_a_folder_that_cannot_be_written(
    mount: str, pages: int, number: int, tmp_path: Path
) -> None:
    if not succeeds("unshare", "-rm", "true"):
        pytest.skip("unshare -rm is not allowed here, so nothing can be mounted")
    path = tmp_path / "state.sqlite"
    State.open(path).close()
    shell = f'{mount.format(tmp_path)} && exec "$0" -c "$1" {path} {pages}'
    command = ["unshare", "-rm", "sh", "-c", shell, sys.executable, OPEN]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT_ROOT)
    assert run.stdout.split()[0] == str(number), run.stderr
    assert run.stdout.split()[1].startswith(str(path))


def test_threads_do_not_disturb_one_another(state: State) -> None:
    def work(name: str) -> None:
        for number in range(20):
            state.commit(1, a_commit(an_article(f"{name}{number}")), T1)
            assert state.article(f"{name}{number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(state.unpublished("s")) == len(list(state.article_lines("s"))) == 80


# Commits article after article and says which are kept.
COMMIT = """
import sys
from pathlib import Path
from tests.test_state import T1, a_commit, an_article
from newscrawler.state.store import State
state = State.open(Path(sys.argv[1]))
print("open", flush=True)
for number in range(int(sys.argv[2]), 10**9):
    state.commit(1, a_commit(an_article(f"a{number}", marks=(f"m{number}",)), f"p{number}"), T1)
    print(number, flush=True)
"""


def test_every_commit_is_whole_after_a_kill(tmp_path: Path) -> None:
    seed = random.randrange(10**6)  # noqa: S311
    print("seed", seed)  # noqa: T201 - to repeat it
    dice = random.Random(seed)  # noqa: S311
    path, last = tmp_path / "state.sqlite", -1
    for _ in range(10):
        before = last
        last = max(last, commit_until_killed(path, last + 1, dice.uniform(0, 0.1)))
        state = State.open(path)
        keys = [one.key for one in state.unpublished("s")]
        assert len(keys) == len(set(keys)) == len(list(state.article_lines("s")))
        assert keys[: last + 1] == [f"a{number}" for number in range(last + 1)]
        assert all(is_whole(state, key) for key in keys[before + 1 :])
        last = len(keys) - 1
        state.close()


def commit_until_killed(path: Path, start: int, seconds: float) -> int:
    """Return the last number that the process said was kept."""
    command = [sys.executable, "-c", COMMIT, str(path), str(start)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT_ROOT) as process:
        assert process.stdout
        process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        said = [int(line) for line in process.stdout if line.endswith(b"\n")]
    return said[-1] if said else start - 1


def is_whole(state: State, key: str) -> bool:
    found = state.article_marked([key.replace("a", "m")])
    pages = [state.page(key), state.page(key.replace("a", "p"))]
    return bool(found and found[1].key == key and all(pages) and state.delivered("s", key))


UNUSUAL = ["\ud800 lone", "nul\0inside", "新闻", "x" * 100_000, "'; DROP TABLE pages; --"]


@pytest.mark.parametrize("text", UNUSUAL, ids=range(len(UNUSUAL)))
def test_any_text_can_be_kept(text: str, state: State) -> None:
    series = state.put_series(KnownSeries(key=text, name=text))
    expected = text.encode("utf-8", "replace").decode()
    kept = state.series(text)
    assert kept
    assert (kept.name, kept.folder) == (expected, series.folder)


def test_a_state_that_is_only_forgotten_is_not_damaged(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    state = State.open(path)
    state.put_page(a_page("a"))
    del state
    gc.collect()
    again = State.open(path)
    assert again.page("a")
    again.close()
    again.close()
