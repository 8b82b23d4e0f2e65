"""An index leads to what a plain reading finds, is kept, and is not believed without a look."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.archives import capture_index
from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.capture_index import index_folder
from newscrawler.archives.formats import open_archive
from newscrawler.archives.index_rows import Found, Row, rows_of_file
from newscrawler.archives.warc import WarcArchive
from newscrawler.archives.warc_captures import capture_of
from newscrawler.archives.warc_index import entry_of_record
from newscrawler.archives.warc_records import WarcRecord, read_records
from newscrawler.archives.warc_sources import WarcSource
from tests.archives.warc_files import numbered, packed, warc_record
from tests.conftest import RunCommand

FIRST = "https://news.example/0"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "newscrawler" / "indexes"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every archive be too large to be read anew each time."""
    monkeypatch.setattr(capture_index, "SMALL", 0)


def warc(path: Path, records: list[bytes]) -> Path:
    path.write_bytes(packed(records))
    return path


def lines_for(path: Path, name: str = "") -> list[str]:
    entries = (entry_of_record(one) for one in read_records(path) if isinstance(one, WarcRecord))
    return sorted(entry.line(name or path.name) for entry in entries if entry)


def beside(path: Path, lines: list[str]) -> None:
    index = path.with_name(f"{path.name}.cdxj")
    index.write_text("".join(f"{line}\n" for line in lines))


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which files are read from their beginning to their end."""
    read: list[str] = []

    def noted(source: WarcSource, found: Found, others: list[int]) -> Iterator[Row]:
        read.append(source.file_name)
        return rows_of_file(source, found, others)

    monkeypatch.setattr(capture_index, "rows_of_file", noted)
    return read


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


# Indexes beside archives


def test_an_index_beside_a_file_is_used(tmp_path: Path, readings: list[str]) -> None:
    path = warc(tmp_path / "a.warc.gz", numbered(50))
    beside(path, lines_for(path))
    archive = WarcArchive([path])
    assert all(archive.find(f"https://news.example/{number}") for number in range(50))
    assert not readings


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda lines: lines[:-1], "pages behind byte", id="a page is missing"),
        pytest.param(
            lambda lines: [line.replace('/1"', '/2"') for line in lines],
            "has another record",
            id="another address",
        ),
        pytest.param(
            lambda lines: [line.replace('"offset": ', '"offset": 1') for line in lines],
            "",
            id="other offsets",
        ),
        pytest.param(lambda lines: [*lines, "rubbish"], "", id="rubbish"),
        pytest.param(lambda lines: [" CDX N b a m s k r M S V g", *lines], "", id="the older form"),
        pytest.param(lambda lines: [*lines, 'a 2 {"offset": null}'], "", id="no offset"),
        pytest.param(lambda lines: [*lines, "a 2 " + "[" * 100_000], "", id="nested"),
    ],
)
def test_an_index_that_does_not_fit_is_not_used(
    tmp_path: Path,
    change: Callable[[list[str]], list[str]],
    reason: str,
    readings: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = warc(tmp_path / "a.warc.gz", numbered(3))
    beside(path, change(lines_for(path)))
    archive = WarcArchive([path])
    assert all(archive.find(f"https://news.example/{number}") for number in range(3))
    assert readings == ["a.warc.gz"]
    assert f"The index of {path} is not used: " in caplog.text
    assert reason in caplog.text


def test_an_index_of_another_file_is_passed_over(tmp_path: Path, readings: list[str]) -> None:
    path = warc(tmp_path / "a.warc.gz", numbered(3))
    beside(path, lines_for(path, "other.warc.gz"))
    assert len(WarcArchive([path])) == 3
    assert readings == ["a.warc.gz"]


def test_an_index_that_turns_out_to_be_wrong_is_replaced(
    tmp_path: Path, large: None, readings: list[str]
) -> None:
    path = warc(tmp_path / "a.warc.gz", numbered(200))
    lines = lines_for(path)
    # Neither is among the lines that are compared when it is read, each eighth of 200.
    one, other = (json.loads(lines[at].split(" ", 2)[2])["url"] for at in (3, 5))
    lines[3], lines[5] = lines[3].replace(one, other), lines[5].replace(other, one)
    beside(path, lines)
    archive = WarcArchive([path])
    assert not readings
    found = archive.find(one)
    assert found is not None
    assert found.url == one
    assert readings == ["a.warc.gz"]
    archive.close()
    WarcArchive([path])
    assert readings == ["a.warc.gz"], "the wrong index was believed again"


def test_what_an_index_says_of_requests_by_other_methods_is_passed_over(tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc.gz", numbered(3))
    lines = [line.replace("}", ', "method": "POST"}') for line in lines_for(path)[:1]]
    beside(path, [*lines, *lines_for(path)[1:]])
    archive = WarcArchive([path])
    assert archive.find(FIRST) is None
    assert len(archive) == 2


@pytest.mark.parametrize("name", ["index.cdx", "index.cdxj", "index.cdx.gz"])
def test_the_index_in_a_wacz_file_is_used(tmp_path: Path, name: str, readings: list[str]) -> None:
    records = numbered(20)
    lines = []
    path = tmp_path / "crawl.wacz"
    with zipfile.ZipFile(path, "w") as file:
        for number in range(2):
            part = warc(tmp_path / f"{number}.warc.gz", records[number::2])
            file.write(part, f"archive/{part.name}")
            lines += lines_for(part)
        blocks = [sorted(lines)[:7], sorted(lines)[7:]]
        plain = ["".join(f"{line}\n" for line in block).encode() for block in blocks]
        is_packed = name.endswith(".gz")
        content = b"".join(map(gzip.compress, plain) if is_packed else plain)
        file.writestr(f"indexes/{name}", content)
        file.writestr("indexes/index.idx", f"!meta 0 {json.dumps({'filename': name})}\n")
    archive = WarcArchive([path])
    assert len(archive) == 20
    assert all(archive.find(f"https://news.example/{number}") for number in range(20))
    assert not readings


def test_a_record_of_a_browser_is_known_from_an_index(tmp_path: Path, readings: list[str]) -> None:
    block = b"HTTP/1.1 200 OK\r\nX-Newscrawler-Rendered: end\r\n\r\nrendered"
    path = warc(tmp_path / "a.warc.gz", [warc_record(), warc_record(block, kind="conversion")])
    beside(path, lines_for(path))
    archive = WarcArchive([path])
    found = archive.find("https://news.example/a", rendered=True)
    assert found is not None
    assert found.body == b"rendered"
    assert not readings


def test_an_index_is_written_that_leads_to_the_same_pages(
    tmp_path: Path, run_scrapy: RunCommand, readings: list[str]
) -> None:
    post = {"kind": "request", "content_type": "application/http; msgtype=request"}
    records = [
        *numbered(30),
        warc_record(url="https://news.example/posted", WARC_Record_ID="<urn:uuid:p>"),
        warc_record(b"POST / HTTP/1.1", WARC_Concurrent_To="<urn:uuid:p>", **post),
        warc_record(b"no answer", "https://news.example/broken"),
        warc_record(b"HTTP/1.1 200\r\nX-Newscrawler-Rendered: end\r\n\r\n", kind="conversion"),
    ]
    path = warc(tmp_path / "a.warc.gz", records)
    plain = WarcArchive([path])
    run = run_scrapy("index", tmp_path)
    assert run.stdout == f"{path}.cdxj: pages 31; records that cannot be read 1\n"
    assert run.returncode == 0
    lines = Path(f"{path}.cdxj").read_bytes().splitlines()
    assert lines == sorted(lines)
    assert {file.name for file in tmp_path.iterdir()} == {path.name, f"{path.name}.cdxj"}
    readings.clear()
    indexed = WarcArchive([path])
    assert not readings
    urls = [f"https://news.example/{name}" for name in (*range(30), "posted", "broken", "a")]
    for url in urls:
        assert indexed.find(url) == plain.find(url)
        assert indexed.find(url, rendered=True) == plain.find(url, rendered=True)


def test_files_that_cannot_be_indexed_are_named(tmp_path: Path, run_scrapy: RunCommand) -> None:
    (tmp_path / "no.warc").write_text("no archive")
    path = warc(tmp_path / "a.warc.gz", numbered(1))
    run = run_scrapy("index", tmp_path / "no.warc", path)
    assert run.returncode == 12
    assert f"scrapy index: {tmp_path}/no.warc: is no WARC file" in run.stderr
    assert f"{path}.cdxj: pages 1" in run.stdout
    for wrong in ((), (tmp_path / "absent.warc",)):
        assert run_scrapy("index", *wrong).returncode == 2
