"""How `scrapy crawl --record` begins and completes an archive around a run."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from newscrawler.archives.capture import ArchiveError
from newscrawler.exit_codes import ExitCode
from newscrawler.normalise.printable import for_terminal
from newscrawler.reports import STDOUT, write_report

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


def begin(settings: BaseSettings) -> None:
    """Open what is to be recorded, if anything is, and see that it can be gone on with.

    Raises `ArchiveError`, `OSError`.
    """
    if settings.get("NEWSCRAWLER_RECORD") and not settings.get("NEWSCRAWLER_REPLAY"):
        from newscrawler.recording import begin_recording

        begin_recording(settings)


def complete(crawler: Crawler, code: int) -> int:
    """Complete what was recorded, which may take a while, and return the exit code.

    The crawl has ended and told how; what fails here is told behind it.
    """
    if not crawler.settings.get("NEWSCRAWLER_RECORD"):
        return code
    from newscrawler.recording import end_recording

    try:
        end_recording(crawler.settings)
    except (ArchiveError, OSError) as error:
        return _incomplete(crawler, ExitCode.STORAGE, str(error))
    except KeyboardInterrupt:
        return _incomplete(crawler, ExitCode.FORCED, "stopped")
    return code


def _incomplete(crawler: Crawler, code: ExitCode, reason: str) -> int:
    why = f"the recording is not complete, and the next one goes on with it: {reason}"
    print(f"scrapy crawl: {for_terminal(why)}", file=sys.stderr)
    _correct_report(crawler, code, why)
    return int(code)


def _correct_report(crawler: Crawler, code: ExitCode, why: str) -> None:
    from newscrawler.ending import Ending

    ending, path = crawler.get_extension(Ending), crawler.settings["NEWSCRAWLER_REPORT"]
    if ending is None or path in ("", STDOUT):
        return
    told = [why, *ending.report.get("explanation", ())]
    ending.report |= {"exit_code": int(code), "exit": code.name.lower(), "explanation": told}
    with suppress(OSError):
        write_report(path, ending.report)
