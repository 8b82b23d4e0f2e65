"""One request and its answer as they went over the network, without the secrets of the request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.http import Response

from newscrawler.archives.capture import RENDERED, TIME_FORMAT, Capture, Headers
from newscrawler.archives.http_headers import header_pairs, header_text, response_headers
from newscrawler.decoding import DecodingError, codings_of, decoded

# What any page may send (Fetch standard, 2.2.2), who asks, and what the server itself has given.
# The value of any other header may be a key: nobody can list the names of those that are.
OPEN_HEADERS = frozenset({
    b"Accept", b"Accept-Encoding", b"Accept-Language", b"Cache-Control", b"Content-Type", b"From",
    b"Host", b"If-Modified-Since", b"If-None-Match", b"Pragma", b"Referer", b"User-Agent",
})  # fmt: skip
HIDDEN = b"***"
_LINE_BREAKS = re.compile(rb"[\r\n\0]+")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the response to it.

    `request_head` is what was sent, a secret replaced by `***`. `headers` and `body` are what
    came, the body without its transfer encoding and with its content encoding. `rendered` is as
    in `Capture`; `body` is then the page as the browser left it. `is_cut` says that the rest of
    the body was not read. A page takes at most
    `largest_page` bytes, 0 is no limit.
    """

    url: str
    at: datetime
    request_head: bytes
    status: int
    headers: Headers
    body: bytes
    protocol: str = "HTTP/1.1"
    ip_address: str | None = None
    rendered: str | None = None
    is_cut: bool = False
    largest_page: int = 0

    @property
    def retrieved_at(self) -> str:
        """The time in the form of `Capture.retrieved_at`."""
        return self.at.strftime(TIME_FORMAT)

    def page(self) -> Capture | None:
        """Return the page, decoded; None where it is too large, or cannot be."""
        packed = [value.encode() for name, value in self.headers if _is(name, "content-encoding")]
        body = self.body
        if packed and self.rendered is None:
            try:
                body = decoded(body, codings_of(packed), self.largest_page)
            except DecodingError:
                return None
        return Capture(self.url, self.status, self.headers, body, self.retrieved_at, self.rendered)


def exchange_of(request: Request, response: Response, largest_page: int = 0) -> Exchange:
    """Return what was asked and answered just now."""
    is_rendered = bool(request.meta.get("playwright"))
    how = header_text(response.headers.get(RENDERED) or b"")
    headers = header_pairs(response.headers)
    if _has_secret(request) or is_rendered:
        # What is given to somebody who has proved who they are lets others be them.
        headers = tuple(
            (name, HIDDEN.decode() if _is(name, "set-cookie") else value) for name, value in headers
        )
    return Exchange(
        url=urldefrag(request.url).url,
        at=datetime.now(UTC),
        request_head=_request_head(request),
        status=response.status,
        headers=headers,
        body=response.body,
        protocol=response.protocol or "HTTP/1.1",
        ip_address=str(response.ip_address) if response.ip_address else None,
        rendered=(how or None) if is_rendered else None,
        is_cut="download_stopped" in response.flags,
        largest_page=request.meta.get("download_maxsize", largest_page),
    )


def http_head(first_line: str, headers: Headers) -> bytes:
    """Return the head of a message with the empty line that ends it."""
    pairs = response_headers(headers).items()
    lines = [first_line.encode()]
    lines += [
        b"%s: %s" % (name, _LINE_BREAKS.sub(b" ", value)) for name, all_ in pairs for value in all_
    ]
    return b"\r\n".join([*lines, b"", b""])


def _request_head(request: Request) -> bytes:
    """Return the head that Twisted makes of a request; it puts `Host` behind the others."""
    parts = urlsplit(urldefrag(request.url).url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = request.headers.copy()
    for name in set(headers) - OPEN_HEADERS:
        headers.setlist(name, [HIDDEN] * len(headers.getlist(name)))
    headers.setdefault("Host", parts.netloc.rpartition("@")[2])
    return http_head(f"{request.method} {target} HTTP/1.1", header_pairs(headers))


def _has_secret(request: Request) -> bool:
    return not OPEN_HEADERS.issuperset(request.headers)


def _is(name: str, wanted: str) -> bool:
    return name.lower() == wanted
