"""The headline of a page: what it states about itself, and what its reader sees over the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.etree import _Element as Element

from newscrawler.items import Source
from newscrawler.normalise.text import fold
from newscrawler.normalise.urls import host_of
from newscrawler.pages.document import Document, word_count
from newscrawler.pages.headings import Heading, printed_headings
from newscrawler.pages.microdata import MAX_ANCESTORS

_SEPARATOR = re.compile(r"\s+[\-–—·•:»«›>~]\s+|\s*[|｜_]\s*")
_PRINTED = "//body//*[not(self::script or self::style)][normalize-space(text()) = $line]"
_WORD = re.compile(r"\w+")
CUT_OFF = ("...", "…")
# `By Post` is in many a headline; `bypost.example` is a site of that name.
_SHORTEST_NAME = 4
# Fewer words are a section, a kicker or a name.
_HEADLINE_WORDS = 3
# Longer is a text that stands in the wrong field.
_LONGEST = 1000
# What share of the words of the shorter line stands in the other.
_ALIKE, _SAME_TEXT, _NEVER = 0.5, 0.75, 2.0


class Stated(NamedTuple):
    """A headline that the page states, without the site's name; `key` compares it."""

    source: Source
    line: str
    key: str


class Headlines:
    """Candidates for the headline of one page; `site_names` are what its publisher is called."""

    def __init__(self, document: Document, site_names: Iterable[str]) -> None:
        self._document = document
        host = host_of(document.url)
        self._names = {fold(name) for name in (*site_names, host, f"www.{host}")}
        self._label = site_label(host)
        self._solid = {"".join(_WORD.findall(name)) for name in self._names} | {self._label}

    def candidates(self) -> Iterator[tuple[Source, str | None]]:
        """Give what may be the headline, the surest first."""
        first = next(iter(self._stated), None)
        if first and self._is_overruled(first):
            yield "text", self.heading
        yield from ((one.source, one.line) for one in self._stated)
        title = self._title
        if title and self.heading and self._is_no_headline(self.heading, title):
            yield "meta", title
        yield from (("text", self._without_kicker(one)) for one in self.headings)
        yield "meta", title

    @cached_property
    def heading(self) -> str | None:
        """The heading of the article as printed."""
        return self._without_kicker(self.headings[0]) if self.headings else None

    @cached_property
    def element(self) -> Element | None:
        """The element that prints the headline, a heading or another."""
        if self.headings:
            return self.headings[0].element
        line = next((one.line for one in self._stated), None) or self._title
        found = self._document.root.xpath(_PRINTED, line=" ".join((line or "").split()))
        return found[0] if line and isinstance(found, list) and found else None

    @cached_property
    def headings(self) -> list[Heading]:
        """The page's main headings, the surest first, without names of the site.

        Where none of them is in the title and a lower heading is, that one heads the article.
        """
        main = [one for one in self._printed("h1") if not self._names_the_site(one)]
        main.sort(key=lambda one: not _is_in(one.element, "article", "main"))
        named = [one for one in main if one.key in self._title_key]
        if named and word_count(named[0].line) == 1:  # a section
            named.sort(key=lambda one: -len(one.key))
        if named or (len(main) == 1 and self._agrees(main[0].key)):
            return named or main
        long = (one for one in main if word_count(one.line) >= _HEADLINE_WORDS)
        agreeing = [one for one in long if self._title_key and self._agrees(one.key)]
        if agreeing:
            return agreeing
        lower = (one for one in self._printed("h2", "h3", "h4") if self._heads(one))
        found = next((one for one in lower if not self._names_the_site(one)), None)
        return [found, *main] if found else main

    def _printed(self, *tags: str) -> Iterator[Heading]:
        for one in printed_headings(self._document.root, *tags):
            line = self._without_site_name(one.line)
            yield one if line == one.line else Heading(one.element, line, fold(line))

    def _names_the_site(self, heading: Heading) -> bool:
        if heading.key in self._names or self._is_signature(heading.key):
            return True
        around = islice(heading.element.iterancestors(), MAX_ANCESTORS)
        links = [*islice(heading.element.iter("a"), 1), *(one for one in around if one.tag == "a")]
        href = links[0].get("href", "") if links else ""
        url = self._document.absolute(href) if href and href[0] != "#" else None
        return bool(url and not urlsplit(url).path.strip("/")) and not self._is_the_front_page

    def _is_signature(self, key: str) -> bool:
        """Tell the name of the site behind the headline, with a word more than in its host."""
        solid = "".join(_WORD.findall(key))
        is_like_host = len(self._label) >= _SHORTEST_NAME and self._label in solid
        few = word_count(key) <= _HEADLINE_WORDS
        return is_like_host and few and key in self._behind_the_headline

    @cached_property
    def _is_the_front_page(self) -> bool:
        return not urlsplit(self._document.url).path.strip("/")

    def is_site_name(self, text: str) -> bool:
        return fold(text) in self._names

    @cached_property
    def _stated(self) -> list[Stated]:
        """What the page states, the surest first."""
        document, markup = self._document, self._document.markup
        node = document.article_node
        marked = self._clean(markup.itemprop("headline"))
        if marked:
            marked = self._without_kicker(Heading(document.root, marked, fold(marked)))
        lines: list[tuple[Source, str | None]] = [
            ("json-ld", self._clean(node.headline if node else None)),
            ("microdata", marked),
            ("open-graph", self._clean(markup.meta("og:title"))),
            ("meta", self._clean(markup.meta("twitter:title", "dc.title", "parsely-title"))),
        ]
        found = [Stated(source, line, fold(line)) for source, line in lines if line]
        # A heading that is marked in another article, or a standfirst marked as one.
        doubted = [one for one in found if one.source == "microdata" and self._is_alone(one, found)]
        return [one for one in found if one not in doubted] + doubted

    def _is_alone(self, marked: Stated, stated: list[Stated]) -> bool:
        """Tell what no heading prints while another statement is printed."""
        printed = {one.key for one in self.headings}
        return marked.key not in printed and any(one.key in printed for one in stated)

    @cached_property
    def item_is_of_another(self) -> bool:
        """Whether the item of the page's microdata has another headline than the page prints."""
        marked = [one for one in self._stated if one.source == "microdata"]
        return any(self._is_alone(one, self._stated) for one in marked)

    @cached_property
    def _title(self) -> str | None:
        return self._clean(self._raw_title)

    @cached_property
    def _raw_title(self) -> str:
        title = self._document.markup.title or ""
        return title if len(title) <= _LONGEST else ""

    @cached_property
    def _title_key(self) -> str:
        return fold(self._raw_title)

    @cached_property
    def _behind_the_headline(self) -> list[str]:
        return _SEPARATOR.split(self._title_key)[1:]

    def _heads(self, heading: Heading) -> bool:
        return word_count(heading.line) >= _HEADLINE_WORDS and heading.key in self._title_key

    def _agrees(self, key: str) -> bool:
        """Tell whether a heading speaks of what the title speaks of, where there is one."""
        return not self._title_key or _overlap(key, self._title_key) >= _ALIKE

    def _is_no_headline(self, heading: str, title: str) -> bool:
        """Tell a word over a page (`News`) whose title says more, and nothing of it."""
        key = fold(title)
        few = word_count(heading) < _HEADLINE_WORDS < word_count(title)
        return few and not _overlap(fold(heading), key) and not self._is_of_site(title)

    def _clean(self, text: str | None) -> str | None:
        """Cut the site's name off, and what follows the page's heading; a name alone is none."""
        if not text or len(text) > _LONGEST or self.is_site_name(text):
            return None
        title = self._without_site_name(text)
        opened = next((one.line for one in self.headings if _opens(title, one.line)), None)
        found = opened or self._completed(title)
        return None if self.is_site_name(found) else found

    def _completed(self, title: str) -> str:
        """Return the whole of what is cut off, where the page has it elsewhere."""
        start = fold(title.rstrip(".… ")) if title.endswith(CUT_OFF) else ""
        if not start:
            return title
        whole = (*(one.line for one in self.headings), self._without_site_name(self._raw_title))
        return next(
            (one for one in whole if fold(one).startswith(start) and not one.endswith(CUT_OFF)),
            title,
        )

    def _without_site_name(self, title: str) -> str:
        for separator in _SEPARATOR.finditer(title):
            before, behind = title[: separator.start()], title[separator.end() :]
            if before and self._is_of_site(behind):
                return before
            if behind and fold(before) in self._names:
                return behind
        return title

    def _is_of_site(self, part: str) -> bool:
        """Tell the name as printed, or as it stands in the address (`La Molo`, lamolo.example)."""
        key = fold(part)
        solid = "".join(_WORD.findall(key))
        return key in self._names or (len(solid) >= _SHORTEST_NAME and solid in self._solid)

    def _without_kicker(self, heading: Heading) -> str:
        """Take off what stands in the same element around the headline that the page states."""
        if heading.key in self._title_key:
            return heading.line
        for stated in self._titles:
            if _opens(heading.line, stated):
                return stated
            before = heading.key.removesuffix(fold(stated))
            if before != heading.key and not before[-1:].isalnum():
                return stated
        return heading.line

    @cached_property
    def _titles(self) -> list[str]:
        stated = (self._document.markup.meta("og:title") or "", self._raw_title)
        lines = (self._without_site_name(one) for one in stated if 0 < len(one) <= _LONGEST)
        return [one for one in lines if word_count(one) >= _HEADLINE_WORDS]

    def _is_overruled(self, stated: Stated) -> bool:
        """Tell whether the page prints its headline in other words than it states it."""
        if self.heading is None or len({one.key for one in self.headings}) != 1:
            return False
        printed, line = fold(self.heading), stated.key
        if printed == line:
            return False
        if word_count(printed) < _HEADLINE_WORDS:
            return _goes_on(line, printed) and stated.source == "open-graph"
        if word_count(line) < _HEADLINE_WORDS and printed in self._title_key:
            return True
        if line in printed:
            has_kicker = printed.endswith(line) and printed in self._title_key
            return has_kicker or _goes_on(printed, line)
        if printed in line:
            return bool(_SEPARATOR.search(stated.line)) or stated.source == "open-graph"
        return _overlap(printed, line) >= self._likeness(stated)

    def _likeness(self, stated: Stated) -> float:
        """Return how much alike a heading must be to go before a statement.

        An editor words JSON-LD by itself for the article; what equals the title for social
        networks is worded for them.
        """
        if stated.source == "microdata":
            return _SAME_TEXT
        copies = [one for one in self._stated if one.key == stated.key]
        return _ALIKE if stated.source != "json-ld" or len(copies) > 1 else _NEVER


def site_label(host: str) -> str:
    """Return the part of a host that names the site: `lamolo` of `www.lamolo.co.example`."""
    return max(host.removeprefix("www.").split(".")[:-1] or [host], key=len).replace("-", "")


def _is_in(element: Element, *tags: str) -> bool:
    return any(one.tag in tags for one in islice(element.iterancestors(), MAX_ANCESTORS))


def _opens(title: str, heading: str) -> bool:
    return title.startswith(heading) and bool(_SEPARATOR.match(title[len(heading) :]))


def _goes_on(printed: str, line: str) -> bool:
    """Tell a headline that was stated shorter from one with a date or the site's name behind."""
    behind = printed.removeprefix(line)
    return behind != printed and bool(re.match(r"\s[^\W\d_]", behind))


def _overlap(one: str, other: str) -> float:
    words, others = set(_WORD.findall(one)), set(_WORD.findall(other))
    return len(words & others) / max(1, min(len(words), len(others)))
