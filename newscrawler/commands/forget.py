"""`scrapy forget`: let an article or a series be delivered anew, or a site be learnt anew."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawler.exit_codes import ExitCode
from newscrawler.locks import LockedError, lock_state, state_path
from newscrawler.normalise.printable import for_terminal
from newscrawler.state.store import State, StateError


class Command(ScrapyCommand):
    """Takes what it is given out of the state; published feeds stay as they are."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--state FILE] <article's address | series | host>"

    def short_desc(self) -> str:
        return "Forget an article or a series, so that the next run delivers it anew"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--state", metavar="FILE", help="the state to work on")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if len(args) != 1:
            raise UsageError("say what to forget: an article's address, a series, or a host")
        path = state_path(opts.state or self.settings["NEWSCRAWLER_STATE"])
        if path is None or not path.is_file():
            raise UsageError(f"there is no state {path}", print_help=False)
        try:
            with lock_state(path), closing(State.open(path)) as state:
                print(for_terminal(forget(state, args[0])))
        except (LockedError, StateError, OSError) as error:
            print(f"scrapy forget: {for_terminal(str(error))}", file=sys.stderr)
            self.exitcode = int(_code(error))


def forget(state: State, name: str) -> str:
    """Forget what has this name; raise UsageError where nothing or too much has."""
    # Scrapy imports all commands for each of them, and this brings the publishers' rules.
    from newscrawler.identity import page_key

    try:
        page = state.page(page_key(name))
        if state.forget_article((page.article if page else "") or page_key(name)):
            return f"forgotten: {name}"
    except ValueError:
        pass  # a name is no address
    found = state.find_series(name)
    if not found and (state.forget_site(name) + state.forget_host(name)):
        return f"forgotten: what is known of the host {name}"
    if len(found) != 1:
        known = ", ".join(one.folder for one in found or state.all_series()) or "none"
        raise UsageError(
            f"{name!r} is no known article, no known host, and no series of: {known}",
            print_help=False,
        )
    return f"forgotten: {found[0].name} with {state.forget_series(found[0].key)} articles"


def _code(error: Exception) -> ExitCode:
    if isinstance(error, LockedError):
        return ExitCode.LOCKED
    return ExitCode.STATE_DAMAGED if isinstance(error, StateError) else ExitCode.STORAGE
