"""Measure how well copies of a text are told from what only looks like one, and what it costs.

Run from the project's folder: `python -m benchmarks.duplicates --corpus DIR` for the quality, on
a labelled set that is made of the corpus's texts, and `--index 10000,100000` for the cost of an
index of so many articles, beside those peers that are installed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory
from time import process_time

from benchmarks.duplicate_index import NOW, PEERS, whole_page
from benchmarks.duplicate_pairs import Query, Text, copies, read_texts, strangers
from newscrawler.duplicates.shingles import folded, shingles_of
from newscrawler.duplicates.sketch import sketch_of
from newscrawler.state.rows import Copy, Duplicate
from newscrawler.state.store import State


def main() -> None:
    options = arguments().parse_args()
    if options.corpus:
        texts = read_texts(options.corpus)
        show(f"{len(texts)} texts")
        for part in ("development", "held out") if options.part == "all" else (options.part,):
            chosen = [text for text in texts if text.is_held_out == (part == "held out")]
            show(f"\n{part}: {len(chosen)} texts")
            tell_quality(chosen, verbose=options.wrong)
        tell_times(texts)
    for count in map(int, (options.index or "").replace(",", " ").split()):
        tell_index(count, options.peers_up_to)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, help="truth.jsonl and its pages")
    parser.add_argument("--part", choices=("all", "development", "held out"), default="all")
    parser.add_argument("--wrong", action="store_true", help="tell what was not found, or wrongly")
    parser.add_argument("--index", metavar="N,N", help="measure indexes of so many articles")
    parser.add_argument(
        "--peers-up-to", type=int, default=100_000, metavar="N", help="they hold all in memory"
    )
    return parser


# The index


def tell_index(count: int, most_of_peers: int) -> None:
    """Measure each index in processes of its own, one after the other."""
    command = [sys.executable, "-m", "benchmarks.duplicate_index"]
    show(f"\n{count} articles")
    show(" newscrawler")
    with TemporaryDirectory() as folder:
        for step in ("fill", "measure"):
            run([*command, step, str(count), str(Path(folder) / "state.sqlite")], check=True)  # noqa: S603
    for peer in PEERS if count <= most_of_peers else ():
        show(f" {peer}")
        run([*command, peer, str(count)], check=False)  # noqa: S603


# Quality


def tell_quality(texts: list[Text], *, verbose: bool) -> None:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    with closing(State.open(None)) as state, closing(State.open(None)) as apart:
        for text in texts:
            keep(state, text.body)
        queries = [(state, one) for one in copies(texts)]
        queries += [(state, Query("another article", text.body)) for text in texts]
        queries += [(apart, one) for one in strangers(texts)]
        for known, query in queries:
            verdict, told = judged(known, query)
            found[query.kind][verdict] += 1
            if verbose and verdict not in ("right", "left alone"):
                show(f"  {verdict}: {query.kind}: {told} {query.body[:60]!r}")
    tell_kinds(found)


def tell_kinds(found: dict[str, Counter[str]]) -> None:
    total: Counter[str] = Counter()
    for kind, counts in found.items():
        said = ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))
        show(f"  {kind:28} {sum(counts.values()):5}: {said}")
        total += counts
    copied = total["right"] + total["missed"]
    show(f"  recall     {total['right'] / copied:.4f} of {copied} copies")
    flagged = total["right"] + total["wrong"]
    show(f"  precision  {total['right'] / flagged:.4f} of {flagged} that were flagged")


def judged(state: State, query: Query) -> tuple[str, Duplicate | None]:
    """Look a text up, and compare what is said with what it is."""
    for other in query.others:
        keep(state, other)
    told = state.duplicate(place(query.body))
    if told is None:
        return ("missed" if query.copy_of else "left alone"), told
    is_right = bool(query.copy_of) and told.url == place(query.copy_of).url
    return ("right" if is_right else "wrong"), told


def keep(state: State, body: str) -> None:
    """Keep a text as a crawl does, unless it is kept."""
    where = place(body)
    if state.article(where.key) is None:
        state.commit(1, whole_page(where), NOW)


def place(body: str) -> Copy:
    name = blake2b(body.encode(), digest_size=8).hexdigest()
    return Copy(
        key=f"news.example/{name}",
        article=f"news.example/{name}",
        url=f"https://news.example/{name}",
        body=body,
    )


def tell_times(texts: list[Text]) -> None:
    """Tell the CPU time of each step, of a text that none has seen before."""
    steps = {"fold (as before)": folded, "shingles": shingles_of, "sketch": sketch_of}
    characters = sum(len(text.body) for text in texts) / len(texts)
    show(f"\nmicroseconds a text of {characters:.0f} characters on average, in all")
    for name, step in steps.items():
        folded.cache_clear()
        shingles_of.cache_clear()
        started = process_time()
        for text in texts:
            step(text.body)
        show(f"  {name:28} {(process_time() - started) / len(texts) * 1e6:5.0f}")


def show(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
