"""`scrapy extract`: what is read from one page and why, or the records of many saved pages."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings, Settings

from newscrawler.commands.network_options import add_network_option, check_network, opened_settings
from newscrawler.commands.unsafe_settings import why_refused
from newscrawler.exit_codes import ConfigurationError, ExitCode
from newscrawler.normalise.printable import for_terminal

if TYPE_CHECKING:
    from scrapy.http import Response

# Imports stand in the functions that need them: Scrapy imports all commands for each of them.
OPTIONS = (
    ("--url", "ADDRESS", "the address of the page in FILE"),
    ("--replay", "PATH", "look for the page among saved ones (a folder, WARC, WACZ)"),
    ("--batch", "PAGES.jsonl", "write the articles of saved pages: id, url and html a line"),
    ("--jobs", "N", "processes for --batch; one for each core"),
)


class Command(ScrapyCommand):
    """Reads pages, and writes nothing that it is not asked for; there is no state."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] <address | file>  or  --batch PAGES.jsonl [-O FILE]"

    def short_desc(self) -> str:
        return "Show what is read from a page, from where, and what else it offers"

    def long_desc(self) -> str:
        return (
            "Show for one page, fetched or saved, each field with its source and the candidates "
            "that were not taken. With --batch: write one article record a line for a list of "
            "saved pages, on all cores."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        for name, metavar, meaning in OPTIONS:
            parser.add_argument(name, metavar=metavar, help=meaning)
        add_network_option(parser)
        parser.add_argument("--json", action="store_true", help="write one JSON object")
        parser.add_argument(
            "-O", "--output", metavar="FILE", help="where --batch writes; - is standard output"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        check_options(args, opts)
        prepare(self.settings, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert isinstance(self.settings, Settings)
        try:
            check_network(self.settings)
            if why := why_refused(self.settings):
                code = complain(why, ExitCode.CONFIGURATION)
            elif opts.batch:
                code = write_batch(opts)
            elif is_address(args[0]):
                code = self.show_fetched(args[0], as_json=opts.json)
            else:
                code = show_saved(Path(args[0]), opts.url, as_json=opts.json)
        except ConfigurationError as error:
            code = complain(error, ExitCode.CONFIGURATION)
        except OSError as error:
            code = complain(error, ExitCode.STORAGE)
        except KeyboardInterrupt:
            code = complain("stopped", ExitCode.STOPPED)
        self.exitcode = int(code)

    def show_fetched(self, address: str, *, as_json: bool) -> ExitCode:
        from newscrawler.extraction.fetching import fetch
        from newscrawler.politeness.contact import MannersError, identify

        assert isinstance(self.settings, Settings)
        try:
            identify(self.settings)
        except MannersError as error:
            return complain(error, ExitCode.CONFIGURATION)
        response, reason, code = fetch(checked(address), self.settings)
        if response is None:
            return complain(f"{address}: {reason}", code)
        show(response, as_json=as_json)
        return ExitCode.COMPLETE


def check_options(args: list[str], opts: argparse.Namespace) -> None:
    """Raise `UsageError` for options that do not belong together."""
    names = ("url", "replay", "json", "output", "jobs", "allow_network")
    given = {name for name in names if getattr(opts, name)}
    if bool(opts.batch) == bool(args) or len(args) > 1:
        raise UsageError("name one page, or a list: scrapy extract ADDRESS, FILE or --batch LIST")
    kind = "--batch" if opts.batch else "an address" if is_address(args[0]) else "a file"
    fitting = {"--batch": {"output", "jobs"}, "an address": {"replay", "json", "allow_network"}}
    wrong = given - fitting.get(kind, {"url", "json"})
    if wrong:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(wrong))
        raise UsageError(f"{named}: not with {kind}", print_help=False)
    if opts.url:
        checked(opts.url)
    if opts.jobs and not (opts.jobs.isascii() and opts.jobs.isdigit() and int(opts.jobs)):
        raise UsageError(f"--jobs {opts.jobs!r} is not a whole number above 0", print_help=False)


def is_address(text: str) -> bool:
    """Tell an address, which has a scheme, from a file; a file of that name goes first."""
    return "://" in text and not os.path.exists(text)  # noqa: PTH110, the text may be too long


def checked(address: str) -> str:
    from newscrawler.normalise.urls import clean_url

    try:
        clean_url(address)
    except ValueError as error:
        raise UsageError(for_terminal(str(error)), print_help=False) from error
    return address


def prepare(settings: BaseSettings, opts: argparse.Namespace) -> None:
    """Set what a command that reads single pages is told of the log, archives and networks."""
    from newscrawler.commands.crawl import quieten
    from newscrawler.logs import write_one_line_each

    write_one_line_each()
    quieten(opts)
    if not opts.loglevel:  # what the command prints says it all
        settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
    if opts.replay:
        settings.setdict(read_replay(opts.replay), priority="cmdline")
    try:
        opened = opened_settings(settings, opts.allow_network)
    except ValueError as error:
        raise UsageError(str(error), print_help=False) from error
    settings.setdict(opened, priority="cmdline")


def read_replay(path: str) -> dict[str, Any]:
    from newscrawler.archives.settings import replay_settings

    try:
        return replay_settings(Path(path))
    except (ValueError, OSError) as error:
        raise UsageError(for_terminal(str(error)), print_help=False) from error


def show_saved(path: Path, url: str | None, *, as_json: bool) -> ExitCode:
    from newscrawler.extraction.saved import saved_response

    try:
        response = saved_response(path, url)
    except ValueError as error:
        return complain(f"{path}: {error}", ExitCode.STORAGE)
    show(response, as_json=as_json)
    return ExitCode.COMPLETE


def show(response: Response, *, as_json: bool) -> None:
    from newscrawler.extraction.inspection import inspect_response
    from newscrawler.extraction.tables import WIDTH, table
    from newscrawler.lines import json_line
    from newscrawler.reports import give_up_stdout

    page = inspect_response(response)
    if as_json:
        sys.stdout.buffer.write(json_line(page.record()).encode() + b"\n")
        sys.stdout.buffer.flush()
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
    try:
        print("\n".join(table(page, width=width, encoding=sys.stdout.encoding)), flush=True)
    except BrokenPipeError:  # who reads it has seen enough
        give_up_stdout()


def write_batch(opts: argparse.Namespace) -> ExitCode:
    """Write the records; a SIGTERM ends it as a Ctrl-C does, and leaves the old file."""
    from newscrawler.extraction.batch import Batch
    from newscrawler.outputs import Output, check_outputs, write_feed
    from newscrawler.workers import cores

    output = Output(opts.output or "-", overwrite=True)
    try:
        check_outputs([output])
    except ValueError as error:
        raise UsageError(for_terminal(str(error)), print_help=False) from error
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    batch = Batch(Path(opts.batch), tell, processes=int(opts.jobs or cores()))
    write_feed(output, batch.lines())
    print(f"{batch.records} records, {batch.failed} failed", file=sys.stderr)
    return ExitCode.PARTIAL if batch.failed else ExitCode.COMPLETE


def complain(error: object, code: ExitCode) -> ExitCode:
    tell(str(error))
    return code


def tell(message: str) -> None:
    print(f"scrapy extract: {for_terminal(message)}", file=sys.stderr, flush=True)
