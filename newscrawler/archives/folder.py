"""A folder of saved pages, one page a file, as a mirror tool leaves it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from mimetypes import MimeTypes
from pathlib import Path

from newscrawler.archives.addresses import address_keys, decoded, mirror_names
from newscrawler.archives.capture import REDIRECTS, ArchiveError, Capture, Headers
from newscrawler.archives.failures import failed
from newscrawler.archives.sidecar import SUFFIX, Sidecar, read_sidecar


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A file below the folder's root, and what stands in the sidecar beside it."""

    name: str
    sidecar: Sidecar
    has_body: bool


class FolderArchive:
    """Pages below `root`, at `HOST[:PORT]/PATH`; `root` may be a single host's folder itself.

    A page whose sidecar states an address is found by this address alone, any other
    page by its file name. What a browser made of a page stands beside the page itself.
    All names are read once, here, and an address is only ever looked up among them:
    nothing in an address can lead out of the folder. Links to folders, and links to
    files outside, are left out.

    Raises `ArchiveError` for a folder or a sidecar that cannot be read.
    """

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise ArchiveError(f"{root}: is no folder")
        self.root = root.resolve()
        self.pages: dict[str, SavedPage] = {}
        self._by_name: dict[str, SavedPage] = {}
        names = set(_file_names(self.root))
        is_host = _is_host_folder(self.root, names)
        for name in sorted({name.removesuffix(SUFFIX) for name in names}):
            self._add(self._saved(name, names), is_host=is_host)

    def __len__(self) -> int:
        return len(self.pages) + len({page.name for page in self._by_name.values()})

    def close(self) -> None:
        """Do nothing: no file is kept open."""

    def find(self, url: str, *, rendered: bool = False) -> Capture | None:
        """Return the page saved for `url`; a sidecar's address goes before a file's name."""
        try:
            keys, names = address_keys(url), mirror_names(url)
        except ValueError:
            return None
        own, twin = (self.pages.get(saved_key(key, rendered=rendered)) for key in keys)
        if twin and twin.sidecar.status in REDIRECTS:
            twin = None
        found = [page for page in (own, twin) if page]
        if not rendered:  # a file without sidecar is a page as its server sent it
            found += [self._by_name[name] for name in names if name in self._by_name]
        return self._capture(found[0], url) if found else None

    def read_body(self, page: SavedPage) -> bytes:
        """Return the page's bytes, none where only the sidecar stands."""
        path = self.root / page.name
        try:
            return path.read_bytes() if page.has_body else b""
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be read: {error.strerror}") from error

    def _saved(self, name: str, names: set[str]) -> SavedPage:
        beside = name + SUFFIX
        sidecar = read_sidecar(self.root / beside) if beside in names else Sidecar()
        return SavedPage(name, sidecar, has_body=name in names)

    def _add(self, page: SavedPage, *, is_host: bool) -> None:
        if page.sidecar.url is None:
            self._by_name.setdefault(decoded(page.name), page)
            if is_host:
                self._by_name.setdefault(decoded(f"{self.root.name}/{page.name}"), page)
            return
        is_rendered = page.sidecar.rendered is not None
        key = saved_key(address_keys(page.sidecar.url)[0], rendered=is_rendered)
        if key in self.pages:
            files = [str(self.root / (each.name + SUFFIX)) for each in (self.pages[key], page)]
            raise ArchiveError(f"{' and '.join(files)}: both state the 'url' {page.sidecar.url}")
        self.pages[key] = page

    def _capture(self, page: SavedPage, url: str) -> Capture:
        sidecar = page.sidecar
        if sidecar.failed:
            at, detail = sidecar.retrieved_at, sidecar.detail or ""
            return failed(sidecar.url or url, at, sidecar.failed, detail)
        return Capture(
            url=sidecar.url or url,
            status=sidecar.status,
            headers=_with_content_type(sidecar.headers, page.name),
            body=self.read_body(page),
            retrieved_at=sidecar.retrieved_at,
            rendered=sidecar.rendered,
        )


def saved_key(key: str, *, rendered: bool) -> str:
    """Return the key among the pages of a folder for that of an address."""
    return f"rendered {key}" if rendered else key


def content_type(name: str) -> str:
    """Return the media type that a file's name tells, HTML where it tells none."""
    known, packed = _media_types().guess_type(name.partition("?")[0])
    return "application/octet-stream" if packed else known or "text/html"


@cache
def _media_types() -> MimeTypes:
    """Return Python's own table; the module's functions add the machine's, which differ."""
    return MimeTypes()


def _with_content_type(headers: Headers, name: str) -> Headers:
    if any(header.lower() == "content-type" for header, _ in headers):
        return headers
    return (*headers, ("content-type", content_type(name)))


def _file_names(root: Path) -> Iterator[str]:
    for folder, _, files in os.walk(root, onerror=_refuse):
        for file in files:
            path = Path(folder, file)
            if path.is_file() and (not path.is_symlink() or path.resolve().is_relative_to(root)):
                yield path.relative_to(root).as_posix()


def _refuse(error: OSError) -> None:
    raise ArchiveError(f"{error.filename}: cannot be read: {error.strerror}") from error


def _is_host_folder(root: Path, names: set[str]) -> bool:
    """Tell whether `root` is one host's: named like a host, with pages directly in it."""
    return "." in root.name and any("/" not in name and ".htm" in name for name in names)
