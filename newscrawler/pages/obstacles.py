"""What stands in place of an article: error pages, walls and teasers that answer 200."""

from __future__ import annotations

from newscrawler.items import Article
from newscrawler.normalise.text import fold
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.vocabulary import CAPTCHA, CONSENT, CONSENT_DEED, LOGIN, NOT_FOUND

# A wall or an error page has a notice, not a text.
NOTICE_WORDS = 120
# The paragraphs before a paywall: some 150 words at the publishers looked at.
TEASER_WORDS = 200

PAYWALL_MARK = (
    "[class*=paywall], [id*=paywall], [class*=premium-wall], [class*=subscribe-wall],"
    " [class*=subscription-wall], [class*=piano-offer], [class*=tp-modal], [class*=regwall]"
)


def obstacle(page: ArticlePage, article: Article) -> str | None:
    """Return what the page is instead of an article, as a reason of the drops feed."""
    words = len((article.body or "").split())
    title = fold(f"{page.document.markup.title or ''} {article.headline or ''}")
    dated = (article.provenance or {}).get("date_published", "url") != "url"
    if words < NOTICE_WORDS and not dated:
        notice = _notice(title, fold(" ".join(page.document.lines("body"))))
        if notice:
            return notice
    if article.is_accessible_for_free is False and words < TEASER_WORDS and _has_paywall(page):
        return "paywalled_teaser"
    return None if page.is_article() or not words else "not_an_article"


def _notice(title: str, text: str) -> str | None:
    start = text[:3000]
    if NOT_FOUND.search(title):
        return "soft_404"
    if CAPTCHA.search(f"{title} {start}"):
        return "captcha"
    if CONSENT.search(title) or (CONSENT.search(start) and CONSENT_DEED.search(title)):
        return "consent_wall"
    if LOGIN.search(title):
        return "login_wall"
    return None


def _has_paywall(page: ArticlePage) -> bool:
    return bool(page.document.selector.css(PAYWALL_MARK))
