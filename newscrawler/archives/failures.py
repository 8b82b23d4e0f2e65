"""What was asked for and not had: a record of its own, so that a replay fails in the same way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newscrawler.archives.capture import RENDERED, Capture
from newscrawler.archives.warc_records import WarcRecord

MEDIA_TYPE = "application/vnd.newscrawler.failure+json"
# Bytes; a reason is a word, a detail what an exception says.
LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Failure:
    """A request without an answer; `reason` and `detail` are as in the drops feed.

    `is_rendered` says that the browser was to have the page.
    """

    url: str
    at: datetime
    reason: str
    detail: str
    is_rendered: bool = False

    def block(self) -> bytes:
        """Return the block of its record."""
        said = {"failed": self.reason, "detail": self.detail[: LONGEST // 16]}
        return json.dumps(said).encode()


def is_failure(record: WarcRecord) -> bool:
    """Tell, from its header alone, if a record says that a page was not had."""
    return record.kind == "metadata" and record.content_type == MEDIA_TYPE


def is_rendered_failure(record: WarcRecord) -> bool:
    return is_failure(record) and bool(record.field(RENDERED))


def failure_of(record: WarcRecord) -> Capture:
    """Return the failure as a capture without status; raise `ValueError` for what is none."""
    said: Any = json.loads(record.block)
    reason, detail = (said.get(name) for name in ("failed", "detail"))
    if not isinstance(reason, str) or not isinstance(detail, str):
        raise ValueError("says no reason")  # noqa: TRY004, a record that is wrong
    return failed(record.url, record.date or None, reason, detail)


def failed(url: str, at: str | None, reason: str, detail: str) -> Capture:
    """Return the capture of a page that was not had."""
    return Capture(url, 0, (), b"", at, fault=reason, detail=detail)
