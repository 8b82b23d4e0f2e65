"""What `scrapy crawl archive` makes of the options of a crawl."""

from __future__ import annotations

import argparse

# The spider that reads archives itself.
ARCHIVE = "archive"


def archive_settings(opts: argparse.Namespace, args: list[str]) -> dict[str, object]:
    """Return the settings for a crawl by which nothing is connected to, none for other spiders.

    Raises ValueError for an option that would name a second archive, or have one recorded of
    which there is none.
    """
    if args[:1] != [ARCHIVE]:
        return {}
    for option, path in (("--replay", opts.replay), ("--record", opts.record)):
        if path:
            raise ValueError(f"archive reads what files= names: no {option}")
    return {"NEWSCRAWLER_REPLAY": ARCHIVE}
