"""Peers that read an archive record by record, each in a process of its own.

`python -m benchmarks.archive_peers NAME` imports what a peer needs, and ends;
`python -m benchmarks.archive_peers NAME FILE` reads FILE and writes how many records gave a text.

None is a dependency of the project. Install them into a virtual environment beside its own, with
the project and its tests (`pip install -e '.[dev]'`), and run `benchmarks.archive` there.

- `trafilatura` has no archive mode of its own: this is a plain loop over warcio's records, with
  what it knows of the head of a page. Without `lxml_html_clean`, which jusText imports by the name
  that it had in lxml, the import fails.
- `news-please` reads Common Crawl's files by its `CommonCrawlExtractor`, which asks Amazon for a
  bucket before it opens a file. So this is the loop inside of it, without filters:
  `NewsPlease.from_warc` for each response, strict about encodings and without images, as the
  extractor calls it; a page at which it raises an error counts as one without a text. Of what it
  needs, readability-lxml wants an older cssselect than the project, so that pip finds no set that
  suits both: install it with `--no-deps`, then its requirements, then cssselect anew.
- `fundus` is left out: its `CCNewsCrawler` passes by every host that is not one of its publishers',
  has rules for these alone, and takes archives from a web server only. Of these pages it would
  read none, very fast.
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
