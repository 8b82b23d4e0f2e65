"""Recording pages to a folder that people can read and a version control system can compare."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from newscrawler.archives.addresses import (
    address_keys,
    decoded,
    host_and_port,
    mirror_names,
    plain_address,
    split_address,
)
from newscrawler.archives.capture import TIME_FORMAT, ArchiveError, Capture, Headers
from newscrawler.archives.failures import Failure
from newscrawler.archives.folder import FolderArchive, saved_key
from newscrawler.archives.sidecar import SUFFIX, Sidecar, read_sidecar

# What tells about the page; dates, cookies and server timings differ each time.
_KEPT = frozenset({
    "content-disposition", "content-language", "content-type", "etag", "last-modified", "link",
    "location", "refresh", "tdm-reservation", "x-robots-tag",
})  # fmt: skip
_EXTENSIONS = {
    "text/html": (".html", ".htm"),
    "application/xhtml+xml": (".html", ".htm", ".xhtml"),
    "application/json": (".json",),
    "application/ld+json": (".json", ".jsonld"),
    "application/xml": (".xml",),
    "text/xml": (".xml",),
    "application/rss+xml": (".xml", ".rss"),
    "application/atom+xml": (".xml", ".atom"),
    "text/plain": (".txt",),
}
# Linux takes names of 255 bytes; the rest is for extension, digest and sidecar suffix.
_LONGEST_SEGMENT = 200
# Linux takes paths of 4096 bytes; beyond this a name is no longer readable anyway.
_LONGEST_NAME = 1000
# What a page will be that was not had yet.
_HTML = (("content-type", "text/html"),)
_DIGITS = 16  # hexadecimal: no clash among a billion addresses


class FolderRecorder:
    """Writes captures below `root` as `FolderArchive` finds them again.

    A page recorded before goes to the file it has, whatever its name. A page that is
    the same as the one recorded keeps its files untouched, and with them the time it
    was retrieved at first. Pages saved there by hand are left alone, unless they stand
    where `mirror_names` has the very page.

    Raises `ArchiveError` for a folder that cannot be made, read or written.
    """

    def __init__(self, root: Path) -> None:
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"{root}: cannot be made a folder: {error.strerror}") from error
        if not os.access(root, os.W_OK | os.X_OK):
            raise ArchiveError(f"{root}: cannot be written to")
        archive = FolderArchive(root)
        self.root = archive.root
        self._names = {key: page.name for key, page in archive.pages.items()}
        self._failed = {key for key, page in archive.pages.items() if page.sidecar.failed}
        self._taken = set(self._names.values())

    def store(self, capture: Capture) -> Path:
        """Write the page and its sidecar, and return the page's path.

        Raises `ValueError` where the capture's address is no http or https address.
        """
        key = saved_key(address_keys(capture.url)[0], rendered=capture.rendered is not None)
        self._failed.discard(key)
        return self._put(
            capture,
            key,
            Sidecar(
                plain_address(capture.url),
                capture.status,
                _kept(capture.headers),
                capture.retrieved_at,
                capture.rendered,
            ),
        )

    def store_failure(self, failure: Failure) -> None:
        """Write a sidecar that says why a page was not had, unless it was had before.

        Raises `ArchiveError`, and `ValueError` as `store` does.
        """
        key = saved_key(address_keys(failure.url)[0], rendered=failure.is_rendered)
        if key in self._names and key not in self._failed:
            return
        at = failure.at.strftime(TIME_FORMAT)
        rendered = "failed" if failure.is_rendered else None
        sidecar = Sidecar(
            plain_address(failure.url),
            retrieved_at=at,
            rendered=rendered,
            failed=failure.reason,
            detail=failure.detail,
        )
        self._put(Capture(failure.url, 0, _HTML, b"", at, rendered), key, sidecar)
        self._failed.add(key)

    def _put(self, capture: Capture, key: str, sidecar: Sidecar) -> Path:
        name = self._names.get(key) or self._free_name(capture, key)
        path = self.root / name
        try:
            if not _is_recorded(path, sidecar, capture.body):
                _write(path, sidecar, capture.body)
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be written: {error.strerror}") from error
        self._names[key] = name
        self._taken.add(name)
        return path

    def _free_name(self, capture: Capture, key: str) -> str:
        for name in _file_names(capture, key):
            if self._is_free(name, capture.url):
                return name
        raise ArchiveError(f"{self.root}: has no place for {capture.url}")

    def _is_free(self, name: str, url: str) -> bool:
        path = self.root / name
        if path.is_file() and decoded(name) not in mirror_names(url):
            return False
        if name in self._taken or path.is_dir() or Path(f"{path}{SUFFIX}").is_dir():
            return False
        parents = [self.root / parent for parent in PurePosixPath(name).parents]
        # A link would not be followed when the page is looked for.
        return not any(parent.is_symlink() or parent.is_file() for parent in parents)


def _file_names(capture: Capture, key: str) -> Iterator[str]:
    """Give the readable name, then ones that no other address has."""
    parts = split_address(capture.url)
    extensions = _extensions(capture.headers)
    digest = _digest(key)
    host = _safe_name(host_and_port(parts))
    *folders, last = parts.path.removeprefix("/").split("/")
    query = f"?{parts.query}" if parts.query else ""
    file = _with_extension(_safe_name((last or "index") + query), extensions)
    if capture.rendered is not None:
        file = _marked(file, "rendered")
    folder = "/".join([host, *map(_safe_name, folders)])
    if len(os.fsencode(f"{folder}/{file}")) <= _LONGEST_NAME:
        yield f"{folder}/{file}"
        yield f"{folder}/{_marked(file, digest)}"
    yield f"{host}/~{digest}{extensions[0] if extensions else ''}"


def _marked(file: str, mark: str) -> str:
    stem, dot, extension = file.rpartition(".")
    return f"{stem}~{mark}.{extension}" if dot else f"{file}~{mark}"


def _extensions(headers: Headers) -> tuple[str, ...]:
    types = [value for name, value in headers if name.lower() == "content-type"]
    media_type = types[0].partition(";")[0].strip().lower() if types else ""
    return _EXTENSIONS.get(media_type, ())


def _with_extension(name: str, extensions: tuple[str, ...]) -> str:
    if extensions and not name.lower().endswith(extensions):
        name += extensions[0]
    return f"{name}_" if name.endswith(SUFFIX) else name


def _safe_name(segment: str) -> str:
    """Return a file name that reads like `segment`, or as much of it as fits."""
    name = "".join(_safe_character(character) for character in _readable(segment))
    if name in {"", ".", ".."}:
        return name.replace(".", "%2E") or "_"
    if len(name.encode()) <= _LONGEST_SEGMENT:
        return name
    start = name.encode()[: _LONGEST_SEGMENT - _DIGITS - 1].decode(errors="ignore")
    return f"{start}~{_digest(segment)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _readable(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError:
        return segment


def _safe_character(character: str) -> str:
    is_safe = character.isprintable() and character != "/"
    return character if is_safe else quote(character, safe="")


def _kept(headers: Headers) -> Headers:
    kept = ((name.lower(), value) for name, value in headers)
    # By name only: several values of one header keep their order.
    return tuple(sorted((pair for pair in kept if pair[0] in _KEPT), key=lambda pair: pair[0]))


def _is_recorded(path: Path, sidecar: Sidecar, body: bytes) -> bool:
    beside = _beside(path)
    if not beside.is_file():
        return False
    known = read_sidecar(beside)
    same = replace(known, retrieved_at=sidecar.retrieved_at) == sidecar
    is_dated = known.retrieved_at is not None or sidecar.retrieved_at is None
    return same and is_dated and body == (path.read_bytes() if path.is_file() else b"")


def _write(path: Path, sidecar: Sidecar, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if body or path.exists():
        _replace(path, body)
    _replace(_beside(path), sidecar.dumps())


def _replace(path: Path, content: bytes) -> None:
    """Write the whole file or leave the old one."""
    part = path.with_name(f".{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _beside(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)
