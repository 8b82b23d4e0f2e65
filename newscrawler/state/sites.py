"""The part of the state that keeps what the pages of a site have in common."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from newscrawler.normalise.urls import host_of, url_key
from newscrawler.state.database import Database
from newscrawler.state.part import Part
from newscrawler.state.rows import Taught
from newscrawler.state.tables import SITE_PAGES, SITE_TEXTS

# Pages that are noted of a text: of three, two are others than the one that is read.
NOTED = 3
# A site has some hundred such texts at a time; each page brings five that none has again.
MOST_TEXTS = 5_000
# Redesigns end the trust in a container, and a rare kind of page must not keep it for ever.
LAST_PAGES, MOST_CONTAINERS = 50, 20
# A series has one or two sites; what is in memory of others is read again.
MOST_SITES = 16


class Text(NamedTuple):
    """A text by its digest, the digests of pages that had it, and the page that had it last."""

    digest: int
    pages: tuple[int, ...]
    seen: int


class SitePage(NamedTuple):
    """One of the last pages: its digest, its number in the order they were read."""

    digest: int
    number: int
    container: str


class Site:
    """What is known of one site. Both kinds stand in the order in which they were met last."""

    def __init__(self, texts: Iterable[Text] = (), pages: Iterable[SitePage] = ()) -> None:
        self.texts = {one.digest: one for one in texts}
        self.pages = {one.digest: one for one in pages}
        self.shared = {it: one.pages for it, one in self.texts.items() if len(one.pages) > 1}
        """The few texts that more than one page had."""

    def repeated(self, page: int) -> frozenset[int]:
        """Return the texts that two other pages had than the one with this digest."""
        shared = self.shared.items()
        return frozenset(it for it, had in shared if len(had) == NOTED or page not in had)

    def containers(self) -> frozenset[str]:
        """Return those of the last pages; where there are too many, the commonest of them."""
        found = Counter(one.container for one in reversed(self.pages.values()) if one.container)
        return frozenset(name for name, _ in found.most_common(MOST_CONTAINERS))

    def learn(self, page: int, taught: Taught) -> tuple[list[Text], SitePage]:
        """Note a page, and return what is to be written of it."""
        number = 1 + self._last_number()
        self.pages.pop(page, None)
        self.pages[page] = SitePage(page, number, taught.container)
        # In an order that a later run, which reads them from the file, finds again.
        texts = [self._note(text, page, number) for text in sorted(set(taught.texts))]
        return texts, self.pages[page]

    def _last_number(self) -> int:
        """Return the greatest number: texts outlive the pages, and a page may be forgotten."""
        page = next(reversed(self.pages.values()), None)
        text = next(reversed(self.texts.values()), None)
        return max(page.number if page else 0, text.seen if text else 0)

    def _note(self, text: int, page: int, number: int) -> Text:
        known = self.texts.pop(text, None)
        pages = known.pages if known else ()
        if page not in pages and len(pages) < NOTED:
            pages = (*pages, page)
        if len(pages) > 1:
            self.shared[text] = pages
        self.texts[text] = Text(text, pages, number)
        return self.texts[text]

    def trim(self) -> tuple[list[int], list[int]]:
        """Take off what was met longest ago, and return the digests of texts and pages."""
        texts = list(islice(self.texts, max(0, len(self.texts) - MOST_TEXTS)))
        pages = list(islice(self.pages, max(0, len(self.pages) - LAST_PAGES)))
        for digest in texts:
            del self.texts[digest]
            self.shared.pop(digest, None)
        for digest in pages:
            del self.pages[digest]
        return texts, pages

    def forget(self, page: int) -> list[Text]:
        """Forget a page, and return the texts that it had, each without it."""
        self.pages.pop(page, None)
        held = [one for one in self.texts.values() if page in one.pages]
        left = [one._replace(pages=tuple(it for it in one.pages if it != page)) for one in held]
        for one in left:
            self.texts[one.digest] = one
            self.shared.pop(one.digest, None)
            if len(one.pages) > 1:
                self.shared[one.digest] = one.pages
            elif not one.pages:
                del self.texts[one.digest]
        return left


class Sites(Part):
    """Texts and containers by site. A site is a host, as `site_name` gives it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._sites: dict[str, Site] = {}

    def site_texts(self, site: str, page: str) -> frozenset[int]:
        """Return the digests of texts that two pages had, others than the one with this key."""
        with self._database.guarded():
            return self._site(site).repeated(page_digest(page))

    def site_containers(self, site: str) -> frozenset[str]:
        with self._database.guarded():
            return self._site(site).containers()

    def _site(self, name: str) -> Site:
        known = self._sites.pop(name, None) or self._read_site(name)
        self._sites[name] = known
        while len(self._sites) > MOST_SITES:
            del self._sites[next(iter(self._sites))]
        return known

    def _read_site(self, name: str) -> Site:
        texts = self._database.select(SITE_TEXTS, "site = ? ORDER BY seen, text", name)
        pages = self._database.select(SITE_PAGES, "site = ? ORDER BY number", name)
        return Site(
            [Text(text, tuple(json.loads(had)), seen) for _, text, had, seen in texts],
            [SitePage(page, number, container) for _, page, number, container in pages],
        )

    @contextmanager
    def _changing_sites(self) -> Iterator[None]:
        """Make a transaction in which pages are learned from or forgotten."""
        try:
            with self._database.transaction():
                yield
        except BaseException:
            self._sites.clear()
            raise

    def _learn(self, taught: Taught) -> None:
        database, name = self._database, taught.site
        site = self._site(name)
        texts, page = site.learn(page_digest(taught.page), taught)
        for text in texts:
            database.put(SITE_TEXTS, _row(name, text))
        database.put(SITE_PAGES, (name, *page))
        old_texts, old_pages = site.trim()
        for digest in old_texts:
            database.delete(SITE_TEXTS, "site = ? AND text = ?", name, digest)
        for digest in old_pages:
            database.delete(SITE_PAGES, "site = ? AND page = ?", name, digest)

    def _unlearn(self, article: str, url: str) -> None:
        """Forget what the page of an article taught."""
        database, name, page = self._database, site_name(url), page_digest(article)
        for text in self._site(name).forget(page):
            if text.pages:
                database.put(SITE_TEXTS, _row(name, text))
            else:
                database.delete(SITE_TEXTS, "site = ? AND text = ?", name, text.digest)
        database.delete(SITE_PAGES, "site = ? AND page = ?", name, page)

    def forget_site(self, name: str) -> int:
        """Forget what the pages of a site have in common; return how much it was."""
        with self._changing_sites():
            self._sites.pop(name, None)
            tables = (SITE_TEXTS, SITE_PAGES)
            return sum(self._database.delete(table, "site = ?", name) for table in tables)


def _row(site: str, text: Text) -> tuple[str, int, str, int]:
    return site, text.digest, json.dumps(text.pages), text.seen


def site_name(url: str) -> str:
    """Return the host that the desktop, mobile and AMP pages of an article share."""
    return host_of(f"https://{url_key(url)}")


def page_digest(key: str) -> int:
    """Return 63 bits, as SQLite's numbers have a sign."""
    digest = blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
