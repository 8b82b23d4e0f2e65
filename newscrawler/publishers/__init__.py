"""The publishers: one module each, found by name and chosen by host."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TypeVar

from scrapy.http import TextResponse

from newscrawler.normalise.urls import host_of
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.listing import ListingPage

Page = TypeVar("Page", ArticlePage, ListingPage)


def article_page(response: TextResponse) -> ArticlePage:
    """Return the page object of the response's publisher, or the general one."""
    return _page_class(ArticlePage, response.url)(response)


def listing_page(response: TextResponse) -> ListingPage:
    return _page_class(ListingPage, response.url)(response)


def published_id(url: str) -> str | None:
    """Return `domain:id` where a publisher's rule reads its article id from the address."""
    return _page_class(ArticlePage, url).published_id(url)


def _page_class(kind: type[Page], url: str) -> type[Page]:
    host = host_of(url)
    labels = host.split(".")
    for start in range(len(labels)):
        found = page_classes(kind).get(".".join(labels[start:]))
        if found:
            return found
    return kind


@cache
def page_classes(kind: type[Page]) -> dict[str, type[Page]]:
    """Return the page classes of one kind by domain; ValueError where two claim the same."""
    classes: dict[str, type[Page]] = {}
    for module_name in publisher_modules():
        module = importlib.import_module(module_name)
        for member in vars(module).values():
            if not (isinstance(member, type) and issubclass(member, kind)):
                continue
            if member.__module__ != module_name:
                continue
            for domain in member.domains:
                if domain in classes:
                    raise ValueError(f"two publishers claim {domain}: {module_name} is one")
                classes[domain] = member
    return classes


def publisher_modules() -> list[str]:
    return sorted(f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__))
