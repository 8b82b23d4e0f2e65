"""A crawl that is kept in an archive and replayed without its server gives the same feeds."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from newscrawler.exit_codes import ExitCode
from tests.archives.exchanges import assert_checked, records
from tests.newsroom import CONSENT_WALL, Conduct, Desk, Newsroom, opened
from tests.test_browser_listing import ScriptedNewsroom
from tests.unattended import Ended, Workplace

FORMS = ["saved", "news.warc.gz", "news.wacz"]
FEEDS = ["feed.jsonl", "feed.series.jsonl", "feed.links.jsonl", "feed.drops.jsonl"]


class Kept(NamedTuple):
    """A crawl that has been recorded; its server is gone."""

    archive: Path
    feeds: Path
    ended: Ended
    room: Newsroom
    asked: Counter[str]

    def replay(self, folder: Path) -> Ended:
        options = ("--state", ":memory:", "--replay", self.archive, "-O", folder / FEEDS[0])
        return Workplace(folder, self.room).crawl(*options)

    @property
    def warc(self) -> Path:
        """The WARC file, got out of a WACZ file."""
        if self.archive.suffix != ".wacz":
            return self.archive
        with zipfile.ZipFile(self.archive) as zipped:
            return Path(zipped.extract("archive/data.warc.gz", self.archive.parent))


def eventful(room: Newsroom) -> None:
    """Let some articles be gone, fail, lead elsewhere, repeat others or be behind a wall."""
    gone, failing, moved, there, walled, large, same, other, hanging, private = room.listed[2:12]
    room.remove(gone)
    room.conducts[failing.path] = Conduct(500)
    room.conducts[moved.path] = Conduct(301, headers={"Location": there.path})
    room.conducts[walled.path] = CONSENT_WALL
    room.edit(large, paragraphs=("It is about the harbour and its ships. " * 20_000,))
    room.conducts[same.path] = Conduct(body=room.article_page(other))
    room.conducts[hanging.path] = Conduct(hangs=True)
    rules = f"User-agent: *\nDisallow: {private.path}\n"
    room.robots = Conduct(body=rules, headers={"Content-Type": "text/plain"})


def record(folder: Path, form: str, room: Newsroom, *options: str) -> Kept:
    archive = folder / form
    work = Workplace(folder / "live", room, "--record", archive)
    ended = work.crawl(*options, "-O", work.folder / FEEDS[0])
    return Kept(archive, work.folder, ended, room, room.asked())


@pytest.fixture(scope="module", params=FORMS)
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    with opened(Newsroom(13, page_size=7)) as room:
        eventful(room)
        # A page hangs for so long; a busy machine may take a while for the others.
        options = ("-s", "RETRY_TIMES=0", "-s", "DOWNLOAD_TIMEOUT=5")
        return record(tmp_path_factory.mktemp("kept"), request.param, room, *options)


@pytest.fixture(params=["news.warc.gz", "news.wacz"])
def kept_from_a_browser(
    request: pytest.FixtureRequest, tmp_path: Path, chromium_path: Path
) -> Kept:
    with opened(ScriptedNewsroom("button", 25)) as room:
        return record(tmp_path, request.param, room)


def assert_same_feeds(kept: Kept, folder: Path) -> None:
    for name in FEEDS:
        assert (folder / name).read_bytes() == (kept.feeds / name).read_bytes(), name


def test_a_replay_without_the_server_gives_all_feeds_byte_for_byte(
    kept: Kept, tmp_path: Path
) -> None:
    assert kept.ended.code == ExitCode.PARTIAL, kept.ended.told
    assert kept.ended.report["pages"]["failed"] == {
        "http_410": 1,
        "http_500": 1,
        "robots": 1,
        "timeout": 1,
    }
    replayed = kept.replay(tmp_path)
    assert replayed.code == kept.ended.code, replayed.told
    assert_same_feeds(kept, tmp_path)


def test_a_listing_from_a_browser_is_replayed_without_one(
    kept_from_a_browser: Kept, tmp_path: Path
) -> None:
    kept = kept_from_a_browser
    assert kept.ended.code == ExitCode.COMPLETE, kept.ended.told
    (tmp_path / "bin").mkdir()
    options = ("--state", ":memory:", "--replay", kept.archive, "-O", tmp_path / FEEDS[0])
    replayed = Workplace(tmp_path, kept.room).crawl(*options, PATH=str(tmp_path / "bin"))
    assert replayed.code == ExitCode.COMPLETE, replayed.told
    assert replayed.report["series"][0]["listed"] == 25
    assert_same_feeds(kept, tmp_path)


def test_all_that_the_server_was_asked_for_is_in_the_file(kept: Kept) -> None:
    if kept.archive.is_dir():
        pytest.skip("a folder has pages, and not how they were asked for")
    assert_checked(kept.warc)
    found = records(kept.warc)
    answers = [one for one in found if one["WARC-Type"] in {"response", "revisit"}]
    paths = Counter(one["WARC-Target-URI"].removeprefix(kept.room.url) for one in answers)
    assert paths.pop("/robots.txt") == 1
    hanging = {path for path, conduct in kept.room.conducts.items() if conduct.hangs}
    answered = Counter({path: n for path, n in kept.asked.items() if path not in hanging})
    assert paths == answered, "with what was asked for again, and what led elsewhere"
    failures = [json.loads(one["payload"]) for one in found if one["WARC-Type"] == "metadata"]
    assert Counter(one["failed"] for one in failures) == {"timeout": 1, "robots": 1}
    requests = {one["WARC-Concurrent-To"] for one in found if one["WARC-Type"] == "request"}
    assert requests == {one["WARC-Record-ID"] for one in answers}
    assert all(one["WARC-IP-Address"] == "127.0.0.1" for one in answers)
    kinds = Counter(one["WARC-Type"] for one in found)
    told = kept.ended.report["record"]
    assert told.pop("failure") == kinds["metadata"]
    assert told == {kind: kinds[kind] for kind in told}
    assert kinds["revisit"] == 1, "one article is another one's page"
    assert kinds["warcinfo"] == 1
    assert b"http-header-user-agent: newscrawler/" in found[0]["payload"]


class PackedDesk(Desk):
    """Sends pages packed and in chunks, and notes what it packed."""

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        packed = gzip.compress(body)
        SENT[self.path] = packed
        self.note(status)
        self.send_response(status)
        for name, value in {**headers, "Content-Encoding": "gzip"}.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(packed), 700):
            piece = packed[start : start + 700]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")


SENT: dict[str, bytes] = {}


def test_a_body_is_kept_as_it_was_sent_without_its_chunks(tmp_path: Path) -> None:
    SENT.clear()
    with opened(Newsroom(1, characters=4000)) as room:
        room.RequestHandlerClass = PackedDesk
        kept = record(tmp_path, "news.warc", room)
    assert kept.ended.code == ExitCode.COMPLETE, kept.ended.told
    assert_checked(kept.archive)
    content = kept.archive.read_bytes()
    assert len(SENT) == 3
    for path, body in SENT.items():
        assert content.count(b"\r\n\r\n" + body + b"\r\n\r\n") == 1, path
    answers = [one for one in records(kept.archive) if one["WARC-Type"] == "response"]
    assert all(dict(one["http"])["Content-Encoding"] == "gzip" for one in answers)
    assert not any("Transfer-Encoding" in dict(one["http"]) for one in answers)
    assert not any("Content-Length" in dict(one["http"]) for one in answers)


def test_a_wacz_file_has_what_its_standard_asks_for(kept: Kept) -> None:
    if kept.archive.suffix != ".wacz":
        pytest.skip("of WACZ alone")
    assert not kept.archive.with_name("news.wacz.recording").exists()
    assert_is_wacz(kept.archive)


def assert_is_wacz(path: Path) -> None:
    with zipfile.ZipFile(path) as zipped:
        assert zipped.testzip() is None
        package = json.loads(zipped.read("datapackage.json"))
        assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
        for one in package["resources"]:
            content = zipped.read(one["path"])
            assert one["hash"] == f"sha256:{sha256(content).hexdigest()}"
            assert one["bytes"] == len(content)
        listed = {one["path"] for one in package["resources"]}
        assert listed | {"datapackage.json", "datapackage-digest.json"} == set(zipped.namelist())
        sealed = json.loads(zipped.read("datapackage-digest.json"))
        assert sealed["hash"] == f"sha256:{sha256(zipped.read(sealed['path'])).hexdigest()}"
        packed = [one for one in zipped.infolist() if one.filename.endswith(".gz")]
        assert {one.compress_type for one in packed} == {zipfile.ZIP_STORED}
        index = gzip.decompress(zipped.read("indexes/index.cdx.gz")).splitlines()
        assert index == sorted(index)
        warc = zipped.read("archive/data.warc.gz")
        for line in index:
            _, stamp, stated = line.split(b" ", 2)
            fields = json.loads(stated)
            start = fields["offset"]
            record = gzip.decompress(warc[start : start + fields["length"]])
            assert f"WARC-Target-URI: {fields['url']}\r\n".encode() in record
            assert stamp[:4] + b"-" in record
        pages = [json.loads(line) for line in zipped.read("pages/pages.jsonl").splitlines()]
        assert pages[0]["format"] == "json-pages-1.0"
        assert all(page.keys() >= {"url", "ts"} for page in pages[1:])
        assert len(pages) > 1
