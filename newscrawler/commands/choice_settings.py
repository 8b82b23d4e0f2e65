"""Settings that are one of a few words, looked at before the first request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.exit_codes import ConfigurationError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

CHOICES = {
    "NEAR_DUPLICATES": (None, "flag", "drop"),
    "NEWSCRAWLER_NEAR_DUPLICATES": ("flag", "drop"),
}


def check_choices(settings: BaseSettings) -> None:
    """Raise `ConfigurationError` that names the first which is none of its words."""
    for name, words in CHOICES.items():
        if settings[name] not in words:
            known = ", ".join(word for word in words if word)
            raise ConfigurationError(f"{name}={settings[name]!r} is none of {known}")
