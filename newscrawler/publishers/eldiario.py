"""elDiario.es."""

from __future__ import annotations

from newscrawler.pages.article import ArticlePage


class EldiarioArticle(ArticlePage):
    """An article page; its headline is followed by a list of subtitles, some of them links."""

    domains = ("eldiario.es",)
    selectors = {
        "images": ".opening .news-image img",
        "caption": ".opening .image-footer .title::text",
        "credit": ".opening .image-footer .author",
        "keywords": ".tags-wrapper .tag-link",
        "series": ".tags-wrapper .tag-link[href*='/temas/']",
        "body": ".article-page__body-row .second-col",
    }
    related_links = {
        "related": ".news-header .footer-link",
        "inject": ".know-more a",
    }
