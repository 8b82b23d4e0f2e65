"""The log: one event is one printable line without secrets, and a run writes so much at most."""

from __future__ import annotations

import logging
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from newscrawler.normalise.printable import one_line, shortened
from newscrawler.normalise.redaction import redacted

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

# Characters of one value in a message: a title, an address, what an exception says.
LONGEST_VALUE = 500
# Characters of a line. The end of a traceback says what happened.
LONGEST_LINE = 8192
KEPT_AT_END = 2048
# Characters that are looked at, so that far more than is shown has its secrets taken out.
LONGEST_READ = 65_536
# Bytes of a run, whatever a site does; errors have some more, so that the end is always told.
LARGEST_LOG = 8 * 2**20
FOR_ERRORS = 2**20
BEFORE_MESSAGE = 80  # time, logger and level
# Warnings of one place in the code; the next ones say nothing new.
MOST_ALIKE = 500


class OneLineRecord(logging.LogRecord):
    """A record whose text is one line in every handler, a traceback included."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        # Taken into the message: a formatter would put them on lines of their own.
        told = (told_by(self.exc_info), self.stack_info or "")
        self.behind = "".join(f" | {one}" for one in told if one)
        self.exc_info = self.exc_text = self.stack_info = None
        self.line: str = ""

    def getMessage(self) -> str:  # noqa: N802, logging's own name
        if not self.line:
            text = one_line(without_secrets(f"{self._words()}{self.behind}"))
            self.line = shortened(text, LONGEST_LINE, kept_at_end=KEPT_AT_END)
        return self.line

    def _words(self) -> str:
        if not self.args:
            return str(self.msg)
        try:
            words: str = str(self.msg) % _shown(self.args)
        except (TypeError, ValueError, KeyError):
            # Else logging prints it raw, with all that it holds.
            return f"{self.msg!s} {self.args!r}"
        return words


class Shown:
    """A value of a message as it is to be read: shortened, without secrets."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __str__(self) -> str:
        return shortened(without_secrets(str(self.value)), LONGEST_VALUE)

    def __repr__(self) -> str:
        return shortened(without_secrets(repr(self.value)), LONGEST_VALUE)


def _shown(args: Any) -> Any:
    if isinstance(args, Mapping):
        return {key: _shown_value(value) for key, value in args.items()}
    return tuple(map(_shown_value, args)) if isinstance(args, tuple) else _shown_value(args)


def _shown_value(value: object) -> object:
    return value if value is None or isinstance(value, int | float) else Shown(value)


def without_secrets(text: str) -> str:
    """Return a text, or start and end of a long one, without secrets.

    Cut short before, an address might lose the sign by which its password is known.
    """
    return redacted(shortened(text, LONGEST_READ, kept_at_end=LONGEST_READ // 2))


def told_by(exc_info: Any) -> str:
    """Return a traceback, or nothing."""
    if not exc_info or not exc_info[0]:
        return ""
    return "".join(traceback.format_exception(*exc_info)).rstrip("\n")


def write_one_line_each() -> None:
    """Let every record from now on be one line; asked for by a command, never on import."""
    logging.setLogRecordFactory(OneLineRecord)
    sys.excepthook = tell_of_a_bug


def tell_of_a_bug(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print the exception that ends a program on one line: it may quote what a page says."""
    text = one_line(without_secrets(told_by((kind, error, trace))))
    print(shortened(text, LONGEST_LINE, kept_at_end=KEPT_AT_END), file=sys.stderr)  # noqa: T201


class LimitedLog:
    """An extension that bounds what a run writes to its log, and says what was left out."""

    def __init__(self, crawler: Crawler) -> None:
        self.limits: list[Limit] = []
        # It lists all settings, with the headers and passwords among them.
        logging.getLogger("scrapy.crawler").setLevel(logging.WARNING)
        # Not before: Scrapy makes its handler anew when the crawl begins.
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def spider_opened(self) -> None:
        for handler in logging.getLogger().handlers:
            self.limits.append(Limit())
            handler.addFilter(self.limits[-1])

    def spider_closed(self) -> None:
        left_out: Counter[str] = Counter()
        for limit in self.limits:
            left_out |= limit.left_out
            limit.is_over = True
        for kind, number in left_out.items():
            logger.warning("%d more lines were left out: %s", number, kind)


class Limit(logging.Filter):
    """Lets through what a log may still take."""

    def __init__(self) -> None:
        super().__init__()
        self.written = 0
        self.alike: Counter[tuple[str, int]] = Counter()
        self.left_out: Counter[str] = Counter()
        self.is_over = False
        """Whether the run is: what is told of its end has its place."""

    def filter(self, record: logging.LogRecord) -> bool:
        if self.is_over or record.levelno >= logging.CRITICAL:
            return True
        place = (record.pathname, record.lineno)
        self.alike[place] += record.levelno >= logging.WARNING
        size = BEFORE_MESSAGE + len(record.getMessage().encode("utf-8", "replace"))
        room = LARGEST_LOG + (FOR_ERRORS if record.levelno >= logging.ERROR else 0)
        if self.alike[place] > MOST_ALIKE:
            # By its place and not by its words, of which a site could make any number.
            self.left_out[
                f"{record.levelname} of {record.name} ({record.module}:{record.lineno})"
            ] += 1
        elif self.written + size > room:
            self.left_out[f"the log has {LARGEST_LOG >> 20} MiB"] += 1
        else:
            self.written += size
            return True
        return False


def on_lost_line(tell: Callable[[OSError], None]) -> None:
    """Let `tell` know of a log that fails: logging itself would print a traceback for each line.

    Afterwards the handler that failed is silent.
    """
    for handler in logging.getLogger().handlers:
        vars(handler)["handleError"] = _once(handler, tell)


def _once(
    handler: logging.Handler, tell: Callable[[OSError], None]
) -> Callable[[logging.LogRecord], None]:
    default = handler.handleError

    def handle(record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            handler.setLevel(logging.CRITICAL + 1)
            tell(error)
        else:
            default(record)

    return handle
