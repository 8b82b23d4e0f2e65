"""`scrapy export`: the articles of a series that were ever delivered, in one file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawler.exit_codes import ExitCode
from newscrawler.lines import json_line
from newscrawler.normalise.printable import for_terminal
from newscrawler.normalise.redaction import redacted
from newscrawler.publishing import Output, check_outputs, write_feed
from newscrawler.state.rows import KnownSeries
from newscrawler.state.store import DamagedStateError, State, StateError


class Command(ScrapyCommand):
    """Writes a series from the state, while a crawl runs too."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] [<series>]"

    def short_desc(self) -> str:
        return "Write the articles of a series that are known, or list the known series"

    def long_desc(self) -> str:
        return (
            "Write the last version of each article of a series, in order of arrival, to a file "
            "that appears whole. A series is named by its folder, its address or its name. "
            "Without a series and a file: list the series."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-O", "--output", metavar="FILE", help="write to FILE; - is standard output"
        )
        parser.add_argument(
            "--versions", action="store_true", help="write every version of each article"
        )
        parser.add_argument(
            "--accounts", action="store_true", help="write the account of each run instead"
        )
        parser.add_argument("--state", metavar="FILE", help="read this state")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1 or bool(args) != bool(opts.output):
            raise UsageError("name one series and a file: scrapy export SERIES -O FILE")
        try:
            self.exitcode = self.export(args, opts)
        except DamagedStateError as error:
            self.exitcode = complain(error, ExitCode.STATE_DAMAGED)
        except StateError as error:
            raise UsageError(for_terminal(str(error)), print_help=False) from error
        except OSError as error:
            self.exitcode = complain(error, ExitCode.STORAGE)

    def export(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        outputs = [Output(opts.output, overwrite=True)] if args else []
        try:
            check_outputs(outputs)
        except ValueError as error:
            raise UsageError(for_terminal(str(error)), print_help=False) from error
        with closing(open_existing(self.state_path(opts))) as state:
            if not args:
                print("\n".join(series_lines(state)) or "no series is known yet")
            for output in outputs:
                series = the_series(state, args[0])
                lines = state.article_lines(series.key, versions=opts.versions)
                write_feed(output, account_lines(state, series) if opts.accounts else lines)
        return ExitCode.COMPLETE

    def state_path(self, opts: argparse.Namespace) -> Path:
        assert self.settings is not None
        return Path(opts.state or self.settings["NEWSCRAWLER_STATE"])


def open_existing(path: Path) -> State:
    """Open a state; unlike a crawl, make none."""
    if not path.is_file():
        raise UsageError(f"there is no state {str(path)!r}", print_help=False)
    return State.open(path)


def the_series(state: State, text: str) -> KnownSeries:
    found = state.find_series(text)
    if len(found) == 1:
        return found[0]
    known = "\n".join(series_lines(state, found)) or "  none"
    what = f"{len(found)} series are called" if found else "there is no series"
    raise UsageError(f"{what} {text!r}; there is:\n{known}", print_help=False)


def series_lines(state: State, series: Sequence[KnownSeries] = ()) -> Iterator[str]:
    """Give folder, name and number of articles, of all series unless some are given."""
    for it in series or state.all_series():
        articles = sum(1 for member in state.members(it.key) if member.article)
        yield f"{it.folder}\t{for_terminal(it.name)}\t{articles}"


def account_lines(state: State, series: KnownSeries) -> Iterator[str]:
    """Give the accounts of a series over all runs, the oldest first, as lines of a series feed."""
    own = ("url", redacted(series.url)) if series.url else ("name", series.name)
    for run, at, report in state.reports():
        for account in json.loads(report).get("series", []):
            if account.get(own[0]) == own[1]:
                yield json_line({**account, "run": run, "at": at})


def complain(error: Exception, code: ExitCode) -> ExitCode:
    print(f"scrapy export: {for_terminal(str(error))}", file=sys.stderr)
    return code
