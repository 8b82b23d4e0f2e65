"""What a request was made for, through redirects, twins and failures."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.normalise.urls import is_twin_url, same_site
from newscrawler.pages.article import ArticlePage


def failed_request(failure: Failure) -> Request:
    """Return the request that failed; Scrapy puts it on the failure."""
    request: Request = vars(failure)["request"]
    return request


def asked_for(request: Request) -> str:
    """Return the address that was asked for first, before redirects and twins."""
    redirected: list[str] = request.meta.get("redirect_urls", [])
    twin: str | None = request.meta.get("twin")
    return next(iter(redirected), None) or twin or request.url


def addresses(response: Response) -> set[str]:
    """Return every address that the page was reached by."""
    redirected, twin = response.meta.get("redirect_urls", []), response.meta.get("twin")
    return {response.url, *redirected, *([twin] if twin else [])}


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
