"""Score the project, and peers that are installed, on pages with truth, in one run.

Run from the project's folder: `python -m benchmarks.extraction --corpus DIR --peers`. DIR holds
`truth.jsonl` and the pages that it names. Without `--peers` the project alone is scored.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import resource
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any, NamedTuple

from benchmarks.extraction_peers import extractor, installed, version_of
from benchmarks.extraction_scores import Found, Row, figure, rows_of
from benchmarks.pagination import NO_URL, PARTS, url_of
from newscrawler.workers import work_through

FLOOR, OURS = "lxml parse", "newscrawler"
PAGE_SECONDS = 60.0  # the slowest peers take half a minute for the worst pages
SAMPLES = 500
FIELDS = {
    "headline": "headline exact", "day": "published, day", "time_given": "time given",
    "instant": "of those right", "midnight": "a day made midnight",
    "date_invented": "a date invented", "authors": "authors exact", "authors_f1": "authors F1",
    "tags_f1": "tags F1", "language": "language",
}  # fmt: skip
TEXTS = {"found": "passages found", "leaked": "passages leaked"}


class Task(NamedTuple):
    """One page for one extractor."""

    name: str
    page: int
    file: str
    url: str | None


@dataclass
class Results:
    """What one extractor gave."""

    rows: dict[str, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))
    times: dict[int, float] = field(default_factory=dict)
    """Milliseconds by page."""
    faults: Counter[str] = field(default_factory=Counter)
    memory: int = 0
    """KiB at the most; that of the whole process, so true only of an extractor run alone."""


def main() -> None:
    options = arguments().parse_args()
    records = chosen(options.corpus, options.part)
    names = [FLOOR, OURS]
    names += [one for one in installed() if options.peers and one not in names]
    if options.only:
        names = [FLOOR, *options.only.split(",")]
    results = measured(records, options.corpus, names, options.jobs)
    samples = resampled(len(records))
    lines = list(report(results, records, samples, options.part))
    sys.stdout.write("\n".join(lines) + "\n")
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if options.plot:
        plot(results, options.plot)
    if options.wrong:
        tell_wrong(results[OURS], records, options.wrong)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="truth.jsonl and its pages")
    parser.add_argument("--peers", action="store_true", help="score the peers that are installed")
    parser.add_argument("--only", metavar="A,B", help="score these extractors only")
    parser.add_argument(
        "--held-out", dest="part", action="store_const", const="held out", default="all",
        help="score the third of the brands that is held out of development",
    )  # fmt: skip
    parser.add_argument(
        "--development", dest="part", action="store_const", const="development",
        help="score the other two thirds",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, default=1, help="processes; 1 gives the truest times")
    parser.add_argument("--write", type=Path, metavar="FILE.md", help="write the tables")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw quality over time")
    parser.add_argument("--wrong", metavar="SCORE", help="name the pages the project has wrong")
    return parser


def chosen(corpus: Path, part: str) -> list[dict[str, Any]]:
    lines = (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return [one for one in map(json.loads, lines) if part in ("all", part_of(one))]


def part_of(record: dict[str, Any]) -> str:
    """Hold a third of the brands out, which nobody looked at while the rules were made."""
    brand = str(record.get("brand") or "").encode()
    number = int(hashlib.md5(brand, usedforsecurity=False).hexdigest(), 16)
    return "held out" if number % PARTS == 0 else "development"


# Measuring


def measured(
    records: list[dict[str, Any]], corpus: Path, names: list[str], jobs: int
) -> dict[str, Results]:
    """Have each page read by one extractor after the other, so that all meet the same machine."""
    results = {name: Results() for name in names}
    outcomes = work_through(
        tasks(records, corpus, names), run, processes=jobs, seconds=PAGE_SECONDS
    )
    for outcome in outcomes:
        task, of_one = outcome.task, results[outcome.task.name]
        answer = json.loads(outcome.result) if outcome.result else {"found": {}}
        if outcome.result is None:
            of_one.faults[outcome.why.partition(":")[0]] += 1
        else:
            of_one.times[task.page] = answer["ms"]
            of_one.memory = max(of_one.memory, answer["memory"])
        if task.name != FLOOR:
            for score, row in rows_of(records[task.page], Found(**answer["found"])).items():
                of_one.rows[score][task.page] = row
    return results


def tasks(records: list[dict[str, Any]], corpus: Path, names: list[str]) -> Iterator[Task]:
    for number, record in enumerate(records):
        url = url_of(record)
        for name in names:
            known = None if url == NO_URL else url
            yield Task(name, number, str(corpus / record["html"]), known)


def run(task: Task) -> str:
    """Read a page in a process of its own; what is imported and unpacked takes no time."""
    content = Path(task.file).read_bytes()
    body = gzip.decompress(content) if task.file.endswith(".gz") else content
    extract = extractor(task.name)
    started = perf_counter()
    found = extract(body, task.url)
    milliseconds = 1000 * (perf_counter() - started)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = {"ms": milliseconds, "memory": memory, "found": asdict(found)}
    return json.dumps(answer).encode("utf-8", "replace").decode()


# Figures


def resampled(pages: int) -> list[Counter[int]]:
    """Draw the pages anew, the same for each extractor, so that the intervals compare."""
    draw = random.Random(0)  # noqa: S311, no secret
    return [Counter(draw.choices(range(pages), k=pages)) for _ in range(SAMPLES)]


def total(rows: dict[int, Row], times: Counter[int] | None = None) -> list[float]:
    weighted = [
        [value * (times[page] if times else 1) for value in row] for page, row in rows.items()
    ]
    return [sum(column) for column in zip(*weighted, strict=True)]


def cell(score: str, rows: dict[int, Row], samples: Sequence[Counter[int]]) -> str:
    """Return the figure with half the width of its 95 % interval."""
    value = figure(score, total(rows)) if rows else None
    if value is None:
        return "-"
    drawn = (figure(score, total(rows, times)) for times in samples)
    found = sorted(one for one in drawn if one is not None)
    if not found:
        return f"{value:.3f}"
    low, high = found[int(0.025 * len(found))], found[int(0.975 * len(found)) - 1]
    return f"{value:.3f} ±{(high - low) / 2:.3f}"


def report(
    results: dict[str, Results],
    records: list[dict[str, Any]],
    samples: Sequence[Counter[int]],
    part: str,
) -> Iterator[str]:
    bodies = sorted({one for it in results.values() for one in it.rows if one.startswith("body_")})
    texts = {one: f"body F1: {one.removeprefix('body_')}" for one in bodies} | TEXTS
    scored = {name: one for name, one in results.items() if name != FLOOR}
    yield f"{len(records)} pages, {part}; ± is half of the 95 % interval ({SAMPLES} samples)"
    for scores in (FIELDS, texts):
        yield ""
        counts = {score: pages_of(score, scored) for score in scores}
        yield from header(
            ["extractor", *(f"{told} ({counts[one]})" for one, told in scores.items())]
        )
        for name, one in scored.items():
            cells = (cell(it, one.rows[it], samples) if gives(it, one) else "-" for it in scores)
            yield line([name, *cells])
    yield ""
    yield from speed(results)


def gives(score: str, one: Results) -> bool:
    """Tell what an extractor never gets right from what it does not give."""
    asked = {"midnight": "day", "date_invented": "day", "leaked": "found"}.get(score, score)
    rows = one.rows[asked]
    return bool(rows) and bool(figure(asked, total(rows)))


def pages_of(score: str, results: dict[str, Results]) -> int:
    return max(len(one.rows[score]) for one in results.values())


def speed(results: dict[str, Results]) -> Iterator[str]:
    yield from header(
        ["extractor", "version", "ms", "95 %", "worst", "x lxml", "MiB", "no answer", "why"]
    )
    floor = results[FLOOR].times
    for name, one in results.items():
        times = sorted(one.times.values())
        if len(times) < 2:
            yield line([name, version_of(name), *["-"] * 5, str(one.faults.total()), reasons(one)])
            continue
        ratios = [time / floor[page] for page, time in one.times.items() if page in floor]
        most = quantiles(times, n=20, method="inclusive")[-1]
        yield line([
            name, version_of(name), f"{median(times):.1f}", f"{most:.0f}", f"{times[-1]:.0f}",
            f"{median(ratios):.1f}", f"{one.memory / 1024:.0f}",
            str(one.faults.total()), reasons(one),
        ])  # fmt: skip


def reasons(one: Results) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in one.faults.most_common(3))


def header(cells: list[str]) -> Iterator[str]:
    yield line(cells)
    yield line(["---"] * len(cells))


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def tell_wrong(ours: Results, records: list[dict[str, Any]], score: str) -> None:
    """Name the pages, the worst first."""
    of_pages = {page: figure(score, row) for page, row in ours.rows[score].items()}
    wrong = sorted((value, page) for page, value in of_pages.items() if value is not None)
    for value, page in wrong:
        if value < 1:
            sys.stdout.write(f"{value:.3f} {records[page]['id']} {records[page].get('url')}\n")


def plot(results: dict[str, Results], file: Path) -> None:
    """Draw the text's F1 over the time for a page, where matplotlib is installed."""
    try:
        from matplotlib import pyplot
    except ImportError:
        sys.stderr.write("no plot: matplotlib is not installed\n")
        return
    _, axes = pyplot.subplots(figsize=(8, 5))
    for name, one in results.items():
        score = next((it for it in sorted(one.rows, reverse=True) if it.startswith("body_")), "")
        if score and one.times:
            value = figure(score, total(one.rows[score]))
            axes.scatter(median(one.times.values()), value)
            axes.annotate(name, (median(one.times.values()), value))
    axes.set(xscale="log", xlabel="milliseconds a page, median", ylabel="F1 of the text")
    pyplot.savefig(file)


if __name__ == "__main__":
    main()
