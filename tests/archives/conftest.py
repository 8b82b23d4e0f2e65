"""What the tests of archives share: a cache of their own, and which files are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawler.archives import capture_index
from newscrawler.archives.index_rows import Found, Row, rows_of_file
from newscrawler.archives.warc_sources import WarcSource


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "newscrawler" / "indexes"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every archive be too large to be read anew each time."""
    monkeypatch.setattr(capture_index, "SMALL", 0)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which files are read from their beginning to their end."""
    read: list[str] = []

    def noted(source: WarcSource, found: Found, others: list[int]) -> Iterator[Row]:
        read.append(source.file_name)
        return rows_of_file(source, found, others)

    monkeypatch.setattr(capture_index, "rows_of_file", noted)
    return read
