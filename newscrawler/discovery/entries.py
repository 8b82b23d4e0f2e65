"""What feeds and sitemaps name: articles, and further documents."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from newscrawler.normalise.dates import parse_date
from newscrawler.normalise.urls import absolute_url, same_site

# Characters of a headline or a date; what is longer is none.
LONGEST = 2_000
# A feed that tags an article with more says nothing by it.
MAX_TOPICS = 30
_MARKUP = re.compile(r"<[^<>]{1,200}>")


class DocumentError(ValueError):
    """A document cannot be read; the message names it and says why."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: {why}")
        self.url, self.why = url, why


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a feed or a sitemap names it; a document where an index does.

    `date` is that of publication and `modified` that of the last change, in the forms of
    `date_published`; the day may be another than on the page, which has a zone of its own.
    """

    url: str
    headline: str | None = None
    date: str | None = None
    modified: str | None = None
    topics: tuple[str, ...] = ()
    """Categories and keywords, in the order given."""

    @property
    def newest(self) -> str:
        """The latest date that is stated, as text that sorts; empty where there is none."""
        return max(self.date or "", self.modified or "")


@dataclass(slots=True)
class Addresses:
    """Takes the addresses of one site, and counts those it refuses."""

    document: str
    """Where the addresses stand, which relative ones begin from."""
    site: str
    """Any address of the site: a sitemap speaks for no other (sitemaps.org, location)."""
    foreign: int = 0
    invalid: int = 0

    def take(self, href: str) -> str | None:
        url = absolute_url(self.document, href) if len(href) <= LONGEST else None
        if url is None:
            self.invalid += 1
        elif same_site(url, self.site):
            return url
        else:
            self.foreign += 1
        return None

    def faults(self) -> list[str]:
        told: list[str] = []
        if self.foreign:
            told.append(f"{self.foreign} addresses of other sites left out")
        if self.invalid:
            told.append(f"{self.invalid} entries without a valid address left out")
        return told


def read_date(text: str | None) -> str | None:
    moment = parse_date(text) if text and len(text) <= LONGEST else None
    return moment.iso if moment else None


def read_line(text: str) -> str | None:
    """Return a title without the markup and the references that stand in it."""
    return " ".join(html.unescape(_MARKUP.sub("", text[:LONGEST])).split()) or None


def read_topics(texts: list[str]) -> tuple[str, ...]:
    lines = (" ".join(text[:LONGEST].split()) for text in texts)
    return tuple(dict.fromkeys(line for line in lines if line))[:MAX_TOPICS]
