"""What an archive holds: pages as their servers sent them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]

# They describe the bytes on the wire; a capture's body is decoded already.
WIRE_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})

# Found under their own scheme only: most often they lead to the other one.
REDIRECTS = range(300, 400)
SUCCESS = range(200, 300)
# On a response that a browser made: how it ended (`Capture.rendered`).
RENDERED = "X-Newscrawler-Rendered"
STATUS_CODES = range(100, 600)  # RFC 9110, section 15
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


class ArchiveError(ValueError):
    """Saved pages that cannot be read or written; the message names the file."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One response as it was saved.

    `url` is the address it was captured from, or the address it was looked up by
    where the archive does not say. `body` has no content or transfer encoding.
    `retrieved_at` is ISO 8601 in UTC with seconds and `Z`, `None` where nobody
    wrote it down. `rendered` says how the browser ended with a page whose body is
    what its scripts made of it, `None` for a page as its server sent it. `fault` says
    why a success is no page, by the reason that the drops feed would have for it
    (`too_large`, `cut_short`, `bad_encoding`), `None` for a whole one. What was asked for
    and not had is a capture as well, with `status` 0, the reason as its `fault` and the
    `detail` that the drops feed would have.
    """

    url: str
    status: int
    headers: Headers
    body: bytes
    retrieved_at: str | None = None
    rendered: str | None = None
    fault: str | None = None
    detail: str | None = None


class Archive(Protocol):
    """Saved pages, found by their address."""

    def find(self, url: str, *, rendered: bool = False) -> Capture | None:
        """Return the page saved for `url`, also under its other scheme (http, https).

        A redirect is found under its own scheme only. With `rendered` it is the page as
        a browser left it, which is another one than its server sent.
        """

    def __len__(self) -> int: ...

    def close(self) -> None: ...


def utc_now() -> str:
    """Return the present in the form of `Capture.retrieved_at`."""
    return datetime.now(UTC).strftime(TIME_FORMAT)


def payload_headers(headers: Headers) -> Headers:
    """Leave out what describes the transfer and not the page."""
    return tuple((name, value) for name, value in headers if name.lower() not in WIRE_HEADERS)
