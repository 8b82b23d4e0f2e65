"""The Standard, London; most of its class names change with each release."""

from __future__ import annotations

from newscrawler.pages.article import ArticlePage


class StandardArticle(ArticlePage):
    """An article page, with the markup of 2020 (`a.topic-tag`) and of 2023 on."""

    domains = ("standard.co.uk",)
    article_path = r"-(?P<id>[ab]\d+)\.html"
    selectors = {
        "series": "#article-bottom a[href^='/topic/'], a.topic-tag",
        "body": "#main, div:has(> #article-bottom):not(:has(> #main))",
    }
    furniture = (
        "#article-bottom",
        ".related",
        "div:has(> div > picture)",
        "div:has(> span > a[href^='/author/'])",
    )
