"""The account of an archive: it counts, as nobody can keep the addresses of all its pages."""

# ruff: noqa: ARG002, a count needs no address, the account that it stands for does

from __future__ import annotations

from dataclasses import dataclass

from newscrawler.accounts import STOPPED_BY, Account
from newscrawler.items import SeriesAccount


@dataclass(slots=True)
class Tally(Account):
    """The running account of what an archive holds; takes the same memory for any number."""

    new: int = 0
    changed: int = 0
    again: int = 0
    """Articles as earlier runs delivered them, or as an earlier capture of this run."""
    refused: int = 0

    def deliver(self, url: str, *other_urls: str) -> None:
        self.new += 1

    def update(self, url: str) -> None:
        self.new -= 1
        self.changed += 1

    def repeat(self, url: str) -> None:
        self.new -= 1
        self.again += 1

    def know(self, url: str, *other_urls: str) -> None:
        self.again += 1

    def fail(self, url: str, reason: str) -> None:
        self.refused += 1

    def drop(self, url: str, reason: str) -> None:
        self.refused += 1

    def redirect(self, from_url: str, to_url: str) -> None:
        """Do nothing: no listing names addresses that others stand for."""

    def has(self, key: str) -> bool:
        return False

    def membership(self, url: str) -> bool | None:
        """Nobody knows: what is captured of a site is no list of it."""
        return None

    def tally(self, finish_reason: str) -> SeriesAccount:
        """Return the record of the series feed; `listed` are the articles that were found."""
        return SeriesAccount(
            name=self.name,
            listed=self.new + self.changed + self.again,
            fetched=self.fetched,
            new=self.new,
            updated=self.changed,
            known=self.again,
            failed=0,
            missing=0,
            listing_pages=0,
            stopped="; ".join([self._why(finish_reason), *self.limits]),
        )

    def _why(self, finish_reason: str) -> str:
        if finish_reason == "finished":
            return self.stopped or "end of the archives"
        return STOPPED_BY.get(finish_reason, finish_reason)
