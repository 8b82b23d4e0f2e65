"""What the commands that look one address up in the state have in common."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawler.commands.export import open_existing
from newscrawler.exit_codes import ExitCode
from newscrawler.normalise.printable import for_terminal
from newscrawler.state.store import DamagedStateError, StateError

if TYPE_CHECKING:
    from newscrawler.state.store import State


def add_lookup_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", metavar="FILE", help="read this state")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def look_up(
    command: ScrapyCommand,
    args: list[str],
    opts: argparse.Namespace,
    answer: Callable[[State, str, argparse.Namespace], ExitCode],
) -> ExitCode:
    """Let `answer` tell what a state knows of the one address, while a crawl runs too.

    Ends with the codes of `scrapy export`. Raises UsageError.
    """
    assert command.settings is not None
    if len(args) != 1:
        raise UsageError("name one address")
    try:
        with closing(
            open_existing(Path(opts.state or command.settings["NEWSCRAWLER_STATE"]))
        ) as it:
            return answer(it, args[0], opts)
    except DamagedStateError as error:
        return _complain(command, error, ExitCode.STATE_DAMAGED)
    except (StateError, ValueError) as error:
        raise UsageError(for_terminal(str(error)), print_help=False) from error
    except OSError as error:
        return _complain(command, error, ExitCode.STORAGE)


def _complain(command: ScrapyCommand, error: Exception, code: ExitCode) -> ExitCode:
    name = type(command).__module__.rpartition(".")[2]
    print(f"scrapy {name}: {for_terminal(str(error))}", file=sys.stderr)
    return code


def print_lines(lines: Iterable[str]) -> None:
    """Print text, with an escape for what the terminal's encoding does not have."""
    encoding = sys.stdout.encoding or "utf-8"
    _print("".join(f"{line}\n" for line in lines).encode(encoding, "backslashreplace"))


def print_json(line: str) -> None:
    """Print a record as UTF-8, whatever the terminal's encoding is."""
    _print(line.encode() + b"\n")


def _print(output: bytes) -> None:
    from newscrawler.reports import give_up_stdout

    try:
        sys.stdout.buffer.write(output)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # who reads it has seen enough
        give_up_stdout()
