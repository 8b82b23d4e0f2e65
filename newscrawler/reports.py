"""What a run tells when it has ended: its report for programs, its lines for people."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from newscrawler.exit_codes import ExitCode
from newscrawler.normalise.dates import instant_of
from newscrawler.normalise.redaction import redacted

STDOUT = "-"


def page_counts(outcomes: Counter[str], pending: int, deferred: int) -> dict[str, Any]:
    """Account for every page that was asked for.

    `asked` is the sum of all that follows but the last two: `put_off` has the pages that were
    left to a later run without being asked for, `deferred` says how many of these and of the
    failed ones will be asked for again.
    """
    groups: dict[str, dict[str, int]] = {"dropped": {}, "failed": {}, "put_off": {}}
    counts: dict[str, Any] = dict.fromkeys(("listing", "new", "updated", "unchanged"), 0)
    for outcome, number in sorted(outcomes.items()):
        kind, _, reason = outcome.partition("/")
        if reason:
            groups[kind][reason] = number
        else:
            counts[kind] = number
    put_off = groups.pop("put_off")
    asked = sum(outcomes.values()) - sum(put_off.values()) + pending
    counts = {"asked": asked, **counts, **groups, "pending": pending}
    return {**counts, "put_off": put_off, "deferred": deferred}


def why_nothing_new(
    listed: int, known: int, last_new_at: str, now: str, *, missing: int = 0
) -> str:
    """Explain a run that brought nothing: `0 new: 40 listed, 40 already known, ...`."""
    parts = [f"{listed} listed", f"{known} already known"]
    if missing:
        parts.append(f"{missing} not to be had")
    parts.append(f"last new {age(last_new_at, now)} ago" if last_new_at else "none ever")
    return f"0 new: {', '.join(parts)}"


def age(then: str, now: str) -> str:
    """Say how long ago something was, in its largest unit: `2 days`."""
    start, end = instant_of(then), instant_of(now)
    past = end - start if start and end else timedelta()
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        number = int(past.total_seconds() // length)
        if number:
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return "less than a minute"


def ended_early(code: ExitCode, reason: str, detail: str) -> dict[str, Any]:
    """Return the report of a run that ended before its first request."""
    return {
        "exit_code": int(code),
        "exit": code.name.lower(),
        "reason": reason,
        "explanation": [redacted(detail)],
    }


def give_up_stdout() -> None:
    """Let what is printed from now on go nowhere, once nobody reads it any more.

    Else Python tries once more at its end, and turns the exit code into 120.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_report(path: str, report: dict[str, Any]) -> None:
    """Write a report whole, by rename; `-` is standard output. Raises `OSError`."""
    write_whole(path, json.dumps(report, ensure_ascii=False, indent=2) + "\n")


def write_whole(path: str, text: str) -> None:
    """Write a text for people as a file that appears whole; `-` is standard output."""
    if path == STDOUT:
        os.write(1, text.encode("utf-8", "backslashreplace"))
        return
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    with part.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
