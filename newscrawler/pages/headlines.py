"""The headline of a page: what it states about itself, and what its reader sees over the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.etree import _Element as Element

from newscrawler.items import Source
from newscrawler.normalise.text import fold
from newscrawler.normalise.urls import host_of
from newscrawler.pages.document import Document, element_line, word_count

_SEPARATOR = re.compile(r"\s+[\-–—·•:»]\s+|\s*[|｜_]\s*")
_PRINTED = "//body//*[not(self::script or self::style)][normalize-space(text()) = $line]"
_WORD = re.compile(r"\w+")
_CUT_OFF = ("...", "…")
# `By Post` is in many a headline; `bypost.example` is a site of that name.
_SHORTEST_NAME = 4
# Fewer words are a section, a kicker or a name.
_HEADLINE_WORDS = 3
# What share of the words of the shorter line stands in the other: two headlines of one article
# that are worded for readers and for social networks, or for search engines.
_SAME_ARTICLE = {"open-graph": 0.5, "meta": 0.5, "json-ld": 0.75, "microdata": 0.75}


class Heading(NamedTuple):
    """A heading as printed, and where."""

    element: Element
    line: str


class Headlines:
    """Candidates for the headline of one page; `site_names` are what its publisher is called."""

    def __init__(self, document: Document, site_names: Iterable[str]) -> None:
        self._document = document
        host = host_of(document.url)
        self._names = {fold(name) for name in (*site_names, host, f"www.{host}")}
        self._solid = {"".join(_WORD.findall(name)) for name in self._names}
        self._solid |= {site_label(host)}

    def candidates(self) -> Iterator[tuple[Source, str | None]]:
        """Give what may be the headline, the surest first; None for the name of the site."""
        stated = list(self._stated())
        source, line = next(((where, text) for where, text in stated if text), (None, None))
        if source and line and self._is_overruled(source, line):
            yield "text", self.heading
        yield from stated
        yield from (("text", self._without_kicker(one.line)) for one in self.headings)
        yield "meta", self._title

    @cached_property
    def heading(self) -> str | None:
        """The heading of the article as printed."""
        return self._without_kicker(self.headings[0].line) if self.headings else None

    @cached_property
    def element(self) -> Element | None:
        """The element that prints the headline, a heading or another."""
        if self.headings:
            return self.headings[0].element
        line = next((text for _, text in self._stated() if text), None) or self._title
        found = self._document.root.xpath(_PRINTED, line=" ".join((line or "").split()))
        return found[0] if line and isinstance(found, list) and found else None

    @cached_property
    def headings(self) -> list[Heading]:
        """The page's main headings, the surest first, without names of the site.

        Where none of them is in the title and a lower heading is, that one heads the article.
        """
        own = [one for one in self._printed if one.element.tag == "h1"]
        own.sort(key=lambda one: next(one.element.iterancestors("article", "main"), None) is None)
        named = [one for one in own if self._is_in_title(one.line)]
        if named or (len(own) == 1 and self._agrees(own[0].line)):
            return named or own
        lower = (one for one in self._printed if one.element.tag != "h1")
        found = next((one for one in lower if self._heads(one.line)), None)
        return [found, *own] if found else own

    @cached_property
    def _printed(self) -> list[Heading]:
        elements = self._document.root.iter("h1", "h2", "h3", "h4")
        lines = [Heading(one, element_line(one)) for one in elements]
        return [one for one in lines if one.line and not self._names_the_site(one)]

    def _names_the_site(self, heading: Heading) -> bool:
        if self.is_site_name(heading.line):
            return True
        around = heading.element.iterancestors("a")
        links = [link.get("href", "") for link in (*heading.element.iter("a"), *around)]
        addresses = [self._document.absolute(link) for link in links[:1] if link[:1] != "#"]
        return any(url and not urlsplit(url).path.strip("/") for url in addresses) and not (
            self._is_the_front_page
        )

    @cached_property
    def _is_the_front_page(self) -> bool:
        return not urlsplit(self._document.url).path.strip("/")

    def is_site_name(self, text: str) -> bool:
        return fold(text) in self._names

    def _stated(self) -> Iterator[tuple[Source, str | None]]:
        document, markup = self._document, self._document.markup
        node = document.article_node
        yield "json-ld", self._clean(node.headline if node else None)
        marked = self._clean(markup.itemprop("headline"))
        yield "microdata", self._without_kicker(marked) if marked else None
        yield "open-graph", self._clean(markup.meta("og:title"))
        yield "meta", self._clean(markup.meta("twitter:title", "dc.title", "parsely-title"))

    @cached_property
    def _title(self) -> str | None:
        return self._clean(self._document.markup.title)

    @cached_property
    def _folded_title(self) -> str:
        return fold(self._document.markup.title or "")

    def _is_in_title(self, line: str) -> bool:
        return fold(line) in self._folded_title

    def _heads(self, line: str) -> bool:
        return word_count(line) >= _HEADLINE_WORDS and self._is_in_title(line)

    def _agrees(self, line: str) -> bool:
        """Tell whether a heading speaks of what the title speaks of, where there is one."""
        return not self._folded_title or _overlap(fold(line), self._folded_title) >= 0.5

    def _clean(self, text: str | None) -> str | None:
        """Cut the site's name off, and what follows the page's heading; a name alone is none."""
        if not text or self.is_site_name(text):
            return None
        title = self._without_site_name(text)
        lines = [one.line for one in self.headings]
        cut = title.rstrip(".… ") if title.endswith(_CUT_OFF) else None
        found = next((line for line in lines if _opens(title, line)), None) or next(
            (line for line in lines if cut and fold(line).startswith(fold(cut))), title
        )
        return None if self.is_site_name(found) else found

    def _without_site_name(self, title: str) -> str:
        for separator in _SEPARATOR.finditer(title):
            before, behind = title[: separator.start()], title[separator.end() :]
            if self._is_of_site(behind):
                return before
            if fold(before) in self._names:
                return behind
        return title

    def _is_of_site(self, part: str) -> bool:
        """Tell the name as printed, or as it stands in the address (`La Molo`, lamolo.example)."""
        solid = "".join(_WORD.findall(fold(part)))
        return fold(part) in self._names or (len(solid) >= _SHORTEST_NAME and solid in self._solid)

    def _without_kicker(self, line: str) -> str:
        """Take off what stands in the same element before the headline that the page states."""
        if self._is_in_title(line):
            return line
        markup = self._document.markup
        for stated in (markup.meta("og:title"), markup.title):
            headline = self._without_site_name(stated or "")
            if word_count(headline) >= _HEADLINE_WORDS and fold(line).endswith(
                f" {fold(headline)}"
            ):
                return headline
        return line

    def _is_overruled(self, source: Source, stated: str) -> bool:
        """Tell whether the page prints its headline in other words than it states it."""
        if len({fold(one.line) for one in self.headings}) != 1 or self.heading is None:
            return False
        printed, line = fold(self.heading), fold(stated)
        if printed == line or word_count(printed) < _HEADLINE_WORDS:
            return False
        if line in printed:
            has_kicker = printed.endswith(line) and self._is_in_title(printed)
            return has_kicker or _goes_on(printed, line)
        if printed in line:
            return bool(_SEPARATOR.search(stated)) or (source == "open-graph" and ": " in stated)
        return _overlap(printed, line) >= _SAME_ARTICLE[source]


def site_label(host: str) -> str:
    """Return the part of a host that names the site: `lamolo` of `www.lamolo.co.example`."""
    return max(host.removeprefix("www.").split(".")[:-1] or [host], key=len).replace("-", "")


def _opens(title: str, heading: str) -> bool:
    return title.startswith(heading) and bool(_SEPARATOR.match(title[len(heading) :]))


def _goes_on(printed: str, line: str) -> bool:
    """Tell a headline that was stated shorter from one with a date or the site's name behind."""
    behind = printed.removeprefix(line)
    return behind != printed and bool(re.match(r"\s[^\W\d_]", behind))


def _overlap(one: str, other: str) -> float:
    words, others = set(_WORD.findall(one)), set(_WORD.findall(other))
    return len(words & others) / max(1, min(len(words), len(others)))
