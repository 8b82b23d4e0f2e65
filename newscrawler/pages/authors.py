"""Who signed an article, by everything on the page that names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from newscrawler.items import Author, Source
from newscrawler.normalise.people import (
    agency_of,
    is_organisation,
    is_placeholder_name,
    split_names,
)
from newscrawler.normalise.text import fold
from newscrawler.normalise.urls import host_of
from newscrawler.pages.article_head import ArticleHead
from newscrawler.pages.bylines import Bylines
from newscrawler.pages.document import Document
from newscrawler.pages.headlines import site_label
from newscrawler.pages.marks import Marks
from newscrawler.pages.signatures import ALL_POSTS, NO_NAME
from newscrawler.pages.structured import Contributor
from newscrawler.pages.vocabulary import DATE_START

AUTHOR_META = (
    "author", "article:author", "og:article:author", "article:author_name", "parsely-author",
    "sailthru.author", "cse_author", "dc.creator", "dcterms.creator", "byl", "authors",
    "twitter:misc:written by", "citation_author", "shareaholic:article_author_name",
)  # fmt: skip
_NO_AUTHOR = re.compile(
    r"(?:quelle|source|fuente|fonte|foto|photo|bild|image)s?\s?:", re.IGNORECASE
)
_INITIALS = 4  # letters of `LN`, `FAZ`
_LOGIN = re.compile(r"[a-z]+[._]?[a-z]*\d*(?<=[._\d])[a-z]*")
_LONGEST_STATED = 2000  # characters
_MOST_SIGNED = 40  # who is named in one place


class Authors:
    """Candidates for the authors of one page; `head` is what stands around its headline."""

    def __init__(
        self, document: Document, head: ArticleHead | None, site_names: Iterable[str], marks: Marks
    ) -> None:
        self._document = document
        self._site_names = list(site_names)
        self._printed = Bylines(document, head, self._site_names, marks)
        host = host_of(document.url)
        self._label = site_label(host)
        names = (*self._site_names, host, f"www.{host}", self._label, host.replace(".", ""))
        self._folded_names = {fold(name) for name in names}

    def candidates(self, *, doubt_item: bool = False) -> Iterator[tuple[Source, list[Author]]]:
        """Give who signed, the surest source first; the site or a desk where no person did.

        `doubt_item` says that the page's microdata may be of another article.
        """
        unsigned: list[tuple[Source, list[Author]]] = []
        for sources in (self._sources(), self._faint()):
            for source, stated in sources:
                authors = self._contributors(stated)
                is_doubted = source == "microdata" and doubt_item
                if authors and (is_doubted or all(self._is_weak(one, source) for one in authors)):
                    unsigned.append((source, authors))
                else:
                    yield source, authors
            # An organisation that is stated for this article goes before a name far from it.
            yield from (one for one in unsigned if one[0] == "json-ld")
        yield from unsigned

    def _sources(self) -> Iterator[tuple[Source, Iterable[Contributor]]]:
        node, markup, printed = self._document.article_node, self._document.markup, self._printed
        yield "json-ld", node.authors if node else []
        yield "microdata", _unlinked(markup.itemprops("author"))
        for name in AUTHOR_META:
            yield "meta", _unlinked(markup.metas(name))
        yield "text", printed.linked()
        yield "text", printed.beside()
        yield from (("text", [byline]) for byline in printed.labelled())
        yield from (("text", bylines) for bylines in printed.signed())

    def _faint(self) -> Iterator[tuple[Source, Iterable[Contributor]]]:
        """Give who is named farther from the headline, or without a mark."""
        printed = self._printed
        yield "text", printed.anywhere()
        yield "text", printed.by_path()
        yield from (("text", [name]) for name in printed.unlabelled())
        yield "text", printed.portrait()
        yield "text", printed.below()

    def _contributors(self, stated: Iterable[Contributor]) -> list[Author]:
        """Return who signed; the site itself only where no person did."""
        named = [author for one in islice(stated, _MOST_SIGNED) for author in self._named(*one)]
        others = [author for author in named if not self._is_the_site(author.name)]
        return others if any(author.type == "Person" for author in others) else named

    def _is_weak(self, author: Author, source: Source) -> bool:
        """Tell a desk, the site and what a system calls somebody from a signature."""
        name = author.name
        is_desk = author.type == "Organization" and not agency_of(name)
        initials = name.isupper() and len(name) <= _INITIALS and not agency_of(name)
        is_of_system = source != "text" and (initials or bool(_LOGIN.fullmatch(name)))
        return is_desk or is_of_system or self._is_the_site(name)

    def _is_the_site(self, name: str) -> bool:
        """Tell the name of the site, also with an article (`The Tide`, tide.example)."""
        key = fold(name)
        return key in self._folded_names or "".join(key.split()[1:]) == self._label

    def _named(self, byline: str, url: str | None, kind: str | None) -> list[Author]:
        """Return the people and organisations that a byline names."""
        if len(byline) > _LONGEST_STATED:
            byline = byline[:_LONGEST_STATED].rpartition(",")[0]
        line = ALL_POSTS.sub("", byline)
        names = [] if NO_NAME.search(line) else split_names(line, site_names=self._site_names)
        named = (one for one in names if not (DATE_START.match(one) or _NO_AUTHOR.match(one)))
        real = [name for name in named if not is_placeholder_name(name)]
        page = self._document.absolute(url) if url and len(real) == 1 else None
        return [self._author(name, page, kind) for name in real]

    def _author(self, name: str, url: str | None, kind: str | None) -> Author:
        organised = kind in ("Organization", "NewsMediaOrganization") or is_organisation(
            name, self._site_names
        )
        return Author(name=name, url=url, type="Organization" if organised else "Person")


def _unlinked(names: Iterable[str]) -> list[Contributor]:
    return [Contributor(name, None, None) for name in names]
