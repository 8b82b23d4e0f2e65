"""What ends a recording badly is told before the first request, or costs no record."""

from __future__ import annotations

import random
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawler.archives import wacz_writer
from newscrawler.archives.recording import open_recording
from newscrawler.archives.wacz_writer import WaczWriter
from newscrawler.archives.warc_writer import WarcWriter
from newscrawler.exit_codes import ExitCode
from tests.archives.exchanges import ABOUT, assert_checked, exchange, records
from tests.conftest import succeeds
from tests.newsroom import Newsroom, opened
from tests.test_storage_failures import Disk, mounted
from tests.unattended import Ended, Reader, Workplace

NAMES = ["news.warc.gz", "news.warc", "news.wacz", "saved"]


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with opened(Newsroom(12)) as served:
        noise = random.Random(1)  # noqa: S311, nothing packs it
        for story in served.listed:
            served.edit(story, paragraphs=(" ".join(noise.randbytes(6).hex() for _ in range(900)),))
        yield served


def answers(path: Path) -> list[str]:
    return [one["WARC-Target-URI"] for one in records(path) if one["WARC-Type"] == "response"]


@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_ends_the_crawl_and_keeps_what_was_recorded(
    name: str, room: Newsroom, tmp_path: Path
) -> None:
    feeds = tmp_path / "place" / "feeds"  # from where a small disk is seen, the folder is another
    work = Workplace(tmp_path / "place", room, "-s", f"NEWSCRAWLER_FEEDS={feeds}")
    with mounted(tmp_path / "disk", "size=80k") as disk:
        work.prefix = disk.prefix
        record = ("--record", disk.path / name)
        ended = work.crawl(*record)
        assert ended.code == ExitCode.STORAGE, ended.told
        assert ended.report["exit_code"] == ExitCode.STORAGE
        assert "No space left on device" in ended.stderr
        assert 0 < room.articles_asked().total() < len(room.stories)
        kept = recorded_on(disk, name)
        assert kept
        disk.change("size=32m")
        again = work.crawl(*record)
        assert again.code == ExitCode.COMPLETE, again.told
        reader = Reader(work.feeds)
        reader.read()
        assert reader.urls == room.urls
        assert set(recorded_on(disk, name)) >= room.urls | kept
        asked = room.articles_asked()
        assert max(asked.values()) <= 2, "what was recorded is not asked for again"
        shutil.copytree(disk.seen, tmp_path / "copy")
    room.shutdown()
    replay = Workplace(tmp_path / "replay", room, "--replay", tmp_path / "copy" / name)
    assert replay.crawl().report["series"][0]["new"] == 12


def recorded_on(disk: Disk, name: str) -> set[str]:
    """Return the addresses of what can be read of a recording, done or not."""
    path = disk.seen / name
    if name == "saved":
        sidecars = path.rglob("*.http.json")
        return {one.read_text(encoding="utf-8").split('"')[3] for one in sidecars}
    if name == "news.wacz" and not path.exists():
        return set(answers(disk.seen / "news.wacz.recording" / "data.warc.gz"))
    if name == "news.wacz":
        with zipfile.ZipFile(path) as zipped, zipped.open("archive/data.warc.gz") as warc:
            copy = disk.seen / "copy.warc.gz"
            copy.write_bytes(warc.read())
        return set(answers(copy))
    assert_checked(path)
    return set(answers(path))


def test_a_wacz_file_that_cannot_be_packed_is_packed_by_the_next_run(
    room: Newsroom, tmp_path: Path
) -> None:
    feeds = tmp_path / "place" / "feeds"  # from where a small disk is seen, the folder is another
    work = Workplace(tmp_path / "place", room, "-s", f"NEWSCRAWLER_FEEDS={feeds}")
    with mounted(tmp_path / "disk", "size=300k") as disk:
        work.prefix = disk.prefix
        record = ("--record", disk.path / "news.wacz")
        ended = work.crawl(*record)
        assert ended.code == ExitCode.STORAGE, ended.told
        assert ended.report["exit_code"] == ExitCode.STORAGE
        assert "are needed to pack" in ended.stderr
        assert "new 12" in ended.stdout, "the feed is published all the same"
        assert not (disk.seen / "news.wacz").exists()
        disk.change("size=32m")
        assert work.crawl(*record).code == ExitCode.COMPLETE
        assert recorded_on(disk, "news.wacz") >= room.urls


BROKEN = "fsync,fdatasync:error=EIO"


def test_a_disk_that_fails_when_it_is_to_keep_ends_with_3(room: Newsroom, tmp_path: Path) -> None:
    if not shutil.which("strace") or not succeeds("strace", "-qq", "-o", "/dev/null", "true"):
        pytest.skip("strace is not there or may not trace, so a disk cannot be broken")
    work = Workplace(tmp_path, room, "--record", tmp_path / "news.warc.gz", "--state", ":memory:")
    work.prefix = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={BROKEN}")
    work.prefix += ("-e", "trace=fsync,fdatasync")
    ended = work.crawl("-s", "NEWSCRAWLER_FEEDS=")
    assert ended.code == ExitCode.STORAGE, ended.told


def refused(ended: Ended, code: ExitCode, words: str, room: Newsroom) -> None:
    assert ended.code == code, ended.told
    assert ended.report["exit_code"] == code
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert room.visits == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("news.warc.gz", b"notes", "holds no WARC record"),
        ("news.warc", b"notes", "holds no WARC record"),
        ("news.wacz", b"notes", "is no WACZ file"),
        ("notes.txt", b"notes", "is neither a folder nor named"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_before_the_first_request(
    name: str, content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with opened(Newsroom(1)) as room:
        ended = Workplace(tmp_path, room).crawl("--record", path)
    refused(ended, ExitCode.USAGE, f"{path}: {words}", room)
    assert path.read_bytes() == content


@pytest.mark.parametrize("name", NAMES)
def test_a_second_run_does_not_record_to_the_same_place(name: str, tmp_path: Path) -> None:
    first = open_recording(tmp_path / name, ABOUT)
    first.store(exchange())
    with opened(Newsroom(1)) as room:
        ended = Workplace(tmp_path, room).crawl("--record", tmp_path / name)
    refused(ended, ExitCode.LOCKED, "another run records there", room)
    first.store(exchange("https://news.example/b", "<p>b"))
    first.close()


def test_a_place_that_is_not_there_is_told_before_the_first_request(tmp_path: Path) -> None:
    with opened(Newsroom(1)) as room:
        ended = Workplace(tmp_path, room).crawl("--record", tmp_path / "none" / "news.warc.gz")
    refused(ended, ExitCode.STORAGE, "none/news.warc.gz", room)


# WACZ


def test_a_wacz_file_is_added_to_without_losing_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "news.wacz"
    for number in range(3):
        writer = WaczWriter(path, ABOUT)
        assert (
            writer.store(exchange(f"https://news.example/{number}", f"<p>{number}")) == "response"
        )
        assert writer.store(exchange("https://news.example/same", "<p>same")) == (
            "revisit" if number else "response"
        )
        writer.close()
        assert [one.name for one in tmp_path.iterdir()] == ["news.wacz"]
    with zipfile.ZipFile(path) as zipped:
        warc = Path(zipped.extract("archive/data.warc.gz", tmp_path))
    assert answers(warc) == [f"https://news.example/{one}" for one in (0, "same", 1, 2)]
    assert_checked(warc)


def test_a_run_that_records_nothing_leaves_no_wacz_file_and_changes_none(tmp_path: Path) -> None:
    path = tmp_path / "news.wacz"
    WaczWriter(path, ABOUT).close()
    assert list(tmp_path.iterdir()) == []
    writer = WaczWriter(path, ABOUT)
    writer.store(exchange())
    writer.close()
    before = path.read_bytes()
    WaczWriter(path, ABOUT).close()
    assert path.read_bytes() == before


def test_a_damaged_wacz_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "news.wacz"
    writer = WaczWriter(path, ABOUT)
    writer.store(exchange(body="<p>it" * 100))
    writer.close()
    content = bytearray(path.read_bytes())
    content[200:210] = b"!damaged!!"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"news\.wacz: is damaged"):
        WaczWriter(path, ABOUT)
    assert path.read_bytes() == content


def test_no_more_is_begun_than_the_disk_has_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "news.wacz"
    writer = WaczWriter(path, ABOUT)
    writer.store(exchange())
    writer.close()
    before = path.read_bytes()
    monkeypatch.setattr(wacz_writer, "SPARE", 2**60)
    with pytest.raises(OSError, match="are needed to pack"):
        WaczWriter(path, ABOUT)
    assert path.read_bytes() == before


def test_the_index_of_many_records_is_sorted_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gzip

    monkeypatch.setattr("newscrawler.archives.sorted_lines._AT_ONCE", 7)
    monkeypatch.setattr("newscrawler.archives.wacz_package._LINES_PER_BLOCK", 4)
    path = tmp_path / "news.wacz"
    writer = WaczWriter(path, ABOUT)
    order = random.Random(1).sample(range(50), 50)  # noqa: S311
    for number in order:
        writer.store(exchange(f"https://news.example/{number}", f"<p>{number}"))
    writer.close()
    with zipfile.ZipFile(path) as zipped:
        lines = gzip.decompress(zipped.read("indexes/index.cdx.gz")).splitlines()
        blocks = zipped.read("indexes/index.idx").decode().splitlines()
    assert len(lines) == 50
    assert lines == sorted(lines)
    assert len(blocks) == 1 + 13


def test_what_a_folder_has_not_is_not_counted(tmp_path: Path) -> None:
    recording = open_recording(tmp_path / "saved", ABOUT)
    assert recording.store(exchange(status=304, body="")) == ""
    assert recording.store(exchange()) == "response"
    recording.close()


def test_a_run_that_records_nothing_leaves_no_file(tmp_path: Path) -> None:
    for _ in range(2):
        WarcWriter(tmp_path / "news.warc", ABOUT).close()
    assert list(tmp_path.iterdir()) == []
