"""Several archives of any kind are one, and a page of one may repeat a page of another."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archives.capture import ArchiveError, Capture
from newscrawler.archives.folder import FolderArchive
from newscrawler.archives.formats import archive_files, check_archive, open_archive
from tests.archives.warc_files import (
    DATE,
    PAGE,
    URL,
    body,
    numbered,
    page,
    wacz,
    warc,
    warc_record,
)

TWIN = "https://news.example/twin"
DIGEST = "sha1:AAAABBBB"


def folder(path: Path, text: str = "in the folder") -> Path:
    (path / "news.example").mkdir(parents=True)
    (path / "news.example" / "a.html").write_text(text)
    return path


# What is meant by a path


def test_a_folder_full_of_archives_is_these_archives(tmp_path: Path) -> None:
    first, second, third, fourth = numbered(4)
    warc(tmp_path / "one.warc", first)
    warc(tmp_path / "two.warc.gz", second)
    warc(tmp_path / "archive" / "three.warc.gz", third)
    wacz(tmp_path / "four.wacz", data=[fourth])
    (tmp_path / "crawl.log").write_text("no archive")
    archive = open_archive(tmp_path)
    check_archive(tmp_path)
    assert len(archive) == 4
    assert all(body(archive, f"https://news.example/{number}") for number in range(4))


@pytest.mark.parametrize("pattern", ["*.warc.gz", "part-?.warc.gz", "**/*.warc.gz"])
def test_a_pattern_stands_for_the_files_that_fit(tmp_path: Path, pattern: str) -> None:
    first, second, third = numbered(3)
    warc(tmp_path / "part-1.warc.gz", first)
    warc(tmp_path / "part-2.warc.gz", second)
    warc(tmp_path / "other.warc", third)
    archive = open_archive(tmp_path / pattern)
    check_archive(tmp_path / pattern)
    assert len(archive) == 2


def test_a_file_whose_name_looks_like_a_pattern_is_itself(tmp_path: Path) -> None:
    first, second = numbered(2)
    path = warc(tmp_path / "pages[1].warc.gz", first)
    warc(tmp_path / "pages1.warc.gz", second)
    assert len(open_archive(path)) == 1
    assert body(open_archive(path), "https://news.example/0")


def test_a_file_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    path = warc(tmp_path / "pages.warc.gz", *numbered(3))
    assert len(open_archive([path, tmp_path, tmp_path / "*.gz"])) == 3


@pytest.mark.parametrize("check", [open_archive, check_archive], ids=["open", "check"])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("absent.warc.gz", "does not exist"),
        ("absent-*.warc.gz", "no file is so called"),
        ("notes.txt", r"is neither a folder nor a \.warc, \.warc\.gz or \.wacz file"),
        ("pages.warc.zst", r"is neither a folder nor a \.warc, \.warc\.gz or \.wacz file"),
        ("no-zip.wacz", "is no WACZ file that can be read"),
        ("empty.wacz", r"holds no archive/\*\.warc or archive/\*\.warc\.gz"),
    ],
)
def test_what_is_no_archive_is_named(
    tmp_path: Path, check: Callable[[Path], object], name: str, reason: str
) -> None:
    for other in ("notes.txt", "pages.warc.zst", "no-zip.wacz"):
        (tmp_path / other).write_text("no archive")
    wacz(tmp_path / "empty.wacz")
    with pytest.raises(ArchiveError, match=rf"{tmp_path}/.*: {reason}"):
        check(tmp_path / name)


def test_archives_of_pages_of_their_own_are_told_from_folders(tmp_path: Path) -> None:
    path = warc(tmp_path / "pages.warc.gz", *numbered(1))
    assert archive_files([path]) == [path]
    with pytest.raises(ArchiveError, match="saved: holds no WARC or WACZ file"):
        archive_files([folder(tmp_path / "saved")])


# Pages that repeat others


def revisit(**fields: str) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nETag: seen\r\n\r\n"
    return warc_record(block, TWIN, "revisit", "2026-01-01T00:00:00Z", **fields)


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param({"WARC_Refers_To": "<urn:uuid:7>"}, id="identifier"),
        pytest.param(
            {"WARC_Refers_To_Target_URI": URL, "WARC_Refers_To_Date": DATE}, id="address and time"
        ),
        pytest.param(
            {
                "WARC_Refers_To_Target_URI": f"<{URL}>",
                "WARC_Refers_To_Date": "2019-01-27T18:17:27.9Z",
            },
            id="in brackets",
        ),
        pytest.param({"WARC_Payload_Digest": DIGEST.lower()}, id="digest"),
        pytest.param(
            {"WARC_Refers_To": "<urn:uuid:absent>", "WARC_Payload_Digest": DIGEST}, id="the second"
        ),
    ],
)
@pytest.mark.parametrize("apart", [True, False])
def test_a_page_that_repeats_another_has_its_body(
    tmp_path: Path, reference: dict[str, str], apart: bool
) -> None:
    names = {"WARC_Record_ID": "<urn:uuid:7>", "WARC_Payload_Digest": DIGEST}
    original = warc_record(page("the page"), **names)
    decoy = warc_record(page("another"), "https://news.example/b", WARC_Record_ID="<urn:uuid:8>")
    if apart:
        # The repetition comes first, and its original is in another kind of file.
        paths = [warc(tmp_path / "1.warc.gz", revisit(**reference))]
        paths += [wacz(tmp_path / "2.wacz", data=[decoy, original])]
    else:
        paths = [warc(tmp_path / "1.warc", decoy, original, revisit(**reference))]
    found = open_archive(paths).find(TWIN)
    headers = (("ETag", "seen"), ("Content-Type", "text/html"))
    assert found == Capture(TWIN, 200, headers, b"the page", "2026-01-01T00:00:00Z")


def test_a_page_whose_original_is_not_there_gives_way_to_an_older_capture(tmp_path: Path) -> None:
    older = warc_record(page("older"), TWIN)
    path = warc(tmp_path / "a.warc", older, revisit(WARC_Refers_To="<urn:uuid:absent>"))
    assert body(open_archive(path), TWIN) == b"older"


def test_a_page_never_repeats_what_a_browser_made_of_another(tmp_path: Path) -> None:
    rendered = warc_record(
        page("rendered", "X-Newscrawler-Rendered: end"),
        kind="conversion",
        WARC_Payload_Digest=DIGEST,
    )
    failed = warc_record(
        b'{"failed": "timeout", "detail": ""}', kind="metadata",
        content_type="application/vnd.newscrawler.failure+json",
    )  # fmt: skip
    plain = warc_record(page("plain"), WARC_Payload_Digest=DIGEST)
    for number, reference in enumerate(
        (
            {"WARC_Refers_To_Target_URI": URL, "WARC_Refers_To_Date": DATE},
            {"WARC_Payload_Digest": DIGEST},
        )
    ):
        records = (rendered, failed, revisit(**reference), plain)
        path = warc(tmp_path / f"{number}.warc.gz", *records)
        assert body(open_archive(path), TWIN) == b"plain"


def test_a_page_that_repeats_itself_ends(tmp_path: Path) -> None:
    loop = {"WARC_Record_ID": "<urn:uuid:7>", "WARC_Refers_To": "<urn:uuid:7>"}
    path = warc(tmp_path / "a.warc", revisit(**loop), *numbered(1))
    assert body(open_archive(path), TWIN) is None


# Which capture


def test_what_is_no_page_is_not_found(tmp_path: Path) -> None:
    post = {"WARC_Record_ID": "<urn:uuid:p>"}
    request = {"kind": "request", "content_type": "application/http; msgtype=request"}
    records = [
        warc_record(page("", status="304 Not Modified"), f"{URL}/304"),
        # As warcio has it: the answer, then the request.
        warc_record(page("posted"), f"{URL}/post", **post),
        warc_record(b"POST /a/post HTTP/1.1\r\n\r\n", f"{URL}/post", **request,
                    WARC_Concurrent_To="<urn:uuid:p>"),
        # As wget has it: the request, then the answer.
        warc_record(b"HEAD /a/head HTTP/1.1\r\n\r\n", f"{URL}/head", **request,
                    WARC_Record_ID="<urn:uuid:h>"),
        warc_record(page(""), f"{URL}/head", WARC_Concurrent_To="<urn:uuid:h>"),
        warc_record(b"GET /a/got HTTP/1.1\r\n\r\n", f"{URL}/got", **request,
                    WARC_Record_ID="<urn:uuid:g>"),
        warc_record(page("got"), f"{URL}/got", WARC_Concurrent_To="<urn:uuid:g>"),
        warc_record(b"extracted text", f"{URL}/wet", "conversion", content_type="text/plain"),
    ]  # fmt: skip
    archive = open_archive(warc(tmp_path / "a.warc.gz", *records))
    found = [
        name for name in ("304", "post", "head", "got", "wet") if archive.find(f"{URL}/{name}")
    ]
    assert found == ["got"]


def test_a_rendered_page_is_found_as_such_alone(tmp_path: Path) -> None:
    plain = warc_record(page("plain"))
    rendered = warc_record(page("rendered", "X-Newscrawler-Rendered: end"), kind="conversion")
    archive = open_archive(warc(tmp_path / "a.warc.gz", plain, rendered))
    assert body(archive) == b"plain"
    found = archive.find(URL, rendered=True)
    assert found is not None
    assert (found.body, found.rendered) == (b"rendered", "end")


@pytest.mark.parametrize("fields", [{"WARC_Truncated": "length"}, {"WARC_Truncated": "time"}])
def test_a_whole_page_goes_before_a_later_one_that_was_cut(
    tmp_path: Path, fields: dict[str, str]
) -> None:
    whole = warc_record(page("whole"))
    cut = warc_record(page("cut"), date="2026-01-01T00:00:00Z", **fields)
    assert body(open_archive(warc(tmp_path / "a.warc", whole, cut))) == b"whole"
    found = open_archive(warc(tmp_path / "b.warc", cut)).find(URL)
    assert found is not None
    assert found.fault == ("too_large" if fields["WARC_Truncated"] == "length" else "cut_short")


def test_a_page_that_cannot_be_unpacked_gives_way_to_an_older_one(tmp_path: Path) -> None:
    block = page("", "Content-Encoding: gzip") + b"\x1f\x8b\x08 broken"
    broken = warc_record(block, date="2026-01-01T00:00:00Z")
    path = warc(tmp_path / "a.warc", warc_record(page("older")), broken)
    assert body(open_archive(path)) == b"older"


# Folders beside files


def test_a_folder_and_a_file_are_one_archive(tmp_path: Path) -> None:
    saved = folder(tmp_path / "saved")
    path = warc(tmp_path / "a.warc", *numbered(2))
    archive = open_archive([saved, path])
    assert len(archive) == 3
    assert body(archive, "https://news.example/a") == b"in the folder"
    assert body(archive, "https://news.example/1") is not None
    assert archive.find("https://news.example/a", rendered=True) is None
    assert isinstance(open_archive(saved), FolderArchive)


def test_of_a_folder_and_a_file_the_better_capture_is_found(tmp_path: Path) -> None:
    saved = folder(tmp_path / "saved")
    gone = warc(tmp_path / "gone.warc", warc_record(page("", status="404 Gone")))
    dated = warc(tmp_path / "dated.warc", warc_record(page("dated")))
    assert body(open_archive([gone, saved])) == b"in the folder"
    assert body(open_archive([saved, dated])) == b"dated"


# From the command line


def test_a_replay_of_many_archives_opens_no_socket(
    tmp_path: Path, no_network: Callable[..., Any], project_root: Path
) -> None:
    start = "https://news.example/"
    front = warc_record(
        page("<html><a href=/a>1</a><a href=/moved>2</a><a href=/absent>3</a></html>"), start
    )
    article = warc_record(PAGE)
    moved = warc_record(page("", "Location: /a", status="301 Moved"), "https://news.example/moved")
    paths = [
        warc(tmp_path / "1.warc.gz", front),
        wacz(tmp_path / "2.wacz", data=[article]),
        warc(tmp_path / "3.warc", moved),
    ]
    feed = tmp_path / "feed.jsonl"
    run = no_network(sys.executable, "-m", "tests.archives.rover", start, *paths, feed)
    assert run.returncode == 0, run.stderr
    assert feed.read_text().count('"status": 200') == 2
    assert '"failed": "IgnoreRequest"' in feed.read_text()
