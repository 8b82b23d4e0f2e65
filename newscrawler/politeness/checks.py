"""Settings of politeness that a crawl needs before its first request."""

from __future__ import annotations

from scrapy.settings import BaseSettings

from newscrawler.politeness.contact import MannersError, identify


def check_manners(settings: BaseSettings) -> None:
    """Name whom one can write to, and know every wish that is to be obeyed.

    Raises `MannersError`, which names the setting.
    """
    # It brings the reading of pages along, which a run that is refused does not need.
    from newscrawler.pages.usage import ALL_WISHES

    identify(settings)
    for name in settings.getlist("NEWSCRAWLER_OBEY"):
        if name not in ALL_WISHES:
            raise MannersError(f"NEWSCRAWLER_OBEY={name!r} is none of {', '.join(ALL_WISHES)}")
