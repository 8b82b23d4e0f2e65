"""Peers that read an archive record by record, each in a process of its own.

`python -m benchmarks.archive_peers NAME` imports what a peer needs, and ends;
`python -m benchmarks.archive_peers NAME FILE` reads FILE and writes what became of its pages.

None is a dependency of the project. Install them into a virtual environment beside its own, with
the project and its tests (`pip install -e '.[dev]'`), and run `benchmarks.archive` there.

- `trafilatura` has no archive mode of its own: this is a plain loop over warcio's records, with
  what it knows of the head of a page. Without `lxml_html_clean`, which jusText imports by the name
  that it had in lxml, the import fails.
- `news-please` reads Common Crawl's files by its `CommonCrawlExtractor`, which asks Amazon for a
  bucket before it opens a file. So this is the loop inside of it, without filters:
  `NewsPlease.from_warc` for each response, strict about encodings and without images, as the
  extractor calls it, which goes on behind an error. Of what it needs, readability-lxml wants an
  older cssselect than the project, so that pip finds no set that suits both: install it with
  `--no-deps`, then its requirements, then cssselect anew. newspaper4k reads Japanese, Korean,
  Arabic and Indian pages only with `tinysegmenter`, `nltk` and `indic-nlp-library`.
- `fundus` is left out: its `CCNewsCrawler` passes by every host that is not one of its publishers',
  has rules for these alone, and takes archives from a web server only. Of these pages it would
  read none, very fast.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

from warcio.archiveiterator import ArchiveIterator

from benchmarks.processes import Failed, Measured, run

Read: TypeAlias = Callable[[Any], bool]
"""Reads one record of warcio's, and tells whether it gave a text."""

ALONE = "warcio alone"


# In a process of its own


def beyond_start(
    name: str, archive: Path, pages: int, tell: Callable[[str], None]
) -> Measured | None:
    """Measure a peer without its start; where it cannot run, tell why and return None."""
    try:
        start, found = peer(name), peer(name, archive, pages)
    except Failed as error:
        tell(f"{name} is left out: {error}")
        return None
    tell(f"  {name} {version_of(name)}: start {start.cpu:.1f} s of CPU; of {pages} pages "
         f"{found.said}")  # fmt: skip
    cpu = found.cpu - start.cpu
    return replace(found, seconds=found.seconds - start.seconds, cpu=cpu, main=cpu)


def peer(name: str, archive: Path | None = None, pages: int = 0) -> Measured:
    """Measure one that reads record by record, in one process; without an archive, its start."""
    command = [sys.executable, "-m", "benchmarks.archive_peers", name]
    return run([*command, *([str(archive)] if archive else [])], Path.cwd(), pages, {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=READERS)
    parser.add_argument("file", nargs="?", type=Path, help="a .warc.gz file")
    options = parser.parse_args()
    read = READERS[options.name]()
    if options.file:
        sys.stdout.write(f"{told_of(options.file, read)}\n")


def told_of(path: Path, read: Read) -> str:
    """Read all responses of a file; return how many gave a text, and how many an error."""
    texts = 0
    errors: Counter[str] = Counter()
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                try:
                    texts += read(record)
                except Exception as error:  # noqa: BLE001, an archive mode goes on behind it
                    errors[" ".join(f"{type(error).__name__}: {error}".split())[:100]] += 1
    often = "".join(f"; most often {one}" for one, _ in errors.most_common(1))
    return f"{texts} gave a text, {errors.total()} an error{often}"


# Readers


def version_of(name: str) -> str:
    """Return the release of a peer; the names are those of their distributions."""
    return version("warcio" if name == ALONE else name)


def alone() -> Read:
    """Do nothing with a page: what reading the archive alone takes."""
    return lambda record: bool(record.content_stream().read())


def trafilatura() -> Read:
    extraction = import_module("trafilatura").bare_extraction

    def read(record: Any) -> bool:
        found: Any = extraction(record.content_stream().read(), with_metadata=True)
        return bool(found and found.text)

    return read


def news_please() -> Read:
    from_warc = import_module("newsplease").NewsPlease.from_warc
    logging.disable(logging.ERROR)  # as its extractor does, logger by logger

    def read(record: Any) -> bool:
        found = from_warc(record, decode_errors="strict", fetch_images=False)
        return bool(found and found.maintext)

    return read


READERS: dict[str, Callable[[], Read]] = {
    ALONE: alone,
    "trafilatura": trafilatura,
    "news-please": news_please,
}

if __name__ == "__main__":
    main()
