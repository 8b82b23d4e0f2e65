"""By which addresses a page was reached, and why one could not be had."""

from __future__ import annotations

import re
from math import ceil
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
from twisted.web.client import ResponseFailed

from newscrawler.network.certificates import BadCertificate, TlsFailed
from newscrawler.network.connections import HeadTooLarge
from newscrawler.network.permissions import RefusedRequest

REASONS: dict[type[Exception], str] = {
    CannotResolveHostError: "no_such_host",
    DownloadConnectionRefusedError: "connection_refused",
    DownloadTimeoutError: "timeout",
    DownloadCancelledError: "too_large",
    ResponseDataLossError: "cut_short",
    DownloadFailedError: "connection_failed",
    BadCertificate: "bad_certificate",
    TlsFailed: "tls_failed",
    ValueError: "invalid_answer",  # a redirect to what is no address
}
# What Scrapy says when it gives a request up itself.
IGNORED = {
    "robots.txt": "robots",
    "not in cache": "not_in_replay",
    "max redirections": "redirect_loop",
}


# Why a page is left to a later run without being asked for: its host has failed too often, or
# wants to be left alone; its rules cannot be read, or want more time than a run has.
PUT_OFF = ("host_paused", "host_busy", "robots_unreachable", "crawl_delay")


class PutOff(IgnoreRequest):
    """A page that is left to a later run; `reason` is one of `PUT_OFF`.

    `seconds` is how long it has to wait at least, None where nobody says.
    """

    def __init__(self, reason: str, told: str, seconds: float | None = None) -> None:
        super().__init__(told)
        self.reason, self.seconds = reason, seconds


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
    return error_reason(failure.value)


def error_reason(error: Any) -> str:
    if isinstance(error, HttpError):
        return f"http_{error.response.status}"
    if isinstance(error, RefusedRequest | PutOff):
        return error.reason
    if isinstance(error, IgnoreRequest):
        return next((reason for words, reason in IGNORED.items() if words in str(error)), "ignored")
    if has_too_large_head(error):
        return "headers_too_large"
    for kind, reason in REASONS.items():
        if isinstance(error, kind):
            return reason
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()


def failure_told(failure: Failure) -> str:
    """Return the reason and, of a request that was not made, why, and what would allow it."""
    error, reason = failure.value, failure_reason(failure)
    return f"{reason}: {error}" if isinstance(error, RefusedRequest) else reason


def has_too_large_head(error: Exception) -> bool:
    cause = error.__cause__
    reasons = cause.reasons if isinstance(cause, ResponseFailed) else []
    return any(one.check(HeadTooLarge) for one in reasons)


def retry_after(answer: Response | Failure) -> str | None:
    """Return the `Retry-After` header of an answer that failed (RFC 9110, 10.2.3).

    Of a page that was put off, the seconds that it has to wait.
    """
    error: Any = answer.value if isinstance(answer, Failure) else None
    if isinstance(error, PutOff):
        return None if error.seconds is None else str(ceil(error.seconds))
    response = error.response if isinstance(error, HttpError) else answer
    if not isinstance(response, Response):
        return None
    header: bytes | None = response.headers.get("Retry-After")
    return header.decode("latin-1") if header else None
