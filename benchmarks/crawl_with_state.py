"""Measure what a state on disk costs a crawl: the same pages with it and in memory, in turns.

Run from the project's folder: `python -m benchmarks.crawl_with_state`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.newsroom import Newsroom, opened
from tests.unattended import ENVIRONMENT

CHARACTERS = 3_000  # of a usual news article
TARGET = 0.75  # of the pages a second without a file


@dataclass(frozen=True)
class Measured:
    """One crawl; the start of the process counts as CPU time and not as a part of the rate."""

    pages_a_second: float
    cpu_ms_a_page: float


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=300)
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    runs: dict[str, list[Measured]] = {"on disk": [], "in memory": []}
    with opened(Newsroom(options.pages, characters=CHARACTERS)) as room:
        for _ in range(options.rounds):
            for kind, measured in runs.items():
                with TemporaryDirectory() as folder:
                    measured.append(crawl(room, Path(folder), kind))
    return tell(runs)


def crawl(room: Newsroom, folder: Path, kind: str) -> Measured:
    """Crawl the series once, and check that nothing was left out."""
    state = str(folder / "state.sqlite") if kind == "on disk" else ":memory:"
    command = [sys.executable, "-m", "scrapy", "crawl", "series", "-a", f"url={room.listing}"]
    command += ["-s", "DOWNLOAD_DELAY=0", "-s", f"NEWSCRAWLER_STATE={state}"]
    command += ["--report", str(folder / "report.json"), "-L", "WARNING"]
    process = subprocess.Popen(  # noqa: S603
        command, cwd=folder, env={**os.environ, **ENVIRONMENT}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    if process.returncode or report["pages"]["new"] != len(room.stories):
        raise SystemExit(f"the crawl {kind} ended with {process.returncode}: {report}")
    asked, cpu = report["pages"]["asked"], usage.ru_utime + usage.ru_stime
    return Measured(asked / report["seconds"], 1000 * cpu / asked)


def tell(runs: dict[str, list[Measured]]) -> int:
    """Write the medians, and return 1 where the file costs more than it may."""
    rates = {kind: median(it.pages_a_second for it in runs[kind]) for kind in runs}
    for kind, measured in runs.items():
        cpu = median(it.cpu_ms_a_page for it in measured)
        sys.stdout.write(f"{kind:10} {rates[kind]:6.1f} pages/s  {cpu:5.2f} ms of CPU a page\n")
    ratio = rates["on disk"] / rates["in memory"]
    sys.stdout.write(f"ratio      {ratio:6.2f} (target: {TARGET})\n")
    return int(ratio < TARGET)


if __name__ == "__main__":
    raise SystemExit(main())
