"""When a page was published and changed, by everything on it that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from newscrawler.normalise.dates import Moment, instant_of, parse_date
from newscrawler.pages.article_head import ArticleHead
from newscrawler.pages.date_choice import Choice, choose, read
from newscrawler.pages.document import Document
from newscrawler.pages.printed_dates import PrintedDates
from newscrawler.pages.stated_dates import StatedDates, Statement

_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]?(\d\d)[/-]?(\d\d)(?=\D|\d{6,})")
_URL_DAY_LAST = re.compile(r"[/_-](\d\d)[-_.](\d\d)[-_.]((?:19|20)\d\d)(?=\.[a-z]{3,5}$|[/?#-]|$)")
# A page of an archive of the web bears the day on which it was kept in its address.
_KEPT = re.compile(r"^https?://[^/]+/(?:web/)?\d{14}[a-z_]*/(?=https?:)")


class PublicationDates:
    """Candidates for the dates of one page; `head` is what stands around its headline."""

    def __init__(self, document: Document, head: ArticleHead | None, language: str | None) -> None:
        self._document = document
        self._language = language if language != "en" else _region(document)
        self._stated = StatedDates(document)
        self._printed = PrintedDates(document, head, self._language)

    def choose_published(self, zone: str | None) -> Choice | None:
        """Return what is believed; `zone` is the publisher's, for times that state none."""
        return choose(self._read(self.published, zone), self._changes)

    def choose_modified(self, zone: str | None) -> Choice | None:
        return choose(read(self.modified(), zone, self._language), [])

    @cached_property
    def published(self) -> list[Statement]:
        """What the page says, what is surest first; what is vague only if nothing else does."""
        stated = [*self._stated.published()]
        found = [*stated, *self._printed.published()]
        if not self._is_exact(stated):
            found += [*self._printed.marked(), *self._stated.scripted()]
        elif len(found) == len(stated) and self._is_universal(stated):
            found += self._printed.marked()
        found += self._address()
        for vague in (self._stated.unnamed, self._printed.lines):
            if self._says_nothing(found):
                found += vague()
        return found

    def modified(self) -> Iterator[Statement]:
        yield from self._stated.modified()
        times = self._printed.times("modified")
        yield from (Statement("text", text, 5) for text in times)

    def _address(self) -> Iterator[Statement]:
        url = _KEPT.sub("", self._document.url)
        if day := _URL_DAY.search(url):
            yield Statement("url", "-".join(day.groups()), 5)
        elif day := _URL_DAY_LAST.search(url):
            yield Statement("url", f"{day[3]}-{day[2]}-{day[1]}", 3)

    @cached_property
    def _changes(self) -> list[Moment]:
        return [one.moment for one in read(self.modified(), None, self._language)]

    def _is_exact(self, stated: list[Statement]) -> bool:
        moments = (parse_date(one.text, language=self._language) for one in stated)
        return any(moment and instant_of(moment.iso) for moment in moments)

    def _is_universal(self, stated: list[Statement]) -> bool:
        """Tell whether the times are in UTC, so that the day of the place is still open."""
        moments = (parse_date(one.text, language=self._language) for one in stated)
        return all(moment.iso.endswith("Z") for moment in moments if moment)

    def _says_nothing(self, found: list[Statement]) -> bool:
        return not any(parse_date(one.text, language=self._language) for one in found)

    def _read(self, statements: list[Statement], zone: str | None) -> list[Choice]:
        return read(statements, zone, self._language)


def _region(document: Document) -> str:
    """Return `en-US` where a page in English says elsewhere that it is American."""
    node = document.article_node
    tags = (document.markup.meta("og:locale"), node.language if node else None)
    is_american = any((tag or "").replace("_", "-").casefold() == "en-us" for tag in tags)
    return "en-US" if is_american else "en"
