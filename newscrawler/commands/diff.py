"""`scrapy diff`: the versions of an article, and what was changed between them."""

from __future__ import annotations

import argparse
import os
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawler.commands.address_lookup import (
    add_lookup_options,
    look_up,
    print_json,
    print_lines,
)
from newscrawler.exit_codes import ExitCode

if TYPE_CHECKING:
    from newscrawler.comparing.versions import Comparison, Version
    from newscrawler.state.store import State


class Command(ScrapyCommand):
    """Compares versions as they were delivered, word by word."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] <address>"

    def short_desc(self) -> str:
        return "Show what was changed in an article from version to version"

    def long_desc(self) -> str:
        return (
            "List the versions of an article, found by any of its addresses, and show the words "
            "that were taken out [-so-] and put in {+so+} between the last two. Colours are "
            "for terminals; NO_COLOR switches them off."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_lookup_options(parser)
        parser.add_argument("--from", dest="old", type=int, metavar="N", help="version before")
        parser.add_argument("--to", dest="new", type=int, metavar="M", help="version after")
        parser.add_argument("--all", action="store_true", help="show each step from the first on")
        parser.add_argument("--html", metavar="FILE", help="write a page for a browser instead")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = int(look_up(self, args, opts, self.answer))

    def answer(self, state: State, url: str, opts: argparse.Namespace) -> ExitCode:
        from newscrawler.comparing.versions import Version, compared

        if opts.all and (opts.old is not None or opts.new is not None):
            raise UsageError("--all shows every step; leave out --from and --to", print_help=False)
        versions = [Version.of(one) for one in state.versions(article_at(state, url))]
        steps = list(pairwise(versions)) if opts.all else chosen(versions, opts.old, opts.new)
        self.show(url, versions, [compared(*step) for step in steps], opts)
        return ExitCode.COMPLETE

    def show(
        self, url: str, versions: list[Version], found: list[Comparison], opts: argparse.Namespace
    ) -> None:
        from newscrawler.comparing.page import page
        from newscrawler.comparing.text import Style, comparison_lines, version_lines
        from newscrawler.lines import json_line
        from newscrawler.normalise.redaction import redacted_throughout
        from newscrawler.reports import write_whole

        if opts.html:
            write_whole(opts.html, page(url, versions, found))
        if opts.json:
            told = {"url": url, "versions": [one.summary() for one in versions]}
            told["comparisons"] = [one.record() for one in found]
            print_json(json_line(redacted_throughout(told)))
        elif not opts.html:
            style = Style(colours=wants_colours())
            lines = [*version_lines(versions)]
            for one in found:
                lines += ["", *comparison_lines(one, style)]
            print_lines(lines)


def article_at(state: State, url: str) -> str:
    """Return the key of the article that an address leads to; raises UsageError, ValueError."""
    # Scrapy imports all commands for each of them, and this brings the publishers' rules.
    from newscrawler.identity import page_key

    key = page_key(url)
    page = state.page(key)
    article = state.article((page.article if page else "") or key)
    if article is None:
        raise UsageError(f"no article is known at {url!r}; see scrapy why", print_help=False)
    return article.key


def chosen(
    versions: list[Version], old: int | None, new: int | None
) -> list[tuple[Version, Version]]:
    """Return the pair to compare: the last two unless others are named; none of one version."""
    by_number = {one.number: one for one in versions}
    numbers = sorted(by_number)
    for number in (old, new):
        if number is not None and number not in by_number:
            known = ", ".join(map(str, numbers))
            raise UsageError(f"there is no version {number}; there is: {known}", print_help=False)
    last = numbers[-1] if new is None else new
    earlier = [number for number in numbers if number < last]
    first = old if old is not None else earlier[-1] if earlier else None
    return [] if first is None or first == last else [(by_number[first], by_number[last])]


def wants_colours() -> bool:
    """Tell whether the output is a terminal whose user wants colours (no-color.org)."""
    is_plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not is_plain
