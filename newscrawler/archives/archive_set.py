"""Several archives as one: folders of saved pages beside WARC files."""

from __future__ import annotations

from collections.abc import Iterator

from newscrawler.archives.capture import REDIRECTS, SUCCESS, Archive, Capture
from newscrawler.archives.index_rows import seconds_of


class ArchiveSet:
    """Archives of which each is asked, and the best answer is given.

    Without `at` it is the latest success, else the latest answer; with `at`, in seconds since
    1970, the success or redirect nearest to it. Of two as good it is that of the archive that
    was named first.
    """

    def __init__(self, archives: list[Archive], at: int | None = None) -> None:
        self.archives = archives
        self.at = at

    def __len__(self) -> int:
        return sum(len(archive) for archive in self.archives)

    def close(self) -> None:
        for archive in self.archives:
            archive.close()

    def find(self, url: str, *, rendered: bool = False) -> Capture | None:
        """Return the best capture of `url` in any of them."""
        found = list(self._found(url, rendered=rendered))
        return max(found, key=self._rank) if found else None

    def _found(self, url: str, *, rendered: bool) -> Iterator[Capture]:
        for archive in self.archives:
            capture = archive.find(url, rendered=rendered)
            if capture:
                yield capture

    def _rank(self, capture: Capture) -> tuple[bool, bool, int]:
        is_good = capture.status in SUCCESS and capture.fault is None
        date = seconds_of(capture.retrieved_at or "")
        if self.at is None:
            return is_good, date is not None, date or 0
        is_good = is_good or capture.status in REDIRECTS
        return is_good, date is not None, -abs((date or 0) - self.at)
