"""What a page asks of those who use it: robots `meta`, `X-Robots-Tag`, reservation of mining."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrapy.http import Headers

from newscrawler.normalise.dates import parse_date
from newscrawler.pages.document import Document

OWN_NAMES = ("robots", "newscrawler")
# In the order in which they are recorded.
WISHES = (
    "noindex", "nofollow", "noarchive", "nosnippet", "noimageindex", "notranslate", "noai",
    "noimageai",
)  # fmt: skip
# https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/
RESERVED = "tdm-reservation"
UNAVAILABLE = "unavailable_after"
# Directives with a value, which is no directive for a crawler of that name.
VALUED = (UNAVAILABLE, "max-snippet", "max-image-preview", "max-video-preview")
_AFTER_WEEKDAY = re.compile(r"(?<=:)\s*(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*,", re.IGNORECASE)
ALL_WISHES = (*WISHES, RESERVED, UNAVAILABLE)
# Of one page; there is one of each in earnest.
MOST_STATED = 50


def usage_of(page: Document) -> list[str]:
    """Return the wishes that are meant for every crawler or for this one, each once.

    Besides `WISHES` there are `tdm-reservation` and `unavailable_after <date>`.
    """
    said = [*_said_in_page(page), *_said_in_headers(page.headers)][:MOST_STATED]
    stated = {name for name, _ in said}
    if "none" in stated:
        stated |= {"noindex", "nofollow"}
    dates = (parse_date(value) for name, value in said if name == UNAVAILABLE)
    ends = sorted({moment.iso for moment in dates if moment})
    reserved = [RESERVED] if _is_reserved(page) else []
    return [
        *(name for name in WISHES if name in stated),
        *reserved,
        *(f"{UNAVAILABLE} {end}" for end in ends),
    ]


def _is_reserved(page: Document) -> bool:
    in_header = (page.headers.get("TDM-Reservation") or b"").strip() == b"1"
    return in_header or (page.markup.meta(RESERVED) or "").strip() == "1"


def _said_in_page(page: Document) -> Iterator[tuple[str, str]]:
    for name in OWN_NAMES:
        for content in page.markup.metas(name):
            yield from _directives(content.replace(";", ","))


def _said_in_headers(headers: Headers) -> Iterator[tuple[str, str]]:
    for value in headers.getlist("X-Robots-Tag"):
        yield from _directives(value.decode("latin-1"))


def _directives(text: str) -> Iterator[tuple[str, str]]:
    """Give name and value of what is meant for us: `otherbot: noindex` is not."""
    agent = OWN_NAMES[0]
    # `unavailable_after: Fri, 25 Jun 2027 15:00:00 GMT`: the comma is one of the date.
    for piece in _AFTER_WEEKDAY.sub(" ", text).split(","):
        name, colon, value = (part.strip() for part in piece.partition(":"))
        name = name.lower()
        if colon and name not in VALUED:
            agent, name, value = name, value.lower(), ""
        if name and agent in (*OWN_NAMES, "*"):
            yield name, value
