"""`scrapy why`: the whole history of an address."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from newscrawler.commands.address_lookup import (
    add_lookup_options,
    look_up,
    print_json,
    print_lines,
)
from newscrawler.exit_codes import ExitCode

if TYPE_CHECKING:
    from newscrawler.state.store import State


class Command(ScrapyCommand):
    """Tells when an address was fetched, what came of it, and where that went."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] <address>"

    def short_desc(self) -> str:
        return "Tell what became of an address: fetched, exported or dropped, when and why"

    def long_desc(self) -> str:
        return (
            "Tell all that the state knows of an address: each answer with its run, the versions "
            "and the feeds they went to, or why there is none and which article was kept instead; "
            "when it is asked for again, and what its host wants. The exit code is 16 for an "
            "address that no run has met."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_lookup_options(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = int(look_up(self, args, opts, self.answer))

    def answer(self, state: State, url: str, opts: argparse.Namespace) -> ExitCode:
        # Scrapy imports all commands for each of them, and this brings the publishers' rules.
        from newscrawler.explaining.facts import facts_of
        from newscrawler.explaining.text import explanation
        from newscrawler.lines import json_line
        from newscrawler.politeness.robots import product_token

        assert self.settings is not None
        facts = facts_of(state, url, product_token(self.settings))
        if opts.json:
            print_json(json_line(facts))
        else:
            print_lines(explanation(facts))
        return ExitCode.COMPLETE if facts["known"] else ExitCode.UNKNOWN_ADDRESS
