"""Settings that would undo a promise are refused before anything is read or asked for."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from newscrawler.exit_codes import ExitCode
from tests.newsroom import Newsroom, opened
from tests.unattended import Workplace


class Booby:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


@pytest.mark.parametrize("command", ["crawl", "discover", "extract"])
def test_a_jobdir_is_refused_and_nothing_in_it_is_run(command: str, tmp_path: Path) -> None:
    jobs, mark = tmp_path / "jobs", tmp_path / "was-run"
    jobs.mkdir()
    (jobs / "spider.state").write_bytes(pickle.dumps(Booby(mark)))
    with opened(Newsroom(1)) as room:
        work = Workplace(tmp_path, room)
        start = ("series", "-a", f"url={room.listing}") if command == "crawl" else (room.listing,)
        ended = work.scrapy(command, *start, "-s", f"JOBDIR={jobs}")
    assert ended.code == ExitCode.CONFIGURATION, ended.told
    assert "JOBDIR is refused: every crawl is resumed from its --state" in ended.stderr
    assert room.visits == []
    assert not mark.exists()
