"""Pages are found in a folder as a mirror tool left it or as a person arranged it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archives.capture import ArchiveError, Capture
from newscrawler.archives.folder import FolderArchive
from newscrawler.archives.formats import open_archive


def save(root: Path, name: str, body: str | None = None, **sidecar: Any) -> Path:
    """Write a page, a sidecar or both below `root`, and return the page's path."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if body is not None:
        path.write_text(body, encoding="utf-8")
    if sidecar:
        path.with_name(f"{path.name}.http.json").write_text(json.dumps(sidecar), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("news.example/index.html", "https://news.example/"),
        ("news.example/index.html", "http://news.example"),
        ("news.example/a/index.html", "https://news.example/a/"),
        ("news.example/a/index.html?page=2", "https://news.example/a/?page=2"),
        ("news.example/list.html?page=2", "https://news.example/list.html?page=2"),
        ("news.example/story", "https://news.example/story"),
        ("news.example/story.html", "https://news.example/story"),
        ("news.example/story/index.html", "https://news.example/story#comments"),
        ("news.example/café.html", "https://news.example/caf%C3%A9"),
        ("news.example/caf%C3%A9.html", "https://news.example/café"),
        ("news.example:8080/story", "http://news.example:8080/story"),
    ],
)
def test_a_page_without_sidecar_is_found_by_its_name(tmp_path: Path, name: str, url: str) -> None:
    save(tmp_path, name, "the page")
    found = FolderArchive(tmp_path).find(url)
    assert found == Capture(url, 200, (("content-type", "text/html"),), b"the page")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("feed.xml", ("text/xml", "application/xml")),
        ("list.json", ("application/json",)),
        ("list.json?page=2", ("application/json",)),
        ("ship.jpg", ("image/jpeg",)),
        ("sitemap.xml.gz", ("application/octet-stream",)),
        ("story-2.0", ("text/html",)),
        ("list.php?sort=a.json", ("text/html",)),
    ],
)
def test_the_content_type_is_that_of_the_extension(
    tmp_path: Path, name: str, kind: tuple[str, ...]
) -> None:
    save(tmp_path, f"news.example/{name}", "the page")
    found = FolderArchive(tmp_path).find(f"https://news.example/{name}")
    assert found is not None
    assert dict(found.headers)["content-type"] in kind


def test_a_sidecar_tells_what_the_file_cannot(tmp_path: Path) -> None:
    save(
        tmp_path,
        "news.example/story.html",
        "not here",
        status=404,
        headers={"Content-Type": "text/html; charset=utf-8", "Link": ["</a>", "</b>"]},
        retrieved_at="2019-01-27T18:17:27Z",
    )
    found = FolderArchive(tmp_path).find("https://news.example/story")
    links = (("Link", "</a>"), ("Link", "</b>"))
    headers = (("Content-Type", "text/html; charset=utf-8"), *links)
    url = "https://news.example/story"
    assert found == Capture(url, 404, headers, b"not here", "2019-01-27T18:17:27Z")


def test_a_sidecar_alone_is_a_page(tmp_path: Path) -> None:
    save(tmp_path, "news.example/old", status=301, headers={"Location": "/new"})
    found = FolderArchive(tmp_path).find("https://news.example/old")
    assert found is not None
    assert (found.status, found.body, dict(found.headers)["Location"]) == (301, b"", "/new")


def test_a_body_is_decoded_whatever_its_sidecar_copies_from_the_wire(tmp_path: Path) -> None:
    wire = {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked", "Content-Length": "9"}
    save(tmp_path, "news.example/a", "text", headers={**wire, "Content-Type": "text/plain"})
    found = FolderArchive(tmp_path).find("https://news.example/a")
    assert found is not None
    assert found.headers == (("Content-Type", "text/plain"),)


def test_an_address_in_a_sidecar_counts_and_not_the_name(tmp_path: Path) -> None:
    save(tmp_path, "news.example/a.html", "the story", url="https://other.example/x?id=7")
    archive = FolderArchive(tmp_path)
    found = archive.find("http://other.example/x?id=7#top")
    assert found is not None
    assert (found.url, found.body) == ("https://other.example/x?id=7", b"the story")
    assert archive.find("https://news.example/a") is None


def test_each_scheme_has_its_page_where_both_are_stated(tmp_path: Path) -> None:
    for scheme in ("http", "https"):
        save(tmp_path, f"news.example/{scheme}", scheme, url=f"{scheme}://news.example/")
    archive = FolderArchive(tmp_path)
    for scheme in ("http", "https"):
        found = archive.find(f"{scheme}://news.example/")
        assert found is not None
        assert found.body == scheme.encode()


def test_a_redirect_to_the_other_scheme_does_not_lead_to_itself(tmp_path: Path) -> None:
    url = "http://news.example/a"
    save(tmp_path, "a", url=url, status=301, headers={"Location": "https://news.example/a"})
    archive = FolderArchive(tmp_path)
    assert archive.find(url) is not None
    assert archive.find("https://news.example/a") is None


def test_a_page_of_a_list_is_not_the_list(tmp_path: Path) -> None:
    save(tmp_path, "news.example/list/index.html", "page 1")
    assert FolderArchive(tmp_path).find("https://news.example/list/?page=2") is None


@pytest.mark.parametrize("root", ["news.example", "news.example/../news.example"])
def test_the_folder_of_a_single_host_is_an_archive(tmp_path: Path, root: str) -> None:
    save(tmp_path, "news.example/index.html", "front")
    save(tmp_path, "news.example/a/index.html", "story")
    archive = FolderArchive(tmp_path / root)
    found = archive.find("https://news.example/a/")
    assert found is not None
    assert found.body == b"story"
    assert len(archive) == 2


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/../../secret",
        "https://news.example/%2e%2e/%2e%2e/secret",
        "https://../secret",
        "https://news.example/..%2F..%2Fsecret",
        "file:///etc/hostname",
        "https://news.example/a%00b",
        "https://[/a",
        "",
    ],
)
def test_no_address_leads_out_of_the_folder(tmp_path: Path, url: str) -> None:
    (tmp_path / "secret").write_text("secret")
    save(tmp_path / "saved", "news.example/index.html", "front")
    assert FolderArchive(tmp_path / "saved").find(url) is None


def test_links_that_leave_the_folder_are_not_followed(tmp_path: Path) -> None:
    secret = save(tmp_path, "outside/secret.html", "secret")
    inside = save(tmp_path, "saved/news.example/index.html", "front")
    (inside.parent / "file.html").symlink_to(secret)
    (inside.parent / "folder").symlink_to(secret.parent)
    (inside.parent / "twin.html").symlink_to(inside)
    (inside.parent / "broken.html").symlink_to("nowhere")
    archive = FolderArchive(tmp_path / "saved")
    assert archive.find("https://news.example/file") is None
    assert archive.find("https://news.example/folder/secret") is None
    assert archive.find("https://news.example/twin") is not None
    assert len(archive) == 2


def test_a_pipe_is_no_page(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "page.html")
    assert len(FolderArchive(tmp_path)) == 0


@pytest.mark.parametrize(
    ("sidecar", "says"),
    [
        pytest.param("{", "line 1 column 2", id="no JSON"),
        pytest.param("[1]", "must be a JSON object", id="a list"),
        pytest.param('{"state": 200}', "'state' is not one of url, status", id="unknown key"),
        pytest.param('{"status": 1, "status": 2}', "'status' stands there twice", id="twice"),
        pytest.param('{"status": "200"}', "'status': must be a whole number", id="status text"),
        pytest.param('{"status": true}', "'status': must be a whole number", id="status truth"),
        pytest.param('{"status": 999}', "'status': must be a whole number", id="status range"),
        pytest.param('{"url": "/a"}', "'url': '/a' is no http or https address", id="path"),
        pytest.param('{"url": null}', "'url': must be an address", id="null"),
        pytest.param('{"headers": []}', "'headers': must be an object", id="headers list"),
        pytest.param('{"headers": {"a b": "c"}}', "'headers': 'a b' is no header name", id="name"),
        pytest.param('{"headers": {"a": 1}}', "'headers': a must be a text", id="value"),
        pytest.param('{"headers": {"a": "b\\r\\nc: d"}}', "'headers': a must be", id="line break"),
        pytest.param('{"headers": {"a": "\\ud800"}}', "'headers': 'utf-8' codec", id="surrogate"),
        pytest.param('{"retrieved_at": "2019-01-27"}', "'retrieved_at': must be a time", id="day"),
        pytest.param('{"retrieved_at": 1548613047}', "'retrieved_at': must be", id="epoch"),
        pytest.param('{"retrieved_at": "2019-02-30T00:00:00Z"}', "'retrieved_at'", id="no day"),
        pytest.param('{"retrieved_at": "2019-1-27T18:17:27Z"}', "'retrieved_at'", id="digits"),
        pytest.param('{"rendered": true}', "'rendered': must say how the browser", id="truth"),
        pytest.param('{"rendered": " "}', "'rendered': must say how the browser", id="blank"),
        pytest.param('{"rendered": "a\\nb"}', "'rendered': must say how", id="rendered lines"),
        pytest.param("\xff", "", id="no UTF-8"),
    ],
)
def test_a_slip_in_a_sidecar_is_told_with_file_and_key(
    tmp_path: Path, sidecar: str, says: str
) -> None:
    (tmp_path / "a.html.http.json").write_bytes(sidecar.encode("latin-1"))
    with pytest.raises(ArchiveError) as refused:
        FolderArchive(tmp_path)
    assert str(refused.value).startswith(f"{tmp_path / 'a.html.http.json'}: ")
    assert says in str(refused.value)


def test_what_a_browser_made_of_a_page_is_another_page(tmp_path: Path) -> None:
    save(tmp_path, "sent", "sent", url="https://news.example/a")
    save(tmp_path, "made", "made", url="https://news.example/a", rendered="end")
    archive = FolderArchive(tmp_path)
    for scheme in ("http", "https"):
        sent = archive.find(f"{scheme}://news.example/a")
        made = archive.find(f"{scheme}://news.example/a", rendered=True)
        assert sent is not None
        assert made is not None
        assert (sent.body, sent.rendered, made.body, made.rendered) == (
            b"sent",
            None,
            b"made",
            "end",
        )
    assert len(archive) == 2


def test_a_page_without_sidecar_is_none_that_a_browser_made(tmp_path: Path) -> None:
    save(tmp_path, "news.example/a.html", "a")
    assert FolderArchive(tmp_path).find("https://news.example/a", rendered=True) is None


def test_an_address_stated_twice_is_told_with_both_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save(tmp_path, name, name, url="https://news.example/a")
    with pytest.raises(ArchiveError, match=r"one\.http\.json and .*two\.http\.json: both state"):
        FolderArchive(tmp_path)


def test_a_page_that_goes_away_is_told(tmp_path: Path) -> None:
    page = save(tmp_path, "news.example/a.html", "a")
    archive = FolderArchive(tmp_path)
    page.unlink()
    with pytest.raises(ArchiveError, match=r"a\.html: cannot be read"):
        archive.find("https://news.example/a")


@pytest.mark.parametrize("name", ["missing", "pages.zip"])
def test_what_is_no_archive_is_refused_with_its_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "pages.zip").write_bytes(b"PK")
    with pytest.raises(ArchiveError, match=name):
        open_archive(tmp_path / name)


def test_a_large_folder_opens_in_a_moment(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"{number}.html").touch()
        url = f"https://news.example/{number}"
        (tmp_path / f"{number}.html.http.json").write_text(json.dumps({"url": url}))
    start = time.process_time()
    archive = FolderArchive(tmp_path)
    assert len(archive) == 3000
    assert time.process_time() - start < 3  # seconds; it takes a fraction of one
