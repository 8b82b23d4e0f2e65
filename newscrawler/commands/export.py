"""`scrapy export`: articles that were ever delivered, in one file of the format that is wanted."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawler.exit_codes import ExitCode
from newscrawler.feed_reading import is_feed_name
from newscrawler.lines import json_line
from newscrawler.normalise.printable import for_terminal
from newscrawler.normalise.redaction import redacted
from newscrawler.state.rows import KnownSeries
from newscrawler.state.store import DamagedStateError, State, StateError

if TYPE_CHECKING:
    from newscrawler.exports.shapes import Row
    from newscrawler.exports.sources import Records

# Imports stand in the functions that need them: Scrapy imports all commands for each of them.
USAGE = "name one series and a file: scrapy export SERIES -O FILE; or feeds, or --all"
OF_A_STATE = ("versions", "accounts", "all", "copies", "state")


class Command(ScrapyCommand):
    """Writes records from the state, while a crawl runs too, or from feeds."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] [<series> | <feed> ...]"

    def short_desc(self) -> str:
        return "Write articles as JSON Lines, CSV, Parquet, SQLite, ninjs or JSON-LD; list series"

    def long_desc(self) -> str:
        return (
            "Write the last version of each article of a series, in order of arrival, or the "
            "records of feeds, to a file that appears whole. Its name tells the format. A series "
            "is named by its folder, its address or its name; - is standard input. Without a "
            "series and a file: list the series."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        from newscrawler.exports.copies import CHOICES
        from newscrawler.exports.formats import FORMATS

        super().add_options(parser)
        parser.add_argument(
            "-O", "--output", metavar="FILE", help="write to FILE; - is standard output"
        )
        parser.add_argument(
            "--format", choices=FORMATS, help="the format, where the name of FILE does not tell it"
        )
        parser.add_argument("--all", action="store_true", help="write the articles of all series")
        parser.add_argument(
            "--versions", action="store_true", help="write every version of each article"
        )
        parser.add_argument(
            "--accounts", action="store_true", help="write the account of each run instead"
        )
        parser.add_argument(
            "--copies",
            choices=CHOICES,
            help="by all that is known now: flag each article whose text stands elsewhere, or "
            "drop it where the export has that text already",
        )
        parser.add_argument("--state", metavar="FILE", help="read this state")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from newscrawler.exports.formats import FormatError

        check_use(args, opts)
        try:
            self.exitcode = self.export(args, opts) if opts.output else self.list_series(opts)
        except DamagedStateError as error:
            self.exitcode = complain(error, ExitCode.STATE_DAMAGED)
        except (StateError, FormatError) as error:
            raise UsageError(for_terminal(str(error)), print_help=False) from error
        except OSError as error:
            self.exitcode = complain(error, ExitCode.STORAGE)
        except KeyboardInterrupt:
            self.exitcode = complain("stopped", ExitCode.STOPPED)

    def export(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        from newscrawler.exports.formats import chosen_format
        from newscrawler.exports.sinks import check_sink
        from newscrawler.exports.sources import Records

        chosen, _ = chosen_format(opts.output, opts.format)
        check_sink(opts.output)
        records = Records(tell, has_escapes=chosen.has_escapes)
        with ExitStack() as opened:
            if args and is_feed_name(args[0]):
                rows = records.of_feeds(args)
            else:
                path = self.state_path(opts)
                state = opened.enter_context(closing(open_existing(path)))
                kind = "series" if opts.accounts else "article"
                rows = records.of_lines(str(path), kind, state_lines(state, args, opts))
            return write(rows, records, opts)

    def list_series(self, opts: argparse.Namespace) -> ExitCode:
        with closing(open_existing(self.state_path(opts))) as state:
            print("\n".join(series_lines(state)) or "no series is known yet")
        return ExitCode.COMPLETE

    def state_path(self, opts: argparse.Namespace) -> Path:
        assert self.settings is not None
        return Path(opts.state or self.settings["NEWSCRAWLER_STATE"])


def check_use(args: list[str], opts: argparse.Namespace) -> None:
    """Raise `UsageError` for what does not belong together."""
    of_feeds = bool(args) and all(map(is_feed_name, args))
    if not of_feeds and (len(args) + opts.all > 1 or bool(args or opts.all) != bool(opts.output)):
        raise UsageError(USAGE)
    if of_feeds and not opts.output:
        raise UsageError(USAGE)
    wrong = [name for name in OF_A_STATE if getattr(opts, name)] if of_feeds else []
    if wrong:
        raise UsageError(f"--{wrong[0]}: not with a feed", print_help=False)
    other = next((name for name in ("versions", "accounts") if getattr(opts, name)), None)
    if opts.copies and other:
        raise UsageError(
            f"--copies: not with --{other}, it is of the last version of each article",
            print_help=False,
        )


def write(rows: Iterator[Row], records: Records, opts: argparse.Namespace) -> ExitCode:
    """Write records to the output; without any, what stands there stays."""
    from newscrawler.exports.delivery import deliver

    is_written = deliver(rows, records, opts.output, opts.format)
    records.end()
    if not is_written:
        tell(f"nothing to export: {opts.output} stays as it is")
    return ExitCode.PARTIAL if records.failed else ExitCode.COMPLETE


def open_existing(path: Path) -> State:
    """Open a state; unlike a crawl, make none."""
    if not path.is_file():
        raise UsageError(f"there is no state {str(path)!r}", print_help=False)
    return State.open(path)


def state_lines(state: State, args: list[str], opts: argparse.Namespace) -> Iterator[str]:
    series = the_series(state, args[0]) if args else None
    if opts.accounts:
        return account_lines(state, series)
    if opts.copies:
        return compared_lines(state, series, opts.copies)
    if series is None:
        return state.all_article_lines(versions=opts.versions)
    return state.article_lines(series.key, versions=opts.versions)


def compared_lines(
    state: State, series: KnownSeries | None, choice: Literal["flag", "drop"]
) -> Iterator[str]:
    from newscrawler.exports.copies import FinalCopies

    if left := state.left_to_index:
        tell(
            f"up to {left} articles of an older state are not compared yet, and given as they "
            "are; scrapy copies --index compares them"
        )
    return FinalCopies(state, series.key if series else None).lines(choice)


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


def account_lines(state: State, series: KnownSeries | None) -> Iterator[str]:
    """Give the accounts of a series, or all, over all runs, the oldest first."""
    own = account_mark(series) if series else None
    for run, at, report in state.reports():
        for account in json.loads(report).get("series", []):
            if own is None or account.get(own[0]) == own[1]:
                yield json_line({**account, "run": run, "at": at})


def account_mark(series: KnownSeries) -> tuple[str, str]:
    """Return the field by which the accounts of a series are told, and what stands in it."""
    return ("url", redacted(series.url)) if series.url else ("name", series.name)


def complain(error: object, code: ExitCode) -> ExitCode:
    tell(str(error))
    return code


def tell(message: str) -> None:
    print(f"scrapy export: {for_terminal(message)}", file=sys.stderr)
