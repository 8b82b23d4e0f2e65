"""Exchanges to be recorded, and what the reference tool says of the file."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from newscrawler.archives.exchange import Exchange

URL = "https://news.example/a/"
AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
ABOUT = [("software", "newscrawler/0.0"), ("format", "WARC File Format 1.1")]


def exchange(url: str = URL, body: str = "<p>Ferry stays in harbour", **fields: Any) -> Exchange:
    """Return an exchange; `later` is how many seconds after `AT` it was."""
    return Exchange(
        url=url,
        at=AT + timedelta(seconds=fields.pop("later", 0)),
        request_head=b"GET /a/ HTTP/1.1\r\nHost: news.example\r\n\r\n",
        status=fields.pop("status", 200),
        headers=fields.pop("headers", HTML),
        body=body.encode(),
        **fields,
    )


def records(path: Path) -> list[dict[str, Any]]:
    """Return what warcio reads: the fields of each record, its HTTP head and its payload."""
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            head = record.http_headers
            found.append(
                {
                    **dict(record.rec_headers.headers),
                    "line": f"{head.protocol} {head.statusline}" if head else "",
                    "http": head.headers if head else [],
                    "payload": record.content_stream().read(),
                }
            )
    return found


def kinds(path: Path) -> list[str]:
    return [record["WARC-Type"] for record in records(path)]


def assert_checked(path: Path) -> None:
    """Let `warcio check` compare every digest; each record has one."""
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    verdicts = [line.strip() for line in run.stdout.splitlines()[1:] if "offset" not in line]
    assert verdicts
    assert set(verdicts) <= {"digest pass", "digest present but not checked (revisit)"}
    assert len(verdicts) == len(records(path))
