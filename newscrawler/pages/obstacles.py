"""What stands in place of an article: error pages, walls, teasers, empty pages that answer 200."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from cssselect import SelectorError
from lxml.etree import XPathError
from lxml.etree import _Element as Element

from newscrawler.items import Article
from newscrawler.normalise.text import fold
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.document import text_of, word_count
from newscrawler.pages.nodes import Node
from newscrawler.pages.vocabulary import (
    APP_MARK,
    BUTTONS,
    CAPTCHA,
    CAPTCHA_MARK,
    CAPTCHA_SCRIPT,
    CONSENT,
    CONSENT_DEED,
    JAVASCRIPT,
    LOGIN,
    MISSING,
    NEEDS_JAVASCRIPT,
    NOT_FOUND,
    NOT_FOUND_MARK,
    PARTNERS,
    PAYWALL,
    PAYWALL_MARK,
    SUBSCRIBER,
)

# A wall or an error page has a notice, not a text.
NOTICE_WORDS = 120
# A consent wall lists its purposes, too.
CONSENT_WORDS = 400
# The paragraphs before a paywall: some 150 words at the publishers looked at.
TEASER_WORDS = 200
# The box below a teaser: an offer with its terms.
OFFER_WORDS = 60
# The shortest news item is a sentence or two; a page nobody lists has to say more.
LISTED_WORDS = 20
ARTICLE_WORDS = 60

# Characters of an offer, white space included.
OFFER_LENGTH = 600
OFFER_ELEMENTS = 200
# A page whose text ends early has some hundred short boxes.
MAX_BOXES = 2_000
# Characters of CSS that a page names a part by; one of many steps takes long on purpose.
LONGEST_SELECTOR = 100
MAX_PARTS = 20
MAX_HEADINGS = 200
OFFER_TAGS = ("p", "div", "section", "span", "h2", "h3")
OTHER_TAGS = frozenset({"a", "li", "aside", "header", "footer", "nav", "noscript"})


def obstacle(page: ArticlePage, article: Article, *, listed: bool = False) -> str | None:
    """Return what the page is instead of an article, as a reason of the drops feed.

    `listed` says that the listing of a series names the page.
    """
    notice = _Notice(page, article).reason()
    if notice:
        return notice
    words = word_count(article.body or "")
    if words < TEASER_WORDS and _is_teaser(page, article):
        return "paywalled_teaser"
    if page.is_article() or not words or _reads_like_one(article, words, listed=listed):
        return None
    return "not_an_article"


def _reads_like_one(article: Article, words: int, *, listed: bool) -> bool:
    """Tell an article that nothing on its page calls one: it has text, and a date or a byline.

    Of a page that a series lists, a few sentences are enough.
    """
    if not article.headline:
        return False
    return words >= (LISTED_WORDS if listed else ARTICLE_WORDS) and (
        listed or _is_dated(article) or bool(article.authors)
    )


def _is_dated(article: Article) -> bool:
    """Tell a date that the page says from one that only its address holds."""
    return (article.provenance or {}).get("date_published", "url") != "url"


# Pages without a text of their own


class _Notice:
    """A page that says something about itself, or nothing at all."""

    def __init__(self, page: ArticlePage, article: Article) -> None:
        self.document = page.document
        self.words = word_count(article.body or "")
        self.body = fold(article.body or "")
        self.headline = article.headline
        self.is_stated = _is_dated(article) or page.document.article_node is not None

    def reason(self) -> str | None:
        """Give the reason of the drops feed; a page that states an article has to be clearer."""
        if self.speaks_of_partners():
            return "consent_wall"
        if self.is_stated:
            return None if self.words else self.blank()
        if self.has(NOT_FOUND_MARK):
            return "soft_404"
        return self.notice() or self.blank() if self.words < NOTICE_WORDS else None

    def notice(self) -> str | None:
        if any(NOT_FOUND.search(title) or MISSING.search(title) for title in self.titles):
            return "soft_404"
        if self.is_challenge():
            return "captcha"
        if self.is_login():
            return "login_wall"
        return "consent_wall" if self.asks_consent() else None

    def blank(self) -> str | None:
        """Tell what was to be built in the browser from what has nothing at all."""
        told = f"{self.text} {self.unscripted}"
        names_it = NEEDS_JAVASCRIPT if self.words >= LISTED_WORDS else JAVASCRIPT
        if self.is_short and names_it.search(told):
            return "needs_javascript"
        if self.visible or self.words:
            return None
        return "needs_javascript" if self.has(APP_MARK) else "empty_page"

    @cached_property
    def titles(self) -> list[str]:
        """The page's title and its heading, the second ones where there is no first."""
        headings = self.headings("h1") or self.headings("h2")
        titles = (self.document.markup.title, self.headline, *headings)
        return [fold(title) for title in titles if title]

    def headings(self, tag: str) -> list[str]:
        return list(islice(self.document.each_line(tag), MAX_HEADINGS))

    @cached_property
    def text(self) -> str:
        return fold(" ".join(self.document.lines("html")))

    @cached_property
    def visible(self) -> str:
        return " ".join(self.document.lines("body"))

    @cached_property
    def unscripted(self) -> str:
        return fold(" ".join(map(str, self.document.find("noscript *::text, noscript::text"))))

    @cached_property
    def is_short(self) -> bool:
        """Whether the whole page, its menus included, is no longer than a notice."""
        return word_count(self.text) < NOTICE_WORDS

    def has(self, css: str) -> bool:
        return bool(self.document.find(css))

    def is_challenge(self) -> bool:
        if any(CAPTCHA.search(one) for one in (*self.titles, self.text[:3000])):
            return True
        if not self.is_short:
            return False
        scripts = map(str, self.document.find("script::text"))
        return self.has(CAPTCHA_MARK) or any(map(CAPTCHA_SCRIPT.search, scripts))

    def is_login(self) -> bool:
        if any(LOGIN.search(title) for title in self.titles):
            return True
        return self.is_short and self.words < ARTICLE_WORDS and self.has("input[type=password]")

    def asks_consent(self) -> bool:
        """Tell a request from news of one: a deed in the title, or below a title about consent."""
        title, start = " ".join(self.titles), self.text[:3000]
        if not CONSENT.search(f"{title} {start}"):
            return False
        if CONSENT_DEED.search(f"{title} {start}" if CONSENT.search(title) else title):
            return True
        buttons = (fold(button) for button in self.document.lines(BUTTONS))
        said = CONSENT.search(self.body or start)
        return bool(said) and self.is_short and any(CONSENT_DEED.search(one) for one in buttons)

    def speaks_of_partners(self) -> bool:
        """Tell the text of a wall, which begins with those who ask; articles have it in a bar."""
        if self.words >= CONSENT_WORDS:
            return False
        text = self.text if not self.words and self.is_short else self.body
        start = " ".join((*self.titles, text[:1000]))
        return bool(PARTNERS.search(start) and CONSENT.search(start))


# Teasers


def _is_teaser(page: ArticlePage, article: Article) -> bool:
    """Tell the beginning of a text that is sold; most pages say so in JSON-LD, too."""
    if article.is_accessible_for_free:
        return False
    locked = article.is_accessible_for_free is False
    if _offers(page, SUBSCRIBER if locked else PAYWALL) or _has_locked_part(page):
        return True
    return locked and bool(page.document.find(PAYWALL_MARK))


def _offers(page: ArticlePage, words: re.Pattern[str]) -> bool:
    """Tell an offer beside the text; links and lists bear such words as labels of others."""
    texts = (fold(text_of(box)) for box in islice(_short_boxes(page), MAX_BOXES))
    return any(words.search(text) and word_count(text) < OFFER_WORDS for text in texts)


def _short_boxes(page: ArticlePage) -> Iterator[Element]:
    """Give the boxes of few words that are no links, items of lists or menus."""
    root, surroundings = page.document.root, page.document.surroundings
    sizes = _sizes(root)
    for box in root.iter(*OFFER_TAGS):
        length, elements = sizes[box]
        is_short = length < OFFER_LENGTH and elements < OFFER_ELEMENTS
        if is_short and not surroundings.is_within(box, OTHER_TAGS):
            yield box


def _sizes(root: Element) -> dict[Element, tuple[int, int]]:
    """Return how many characters and elements are inside of each element."""
    sizes: dict[Element, tuple[int, int]] = {}
    for element in reversed(list(root.iter())):
        is_text = isinstance(element.tag, str)
        length = len(element.text or "") if is_text else 0
        count = 1
        for child in element:
            inside, elements = sizes[child]
            length += inside + len(child.tail or "")
            count += elements
        sizes[element] = length, count
    return sizes


def _has_locked_part(page: ArticlePage) -> bool:
    """Tell a part that JSON-LD calls locked, and that holds no text but an offer."""
    node = page.document.article_node
    parts = node.nodes("hasPart")[:MAX_PARTS] if node else []
    return any(_is_empty(page, part) for part in parts if part.is_accessible_for_free is False)


def _is_empty(page: ArticlePage, part: Node) -> bool:
    css = part.text("cssSelector") or "none"
    try:
        found = page.document.find(css) if len(css) <= LONGEST_SELECTOR else []
    except (SelectorError, ValueError, XPathError):  # no page has to write valid CSS
        return False
    return bool(found) and sum(word_count(text_of(one)) for one in found) < OFFER_WORDS
