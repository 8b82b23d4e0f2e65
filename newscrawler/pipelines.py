"""What happens to an article between spider and feed, in the order of the settings.

A refused article goes on as a `Drop` record, so that nothing disappears silently.
"""

from __future__ import annotations

import hashlib

from newscrawler.items import Article, Drop, Record
from newscrawler.normalise.records import normalise_article
from newscrawler.normalise.text import fold
from newscrawler.normalise.urls import same_site, site_of, url_key
from newscrawler.publishers import published_id

# Characters; two articles may both say no more than "Watch the video."
MIN_TEXT = 200


class Normalise:
    """Gives every field its one form."""

    def process_item(self, item: Record) -> Record:
        return normalise_article(item) if isinstance(item, Article) else item


class Validate:
    """Refuses what lacks a headline or a body."""

    def process_item(self, item: Record) -> Record:
        if not isinstance(item, Article):
            return item
        lacking = [name for name in ("headline", "body") if not getattr(item, name)]
        if not lacking:
            return item
        detail = f"the page has no {' and no '.join(lacking)}"
        return Drop(url=item.url, reason=f"no_{lacking[0]}", detail=detail)


class DropDuplicates:
    """Refuses an article that the run has delivered already, whatever address it came by."""

    def __init__(self) -> None:
        self.urls: dict[str, str] = {}

    def process_item(self, item: Record) -> Record:
        if not isinstance(item, Article):
            return item
        marks = self.marks(item)
        for reason, mark in marks:
            if mark in self.urls:
                return Drop(url=item.url, reason=reason, in_favour_of=self.urls[mark])
        self.urls.update({mark: item.url for _, mark in marks})
        return item

    def marks(self, item: Article) -> list[tuple[str, str]]:
        """Return the marks by which `item` would be known again, the surest first.

        A canonical address on another site is a statement about syndication and
        no reason to drop: a publisher would be lost by it. A number in the address and a
        canonical address count only with the same headline: some sites state their front
        page as canonical on every page, and a number may be a year or a count.
        """
        said = fold(item.headline or "")
        sure_id = published_id(item.url)
        marks = [("duplicate_id", f"id {sure_id}" if sure_id else f"id {item.id} {said}")]
        marks.append(("duplicate_url", f"url {url_key(item.url)} {said}"))
        if item.canonical_url and same_site(item.canonical_url, item.url):
            marks.append(("duplicate_canonical", f"url {url_key(item.canonical_url)} {said}"))
        if len(item.body or "") >= MIN_TEXT:
            marks.append(("duplicate_text", f"text {site_of(item.url)} {text_digest(item)}"))
        return marks


def text_digest(item: Article) -> str:
    return hashlib.sha256(fold(item.body or "").encode()).hexdigest()
