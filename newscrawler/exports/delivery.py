"""Records brought to a file in one format."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from newscrawler.exports.formats import FormatError, check_format, chosen_format
from newscrawler.exports.shapes import Row
from newscrawler.exports.sinks import exists, is_seekable, opened_sink
from newscrawler.exports.sources import Records
from newscrawler.schema import RECORDS


def deliver(rows: Iterator[Row], records: Records, output: str, name: str | None) -> bool:
    """Write the rows that `records` gives, and tell whether anything was written.

    Without a row a file that exists is left as it is; one that does not is made, empty.
    Raises `FormatError` for a format that cannot hold them, `OSError` naming a file.
    """
    chosen, packing = chosen_format(output, name)
    if not chosen.fits_pipe and not is_seekable(output):
        raise FormatError(f"{chosen.name} needs a file of its own, and no pipe")
    first = next(rows, None)  # now the kind is known
    if first is None and exists(output):
        return False
    kind = records.kind or "article"
    check_format(chosen, kind)
    with opened_sink(output, packing) as sink:
        chosen.write(rows if first is None else chain([first], rows), RECORDS[kind], sink)
    return True
