"""`scrapy validate`: whether feeds keep their contract, with the line of each fault."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawler.exit_codes import ExitCode
from newscrawler.normalise.printable import for_terminal

if TYPE_CHECKING:
    from newscrawler.validation.feeds import Report


class Command(ScrapyCommand):
    """Reads feeds, and writes nothing."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--json] <feed> ..."

    def short_desc(self) -> str:
        return "Check feeds against their JSON Schema and the promises of docs/feed.md"

    def long_desc(self) -> str:
        return (
            "Check each line of feeds, packed or not; - is standard input. The kind of a feed is "
            "told by its name (.series, .links, .drops before the suffix), else by its lines. "
            "The exit code is 0 for valid feeds, 10 where something is wrong, 3 for a file that "
            "cannot be read."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="write one JSON object a feed")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if not args:
            raise UsageError("name one feed or more: scrapy validate FEED ...")
        try:
            codes = [check(feed, as_json=opts.json) for feed in args]
        except KeyboardInterrupt:
            print("scrapy validate: stopped", file=sys.stderr)
            codes = [ExitCode.STOPPED]
        grave = (ExitCode.STOPPED, ExitCode.STORAGE, ExitCode.UNHEALTHY)
        self.exitcode = int(next((it for it in grave if it in codes), ExitCode.COMPLETE))


def check(feed: str, *, as_json: bool) -> ExitCode:
    from newscrawler.validation.feeds import FeedCheck

    checking = FeedCheck(feed, lambda found: None if as_json else say(f"{feed}, {found}"))
    try:
        report = checking.run()
    except OSError as error:
        print(f"scrapy validate: {for_terminal(str(error))}", file=sys.stderr)
        return ExitCode.STORAGE
    conclude(report, as_json=as_json)
    return ExitCode.COMPLETE if report.is_valid else ExitCode.UNHEALTHY


def conclude(report: Report, *, as_json: bool) -> None:
    from newscrawler.lines import json_line

    if as_json:
        say(json_line(report.record()))
        return
    for line in report.findings.untold():
        say(f"{report.feed}: {line}")
    say(str(report))


def say(line: str) -> None:
    """Print a line; that nobody reads it does not change the verdict."""
    from newscrawler.reports import give_up_stdout

    try:
        encoding = sys.stdout.encoding
        told = for_terminal(line).encode(encoding, "backslashreplace").decode(encoding)
        print(told, flush=True)
    except BrokenPipeError:
        give_up_stdout()
