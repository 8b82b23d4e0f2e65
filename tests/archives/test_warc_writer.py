"""A WARC file holds what went over the network, and is gone on with wherever it ended."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from newscrawler.archives import originals
from newscrawler.archives.append_file import BusyError
from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.exchange import Exchange, exchange_of
from newscrawler.archives.failures import Failure
from newscrawler.archives.formats import open_archive
from newscrawler.archives.warc_writer import WarcWriter
from tests.archives.exchanges import ABOUT, AT, URL, assert_checked, exchange, kinds, records

NAMES = ["news.warc.gz", "news.warc"]
PAIR = ["response", "request"]


def write(path: Path, *exchanges: Exchange) -> list[str]:
    writer = WarcWriter(path, ABOUT)
    stored = [writer.store(one) for one in exchanges]
    writer.close()
    return stored


def unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if path.name.endswith(".gz") else content


@pytest.mark.parametrize("name", NAMES)
def test_an_exchange_is_kept_byte_for_byte(name: str, tmp_path: Path) -> None:
    body = gzip.compress("<p>Löschboot".encode())
    headers = {
        "Content-Type": "text/html",
        "Content-Encoding": "gzip",
        "Content-Length": len(body),
        "Location": b"/caf\xe9",
        "Set-Cookie": ["a=1", "b=2"],
    }
    request = Request(f"{URL}?b=2&a=1#top", headers={"User-Agent": "newscrawler/0.0"})
    response = Response(request.url, headers=headers, body=body, protocol="HTTP/1.1")
    write(tmp_path / name, exchange_of(request, response))
    info, answer, asked = records(tmp_path / name)
    assert (info["WARC-Type"], info["WARC-Filename"]) == ("warcinfo", name)
    assert b"software: newscrawler/0.0\r\n" in info["payload"]
    assert (answer["WARC-Type"], answer["WARC-Target-URI"]) == ("response", f"{URL}?b=2&a=1")
    assert (answer["line"], asked["line"]) == ("HTTP/1.1 200 OK", "GET /a/?b=2&a=1 HTTP/1.1")
    assert answer["http"] == [
        ("Content-Type", "text/html"),
        ("Content-Encoding", "gzip"),
        ("Content-Length", str(len(body))),
        ("Location", "/caf\xe9"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    ]
    assert answer["payload"] == "<p>Löschboot".encode(), "warcio unpacks what it gives"
    assert asked["http"] == [("User-Agent", "newscrawler/0.0"), ("Host", "news.example")]
    assert asked["WARC-Concurrent-To"] == answer["WARC-Record-ID"]
    assert body in unpacked(tmp_path / name)
    assert_checked(tmp_path / name)


def test_each_record_is_a_gzip_member_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "news.warc.gz"
    write(path, exchange(), exchange(f"{URL}b", "<p>Another"))
    command = [sys.executable, "-m", "warcio.cli", "index", "-f", "offset,warc-type", str(path)]
    told = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    starts = [int(line.split('"')[3]) for line in told.splitlines()]
    assert len(starts) == 5
    content = path.read_bytes()
    for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
        assert gzip.decompress(content[start:end]).startswith(b"WARC/1.1\r\n")


@pytest.mark.parametrize(
    ("stated", "body", "kept"),
    [
        ({"Content-Length": "9"}, b"<p>longer than that", {}),
        ({"Transfer-Encoding": "chunked"}, b"<p>joined", {}),
        ({"Content-Length": "5"}, b"<p>it", {"Content-Length": "5"}),
    ],
)
def test_no_header_says_what_is_not_true_of_the_body(
    stated: dict[str, str], body: bytes, kept: dict[str, str], tmp_path: Path
) -> None:
    response = Response(URL, headers=stated, body=body)
    write(tmp_path / "news.warc", exchange_of(Request(URL), response))
    assert dict(records(tmp_path / "news.warc")[1]["http"]) == kept


def test_a_body_that_was_not_read_to_its_end_says_so(tmp_path: Path) -> None:
    response = Response(URL, body=b"User-agent: *", flags=["download_stopped"])
    cut = exchange_of(Request(URL), response)
    assert write(tmp_path / "news.warc", cut, cut) == ["response", "response"]
    assert records(tmp_path / "news.warc")[1]["WARC-Truncated"] == "length"


def test_secrets_of_a_request_are_not_kept(tmp_path: Path) -> None:
    secret = "canary-7f3a"
    headers = dict.fromkeys(("Authorization", "Cookie", "Proxy-Authorization", "X-Key"), secret)
    answered = {"Set-Cookie": f"session={secret}", "Content-Type": "text/html"}
    request = Request(URL, headers={**headers, "Accept": "text/html"})
    path = tmp_path / "news.warc"
    write(path, exchange_of(request, Response(URL, headers=answered, body=b"<p>it")))
    assert secret.encode() not in path.read_bytes()
    _, answer, asked = records(path)
    assert dict(asked["http"]) == {
        **dict.fromkeys(headers, "***"),
        "Accept": "text/html",
        "Host": "news.example",
    }
    assert dict(answer["http"])["Set-Cookie"] == "***"


# What repeats


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("again", [False, True], ids=["the same run", "another run"])
def test_an_identical_payload_is_kept_once(name: str, again: bool, tmp_path: Path) -> None:
    path = tmp_path / name
    first, second = exchange(), exchange(f"{URL}print", later=5)
    if again:
        assert [*write(path, first), *write(path, second)] == ["response", "revisit"]
    else:
        assert write(path, first, second) == ["response", "revisit"]
    answer, revisit = (one for one in records(path) if one["WARC-Type"] in {"response", "revisit"})
    assert revisit["WARC-Profile"].endswith("/1.1/revisit/identical-payload-digest")
    assert revisit["WARC-Refers-To"] == answer["WARC-Record-ID"]
    assert revisit["WARC-Refers-To-Target-URI"] == URL
    assert revisit["WARC-Refers-To-Date"] == answer["WARC-Date"] == "2026-03-02T09:00:00.123456Z"
    assert revisit["WARC-Payload-Digest"] == answer["WARC-Payload-Digest"]
    assert revisit["WARC-Target-URI"] == f"{URL}print"
    assert (revisit["line"], revisit["payload"]) == ("HTTP/1.1 200 OK", b"")
    assert_checked(path)


@pytest.mark.parametrize(
    "other",
    [
        exchange(f"{URL}b", status=404),
        exchange(f"{URL}b", "<p>Another"),
        exchange(f"{URL}b", ""),
    ],
    ids=["status", "body", "no body"],
)
def test_what_differs_is_kept_whole(other: Exchange, tmp_path: Path) -> None:
    same = exchange(URL, "" if not other.body else "<p>Ferry stays in harbour")
    assert write(tmp_path / "news.warc", same, other) == ["response", "response"]


def test_a_redirect_is_kept_with_where_it_leads(tmp_path: Path) -> None:
    moved = [exchange(status=301, headers=(("Location", f"/{to}/"),)) for to in "bc"]
    assert write(tmp_path / "news.warc", *moved) == ["response", "response"]


def test_a_page_that_has_not_changed_refers_to_the_page(tmp_path: Path) -> None:
    path = tmp_path / "news.warc.gz"
    unchanged = exchange(body="", status=304, headers=(("Etag", '"7"'),), later=9)
    unknown = exchange(f"{URL}b", body="", status=304)
    assert write(path, exchange(), unchanged, unknown) == ["response", "revisit", "response"]
    _, answer, _, revisit, *_ = records(path)
    assert revisit["WARC-Profile"].endswith("/revisit/server-not-modified")
    assert revisit["WARC-Refers-To"] == answer["WARC-Record-ID"]
    assert revisit["line"] == "HTTP/1.1 304 Not Modified"
    assert_checked(path)


def test_only_so_many_places_are_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = WarcWriter(tmp_path / "news.warc", ABOUT)
    places = originals.Originals(tmp_path / "news.warc", most=4)
    monkeypatch.setattr(writer, "_originals", places)
    stored = [writer.store(exchange(f"{URL}{n}", f"<p>{n}")) for n in (0, 1, 2, 2, 0)]
    assert stored == ["response", "response", "response", "revisit", "response"]
    writer.close()


def test_a_rendered_page_refers_to_the_page_as_it_was_sent(tmp_path: Path) -> None:
    path = tmp_path / "news.warc.gz"
    headers = {"Content-Type": "text/html", "Content-Length": "3", "X-Newscrawler-Rendered": "end"}
    request = Request(URL, meta={"playwright": True})
    page = HtmlResponse(URL, headers=headers, body=b"<p>all of it")
    lone = HtmlResponse(f"{URL}b", headers=headers, body=b"<p>all of b")
    rendered = [exchange_of(request.replace(url=one.url), one) for one in (page, lone)]
    assert write(path, exchange(), *rendered) == ["response", "conversion", "conversion"]
    assert kinds(path) == ["warcinfo", *PAIR, "conversion", "conversion"]
    _, answer, _, first, second = records(path)
    assert first["WARC-Refers-To"] == answer["WARC-Record-ID"]
    assert "WARC-Refers-To" not in second
    head, _, body = first["payload"].partition(b"\r\n\r\n")
    assert body == b"<p>all of it"
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"Content-Type: text/html",
        b"X-Newscrawler-Rendered: end",
    ]
    assert_checked(path)


def test_a_request_without_an_answer_is_kept_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "news.warc.gz"
    writer = WarcWriter(path, ABOUT)
    for is_rendered in (False, True):
        writer.store_failure(Failure(URL, AT, "timeout", "It took\nlonger.", is_rendered))
    writer.store(exchange(f"{URL}b", "<p>b"))
    writer.store(exchange(f"{URL}c", "<p>c", status=503))
    writer.store_failure(Failure(f"{URL}c", AT + timedelta(seconds=9), "cut_short", ""))
    writer.store_failure(
        Failure(f"{URL}b", AT + timedelta(seconds=9), "timeout", "It took longer.")
    )
    writer.close()
    assert kinds(path) == ["warcinfo", "metadata", "metadata", *PAIR, *PAIR, "metadata", "metadata"]
    assert_checked(path)
    archive = open_archive(path)
    plain, rendered = archive.find(URL), archive.find(URL, rendered=True)
    assert plain is not None
    assert plain == rendered
    assert (plain.status, plain.fault, plain.detail) == (0, "timeout", "It took\nlonger.")
    had, lost = archive.find(f"{URL}b"), archive.find(f"{URL}c")
    assert had is not None
    assert had.body == b"<p>b", "what was had once is had"
    assert lost is not None
    assert lost.fault == "cut_short", "the last try counts"
    assert archive.find(f"{URL}b", rendered=True) is None


# A file that is there


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_ends_anywhere_is_cut_to_its_last_whole_record(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, size, ends = tmp_path / name, [0], []
    for number in range(3):
        write(path, exchange(f"{URL}{number}", f"<p>{number}"))
        size.append(path.stat().st_size)
    whole, all_kinds = path.read_bytes(), kinds(path)
    ends = record_ends(path)
    for cut in sorted({*range(1, len(whole), 41), *ends, *(end - 1 for end in ends)}):
        path.write_bytes(whole[:cut])
        caplog.clear()
        write(path, exchange(f"{URL}new", "<p>new"))
        complete = sum(end <= cut for end in ends)
        assert kinds(path) == [*all_kinds[:complete], "warcinfo", *PAIR], cut
        kept = ends[complete - 1] if complete else 0
        assert path.read_bytes().startswith(whole[:kept])
        assert ("no whole record" in caplog.text) == (kept < cut), cut
    assert_checked(path)


def record_ends(path: Path) -> list[int]:
    """Return where the records of a file end, as warcio finds them."""
    command = [sys.executable, "-m", "warcio.cli", "index", "-f", "offset", str(path)]
    told = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    starts = [int(line.split('"')[3]) for line in told.splitlines()]
    return [*starts[1:], path.stat().st_size]


def test_zeros_that_a_loss_of_power_leaves_are_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "news.warc.gz"
    write(path, exchange())
    whole = path.read_bytes()
    path.write_bytes(whole + bytes(5000))
    write(path, exchange(f"{URL}b", "<p>b"))
    assert path.read_bytes().startswith(whole + b"\x1f\x8b")
    assert_checked(path)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_damaged_in_its_middle_is_refused_and_left_alone(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    write(path, *(exchange(f"{URL}{n}", f"<p>{n}" * 50) for n in range(3)))
    content = bytearray(path.read_bytes())
    second = record_ends(path)[2]
    content[second : second + 9] = b"!damaged!"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=rf"{name}: is damaged at byte {second}"):
        WarcWriter(path, ABOUT)
    assert path.read_bytes() == content


FOREIGN = {
    "news.warc.gz": [gzip.compress(b"no archive at all"), b"text", gzip.compress(b"")],
    "news.warc": [b"text", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n"],
}


@pytest.mark.parametrize(
    ("name", "content"), [(name, one) for name, all_ in FOREIGN.items() for one in all_]
)
def test_a_file_of_somebody_else_is_refused_and_left_alone(
    name: str, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=name):
        WarcWriter(path, ABOUT)
    assert path.read_bytes() == content


def test_a_file_that_warcio_wrote_is_refused_and_left_alone(tmp_path: Path) -> None:
    from warcio.warcwriter import WARCWriter as WarcioWriter

    path = tmp_path / "news.warc.gz"
    with path.open("wb") as file:
        writer = WarcioWriter(file)
        writer.write_record(writer.create_warcinfo_record("x", {"software": "another/1.0"}))
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="was not written by this program"):
        WarcWriter(path, ABOUT)
    assert path.read_bytes() == before


def test_one_process_records_to_a_file_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "news.warc.gz"
    writer = WarcWriter(path, ABOUT)
    with pytest.raises(BusyError, match="another run records there"):
        WarcWriter(path, ABOUT)
    writer.close()
    WarcWriter(path, ABOUT).close()


def test_a_record_that_could_not_be_written_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write_some = tmp_path / "news.warc", os.write
    writer = WarcWriter(path, ABOUT)
    writer.store(exchange())
    before = path.read_bytes()
    monkeypatch.setattr(os, "write", lambda file, piece: write_some(file, piece[:100]) and full())
    with pytest.raises(OSError, match="No space left"):
        writer.store(exchange(f"{URL}b", "<p>b"))
    assert path.read_bytes() == before
    monkeypatch.setattr(os, "write", lambda file, piece: write_some(file, piece[:100]))
    assert writer.store(exchange(f"{URL}b", "<p>b")) == "response"
    writer.close()
    assert_checked(path)


def full() -> int:
    raise OSError(28, "No space left on device")
