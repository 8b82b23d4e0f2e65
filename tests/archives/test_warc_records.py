"""The records of a WARC file are read one by one, and damage costs no more than what it hit."""

from __future__ import annotations

import gzip
import pickle
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.warc_records import (
    Damage,
    WarcRecord,
    read_records,
    record_at,
    records_of,
)
from tests.archives.warc_files import PAGE, URL, numbered, packed, warc_record

FORMS: dict[str, Callable[[list[bytes]], bytes]] = {"plain": b"".join, "packed": packed}


@pytest.fixture(params=list(FORMS))
def form(request: pytest.FixtureRequest) -> Callable[[list[bytes]], bytes]:
    return FORMS[request.param]


def read(content: bytes, start: int = 0) -> list[WarcRecord | Damage]:
    return list(records_of(BytesIO(content), "pages.warc", start))


def urls(found: list[WarcRecord | Damage]) -> list[str]:
    return [one.url.rpartition("/")[2] for one in found if isinstance(one, WarcRecord)]


def damages(found: list[WarcRecord | Damage]) -> list[Damage]:
    return [one for one in found if isinstance(one, Damage)]


def test_records_follow_one_another_without_a_gap(form: Callable[[list[bytes]], bytes]) -> None:
    content = form(numbered(5))
    found = read(content)
    assert urls(found) == ["0", "1", "2", "3", "4"]
    at = 0
    for record in found:
        assert record.offset == at
        at += record.length
    assert at == len(content)


def test_reading_begins_at_any_record(form: Callable[[list[bytes]], bytes]) -> None:
    content = form(numbered(5))
    for record in read(content):
        assert read(content, record.offset)[0] == record
        assert record_at(BytesIO(content), "pages.warc", record.offset) == record


def test_a_file_is_read_from_the_disk(tmp_path: Path, form: Callable[[list[bytes]], bytes]) -> None:
    path = tmp_path / "pages.warc"
    path.write_bytes(form(numbered(3)))
    assert list(read_records(path)) == read(path.read_bytes())


def test_a_record_tells_its_fields(form: Callable[[list[bytes]], bytes]) -> None:
    fields = {"WARC_Record_ID": "<urn:uuid:7>", "WARC_Refers_To": "<urn:uuid:6>"}
    [found] = read(form([warc_record(date="2019-01-27T18:17:27.61Z", url=f"<{URL}>", **fields)]))
    assert isinstance(found, WarcRecord)
    assert (found.kind, found.url, found.date) == ("response", URL, "2019-01-27T18:17:27Z")
    assert (found.record_id, found.content_type) == ("<urn:uuid:7>", "application/http")
    assert (found.field("warc-refers-to"), found.field("WARC-Absent")) == ("<urn:uuid:6>", "")
    assert (found.block, found.block_length, found.is_whole) == (PAGE, len(PAGE), True)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301, our own bytes


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((b"\r\n", b"\n"), id="bare line feeds"),
        pytest.param((b"\r\n", b"\r\r\n"), id="line feeds that were turned into line breaks"),
        pytest.param((b"WARC/1.1", b"WARC/0.18"), id="an older version"),
        pytest.param((b"WARC-Type:", b"warc-type :"), id="another case"),
        pytest.param((b"WARC-Date: ", b"WARC-Date:\r\n "), id="a folded line"),
        pytest.param((b"WARC-Date: ", b"Nonsense\r\nWARC-Date: "), id="a line without colon"),
    ],
)
def test_heads_of_other_shapes_are_read(
    change: tuple[bytes, bytes], form: Callable[[list[bytes]], bytes]
) -> None:
    record = warc_record(b"a block", kind="resource").replace(*change)
    found = read(form([record, warc_record()]))
    assert [type(one) for one in found] == [WarcRecord, WarcRecord]
    assert isinstance(found[0], WarcRecord)
    assert (found[0].kind, found[0].url, found[0].block) == ("resource", URL, b"a block")
    assert found[0].date == "2019-01-27T18:17:27Z"


@pytest.mark.parametrize("breaks", [b"", b"\r\n", b"\n\n", b"\r\n" * 40])
def test_any_number_of_line_breaks_may_stand_behind_a_block(
    breaks: bytes, form: Callable[[list[bytes]], bytes]
) -> None:
    records = [record.removesuffix(b"\r\n\r\n") + breaks for record in numbered(3)]
    found = read(form(records))
    assert urls(found) == ["0", "1", "2"]
    assert not damages(found)


def test_no_more_of_a_block_is_kept_than_is_asked_for(
    form: Callable[[list[bytes]], bytes],
) -> None:
    content = form(numbered(3))
    kept = records_of(BytesIO(content), "a", keep=lambda record: 4 if record.url[-1] == "1" else 0)
    blocks = [(one.block, one.is_whole) for one in kept if isinstance(one, WarcRecord)]
    assert blocks == [(b"", False), (b"HTTP", False), (b"", False)]


def test_a_block_that_is_read_over_takes_no_memory(tmp_path: Path) -> None:
    size = 300 * 2**20
    path = tmp_path / "film.warc.gz"
    head, _, tail = warc_record(b"").replace(b"h: 0", b"h: %d" % size).partition(b"\r\n\r\n")
    with gzip.open(path, "wb", 1) as file:
        file.write(head + b"\r\n\r\n")
        for _ in range(300):
            file.write(bytes(2**20))
        file.write(tail)
    tracemalloc.start()
    [found] = read_records(path, keep=lambda _: 10)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, WarcRecord)
    assert (found.block, found.block_length) == (bytes(10), size)
    assert peak < 2 * 2**20


def test_a_file_cut_at_any_byte_is_read_to_its_last_whole_record(
    form: Callable[[list[bytes]], bytes],
) -> None:
    records = numbered(3)
    content, whole = form(records), len(form(records[:2]))
    # Without its last line breaks a plain record is whole still, as some tools write it.
    end = len(content) - (4 if form is FORMS["plain"] else 0)
    for cut in range(whole + 1, end):
        found = read(content[:cut])
        assert urls(found) == ["0", "1"], cut
        assert damages(found) == [Damage(whole, cut - whole, "the file is cut off")], cut
    assert not damages(read(content[:end]))


def test_a_byte_flipped_anywhere_costs_no_other_record(
    form: Callable[[list[bytes]], bytes],
) -> None:
    records = numbered(3)
    content = form(records)
    start, end = len(form(records[:1])), len(form(records[:2]))
    for at in range(start, end):
        for bit in (1, 128):
            broken = bytearray(content)
            broken[at] ^= bit
            found = read(bytes(broken))
            assert {"0", "2"} <= set(urls(found)), (at, bit)
            assert len(damages(found)) <= 1, (at, bit)
            assert sum(one.length for one in found) == len(content), (at, bit)


def test_a_byte_flipped_in_a_packed_record_never_makes_another_one_of_it() -> None:
    content, start = packed(numbered(3)), len(packed(numbered(1)))
    whole = read(content)
    for at in range(start, len(packed(numbered(2)))):
        broken = bytearray(content)
        broken[at] ^= 16
        found = [one for one in read(bytes(broken)) if isinstance(one, WarcRecord)]
        # Some bytes mean nothing: gzip's time, the bits behind the end of the packed data.
        assert found in ([whole[0], whole[2]], whole), at


@pytest.mark.parametrize(
    "garbage", [b"\0" * 5000, b"rubbish " * 20, b"\x1f\x8b\x08\0 no gzip", b"WARC/ no record\r\n"]
)
def test_garbage_between_records_is_read_over(
    garbage: bytes, form: Callable[[list[bytes]], bytes]
) -> None:
    first, *others = (form([record]) for record in numbered(3))
    found = read(first + garbage + b"".join(others))
    assert urls(found) == ["0", "1", "2"]
    [damage] = damages(found)
    assert (damage.offset, damage.length) == (len(first), len(garbage))


def test_garbage_before_the_first_record_is_read_over(
    form: Callable[[list[bytes]], bytes],
) -> None:
    found = read(b"rubbish" + form(numbered(2)))
    assert urls(found) == ["0", "1"]
    assert damages(found) == [Damage(0, 7, "no record begins here")]


@pytest.mark.parametrize("length", [b"9", b"99999", b"99999999999999999999", b"-1", b"x", b""])
def test_a_wrong_length_costs_one_record(
    length: bytes, form: Callable[[list[bytes]], bytes]
) -> None:
    first, second, third = numbered(3)
    wrong = second.replace(b"Content-Length: %d" % (len(PAGE) + 7), b"Content-Length: " + length)
    assert wrong != second
    found = read(form([first, wrong, third]))
    assert urls(found) == ["0", "2"]
    [damage] = damages(found)
    assert damage.offset == len(form([first]))
    assert damage.length == len(form([wrong]))


def test_several_records_in_one_member_further_on_are_damage() -> None:
    first, *others = numbered(4)
    content = packed([first, b"".join(others[:2]), others[2]])
    found = read(content)
    assert urls(found) == ["0", "3"]
    assert [damage.reason for damage in damages(found)] == ["several records in one gzip member"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "holds no WARC record", id="empty"),
        pytest.param(b"\x1f\x8b", "holds no WARC record", id="no more than gzip's mark"),
        pytest.param(warc_record()[:-40], "holds no WARC record", id="a part of a record"),
        pytest.param(b"filedesc://a.arc 0.0.0.0", "is an ARC file", id="ARC"),
        pytest.param(gzip.compress(b"filedesc://a.arc 0"), "is an ARC file", id="packed ARC"),
        pytest.param(b"<html>no WARC", "is no WARC file", id="a page"),
        pytest.param(gzip.compress(b"<html>no WARC"), "is no WARC file", id="a packed page"),
        pytest.param(
            gzip.compress(b"".join(numbered(3))),
            "is compressed as a whole, not record by record",
            id="compressed as a whole",
        ),
    ],
)
def test_what_is_no_warc_file_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ArchiveError, match=rf"^pages\.warc: {reason}"):
        read(content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"absent\.warc: cannot be read: No such file"):
        list(read_records(tmp_path / "absent.warc"))


def test_no_record_is_found_where_none_begins(form: Callable[[list[bytes]], bytes]) -> None:
    with pytest.raises(ArchiveError, match="no record begins at byte 3"):
        record_at(BytesIO(form(numbered(2))), "pages.warc", 3)
