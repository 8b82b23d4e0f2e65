"""The settings that make a crawl replay or record an archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from newscrawler.archives.formats import check_archive
from newscrawler.archives.moments import read_moment
from newscrawler.archives.recording import check_name

_CACHE = {
    "HTTPCACHE_ENABLED": True,
    "HTTPCACHE_POLICY": "scrapy.extensions.httpcache.DummyPolicy",
    "HTTPCACHE_IGNORE_HTTP_CODES": [],  # redirects and errors belong to a crawl
    "HTTPCACHE_IGNORE_SCHEMES": ["file"],
}


def replay_settings(paths: Path | Sequence[Path], at: str = "") -> dict[str, object]:
    """Return the settings for a crawl that reads archives and never opens a socket.

    They must win over the project's and the spider's. A page that the archives lack
    reaches the errback as `IgnoreRequest`. `at` is the moment that is asked for, as typed.
    Raises `ArchiveError` where a path is no archive that can be read, `ValueError` for what is
    no moment. Which pages are in large archives is read here, as it takes its time.
    """
    moment = read_moment(at) if at else None
    paths = [paths] if isinstance(paths, Path) else paths
    check_archive(paths)
    return {
        **_CACHE,
        "HTTPCACHE_STORAGE": "newscrawler.archives.storage.ReplayStorage",
        "HTTPCACHE_IGNORE_MISSING": True,
        "NEWSCRAWLER_REPLAY": [str(path.absolute()) for path in paths],
        "NEWSCRAWLER_REPLAY_AT": moment,
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
    """Return the settings for a crawl that keeps what it fetches at `path`.

    It is a folder, or named `.warc.gz`, `.warc` or `.wacz`. Raises `ArchiveError` where its name
    and what stands there do not agree.
    """
    check_name(path)
    return {"NEWSCRAWLER_RECORD": str(path.absolute())}
