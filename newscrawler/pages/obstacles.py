"""What stands in place of an article: error pages, walls and teasers that answer 200."""

from __future__ import annotations

from newscrawler.items import Article
from newscrawler.normalise.text import fold
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.document import word_count
from newscrawler.pages.vocabulary import CAPTCHA, CONSENT, CONSENT_DEED, LOGIN, NOT_FOUND

# A wall or an error page has a notice, not a text.
NOTICE_WORDS = 120
# The paragraphs before a paywall: some 150 words at the publishers looked at.
TEASER_WORDS = 200
# The shortest news item is a sentence or two; a page nobody lists has to say more.
LISTED_WORDS = 20
ARTICLE_WORDS = 60

PAYWALL_MARK = (
    "[class*=paywall], [id*=paywall], [class*=premium-wall], [class*=subscribe-wall],"
    " [class*=subscription-wall], [class*=piano-offer], [class*=tp-modal], [class*=regwall]"
)


def obstacle(page: ArticlePage, article: Article, *, listed: bool = False) -> str | None:
    """Return what the page is instead of an article, as a reason of the drops feed.

    `listed` says that the listing of a series names the page.
    """
    words = word_count(article.body or "")
    if words < NOTICE_WORDS and not _is_stated(page, article):
        titles = (page.document.markup.title, article.headline)
        notice = _notice(
            [fold(title) for title in titles if title],
            fold(" ".join(page.document.lines("html"))),
        )
        if notice:
            return notice
    if article.is_accessible_for_free is False and words < TEASER_WORDS and _has_paywall(page):
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


def _is_stated(page: ArticlePage, article: Article) -> bool:
    """Tell whether the page states an article: with a date, or as one in JSON-LD."""
    return _is_dated(article) or page.document.article_node is not None


def _is_dated(article: Article) -> bool:
    """Tell a date that the page says from one that only its address holds."""
    return (article.provenance or {}).get("date_published", "url") != "url"


def _notice(titles: list[str], text: str) -> str | None:
    start, title = text[:3000], " ".join(titles)
    if any(NOT_FOUND.search(one) for one in titles):
        return "soft_404"
    if any(CAPTCHA.search(one) for one in (*titles, start)):
        return "captcha"
    if CONSENT.search(f"{title} {start}") and _asks_consent(title, start):
        return "consent_wall"
    if any(LOGIN.search(one) for one in titles):
        return "login_wall"
    return None


def _asks_consent(title: str, start: str) -> bool:
    """Tell a request from news of one: a deed in the title, or below a title about consent."""
    return bool(CONSENT_DEED.search(title if not CONSENT.search(title) else f"{title} {start}"))


def _has_paywall(page: ArticlePage) -> bool:
    return bool(page.document.selector.css(PAYWALL_MARK))
