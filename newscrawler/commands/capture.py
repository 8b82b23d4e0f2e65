"""`scrapy capture`: a page and what is read from it as a fixture of the publishers' tests."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.utils.conf import closest_scrapy_cfg

from newscrawler.commands.extract import checked, prepare
from newscrawler.commands.network_options import add_network_option, check_network
from newscrawler.commands.unsafe_settings import why_refused
from newscrawler.exit_codes import ConfigurationError, ExitCode
from newscrawler.normalise.printable import for_terminal

if TYPE_CHECKING:
    from newscrawler.extraction.fixtures import Outcome

# Imports stand in the functions that need them: Scrapy imports all commands for each of them.
DEFAULT_FOLDER = "fixtures/publishers"
COLOURS = {"-": "red", "+": "green", " ": ""}
REMINDER = (
    "The text is its publisher's: before others get to see the fixture, put sentences, names and "
    "addresses of your own in its place, and run scrapy capture --update. Until then `captured` "
    "stands in its line, and the tests fail."
)
OPTIONS = (
    ("--replay", "PATH", "take the page from saved ones (a folder, WARC, WACZ)"),
    ("--into", "FOLDER", f"the fixtures ({DEFAULT_FOLDER})"),
    ("--name", "NAME", "the publisher's module, where there is none yet that reads the page"),
)
SWITCHES = (
    ("--force", "save a page anew that is saved already"),
    ("--update", "read saved pages again, and write what is read from them now"),
    ("--check", "read saved pages again, and write nothing; 10 where something differs"),
)


class Command(ScrapyCommand):
    """Writes below the folder of the fixtures, and nowhere else."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] <address>  or  --update | --check [<address | file> ...]"

    def short_desc(self) -> str:
        return "Save a page with its expected feed line as a fixture, or bring the lines up to date"

    def long_desc(self) -> str:
        return (
            "Save a page, fetched as a crawl fetches it or taken from an archive, below the "
            "fixtures, and what is read from it in expected/NAME.jsonl. With --update or --check: "
            "read the saved pages again, all or those that are named, and show what differs."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        for name, metavar, meaning in OPTIONS:
            parser.add_argument(name, metavar=metavar, help=meaning)
        for name, meaning in SWITCHES:
            parser.add_argument(name, action="store_true", help=meaning)
        add_network_option(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        check_use(args, opts)
        prepare(self.settings, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from newscrawler.archives.capture import ArchiveError
        from newscrawler.extraction.expectations import NoExpectationError

        folder = Path(opts.into) if opts.into else default_folder()
        try:
            if opts.update or opts.check:
                code = update(folder, args, is_written=opts.update)
            else:
                code = self.capture(folder, args[0], opts)
        except ConfigurationError as error:
            code = complain(error, ExitCode.CONFIGURATION)
        except (OSError, ArchiveError, NoExpectationError) as error:
            code = complain(error, ExitCode.STORAGE)
        except KeyboardInterrupt:
            code = complain("stopped", ExitCode.STOPPED)
        self.exitcode = int(code)

    def capture(self, folder: Path, address: str, opts: argparse.Namespace) -> ExitCode:
        from newscrawler.archives.capture import utc_now
        from newscrawler.extraction.expectations import NoExpectationError
        from newscrawler.extraction.fetching import fetch
        from newscrawler.extraction.fixtures import Fixtures, KnownPageError
        from newscrawler.politeness.contact import MannersError, identify

        assert isinstance(self.settings, Settings)
        check_network(self.settings)
        if why := why_refused(self.settings):
            return complain(why, ExitCode.CONFIGURATION)
        fixtures = Fixtures(folder)
        if not opts.force and fixtures.find(address):
            return complain(known(address), ExitCode.USAGE)
        try:
            identify(self.settings)
        except MannersError as error:
            return complain(error, ExitCode.CONFIGURATION)
        response, reason, code = fetch(address, self.settings)
        if response is None:
            return complain(f"{address}: {reason}", code)
        try:
            at = response.meta.get("retrieved_at") or utc_now()
            show(fixtures.capture(response, at=at, name=opts.name or "", force=opts.force))
        except KnownPageError:
            return complain(known(response.url), ExitCode.USAGE)
        except NoExpectationError as error:
            return complain(f"{address}: {error}", ExitCode.UNHEALTHY)
        print(REMINDER, file=sys.stderr)
        return ExitCode.COMPLETE


def check_use(args: list[str], opts: argparse.Namespace) -> None:
    """Raise `UsageError` for what does not belong together."""
    if opts.update or opts.check:
        fetching = ("replay", "name", "force", "allow_network")
        wrong = [f"--{name.replace('_', '-')}" for name in fetching if getattr(opts, name)]
        if wrong or (opts.update and opts.check):
            named = " ".join(wrong) or "--check"
            raise UsageError(f"{named}: not with --{'update' if opts.update else 'check'}")
        return
    if len(args) != 1 or "://" not in args[0]:
        raise UsageError("name one page: scrapy capture ADDRESS; or --update, or --check")
    checked(args[0])
    if opts.name and not opts.name.isidentifier():
        raise UsageError(f"--name {opts.name!r} is no name of a module", print_help=False)


def default_folder() -> Path:
    project = closest_scrapy_cfg()
    return Path(project).parent / DEFAULT_FOLDER if project else Path(DEFAULT_FOLDER)


def update(folder: Path, targets: list[str], *, is_written: bool) -> ExitCode:
    from newscrawler.extraction.expectations import CAPTURED, NoExpectationError
    from newscrawler.extraction.fixtures import Fixtures, write_outcomes

    outcomes: list[Outcome] = []
    failed = 0
    for one in Fixtures(folder).update(targets):
        if isinstance(one, NoExpectationError):
            complain(one, ExitCode.PARTIAL)
            failed += 1
        else:
            outcomes.append(one)
    differing = [one for one in outcomes if one.differs]
    for one in differing:
        show(one)
    if is_written:
        write_outcomes(outcomes)
    print(f"{len(outcomes)} pages, {len(differing)} {'updated' if is_written else 'differ'}")
    if any(CAPTURED in one.after.record for one in outcomes):
        print(REMINDER, file=sys.stderr)
    if failed:
        return ExitCode.PARTIAL
    return ExitCode.UNHEALTHY if differing and not is_written else ExitCode.COMPLETE


def known(address: str) -> str:
    return f"{address} is saved already: --update reads it again, --force saves it anew"


def show(outcome: Outcome) -> None:
    """Print what was written and where, and what differs from what stood there."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for line in told(outcome):
        encoding = console.encoding
        pieces = [
            (for_terminal(text).encode(encoding, "backslashreplace").decode(encoding), colour)
            for text, colour in line
        ]
        console.print(Text.assemble(*pieces))


def told(outcome: Outcome) -> Iterator[list[tuple[str, str]]]:
    """Give lines, each of texts with their colours."""
    from newscrawler.extraction.differences import changes

    before, after = outcome.before, outcome.after
    yield [(after.url, "")]
    if outcome.page:
        yield [(f"  {outcome.page}", "")]
    if outcome.page or before is None:
        yield [(f"  {outcome.file}", "")]
    if before and before.captured and not after.captured:
        yield [("  no longer as its publisher sent it", "")]
    for change in changes(before.said, after.said) if before else ():
        yield [(f"  {change.field}", "")]
        for line in change.lines:
            pieces = [marked(sign, text, alone=len(line) == 1) for sign, text in line]
            yield [("    ", ""), *zip(pieces, (COLOURS[it.sign] for it in line), strict=True)]


def marked(sign: str, text: str, *, alone: bool) -> str:
    """Return a piece with signs that tell it apart without colours, as `git --word-diff` does."""
    if alone:
        return f"{sign} {text}"
    return {"-": f"[-{text}-] ", "+": f"{{+{text}+}} ", " ": f"{text} "}[sign]


def complain(error: object, code: ExitCode) -> ExitCode:
    print(f"scrapy capture: {for_terminal(str(error))}", file=sys.stderr, flush=True)
    return code
