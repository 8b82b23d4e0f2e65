"""What a page offers for each field of an article: what was taken, and what was not and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from newscrawler.items import Article, Author, Image, Series, Source
from newscrawler.normalise.dates import Moment, day_of, instant_of, is_before, parse_date
from newscrawler.normalise.people import is_placeholder_name
from newscrawler.normalise.text import clean_line, fold
from newscrawler.normalise.urls import url_key
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.body import main_text
from newscrawler.pages.document import word_count
from newscrawler.pages.relations import stated_series

# What says how the record came about and nothing about the page.
NOT_OF_THE_PAGE = (
    "url", "request_url", "id", "date_published_raw", "date_modified_raw", "date_precision",
    "version", "changed", "duplicate_of", "provenance", "retrieved_at", "first_seen",
)  # fmt: skip
DATES = ("date_published", "date_modified")
PUBLISHER_FIRST = "the publisher's rule goes first"


class Candidate(NamedTuple):
    """What a page says of a field."""

    source: Source
    value: Any


@dataclass(frozen=True, slots=True)
class Rejected:
    """A candidate that was not taken; `why` in words for people."""

    source: Source
    value: Any
    why: str


@dataclass(slots=True)
class FieldReport:
    """One field: the value, where it stood, who says the same, and what was not taken."""

    name: str
    value: Any = None
    source: Source | None = None
    agreeing: list[Source] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def field_reports(page: ArticlePage, article: Article) -> list[FieldReport]:
    """Report on every field that says something of the page, in the feed's order.

    `article` is the record that was read from `page`.
    """
    names = [name for name in Article.__dataclass_fields__ if name not in NOT_OF_THE_PAGE]
    return [_Judge(page, article, name).report() for name in names]


class _Judge:
    """Tells why the candidates of one field were not taken."""

    def __init__(self, page: ArticlePage, article: Article, name: str) -> None:
        self.page, self.article, self.name = page, article, name
        self.value = getattr(article, name)
        self.source = (article.provenance or {}).get(name)
        self.key = _key(self.value)

    def report(self) -> FieldReport:
        report = FieldReport(self.name, self.value, self.source)
        candidates = list(_candidates(self.page, self.article, self.name))
        taken = self.place_taken(candidates)
        seen: set[object] = set()
        for place, one in enumerate(candidates):
            seen_as = (one.source, _key(one.value))
            if place == taken or seen_as in seen:
                continue
            seen.add(seen_as)
            if self.says_the_same(one.value):
                report.agreeing += [one.source] if one.source not in report.agreeing else []
            else:
                why = self.why(one, is_behind=taken is None or place > taken)
                report.rejected.append(Rejected(one.source, one.value, why))
        report.rejected += _refused(self.page, self.article, self.name)
        return report

    def place_taken(self, candidates: list[Candidate]) -> int | None:
        """Return the place of the candidate that became the value."""
        places = [place for place, one in enumerate(candidates) if one.source == self.source]
        same = (place for place in places if self.says_the_same(candidates[place].value))
        return next(same, None)

    def says_the_same(self, value: Any) -> bool:
        if self.name in DATES:
            moment = self.moment(value)
            return moment is not None and _is_one_date(moment.iso, self.value or "")
        return _key(value) == self.key

    def moment(self, raw: str) -> Moment | None:
        return parse_date(raw, zone=self.page.zone, language=self.article.language)

    def why(self, one: Candidate, *, is_behind: bool) -> str:
        if self.name in DATES:
            doubt = self.doubt(one.value)
            if doubt:
                return doubt
        if self.name == "body" and self.source == "text":
            found = word_count(self.value or "")
            return f"the text on the page is taken: {found} words, here {word_count(one.value)}"
        if self.source == "publisher":
            return PUBLISHER_FIRST
        if self.source is None:
            return "refused"
        return f"{self.source} goes first" if is_behind else "others do not agree with it"

    def doubt(self, raw: str) -> str:
        """Return what speaks against a date by itself."""
        moment, published = self.moment(raw), self.article.date_published
        if moment is None:
            return "no date that can be read"
        if self.name == "date_modified" and published and is_before(moment.iso, published):
            return "before date_published"
        if self.value and day_of(moment.iso) != day_of(self.value):
            return f"another day: {moment.iso}"
        return ""


def _candidates(page: ArticlePage, article: Article, name: str) -> Iterator[Candidate]:
    """Give what the page says of a field, in the order of trust."""
    others = {"body": _bodies, "canonical_url": _addresses, "series": _all_series}
    if name in others:
        yield from others[name](page, article)
        return
    for source, value in getattr(page.general, name, lambda: ())():
        if value not in (None, "", []):
            yield Candidate(source, value)


def _bodies(page: ArticlePage, article: Article) -> Iterator[Candidate]:
    if (article.provenance or {}).get("body") == "publisher":
        found = main_text(
            page.document, headline=article.headline, language=article.language
        ).paragraphs
        yield from [Candidate("text", "\n\n".join(found))] if found else []
    node = page.document.article_node
    if node and node.body:
        yield Candidate("json-ld", node.body)


def _addresses(page: ArticlePage, _: Article) -> Iterator[Candidate]:
    stated = page.document.absolute(page.document.markup.meta("og:url") or "")
    if stated:
        yield Candidate("open-graph", stated)


def _all_series(page: ArticlePage, _: Article) -> Iterator[Candidate]:
    stated = stated_series(page)
    if stated:
        yield Candidate("text", stated)


def _refused(page: ArticlePage, article: Article, name: str) -> Iterator[Rejected]:
    """Give what structured data says and the field's tests do not let pass at all."""
    names = {fold(one) for one in (*page.site_names(), *page.general.site_names())}
    if name == "headline":
        for source, title in _stated_titles(page):
            if fold(title) in names:
                yield Rejected(source, title, "the name of the site")
    elif name == "authors":
        taken = {fold(one.name) for one in article.authors or []}
        for source, author in _stated_authors(page):
            if fold(author) not in taken and is_placeholder_name(author):
                yield Rejected(source, author, "stands for nobody")
            elif fold(author) not in taken and fold(author) in names:
                yield Rejected(source, author, "the name of the site")


def _stated_titles(page: ArticlePage) -> Iterator[tuple[Source, str]]:
    node, markup = page.document.article_node, page.document.markup
    stated: tuple[tuple[Source, str | None], ...] = (
        ("json-ld", node.headline if node else None),
        ("open-graph", markup.meta("og:title")),
        ("meta", markup.title),
    )
    yield from ((source, clean_line(title)) for source, title in stated if title)


def _stated_authors(page: ArticlePage) -> Iterator[tuple[Source, str]]:
    node = page.document.article_node
    stated = dict.fromkeys(clean_line(one.name) for one in (node.authors if node else []))
    yield from (("json-ld", name) for name in stated)
    metas = dict.fromkeys(clean_line(name) for name in page.document.markup.metas("author"))
    yield from (("meta", name) for name in metas)


def _is_one_date(stated: str, taken: str) -> bool:
    """Compare as written, by the instant, or midnight with the day that it is taken for."""
    if not taken:
        return False
    if stated in (taken, f"{taken}T00:00:00", f"{taken}T00:00:00Z"):
        return True
    first, second = instant_of(stated), instant_of(taken)
    return first is not None and first == second


def _key(value: Any) -> object:
    """Return what is equal where two values say the same."""
    if isinstance(value, list):
        return tuple(_key(one) for one in value)
    if isinstance(value, Author | Series):
        return fold(value.name)
    if isinstance(value, Image):
        return url_key(value.url)
    return fold(value) if isinstance(value, str) else value
