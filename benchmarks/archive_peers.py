"""Peers that read an archive record by record, each in a process of its own.

`python -m benchmarks.archive_peers NAME` imports what a peer needs, and ends;
`python -m benchmarks.archive_peers NAME FILE` reads FILE and writes how many records gave a text.

None is a dependency of the project: install them into a virtual environment beside it, with the
project itself, and run `benchmarks.archive` there.

- `trafilatura` has no archive mode of its own: a plain loop over warcio's records, with what it
  knows of the head of a page. It does not import without `lxml_html_clean`, which pip does not
  bring where another package keeps lxml older or newer than what that one asks for.
- `news-please` (with `psycopg2-binary`, `boto3` and some twenty others) reads Common Crawl's files
  by `CommonCrawlExtractor`, which asks Amazon for its bucket before it opens a file. So this is
  the loop inside of it, without filters: `NewsPlease.from_warc` for each response, strict about
  encodings and without images, as the extractor calls it; what raises an error is counted as none.
- `fundus` is left out: its `CCNewsCrawler` passes by every host that is not one of its publishers',
  has rules for these alone, and takes archives from a web server only. On pages of any other site
  it would read nothing, very fast.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from typing import Any, TypeAlias

from warcio.archiveiterator import ArchiveIterator

Read: TypeAlias = Callable[[Any], bool]
"""Reads one record of warcio's, and tells whether it gave a text."""

ALONE = "warcio alone"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=READERS)
    parser.add_argument("file", nargs="?", help="a .warc.gz file")
    options = parser.parse_args()
    read = READERS[options.name]()
    if options.file:
        sys.stdout.write(f"{texts_in(options.file, read)}\n")


def texts_in(path: str, read: Read) -> int:
    with open(path, "rb") as file:  # noqa: PTH123
        responses = (one for one in ArchiveIterator(file) if one.rec_type == "response")
        return sum(map(read, responses))


def version_of(name: str) -> str:
    """Return the release of a peer; the names are those of their distributions."""
    return version("warcio" if name == ALONE else name)


def alone() -> Read:
    """Do nothing with a page: what reading the archive alone takes."""
    return lambda record: bool(record.content_stream().read())


def trafilatura() -> Read:
    from trafilatura import bare_extraction

    def read(record: Any) -> bool:
        found: Any = bare_extraction(record.content_stream().read(), with_metadata=True)
        return bool(found and found.text)

    return read


def news_please() -> Read:
    from newsplease import NewsPlease

    logging.disable(logging.ERROR)  # as its extractor does, logger by logger

    def read(record: Any) -> bool:
        with suppress(Exception):
            found = NewsPlease.from_warc(record, decode_errors="strict", fetch_images=False)
            return bool(found and found.maintext)
        return False

    return read


READERS: dict[str, Callable[[], Read]] = {
    ALONE: alone,
    "trafilatura": trafilatura,
    "news-please": news_please,
}

if __name__ == "__main__":
    main()
