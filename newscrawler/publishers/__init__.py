"""The publishers: one module each, found by name and chosen by host."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache, lru_cache
from typing import TypeVar

from scrapy.http import TextResponse

from newscrawler.normalise.urls import host_of
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.listing import ListingPage

Page = TypeVar("Page", ArticlePage, ListingPage)


def article_page(response: TextResponse) -> ArticlePage:
    """Return the page object of the response's publisher, or the general one."""
    return article_class(response.url)(response)


@lru_cache(maxsize=4)  # read in a thread, or to see whether it is one, and then for its entries
def listing_page(response: TextResponse) -> ListingPage:
    return listing_class(response.url)(response)


def listing_class(url: str) -> type[ListingPage]:
    return _of_host(listing_classes(), url, ListingPage)


def article_class(url: str) -> type[ArticlePage]:
    return _of_host(article_classes(), url, ArticlePage)


def published_id(url: str) -> str | None:
    """Return `domain:id` where a publisher's rule reads its article id from the address."""
    return article_class(url).published_id(url)


@cache
def article_classes() -> dict[str, type[ArticlePage]]:
    """Return the publishers' article pages by domain; ValueError where two claim the same."""
    return _by_domain(ArticlePage)


@cache
def listing_classes() -> dict[str, type[ListingPage]]:
    return _by_domain(ListingPage)


def publisher_modules() -> list[str]:
    return sorted(f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__))


def _of_host(classes: dict[str, type[Page]], url: str, general: type[Page]) -> type[Page]:
    """Choose by the host or the nearest domain above it."""
    labels = host_of(url).split(".")
    domains = (".".join(labels[start:]) for start in range(len(labels)))
    return next((classes[domain] for domain in domains if domain in classes), general)


def _by_domain(kind: type[Page]) -> dict[str, type[Page]]:
    classes: dict[str, type[Page]] = {}
    for module_name in publisher_modules():
        for page_class in _defined_in(module_name, kind):
            for domain in page_class.domains:
                if domain in classes:
                    raise ValueError(f"{module_name}: another publisher claims {domain}")
                classes[domain] = page_class
    return classes


def _defined_in(module_name: str, kind: type[Page]) -> list[type[Page]]:
    members = vars(importlib.import_module(module_name)).values()
    classes = [one for one in members if isinstance(one, type) and issubclass(one, kind)]
    return [one for one in classes if one.__module__ == module_name]
