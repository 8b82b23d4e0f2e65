"""`scrapy crawl` with saved pages, whole feeds and true exit codes."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from newscrawler.archives.settings import record_settings, replay_settings
from newscrawler.exit_codes import verdict
from newscrawler.exporters import feeds_for


class Command(BaseRunSpiderCommand):
    """Runs a spider of the project, by name."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] <spider>"

    def short_desc(self) -> str:
        return "Run a spider of the project, live or on saved pages"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--replay",
            metavar="PATH",
            help="read saved pages (a folder or a WARC file) and touch no network",
        )
        parser.add_argument(
            "--record", metavar="FOLDER", help="save every page that is fetched in FOLDER"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        outputs = [(name, False) for name in opts.output or []]
        outputs += [(name, True) for name in opts.overwrite_output or []]
        opts.output = opts.overwrite_output = None
        super().process_options(args, opts)
        if opts.replay and opts.record:
            raise UsageError("--replay and --record: choose one", print_help=False)
        self.merge(feeds_setting, outputs)
        if opts.replay:
            self.merge(replay_settings, Path(opts.replay))
        if opts.record:
            self.merge(record_settings, Path(opts.record))

    def merge(self, read: Callable[[Any], dict[str, Any]], value: Any) -> None:
        """Merge the settings that `read` makes of an option; what it refuses is a usage error."""
        assert self.settings is not None
        try:
            self.settings.setdict(read(value), priority="cmdline")
        except ValueError as error:
            raise UsageError(str(error), print_help=False) from error

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process
        spider_name = self.spider_name(args)
        self.check_arguments(spider_name, opts.spargs)
        if not opts.loglevel:
            quieten("scrapy", "twisted", "asyncio")
            # It reports each page that it finds no text on; so do we, as `no_body`.
            logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
        crawler = self.crawler_process.create_crawler(spider_name)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        if self.crawler_process.bootstrap_failed or crawler.stats is None:
            self.exitcode = 1
            return
        stats = crawler.stats.get_stats()
        for line in stats.get("newscrawler/accounts", []):
            print(line, file=sys.stderr if feeds_on_stdout(crawler.settings) else sys.stdout)
        self.exitcode = verdict(stats, stats.get("finish_reason", ""))

    def spider_name(self, args: list[str]) -> str:
        if len(args) != 1:
            raise UsageError("say which spider: scrapy crawl series -a url=ADDRESS")
        assert self.crawler_process
        names = self.crawler_process.spider_loader.list()
        if args[0] not in names:
            known = ", ".join(sorted(names))
            raise UsageError(f"there is no spider {args[0]!r}; there is: {known}", print_help=False)
        return args[0]

    def check_arguments(self, spider_name: str, arguments: dict[str, str]) -> None:
        assert self.crawler_process
        spider = self.crawler_process.spider_loader.load(spider_name)
        check = getattr(spider, "read_arguments", None)
        try:
            if check:
                check(**arguments)
        except ValueError as error:
            raise UsageError(str(error), print_help=False) from error


def feeds_setting(outputs: list[tuple[str, bool]]) -> dict[str, Any]:
    """Return the FEEDS setting for outputs given as (name, whether to overwrite)."""
    feeds: dict[str, Any] = {}
    for name, overwrite in outputs:
        feeds |= feeds_for(name, overwrite=overwrite)
    return {"FEEDS": feeds} if feeds else {}


def feeds_on_stdout(settings: Any) -> bool:
    return any(str(uri).startswith("stdout:") for uri in settings.getdict("FEEDS"))


def quieten(*names: str) -> None:
    """Leave the project's own lines on the terminal; those of `names` start at WARNING."""
    for name in names:
        logging.getLogger(name).setLevel(logging.WARNING)
