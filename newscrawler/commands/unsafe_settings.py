"""Settings of Scrapy that a crawl refuses, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def why_refused(settings: BaseSettings) -> str:
    """Say which setting cannot be had here, and why; nothing where all can.

    What stands in a `JOBDIR` is unpickled, which is to run it; after a kill most of the crawl is
    given up in silence. A password without a host goes to every host.
    """
    if settings["JOBDIR"]:
        return "JOBDIR is refused: every crawl is resumed from its --state"
    has_password = settings["HTTPAUTH_USER"] or settings["HTTPAUTH_PASS"]
    if has_password and not settings["HTTPAUTH_DOMAIN"]:
        return "HTTPAUTH_DOMAIN is missing: the host that HTTPAUTH_USER and HTTPAUTH_PASS are for"
    return ""
