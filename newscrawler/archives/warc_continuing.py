"""What of a WARC file is kept when recording goes on with it: all records that are whole."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from newscrawler.archives.capture import ArchiveError
from newscrawler.archives.warc_captures import LONGEST_HEAD
from newscrawler.archives.warc_format import END_OF_RECORD, SOFTWARE
from newscrawler.archives.warc_records import Damage, WarcRecord, read_records

_FIRST = b"WARC/1.1\r\nWARC-Type: warcinfo\r\n"
_LENGTH = re.compile(rb"^Content-Length: (\d+)", re.MULTILINE)
# Bytes of an info record, which a file of ours begins with.
_LONGEST_INFO = 4096


def records_to_keep(path: Path, *, is_packed: bool) -> Iterator[WarcRecord]:
    """Give the whole records of a file that this program wrote.

    What stands behind the last one was being written when the program or the machine ended.
    Raises `ArchiveError` for a file of somebody else, and where a whole record stands behind
    damage: that is no end that broke off.
    """
    if _is_beginning(path, is_packed=is_packed):
        return
    damage, size = None, path.stat().st_size
    for found in read_records(path, keep=_keep):
        if isinstance(found, Damage):
            damage = damage or found
        elif not found.offset and not _is_ours(found):
            raise ArchiveError(f"{path}: was not written by this program; name another")
        elif damage:
            raise ArchiveError(
                f"{path}: is damaged at byte {damage.offset} ({damage.reason}), with whole records"
                " behind it; nothing is added to it, name another file"
            )
        elif is_packed or found.offset + found.length < size or _is_complete(path, found):
            yield found


def _keep(record: WarcRecord) -> int:
    return _LONGEST_INFO if record.kind == "warcinfo" else LONGEST_HEAD


def _is_ours(record: WarcRecord) -> bool:
    return record.kind == "warcinfo" and f"software: {SOFTWARE}".encode() in record.block


def _is_beginning(path: Path, *, is_packed: bool) -> bool:
    """Tell a file that ends within its first record, as it was written here."""
    with path.open("rb") as file:
        first = file.read(_LONGEST_INFO)
    if len(first) == _LONGEST_INFO:
        return False
    if is_packed:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            first = unpacker.decompress(first)
        except zlib.error:
            return False
        return not unpacker.eof and first.startswith(_FIRST[: len(first)])
    head, end, block = first.partition(END_OF_RECORD)
    length = _LENGTH.search(head)
    is_whole = end and length and len(block) >= int(length[1]) + len(END_OF_RECORD)
    return not is_whole and first.startswith(_FIRST[: len(first)])


def _is_complete(path: Path, record: WarcRecord) -> bool:
    """Tell whether a plain record has its last line breaks, which its reader can do without."""
    with path.open("rb") as file:
        file.seek(record.offset)
        head = file.read(LONGEST_HEAD).partition(END_OF_RECORD)[0]
    end = len(head) + 2 * len(END_OF_RECORD) + record.block_length
    return record.length >= end
