"""What a run tells of the files that it read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from newscrawler.spiders.archive_pages import Passed

# Files and faults that are named; of the others only the numbers are told.
MOST_FILES, MOST_FAULTS = 1_000, 20


@dataclass(slots=True)
class FileReport:
    """One file: how much of it was read, and what could not be."""

    file: str
    records: int = 0
    damaged: int = 0
    known: int = 0
    offset: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "records": self.records,
            "read_to": self.offset,
            "known": self.known,
            "left_out": dict(sorted(self.left_out.items())),
            "damaged": self.damaged,
            "faults": self.faults,
        }


@dataclass(slots=True)
class FileReports:
    """The files of a run, by their paths."""

    by_path: dict[str, FileReport] = field(default_factory=dict)
    all: FileReport = field(default_factory=lambda: FileReport("all"))

    def add(self, passed: Passed) -> None:
        for one in (self.of(passed), self.all):
            one.records += passed.records
            one.damaged += passed.damaged
            one.known += passed.known
            one.offset = passed.position.offset
            one.left_out.update(passed.left_out)
            one.faults += passed.faults[: MOST_FAULTS - len(one.faults)]

    def leave_out(self, passed: Passed, reason: str) -> None:
        for one in (self.of(passed), self.all):
            one.left_out[reason] += 1

    def of(self, passed: Passed) -> FileReport:
        path = passed.position.path
        if path not in self.by_path and len(self.by_path) >= MOST_FILES:
            path = "others"
        return self.by_path.setdefault(path, FileReport(path))

    def told(self) -> list[dict[str, Any]]:
        return [one.told() for one in self.by_path.values()]

    def summary(self) -> str:
        """Say in one line what became of the records."""
        whole = self.all
        left = ", ".join(f"{number} {reason}" for reason, number in whole.left_out.most_common())
        parts = [f"{whole.records} records of {len(self.by_path)} files"]
        parts += [f"left out: {left}"] if left else []
        parts += [f"{whole.damaged} damaged places"] if whole.damaged else []
        return "; ".join(parts)
