"""By which addresses a page was reached, and why one could not be had."""

from __future__ import annotations

import re
from typing import Any

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawler.network.certificates import BadCertificate, TlsFailed
from newscrawler.network.origins import BAD_ADDRESS

REASONS: dict[type[Exception], str] = {
    CannotResolveHostError: "no_such_host",
    DownloadConnectionRefusedError: "connection_refused",
    DownloadTimeoutError: "timeout",
    DownloadCancelledError: "too_large",
    ResponseDataLossError: "cut_short",
    DownloadFailedError: "connection_failed",
    BadCertificate: "bad_certificate",
    TlsFailed: "tls_failed",
}
# What Scrapy says when it gives a request up itself.
IGNORED = {
    "robots.txt": "robots",
    "not in cache": "not_in_replay",
    "max redirections": "redirect_loop",
    BAD_ADDRESS: "invalid_address",
}


def asked_for(request: Request) -> str:
    """Return the address that was asked for first, before redirects and twins."""
    return reached_by(request)[0]


def reached_by(request: Request) -> list[str]:
    """Return every address that led to the page: redirects, its twin, its own."""
    redirected, twin = request.meta.get("redirect_urls", []), request.meta.get("twin")
    return [*redirected, *([twin] if twin else []), request.url]


def failed_request(failure: Failure) -> Request:
    """Return the request that failed; Scrapy puts it on the failure."""
    request: Request = vars(failure)["request"]
    return request


def failure_reason(failure: Failure) -> str:
    """Return why a page could not be had, as one word of the drops feed."""
    error: Any = failure.value
    if isinstance(error, HttpError):
        return f"http_{error.response.status}"
    if isinstance(error, IgnoreRequest):
        return next((reason for words, reason in IGNORED.items() if words in str(error)), "ignored")
    for kind, reason in REASONS.items():
        if isinstance(error, kind):
            return reason
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()


def retry_after(answer: Response | Failure) -> str | None:
    """Return the `Retry-After` header of an answer that failed (RFC 9110, 10.2.3)."""
    error: Any = answer.value if isinstance(answer, Failure) else None
    response = error.response if isinstance(error, HttpError) else answer
    if not isinstance(response, Response):
        return None
    header: bytes | None = response.headers.get("Retry-After")
    return header.decode("latin-1") if header else None
