"""`scrapy copies`: the texts that stand in more than one place, and where each of them stood."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawler.exit_codes import ExitCode
from newscrawler.lines import json_line
from newscrawler.locks import LockedError, lock_state
from newscrawler.normalise.printable import for_terminal
from newscrawler.state.store import DamagedStateError, State, StateError

if TYPE_CHECKING:
    from newscrawler.duplicates.groups import Group, Place

# Articles that are made known as texts in one transaction.
STEP = 1_000


class Command(ScrapyCommand):
    """Writes the groups of copies from the state, while a crawl runs too."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Write which articles have the same text, and where it stood first"

    def long_desc(self) -> str:
        return (
            "Write one line of JSON for each text that stands in more than one place: the place "
            "that was published first, and the others with how alike they are to it."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-O", "--output", metavar="FILE", default="-", help="write to FILE")
        parser.add_argument("--state", metavar="FILE", help="read this state")
        parser.add_argument(
            "--index", action="store_true", help="first compare all that an older state holds"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from newscrawler.publishing import Output, check_outputs, write_feed

        assert self.settings is not None
        if args:
            raise UsageError("it takes no argument: scrapy copies -O FILE")
        path = Path(opts.state or self.settings["NEWSCRAWLER_STATE"])
        output = Output(opts.output, overwrite=True)
        try:
            check_outputs([output])
            if not path.is_file():
                raise UsageError(f"there is no state {str(path)!r}", print_help=False)
            if opts.index:
                index_all(path)
            with closing(State.open(path)) as state:
                write_feed(output, map(group_line, state.groups()))
        except ValueError as error:
            raise UsageError(for_terminal(str(error)), print_help=False) from error
        except (LockedError, StateError, OSError) as error:
            print(f"scrapy copies: {for_terminal(str(error))}", file=sys.stderr)
            self.exitcode = int(code_of(error))


def index_all(path: Path) -> None:
    from newscrawler.identity import copy_of_record

    with lock_state(path), closing(State.open(path)) as state:
        while state.index_copies(copy_of_record, STEP).left:
            pass


def group_line(group: Group) -> str:
    members = [
        {**place_facts(place), "how": how, "score": score} for place, how, score in group.members
    ]
    return json_line({**place_facts(group.representative), "copies": members})


def place_facts(place: Place) -> dict[str, Any]:
    """Return what a line says of a place; `dropped` is why no feed has it as an article."""
    return {"url": place.url, "date_published": place.published, "dropped": place.reason}


def code_of(error: Exception) -> ExitCode:
    if isinstance(error, LockedError):
        return ExitCode.LOCKED
    return ExitCode.STATE_DAMAGED if isinstance(error, DamagedStateError) else ExitCode.STORAGE
