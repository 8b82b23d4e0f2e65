"""Of several captures the one is found that is nearest to the moment asked for."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archives.formats import open_archive
from newscrawler.archives.moments import read_moment
from newscrawler.archives.warc import WarcArchive
from tests.archives.warc_files import (
    URL,
    body,
    page,
    warc,
    warc_record,
)

CAPTURES = [
    ("2015-06-01T12:00:00Z", "200 OK", "2015"),
    ("2018-06-01T12:00:00Z", "301 Moved", "2018"),
    ("2020-01-01T00:00:00Z", "200 OK", "2020"),
    ("2020-01-03T00:00:00Z", "200 OK", "2020 later"),
    ("2021-01-01T00:00:00Z", "503 Busy", "2021"),
    ("2022-01-01T00:00:00Z", "404 Not Found", "2022"),
]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("", "2020 later"),
        ("1999-01-01", "2015"),
        ("2015-06-01", "2015"),
        ("2018-05-01", "2018"),
        ("20180501", "2018"),
        ("2020-01-02T00:00:00Z", "2020"),  # as near to both: the earlier
        ("20200102000001", "2020 later"),
        ("2020-01-01T23:00:00-02:00", "2020 later"),
        ("2022-01-01", "2020 later"),
    ],
)
def test_the_capture_that_is_nearest_to_a_moment_is_found(
    tmp_path: Path, at: str, expected: str
) -> None:
    records = [warc_record(page(text, status=status), date=date) for date, status, text in CAPTURES]
    archive = open_archive(warc(tmp_path / "a.warc", *records), read_moment(at) if at else None)
    found = archive.find(URL)
    assert found is not None
    year = expected.partition(" ")[0]
    assert (found.retrieved_at or "").startswith(year)
    assert found.body == (b"" if year == "2018" else expected.encode()) or year == "2018"


def test_a_day_prefers_what_was_captured_on_it(tmp_path: Path) -> None:
    times = ["2019-01-26T23:59:59Z", "2019-01-27T23:59:59Z", "2019-01-28T00:00:00Z"]
    records = [warc_record(page(time), date=time) for time in times]
    path = warc(tmp_path / "a.warc", *records)
    assert body(open_archive(path, read_moment("2019-01-27"))) == times[1].encode()


@pytest.mark.parametrize(
    "text", ["yesterday", "2019", "2019-13-01", "20191301", "1", "2019-01-27T25:00:00"]
)
def test_what_is_no_moment_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=f"at='{text}' is no time like 2019-01-27"):
        read_moment(text)


def test_a_thousand_moments_find_what_a_plain_search_finds(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    start = datetime(2010, 1, 1, tzinfo=UTC)
    statuses = ["200 OK", "200 OK", "302 Found", "404 Not Found", "500 Broken", "206 Partial"]
    captures: list[tuple[str, datetime, str]] = []
    for _ in range(300):
        url = f"http{chance.choice(['', 's'])}://news.example/{chance.randrange(12)}"
        time = start + timedelta(hours=chance.randrange(24 * 30))
        captures.append((url, time, chance.choice(statuses)))
    records = [
        warc_record(page(str(number), status=status), url, date=f"{time:%Y-%m-%dT%H:%M:%SZ}")
        for number, (url, time, status) in enumerate(captures)
    ]
    paths = [warc(tmp_path / f"{n}.warc.gz", *records[n::3]) for n in range(3)]
    archive = WarcArchive(paths)
    for _ in range(1000):
        at = start + timedelta(minutes=chance.randrange(60 * 24 * 40) - 60 * 24 * 5)
        number = chance.randrange(12)
        url = f"http{chance.choice(['', 's'])}://news.example/{number}"
        archive.at = int(at.timestamp())
        found = archive.find(url)
        expected = plainly(captures, url, at)
        assert (found and (found.url, found.retrieved_at, found.status)) == expected, (url, at)


def plainly(
    captures: list[tuple[str, datetime, str]], url: str, at: datetime
) -> tuple[str, str, int] | None:
    """Choose by looking at all captures, in words of the documentation."""
    rest = url.partition("://")[2]
    best: list[tuple[tuple[Any, ...], tuple[str, str, int]]] = []
    for number, (other, time, told) in enumerate(captures):
        status = int(told[:3])
        is_own = other == url
        if other.partition("://")[2] != rest or (not is_own and 300 <= status < 400):
            continue
        place = (number % 3, number // 3)
        rank = (status >= 400, abs(time - at), time, not is_own, (-place[0], -place[1]))
        best.append((rank, (other, f"{time:%Y-%m-%dT%H:%M:%SZ}", status)))
    return min(best)[1] if best else None
