"""Publishing as its readers see it: each record once, each file whole, whatever goes wrong."""

from __future__ import annotations

import errno
import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tracemalloc
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from scrapy.cmdline import execute
from scrapy.settings import Settings

from newscrawler.exit_codes import ExitCode
from newscrawler.publishing import Output, Published, Publisher, check_outputs, write_feed
from newscrawler.state.rows import KnownArticle, KnownSeries, PageCommit, RecordKind
from newscrawler.state.store import State
from tests.conftest import PROJECT_ROOT, RunCommand

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

AT = "2026-11-24T08:42:11Z"
TIDES = "https://news.example/tides/"
NAMES = ["feed.jsonl", "feed.jsonl.gz", "feed.jsonl.zst"]
BESIDE = ["series", "links", "drops"]


# A state with records that wait, and the feeds they go to


def article_line(number: int | str, **fields: Any) -> str:
    return json.dumps({"url": f"https://news.example/{number}", "id": str(number), **fields})


def commit(
    state: State, number: int | str, *, series: str = TIDES, version: int = 1, **fields: Any
) -> None:
    """Let one article wait, as the crawl of its page does."""
    key = f"news.example/{number}"
    line = article_line(number, **fields)
    article = KnownArticle(
        key=key,
        url=f"https://{key}",
        first_seen=AT,
        changed_at=AT,
        version=version,
        fingerprint=f"{number}-{version}",
        line=line,
    )
    page = PageCommit(series=series, article=article, member=True, records=[("article", line)])
    state.commit(a_run(state), page, AT)


def add(state: State, kind: RecordKind, *values: int, series: str = TIDES) -> None:
    state.add_records(a_run(state), series, [(kind, f'{{"n":{value}}}') for value in values])


def a_run(state: State) -> int:
    return state.begin_run("series", "", AT).id


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = State.open(tmp_path / "state" / "state.sqlite")
    yield state
    state.close()


def publish(
    state: State, folder: Path, *names: str, replace: bool = True, append: bool = False
) -> Published:
    """Publish as a whole run does: what an earlier one left open first."""
    publisher = a_publisher(state, folder, *names, append=append)
    publisher.finish_interrupted()
    return publisher.publish(1, [TIDES], AT, replace=replace)


def a_publisher(state: State, folder: Path, *names: str, append: bool = False) -> Publisher:
    outputs = [Output(name if name == "-" else str(folder / name), not append) for name in names]
    check_outputs(outputs, folder)
    return Publisher(state, folder, outputs)


def read(path: Path) -> bytes:
    opened: Any = {".gz": gzip.open, ".zst": zstd.open}.get(path.suffix, open)
    with opened(path, "rb") as file:
        content: bytes = file.read()
    return content


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in read(path).splitlines()]


def numbers(path: Path) -> list[int]:
    return [json.loads(line)["n"] for line in read(path).splitlines()]


def beside(feed: Path, kind: str) -> Path:
    return feed.with_name(feed.name.replace(".jsonl", f".{kind}.jsonl"))


def content_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


# Folders of a series, where the user names no output


def test_a_series_gets_its_records_in_files_of_their_own(state: State, tmp_path: Path) -> None:
    folder = state.put_series(KnownSeries(key=TIDES, name="Tides", url=TIDES)).folder
    for number in (1, 2):
        commit(state, number)
    add(state, "links", 7, 8, 9)
    published = publish(state, tmp_path / "feeds")
    assert published.folder == tmp_path / "feeds" / folder
    assert sorted(content_of(published.folder)) == sorted(names_of(published))
    assert names_of(published) == [
        "000001-20261124T084211Z.links.jsonl",
        "000001-20261124T084211Z.jsonl",
    ]
    assert published.articles == 2
    assert [(it.kind, it.records) for it in published.files] == [("links", 3), ("article", 2)]
    for file in published.files:
        content = Path(file.path).read_bytes()
        assert (file.bytes, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert ids(Path(published.files[-1].path)) == ["1", "2"]
    assert state.unpublished_counts() == {}
    assert state.batches() == []


def names_of(published: Published) -> list[str]:
    return [Path(file.path).name for file in published.files]


def test_later_batches_sort_behind_earlier_ones_which_do_not_change(
    state: State, tmp_path: Path
) -> None:
    before: dict[str, bytes] = {}
    for number in range(3):
        commit(state, number)
        publish(state, tmp_path / "feeds")
        now = content_of(tmp_path / "feeds")
        assert before.items() <= now.items()
        before = now
    assert [json.loads(before[name])["id"] for name in sorted(before)] == ["0", "1", "2"]


def test_articles_of_no_series_have_a_folder_too(state: State, tmp_path: Path) -> None:
    commit(state, 1)
    publish(state, tmp_path / "feeds")
    assert list(content_of(tmp_path / "feeds")) == ["single-articles/000001-20261124T084211Z.jsonl"]


def test_without_an_article_nothing_is_published_and_all_waits(
    state: State, tmp_path: Path
) -> None:
    add(state, "drops", 1)
    assert publish(state, tmp_path / "feeds") == Published()
    assert not (tmp_path / "feeds").exists()
    commit(state, 1)
    add(state, "drops", 2)
    drops, articles = publish(state, tmp_path / "feeds").files
    assert numbers(Path(drops.path)) == [1, 2]
    assert ids(Path(articles.path)) == ["1"]


def test_each_series_is_a_batch_of_its_own(state: State, tmp_path: Path) -> None:
    other = state.put_series(KnownSeries(key="news.example/wind", name="Wind")).key
    commit(state, 1)
    commit(state, 2, series=other)
    commit(state, 3, series="news.example/not-asked-for")
    published = Publisher(state, tmp_path / "feeds", []).publish(
        1, [TIDES, other, TIDES], AT, replace=True
    )
    assert published.articles == len(published.files) == 2
    assert state.unpublished_counts() == {"news.example/not-asked-for": {"article": 1}}


@pytest.mark.parametrize(
    ("there", "names"),
    [
        pytest.param(article_line(1) + "\n", ["000001-20261124T084211Z.jsonl"], id="same bytes"),
        pytest.param(
            article_line("other") + "\n",
            ["000001-20261124T084211Z-2.jsonl", "000001-20261124T084211Z.jsonl"],
            id="other bytes",
        ),
    ],
)
def test_a_file_that_stands_there_already_is_never_changed(
    state: State, tmp_path: Path, there: str, names: list[str]
) -> None:
    folder = tmp_path / "feeds" / "single-articles"
    folder.mkdir(parents=True)
    (folder / "000001-20261124T084211Z.jsonl").write_text(there)
    commit(state, 1)
    publish(state, tmp_path / "feeds")
    assert sorted(content_of(folder)) == names
    assert (folder / "000001-20261124T084211Z.jsonl").read_text() == there
    assert ids(folder / names[0]) == ["1"]


# Outputs


@pytest.mark.parametrize("name", NAMES)
def test_an_output_is_four_files_that_belong_together(
    state: State, tmp_path: Path, name: str
) -> None:
    feed = tmp_path / name
    commit(state, 1)
    add(state, "drops", 1)
    publish(state, tmp_path, name)
    assert [numbers(beside(feed, kind)) for kind in BESIDE] == [[], [], [1]]
    commit(state, 2)
    add(state, "links", 2)
    publish(state, tmp_path, name)
    assert ids(feed) == ["2"]
    assert [numbers(beside(feed, kind)) for kind in BESIDE] == [[], [2], []]
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("name", NAMES)
def test_appending_goes_on_behind_the_very_bytes_of_the_old_file(
    state: State, tmp_path: Path, name: str
) -> None:
    feed = tmp_path / name
    commit(state, 1)
    add(state, "drops", 1)
    publish(state, tmp_path, name, append=True)
    before = feed.read_bytes()
    commit(state, 2)
    add(state, "drops", 2)
    articles = publish(state, tmp_path, name, append=True).files[-1]
    content = feed.read_bytes()
    assert content.startswith(before)
    assert ids(feed) == ["1", "2"]
    assert numbers(beside(feed, "drops")) == [1, 2]
    assert (articles.start, articles.bytes, articles.records) == (len(before), len(content), 1)
    assert articles.sha256 == hashlib.sha256(content).hexdigest()


def test_all_outputs_get_the_same_batch(
    state: State, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    commit(state, 1)
    add(state, "links", 5)
    publish(state, tmp_path, "a.jsonl", "-", "b.jsonl.gz")
    assert capfd.readouterr().out == article_line(1) + "\n"
    assert read(tmp_path / "a.jsonl") == read(tmp_path / "b.jsonl.gz")
    assert numbers(tmp_path / "a.links.jsonl") == numbers(tmp_path / "b.links.jsonl.gz") == [5]


@pytest.mark.parametrize("append", [False, True], ids=["overwrite", "append"])
@pytest.mark.parametrize("replace", [False, True], ids=["failed run", "good run"])
def test_without_an_article_an_old_output_stays_byte_for_byte(
    state: State, tmp_path: Path, append: bool, replace: bool
) -> None:
    commit(state, 1)
    publish(state, tmp_path, "feed.jsonl")
    before = [(path, path.read_bytes(), path.stat()) for path in tmp_path.glob("*.jsonl")]
    add(state, "drops", 1)
    assert publish(state, tmp_path, "feed.jsonl", append=append, replace=replace) == Published()
    assert before == [(path, path.read_bytes(), path.stat()) for path, *_ in before]
    assert state.unpublished_counts() == {TIDES: {"drops": 1}}


@pytest.mark.parametrize("name", NAMES)
def test_a_first_run_without_an_article_leaves_a_readable_empty_feed(
    state: State, tmp_path: Path, name: str
) -> None:
    add(state, "drops", 1)
    published = publish(state, tmp_path, name)
    assert read(tmp_path / name) == b""
    assert numbers(beside(tmp_path / name, "drops")) == [1]
    assert (published.articles, len(published.files)) == (0, 4)
    assert state.unpublished_counts() == {}


def test_a_first_run_that_failed_without_an_article_leaves_nothing(
    state: State, tmp_path: Path
) -> None:
    add(state, "drops", 1)
    assert publish(state, tmp_path, "feed.jsonl", replace=False) == Published()
    assert not list(tmp_path.glob("*.jsonl*"))
    assert state.unpublished_counts() == {TIDES: {"drops": 1}}


def test_a_failed_run_delivers_the_articles_that_it_has(state: State, tmp_path: Path) -> None:
    commit(state, 1)
    publish(state, tmp_path, "feed.jsonl", replace=False)
    assert ids(tmp_path / "feed.jsonl") == ["1"]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_records_give_the_same_bytes(state: State, tmp_path: Path, name: str) -> None:
    commit(state, 1)
    publish(state, tmp_path, f"one/{name}", f"two/other-{name}")
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / f"two/other-{name}").read_bytes()


def test_it_is_durable_in_the_state_before_it_is_visible_in_a_feed(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    for name in ("aim_batch", "make_durable", "close_batch"):
        monkeypatch.setattr(state, name, noting(events, name, getattr(state, name)))
    monkeypatch.setattr(Path, "replace", noting(events, "rename", Path.replace))
    commit(state, 1)
    publish(state, tmp_path, "feed.jsonl")
    assert list(dict.fromkeys(events)) == ["aim_batch", "make_durable", "rename", "close_batch"]
    assert events[-5:] == ["rename"] * 4 + ["close_batch"]


def noting(events: list[str], name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*arguments: Any) -> Any:
        events.append(name)
        return act(*arguments)

    return noted


def test_who_sees_the_articles_finds_what_belongs_to_them(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed: list[str] = []
    replace = Path.replace

    def noted(part: Path, target: Path) -> Path:
        placed.append(target.name)
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", noted)
    commit(state, 1)
    publish(state, tmp_path, "a.jsonl", "b.jsonl")
    assert len(placed) == 8
    assert placed[-2:] == ["a.jsonl", "b.jsonl"]


def test_memory_stays_flat_however_many_lines(tmp_path: Path) -> None:
    lines = (article_line(number, body="x" * 1000) for number in range(20_000))
    tracemalloc.start()
    try:
        written = write_feed(Output(str(tmp_path / "feed.jsonl.gz"), overwrite=True), lines)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert written.records == 20_000
    assert peak < 1_000_000  # bytes; a twentieth of the lines


# Before the crawl


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["feed.csv"], r"'.*feed\.csv': a feed's name ends in"),
        (["s3://bucket/a.jsonl"], "local file, not to s3:"),
        (["a.jsonl", "a.jsonl"], "two outputs would write this file"),
        (["a.jsonl", "a.links.jsonl"], "two outputs would write this file"),
    ],
    ids=["no feed", "not local", "twice", "one beside the other"],
)
def test_an_output_that_cannot_be_is_refused_by_name(names: list[str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        check_outputs([Output(name, overwrite=True) for name in names])


def test_checking_makes_nothing(tmp_path: Path) -> None:
    check_outputs([Output(str(tmp_path / "a" / "feed.jsonl"), overwrite=False), Output("-", True)])
    check_outputs([], tmp_path / "feeds")
    assert list(tmp_path.iterdir()) == []


WHOLE = article_line("old").encode()


@pytest.mark.parametrize(
    ("name", "old"),
    [
        ("feed.jsonl", b""),
        ("feed.jsonl", WHOLE + b"\n"),
        ("feed.jsonl", WHOLE),
        ("feed.jsonl", b'{"id":"' + b"x" * 100_000 + b'"}'),
        ("feed.jsonl.gz", b""),
        ("feed.jsonl.gz", gzip.compress(WHOLE)),
        ("feed.jsonl.gz", gzip.compress(b"") + gzip.compress(WHOLE + b"\n")),
        ("feed.jsonl.zst", zstd.compress(WHOLE)),
    ],
)
def test_appended_lines_start_on_a_line_of_their_own(
    state: State, tmp_path: Path, name: str, old: bytes
) -> None:
    feed = tmp_path / name
    feed.write_bytes(old)
    before = ids(feed)
    commit(state, "next")
    publish(state, tmp_path, name, append=True)
    assert feed.read_bytes().startswith(old)
    assert ids(feed) == [*before, "next"]


@pytest.mark.parametrize(
    ("name", "old", "complaint"),
    [
        ("feed.jsonl", WHOLE + b'\n{"id":"1', "its last line is torn"),
        ("feed.jsonl", WHOLE[:-1], "its last line is torn"),
        ("feed.jsonl", WHOLE + b"\n12", "its last line is torn"),
        ("feed.jsonl", WHOLE + b"\n" + bytes(50), "its last line is torn"),
        ("feed.jsonl.gz", gzip.compress(WHOLE)[:-9], ".gz data are torn"),
        ("feed.jsonl.gz", gzip.compress(WHOLE)[:-1] + b"!", ".gz data are torn"),
        ("feed.jsonl.gz", WHOLE, ".gz data are torn"),
        ("feed.jsonl.gz", gzip.compress(WHOLE + b'\n{"id'), "its last line is torn"),
        ("feed.jsonl.zst", zstd.compress(WHOLE)[:-4], ".zst data are torn"),
        ("feed.jsonl.zst", b"\x28\xb5\x2f\xfd!!!!!!!!!", ".zst data are torn"),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_nothing_is_appended_to_a_torn_feed(
    state: State, tmp_path: Path, name: str, old: bytes, complaint: str, when: str
) -> None:
    feed = tmp_path / name
    outputs = [Output(str(feed), overwrite=False)]
    commit(state, 1)
    publisher = Publisher(state, tmp_path, outputs)
    feed.write_bytes(old)
    with pytest.raises(OSError, match=f"cannot write the feed: .*{complaint}") as caught:
        check_outputs(outputs) if when == "before" else publisher.publish(
            1, [TIDES], AT, replace=True
        )
    assert caught.value.filename == str(feed)
    assert feed.read_bytes() == old
    assert [path.name for path in tmp_path.glob("*.jsonl*")] == [name]
    feed.unlink()
    publish(state, tmp_path, name, append=True)
    assert ids(feed) == ["1"]


# Runs that were killed


class Killed(BaseException):
    """What no code that is to be killed catches."""


def killed_before(monkeypatch: pytest.MonkeyPatch, rename: int, act: Callable[[], Any]) -> None:
    """Let a process end before it gives a file its name for the n-th time; 0 is the first."""
    left = iter([True] * rename)
    replace = Path.replace

    def dying(part: Path, target: Path) -> Path:
        if not next(left, False):
            raise Killed
        return replace(part, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", dying)
        patched.setattr(State, "close_batch", raising(Killed()))
        with pytest.raises(Killed):
            act()


def raising(error: BaseException) -> Callable[..., Any]:
    def fail(*arguments: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize("renames", range(5))
@pytest.mark.parametrize("name", NAMES)
def test_a_replaced_feed_holds_each_article_once_over_the_runs(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, renames: int
) -> None:
    feed = tmp_path / name
    commit(state, 1)
    add(state, "links", 1)
    killed_before(monkeypatch, renames, lambda: publish(state, tmp_path, name))
    assert feed.exists() == (renames == 4)
    seen = ids(feed) if feed.exists() else []
    commit(state, 2)
    publish(state, tmp_path, name)
    assert seen + ids(feed) == ["1", "2"]
    assert numbers(beside(feed, "links")) == ([] if seen else [1])


@pytest.mark.parametrize("renames", range(5))
@pytest.mark.parametrize("name", NAMES)
def test_an_appended_feed_holds_each_record_once(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, renames: int
) -> None:
    feed = tmp_path / name
    for number in (1, 2, 3):
        commit(state, number)
        add(state, "series", number)
        run = partial(publish, state, tmp_path, name, append=True)
        killed_before(monkeypatch, renames, run) if number == 2 else run()
    assert ids(feed) == ["1", "2", "3"]
    assert numbers(beside(feed, "series")) == [1, 2, 3]


@pytest.mark.parametrize("renames", range(3))
def test_the_folder_of_a_series_holds_each_record_once(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    commit(state, 1)
    add(state, "links", 1)
    killed_before(monkeypatch, renames, lambda: publish(state, tmp_path / "feeds"))
    (finished,) = Publisher(state, tmp_path / "feeds", []).finish_interrupted()
    assert (finished.articles, len(finished.files)) == (1, 2)
    commit(state, 2)
    publish(state, tmp_path / "feeds")
    assert everything_in(tmp_path / "feeds") == {"id": ["1", "2"], "n": [1]}


def everything_in(folder: Path) -> dict[str, list[Any]]:
    """Return what all feeds of a folder hold, ids of articles and numbers of other records."""
    lines = [line for it in sorted(folder.rglob("*.jsonl")) for line in it.read_text().splitlines()]
    records = [json.loads(line) for line in lines]
    return {name: [it[name] for it in records if name in it] for name in ("id", "n")}


def test_a_file_that_came_between_is_left_and_the_batch_gets_another_name(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(state, 1)
    killed_before(monkeypatch, 0, lambda: publish(state, tmp_path / "feeds"))
    folder = tmp_path / "feeds" / "single-articles"
    (folder / "000001-20261124T084211Z.jsonl").write_text("mine\n")
    publish(state, tmp_path / "feeds")
    assert (folder / "000001-20261124T084211Z.jsonl").read_text() == "mine\n"
    (other,) = content_of(folder).keys() - {"000001-20261124T084211Z.jsonl"}
    assert ids(folder / other) == ["1"]


def test_of_two_outputs_the_second_is_completed_with_the_same_bytes(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(state, 1)
    names = ["a.jsonl", "b.jsonl"]
    killed_before(monkeypatch, 7, lambda: publish(state, tmp_path, *names))
    assert [(tmp_path / name).exists() for name in names] == [True, False]
    (finished,) = a_publisher(state, tmp_path, *names).finish_interrupted()
    assert finished.articles == 1
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert state.unpublished_counts() == {}


def test_what_only_standard_output_had_is_printed_again(
    state: State,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    commit(state, 1)
    killed_before(monkeypatch, 0, lambda: publish(state, tmp_path, "-"))
    publish(state, tmp_path, "-")
    assert capfd.readouterr().out == 2 * (article_line(1) + "\n")


def test_a_batch_that_was_never_aimed_waits_again(state: State, tmp_path: Path) -> None:
    commit(state, 1)
    state.open_batch(a_run(state), [TIDES], AT)
    publish(state, tmp_path, "feed.jsonl")
    assert ids(tmp_path / "feed.jsonl") == ["1"]


def test_what_was_aimed_at_a_file_that_nobody_wants_any_more_goes_to_the_new_one(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(state, 1)
    killed_before(monkeypatch, 0, lambda: publish(state, tmp_path, "old.jsonl"))
    publish(state, tmp_path, "new.jsonl")
    assert ids(tmp_path / "new.jsonl") == ["1"]
    assert not (tmp_path / "old.jsonl").exists()


# Disks and paths


@pytest.mark.parametrize(
    ("call", "number"),
    [((os, "fsync"), errno.EIO), ((os, "fsync"), errno.ENOSPC), ((Path, "replace"), errno.EIO)],
    ids=["fsync EIO", "fsync ENOSPC", "rename EIO"],
)
@pytest.mark.parametrize("append", [False, True], ids=["overwrite", "append"])
def test_after_a_failing_disk_the_old_feed_stands_and_the_next_run_delivers(
    state: State,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: tuple[Any, str],
    number: int,
    append: bool,
) -> None:
    commit(state, 1)
    publish(state, tmp_path, "feed.jsonl")
    commit(state, 2)
    with monkeypatch.context() as failing:
        failing.setattr(*call, raising(OSError(number, os.strerror(number))))
        with pytest.raises(OSError, match=r"cannot write the feed: .*feed") as caught:
            publish(state, tmp_path, "feed.jsonl", append=append)
    assert caught.value.errno == number
    assert ids(tmp_path / "feed.jsonl") == ["1"]
    assert not list(tmp_path.glob("*.part"))
    publish(state, tmp_path, "feed.jsonl", append=append)
    assert ids(tmp_path / "feed.jsonl") == (["1", "2"] if append else ["2"])


def test_a_feed_that_another_process_writes_is_left_to_it(state: State, tmp_path: Path) -> None:
    commit(state, 1)
    with (tmp_path / "feed.jsonl.part").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        other.write(b"its lines")
        other.flush()
        with pytest.raises(OSError, match=r"another run is writing it: '.*feed\.jsonl'"):
            publish(state, tmp_path, "feed.jsonl")
    assert (tmp_path / "feed.jsonl.part").read_bytes() == b"its lines"
    publish(state, tmp_path, "feed.jsonl")
    assert ids(tmp_path / "feed.jsonl") == ["1"]


def a_link(folder: Path) -> Path:
    (folder / "disk").mkdir()
    (folder / "disk" / "real.jsonl").write_text(article_line("old") + "\n")
    (folder / "feed.jsonl").symlink_to("disk/real.jsonl")
    return folder / "feed.jsonl"


def a_link_to_nothing_yet(folder: Path) -> Path:
    (folder / "feed.jsonl").symlink_to(folder / "disk" / "real.jsonl")
    return folder / "feed.jsonl"


def a_decomposed_name(folder: Path) -> Path:
    return folder / unicodedata.normalize("NFD", "Größe in Ménilmontant.jsonl")


@pytest.mark.parametrize(
    "place",
    [
        a_link,
        a_link_to_nothing_yet,
        a_decomposed_name,
        lambda folder: folder / "a" / "b" / "feed.jsonl",
        lambda folder: folder / ("x" * 237 + ".jsonl"),  # 255 bytes with `.series` and `.part`
        lambda folder: folder / "a:b%20c d\udcff.jsonl",
    ],
    ids=["link", "link to nothing yet", "NFD", "missing folder", "long name", "odd characters"],
)
def test_an_odd_place_gets_its_feed_under_the_very_name(
    state: State, tmp_path: Path, place: Callable[[Path], Path]
) -> None:
    feed = place(tmp_path)
    is_link = feed.is_symlink()
    commit(state, 1)
    publish(state, tmp_path, str(feed))
    assert feed.name in os.listdir(feed.parent)  # noqa: PTH208
    assert feed.is_symlink() == is_link
    assert ids(feed) == ["1"]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("x" * 249 + ".jsonl", errno.ENAMETOOLONG),
        ("folder.jsonl", errno.EISDIR),
        ("file/feed.jsonl", errno.ENOTDIR),
        ("companion.jsonl", errno.EISDIR),
    ],
)
def test_a_place_that_no_feed_can_take_is_refused_before_the_crawl(
    tmp_path: Path, name: str, number: int
) -> None:
    for folder in ("folder.jsonl", "companion.drops.jsonl"):
        (tmp_path / folder).mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="cannot write the feed: ") as caught:
        check_outputs([Output(str(tmp_path / name), overwrite=True)])
    assert caught.value.errno == number


@pytest.mark.parametrize("outputs", [[], ["feed.jsonl"]], ids=["folders", "an output"])
def test_a_read_only_folder_is_refused_before_the_crawl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outputs: list[str]
) -> None:
    # The administrator, whom no mode stops, may run this test.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="cannot write the feed: Permission denied"):
        check_outputs([Output(str(tmp_path / name), True) for name in outputs], tmp_path)


def test_a_pipe_gets_the_articles_and_stays_a_pipe(state: State, tmp_path: Path) -> None:
    pipe = tmp_path / "feed.jsonl"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        commit(state, 1)
        publish(state, tmp_path, "feed.jsonl")
        assert os.read(reader, 4096).decode() == article_line(1) + "\n"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert read(tmp_path / "feed.links.jsonl") == b""


def test_standard_output_under_another_name_is_not_replaced(
    state: State, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "feed.jsonl").symlink_to("/dev/stdout")
    commit(state, 1)
    os.write(1, b"a line before\n")
    publish(state, tmp_path, "feed.jsonl")
    assert capfd.readouterr().out == f"a line before\n{article_line(1)}\n"


def test_a_full_device_costs_nothing(state: State, tmp_path: Path) -> None:
    (tmp_path / "full.jsonl").symlink_to("/dev/full")
    commit(state, 1)
    with pytest.raises(OSError, match=r"No space left on device: '.*full\.jsonl'"):
        publish(state, tmp_path, "full.jsonl", "feed.jsonl")
    assert not (tmp_path / "feed.jsonl").exists()
    publish(state, tmp_path, "feed.jsonl")
    assert ids(tmp_path / "feed.jsonl") == ["1"]


@pytest.mark.parametrize("append", [False, True], ids=["overwrite", "append"])
def test_a_reader_never_meets_a_broken_feed(state: State, tmp_path: Path, append: bool) -> None:
    feed, opened = tmp_path / "feed.jsonl", 0
    commit(state, "first")
    publish(state, tmp_path, "feed.jsonl")
    runs = threading.Thread(target=publish_often, args=[state, tmp_path, append])
    runs.start()
    while runs.is_alive():
        assert ids(feed)
        assert feed.read_bytes().endswith(b"\n")
        opened += 2
    runs.join()
    assert opened > 100
    assert ids(feed)[-1] == "19"


def publish_often(state: State, folder: Path, append: bool) -> None:
    for number in range(20):
        commit(state, number, body="x" * 50_000)
        publish(state, folder, "feed.jsonl", append=append)


# Kills and failing disks at every system call

# strace strikes a process at the STRIKE-th call of a kind. For each kind, process after process
# publishes a copy of the same state, the n-th with so many idle calls before that its own n-th
# call is struck, until some are not struck any more.
STRIKE = 150  # more than a process needs of any kind, yet soon reached
UNDER_STRACE = """
import json, os, shutil, sys
from contextlib import suppress
from pathlib import Path

from newscrawler.publishing import Output, Publisher
from newscrawler.state.store import State

mode, strike, series, at = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
closed = 9999  # no open file; Python itself refuses -1
idle_calls = {
    "write": lambda: os.write(closed, b""),
    "pwrite64": lambda: os.pwrite(closed, b"", 0),
    "fsync": lambda: os.fsync(closed),
    "fdatasync": lambda: os.fdatasync(closed),
    "rename": lambda: os.rename("", ""),
    "unlink": lambda: os.unlink(""),
    "ftruncate": lambda: os.ftruncate(closed, 0),
}

def publish(folder):
    state = State.open(folder / "state.sqlite")
    outputs = [Output(str(folder / "feed.jsonl"), overwrite=mode == "overwrite")]
    publisher = Publisher(state, folder / "feeds", [] if mode == "folders" else outputs)
    publisher.publish(1, [series], at, replace=True)

def outcome_of(call, folder, idle):
    shutil.copytree("prepared", folder)
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        for _ in range(idle):
            with suppress(OSError):
                idle_calls[call]()
        publish(folder)
        code = 0
    except OSError:
        code = 3
    finally:
        os._exit(code)

outcomes = {}
for call in sys.argv[5:]:
    survived = 0
    for number in range(1, strike):
        folder = Path(f"{call}-{number}")
        outcomes[folder.name] = outcome_of(call, folder, strike - number)
        survived = survived + 1 if outcomes[folder.name] == 0 else 0
        if survived == 3:
            break
print(json.dumps(outcomes))
"""


@pytest.fixture(scope="session")
def strace() -> str:
    path = shutil.which("strace")
    if path is None:
        pytest.skip("strace is not installed, so no system call can be struck")
    traced = subprocess.run([path, "-f", "true"], capture_output=True, check=False)
    if traced.returncode:
        pytest.skip("strace is not allowed to trace here")
    return path


def struck(strace: str, folder: Path, mode: str, blow: str, *calls: str) -> dict[str, int]:
    """Publish in many processes, each struck at another call; return their ends by folder."""
    state = State.open(folder / "prepared" / "state.sqlite")
    commit(state, 1)
    commit(state, 2)
    add(state, "links", 1)
    state.close()
    (folder / "prepared" / "feed.jsonl").write_text(article_line("old") + "\n")
    command = [strace, "-f", "-qq", "-o", os.devnull, "-e", f"trace={','.join(calls)}"]
    command += ["-e", f"inject={','.join(calls)}:{blow}:when={STRIKE}"]
    command += [sys.executable, "-c", UNDER_STRACE, mode, str(STRIKE), TIDES, AT, *calls]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, check=True, timeout=120
    )
    outcomes: dict[str, int] = json.loads(done.stdout)
    return outcomes


def assert_once(folder: Path, mode: str) -> None:
    """Read what a run left as its consumer does, then what the next run makes of it."""
    feed, feeds = folder / "feed.jsonl", folder / "feeds"
    seen = everything_in(feeds)["id"] if mode == "folders" else ids(feed)
    state = State.open(folder / "state.sqlite")
    commit(state, 3)
    if mode == "folders":
        publish(state, feeds)
        assert seen in ([], ["1", "2"])
        assert everything_in(feeds) == {"id": ["1", "2", "3"], "n": [1]}
    elif mode == "append":
        publish(state, folder, "feed.jsonl", append=True)
        assert seen in (["old"], ["old", "1", "2"])
        assert ids(feed) == ["old", "1", "2", "3"]
        assert numbers(beside(feed, "links")) == [1]
    else:
        publish(state, folder, "feed.jsonl")
        after = {("old",): ["1", "2", "3"], ("1", "2"): ["3"]}
        assert ids(feed) == after[tuple(seen)]
        assert numbers(beside(feed, "links")) == ([1] if seen == ["old"] else [])
    assert state.batches() == []
    state.close()


@pytest.mark.parametrize(
    ("mode", "files", "calls"),
    [
        (
            "overwrite",
            4,
            ["write", "pwrite64", "fsync", "fdatasync", "rename", "unlink", "ftruncate"],
        ),
        ("append", 4, ["rename", "fsync"]),
        ("folders", 2, ["rename", "fsync"]),
    ],
    ids=["overwrite", "append", "folders"],
)
def test_killed_at_any_system_call_nothing_is_missing_and_nothing_twice(
    strace: str, tmp_path: Path, mode: str, files: int, calls: list[str]
) -> None:
    outcomes = struck(strace, tmp_path, mode, "signal=KILL", *calls)
    assert set(outcomes.values()) == {-9, 0}
    assert sum(it == -9 for name, it in outcomes.items() if name.startswith("rename")) == files
    for folder in outcomes:
        assert_once(tmp_path / folder, mode)


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_a_disk_that_fails_at_any_call_delays_the_feed_and_does_not_harm_it(
    strace: str, tmp_path: Path, error: str
) -> None:
    outcomes = struck(strace, tmp_path, "overwrite", f"error={error}", "write", "fsync", "rename")
    assert set(outcomes.values()) == {3, 0}
    assert [name for name, end in outcomes.items() if end == 3 and name.startswith("rename")]
    for folder in outcomes:
        assert_once(tmp_path / folder, "overwrite")


# scrapy export


def export(capfd: pytest.CaptureFixture[str], *args: str | Path) -> tuple[int, str, str]:
    """Run `scrapy export` in this process; return its exit code, output and complaints."""
    settings = Settings({"COMMANDS_MODULE": "newscrawler.commands"})
    with pytest.raises(SystemExit) as ended:
        execute(["scrapy", "export", *map(str, args)], settings=settings)
    printed = capfd.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


@pytest.fixture
def tides(state: State, tmp_path: Path) -> Path:
    """Return a state with two articles of a series, one of them in two versions."""
    state.put_series(KnownSeries(key=TIDES, name="Tides", url=TIDES))
    state.put_series(KnownSeries(key="wind", name="Wind"))
    commit(state, 1)
    commit(state, 2)
    commit(state, 2, version=2, body="longer")
    return tmp_path / "state" / "state.sqlite"


@pytest.mark.parametrize("name", ["Tides", "tides", TIDES])
def test_a_series_is_exported_whole_while_a_crawl_has_the_state_open(
    capfd: pytest.CaptureFixture[str], tides: Path, tmp_path: Path, name: str
) -> None:
    feed = tmp_path / "all.jsonl.gz"
    assert export(capfd, name, "-O", feed, "--state", tides) == (0, "", "")
    assert [json.loads(line) for line in read(feed).splitlines()] == [
        json.loads(article_line(1)),
        json.loads(article_line(2, body="longer")),
    ]
    assert list(tmp_path.glob("all*")) == [feed]


def test_every_version_is_exported_to_standard_output(
    capfd: pytest.CaptureFixture[str], tides: Path
) -> None:
    code, lines, _ = export(capfd, "Tides", "-O", "-", "--versions", "--state", tides)
    assert code == 0
    assert [json.loads(line)["id"] for line in lines.splitlines()] == ["1", "2", "2"]


def test_what_was_published_is_exported_and_nothing_of_the_outbox_is_taken(
    capfd: pytest.CaptureFixture[str], state: State, tides: Path, tmp_path: Path
) -> None:
    publish(state, tmp_path, "feed.jsonl")
    commit(state, 3)
    assert export(capfd, "Tides", "-O", "-", "--state", tides)[1].count("\n") == 3
    assert state.unpublished_counts() == {TIDES: {"article": 1}}


def test_the_known_series_are_listed(capfd: pytest.CaptureFixture[str], tides: Path) -> None:
    code, listed, _ = export(capfd, "--state", tides)
    assert code == 0
    assert [line.split("\t")[1:] for line in listed.splitlines()] == [["Tides", "2"], ["Wind", "0"]]


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["Tides"], "name one series and a file"),
        (["-O", "a.jsonl"], "name one series and a file"),
        (["Tides", "Wind", "-O", "a.jsonl"], "name one series and a file"),
        (["Tides", "-O", "a.txt"], "a file's name ends in"),
        (["Rain", "-O", "-"], r"there is no series 'Rain'; there is:\n.*\tTides\t2\n.*\tWind\t0"),
        (["Tides", "-O", "-", "--state", "none.sqlite"], "there is no state 'none.sqlite'"),
    ],
    ids=["no file", "no series", "two series", "no feed", "unknown series", "no state"],
)
def test_a_wrong_use_of_export_is_told(
    capfd: pytest.CaptureFixture[str], tides: Path, args: list[str], complaint: str
) -> None:
    code, printed, told = export(capfd, "--state", tides, *args)
    assert (code, printed) == (2, "")
    assert re.search(complaint, told)


def test_a_name_of_two_series_is_refused_with_both(
    capfd: pytest.CaptureFixture[str], state: State, tides: Path
) -> None:
    state.put_series(KnownSeries(key="other/tides", name="Tides"))
    code, _, told = export(capfd, "Tides", "-O", "-", "--state", tides)
    assert code == 2
    assert told.count("\tTides\t") == 2
    assert "Wind" not in told


def test_an_export_that_cannot_be_written_is_told(
    capfd: pytest.CaptureFixture[str], tides: Path, tmp_path: Path
) -> None:
    (tmp_path / "full.jsonl").symlink_to("/dev/full")
    code, _, told = export(capfd, "Tides", "-O", tmp_path / "full.jsonl", "--state", tides)
    assert code == ExitCode.STORAGE
    assert "No space left on device: " in told


def test_a_damaged_state_is_told(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"no database at all" * 1000)
    code, _, told = export(capfd, "--state", damaged)
    assert code == ExitCode.STATE_DAMAGED
    assert "damaged.sqlite" in told


def test_export_is_a_command_of_the_project(run_scrapy: RunCommand, tmp_path: Path) -> None:
    done = run_scrapy("export", "Tides", "-O", "-", "--state", tmp_path / "none.sqlite")
    assert done.returncode == 2
    assert "there is no state" in done.stderr
