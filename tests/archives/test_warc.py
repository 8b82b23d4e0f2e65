"""Pages are found in WARC files as the tools of the field write them."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawler.archives.capture import ArchiveError, Capture
from newscrawler.archives.formats import check_archive, damage_in, open_archive
from newscrawler.archives.settings import replay_settings
from newscrawler.archives.warc import WarcArchive
from tests.archives.rover import crawl
from tests.archives.warc_files import warc_record
from tests.conftest import SavedSite

URL = "https://news.example/a"
DATE = "2019-01-27T18:17:27Z"
HTML = {"Content-Type": "text/html; charset=utf-8"}


class Writer:
    """Writes a WARC file with warcio, as browsertrix and pywb have it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("wb")
        self.warc = WARCWriter(self.file, gzip=path.suffix == ".gz", warc_version="WARC/1.1")

    def response(
        self,
        url: str = URL,
        body: bytes = b"the page",
        status: str = "200 OK",
        date: str = DATE,
        headers: dict[str, str] = HTML,
    ) -> Any:
        http = StatusAndHeaders(status, list(headers.items()), protocol="HTTP/1.1")
        return self.record(url, "response", body, date=date, http_headers=http)

    def record(
        self, url: str, kind: str, payload: bytes = b"", date: str = DATE, **arguments: Any
    ) -> Any:
        warc_headers = {"WARC-Date": date, **arguments.pop("warc_headers", {})}
        stream = {"payload": BytesIO(payload), "length": len(payload)}
        record = self.warc.create_warc_record(
            url, kind, **stream, warc_headers_dict=warc_headers, **arguments
        )
        self.warc.write_record(record)
        return record

    def archive(self) -> WarcArchive:
        self.file.close()
        return WarcArchive([self.path])


@pytest.fixture(params=["pages.warc", "pages.warc.gz"])
def writer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Writer]:
    made = Writer(tmp_path / request.param)
    made.warc.write_record(made.warc.create_warcinfo_record(request.param, {"software": "test"}))
    yield made
    made.file.close()


def broken_in(archive: WarcArchive) -> int:
    return sum(found.broken for found in archive.found.values())


def body_of(found: Capture | None) -> bytes | None:
    return found.body if found else None


def by_hand(path: Path, *records: bytes) -> WarcArchive:
    path.write_bytes(b"".join(records))
    return WarcArchive([path])


def record(payload: bytes, url: str = f"<{URL}>", kind: str = "response", extra: str = "") -> bytes:
    """Return a record as wget 1.18 writes it, with its address in angle brackets."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {DATE}\r\n"
        f"{extra}Content-Type: application/http;msgtype=response\r\n"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload + b"\r\n\r\n"


def test_a_page_is_found_with_its_headers_and_time(writer: Writer) -> None:
    writer.response(body=b"the page", date="2019-01-27T18:17:27.614Z", headers={**HTML, "A": "b"})
    archive = writer.archive()
    headers = (("Content-Type", "text/html; charset=utf-8"), ("A", "b"))
    assert archive.find(URL) == Capture(URL, 200, headers, b"the page", DATE)
    assert (len(archive), broken_in(archive)) == (1, 0)


@pytest.mark.parametrize("url", [f"{URL}#top", "http://news.example/a", "https://NEWS.example/a"])
def test_a_page_is_found_without_fragment_and_under_the_other_scheme(
    writer: Writer, url: str
) -> None:
    writer.response()
    assert body_of(writer.archive().find(url)) == b"the page"


@pytest.mark.parametrize("url", [f"{URL}/", f"{URL}?b=c", "https://www.news.example/a", "a", ""])
def test_another_address_is_not_found(writer: Writer, url: str) -> None:
    writer.response()
    assert writer.archive().find(url) is None


def test_a_file_of_what_servers_sent_has_no_rendered_page(writer: Writer) -> None:
    writer.response()
    assert writer.archive().find(URL, rendered=True) is None


def test_a_redirect_to_the_other_scheme_does_not_lead_to_itself(writer: Writer) -> None:
    writer.response("http://news.example/a", status="301 Moved", headers={"Location": URL})
    archive = writer.archive()
    assert archive.find("http://news.example/a") is not None
    assert archive.find(URL) is None


def test_a_page_packed_with_brotli_is_replayed(writer: Writer, tmp_path: Path) -> None:
    packed = pytest.importorskip("brotli").compress(b"<html>the page")
    writer.response(body=packed, headers={**HTML, "Content-Encoding": "br"})
    writer.archive()
    crawl(URL, tmp_path / "feed", replay_settings(writer.path))
    item = json.loads((tmp_path / "feed").read_text(encoding="utf-8"))
    assert (item["kind"], item["text"]) == ("HtmlResponse", "<html>the page")


@pytest.mark.parametrize(
    ("captures", "best"),
    [
        ([("200 OK", "2019"), ("200 OK", "2020")], "2020"),
        ([("200 OK", "2020"), ("200 OK", "2019")], "2020"),
        ([("200 OK", "2019"), ("404 Not Found", "2020")], "2019"),
        ([("200 OK", "2019"), ("301 Moved", "2020")], "2019"),
        ([("404 Not Found", "2020"), ("503 Busy", "2019")], "2020"),
        ([("503 Busy", "2019"), ("206 Partial", "2018")], "2018"),
    ],
)
def test_the_latest_successful_capture_counts(
    writer: Writer, captures: list[tuple[str, str]], best: str
) -> None:
    for status, year in captures:
        writer.response(status=status, body=year.encode(), date=f"{year}-01-01T00:00:00Z")
    assert body_of(writer.archive().find(URL)) == best.encode()


def test_a_page_seen_again_unchanged_has_its_new_time(writer: Writer) -> None:
    original = writer.response()
    seen = writer.warc.create_revisit_record(
        URL,
        original.rec_headers.get_header("WARC-Payload-Digest"),
        URL,
        DATE,
        http_headers=StatusAndHeaders("200 OK", [("ETag", "new")], protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": "2026-10-19T10:00:00Z"},
    )
    writer.warc.write_record(seen)
    archive = writer.archive()
    headers = (("ETag", "new"), *HTML.items())
    assert archive.find(URL) == Capture(URL, 200, headers, b"the page", "2026-10-19T10:00:00Z")


def test_a_page_that_repeats_another_is_found_by_the_record_it_names(writer: Writer) -> None:
    original = writer.response()
    refers = {"WARC-Refers-To": original.rec_headers.get_header("WARC-Record-ID")}
    writer.record("https://news.example/twin", "revisit", warc_headers=refers)
    assert body_of(writer.archive().find("https://news.example/twin")) == b"the page"


def test_a_page_that_repeats_one_of_another_file_is_skipped(writer: Writer) -> None:
    writer.record(URL, "revisit", warc_headers={"WARC-Refers-To": "<urn:uuid:7>"})
    assert writer.archive().find(URL) is None


def test_a_record_without_address_is_no_page(tmp_path: Path) -> None:
    kinds = ("response", "resource", "revisit")
    nameless = (record(b"HTTP/1.1 200 OK\r\n\r\n", kind=kind) for kind in kinds)
    lines = b"".join(nameless).splitlines(keepends=True)
    rest = [line for line in lines if not line.startswith(b"WARC-Target-URI")]
    archive = by_hand(tmp_path / "a.warc", *rest)
    assert (len(archive), broken_in(archive)) == (0, 0)


def test_a_resource_is_a_page_and_other_records_are_not(writer: Writer) -> None:
    writer.record(URL, "resource", b"the page", warc_content_type="text/plain")
    writer.record("dns:news.example", "resource", b"x", warc_content_type="text/dns")
    writer.record("https://news.example/b", "metadata", b"x")
    writer.record("urn:thumbnail:https://news.example/b", "resource", b"x")
    archive = writer.archive()
    content_type = (("Content-Type", "text/plain"),)
    assert archive.find(URL) == Capture(URL, 200, content_type, b"the page", DATE)
    assert (len(archive), broken_in(archive)) == (1, 0)


@pytest.mark.parametrize("date", ["2019", "2019-01-27", "yesterday", "2019-01-27T18:17:27+03:00"])
def test_a_time_that_is_not_exact_is_none(tmp_path: Path, date: str) -> None:
    page = record(b"HTTP/1.1 200 OK\r\n\r\nthe page").replace(DATE.encode(), date.encode())
    found = by_hand(tmp_path / "a.warc", page).find(URL)
    assert found is not None
    assert found.retrieved_at is None


@pytest.mark.parametrize(
    ("payload", "url"),
    [
        pytest.param(b"", URL, id="empty"),
        pytest.param(b"\r\n\r\n", URL, id="blank"),
        pytest.param(b"<html>no headers</html>", URL, id="no status line"),
        pytest.param(b"HTTP/1.1 OK\r\n\r\n", URL, id="no status"),
        pytest.param(b"HTTP/1.1 7 OK\r\n\r\n", URL, id="no such status"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", "https://[::1/a", id="no address"),
    ],
)
def test_a_broken_page_is_skipped_and_counted(tmp_path: Path, payload: bytes, url: str) -> None:
    fine = record(b"HTTP/1.1 200 OK\r\n\r\nfine", "https://news.example/fine")
    archive = by_hand(tmp_path / "a.warc", record(payload, url), fine)
    assert broken_in(archive) == 1
    assert archive.find(url) is None
    assert body_of(archive.find("https://news.example/fine")) == b"fine"


@pytest.mark.parametrize("check", [open_archive, check_archive], ids=["open", "check"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "holds no WARC record", id="empty"),
        pytest.param(b"\x1f\x8b", "holds no WARC record", id="no more than gzip's mark"),
        pytest.param(b"<html>no WARC", "is no WARC file", id="a page"),
        pytest.param(gzip.compress(b"<html>no WARC"), "is no WARC file", id="a packed page"),
        pytest.param(
            gzip.compress(record(b"HTTP/1.1 200 OK\r\n\r\n") * 3),
            "is compressed as a whole",
            id="compressed as a whole",
        ),
    ],
)
def test_what_is_no_warc_file_is_refused_with_its_reason(
    tmp_path: Path, check: Callable[[Path], object], content: bytes, reason: str
) -> None:
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=rf"pages\.warc\.gz: {reason}"):
        check(path)


def test_a_crawl_is_replayed(writer: Writer, tmp_path: Path) -> None:
    writer.response(
        "https://news.example/", status="301 Moved", headers={"Location": "/a"}, body=b""
    )
    body = gzip.compress(b"<html><a href=/missing>b</a>")
    writer.response(body=body, headers={**HTML, "Content-Encoding": "gzip"})
    writer.archive()
    crawler = crawl("https://news.example/", tmp_path / "feed", replay_settings(writer.path))
    assert crawler.stats is not None
    assert crawler.stats.get_value("replay/found") == 2
    assert crawler.stats.get_value("replay/missing") == 1


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_what_is_damaged_is_told_and_the_rest_is_found(writer: Writer, cut: int) -> None:
    writer.response()
    whole = writer.file.tell()
    writer.response("https://news.example/b", body=bytes(range(256)) * 4)
    writer.file.truncate(whole + cut)
    archive = writer.archive()
    assert body_of(archive.find(URL)) == b"the page"
    assert archive.find("https://news.example/b") is None
    [damaged] = damage_in(archive)
    assert damaged.told == (
        f"{writer.path}: damaged stretches 1 ({cut} bytes),"
        f" the first at byte {whole}: the file is cut off"
    )


def test_a_whole_file_has_no_damage(writer: Writer) -> None:
    writer.response()
    writer.response("https://news.example/b")
    archive = writer.archive()
    assert len(archive) == 2
    assert not damage_in(archive)


def test_a_file_that_changes_meanwhile_is_read_again(writer: Writer) -> None:
    writer.response()
    archive = writer.archive()
    other = warc_record(b"HTTP/1.1 200 OK\r\n\r\nbefore it", "https://news.example/b")
    own = warc_record(b"HTTP/1.1 200 OK\r\n\r\nanother page", URL)
    writer.path.write_bytes(other + own)
    assert body_of(archive.find(URL)) == b"another page"
    writer.path.write_bytes(b"")
    with pytest.raises(ArchiveError, match=f"{writer.path}.*it has changed"):
        archive.find(URL)


@pytest.mark.skipif(not shutil.which("wget"), reason="wget is not installed")
def test_what_wget_saves_is_found(tmp_path: Path, serve: Callable[[Path], SavedSite]) -> None:
    folder = tmp_path / "news.example"
    (folder / "list").mkdir(parents=True)
    (folder / "index.html").write_text("<a href=/story>1</a> <a href=/list/?page=2>2</a>")
    (folder / "story.html").write_text("the story")
    (folder / "list" / "index.html?page=2").write_text("page 2")
    site = serve(folder).url
    for options in (["--warc-file=pages"], ["-P", "plain"], ["-E", "-P", "extended"]):
        command = ["wget", "-q", "-e", "robots=off", "-m", *options, f"{site}/"]
        subprocess.run(command, cwd=tmp_path, check=False)
    for name in ("pages.warc.gz", "plain", "extended"):
        archive = open_archive(tmp_path / name)
        assert body_of(archive.find(f"{site}/story")) == b"the story", name
        assert body_of(archive.find(f"{site}/list/?page=2")) == b"page 2", name
