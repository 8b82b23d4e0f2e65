"""WARC files as the tools of the field write them, made byte by byte."""

from __future__ import annotations

import gzip

URL = "https://news.example/a"
DATE = "2019-01-27T18:17:27Z"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>the page</p></html>"


def warc_record(
    block: bytes = PAGE,
    /,
    url: str = URL,
    kind: str = "response",
    date: str = DATE,
    content_type: str = "application/http; msgtype=response",
    **fields: str,
) -> bytes:
    """Return one record; a field's `_` stands for `-`, and `version` is that of the format."""
    version = fields.pop("version", "1.1")
    lines = [f"WARC/{version}", f"WARC-Type: {kind}"]
    lines += [f"WARC-Target-URI: {url}"] if url else []
    lines += [f"WARC-Date: {date}", f"Content-Type: {content_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    lines += [f"Content-Length: {len(block)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def numbered(count: int) -> list[bytes]:
    """Return records of the pages `/0`, `/1` and so on, no two of the same length."""
    return [
        warc_record(PAGE + b"x" * (7 * number), f"https://news.example/{number}")
        for number in range(count)
    ]


def packed(records: list[bytes]) -> bytes:
    """Return the records as a `.warc.gz` file, packed one by one."""
    return b"".join(gzip.compress(record, mtime=0) for record in records)
