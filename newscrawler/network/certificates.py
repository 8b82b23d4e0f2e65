"""Tells a server whose certificate or TLS is not to be trusted from one that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from OpenSSL import SSL
from scrapy import Request
from scrapy.exceptions import DownloadFailedError
from scrapy.settings import BaseSettings
from service_identity import CertificateError, VerificationError

# As OpenSSL names what is wrong with a chain; all else is a handshake that failed.
_REFUSED = "certificate verify failed"


class BadCertificate(Exception):
    """A certificate that is expired, of another host, or signed by nobody who is known."""


class TlsFailed(Exception):
    """A handshake without a result: no version or cipher in common."""


def opt_outs(settings: BaseSettings) -> list[str]:
    """Say what a user has switched off."""
    if settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"):
        return []
    return ["certificates are not verified: DOWNLOAD_VERIFY_CERTIFICATES is off"]


class CertificateFailures:
    """A downloader middleware that gives a failed handshake a name.

    Next to the downloader, before a request is made again: a certificate will not be better in
    a second, and who stands between would see the request each time.
    """

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002
        if not isinstance(exception, DownloadFailedError):
            return
        for cause in _causes(exception):
            if isinstance(cause, CertificateError | VerificationError):
                raise BadCertificate("it is of another host") from exception
            if isinstance(cause, SSL.Error):
                raise _named(cause) from exception


def _named(error: SSL.Error) -> Exception:
    said = "; ".join(str(part[-1]) for part in error.args[0]) if error.args else ""
    return BadCertificate(said) if _REFUSED in said else TlsFailed(said)


def _causes(exception: BaseException) -> Iterator[BaseException]:
    """Give an exception with those below it, and the reasons that Twisted lists."""
    yield exception
    for reason in getattr(exception, "reasons", None) or ():
        yield from _causes(reason.value)
    if exception.__cause__:
        yield from _causes(exception.__cause__)
