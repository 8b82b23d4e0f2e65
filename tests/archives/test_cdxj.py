"""Indexes beside archives are used, and none is believed without a look."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawler.archives.warc import WarcArchive
from newscrawler.archives.warc_index import entry_of_record
from newscrawler.archives.warc_records import WarcRecord, read_records
from tests.archives.warc_files import numbered, packed, warc_record
from tests.conftest import RunCommand

FIRST = "https://news.example/0"


def warc(path: Path, records: list[bytes]) -> Path:
    path.write_bytes(packed(records))
    return path


def lines_for(path: Path, name: str = "") -> list[str]:
    entries = (entry_of_record(one) for one in read_records(path) if isinstance(one, WarcRecord))
    return sorted(entry.line(name or path.name) for entry in entries if entry)


def beside(path: Path, lines: list[str]) -> None:
    index = path.with_name(f"{path.name}.cdxj")
    index.write_text("".join(f"{line}\n" for line in lines))


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
