"""What a run did for one series, counted from what was listed, fetched and delivered."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from newscrawler.health import Entry
from newscrawler.items import Article, MissingArticle, Series, SeriesAccount
from newscrawler.normalise.text import fold
from newscrawler.normalise.urls import url_key
from newscrawler.state.rows import KnownArticle

STOPPED_BY = {
    "finished": "related articles followed to their end",
    "max_articles": "max_articles reached",
    "shutdown": "stopped by a signal",
    "cancelled": "stopped",
}
END_OF_LISTING = "end of the listing"
NEXT_WAS_READ = "the next page had been read"
# Fields whose disappearance tells of a parser that broke.
MEASURED = (
    "headline", "description", "body", "date_published", "authors", "section", "keywords",
    "language", "images",
)  # fmt: skip
OBSTACLES = (
    "soft_404", "consent_wall", "login_wall", "captcha", "paywalled_teaser",
    "needs_javascript", "empty_page",
)  # fmt: skip
MAX_LENGTHS = 50


@dataclass(slots=True)
class Account:
    """The running account of one series."""

    name: str
    url: str | None = None
    advertised: int | None = None
    listing_pages: int = 0
    stopped: str | None = None
    limited: bool = False
    """Whether the user asked for a part of the series only."""
    no_listing: str = ""
    """Why the series has no listing; then its related articles are followed to their end."""
    led_to: set[str] = field(default_factory=set)
    """The related articles of a series without a listing, as far as they were asked for."""
    barren_pages: int = 0
    known_in_a_row: int = 0
    """How many of the last listed articles earlier runs had delivered."""
    stopped_at_known: bool = False
    """Whether the listing was read no further because of them."""
    fetched: int = 0
    """Pages of articles that this run read, whatever came of them."""
    listed: dict[str, str] = field(default_factory=dict)
    listed_before: set[str] = field(default_factory=set)
    """What earlier runs found listed; a listing may have dropped it since."""
    delivered: set[str] = field(default_factory=set)
    updated: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    """What earlier runs delivered, as far as this one came upon it."""
    repeated: set[str] = field(default_factory=set)
    """What is delivered again although it has not changed, because all was asked for."""
    failed: dict[str, str] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    stands_for: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    body_lengths: list[int] = field(default_factory=list)
    obstacles: Counter[str] = field(default_factory=Counter)
    limits: list[str] = field(default_factory=list)
    """What rules have ended, each with its number."""

    def holds(self, stated: Iterable[Series], addresses: Iterable[str]) -> bool:
        """Tell whether the listing names one of the addresses, or the page the series."""
        keys = {url_key(url) for url in addresses}
        if keys & self.listed_before or any(key in self.listed for key in keys):
            return True
        own = {fold(self.name), *([url_key(self.url)] if self.url else [])}
        return any(fold(one.name) in own or series_key(one) in own for one in stated)

    def holds_known(self, article: KnownArticle, addresses: Iterable[str]) -> bool:
        """Tell the same of an article of an earlier run, which may have come by another series."""
        stated = json.loads(article.line).get("series", [])
        return self.holds((Series(**one) for one in stated), (article.url, *addresses))

    def membership(self, url: str) -> bool | None:
        """Tell whether the article at an address is of the series, None while nobody knows."""
        key = url_key(url)
        if key in self.listed or key in self.listed_before or self.has(key):
            return True
        return False if self._refused(key) == "other_series" else None

    def list_article(self, url: str) -> bool:
        """Count a listed article; tell whether it is new to this account."""
        key = url_key(url)
        new = key not in self.listed
        self.listed.setdefault(key, url)
        return new

    def deliver(self, url: str, *other_urls: str) -> None:
        """Count one article as delivered, known by any of its addresses."""
        self.delivered.add(url_key(url))
        self._note_held(url, other_urls)

    def update(self, url: str) -> None:
        """Note that what was delivered is a new version."""
        self.updated.add(url_key(url))

    def repeat(self, url: str) -> None:
        """Note that what was delivered is as it was."""
        self.repeated.add(url_key(url))

    def know(self, url: str, *other_urls: str) -> None:
        """Note an article that an earlier run delivered."""
        self.known.add(url_key(url))
        self._note_held(url, other_urls)

    def _note_held(self, url: str, other_urls: Iterable[str]) -> None:
        if self.no_listing:
            self.list_article(url)
        for other in other_urls:
            self.redirect(other, url)

    def fail(self, url: str, reason: str) -> None:
        self.failed.setdefault(url_key(url), reason)

    def drop(self, url: str, reason: str) -> None:
        self.dropped.setdefault(url_key(url), reason)

    def redirect(self, from_url: str, to_url: str) -> None:
        """Note that `from_url` leads to the page of `to_url`."""
        if url_key(from_url) != url_key(to_url):
            self.stands_for[url_key(from_url)] = url_key(to_url)

    def has(self, key: str) -> bool:
        passed = {key}
        while key not in self.delivered and key not in self.known:
            key = self.stands_for.get(key, "")
            if not key or key in passed:
                return False
            passed.add(key)
        return True

    def share(self, others: Iterable[Account]) -> None:
        """Count what another series of the same run delivered and this one lists as well."""
        for other in others:
            self.delivered.update(key for key in self.listed if other.has(key))

    def is_short(self, record: SeriesAccount) -> bool:
        """Tell whether half of what the publisher claims, or more, is missing unasked."""
        return not self.limited and 2 * record.missing >= (self.advertised or 0) > 0

    def measure(self, article: Article, obstacle: str | None = None) -> None:
        """Count what was found on an article page of the series, or what stood in its place."""
        if obstacle in OBSTACLES:
            self.obstacles[obstacle] += 1
            return
        self.pages += 1
        self.fields.update(name for name in MEASURED if getattr(article, name))
        if article.body and len(self.body_lengths) < MAX_LENGTHS:
            self.body_lengths.append(len(article.body))

    def entry(self, at: str, new: int) -> Entry:
        """Return what the health of later runs is compared with."""
        return Entry(
            at=at,
            pages=self.pages,
            fields={name: self.fields[name] for name in MEASURED},
            body_lengths=self.body_lengths,
            listed=len(self.listed) if self.listing_pages and not self.stopped_at_known else None,
            new=new,
            obstacles=dict(self.obstacles),
            alarms=[],
        )

    def missing_articles(self) -> list[MissingArticle]:
        """Return the listed articles that the run does not hold, with the reason of each."""
        return [
            MissingArticle(url=url, reason=self._reason(key))
            for key, url in self.listed.items()
            if not self.has(key)
        ]

    def _reason(self, key: str) -> str:
        page = self.stands_for.get(key, key)
        return self.failed.get(page) or self.failed.get(key) or self._refused(key) or "not_fetched"

    def _refused(self, key: str) -> str | None:
        return self.dropped.get(self.stands_for.get(key, key)) or self.dropped.get(key)

    @property
    def is_read_whole(self) -> bool:
        """Whether this run has read the listing to its end."""
        return self.stopped in (END_OF_LISTING, NEXT_WAS_READ) and not self.no_listing

    def close(
        self, finish_reason: str, held: int = 0, gone: int = 0, unlisted: int = 0
    ) -> SeriesAccount:
        """Return the record of the series feed.

        `finish_reason` is Scrapy's; `held`, `gone` and `unlisted` are the articles that the
        state holds, those of them whose page is there no more, and those that a listing
        named once and this run's did not.
        """
        missing = self.missing_articles()
        held = max(held, len(self.delivered | self.known))
        reason = STOPPED_BY.get(finish_reason, finish_reason)
        if finish_reason == "finished" and self.stopped:
            reason = self.stopped
        return SeriesAccount(
            name=self.name,
            url=self.url,
            advertised=self.advertised,
            listed=len(self.listed),
            fetched=self.fetched,
            new=len(self.delivered - self.updated - self.repeated),
            updated=len(self.updated),
            known=len((self.known - self.delivered) | self.repeated),
            failed=len(self.failed),
            missing=max(len(missing), 0 if self.limited else (self.advertised or 0) - held),
            missing_articles=missing or None,
            gone=gone or None,
            unlisted=(unlisted if self.is_read_whole else 0) or None,
            listing_pages=self.listing_pages,
            stopped="; ".join([reason, *self.limits]),
        )


def series_key(series: Series, site: str = "") -> str:
    """Return the key of a series: its listing, or its name where that has no address.

    `site` tells apart what several sites call by the same name.
    """
    return url_key(series.url) if series.url else " ".join(filter(None, (fold(series.name), site)))


def summary(account: SeriesAccount) -> str:
    """Return the account as one line for a person."""
    advertised = [f"advertised {account.advertised}"] if account.advertised is not None else []
    counts = ("listed", "new", "updated", "known", "failed", "missing")
    told = advertised + [f"{count} {getattr(account, count)}" for count in counts]
    return f"{account.name}: {', '.join(told)}"


def accounts_of(spider: Any) -> dict[str, Account]:
    """Return the accounts that a spider keeps, none for one that follows no series."""
    accounts: dict[str, Account] = getattr(spider, "accounts", {})
    return accounts
