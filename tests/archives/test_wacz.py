"""WACZ files are read where they stand, and whatever they hold stays in its place."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.formats import check_archive, open_archive
from tests.archives.warc_files import (
    body,
    numbered,
    packed,
    wacz,
    warc,
)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_wacz_file_is_read_stored_or_packed(tmp_path: Path, method: int) -> None:
    first, second, third = numbered(3)
    path = wacz(tmp_path / "crawl.wacz", method=method, one=[first, second], two=[third])
    check_archive(path)
    archive = open_archive(path)
    assert len(archive) == 3
    for number in range(3):
        url = f"https://news.example/{number}"
        assert archive.find(url) == open_archive(warc(tmp_path / "a.warc", *numbered(3))).find(url)
    archive.close()


def test_no_name_in_a_wacz_file_leads_out_of_the_folder_it_is_unpacked_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "unpacked"))
    (tmp_path / "unpacked").mkdir()
    path = tmp_path / "crawl.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/../../../evil.warc.gz", packed(numbered(1)))
        file.writestr(f"archive/{tmp_path}/evil.warc", packed(numbered(1)))
    archive = open_archive(path)
    assert body(archive, "https://news.example/0") is not None
    assert {one.name for one in tmp_path.iterdir()} == {"unpacked", "crawl.wacz"}
    names = {file.name for file in tmp_path.rglob("*") if file.is_file()}
    assert names == {"crawl.wacz", "0.warc", "1.warc"}


def test_a_wacz_file_that_would_fill_the_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wacz(tmp_path / "crawl.wacz", method=zipfile.ZIP_DEFLATED, data=numbered(3))
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=100))
    with pytest.raises(
        ArchiveError, match=r"data\.warc\.gz has \d+ bytes unpacked, more than half"
    ):
        open_archive(path)


def test_a_wacz_file_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = wacz(tmp_path / "crawl.wacz", data=numbered(3))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ArchiveError, match=r"crawl\.wacz: is no WACZ file that can be read"):
        open_archive(path)
