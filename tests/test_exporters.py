"""Feeds as readers find them: every line whole, every file whole, every record once."""

from __future__ import annotations

import datetime
import decimal
import errno
import fcntl
import gzip
import io
import itertools
import json
import math
import os
import pickle
import re
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pytest
from scrapy import Spider
from scrapy.extensions.postprocessing import PostProcessingManager
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

import newscrawler
from newscrawler.exporters import (
    JsonLinesRecordExporter,
    companion_feeds,
    feed_options,
    feeds_for,
)
from newscrawler.items import Article, Author, Image
from newscrawler.lines import UnwritableRecordError, json_line
from newscrawler.storages import WholeFileStorage

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

URL = "https://news.example/a/"
NAMES = ["feed.jsonl", "feed.jsonl.gz", "feed.jsonl.zst"]


def an_article(**fields: Any) -> Article:
    return Article(url=URL, id="news.example:1", **fields)


def read(path: Path) -> bytes:
    opened: Any = {".gz": gzip.open, ".zst": zstd.open}.get(path.suffix, open)
    with opened(path, "rb") as file:
        content: bytes = file.read()
    return content


def bodies(path: Path) -> list[str]:
    return [json.loads(line)["body"] for line in read(path).decode().splitlines()]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# One record, one line


def test_keys_stand_in_the_order_of_declaration_and_the_line_is_compact() -> None:
    article = Article(language="en", headline="Ship leaves", id="news.example:1", url=URL)
    assert json_line(article) == (
        '{"url":"https://news.example/a/","id":"news.example:1",'
        '"headline":"Ship leaves","language":"en"}'
    )


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        pytest.param({"body": None}, {}, id="none"),
        pytest.param({"body": ""}, {}, id="empty string"),
        pytest.param({"keywords": []}, {}, id="empty list"),
        pytest.param({"provenance": {}}, {}, id="empty mapping"),
        pytest.param({"keywords": ["", None]}, {}, id="list of nothing"),
        pytest.param({"keywords": ["", "sea"]}, {"keywords": ["sea"]}, id="hole in a list"),
        pytest.param({"provenance": {"body": ""}}, {}, id="mapping of nothing"),
        pytest.param(
            {"images": [Image(url=URL, caption="", credit=None)]},
            {"images": [{"url": URL}]},
            id="inside a nested record",
        ),
        pytest.param({"comment_count": 0}, {"comment_count": 0}, id="zero stays"),
        pytest.param(
            {"is_accessible_for_free": False}, {"is_accessible_for_free": False}, id="false stays"
        ),
        pytest.param({"body": " "}, {"body": " "}, id="white space is a value"),
    ],
)
def test_what_is_not_known_is_left_out(fields: dict[str, Any], left: dict[str, Any]) -> None:
    expected = {"url": URL, "id": "news.example:1", **left}
    assert json.loads(json_line(an_article(**fields))) == expected


def test_every_code_point_comes_back_and_none_breaks_a_line() -> None:
    # A space between them: a high surrogate before a low one is one character in JSON.
    chunks = [" ".join(map(chr, range(at, at + 0x8000))) for at in range(0, 0x110000, 0x8000)]
    feed = "".join(json_line(an_article(body=chunk)) + "\n" for chunk in chunks).encode()
    assert feed.count(b"\n") == len(feed.decode().splitlines()) == len(chunks) == 34
    assert [json.loads(line)["body"] for line in feed.splitlines()] == chunks


@pytest.mark.parametrize(
    ("character", "written"),
    [
        ("é", "é"),
        ("😀", "😀"),
        ("\u2028", r"\u2028"),
        ("\u2029", r"\u2029"),
        ("\x85", r"\u0085"),
        ("\x9b", r"\u009b"),
        ("\x7f", r"\u007f"),
        ("\x1b", r"\u001b"),
        ("\x00", r"\u0000"),
        ("\ud800", r"\ud800"),
        ("\\u2028", r"\\u2028"),
    ],
    ids=ascii,
)
def test_only_what_would_break_a_reader_is_escaped(character: str, written: str) -> None:
    assert json_line(an_article(body=character)).endswith(f'"body":"{written}"}}')


def test_two_surrogates_that_make_a_character_come_back_as_it() -> None:
    assert json.loads(json_line(an_article(body="\ud83d\ude00")))["body"] == "😀"


NESTED_TOO_DEEP: list[Any] = []
NESTED_TOO_DEEP.append(NESTED_TOO_DEEP)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"comment_count": math.nan}, "comment_count is nan"),
        ({"comment_count": -math.inf}, "comment_count is -inf"),
        ({"body": b"text"}, "body is of type bytes"),
        ({"keywords": {"a"}}, "keywords is of type set"),
        ({"date_published": datetime.date(2020, 1, 2)}, "date_published is of type date"),
        ({"comment_count": decimal.Decimal(1)}, "comment_count is of type Decimal"),
        ({"images": [{"url": URL, "width": math.nan}]}, r"images\[0\].width is nan"),
        ({"provenance": {1: "text"}}, "provenance.1 has a key of type int"),
        ({"authors": [Author]}, r"authors\[0\] is of type type"),
        ({"keywords": NESTED_TOO_DEEP}, "recursion"),
        ({"comment_count": 10**400}, "comment_count is beyond 64 bits"),
        ({"comment_count": -(2**63) - 1}, "comment_count is beyond 64 bits"),
        ({"comment_count": 10**5000}, "comment_count is beyond 64 bits"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_value_that_json_does_not_have_is_refused_by_name(
    fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(UnwritableRecordError, match=f"Article '{URL}': .*{complaint}"):
        json_line(an_article(**fields))


@dataclass
class Unnamed:
    value: object


@pytest.mark.parametrize(
    ("record", "start"),
    [
        ({"url": "https://x.example/\n", "n": math.nan}, r"dict 'https://x.example/\n': n is nan"),
        (Unnamed(value=math.inf), "Unnamed: value is inf"),
        ({1, 2}, "set: it is of type set"),
    ],
    ids=["line end in the name", "no name", "no record"],
)
def test_the_complaint_about_a_record_is_one_line(record: object, start: str) -> None:
    with pytest.raises(UnwritableRecordError, match=f"^{re.escape(start)}") as caught:
        json_line(record)
    assert len(str(caught.value).splitlines()) == 1


def test_a_record_that_cannot_be_written_costs_only_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    crawler = get_crawler()
    file = io.BytesIO()
    exporter = JsonLinesRecordExporter.from_crawler(crawler, file, encoding="utf-8")
    for body in ["first", math.nan, "third"]:
        exporter.export_item(an_article(body=body))
    assert [json.loads(line)["body"] for line in file.getvalue().splitlines()] == ["first", "third"]
    assert [entry.levelname for entry in caplog.records] == ["ERROR"]
    assert f"Article '{URL}': body is nan" in caplog.text
    assert crawler.stats.get_value("feed/unwritable_records") == 1
    assert crawler.stats.get_value("feed/records/Article") == 2


class FullDisk(io.BytesIO):
    def write(self, data: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", len(data))


def test_after_a_failed_write_nothing_follows_the_torn_line() -> None:
    crawler = get_crawler()
    exporter = JsonLinesRecordExporter.from_crawler(crawler, FullDisk())
    with pytest.raises(OSError, match="No space left"):
        exporter.export_item(an_article())
    exporter.file = io.BytesIO()  # there is space again
    for _ in range(2):
        exporter.export_item(an_article())
    assert exporter.file.getvalue() == b""
    assert crawler.stats.get_value("feed/failed_writes") == 3
    assert crawler.stats.get_value("feed/records/Article") is None


def test_scrapys_choice_of_fields_is_honoured() -> None:
    file = io.BytesIO()
    exporter = JsonLinesRecordExporter(file, fields_to_export={"body": "text", "url": "link"})
    exporter.export_item(an_article(body="Waves."))
    assert file.getvalue() == b'{"text":"Waves.","link":"https://news.example/a/"}\n'


def test_a_misspelt_option_of_the_exporter_is_refused() -> None:
    with pytest.raises(TypeError, match="ensure_asci"):
        JsonLinesRecordExporter(io.BytesIO(), ensure_asci=True)


# The FEEDS setting


GZIP = ["scrapy.extensions.postprocessing.GzipPlugin"]
ZSTD = ["newscrawler.exporters.ZstdPlugin"]


@pytest.mark.parametrize(
    ("name", "plugins"),
    [
        ("a.jsonl", None),
        ("./a.jl", None),
        ("/tmp/x/a.jsonlines", None),
        ("a.b.ndjson", None),
        ("A.JSONL.GZ", GZIP),
        ("a b.jl.gz", GZIP),
        ("a.jsonl.zst", ZSTD),
        ("file:///tmp/a%20b.jsonl.zst", ZSTD),
        ("out/%(name)s-%(time)s.jsonl", None),
    ],
)
def test_the_file_name_says_how_the_feed_is_packed(name: str, plugins: list[str] | None) -> None:
    uri, options = feed_options(name, [Article], overwrite=True)
    assert uri == name
    assert options["format"] == "jsonlines"
    assert options.get("postprocessing") == plugins
    assert options["item_classes"] == ["newscrawler.items.Article"]


@pytest.mark.parametrize(
    "name", ["feed", "feed.csv", "feed.gz", ".jsonl", "dir/.jsonl", "feed.jsonl.bz2", "", "jsonl"]
)
def test_another_file_name_is_refused_with_the_names_that_work(name: str) -> None:
    with pytest.raises(ValueError, match=r"\.jsonl, \.jl, \.jsonlines or \.ndjson") as caught:
        feed_options(name, [Article], overwrite=False)
    assert repr(name) in str(caught.value)


@pytest.mark.parametrize("name", ["-", "stdout:"])
def test_standard_output_gets_the_articles_alone(name: str) -> None:
    assert companion_feeds(name) == {}
    assert list(feeds_for(name, overwrite=True)) == ["stdout:"]
    # Scrapy warns of a standard output that is to be overwritten.
    assert "overwrite" not in feeds_for(name, overwrite=True)["stdout:"]


def test_a_colon_in_a_file_name_is_no_uri_scheme() -> None:
    uri, _ = feed_options("crisis:2019.jsonl", [Article], overwrite=True)
    assert uri == str(Path.cwd() / "crisis:2019.jsonl")


@pytest.mark.parametrize("uri", ["s3://bucket/a.jsonl", "ftp://host/a.jsonl.gz", "gs://b/a.jl"])
def test_a_feed_that_could_not_be_published_whole_is_refused(uri: str) -> None:
    with pytest.raises(ValueError, match="local file") as caught:
        feed_options(uri, [Article], overwrite=True)
    assert uri in str(caught.value)


@pytest.mark.parametrize(
    ("articles", "links"),
    [
        ("crisis.jsonl", "crisis.links.jsonl"),
        ("crisis.jsonl.gz", "crisis.links.jsonl.gz"),
        ("out.d/crisis.v2.ndjson.zst", "out.d/crisis.v2.links.ndjson.zst"),
    ],
)
def test_the_other_feeds_stand_beside_the_articles(articles: str, links: str) -> None:
    assert companion_feeds(articles)["links"] == links
    assert list(companion_feeds(articles)) == ["series", "links", "drops"]


def test_the_feeds_setting_survives_json_and_pickle() -> None:
    feeds = feeds_for("crisis.jsonl.gz", overwrite=True)
    assert len(feeds) == 4
    settings = Settings({"FEEDS": feeds})
    assert json.loads(json.dumps(feeds)) == feeds
    assert pickle.loads(pickle.dumps(settings)).getdict("FEEDS") == feeds  # noqa: S301


# The file


def write(path: Path, *texts: str, overwrite: bool = True, articles: int = 0) -> None:
    """Write a feed as Scrapy does: open, export, close the plugins, store."""
    storage = a_storage(path, overwrite=overwrite, articles=articles)
    raw = storage.open(Spider("tide"))
    _, options = feed_options(str(path), [Article], overwrite=overwrite)
    plugins: Any = options.get("postprocessing", [])
    packer = PostProcessingManager(plugins, raw, options) if plugins else None
    exporter = JsonLinesRecordExporter(cast("IO[bytes]", packer or raw))
    for text in texts:
        exporter.export_item(an_article(body=text))
    if packer:
        packer.close()
    storage.store(raw)


def a_storage(path: Path, *, overwrite: bool = True, articles: int = 0) -> WholeFileStorage:
    crawler = get_crawler()
    crawler.stats.set_value("feed/records/Article", articles)
    return WholeFileStorage.from_crawler(crawler, str(path), feed_options={"overwrite": overwrite})


@pytest.mark.parametrize("name", NAMES)
def test_overwriting_replaces_the_feed_and_leaves_nothing_beside_it(
    tmp_path: Path, name: str
) -> None:
    feed = tmp_path / name
    write(feed, "old")
    write(feed, "new", "newer")
    assert bodies(feed) == ["new", "newer"]
    assert names_in(tmp_path) == [name]


@pytest.mark.parametrize("name", NAMES)
def test_appending_adds_lines_that_every_reader_of_the_format_sees(
    tmp_path: Path, name: str
) -> None:
    feed = tmp_path / name
    for text in "abc":
        write(feed, text, overwrite=False)
    assert bodies(feed) == ["a", "b", "c"]
    assert names_in(tmp_path) == [name]


def test_an_appended_feed_starts_with_the_very_bytes_of_the_old_one(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl.gz"
    write(feed, "a")
    before = feed.read_bytes()
    write(feed, "b", overwrite=False)
    assert feed.read_bytes().startswith(before)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"", b"", id="empty feed"),
        pytest.param(b'{"id":"1"}\n', b'{"id":"1"}\n', id="whole line"),
        pytest.param(b'{"id":"1"}', b'{"id":"1"}\n', id="no line end"),
    ],
)
def test_appended_lines_start_on_a_line_of_their_own(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    feed = tmp_path / "feed.jsonl"
    feed.write_bytes(old)
    write(feed, "next", overwrite=False)
    assert feed.read_bytes() == new + json_line(an_article(body="next")).encode() + b"\n"


def test_nothing_is_appended_to_a_torn_line(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    feed.write_bytes(b'{"id":"1"}\n{"id')
    with pytest.raises(OSError, match=r"its last line is torn: '.*feed\.jsonl'"):
        a_storage(feed, overwrite=False)
    assert feed.read_bytes() == b'{"id":"1"}\n{"id'


@pytest.mark.parametrize("name", NAMES)
def test_the_same_records_give_the_same_bytes(tmp_path: Path, name: str) -> None:
    first, second = tmp_path / "one" / name, tmp_path / "two" / f"other-{name}"
    for feed in (first, second):
        write(feed, "a", "b")
    assert first.read_bytes() == second.read_bytes()


def test_the_gzip_header_holds_no_time_and_no_name(tmp_path: Path) -> None:
    write(tmp_path / "feed.jsonl.gz", "a")
    # RFC 1952: magic, deflate, flags (bit 3 is FNAME), four bytes of MTIME
    assert (tmp_path / "feed.jsonl.gz").read_bytes()[:8] == b"\x1f\x8b\x08\x00\0\0\0\0"


def test_a_damaged_zstd_feed_is_noticed_by_its_reader(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl.zst"
    write(feed, "a" * 40)
    feed.write_bytes(feed.read_bytes()[:-1] + b"\0")  # the last byte of the checksum
    with pytest.raises(zstd.ZstdError, match="checksum"):
        read(feed)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("overwrite", [True, False], ids=["overwrite", "append"])
def test_a_run_that_delivers_nothing_leaves_the_old_feed_untouched(
    tmp_path: Path, name: str, overwrite: bool
) -> None:
    feed = tmp_path / name
    write(feed, "old")
    before = (feed.read_bytes(), feed.stat().st_ino, feed.stat().st_mtime_ns)
    write(feed, overwrite=overwrite)
    assert (feed.read_bytes(), feed.stat().st_ino, feed.stat().st_mtime_ns) == before
    assert names_in(tmp_path) == [name]


@pytest.mark.parametrize("name", NAMES)
def test_appending_nothing_changes_no_byte_even_when_articles_were_delivered(
    tmp_path: Path, name: str
) -> None:
    feed = tmp_path / name
    write(feed, "a drop of the run before")
    before = feed.read_bytes()
    write(feed, overwrite=False, articles=3)
    assert feed.read_bytes() == before


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_companion_replaces_the_old_one_once_an_article_was_delivered(
    tmp_path: Path, name: str
) -> None:
    feed = tmp_path / name
    write(feed, "a drop of the run before")
    write(feed, articles=3)
    assert read(feed) == b""


@pytest.mark.parametrize("name", NAMES)
def test_a_first_run_that_delivers_nothing_leaves_a_readable_empty_feed(
    tmp_path: Path, name: str
) -> None:
    write(tmp_path / name)
    assert read(tmp_path / name) == b""


def test_until_it_is_stored_readers_see_the_old_feed(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    write(feed, "old")
    storage = a_storage(feed)
    file = storage.open(Spider("tide"))
    file.write(b'{"body":"new"}\n')
    file.flush()
    assert bodies(feed) == ["old"]
    storage.store(file)
    assert bodies(feed) == ["new"]


def test_what_a_killed_run_left_behind_is_not_taken_over(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    (tmp_path / "feed.jsonl.part").write_bytes(b'{"body":"torn' * 1000)
    write(feed, "new")
    assert bodies(feed) == ["new"]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "feed.jsonl", "text")
    assert bodies(tmp_path / "a" / "b" / "feed.jsonl") == ["text"]


def test_a_file_uri_names_the_file(tmp_path: Path) -> None:
    storage = WholeFileStorage((tmp_path / "a feed.jsonl").as_uri())
    storage.store(storage.open(Spider("tide")))
    assert names_in(tmp_path) == ["a feed.jsonl"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "disk" / "feed.jsonl", tmp_path / "feed.jsonl"
    write(target, "old")
    link.symlink_to(target)
    write(link, "new")
    assert link.is_symlink()
    assert bodies(target) == ["new"]


def test_the_rights_of_the_old_feed_stay_and_a_new_one_follows_the_umask(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    before = os.umask(0o027)
    try:
        write(feed, "old")
        modes = [stat.S_IMODE(feed.stat().st_mode)]
        feed.chmod(0o664)
        write(feed, "new")
        modes.append(stat.S_IMODE(feed.stat().st_mode))
    finally:
        os.umask(before)
    assert modes == [0o640, 0o664]


def test_a_device_is_written_and_not_replaced(tmp_path: Path) -> None:
    device = tmp_path / "null.jsonl"
    device.symlink_to(os.devnull)
    write(device, "text")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    assert names_in(tmp_path) == ["null.jsonl"]


def test_a_pipe_is_written_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe, "text")
        assert json.loads(os.read(reader, 4096))["body"] == "text"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_two_runs_cannot_write_one_feed(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    first, second = a_storage(feed), a_storage(feed)
    file = first.open(Spider("tide"))
    with pytest.raises(OSError, match=r"another run is writing it: '.*feed\.jsonl'"):
        second.open(Spider("tide"))
    first.store(file)
    second.store(second.open(Spider("tide")))
    assert names_in(tmp_path) == ["feed.jsonl"]


def test_a_feed_that_another_run_publishes_meanwhile_is_not_truncated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, part = tmp_path / "feed.jsonl", tmp_path / "feed.jsonl.part"
    part.write_bytes(b'{"body":"of the other run"}\n')
    # Between opening the file and locking it, the other run renames it and lets go.
    monkeypatch.setattr(fcntl, "flock", lambda *_: part.replace(feed))
    with pytest.raises(OSError, match="another run is writing it"):
        a_storage(feed).open(Spider("tide"))
    assert bodies(feed) == ["of the other run"]


def a_folder(path: Path) -> Path:
    (path / "feed.jsonl").mkdir()
    return path / "feed.jsonl"


def below_a_file(path: Path) -> Path:
    (path / "file").touch()
    return path / "file" / "deep" / "feed.jsonl"


def a_long_name(path: Path) -> Path:
    return path / ("a" * 249 + ".jsonl")  # 255 bytes, the most there is, without `.part`


@pytest.mark.parametrize(
    ("place", "error", "why"),
    [
        (a_folder, IsADirectoryError, "it is a directory"),
        (below_a_file, NotADirectoryError, "file is not a directory"),
        (a_long_name, OSError, "File name too long"),
    ],
    ids=["a directory", "below a file", "no room for .part"],
)
def test_an_unwritable_place_is_refused_by_name_before_the_crawl(
    tmp_path: Path, place: Callable[[Path], Path], error: type[OSError], why: str
) -> None:
    path = place(tmp_path)
    with pytest.raises(error, match=f"cannot write the feed: .*{why}") as caught:
        a_storage(path)
    assert caught.value.filename == str(path)


def test_a_place_that_turns_out_unwritable_is_named_and_counted() -> None:
    crawler = get_crawler()
    # No file system lets the administrator, who may run this test, create a file there.
    storage = WholeFileStorage.from_crawler(crawler, "/proc/feed.jsonl")
    with pytest.raises(OSError, match=r"cannot write the feed: .*: '/proc/feed\.jsonl'"):
        storage.open(Spider("tide"))
    assert crawler.stats.get_value("feed/failed_writes") == 1


def test_a_read_only_feed_is_refused_before_the_crawl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = tmp_path / "feed.jsonl"
    feed.touch()
    # The administrator, whom no mode stops, may run this test.
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != feed)
    with pytest.raises(PermissionError, match="cannot write the feed: Permission denied"):
        a_storage(feed)


def test_after_a_full_disk_the_old_feed_stays_and_the_loss_is_told(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    write(feed, "old")
    storage = a_storage(feed)
    file = storage.open(Spider("tide"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    caught = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            file.write(b"x" * 65536)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, caught)
    with pytest.raises(OSError, match=r"cannot write the feed: File too large: '.*feed\.jsonl'"):
        storage.store(file)
    assert bodies(feed) == ["old"]


def test_a_failing_disk_never_gets_an_unsafe_feed_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = tmp_path / "feed.jsonl"
    write(feed, "old")

    def fails(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="cannot write the feed: Input/output error"):
        write(feed, "new")
    assert bodies(feed) == ["old"]


# Whole runs

SPIDER = """
import asyncio
import math

import scrapy

from newscrawler.items import Article, Author, Drop, Link, SeriesAccount

URL = "https://news.example/a/"


class Tide(scrapy.Spider):
    name = "tide"

    async def start(self):
        for number in range(int(self.articles)):
            yield Article(url=f"{URL}{number}", id=f"n:{number}", body="Waves \\u2028 é")
        if hasattr(self, "broken"):
            yield Article(url=URL + "nan", id="n:nan", comment_count=math.nan)
            yield Article(url=URL + "last", id="n:last")
        yield Link(from_url=URL, to_url=URL + "1", block="related", position=1)
        while hasattr(self, "hang"):
            yield Article(url=URL, id="n:more", body="x" * 100_000)
            await asyncio.sleep(0.01)
"""

SETTINGS = {
    "FEED_EXPORTERS": {"jsonlines": "newscrawler.exporters.JsonLinesRecordExporter"},
    "FEED_STORAGES": dict.fromkeys(["", "file"], "newscrawler.storages.WholeFileStorage"),
    "TELNETCONSOLE_ENABLED": False,
}


def run_command(folder: Path, output: str, *, overwrite: bool, **arguments: object) -> list[str]:
    (folder / "tide.py").write_text(SPIDER, "utf-8")
    settings = {**SETTINGS, "FEEDS": feeds_for(output, overwrite=overwrite)}
    pairs = [("-s", f"{key}={json.dumps(value)}") for key, value in settings.items()]
    pairs += [("-a", f"{key}={value}") for key, value in arguments.items()]
    return [sys.executable, "-m", "scrapy", "runspider", "tide.py", *itertools.chain(*pairs)]


def run(
    folder: Path, output: str, *, overwrite: bool = True, **arguments: object
) -> subprocess.CompletedProcess[bytes]:
    command = run_command(folder, output, overwrite=overwrite, **arguments)
    return subprocess.run(
        command, cwd=folder, capture_output=True, timeout=60, env=ENVIRONMENT, check=False
    )


ENVIRONMENT = {
    "PATH": "/bin",
    "LANG": "C",  # as under cron
    "PYTHONPATH": str(Path(newscrawler.__file__).parents[1]),
}


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst"])
def test_a_crawl_sorts_its_records_into_four_feeds(tmp_path: Path, suffix: str) -> None:
    for articles in (2, 3):
        run(tmp_path, f"out/crisis{suffix}", overwrite=articles == 2, articles=articles)
    feeds = {path.name.removesuffix(suffix): read(path) for path in (tmp_path / "out").iterdir()}
    lines = {name: feed.decode().splitlines() for name, feed in feeds.items()}
    assert {name: len(records) for name, records in lines.items()} == {
        "crisis": 5,
        "crisis.series": 0,
        "crisis.links": 2,
        "crisis.drops": 0,
    }
    assert [json.loads(line)["id"] for line in lines["crisis"]] == [
        "n:0",
        "n:1",
        "n:0",
        "n:1",
        "n:2",
    ]


def test_a_crawl_tells_of_the_record_that_it_could_not_write(tmp_path: Path) -> None:
    done = run(tmp_path, "feed.jsonl", articles=1, broken=1)
    ids = [json.loads(line)["id"] for line in read(tmp_path / "feed.jsonl").splitlines()]
    assert ids == ["n:0", "n:last"]
    assert b"ERROR: Record left out of the feed: Article 'https://news.example/a/nan'" in (
        done.stderr
    )
    assert b"'feed/unwritable_records': 1" in done.stderr


def test_a_crawl_writes_to_standard_output(tmp_path: Path) -> None:
    done = run(tmp_path, "-", articles=2)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["n:0", "n:1"]
    assert b"WARNING" not in done.stderr


def test_a_crawl_does_not_start_when_its_feed_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "feed.jsonl").mkdir()
    done = run(tmp_path, "feed.jsonl", articles=1)
    assert done.returncode == 1
    assert b"cannot write the feed: it is a directory: 'feed.jsonl'" in done.stderr
    assert b"Spider opened" not in done.stderr


@pytest.mark.parametrize("overwrite", [True, False], ids=["overwrite", "append"])
@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_a_killed_run_leaves_the_old_feed_as_it_was(
    tmp_path: Path, suffix: str, overwrite: bool
) -> None:
    feed = tmp_path / f"feed{suffix}"
    write(feed, "old")
    before = feed.read_bytes()
    part = tmp_path / f"feed{suffix}.part"
    command = run_command(tmp_path, feed.name, overwrite=overwrite, articles=9, hang=1)
    with subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.DEVNULL, env=ENVIRONMENT
    ) as crawl:
        try:
            wait_until(lambda: part.exists() and part.stat().st_size > len(before) + 1000)
        finally:
            crawl.kill()
    assert feed.read_bytes() == before
    write(feed, "next", overwrite=overwrite)
    assert bodies(feed) == (["next"] if overwrite else ["old", "next"])


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 30  # a slow machine; a second is enough here
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)
