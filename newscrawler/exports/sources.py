"""Records for an export, from feeds or from a state, whatever is wrong with single lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from newscrawler.exports.formats import FormatError
from newscrawler.exports.shapes import Row, Shape
from newscrawler.exports.values import without_escapes
from newscrawler.feed_reading import (
    BadLineError,
    FeedLine,
    check_readable,
    feed_lines,
    kind_of_name,
    kind_of_record,
    read_record,
)

# Wrong lines of one export that are told one by one.
MAX_TOLD = 100


class Records:
    """The records of feeds, all of one kind, in their order.

    A line that is wrong is told with its number and left out. `tell` gets what is for people;
    `has_escapes` says whether the format can hold what only an escape of JSON brings.
    """

    def __init__(self, tell: Callable[[str], None], *, has_escapes: bool) -> None:
        self.tell, self.has_escapes = tell, has_escapes
        self.kind = ""
        """`article`, `series`, `link` or `drop`, once the first record is known."""
        self.records = self.failed = 0
        self._shape: Shape | None = None

    def of_feeds(self, names: Iterable[str]) -> Iterator[Row]:
        """Give the records of files. Raises `OSError`, `FormatError` for feeds of two kinds."""
        listed = list(names)
        for name in listed:
            check_readable(name)
        for name in listed:
            yield from self._read(name, kind_of_name(name), feed_lines(name))

    def of_lines(self, name: str, kind: str, lines: Iterable[str]) -> Iterator[Row]:
        """Give the records of lines that the program has written itself."""
        encoded = (line.encode("utf-8", "replace") for line in lines)
        numbered = (FeedLine(number, line) for number, line in enumerate(encoded, 1))
        return self._read(name, kind, numbered)

    def end(self) -> None:
        """Tell what no single line was told for."""
        if self.failed > MAX_TOLD:
            self.tell(f"... and {self.failed - MAX_TOLD} more lines are wrong")
        if self._shape and self._shape.unknown:
            self.tell(f"no fields of the feed: {', '.join(sorted(self._shape.unknown))}")

    def _read(self, name: str, kind: str | None, lines: Iterable[FeedLine]) -> Iterator[Row]:
        if kind and self.kind not in {"", kind}:
            raise FormatError(f"{name!r} has records of the kind {kind!r}, and not {self.kind!r}")
        if kind:
            self._shaped(kind)
        for line in lines:
            if line.is_blank:
                continue
            try:
                row = self._row(line, kind)
            except BadLineError as error:
                self._fail(f"{name}, line {line.number}: {error}")
            else:
                self.records += 1
                yield row

    def _row(self, line: FeedLine, kind: str | None) -> Row:
        text = line.text
        # Other programs put a byte order mark there, and mean nothing by it.
        record = read_record(text.removeprefix("\ufeff") if line.number == 1 else text)
        found = kind or kind_of_record(record)
        if self.kind not in {"", found}:
            raise BadLineError("kind", f"a record of the kind {found!r}, and not {self.kind!r}")
        row = self._shaped(found).check(record)
        # UTF-8 itself holds no surrogates, and JSON no bare NUL: only an escape brings them.
        return row if self.has_escapes or "\\u" not in text else without_escapes(row)

    def _shaped(self, kind: str) -> Shape:
        if self._shape is None:
            self._shape = Shape(kind)
            self.kind = kind
        return self._shape

    def _fail(self, why: str) -> None:
        self.failed += 1
        if self.failed <= MAX_TOLD:
            self.tell(why)
