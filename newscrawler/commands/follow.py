"""`scrapy follow`: start the crawls of a file that are due, one after the other."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from newscrawler.crawls import Crawl, CrawlsError, last_words, read_crawls, worst
from newscrawler.exit_codes import ExitCode
from newscrawler.normalise.printable import for_terminal
from newscrawler.politeness.contact import MannersError, user_agent
from newscrawler.reports import give_up_stdout
from newscrawler.schedule import TIME_FORMAT
from newscrawler.watchdog import SIGNALS

# What the shell makes of a program that signal N ended: 128 + N.
KILLED = 128


class Command(ScrapyCommand):
    """Starts each crawl as a process of its own, so that none can harm the next."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] [<name> ...]"

    def short_desc(self) -> str:
        return "Start the crawls that a file lists and that are due, one after the other"

    def long_desc(self) -> str:
        return (
            "Start the crawls of a file whose last start is long enough ago; names choose some "
            "of them. A crawl that was broken off is due at once. The exit code is the gravest "
            "of theirs, 75 while another round is under way, 4 for a file with a mistake."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--file", metavar="FILE", default="crawls.toml", help="the crawls (crawls.toml)"
        )
        parser.add_argument("--all", action="store_true", help="start those not due as well")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be started, and start nothing"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        file = Path(opts.file)
        try:
            crawls = chosen(read_crawls(file), args)
            if not opts.dry_run:
                assert self.settings is not None
                check_contact(crawls, self.settings)
        except CrawlsError as error:
            self.exitcode = complain(ExitCode.CONFIGURATION, str(error))
        except OSError as error:
            self.exitcode = complain(ExitCode.CONFIGURATION, f"{file}: {error.strerror}")
        except MannersError as error:
            self.exitcode = complain(ExitCode.CONFIGURATION, str(error))
        else:
            self.exitcode = follow(file, crawls, everything=opts.all, dry_run=opts.dry_run)


def chosen(crawls: list[Crawl], names: list[str]) -> list[Crawl]:
    """Return the crawls with these names, all without names."""
    known = [crawl.name for crawl in crawls]
    for name in names:
        if name not in known:
            listed = ", ".join(known)
            raise UsageError(f"there is no crawl {name!r}; there is: {listed}", print_help=False)
    return [crawl for crawl in crawls if not names or crawl.name in names]


def check_contact(crawls: list[Crawl], settings: BaseSettings) -> None:
    """Raise `MannersError` where a live crawl would be refused for it, before the first starts.

    The crawls inherit what this command was given.
    """
    contact = str(settings["NEWSCRAWLER_CONTACT"] or "")
    for crawl in crawls:
        if crawl.replay is None:
            own = {"USER_AGENT": settings["USER_AGENT"], "NEWSCRAWLER_CONTACT": contact}
            own |= crawl.settings
            user_agent(own["USER_AGENT"], own["NEWSCRAWLER_CONTACT"])
    if contact:
        os.environ["NEWSCRAWLER_CONTACT"] = contact


def follow(file: Path, crawls: list[Crawl], *, everything: bool, dry_run: bool) -> int:
    if dry_run:
        for crawl in crawls:
            say(waiting(crawl, everything=everything) or f"{crawl.name}: due: {typed(crawl)}")
        return int(ExitCode.COMPLETE)
    try:
        with FileLock(f"{file}.lock", timeout=0):
            return Round().run(crawls, everything=everything)
    except Timeout:
        return complain(ExitCode.LOCKED, f"another round with {file} is under way")
    except OSError as error:
        return complain(ExitCode.STORAGE, f"{file}.lock: {error.strerror}")


class Round:
    """One run of the command; a signal ends the crawl that is under way, and the round."""

    def __init__(self) -> None:
        self.stopped_by = 0
        self.child: subprocess.Popen[bytes] | None = None

    def run(self, crawls: list[Crawl], *, everything: bool) -> int:
        for number in SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
                signal.signal(number, self.pass_on)
        codes = [self.take(crawl, everything=everything) for crawl in crawls]
        return worst([code for code in codes if code is not None])

    def pass_on(self, number: int, _frame: FrameType | None) -> None:
        self.stopped_by = number
        if self.child:
            self.child.send_signal(number)

    def take(self, crawl: Crawl, *, everything: bool) -> int | None:
        """Start a crawl if it is due, tell how it went, and return its exit code."""
        wait = waiting(crawl, everything=everything)
        if wait:
            say(wait)
            return None
        if self.stopped_by:
            say(f"{crawl.name}: not started: {signal.Signals(self.stopped_by).name}")
            return int(ExitCode.STOPPED)
        before = version(crawl.report)
        try:
            code = self.start(crawl)
        except OSError as error:
            return complain(ExitCode.STORAGE, f"{crawl.name}: {error}")
        words = last_words(crawl) if version(crawl.report) != before else "it left no report"
        say(f"{crawl.name}: {code} {meaning(code)}: {words}")
        return code

    def start(self, crawl: Crawl) -> int:
        """Run the crawl to its end and note both. Raises `OSError`."""
        crawl.note_start()
        with subprocess.Popen(  # noqa: S603 # no shell reads what the file says
            [sys.executable, "-m", *crawl.command()],
            stdin=subprocess.DEVNULL,
            # Where ours is closed, its number may be that of any file of the child.
            stdout=None if sys.stdout else subprocess.DEVNULL,
            stderr=None if sys.stderr else subprocess.DEVNULL,
        ) as self.child:
            if self.stopped_by:  # while the process was being made
                self.child.send_signal(self.stopped_by)
            code = self.child.wait()
        self.child = None
        crawl.note_end(code)
        if self.stopped_by and code == -self.stopped_by:  # before it could listen to signals
            return int(ExitCode.STOPPED)
        return code if code >= 0 else KILLED - code


def waiting(crawl: Crawl, *, everything: bool) -> str:
    """Say until when a crawl has to wait; "" for one that is due."""
    due = None if everything else crawl.due_at()
    return f"{crawl.name}: not due before {due.strftime(TIME_FORMAT)}" if due else ""


def typed(crawl: Crawl) -> str:
    return shlex.join(crawl.command())


def meaning(code: int) -> str:
    if code in set(ExitCode):
        return ExitCode(code).name.lower()
    if code - KILLED in set(signal.Signals):
        return f"killed by {signal.Signals(code - KILLED).name}"
    return "crashed"


def version(file: Path) -> tuple[int, int] | None:
    """Return what differs once another file stands under this name."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def complain(code: ExitCode, message: str) -> int:
    if sys.stderr:
        print(f"scrapy follow: {for_terminal(message)}", file=sys.stderr)
    return int(code)


def say(line: str) -> None:
    """Print a line; that nobody can read it is no reason to leave crawls undone."""
    if not sys.stdout:
        return
    encoding = sys.stdout.encoding
    try:
        told = for_terminal(line).encode(encoding, "backslashreplace")
        print(told.decode(encoding), flush=True)
    except OSError:
        give_up_stdout()
