"""A saved page as the response that its server would send."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from scrapy.http import HtmlResponse, Response
from scrapy.responsetypes import responsetypes

from newscrawler.archives.http_headers import response_headers
from newscrawler.archives.sidecar import SUFFIX, Sidecar, read_sidecar
from newscrawler.normalise.urls import absolute_url, host_of
from newscrawler.pages.document import Document

# Four times what is fetched: a browser saves pages with their pictures inside.
MAX_BYTES = 20 * 2**20
# Where a page stands of which nobody knows the address (RFC 2606 keeps the name free).
NOWHERE = "https://address-unknown.invalid/"
_GZIP = b"\x1f\x8b"


class PageFileError(ValueError):
    """A file that holds no page that can be read; the message says why, and names no file."""


def read_page_file(path: Path) -> bytes:
    """Return a page's bytes, unpacked where they are gzip whatever the file is called.

    Raises `OSError`, and `PageFileError` for broken gzip or more than `MAX_BYTES`.
    """
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if content.startswith(_GZIP):
        content = _unpacked(path)
    if len(content) > MAX_BYTES:
        raise PageFileError(f"larger than {MAX_BYTES // 2**20} MiB")
    return content


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(MAX_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise PageFileError(f"broken gzip: {error}") from error


def saved_response(path: Path, url: str | None = None) -> Response:
    """Return the response that a file holds, with what its sidecar states.

    The address is `url`, else the sidecar's, else the one that the page states, else `NOWHERE`.
    Raises `OSError`, `PageFileError`, and `ArchiveError` for a sidecar that cannot be read.
    """
    body = read_page_file(path)
    beside = path.with_name(path.name + SUFFIX)
    sidecar = read_sidecar(beside) if beside.is_file() else Sidecar()
    headers = response_headers(sidecar.headers)
    address = url or sidecar.url or stated_address(body) or NOWHERE
    kind: type[Response] = HtmlResponse
    if "Content-Type" in headers:
        kind = responsetypes.from_args(headers=headers, url=address, body=body)
    return kind(address, status=sidecar.status, headers=headers, body=body)


def html_response(body: bytes, url: str | None) -> HtmlResponse:
    """Return a page as a server sends it that names no charset."""
    return HtmlResponse(url or stated_address(body) or NOWHERE, body=body)


def stated_address(body: bytes) -> str | None:
    """Return the address that a page states for itself: its canonical link or `og:url`."""
    document = Document(HtmlResponse(NOWHERE, body=body))
    named = document.markup.meta("og:url")
    addresses = (document.canonical_url, absolute_url(NOWHERE, named) if named else None)
    return next((one for one in addresses if one and is_known(one)), None)


def is_known(url: str) -> bool:
    """Tell an address from the one of a page of which nobody knows it."""
    return host_of(url) != host_of(NOWHERE)
