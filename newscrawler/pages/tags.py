"""The keywords that a page prints under or over its article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.etree import _Element as Element

from newscrawler.normalise.keywords import clean_keywords
from newscrawler.normalise.text import clean_line
from newscrawler.pages.article_head import ArticleHead, texts_in
from newscrawler.pages.document import word_count
from newscrawler.pages.marks import Marks, Standing
from newscrawler.pages.markup import is_elsewhere
from newscrawler.pages.vocabulary import TAG_BOX_CLASS, TAG_CLASS, TAG_PATHS

# `Read more about:`
_LABEL_WORDS = 6
# Boxes, and links in one, of an article; a cloud of all keywords has hundreds.
_MOST_BOXES = 20
_MOST_LINKS = 60
_MOST_PIECES = 200


class VisibleTags:
    """Keywords that stand with the article of a page; `head` is what is around its headline."""

    def __init__(self, marks: Marks, head: ArticleHead | None) -> None:
        self._marks = marks
        self._head = head
        self._elsewhere = Standing(is_elsewhere, head.around if head else ())
        self._lists: dict[Element, bool] = {}

    def marked(self) -> list[str]:
        """Return what the page marks as keywords."""
        marked = [one for one in self._marks.related if "tag" in one.get("rel", "").split()]
        return self._names([*marked, *self._called(), *self._boxed()])

    def _called(self) -> Iterator[Element]:
        """Give what is called a keyword; `tag` alone is that of any label, but of a link."""
        for one in self._marks.of_class(TAG_CLASS):
            if one.tag == "a" or "tag" not in one.get("class", "").split():
                yield one

    def categories(self) -> list[str]:
        """Return what the links with the article mark as its categories."""
        links = [one for one in self._marks.related if "category" in one.get("rel", "").split()]
        return [name for one in links if self._is_own(one) and (name := _name(one))]

    def linked(self) -> list[str]:
        """Return the names of the links that lead to pages of keywords."""
        return self._names(self._marks.links(*TAG_PATHS))

    def _boxed(self) -> Iterator[Element]:
        boxes = (one for one in self._marks.of_class(TAG_BOX_CLASS) if self._is_own(one))
        for box in islice(boxes, _MOST_BOXES):
            links = list(islice(box.iter("a"), _MOST_LINKS + 1))
            if len(links) <= _MOST_LINKS and self._is_list(box):
                yield from links

    def _names(self, found: Iterable[Element]) -> list[str]:
        """Return what stands with the article; categories only where it has no others."""
        own = [one for one in dict.fromkeys(found) if self._is_own(one)]
        own = [one for one in own if not self._is_in_sentence(one)]
        tags = [one for one in own if "category" not in one.get("rel", "").split()]
        names = [name for one in tags or own if (name := _name(one))]
        return clean_keywords(names) if len(names) > 1 else names

    def _is_own(self, element: Element) -> bool:
        is_before = self._head is not None and self._head.is_before(element)
        return not is_before and element not in self._elsewhere

    def _is_in_sentence(self, link: Element) -> bool:
        """Tell a link in a paragraph from one in a list of keywords, which is all links."""
        paragraph = next(link.iterancestors("p"), None)
        return paragraph is not None and not self._is_list(paragraph)

    def _is_list(self, box: Element) -> bool:
        if box not in self._lists:
            linked = (one for link in islice(box.iter("a"), _MOST_LINKS) for one in _texts(link))
            words = sum(map(word_count, _texts(box)))
            self._lists[box] = words <= 2 * sum(map(word_count, linked)) + _LABEL_WORDS
        return self._lists[box]


def _texts(element: Element) -> list[str]:
    return texts_in(element, _MOST_PIECES)


def _name(link: Element) -> str:
    """Return the keyword without the number of its articles, which has an element of its own."""
    pieces = _texts(link)
    words = [piece for piece in pieces if not piece.strip("()").isdecimal()]
    return clean_line(" ".join(words or pieces)).lstrip("#").strip()
