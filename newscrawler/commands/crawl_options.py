"""What the options of `scrapy crawl` say, as settings."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any


def add_replay_option(parser: argparse.ArgumentParser) -> None:
    told = "read saved pages (a folder, WARC, WACZ), touch no network; may be given again"
    parser.add_argument("--replay", metavar="PATH", action="append", help=told)


def option_settings(opts: argparse.Namespace) -> dict[str, Any]:
    """Return the settings of the options that are given."""
    given = {
        "NEWSCRAWLER_STATE": opts.state,
        "NEWSCRAWLER_REPORT": opts.report,
        "NEWSCRAWLER_MAX_TIME": seconds("--max-time", opts.max_time),
        "NEWSCRAWLER_LOCK_WAIT": seconds("--wait", opts.wait),
    }
    return {name: value for name, value in given.items() if value is not None}


def seconds(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    if not text.replace(".", "", 1).isdecimal():
        raise ValueError(f"{option} {text!r} is no number of seconds")
    return float(text)


def output_settings(outputs: list[tuple[str, bool]]) -> dict[str, Any]:
    """Return the setting for outputs given as (name, whether to overwrite)."""
    from newscrawler.exporters import feed_options
    from newscrawler.outputs import Output

    named = [Output(name, overwrite) for name, overwrite in outputs]
    for one in named:
        feed_options(one.path, [], overwrite=one.overwrite)
    return {"NEWSCRAWLER_OUTPUTS": [asdict(one) for one in named]} if named else {}
