"""Feeds read line by line, and all that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from newscrawler.feed_reading import (
    BadLineError,
    FeedLine,
    feed_lines,
    kind_of_name,
    kind_of_record,
    read_record,
)
from newscrawler.lines import UNSAFE
from newscrawler.validation.findings import Finding, Findings
from newscrawler.validation.records import RecordCheck
from newscrawler.validation.seen import Seen

_MARK = "\ufeff"  # of byte order
# What no two lines of a feed say alike, by kind of record: what it is called, and its fields.
UNIQUE: dict[str, dict[str, tuple[str, ...]]] = {
    "article": {"duplicate_id": ("id", "version"), "duplicate_url": ("url", "version")},
    "series": {"duplicate_account": ("name", "url", "run")},
}
# An account of a single run bears no number, and a series has one for each run.
NEEDED = {"duplicate_account": "run"}


@dataclass(slots=True)
class Report:
    """What a feed was found to be."""

    feed: str
    kind: str = ""
    """`article`, `series`, `link` or `drop`; empty for a feed without a record."""
    lines: int = 0
    findings: Findings = field(default_factory=Findings)

    @property
    def is_valid(self) -> bool:
        return not self.findings.by_kind

    def __str__(self) -> str:
        what = f"{self.lines} {self.kind or 'no'} records"
        if self.is_valid:
            return f"{self.feed}: {what}, valid"
        counts = ", ".join(f"{kind} {count}" for kind, count in self.findings.by_kind.most_common())
        return f"{self.feed}: not valid, {self.findings.lines} of {self.lines} lines: {counts}"

    def record(self) -> dict[str, Any]:
        """Return the form for programs."""
        return {
            "feed": self.feed,
            "valid": self.is_valid,
            "kind": self.kind,
            "lines": self.lines,
            "wrong_lines": self.findings.lines,
            **self.findings.record(),
        }


class FeedCheck:
    """Checks one feed; `tell` gets the findings that are told, as they are met."""

    def __init__(self, feed: str, tell: Callable[[Finding], None]) -> None:
        self.report = Report(feed, kind_of_name(feed) or "")
        self.tell = tell
        self._check: RecordCheck | None = None

    def run(self) -> Report:
        """Read the feed to its end. Raises `OSError` naming it."""
        with closing(Seen()) as seen:
            for line in feed_lines(self.report.feed):
                self.report.lines = line.number - bool(line.why)
                self._line(line, seen)
        return self.report

    def _line(self, line: FeedLine, seen: Seen) -> None:
        if line.is_blank:
            self._find(line.number, "blank", "an empty line")
            return
        try:
            text = line.text
            if line.number == 1 and text.startswith(_MARK):
                self._find(1, "byte_order_mark", "the feed begins with a byte order mark")
                text = text.removeprefix(_MARK)
            record = read_record(text)
        except BadLineError as error:
            is_torn = error.kind == "json" and not line.is_ended
            self._find(line.number, "torn" if is_torn else error.kind, str(error))
            return
        if not line.is_ended:
            self._find(line.number, "line_end", "the last line has no line end")
        if bare := UNSAFE.search(text):
            self._find(line.number, "bare_character", f"U+{ord(bare[0]):04X} is to be escaped")
        self._record(line.number, record, seen)

    def _record(self, number: int, record: dict[str, Any], seen: Seen) -> None:
        if self._check is None:
            self.report.kind = self.report.kind or kind_of_record(record)
            self._check = RecordCheck(self.report.kind)
        for wrong in self._check.check(record):
            self._find(number, *wrong)
        for kind, names in UNIQUE.get(self.report.kind, {}).items():
            if NEEDED.get(kind, names[0]) in record:
                said = [record.get(name) for name in names]
                before = seen.first_line(f"{kind} {said}", number)
                if before is not None:
                    self._find(number, kind, f"line {before} has the same {', '.join(names)}")

    def _find(self, number: int, kind: str, message: str, path: str = "") -> None:
        findings = self.report.findings
        if findings.add(number, kind, message, path):
            self.tell(findings.told[-1])
