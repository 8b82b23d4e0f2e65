"""Börsen-Zeitung, with its markup of 2024 (`storefront-*`) and of 2025 (`pxp-*`)."""

from __future__ import annotations

from newscrawler.pages.article import ArticlePage


class BoersenZeitungArticle(ArticlePage):
    """An article page; its printed publication time is of twelve hours without am or pm."""

    domains = ("boersen-zeitung.de",)
    site_name = "Börsen-Zeitung"
    selectors = {
        "alternative_headline": ".article-header .overline-text",
        "description": ".article-header .excerpt",
        "authors": "#authors",
        # Early pages spell the name with colons, which no other site does.
        "date_published": "meta[property='article:published:time']",
        "date_modified": "meta[property='article:modified:time']",
        "images": ".featured-image storefront-image, .featured-image img",
        "caption": ".image-description",
        "credit": ".image-copyright",
        "keywords": ".taglist .tag",
        "series": ".taglist a",
        "body": ".purple-content-body-inner",
    }
    # The print edition's own headlines and by-lines stand among the paragraphs.
    furniture = (":is(h1, h2, h3, h5)[class*=wp-block-ppi-]",)
