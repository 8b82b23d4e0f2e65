"""The keywords that a page prints under or over its article."""

from __future__ import annotations

from lxml.etree import _Element as Element

from newscrawler.normalise.keywords import clean_keywords
from newscrawler.normalise.text import clean_line
from newscrawler.pages.article_head import ArticleHead
from newscrawler.pages.document import Document, element_line, word_count
from newscrawler.pages.markup import is_elsewhere
from newscrawler.pages.marks import Standing

# `Read more about:`
_LABEL_WORDS = 6


def visible_tags(document: Document, head: ArticleHead | None, css: str) -> list[str]:
    """Return the keywords that stand with the article; categories only where it has no others."""
    found = [one.root for one in document.selector.css(css)]
    elsewhere = Standing(is_elsewhere, head.around if head else ())
    own = [
        one
        for one in found
        if not (head and head.is_before(one))
        and one not in elsewhere
        and not _is_in_sentence(one)
    ]
    tags = [one for one in own if "category" not in one.get("rel", "").split()]
    names = [name for one in tags or own if (name := _name(one))]
    return clean_keywords(names) if len(names) > 1 else names


def _is_in_sentence(link: Element) -> bool:
    """Tell a link in a paragraph from one in a list of keywords, which is all links."""
    paragraph = next(link.iterancestors("p"), None)
    if paragraph is None:
        return False
    linked = sum(word_count(element_line(one)) for one in paragraph.iter("a"))
    return word_count(element_line(paragraph)) > 2 * linked + _LABEL_WORDS


def _name(link: Element) -> str:
    """Return the keyword without the number of its articles, which has an element of its own."""
    pieces = [clean_line(str(text)) for text in link.itertext()]
    words = [piece for piece in pieces if not piece.strip("()").isdecimal()]
    return clean_line(" ".join(words or pieces)).lstrip("#").strip()
