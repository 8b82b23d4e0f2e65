"""What is recorded is found again, reads well, and harms nothing that is there."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.archives.addresses import address_keys
from newscrawler.archives.capture import ArchiveError, Capture
from newscrawler.archives.failures import Failure, failed
from newscrawler.archives.folder import FolderArchive
from newscrawler.archives.recorder import FolderRecorder

HTML = (("content-type", "text/html; charset=utf-8"),)
TIME = "2019-01-27T18:17:27Z"


def page(url: str, body: str = "page", kind: str = "text/html") -> Capture:
    return Capture(url, 200, (("content-type", kind),), body.encode(), TIME)


def files(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize(
    ("url", "kind", "name"),
    [
        ("https://news.example/", "text/html", "news.example/index.html"),
        ("https://news.example/a/", "text/html", "news.example/a/index.html"),
        ("https://news.example/a", "text/html; charset=utf-8", "news.example/a.html"),
        ("https://news.example/a.htm", "text/html", "news.example/a.htm"),
        ("https://news.example/a.php", "text/html", "news.example/a.php.html"),
        ("https://news.example/?page=2", "text/html", "news.example/index?page=2.html"),
        ("https://news.example/a?u=b/c", "text/html", "news.example/a?u=b%2Fc.html"),
        ("https://news.example/api/list", "application/json", "news.example/api/list.json"),
        ("https://news.example/feed", "application/rss+xml", "news.example/feed.xml"),
        ("https://news.example/ship.jpg", "image/jpeg", "news.example/ship.jpg"),
        ("https://news.example/caf%C3%A9", "text/html", "news.example/café.html"),
        ("https://news.example/%FF", "text/html", "news.example/%FF.html"),
        ("https://news.example:8443/a", "text/html", "news.example:8443/a.html"),
        ("https://news.example/../a", "text/html", "news.example/%2E%2E/a.html"),
        ("https://news.example/%2e%2e/a", "text/html", "news.example/%2E%2E/a.html"),
        ("https://news.example/a%2Fb", "text/html", "news.example/a%2Fb.html"),
        ("https://news.example//a", "text/html", "news.example/_/a.html"),
        ("https://news.example/a%00b", "text/html", "news.example/a%00b.html"),
        ("https://news.example/%E2%80%AEa", "text/html", "news.example/%E2%80%AEa.html"),
        ("https://../a", "text/html", "%2E%2E/a.html"),
        ("https://news.example/x.http.json", "application/json", "news.example/x.http.json_"),
    ],
)
def test_a_page_gets_a_readable_and_safe_name(
    tmp_path: Path, url: str, kind: str, name: str
) -> None:
    stored = FolderRecorder(tmp_path).store(page(url, kind=kind))
    assert stored == tmp_path / name
    assert set(files(tmp_path)) == {name, f"{name}.http.json"}


PAIRS = [
    pytest.param("https://news.example/a", "https://news.example/a/b", id="page and folder"),
    pytest.param("https://news.example/a.html/b", "https://news.example/a.html", id="folder first"),
    pytest.param("https://news.example/a.html", "https://news.example/a.html/b", id="file first"),
    pytest.param("https://news.example/a", "http://news.example/a", id="schemes"),
    pytest.param("https://news.example/a", "https://news.example/a.html", id="extension"),
    pytest.param("https://news.example/a/", "https://news.example/a/index.html", id="index"),
    pytest.param("https://news.example/a", "https://news.example/A", id="case"),
    pytest.param("https://news.example/a//b", "https://news.example/a/_/b", id="empty segment"),
    pytest.param("https://news.example/%FF", "https://news.example/%25FF", id="escaped escape"),
    pytest.param(f"https://x.example/{'a' * 900}", f"https://x.example/{'a' * 901}", id="long"),
    pytest.param(f"https://x.example/{'a/' * 999}", f"https://x.example/{'a/' * 998}", id="deep"),
    pytest.param("https://news.example/x.html.http.json/a", "https://news.example/x", id="sidecar"),
    pytest.param("https://news.example/x", "https://news.example/x.html.http.json", id="suffix"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
@pytest.mark.parametrize("kind", ["text/html", "image/jpeg", ""])
def test_two_pages_never_overwrite_one_another(
    tmp_path: Path, one: str, other: str, kind: str
) -> None:
    for _ in range(2):
        recorder = FolderRecorder(tmp_path)
        recorder.store(page(one, "one", kind))
        recorder.store(page(other, "other", kind))
        archive = FolderArchive(tmp_path)
        assert [getattr(archive.find(url), "body", b"") for url in (one, other)] == [
            b"one",
            b"other",
        ]
        assert len(archive) == 2


pieces = st.one_of(
    st.sampled_from(["a", "A", "a.html", "index.html", "..", ".", "", "%2e%2e", "%2F", "%00", "~"]),
    st.sampled_from(["a.http.json", "a.html.http.json", "index", "a?a", "%3Fa", "é", "%C3%A9"]),
    st.text(max_size=12),
    st.text("aé%/.", min_size=150, max_size=300),
)
queries = st.one_of(st.just(""), st.builds("?{}".format, pieces))
urls = st.builds(
    "{}://{}/{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["a.example", "a.example:8080", "..", "[::1]", "a"]),
    st.lists(pieces, max_size=4).map("/".join),
    queries,
)
kinds = st.sampled_from(["text/html", "application/json", "image/png", "", "text/html;charset=x"])


def has_key(url: str) -> bool:
    try:
        return bool(address_keys(url))
    except ValueError:
        return False


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(urls.filter(has_key), kinds), max_size=8))
def test_whatever_is_recorded_is_found_again(found: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder, "saved")
        recorder = FolderRecorder(root)
        captures = {
            address_keys(url)[0]: (url, page(url, f"{number}", kind))
            for number, (url, kind) in enumerate(found)
        }
        for _, capture in captures.values():
            assert recorder.store(capture).resolve().is_relative_to(root)
        archive = FolderArchive(root)
        assert len(archive) == len(captures)
        assert [path.name for path in Path(folder).iterdir()] == ["saved"]
        for url, capture in captures.values():
            again = archive.find(url)
            assert again is not None
            assert (again.body, again.retrieved_at) == (capture.body, TIME)


def test_the_sidecar_tells_about_the_page_and_not_about_the_moment(tmp_path: Path) -> None:
    headers = (
        ("Location", "/b"),
        ("Date", "Sun, 27 Jan 2019 18:17:27 GMT"),
        ("Set-Cookie", "visit=1"),
        ("Server-Timing", "db;dur=53"),
        ("ETag", '"7"'),
        ("Link", "</x>; rel=next"),
        ("Content-Encoding", "gzip"),
        ("Link", "</a>; rel=prev"),
    )
    FolderRecorder(tmp_path).store(
        Capture("https://ana:secret@news.example/a#top", 301, headers, b"", TIME)
    )
    sidecar = json.loads((tmp_path / "news.example/a.http.json").read_text(encoding="utf-8"))
    assert sidecar == {
        "url": "https://news.example/a",
        "status": 301,
        "headers": {
            "etag": '"7"',
            "link": ["</x>; rel=next", "</a>; rel=prev"],
            "location": "/b",
        },
        "retrieved_at": TIME,
    }


def test_headers_of_any_bytes_come_back_as_they_were(tmp_path: Path) -> None:
    location = b"/caf\xe9".decode("utf-8", "surrogateescape")
    headers = (("content-type", "text/html"), ("location", location))
    capture = Capture("https://news.example/a", 301, headers, b"moved", TIME)
    FolderRecorder(tmp_path).store(capture)
    assert FolderArchive(tmp_path).find("https://news.example/a") == capture


def test_an_unchanged_page_recorded_again_changes_no_file(tmp_path: Path) -> None:
    capture = page("https://news.example/a")
    FolderRecorder(tmp_path).store(capture)
    before = files(tmp_path)
    FolderRecorder(tmp_path).store(replace(capture, retrieved_at="2026-10-19T10:00:00Z"))
    assert files(tmp_path) == before


LATER = "2026-10-19T10:00:00Z"
OLD = Capture("https://news.example/a", 200, HTML, b"old", TIME)


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(replace(OLD, body=b"new", retrieved_at=LATER), id="body"),
        pytest.param(replace(OLD, body=b"", retrieved_at=LATER), id="no body"),
        pytest.param(replace(OLD, status=404, retrieved_at=LATER), id="status"),
        pytest.param(
            replace(OLD, headers=(*HTML, ("etag", "8")), retrieved_at=LATER), id="headers"
        ),
    ],
)
def test_a_changed_page_takes_the_place_of_the_old_one(tmp_path: Path, new: Capture) -> None:
    for capture in (OLD, new):
        FolderRecorder(tmp_path).store(capture)
    archive = FolderArchive(tmp_path)
    assert archive.find("https://news.example/a") == new
    assert len(archive) == 1


@pytest.mark.parametrize("order", [1, -1], ids=["sent first", "rendered first"])
def test_a_rendered_page_is_recorded_beside_the_page_as_it_was_sent(
    tmp_path: Path, order: int
) -> None:
    sent = page("https://news.example/series/")
    rendered = replace(sent, body=b"all of it", rendered="limit 200 times more")
    for capture in (*[sent, rendered][::order], sent, rendered):
        FolderRecorder(tmp_path).store(capture)
    archive = FolderArchive(tmp_path)
    assert archive.find(sent.url) == sent
    assert archive.find(sent.url, rendered=True) == rendered
    assert {name for name in files(tmp_path) if not name.endswith(".json")} == {
        "news.example/series/index.html",
        "news.example/series/index~rendered.html",
    }


def test_a_page_that_was_not_had_is_a_sidecar_until_it_is_had(tmp_path: Path) -> None:
    at = datetime(2019, 1, 27, 18, 17, 27, tzinfo=UTC)
    failure = Failure("https://news.example/a", at, "timeout", "It took longer.")
    FolderRecorder(tmp_path).store_failure(failure)
    assert json.loads(files(tmp_path)["news.example/a.html.http.json"]) == {
        "url": failure.url,
        "retrieved_at": TIME,
        "failed": "timeout",
        "detail": "It took longer.",
    }
    found = FolderArchive(tmp_path).find(failure.url)
    assert found == failed(failure.url, TIME, "timeout", "It took longer.")
    FolderRecorder(tmp_path).store(OLD)
    FolderRecorder(tmp_path).store_failure(failure)
    assert FolderArchive(tmp_path).find(failure.url) == OLD
    assert len(files(tmp_path)) == 2


def test_a_page_of_unknown_time_gets_the_time_of_the_recording(tmp_path: Path) -> None:
    for capture in (replace(OLD, retrieved_at=None), OLD):
        FolderRecorder(tmp_path).store(capture)
    assert FolderArchive(tmp_path).find("https://news.example/a") == OLD


def test_a_page_keeps_its_file_when_it_becomes_of_another_kind(tmp_path: Path) -> None:
    for kind in ("text/html", "application/json"):
        FolderRecorder(tmp_path).store(page("https://news.example/a", kind, kind))
    assert set(files(tmp_path)) == {"news.example/a.html", "news.example/a.html.http.json"}


def test_a_page_renamed_by_hand_is_recorded_where_it_is(tmp_path: Path) -> None:
    FolderRecorder(tmp_path).store(page("https://news.example/a", "old"))
    for name in ("a.html", "a.html.http.json"):
        (tmp_path / "news.example" / name).rename(tmp_path / name.replace("a.", "strike."))
    FolderRecorder(tmp_path).store(page("https://news.example/a", "new"))
    assert files(tmp_path)["strike.html"] == b"new"
    assert set(files(tmp_path)) == {"strike.html", "strike.html.http.json"}


def test_a_saved_page_without_sidecar_is_replaced_by_its_own_page_only(tmp_path: Path) -> None:
    (tmp_path / "news.example").mkdir()
    for name in ("list.json", "story.html"):
        (tmp_path / "news.example" / name).write_text("by hand")
    recorder = FolderRecorder(tmp_path)
    recorder.store(page("https://news.example/list", "new", "application/json"))
    recorder.store(page("https://news.example/story", "new"))
    assert files(tmp_path)["news.example/list.json"] == b"by hand"
    assert files(tmp_path)["news.example/story.html"] == b"new"


def test_no_page_is_written_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "saved"
    root.mkdir()
    (root / "news.example").symlink_to(outside)
    with pytest.raises(ArchiveError, match=r"has no place for https://news\.example/a"):
        FolderRecorder(root).store(page("https://news.example/a"))
    assert files(outside) == {}


def test_a_write_that_fails_leaves_the_old_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = FolderRecorder(tmp_path)
    recorder.store(page("https://news.example/a", "old"))
    before = files(tmp_path)

    def full(path: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ArchiveError, match=r"a\.html: cannot be written: No space left"):
        recorder.store(page("https://news.example/a", "new"))
    assert files(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_refused_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArchiveError, match="file/saved: cannot be made a folder"):
        FolderRecorder(tmp_path / "file" / "saved")


def test_what_is_no_web_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ftp://news"):
        FolderRecorder(tmp_path).store(page("ftp://news.example/a"))
