"""What a run did for one series, counted from what was listed, fetched and delivered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from newscrawler.items import Article, MissingArticle, Series, SeriesAccount
from newscrawler.normalise.text import fold
from newscrawler.normalise.urls import url_key

STOPPED_BY = {
    "finished": "related articles followed to their end",
    "max_articles": "max_articles reached",
    "shutdown": "stopped by a signal",
    "cancelled": "stopped",
}


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
    barren_pages: int = 0
    listed: dict[str, str] = field(default_factory=dict)
    delivered: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    stands_for: dict[str, str] = field(default_factory=dict)

    def holds(self, article: Article, addresses: Iterable[str]) -> bool:
        """Tell whether the listing names the article by an address, or its page the series."""
        if any(url_key(url) in self.listed for url in (article.url, *addresses)):
            return True
        own = {fold(self.name), *([url_key(self.url)] if self.url else [])}
        return any(fold(one.name) in own or series_key(one) in own for one in article.series or [])

    def list_article(self, url: str) -> bool:
        """Count a listed article; tell whether it is new to this account."""
        key = url_key(url)
        new = key not in self.listed
        self.listed.setdefault(key, url)
        return new

    def deliver(self, url: str, *other_urls: str) -> None:
        """Count one article as delivered, known by any of its addresses."""
        self.delivered.add(url_key(url))
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

    def has_delivered(self, key: str) -> bool:
        passed = {key}
        while key not in self.delivered:
            key = self.stands_for.get(key, "")
            if not key or key in passed:
                return False
            passed.add(key)
        return True

    def share(self, others: Iterable[Account]) -> None:
        """Count what another series of the same run delivered and this one lists as well."""
        for other in others:
            self.delivered.update(key for key in self.listed if other.has_delivered(key))

    def is_short(self, record: SeriesAccount) -> bool:
        """Tell whether half of what the publisher claims, or more, is missing unasked."""
        return not self.limited and 2 * record.missing >= (self.advertised or 0) > 0

    def missing_articles(self) -> list[MissingArticle]:
        """Return the listed articles that the run does not hold, with the reason of each."""
        return [
            MissingArticle(url=url, reason=self._reason(key))
            for key, url in self.listed.items()
            if not self.has_delivered(key)
        ]

    def _reason(self, key: str) -> str:
        page = self.stands_for.get(key, key)
        for reasons in (self.failed, self.dropped):
            if page in reasons or key in reasons:
                return reasons.get(page) or reasons[key]
        return "not_fetched"

    def close(self, finish_reason: str) -> SeriesAccount:
        """Return the record of the series feed; `finish_reason` is Scrapy's."""
        missing = self.missing_articles()
        new = len(self.delivered)
        reason = STOPPED_BY.get(finish_reason, finish_reason)
        if finish_reason == "finished" and self.stopped:
            reason = self.stopped
        return SeriesAccount(
            name=self.name,
            url=self.url,
            advertised=self.advertised,
            listed=len(self.listed),
            new=new,
            updated=0,
            known=0,
            failed=len(self.failed),
            missing=max(len(missing), 0 if self.limited else (self.advertised or 0) - new),
            missing_articles=missing or None,
            listing_pages=self.listing_pages,
            stopped=reason,
        )


def series_key(series: Series) -> str:
    """Return the key of a series: its listing, or its name where that has no address."""
    return url_key(series.url) if series.url else fold(series.name)


def summary(account: SeriesAccount) -> str:
    """Return the account as one line for a person."""
    advertised = [f"advertised {account.advertised}"] if account.advertised is not None else []
    counts = ("listed", "new", "updated", "known", "failed", "missing")
    told = advertised + [f"{count} {getattr(account, count)}" for count in counts]
    return f"{account.name}: {', '.join(told)}"
