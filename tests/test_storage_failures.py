"""A disk that is full, read-only or broken ends a run with code 3 and costs no article."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newscrawler.exit_codes import ExitCode
from tests.conftest import succeeds
from tests.newsroom import Newsroom, opened
from tests.unattended import Ended, Reader, Workplace

KILOBYTES = 20  # of one article
FULL = "size=96k"  # for some of the articles
ENOUGH = "size=32m"


class Disk:
    """A small file system at `path`, which only commands with `prefix` see there.

    `seen` is where everybody else sees it.
    """

    def __init__(self, path: Path, holder: int) -> None:
        self.path = path
        self.seen = Path("/proc", str(holder), f"root{path}")
        where = (f"--target={holder}", "--user", "--mount")
        self.prefix = ("nsenter", *where, "--preserve-credentials")

    def change(self, option: str) -> None:
        """Mount it anew with other options: `size=1m`, `ro`."""
        command = [*self.prefix, "mount", "-o", f"remount,{option}", str(self.path)]
        subprocess.run(command, check=True)


@contextmanager
def mounted(path: Path, option: str) -> Iterator[Disk]:
    """Give a disk in a namespace of its own, which ends with the process that holds it."""
    if not succeeds("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"):
        pytest.skip("unshare -rm is not allowed here, so no small disk can be made")
    path.mkdir(parents=True, exist_ok=True)
    script = 'mount -t tmpfs -o "$1" tmpfs "$2" && echo there && exec cat'
    command = ["unshare", "-rm", "sh", "-c", script, "sh", option, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"there\n"
        try:
            yield Disk(path, holder.pid)
        finally:
            holder.kill()


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with opened(Newsroom(12, characters=KILOBYTES * 1000)) as served:
        yield served


@pytest.fixture
def work(room: Newsroom, tmp_path: Path) -> Workplace:
    feeds = tmp_path / "place" / "feeds"
    return Workplace(tmp_path / "place", room, "-s", f"NEWSCRAWLER_FEEDS={feeds}")


def assert_storage(ended: Ended) -> None:
    assert ended.code == ExitCode.STORAGE, ended.told
    assert ended.report["exit_code"] == ExitCode.STORAGE
    assert ended.report["explanation"], "nothing is explained"


def assert_complete(ended: Ended, reader: Reader, room: Newsroom) -> None:
    assert ended.code == ExitCode.COMPLETE, ended.told
    reader.read()
    assert reader.urls == room.urls
    assert (reader.doubled(), reader.faults) == ([], [])


@pytest.mark.parametrize("option", ["-O", "-o"])
def test_a_disk_full_of_feeds_keeps_the_old_feed(
    option: str, work: Workplace, tmp_path: Path
) -> None:
    with mounted(tmp_path / "disk", "size=320k") as disk:
        work.prefix = disk.prefix
        reader = Reader(disk.seen / "feed.jsonl", appended=option == "-o")
        output = (option, disk.path / "feed.jsonl")
        assert_complete(work.crawl(*output), reader, work.room)
        before = reader.source.read_bytes()
        work.room.add(12)
        ended = work.crawl(*output)
        assert_storage(ended)
        assert since_last_answer(work, ended) <= 5
        assert reader.source.read_bytes() == before
        assert [it.name for it in disk.seen.iterdir() if it.suffix == ".part"] == []
        disk.change(ENOUGH)
        asked = len(work.room.visits)
        assert_complete(work.crawl(*output), reader, work.room)
        assert work.room.articles_asked(asked).total() == 0, "what was won is fetched again"


def test_a_disk_full_of_batches_gets_no_half_one(work: Workplace) -> None:
    with mounted(work.feeds, FULL) as disk:
        work.prefix = disk.prefix
        reader = Reader(disk.seen)
        ended = work.crawl()
        assert_storage(ended)
        assert since_last_answer(work, ended) <= 5
        assert reader.files() == []
        disk.change(ENOUGH)
        assert_complete(work.crawl(), reader, work.room)


def test_a_state_on_a_full_disk_ends_the_run_and_loses_nothing(work: Workplace) -> None:
    with mounted(work.state.parent, "size=620k") as disk:
        work.prefix = disk.prefix
        reader = Reader(work.feeds)
        ended = work.crawl()
        assert_storage(ended)
        assert since_last_answer(work, ended) <= 5
        assert 0 < work.room.articles_asked().total() < len(work.room.stories)
        reader.read()
        disk.change(ENOUGH)
        assert_complete(work.crawl(), reader, work.room)


@pytest.mark.parametrize("room_left", [0, 1000], ids=["from the start", "in the middle"])
def test_a_log_on_a_full_disk_ends_the_run_and_loses_nothing(
    room_left: int, work: Workplace, tmp_path: Path
) -> None:
    with mounted(tmp_path / "disk", "size=8k") as disk:
        (disk.seen / "log").write_bytes(b"-" * (8192 - room_left))
        work.prefix = disk.prefix
        log = ("-s", f"LOG_FILE={disk.path / 'log'}")
        reader = Reader(work.feeds)
        ended = work.crawl(*log)
        assert_storage(ended)
        assert len(ended.stderr) < 10_000, "the log that cannot be written floods stderr"
        reader.read()
        disk.change(ENOUGH)
        assert_complete(work.crawl(*log), reader, work.room)


@pytest.mark.parametrize("place", ["feeds", "output", "state"])
def test_a_read_only_folder_is_refused_before_the_first_request(
    place: str, work: Workplace, tmp_path: Path
) -> None:
    folders = {"feeds": work.feeds, "output": tmp_path / "disk", "state": work.state.parent}
    with mounted(folders[place], "ro") as disk:
        work.prefix = disk.prefix
        output = ("-O", disk.path / "feed.jsonl") if place == "output" else ()
        ended = work.crawl(*output)
        assert_storage(ended)
        assert ended.seconds <= 3
        assert str(disk.path) in ended.stderr
        assert work.room.visits == []
        disk.change("rw")
        reader = Reader(disk.seen / "feed.jsonl" if output else work.feeds)
        if place == "feeds":
            reader = Reader(disk.seen)
        assert_complete(work.crawl(*output), reader, work.room)


BROKEN = {
    "fsync": "fsync,fdatasync:error=EIO",
    "rename": "rename,renameat,renameat2:error=EIO",
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_disk_shows_no_half_feed(fault: str, work: Workplace, tmp_path: Path) -> None:
    if not shutil.which("strace") or not succeeds("strace", "-qq", "-o", "/dev/null", "true"):
        pytest.skip("strace is not there or may not trace, so a disk cannot be broken")
    reader = Reader(work.folder / "feed.jsonl")
    output = ("-O", reader.source)
    assert_complete(work.crawl(*output), reader, work.room)
    before = reader.source.read_bytes()
    work.room.add(3)
    calls = BROKEN[fault]
    work.prefix = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={calls}")
    work.prefix += ("-e", f"trace={calls.partition(':')[0]}")
    ended = work.crawl(*output)
    assert ended.code == ExitCode.STORAGE, ended.told
    assert reader.source.read_bytes() == before
    work.prefix = ()
    assert_complete(work.crawl(*output), reader, work.room)


def since_last_answer(work: Workplace, ended: Ended) -> float:
    """Return how long a run that has ended just now went on after its last page."""
    return time.monotonic() - work.room.visits[-1].at
