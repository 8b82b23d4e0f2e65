"""What a request was made for, through redirects, twins and failures."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from newscrawler.network.answers import asked_for
from newscrawler.normalise.urls import is_twin_url, same_site
from newscrawler.pages.article import ArticlePage


def left_site(response: Response) -> bool:
    """Tell whether redirects lead to another site than the one asked for."""
    request = response.request
    return request is not None and not same_site(response.url, asked_for(request))


def canonical_of_twin(page: ArticlePage, response: Response) -> Request | None:
    """Ask for the article itself where its AMP or mobile twin was reached first."""
    canonical, request = page.canonical_url(), response.request
    if request is None or "twin" in request.meta or not is_twin_url(response.url):
        return None
    if not canonical or is_twin_url(canonical) or not same_site(canonical, response.url):
        return None
    meta = {**request.meta, "twin": response.url}
    return request.replace(url=canonical, dont_filter=True, meta=meta)


def twin_instead(request: Request) -> Request | None:
    """Ask for the twin after all, where the article behind it could not be had."""
    twin = request.meta.get("twin")
    return request.replace(url=twin) if twin and request.url != twin else None
