"""`scrapy index`: write beside a WARC file where each of its pages stands."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawler.exit_codes import ExitCode
from newscrawler.normalise.printable import for_terminal


class Command(ScrapyCommand):
    """Indexes WARC files for replays of them, by this program and by others."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "<FILE.warc.gz | folder> ..."

    def short_desc(self) -> str:
        return "Write the CDXJ index of WARC files beside them"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002, Scrapy's
        # Scrapy imports all commands for each of them.
        from newscrawler.archives.capture import ArchiveError
        from newscrawler.archives.formats import archive_files
        from newscrawler.archives.index_file import write_index
        from newscrawler.archives.warc_sources import is_warc

        if not args:
            raise UsageError("say which files: scrapy index '*.warc.gz'")
        try:
            files = [one for one in archive_files([Path(arg) for arg in args]) if is_warc(one.name)]
        except ArchiveError as error:
            raise UsageError(for_terminal(str(error)), print_help=False) from error
        for file in files:
            try:
                target, found = write_index(file)
            except ArchiveError as error:
                print(f"scrapy index: {for_terminal(str(error))}", file=sys.stderr)
                self.exitcode = int(ExitCode.PARTIAL)
                continue
            told = f"; {found.told}" if found.told else ""
            print(for_terminal(f"{target}: pages {found.pages}{told}"))
