"""Measure `scrapy export` to each format and `scrapy validate`: lines a second, and memory."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

SUFFIXES = (
    ".jsonl", ".jsonl.gz", ".jsonl.zst", ".csv", ".parquet", ".sqlite", ".ninjs", ".jsonld",
)  # fmt: skip
SECTIONS = ("World", "Business", "Sport", "Science")
WORDS = (
    "harbour", "council", "vote", "river", "budget", "mayor", "strike", "bridge", "ferry", "quay",
    "crane", "pilot", "tide", "market", "school", "union", "court", "rain", "island", "train",
)  # fmt: skip
# What a process is asked to do, and what it says of itself at its end.
MEASURED = """
import resource, sys
from scrapy.cmdline import execute
try:
    execute(["scrapy", *sys.argv[1:]])
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("count", nargs="?", type=int, default=200_000, help="lines")
    arguments.add_argument("--words", type=int, default=60, help="words of a text")
    arguments.add_argument("--only", help="formats, by commas: .csv,validate")
    options = arguments.parse_args()
    only = options.only.split(",") if options.only else [*SUFFIXES, "validate"]
    with TemporaryDirectory() as name:
        folder = Path(name)
        feed = folder / "feed.jsonl"
        write_feed(feed, options.count, options.words)
        size = feed.stat().st_size
        sys.stdout.write(f"{options.count:,} lines, {size / options.count:,.0f} bytes each\n")
        for suffix in [it for it in SUFFIXES if it in only]:
            output = folder / f"out{suffix}"
            measure(suffix, options.count, ["export", str(feed), "-O", str(output)], output)
        if "validate" in only:
            measure("validate", options.count, ["validate", str(feed)], None)


def write_feed(path: Path, count: int, words: int) -> None:
    chance = random.Random(7)  # noqa: S311 # the same feed each time
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            record = article(number, " ".join(chance.choices(WORDS, k=words)))
            file.write(json.dumps(record, separators=(",", ":")) + "\n")


def article(number: int, body: str) -> dict[str, object]:
    url = f"https://news.example/world/2026/10/14/{number}-a-vote-on-the-bridge/"
    return {
        "url": url,
        "id": f"news.example:{number}",
        "headline": body[:60],
        "body": body,
        "date_published": "2026-10-14T08:30:00+01:00",
        "date_precision": "second",
        "authors": [{"name": "Ana Ruiz", "type": "Person"}],
        "publisher": {"name": "The Daily Tide", "domain": "news.example"},
        "section": SECTIONS[number % len(SECTIONS)],
        "keywords": body.split()[:3],
        "language": "en",
        "series": [{"name": "Harbour Strike", "advertised": 47}],
        "related": [{"url": f"{url}2", "block": "related", "position": 1}],
        "version": 1,
        "provenance": {"headline": "json-ld", "body": "text", "date_published": "json-ld"},
    }


def measure(what: str, count: int, command: list[str], output: Path | None) -> None:
    started = perf_counter()
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", MEASURED, *command], check=True, capture_output=True, text=True
    )
    wall = perf_counter() - started
    seconds, memory = map(float, ended.stderr.split()[-2:])
    size = f"{output.stat().st_size / count:7,.0f} bytes a line" if output else ""
    sys.stdout.write(
        f"{what:12} {count / seconds:9,.0f} lines/s of CPU  {seconds:6.1f} s CPU  {wall:6.1f} s"
        f"  {memory / 1024:5.0f} MiB  {size}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
