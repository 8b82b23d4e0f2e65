"""Which listing pages go through the browser: those that are known, or found, to need a script."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.http import Response
from scrapy.settings import BaseSettings

from newscrawler.archives.capture import RENDERED
from newscrawler.browser.chromium import find_chromium
from newscrawler.browser.reading import END
from newscrawler.pages.listing import ListingPage
from newscrawler.pages.vocabulary import SERIES_PATH
from newscrawler.publishers import listing_class


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a listing that seems to end: read on by script, or why not."""

    stopped: str | None
    """None where the page is to be asked for again, through the browser."""
    is_failure: bool = False


class Rendering:
    """Chooses for one crawl; `choice` is the argument `browser`.

    In replay the archive is the browser.
    """

    def __init__(self, choice: str, settings: BaseSettings) -> None:
        self.choice = choice
        is_replay = bool(settings.get("NEWSCRAWLER_REPLAY"))
        self.is_possible = is_replay or find_chromium(settings["NEWSCRAWLER_CHROMIUM"]) is not None
        self.scripted: set[str] = set()
        """The series whose first page was found to need a script."""

    def is_due(self, url: str, key: str | None = None) -> bool:
        """Tell whether a listing page is to be asked for through the browser at once."""
        if self.choice == "0" or not self.is_possible:
            return False
        return self.choice == "1" or key in self.scripted or listing_class(url).needs_browser

    def may_be_listing(self, response: Response, page: ListingPage) -> bool:
        """Tell whether a start page that lists nothing may do so once its script has run."""
        if is_rendered(response) or self.choice == "0" or not self.is_possible:
            return False
        if page.document.article_node or page.is_marked_article():
            return False
        is_named = bool(SERIES_PATH.search(response.url)) and page.needs_script() is not None
        return is_named or self.is_due(response.url)

    def find(self, response: Response, page: ListingPage, *, first: bool) -> Finding | None:
        """Judge a page on which a listing seems to end; `first` says that it is its first one."""
        how = (response.headers.get(RENDERED) or b"").decode("latin-1")
        if how:
            return judge(how)
        why = page.needs_script() if first else None
        if why is None and page.needs_browser:
            why = "as its publisher's pages do"
        if why is None:
            return None
        needs = f"the listing needs a script ({why})"
        if self.choice == "0":
            return Finding(f"{needs}, and browser=0")
        if not self.is_possible:
            return Finding(f"{needs}, and no Chromium is installed", is_failure=True)
        if is_rendered(response):
            return Finding(f"{needs}, and was saved without", is_failure=True)
        return Finding(None)


def is_rendered(response: Response) -> bool:
    """Tell whether a page was asked for through the browser."""
    return response.request is not None and bool(response.request.meta.get("playwright"))


def judge(how: str) -> Finding | None:
    """Return what `Read.how` means for the account."""
    kind, _, detail = how.partition(" ")
    if kind == END:
        return None
    if kind == "limit":
        return Finding(f"{detail}, in the browser")
    return Finding(f"the script of the listing failed: {detail}", is_failure=True)
