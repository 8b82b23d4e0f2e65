"""The part of the state that keeps runs and their history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from newscrawler.state.part import Part
from newscrawler.state.rows import Run
from newscrawler.state.tables import HISTORY, RUNS

# Codes of runs that were stopped and go on where they were: storage, signals, time limit.
RESUMABLE = (3, 11, 13, 15)
# What was listed longer ago is worth asking for again; a clock may also have been set back.
RESUMED_WITHIN = timedelta(hours=6)


class Runs(Part):
    """Runs and history."""

    def begin_run(self, spider: str, arguments: str, started_at: str) -> Run:
        """Begin a run; it goes on where the last one of the same arguments was stopped.

        `arguments` is any text that tells crawls of the same kind apart. A run was stopped
        if it has no end, or ended with a code of `RESUMABLE`, and began at most six hours
        before `started_at`.
        """
        database = self._database
        with database.transaction():
            where = "spider = ? AND arguments = ? ORDER BY id DESC"
            last = database.first(RUNS, where, spider, arguments)
            before = RUNS.named(last) if last else {}
            resumes = before["id"] if before and _was_stopped(before, started_at) else None
            number = database.count_up("run", database.next_id(RUNS) - 1)
            chain = before["round"] if resumes is not None else number
            row = (number, chain, resumes, spider, arguments, started_at, "", None, "")
            database.insert(RUNS, row)
        return Run(id=number, round=chain, resumes=resumes)

    def end_run(self, run: int, ended_at: str, exit_code: int, report: str) -> None:
        with self._database.transaction():
            row = self._database.get(RUNS, run)
            if row:
                before = RUNS.named(row)
                after = before | {"ended_at": ended_at, "exit_code": exit_code, "report": report}
                self._database.put(RUNS, after.values())

    def reports(self) -> Iterator[tuple[int, str, str]]:
        """Give number, start and report of each run that has ended, the oldest first."""
        with self._database.guarded():
            numbers = [row[0] for row in self._database.execute("SELECT id FROM runs ORDER BY id")]
        for number in numbers:
            with self._database.guarded():
                row = self._database.get(RUNS, number)
            run = RUNS.named(row) if row else {}
            if run.get("report"):
                yield number, run["started_at"], run["report"]

    def add_history(self, run: int, series: str, entry: str) -> None:
        """Keep what the health check compares later runs with, as JSON."""
        with self._database.transaction():
            number = self._database.next_id(HISTORY)
            self._database.insert(HISTORY, (number, run, series, entry))

    def history(self, series: str, limit: int = 20) -> list[str]:
        """Return the last entries, the oldest first."""
        where = "series = ? ORDER BY id DESC LIMIT ?"
        with self._database.guarded():
            rows = list(self._database.select(HISTORY, where, series, limit))
        return [row[-1] for row in reversed(rows)]


def _was_stopped(before: dict[str, object], now: str) -> bool:
    if before["ended_at"] and before["exit_code"] not in RESUMABLE:
        return False
    then = datetime.fromisoformat(str(before["started_at"]))
    return abs(datetime.fromisoformat(now) - then) <= RESUMED_WITHIN
