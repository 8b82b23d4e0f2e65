"""`scrapy crawl` that remembers, publishes whole feeds, and ends with a true exit code."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from newscrawler.archives.append_file import BusyError
from newscrawler.archives.capture import ArchiveError
from newscrawler.commands import recorded
from newscrawler.commands.archive_options import archive_settings
from newscrawler.commands.choice_settings import check_choices
from newscrawler.commands.crawl_options import (
    add_replay_option,
    option_settings,
    output_settings,
)
from newscrawler.commands.network_options import add_network_option, check_network, opened_settings
from newscrawler.commands.number_settings import check_numbers
from newscrawler.commands.unsafe_settings import why_refused
from newscrawler.exit_codes import ConfigurationError, ExitCode
from newscrawler.locks import IN_MEMORY, LockedError, lock_state, state_path
from newscrawler.logs import write_one_line_each
from newscrawler.normalise.printable import for_terminal
from newscrawler.politeness.checks import check_manners
from newscrawler.politeness.contact import MannersError
from newscrawler.reports import ended_early, write_report
from newscrawler.state.errors import StateError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from newscrawler.ending import Ending
    from newscrawler.outputs import Output
    from newscrawler.watchdog import Watchdog

# Imports stand in the functions that need them: a second run is told to go away before
# half of the project has been read.
# What ends a run before its first request, and how.
REFUSALS: dict[type[Exception], ExitCode] = {
    ConfigurationError: ExitCode.CONFIGURATION,
    MannersError: ExitCode.CONFIGURATION,
    LockedError: ExitCode.LOCKED,
    BusyError: ExitCode.LOCKED,
    ArchiveError: ExitCode.USAGE,
    StateError: ExitCode.STATE_DAMAGED,
    OSError: ExitCode.STORAGE,
}


class Command(BaseRunSpiderCommand):
    """Runs a spider of the project, by name."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] <spider>"

    def short_desc(self) -> str:
        return "Run a spider of the project, live or on saved pages"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        for name, metavar, meaning in (
            ("--record", "PATH", "keep what is fetched in PATH: .warc.gz, .warc, .wacz, a folder"),
            ("--state", "FILE", "remember here what is known, and not in state/newscrawler.sqlite"),
            ("--report", "FILE", "write the run's report as JSON; - is standard output"),
            ("--max-time", "SECONDS", "end the run after this time, with code 15"),
            ("--wait", "SECONDS", "wait that long for another run with the same state"),
        ):
            parser.add_argument(name, metavar=metavar, help=meaning)
        add_replay_option(parser)
        add_network_option(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        write_one_line_each()
        try:
            self.read_options(args, opts)
        except UsageError as error:
            self.refuse(ExitCode.USAGE, str(error), opts.report)
            raise
        self.refusing(lambda: check_network(self.settings))
        self.refusing(self.prepare)

    def read_options(self, args: list[str], opts: argparse.Namespace) -> None:
        outputs = [(name, False) for name in opts.output or []]
        outputs += [(name, True) for name in opts.overwrite_output or []]
        opts.output = opts.overwrite_output = None
        super().process_options(args, opts)
        if opts.replay:
            opts.state = opts.state or IN_MEMORY
        self.merge(partial(archive_settings, opts), args)
        self.merge(option_settings, opts)
        self.merge(lambda networks: opened_settings(self.settings, networks), opts.allow_network)
        self.refusing(self.take_lock)
        if opts.replay and opts.record:
            raise UsageError("--replay and --record: choose one", print_help=False)
        from newscrawler.archives.settings import record_settings, replay_settings

        at = opts.spargs.get("at", "")
        if at and not opts.replay:
            raise UsageError("at=... says which of the saved pages: it needs --replay")
        if opts.replay:
            paths = [Path(path) for path in opts.replay]
            self.merge(lambda paths: replay_settings(paths, at), paths)
        if opts.record:
            self.merge(record_settings, Path(opts.record))
        self.merge(output_settings, outputs)

    def merge(self, read: Callable[[Any], dict[str, Any]], value: Any) -> None:
        """Merge the settings that `read` makes of an option; what it refuses is a usage error."""
        assert self.settings is not None
        try:
            self.settings.setdict(read(value), priority="cmdline")
        except (ValueError, OSError) as error:
            raise UsageError(for_terminal(str(error)), print_help=False) from error

    def refusing(self, check: Callable[[], None]) -> None:
        """End the run, with its code and report, where `check` finds that it cannot end well."""
        try:
            check()
        except tuple(REFUSALS) as error:
            assert self.settings is not None
            code = next(code for kind, code in REFUSALS.items() if isinstance(error, kind))
            self.refuse(code, str(error), self.settings.get("NEWSCRAWLER_REPORT"))
            print(f"scrapy crawl: {for_terminal(str(error))}", file=sys.stderr)
            raise SystemExit(int(code)) from error

    def take_lock(self) -> None:
        assert self.settings is not None
        check_settings(self.settings)
        path = state_path(self.settings["NEWSCRAWLER_STATE"])
        if path:
            # Kept: a lock that nobody holds a reference to is given up.
            self.lock = lock_state(path, self.settings.getfloat("NEWSCRAWLER_LOCK_WAIT"))

    def prepare(self) -> None:
        """Try the outputs, repair the state, deliver what an interrupted run had won."""
        from newscrawler.outputs import Output, check_outputs

        settings = self.settings
        assert settings is not None
        path, feeds = state_path(settings["NEWSCRAWLER_STATE"]), Path(settings["NEWSCRAWLER_FEEDS"])
        outputs = [Output(**one) for one in settings.getlist("NEWSCRAWLER_OUTPUTS")]
        check_outputs(outputs, feeds)
        if path:
            rebuilt = finish_interrupted(path, feeds, outputs)
            settings.set("NEWSCRAWLER_REBUILT", rebuilt, priority="cmdline")

    def refuse(self, code: ExitCode, why: str, report: str | None) -> None:
        if report:
            with suppress(OSError):
                write_report(report, ended_early(code, code.name.lower(), why))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        spider_name = self.checked(args, opts)
        quieten(opts)
        assert self.crawler_process
        crawler = self.crawler_process.create_crawler(spider_name)
        self.crawler_process.crawl(crawler, **opts.spargs)
        from scrapy import signals

        from newscrawler.logs import on_lost_line
        from newscrawler.memory import memory_of

        def watch_log() -> None:
            on_lost_line(lambda error: memory_of(crawler).give_up(error))

        # Not before: Scrapy makes its handler anew when the crawl begins.
        crawler.signals.connect(watch_log, signals.engine_started, weak=False)
        with self.watchdog(crawler):
            self.crawler_process.start(install_signal_handlers=False)
        self.exitcode = recorded.complete(crawler, self.end(crawler))

    def watchdog(self, crawler: Crawler) -> Watchdog:
        from twisted.internet import reactor

        from newscrawler.ending import Ending
        from newscrawler.memory import memory_of
        from newscrawler.watchdog import Watchdog

        def stop(reason: str) -> None:
            reactor.callFromThread(lambda: memory_of(crawler).stop(reason))

        def end(reason: str) -> int:
            ending = crawler.get_extension(Ending)
            return tell(ending, reason) if ending else int(ExitCode.STOPPED)

        limit = crawler.settings.getfloat("NEWSCRAWLER_MAX_TIME") or None
        watchdog = Watchdog(stop=stop, end=end, time_limit=limit)

        def beat() -> None:
            watchdog.beat()
            asyncio.get_event_loop().call_later(1, beat)

        asyncio.get_event_loop().call_soon(beat)
        return watchdog

    def end(self, crawler: Crawler) -> int:
        from newscrawler.ending import Ending

        assert self.crawler_process
        if self.crawler_process.bootstrap_failed:
            return int(ExitCode.BUG)
        ending = crawler.get_extension(Ending)
        reason = crawler.stats.get_value("finish_reason", "")
        return tell(ending, reason) if ending else int(ExitCode.BUG)

    def checked(self, args: list[str], opts: argparse.Namespace) -> str:
        """Return the spider's name once it and its arguments are found right."""
        try:
            name = self.spider_name(args)
            arguments = self.read_arguments(name, opts.spargs)
        except UsageError as error:
            self.refuse(ExitCode.USAGE, str(error), opts.report)
            raise
        assert self.settings is not None
        self.refusing(partial(check_manners, self.settings))
        self.refusing(lambda: self.check_browser(arguments))
        self.refusing(partial(recorded.begin, self.settings))
        return name

    def spider_name(self, args: list[str]) -> str:
        if len(args) != 1:
            raise UsageError("say which spider: scrapy crawl series -a url=ADDRESS")
        assert self.crawler_process
        names = self.crawler_process.spider_loader.list()
        if args[0] not in names:
            known = ", ".join(sorted(names))
            raise UsageError(f"there is no spider {args[0]!r}; there is: {known}", print_help=False)
        return args[0]

    def check_browser(self, arguments: Any) -> None:
        """Raise `ConfigurationError` where a browser is asked for, and there is none."""
        from newscrawler.browser.chromium import NAMES, find_chromium

        assert self.settings is not None
        named = self.settings["NEWSCRAWLER_CHROMIUM"]
        if self.settings.get("NEWSCRAWLER_REPLAY") or find_chromium(named):
            return
        if named:
            raise ConfigurationError(f"NEWSCRAWLER_CHROMIUM={named!r} is no program")
        if getattr(arguments, "browser", "auto") == "1":
            raise ConfigurationError(f"browser=1, and none of {', '.join(NAMES)} is installed")

    def read_arguments(self, spider_name: str, arguments: dict[str, str]) -> Any:
        """Return what the spider makes of its arguments."""
        assert self.crawler_process
        spider = self.crawler_process.spider_loader.load(spider_name)
        read = getattr(spider, "read_arguments", None)
        try:
            return read(**arguments) if read else None
        except (ValueError, OSError) as error:
            raise UsageError(for_terminal(str(error)), print_help=False) from error


def tell(ending: Ending, reason: str) -> int:
    """Print how it went, and return the exit code."""
    code, settings = ending.end(reason), ending.crawler.settings
    is_taken = any(one["path"] == "-" for one in settings.getlist("NEWSCRAWLER_OUTPUTS"))
    file = sys.stderr if is_taken or settings["NEWSCRAWLER_REPORT"] == "-" else sys.stdout
    with suppress(OSError):
        for line in ending.lines:
            print(for_terminal(line), file=file)
    return code


def finish_interrupted(path: Path, feeds: Path, outputs: list[Output]) -> str | None:
    """Deliver what an interrupted run had won; return what had to be rebuilt for it."""
    from newscrawler.archives.capture import utc_now
    from newscrawler.identity import marks_of_record, page_key
    from newscrawler.publishing import Publisher
    from newscrawler.state.store import open_or_rebuild

    files = [feeds, *(Path(one.path) for one in outputs if one.path != "-")]
    state, rebuilt = open_or_rebuild(
        path,
        [file for file in files if file.exists()],
        now=utc_now(),
        key_of=page_key,
        marks_of=marks_of_record,
    )
    if rebuilt:
        print(f"scrapy crawl: {for_terminal(rebuilt)}", file=sys.stderr)
    Publisher(state, feeds, outputs).finish_interrupted()
    state.close()
    return rebuilt


def check_settings(settings: BaseSettings) -> None:
    """Raise `ConfigurationError` for a setting, `OSError` for a log that cannot be written."""
    check_numbers(settings)
    check_choices(settings)
    if why := why_refused(settings):
        raise ConfigurationError(why)
    if settings["LOG_FILE"]:
        with Path(settings["LOG_FILE"]).open("a", encoding="utf-8") as log:
            log.write("\n")  # on a full disk only a byte more tells


def quieten(opts: argparse.Namespace) -> None:
    """Leave the project's own lines on the terminal; those of libraries start at WARNING."""
    if opts.loglevel:
        return
    for name in ("scrapy", "twisted", "asyncio", "filelock"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It reports each page that is not rendered; so do we, with the reason.
    logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)
