"""The settings that make a crawl replay or record an archive."""

from __future__ import annotations

from pathlib import Path

from newscrawler.archives.formats import check_archive
from newscrawler.archives.recorder import FolderRecorder

_CACHE = {
    "HTTPCACHE_ENABLED": True,
    "HTTPCACHE_POLICY": "scrapy.extensions.httpcache.DummyPolicy",
    "HTTPCACHE_IGNORE_HTTP_CODES": [],  # redirects and errors belong to a crawl
    "HTTPCACHE_IGNORE_SCHEMES": ["file"],
}


def replay_settings(path: Path) -> dict[str, object]:
    """Return the settings for a crawl that reads `path` and never opens a socket.

    They must win over the project's and the spider's. A page that the archive lacks
    reaches the errback as `IgnoreRequest`. Raises `ArchiveError` where `path` is no
    archive that can be read.
    """
    check_archive(path)
    return {
        **_CACHE,
        "HTTPCACHE_STORAGE": "newscrawler.archives.storage.ReplayStorage",
        "HTTPCACHE_IGNORE_MISSING": True,
        "NEWSCRAWLER_REPLAY": str(path.absolute()),
        # Nothing is there that could fetch.
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https", "file", "data", "ftp", "s3")),
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "STATSMAILER_RCPTS": [],
        "MEMUSAGE_NOTIFY_MAIL": [],
        "COOKIES_ENABLED": False,  # its list of public suffixes is updated from the network
        "ROBOTSTXT_OBEY": False,  # an archive has no robots.txt, and asks nobody
        "RETRY_ENABLED": False,  # an archive answers the same each time
        # One page after the other, in the same order each time.
        "CONCURRENT_REQUESTS": 1,
        "AUTOTHROTTLE_ENABLED": False,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_DELAY_JITTER": 0,
        "DOWNLOAD_SLOTS": {},
    }


def record_settings(path: Path) -> dict[str, object]:
    """Return the settings for a crawl that saves every page it fetches below `path`.

    Makes the folder. Raises `ArchiveError` where it cannot be made, read or written.
    """
    FolderRecorder(path)
    return {
        **_CACHE,
        "HTTPCACHE_STORAGE": "newscrawler.archives.recording.RecordStorage",
        "HTTPCACHE_IGNORE_MISSING": False,
        "NEWSCRAWLER_RECORD": str(path.absolute()),
    }
