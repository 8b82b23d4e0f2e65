"""Settings that are numbers, looked at before the first request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.exit_codes import ConfigurationError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

NUMBERS = (
    "NEWSCRAWLER_LOCK_WAIT", "NEWSCRAWLER_MAX_TIME", "DOWNLOAD_DELAY", "DOWNLOAD_TIMEOUT",
    "NEWSCRAWLER_ROBOTS_AGE", "NEWSCRAWLER_LONGEST_CRAWL_DELAY", "NEWSCRAWLER_RETRY_AFTER",
    "NEWSCRAWLER_LONGEST_PAUSE", "NEWSCRAWLER_HOST_FAILURES", "DOWNLOAD_DELAY_JITTER",
    "NEWSCRAWLER_BROWSER_TIME", "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT",
    "NEWSCRAWLER_CONNECT_TIMEOUT", "NEWSCRAWLER_PAGE_TIME",
)  # fmt: skip
WHOLE_NUMBERS = (
    "DOWNLOAD_MAXSIZE", "REDIRECT_MAX_TIMES", "RETRY_TIMES", "DEPTH_LIMIT", "MEMUSAGE_LIMIT_MB",
    "NEWSCRAWLER_MAX_URL_LENGTH", "NEWSCRAWLER_MAX_PATH_SEGMENTS", "NEWSCRAWLER_MAX_PATH_REPEATS",
    "NEWSCRAWLER_MAX_FRUITLESS", "NEWSCRAWLER_MAX_PAGES", "NEWSCRAWLER_MAX_PAGES_PER_SITE",
    "NEWSCRAWLER_MAX_REFRESHES", "NEWSCRAWLER_BATCH",
)  # fmt: skip


def check_numbers(settings: BaseSettings) -> None:
    """Raise `ConfigurationError` that names the first which is none."""
    for name in NUMBERS:
        try:
            settings.getfloat(name)
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"{name}={settings[name]!r} is no number") from error
    for name in WHOLE_NUMBERS:
        if not str(settings[name]).isdecimal():
            raise ConfigurationError(f"{name}={settings[name]!r} is no whole number")
