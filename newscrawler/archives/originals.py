"""What a WARC file holds already, so that it need not be written into it again."""

from __future__ import annotations

from pathlib import Path

from newscrawler.archives.warc_format import Original
from newscrawler.archives.warc_index import Entry
from newscrawler.archives.warc_records import WarcRecord, record_at

# Places of records that are remembered, some 130 bytes each; what is older is written again.
MOST = 200_000
_SUCCESS = range(200, 300)


class Originals:
    """Finds the answer records of a file by what they hold.

    Only where they stand is kept; what they are is read again from the file.
    """

    def __init__(self, path: Path, most: int = MOST) -> None:
        self.path = path
        self.most = most
        self._places: dict[int, int] = {}

    def note(self, entry: Entry) -> None:
        """Remember an answer that was written whole."""
        if entry.kind != "response" or entry.is_cut:
            return
        keys = [hash((entry.status, entry.digest))]
        if entry.status in _SUCCESS:
            keys.append(hash(entry.url))
        for key in keys:
            self._places.pop(key, None)
            self._places[key] = entry.offset
        while len(self._places) > self.most:
            del self._places[next(iter(self._places))]

    def same(self, status: int, digest: str) -> Original | None:
        """Return an answer with this status and payload."""
        record = self._read(hash((status, digest)))
        if record is None or record.field("WARC-Payload-Digest") != digest:
            return None
        return _original(record)

    def page(self, url: str) -> Original | None:
        """Return the last page from this address that was written whole."""
        record = self._read(hash(url))
        return _original(record) if record and record.url == url else None

    def _read(self, key: int) -> WarcRecord | None:
        place = self._places.get(key)
        if place is None:
            return None
        with self.path.open("rb", buffering=0) as file:
            return record_at(file, str(self.path), place, keep=lambda _: 0)


def _original(record: WarcRecord) -> Original:
    return Original(
        record.record_id,
        record.url,
        record.field("WARC-Date"),
        record.field("WARC-Payload-Digest"),
    )
