"""Notices when the log can no longer be written."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable


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
