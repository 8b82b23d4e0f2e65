"""WARC and WACZ files as the tools of the field write them, made byte by byte."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

from newscrawler.archives.capture import Archive

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


def page(text: str, *headers: str, status: str = "200 OK") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", *headers])
    return f"{head}\r\n\r\n{text}".encode()


def warc(path: Path, *records: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed(list(records)) if path.suffix == ".gz" else b"".join(records))
    return path


def wacz(path: Path, *, method: int = zipfile.ZIP_STORED, **files: list[bytes]) -> Path:
    """Write a WACZ file; each argument is a WARC file in it."""
    with zipfile.ZipFile(path, "w", method) as file:
        file.writestr("datapackage.json", '{"profile": "data-package"}')
        for name, records in files.items():
            file.writestr(f"archive/{name}.warc.gz", packed(records))
    return path


def body(archive: Archive, url: str = URL) -> bytes | None:
    found = archive.find(url)
    return found.body if found else None
