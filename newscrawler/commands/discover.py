"""`scrapy discover`: list the series of a site with their counts, the newest first."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawler.commands.crawl import Command as CrawlCommand
from newscrawler.commands.crawl_options import add_replay_option
from newscrawler.commands.network_options import add_network_option
from newscrawler.exit_codes import ExitCode
from newscrawler.lines import json_line
from newscrawler.locks import IN_MEMORY
from newscrawler.normalise.printable import for_terminal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

OPTIONS = (
    ("--record", "PATH", "keep what is fetched in PATH: .warc.gz, .warc, .wacz, a folder"),
    ("--pages", "N", "look at N articles, and at as many listing pages at the most (30)"),
    ("--max-time", "SECONDS", "end after this time, with code 15"),
)
# What a crawl has, and a look at a site has not.
NOT_OFFERED = {"output": None, "overwrite_output": None, "report": None, "wait": None}
# A site was looked at: that no article is delivered, or a page failed, is no fault here.
LOOKED = (ExitCode.UNHEALTHY, ExitCode.PARTIAL)


class Command(CrawlCommand):
    """Runs the spider `discover` with a state that is forgotten at the end."""

    def syntax(self) -> str:
        return "[options] <address>"

    def short_desc(self) -> str:
        return "List the series of a site with their counts, the newest first"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        ScrapyCommand.add_options(self, parser)
        for name, metavar, meaning in OPTIONS:
            parser.add_argument(name, metavar=metavar, help=meaning)
        add_replay_option(parser)
        add_network_option(parser)
        parser.add_argument("--json", action="store_true", help="write one JSON object a line")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        opts.spargs, opts.state = [], IN_MEMORY
        for name, value in NOT_OFFERED.items():
            setattr(opts, name, value)
        super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one site: scrapy discover ADDRESS")
        self.as_json = opts.json
        opts.spargs = {"url": args[0], "pages": opts.pages or ""}
        super().run(["discover"], opts)

    def end(self, crawler: Crawler) -> int:
        """Print what was found, and return the exit code."""
        from newscrawler.ending import Ending

        reason = crawler.stats.get_value("finish_reason", "")
        ending = crawler.get_extension(Ending)
        code = ending.end(reason) if ending else int(ExitCode.BUG)
        findings = getattr(crawler.spider, "findings", None)
        if findings:
            records = [json_line(one) for one in findings.records()]
            table = map(for_terminal, findings.table())
            print("\n".join(records if self.as_json else table))
        return int(ExitCode.COMPLETE) if code in LOOKED else code
