"""The series that the pages of a site name, counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from newscrawler.accounts import series_key
from newscrawler.items import Series
from newscrawler.normalise.urls import url_key

COLUMNS = ("newest", "seen", "advertised", "name", "address")


@dataclass(slots=True)
class Finding:
    """A series, the articles of it that were seen, and the day of the newest."""

    name: str
    url: str | None = None
    advertised: int | None = None
    newest: str = ""
    articles: set[str] = field(default_factory=set)

    def add(self, url: str, published: str | None) -> None:
        self.articles.add(url_key(url))
        self.newest = max(self.newest, (published or "")[:10])


class Findings:
    """Series by their key; a name and a count that a page states win over an address alone."""

    def __init__(self) -> None:
        self.by_key: dict[str, Finding] = {}

    def name(self, series: Series) -> Finding:
        """Note that a page names a series, and return what is known of it."""
        one = self.by_key.setdefault(series_key(series), Finding(series.name, series.url))
        one.name = series.name if one.name == one.url else one.name
        one.advertised = series.advertised or one.advertised
        return one

    def newest_first(self) -> list[Finding]:
        """Return them by the day of the newest article, then by their number."""
        found = sorted(self.by_key.values(), key=lambda one: one.name.casefold())
        found.sort(key=lambda one: len(one.articles), reverse=True)
        return sorted(found, key=lambda one: one.newest, reverse=True)

    def records(self) -> list[dict[str, Any]]:
        """Return one record a series, without what is not known."""
        told = [asdict(one) | {"articles": len(one.articles)} for one in self.newest_first()]
        return [{key: it for key, it in one.items() if it not in (None, "")} for one in told]

    def table(self) -> list[str]:
        """Return the lines of a table for people, its heading first."""
        rows = [COLUMNS, *(_row(one) for one in self.newest_first())]
        widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
        aligned = [
            [cell.rjust(width) if column in (1, 2) else cell.ljust(width)
             for column, (cell, width) in enumerate(zip(row, widths, strict=True))]
            for row in rows
        ]  # fmt: skip
        return ["  ".join(row).rstrip() for row in aligned]


def _row(one: Finding) -> tuple[str, ...]:
    claimed = "" if one.advertised is None else str(one.advertised)
    return (one.newest or "-", str(len(one.articles)), claimed, one.name, one.url or "-")
