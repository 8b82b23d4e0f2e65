"""The arguments of `scrapy crawl site`, read from `-a NAME=VALUE`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from newscrawler.spiders.arguments import SeriesArguments, whole_number

NAMES = {"url", "max_articles", "since", "until", "full", "recheck", "documents", "at"}
# Robots.txt and the start page aside; a day of a large site is in its first three.
DOCUMENTS = 50


@dataclass(frozen=True)
class SiteArguments(SeriesArguments):
    """Those of a series that make sense for a site, and how many documents are read."""

    documents: int = DOCUMENTS

    @classmethod
    def read(cls, /, **given: str) -> Self:
        """Read the arguments as typed; raise ValueError that names the wrong one."""
        unknown = given.keys() - NAMES
        if unknown:
            raise ValueError(f"there is no argument {', '.join(sorted(unknown))}")
        documents = whole_number("documents", given.pop("documents", "")) or DOCUMENTS
        # What a feed names is all there is: related articles would lead out of its period.
        read = super().read(**given, related="0", scope="site")
        return replace(read, documents=documents)
