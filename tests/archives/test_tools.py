"""Archives are read as each tool of the field writes them."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawler.archives.capture import Capture
from newscrawler.archives.formats import damage_in, open_archive
from tests.archives.warc_files import DATE, packed, warc_record
from tests.conftest import SavedSite

URL = "http://news.example/a"
PAGE = b"<html><p>the page</p></html>"
HTML = (("Content-Type", "text/html"),)
REQUEST = {"kind": "request", "content_type": "application/http; msgtype=request"}
FIELDS = {"content_type": "application/warc-fields"}


def answer(body: bytes = PAGE, *headers: str, line: str = "HTTP/1.1 200 OK") -> bytes:
    head = "\r\n".join([line, "Content-Type: text/html", *headers])
    return head.encode() + b"\r\n\r\n" + body


def chunked(body: bytes) -> bytes:
    return b"%x;ext=1\r\n%s\r\n0\r\nTrailer: x\r\n\r\n" % (len(body), body)


def old(block: bytes, url: str = "", **fields: str) -> bytes:
    return warc_record(block, f"<{url}>" if url else "", version="1.0", **fields)


TOOLS: dict[str, list[bytes]] = {
    # Addresses in brackets; its log and the manifest are records as well.
    "wget": [
        old(b"software: Wget/1.21.3", kind="warcinfo", **FIELDS, WARC_Filename="pages.warc.gz"),
        old(b"GET /a HTTP/1.1\r\n\r\n", URL, **REQUEST, WARC_Record_ID="<urn:uuid:1>"),
        old(answer(), URL, WARC_Concurrent_To="<urn:uuid:1>", WARC_Block_Digest="sha1:x"),
        old(b"the log", "metadata://gnu.org/software/wget/warc/wget.log", kind="resource",
            content_type="text/plain"),
    ],
    # HTTP/2 heads, joined and unpacked bodies under their old headers, what was made of pages.
    "browsertrix": [
        warc_record(b"software: Browsertrix-Crawler", "", "warcinfo", **FIELDS),
        warc_record(answer(PAGE, "content-encoding: br", line="HTTP/2 200"), URL,
                    WARC_Page_ID="7", WARC_Resource_Type="document"),
        warc_record(b":method: GET", URL, **REQUEST),
        warc_record(b'{"urls": {}}', f"urn:pageinfo:{URL}", "resource",
                    content_type="application/json"),
        warc_record(b"the page", f"urn:text:{URL}", "resource", content_type="text/plain"),
        warc_record(b"\x89PNG", f"urn:view:{URL}", "resource", content_type="image/png"),
    ],
    "ArchiveWeb.page": [
        warc_record(answer(PAGE, "x-orig-content-encoding: gzip", line="HTTP/1.1 200"), URL,
                    WARC_JSON_Metadata='{"ipType":"Public"}'),
        warc_record(b"GET /a HTTP/1.1\r\n\r\n", URL, **REQUEST, WARC_Concurrent_To="<urn:uuid:2>"),
    ],
    # Unpacked, with the old headers under other names; metadata; texts have files of their own.
    "Common Crawl": [
        old(b"isPartOf: CC-NEWS", kind="warcinfo", **FIELDS),
        old(b"GET /a HTTP/1.1\r\n\r\n", URL, **REQUEST),
        old(answer(PAGE, "X-Crawler-Content-Encoding: gzip", "X-Crawler-Content-Length: 999",
                   f"Content-Length: {len(PAGE)}"), URL, WARC_Identified_Payload_Type="text/html"),
        old(b"fetchTimeMs: 99", URL, kind="metadata", **FIELDS),
        old(b"the page", URL, kind="conversion", content_type="text/plain"),
    ],
    "Heritrix": [
        old(b"software: Heritrix/3.4", kind="warcinfo", **FIELDS, WARC_IP_Address="127.0.0.1"),
        old(b"20190127 news.example 127.0.0.1", "dns:news.example", content_type="text/dns"),
        old(answer(chunked(PAGE), "Transfer-Encoding: chunked"), URL,
            WARC_Payload_Digest="sha1:x"),
        old(b"GET /a HTTP/1.0\r\n\r\n", URL, **REQUEST),
        old(b"via: http://news.example/\r\nhopsFromSeed: L", URL, kind="metadata", **FIELDS),
    ],
    "warcprox": [
        warc_record(answer(gzip.compress(PAGE), "Content-Encoding: gzip", "Transfer-Encoding: "),
                    URL, version="1.0", WARC_Payload_Digest="sha1:x"),
        warc_record(b"GET /a HTTP/1.1\r\n\r\n", URL, version="1.0", **REQUEST),
    ],
    "warcio": [
        warc_record(answer(chunked(gzip.compress(PAGE)), "Content-Encoding: gzip",
                           "Transfer-Encoding: chunked"), URL),
        warc_record(b"GET /a HTTP/1.1\r\n\r\n", URL, **REQUEST),
    ],
    "wpull": [
        old(b"software: Wpull/2.0", kind="warcinfo", **FIELDS),
        old(b"GET /a HTTP/1.1\r\n\r\n", URL, **REQUEST),
        old(answer(), URL, WARC_Warcinfo_ID="<urn:uuid:3>"),
        old(b"log", "urn:X-wpull:log", kind="resource", content_type="text/plain"),
    ],
}  # fmt: skip
# What the headers of the page are beside its media type.
FURTHER = {
    "ArchiveWeb.page": (("x-orig-content-encoding", "gzip"),),
    "Common Crawl": (
        ("X-Crawler-Content-Encoding", "gzip"), ("X-Crawler-Content-Length", "999"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("suffix", [".warc", ".warc.gz", ".wacz"])
def test_the_page_is_found_in_the_file_of_a_tool(tmp_path: Path, tool: str, suffix: str) -> None:
    path = tmp_path / f"pages{suffix}"
    if suffix == ".wacz":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("archive/pages.warc.gz", packed(TOOLS[tool]))
    else:
        path.write_bytes(packed(TOOLS[tool]) if suffix == ".warc.gz" else b"".join(TOOLS[tool]))
    archive = open_archive(path)
    headers = (*HTML, *FURTHER.get(tool, ()))
    assert archive.find(URL) == Capture(URL, 200, headers, PAGE, DATE)
    assert len(archive) == 1
    assert not damage_in(archive)


SAMPLES = {
    "a request whose length is wrong": (
        [warc_record(answer(), URL), warc_record(b"GET / HTTP/1.1\r\n\r\n", URL, **REQUEST).replace(
            b"Content-Length: 18", b"Content-Length: 23")],
        PAGE, 1,
    ),
    "an answer whose length is wrong": (
        [warc_record(answer(), URL).replace(b"Length: %d" % len(answer()), b"Length: 60")], None, 1,
    ),
    "an answer of no protocol": ([warc_record(answer(line="HTTPX/1.1 200 OK"), URL)], None, 0),
    "a status without words": ([warc_record(answer(line="HTTP/1.0 200 "), URL)], PAGE, 0),
    "a damaged method": (
        [warc_record(answer(), URL, WARC_Record_ID="<urn:uuid:1>"),
         warc_record(b"GETX /a", URL, **REQUEST, WARC_Concurrent_To="<urn:uuid:1>")],
        PAGE, 0,
    ),
    "line ends that were turned into others": (
        [warc_record(answer().replace(b"\r\n", b"\r\r\n"), URL).replace(b"\r\nW", b"\r\r\nW")],
        PAGE, 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_file_with_mistakes_is_read_as_far_as_it_can_be(tmp_path: Path, sample: str) -> None:
    records, body, damaged = SAMPLES[sample]
    other = warc_record(answer(b"other"), "http://news.example/other")
    path = tmp_path / "pages.warc"
    path.write_bytes(b"".join([*records, other]))
    archive = open_archive(path)
    found = archive.find(URL)
    assert (found.body if found else None) == body
    assert archive.find("http://news.example/other") is not None
    assert sum(one.damaged for one in damage_in(archive)) == damaged


@pytest.mark.skipif(not shutil.which("wget"), reason="wget is not installed")
@pytest.mark.parametrize("options", [[], ["--no-warc-compression"]])
def test_what_wget_has_seen_before_is_found_in_its_first_file(
    tmp_path: Path, serve: Callable[[Path], SavedSite], options: list[str]
) -> None:
    folder = tmp_path / "news.example"
    folder.mkdir()
    (folder / "story.html").write_text("the story " * 99)
    url = f"{serve(folder).url}/story"
    for arguments in (["--warc-file=1", "--warc-cdx"], ["--warc-file=2", "--warc-dedup=1.cdx"]):
        command = ["wget", "-q", *options, *arguments, "-O", "page", url]
        subprocess.run(command, cwd=tmp_path, check=True)
    first, second = (next(tmp_path.glob(f"{number}.warc*")) for number in (1, 2))
    assert second.stat().st_size < first.stat().st_size or not options
    found = open_archive([second, first]).find(url)
    assert found is not None
    assert found.body == b"the story " * 99
    assert open_archive(second).find(url) is None
