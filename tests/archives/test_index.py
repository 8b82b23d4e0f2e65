"""An index leads to what a plain reading finds, and is kept for the next replay."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.capture_index import index_folder
from newscrawler.archives.formats import open_archive
from newscrawler.archives.warc import WarcArchive
from newscrawler.archives.warc_captures import capture_of
from newscrawler.archives.warc_records import WarcRecord, read_records
from tests.archives.warc_files import numbered, packed, warc_record

FIRST = "https://news.example/0"


def warc(path: Path, records: list[bytes]) -> Path:
    path.write_bytes(packed(records))
    return path


URLS = st.sampled_from([f"http{s}://news.example/{n}" for s in ("", "s") for n in range(4)])
STATUS = st.sampled_from([200, 200, 404, 302, 503])
YEAR = st.integers(2010, 2020)


@settings(max_examples=60, deadline=None)
@given(captures=st.lists(st.tuples(URLS, STATUS, YEAR), min_size=1, max_size=12), url=URLS)
def test_an_index_finds_what_a_plain_reading_finds(
    tmp_path_factory: pytest.TempPathFactory, captures: list[tuple[str, int, int]], url: str
) -> None:
    records = [
        warc_record(b"HTTP/1.1 %d\r\n\r\n%d" % (status, n), at, date=f"{year}-01-01T00:00:00Z")
        for n, (at, status, year) in enumerate(captures)
    ]
    path = warc(tmp_path_factory.mktemp("plain") / "a.warc.gz", records)
    found = WarcArchive([path]).find(url)
    ranked = []
    for record in read_records(path):
        assert isinstance(record, WarcRecord)
        capture = capture_of(record)
        is_own, is_success = record.url == url, capture.status == 200
        if record.url.partition(":")[2] != url.partition(":")[2]:
            continue
        if is_own or not 300 <= capture.status < 400:
            ranked.append(((is_own, is_success, record.date, record.offset), capture))
    assert found == (max(ranked, key=lambda pair: pair[0])[1] if ranked else None)


def test_a_small_archive_leaves_nothing_behind(tmp_path: Path, cache: Path) -> None:
    path = warc(tmp_path / "a.warc.gz", numbered(3))
    assert len(open_archive(path)) == 3
    assert {file.name for file in tmp_path.iterdir()} == {"a.warc.gz"}


def test_the_index_of_a_large_archive_is_kept_apart_from_it(
    tmp_path: Path, cache: Path, large: None, readings: list[str]
) -> None:
    path = warc(tmp_path / "a.warc.gz", numbered(3))
    for _ in range(2):
        assert open_archive(path).find(FIRST) is not None
    assert readings == ["a.warc.gz"]
    assert [file.suffix for file in cache.iterdir()] == [".sqlite"]
    assert {file.name for file in tmp_path.iterdir()} == {"a.warc.gz", "cache"}


def test_only_what_is_new_or_changed_is_read_again(
    tmp_path: Path, large: None, readings: list[str]
) -> None:
    records = numbered(9)
    for number in range(3):
        warc(tmp_path / f"{number}.warc.gz", records[number : number + 1])
    assert len(open_archive(tmp_path)) == 3
    warc(tmp_path / "1.warc.gz", records[4:6])
    warc(tmp_path / "3.warc.gz", records[3:4])
    (tmp_path / "2.warc.gz").unlink()
    readings.clear()
    archive = open_archive(tmp_path)
    assert readings == ["1.warc.gz", "3.warc.gz"]
    found = [n for n in range(9) if archive.find(f"https://news.example/{n}")]
    assert found == [0, 3, 4, 5]


def test_a_second_replay_waits_for_nobody(tmp_path: Path, cache: Path, large: None) -> None:
    path = warc(tmp_path / "a.warc.gz", numbered(3))
    open_archive(path).close()
    [index] = cache.iterdir()
    with closing(sqlite3.connect(index)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert open_archive(path).find(FIRST) is not None


def test_files_may_be_named_in_another_order(tmp_path: Path, large: None) -> None:
    paths = [warc(tmp_path / f"{n}.warc.gz", [one]) for n, one in enumerate(numbered(3))]
    for order in (paths, paths[::-1]):
        archive = WarcArchive(order, "the same label")
        for number in range(3):
            found = archive.find(f"https://news.example/{number}")
            assert found is not None
            assert found.url.endswith(str(number))


def test_an_index_that_is_broken_is_made_anew(
    tmp_path: Path, cache: Path, large: None, readings: list[str]
) -> None:
    path = warc(tmp_path / "a.warc.gz", numbered(3))
    open_archive(path)
    [index] = cache.iterdir()
    for content in (b"", b"no database" * 99, index.read_bytes()[:5000]):
        index.write_bytes(content)
        readings.clear()
        try:
            archive = open_archive(path)
        except ArchiveError:  # found broken too late: the next replay makes it anew
            archive = open_archive(path)
        assert archive.find(FIRST) is not None
        assert readings == ["a.warc.gz"]


def test_an_index_of_another_version_is_made_anew(
    tmp_path: Path, cache: Path, large: None, readings: list[str]
) -> None:
    path = warc(tmp_path / "a.warc.gz", numbered(3))
    open_archive(path).close()
    [index] = cache.iterdir()
    with sqlite3.connect(index) as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    assert open_archive(path).find(FIRST) is not None
    assert readings == ["a.warc.gz"] * 2


def test_indexes_that_nobody_uses_are_removed(tmp_path: Path, cache: Path, large: None) -> None:
    cache.mkdir(parents=True)
    for name, days in (("old", 91), ("used", 89)):
        file = cache / f"{name}.sqlite"
        file.touch()
        os.utime(file, (time.time() - days * 86_400,) * 2)
    open_archive(warc(tmp_path / "a.warc.gz", numbered(1)))
    names = {file.stem for file in cache.iterdir()}
    assert "used" in names
    assert "old" not in names
    assert len(names) == 2


def test_a_place_where_no_index_can_be_kept_is_named(
    tmp_path: Path, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(ArchiveError, match=r"file/newscrawler/indexes/.*: cannot be used"):
        open_archive(warc(tmp_path / "a.warc.gz", numbered(1)))


@pytest.mark.parametrize("stated", ["", "relative/path"])
def test_indexes_are_kept_in_the_cache_of_the_user(
    stated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", stated)
    assert index_folder() == tmp_path / ".cache" / "newscrawler" / "indexes"
