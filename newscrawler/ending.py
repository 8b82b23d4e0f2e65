"""The end of a run: accounts, health, feeds, exit code and report, in this order, once."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from newscrawler import __version__
from newscrawler.accounts import Account, accounts_of, summary
from newscrawler.archives.capture import utc_now
from newscrawler.archives.recording import record_report
from newscrawler.archives.storage import replay_lines, replay_report
from newscrawler.exit_codes import ExitCode, verdict
from newscrawler.health import HISTORY, Entry, alarms
from newscrawler.items import Link, SeriesAccount
from newscrawler.lines import json_line
from newscrawler.memory import Memory, memory_of
from newscrawler.network.certificates import opt_outs
from newscrawler.network.request_guard import network_report
from newscrawler.normalise.redaction import redacted_throughout
from newscrawler.outputs import Output
from newscrawler.publishing import Published, Publisher
from newscrawler.reports import STDOUT, page_counts, why_nothing_new, write_report
from newscrawler.state.store import StateError
from newscrawler.tallies import Tally

logger = logging.getLogger(__name__)

# After these what waits is left to the next run.
UNPUBLISHED = ("storage", "state_damaged", "forced")
# After these it is published, but an output that is not there yet is not made for nothing.
FAILED = (ExitCode.BUG, ExitCode.STORAGE, ExitCode.NOTHING_REACHABLE, ExitCode.BLOCKED)


class Ending:
    """Ends a run; whoever asks first, the spider that closes or the watchdog, does it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.stats = crawler.stats
        self.began = time.monotonic()
        self.lock = threading.Lock()
        self.report: dict[str, Any] = {}
        self.lines: list[str] = []
        self.published = Published()
        self.records: dict[str, SeriesAccount] = {}
        self.health: list[dict[str, str]] = []
        self.meanwhile = Published()
        """What was delivered while the crawl was going on."""
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def memory(self) -> Memory:
        return memory_of(self.crawler)

    def spider_opened(self) -> None:
        self.memory.publish_meanwhile = self.publish_meanwhile

    async def spider_closed(self, reason: str) -> None:
        accounts = accounts_of(self.crawler.spider).values()
        if any(isinstance(one, Tally) for one in accounts):
            # So much may wait that the event loop would seem to hang.
            await asyncio.to_thread(self.end, reason)
        else:
            self.end(reason)

    def publish_meanwhile(self, series: str) -> None:
        """Deliver what waits of a series before the end, where feeds go to batches or grow.

        A file that is replaced has to have all that a run brings, and waits for its end.
        Raises `StateError`, `OSError`.
        """
        publisher = self._publisher()
        if any(one.overwrite or one.path == STDOUT for one in publisher.outputs):
            return
        with self.lock:
            if self.report:  # the run has ended meanwhile
                return
            part = publisher.publish(self.memory.run.id, [series], utc_now(), replace=False)
            self.meanwhile.files += part.files
            self.meanwhile.articles += part.articles

    def _publisher(self) -> Publisher:
        settings = self.crawler.settings
        outputs = [Output(**one) for one in settings.getlist("NEWSCRAWLER_OUTPUTS")]
        return Publisher(self.memory.state, Path(settings["NEWSCRAWLER_FEEDS"]), outputs)

    def end(self, reason: str) -> int:
        """Publish what was won, write the report, and return the exit code."""
        with self.lock:
            if not self.report:
                try:
                    self._settle(reason)
                except (StateError, OSError) as error:
                    self.memory.note_failure(error)
                self._report(reason)
            return int(self.report["exit_code"])

    def _settle(self, reason: str) -> None:
        if reason in UNPUBLISHED:
            return
        if self.memory.journal:
            self.memory.journal.keep_redirects()
        accounts = accounts_of(self.crawler.spider)
        for account in accounts.values():
            account.share(other for other in accounts.values() if other is not account)
        self.records = {key: self._close(key, one, reason) for key, one in accounts.items()}
        self._publish(reason)

    def _close(self, key: str, account: Account, reason: str) -> SeriesAccount:
        state, run = self.memory.state, self.memory.run.id
        if isinstance(account, Tally):
            return self._close_tally(key, account, reason)
        held = [one for one in state.members(key) if one.article]
        unlisted = [one for one in held if "" < one.listed_at < self.memory.started_at]
        record = account.close(reason, len(held), state.gone_count(key), len(unlisted))
        state.add_records(run, key, [("series", json_line(record))])
        state.rewrite_records(key, "links", lambda line: with_membership(line, account))
        if record.new:
            self.memory.open_series(key, account.name, account.url, account.advertised, new=True)
        if account.is_short(record):
            self.stats.inc_value("newscrawler/short_accounts")
        self._check_health(key, account, record)
        return record

    def _close_tally(self, key: str, account: Tally, reason: str) -> SeriesAccount:
        """Close the account of an archive, whose members are too many to be looked through."""
        record = account.tally(reason)
        self.memory.state.add_records(self.memory.run.id, key, [("series", json_line(record))])
        if record.new:
            self.memory.open_series(key, account.name, None, None, new=True)
        if account.pages:  # a run that found no new file tells nothing
            self._check_health(key, account, record)
        return record

    def _check_health(self, key: str, account: Account, record: SeriesAccount) -> None:
        state = self.memory.state
        history = [Entry.from_json(one) for one in state.history(key, HISTORY)]
        entry = account.entry(self.memory.started_at, record.new)
        is_part = account.limited or self.memory.is_stopping
        found = [] if is_part else alarms(history, entry)
        entry.alarms = [one.subject for one in found]
        if not is_part:
            state.add_history(self.memory.run.id, key, entry.to_json())
        for alarm in found:
            logger.error("%s: %s", account.name, alarm.text)
            self.stats.inc_value("newscrawler/alarms")
            self.health.append({"series": account.name, "field": alarm.subject, "fall": alarm.text})

    def _publish(self, reason: str) -> None:
        publisher = self._publisher()
        code = verdict(self.stats.get_stats(), reason)
        series = dict.fromkeys([*self.records, *sorted(self.memory.touched())])
        self.published = publisher.publish(
            self.memory.run.id, list(series), utc_now(), replace=code not in FAILED
        )
        waiting = self.memory.state.unpublished_counts()
        left = sum(waiting.get(key, {}).get("article", 0) for key in series)
        counted = self._reconciled()
        # A run that goes on where another was killed publishes more than it scraped.
        lost = self.memory.journal.under_way if reason == "finished" else ()
        if left or lost or not counted["scraped"] == counted["committed"] <= counted["published"]:
            logger.error("scraped, committed and published do not agree: %s", counted)
            self.stats.set_value("newscrawler/unreconciled", 1)

    # The report

    def _report(self, reason: str) -> None:
        """Write down how it ended; where that fails, the code says so at least."""
        self.report = redacted_throughout(self._findings(reason))
        for write in (self._note_end, self._write_file):
            try:
                write()
            except (StateError, OSError) as error:
                self.memory.note_failure(error)
                code = verdict(self.stats.get_stats(), reason)
                self.report |= {"exit_code": int(code), "exit": code.name.lower()}
        self.memory.close()

    def _note_end(self) -> None:
        told, code = json.dumps(self.report, ensure_ascii=False), self.report["exit_code"]
        self.memory.state.end_run(self.memory.run.id, utc_now(), code, told)

    def _write_file(self) -> None:
        if self.crawler.settings.get("NEWSCRAWLER_REPORT"):
            write_report(self.crawler.settings["NEWSCRAWLER_REPORT"], self.report)

    def _findings(self, reason: str) -> dict[str, Any]:
        stats, memory = self.stats.get_stats(), self.memory
        code = verdict(stats, reason)
        self.lines = self._explain()
        path = memory.path
        return {
            "run": memory.run.id,
            "resumes": memory.run.resumes,
            "version": __version__,
            "spider": getattr(self.crawler.spider, "name", None),
            "started_at": memory.started_at,
            "ended_at": utc_now(),
            "seconds": round(time.monotonic() - self.began, 3),
            "exit_code": int(code),
            "exit": code.name.lower(),
            "reason": reason,
            "explanation": self.lines,
            "series": [json.loads(json_line(one)) for one in self.records.values()],
            **self._series_named(),
            **self._archives(),
            "pages": self._pages(),
            "known": stats.get("newscrawler/known", 0),
            "requests": stats.get("downloader/request_count", 0),
            "network": network_report(self.crawler),
            **replay_report(stats),
            **record_report(stats),
            "bytes": stats.get("downloader/response_bytes", 0),
            "coverage": self._coverage(),
            "health": self.health,
            "opt_outs": opt_outs(self.crawler.settings),
            "feeds": [asdict(file) for file in self.meanwhile.files + self.published.files],
            "reconciled": self._reconciled(),
            "state": {"path": str(path) if path else None, "rebuilt": self.rebuilt()},
        }

    def _series_named(self) -> dict[str, Any]:
        """Name the series that the articles of a whole site belong to."""
        named = getattr(self.crawler.spider, "named_series", None)
        return {"series_named": [json.loads(json_line(one)) for one in named()]} if named else {}

    def _archives(self) -> dict[str, Any]:
        """Tell of the files that were read, where a spider reads some."""
        read = getattr(self.crawler.spider, "archives_read", None)
        return {"archives": read()} if read else {}

    def rebuilt(self) -> str | None:
        said: str | None = self.crawler.settings.get("NEWSCRAWLER_REBUILT")
        return said

    def _pages(self) -> dict[str, Any]:
        journal = self.memory.journal
        outcomes = journal.outcomes if journal else Counter()
        pending = len(journal.under_way) if journal else 0
        deferred = sum(
            self.stats.get_value(f"newscrawler/outcome/{kind}", 0) for kind in ("failed", "put_off")
        )
        return page_counts(outcomes, pending, deferred)

    def _coverage(self) -> dict[str, float]:
        entries = [one.entry("", 0) for one in accounts_of(self.crawler.spider).values()]
        pages = sum(one.pages for one in entries)
        fields = sum((Counter(one.fields) for one in entries), Counter[str]())
        return {name: round(number / pages, 3) for name, number in sorted(fields.items())}

    def _reconciled(self) -> dict[str, int]:
        """Count the articles that were scraped, committed and published."""
        journal = self.memory.journal
        counts = journal.outcomes if journal else Counter()
        return {
            "scraped": self.stats.get_value("newscrawler/delivered/article", 0),
            "committed": counts["new"]
            + counts["updated"]
            + self.stats.get_value("newscrawler/delivered_elsewhere", 0),
            "published": self.meanwhile.articles + self.published.articles,
        }

    def _explain(self) -> list[str]:
        """Say what a person has to know, the accounts last."""
        lines = opt_outs(self.crawler.settings)
        lines += [f"{one['series']}: {one['fall']}" for one in self.health]
        refused = network_report(self.crawler)["refused"]
        if refused:
            told = ", ".join(f"{number} {reason}" for reason, number in refused.items())
            lines.append(f"not asked for: {told}")
        lines += replay_lines(self.stats.get_stats())
        lines += [
            self._why_nothing(key)
            for key, one in self.records.items()
            if not one.new and not one.updated
        ]
        if not self.records:
            delivered = self.stats.get_value("newscrawler/delivered/article", 0)
            return [*lines, f"No series: {delivered} articles delivered"]
        return lines + [summary(one) for one in self.records.values()]

    def _why_nothing(self, key: str) -> str:
        series = self.memory.state.series(key)
        last = series.last_new_at if series else ""
        record = self.records[key]
        missing = len(record.missing_articles or [])
        return why_nothing_new(
            record.listed, record.known, last, self.memory.started_at, missing=missing
        )


def with_membership(line: str, account: Account) -> str:
    """Return the line of a link that says whether it leads to another article of the series.

    Only the end of a run knows: until then the listing is not read, or the article not fetched.
    """
    link = Link(**json.loads(line))
    link.in_series = account.membership(link.to_url)
    return json_line(link)
