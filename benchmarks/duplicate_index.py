"""The index of texts at a size, and two peers' indexes: bytes, memory, inserts and look-ups.

The index is filled with made-up sketches, in the sizes and with the common phrases that texts of
news have; what is timed are real texts, through the state, in a process of their own.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import resource
import sys
from array import array
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from newscrawler.duplicates.shingles import folded, shingles_of
from newscrawler.duplicates.sketch import KEY_BYTES
from newscrawler.state.copies import ID_BITS
from newscrawler.state.rows import Copy, KnownArticle, PageCommit
from newscrawler.state.store import State
from newscrawler.state.tables import COPIES

NOW = "2026-01-01T00:00:00Z"
# Keys of a text, of which two are phrases that many texts have: of 335 English texts of news each
# had 47.5 and shared 1.1 of them with another.
KEYS, PHRASES, POOL = 47, 2, 20_000
TIMED, COPIED = 1_000, 5  # texts, of which one in so many is a copy of the one before
WORDS = 700  # of a text, out of a vocabulary of 30,000
BATCH = 50_000


def phrase_weights() -> list[float]:
    """Return sums of weights by which the commonest phrase has 1.5 % of the texts."""
    return list(accumulate(1 / (rank + 20) for rank in range(POOL)))


def fill(path: Path, count: int) -> None:
    """Put made-up sketches into a new state, in batches as large as a week's crawl."""
    chance, weights = random.Random(1), phrase_weights()  # noqa: S311
    pool = [chance.getrandbits(32) for _ in range(POOL)]
    with closing(State.open(path)) as state:
        database = state._database  # noqa: SLF001 - a benchmark fills what it measures
        for pragma in ("cache_size = -1000000", "synchronous = OFF"):
            database.execute(f"PRAGMA {pragma}")
        for start in range(1, count + 1, BATCH):
            postings: list[int] = []
            with database.transaction():
                for number in range(start, min(start + BATCH, count + 1)):
                    keys = {*chance.choices(pool, cum_weights=weights, k=PHRASES)}
                    keys |= {*array("I", chance.randbytes(4 * (KEYS - PHRASES)))}
                    database.insert(COPIES, row(number, sorted(keys)))
                    postings += [key << ID_BITS | number for key in keys]
                postings.sort()
                sql = "INSERT OR IGNORE INTO postings (posting) VALUES (?)"
                database.connection.executemany(sql, zip(postings, strict=True))


def row(number: int, keys: list[int]) -> tuple[Any, ...]:
    name = blake2b(str(number).encode(), digest_size=12).hexdigest()
    key = f"news.example/world/{name}"
    sketch = b"".join(it.to_bytes(KEY_BYTES, "big") for it in (2**32 - 1, *keys))
    marks = blake2b(name.encode(), digest_size=64).digest()
    return (
        number, key, key, f"https://www.{key}", "2026-01-01T08:00:00Z", 1, "", marks, sketch, b"",
        0, "",
    )  # fmt: skip


def text(number: int) -> str:
    """Return a text of its own; one in so many is the one before with a fifth replaced."""
    is_copy = number % COPIED == 0
    chance = random.Random(number - is_copy)  # noqa: S311
    words = [f"w{int(30_000 * chance.random() ** 3)}" for _ in range(WORDS)]
    if is_copy:
        words[: WORDS // 5] = [f"x{number}y{place}" for place in range(WORDS // 5)]
    return " ".join(words)


def whole_page(where: Copy, *, known: bool = True) -> PageCommit:
    """Return what an article gives; `known` says whether its text is made known as well."""
    article = KnownArticle(
        key=where.key,
        url=where.url,
        first_seen=NOW,
        changed_at=NOW,
        version=1,
        fingerprint="f",
        line=json.dumps({"url": where.url, "id": where.key, "body": where.body}),
    )
    return PageCommit(series="s", article=article, member=True, copy=where if known else None)


def measure(path: Path, count: int) -> None:
    """Tell what a look-up and a commit of a page cost; the sketch is made before."""
    show(f"  bytes an article             {path.stat().st_size / count:6.0f}")
    before = resident()
    with closing(State.open(path)) as state:
        found = 0
        looked_up, kept, plain, sketched = [], [], [], []
        for number in range(TIMED):
            body, key = text(number), f"new.example/{number}"
            where = Copy(key=key, article=key, url=f"https://{key}", body=body)
            sketched.append(cost(partial(shingles_of, body)))
            looked_up.append(cost(partial(state.duplicate, where)))
            found += state.duplicate(where) is not None
            kept.append(cost(partial(state.commit, 1, whole_page(where), NOW)))
            other = replace(where, key=f"{key}b", article=f"{key}b")
            page = whole_page(other, known=False)
            plain.append(cost(partial(state.commit, 1, page, NOW)))
        show(f"  copies found                 {found:6} of {TIMED // COPIED - 1}")
    for name, times in (
        ("shingles", sketched),
        ("look-up", looked_up),
        ("commit of an article", kept),
        ("the same without its text", plain),
    ):
        tell_times(name, times)
    show(f"  memory growth                {(resident() - before) / 2**20:6.1f} MiB")


def cost(act: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = perf_counter(), process_time()
    act()
    return perf_counter() - wall, process_time() - cpu


def tell_times(name: str, times: list[tuple[float, float]]) -> None:
    walls = sorted(wall for wall, _ in times)
    mean = sum(cpu for _, cpu in times) / len(times)
    half, high = walls[len(walls) // 2] * 1e6, walls[len(walls) * 99 // 100] * 1e6
    show(f"  {name:28} {mean * 1e6:6.0f} µs CPU, {1 / mean:6.0f}/s; p50 {half:.0f}, p99 {high:.0f}")


# Peers


def datasketch(count: int) -> None:
    import numpy
    from datasketch import MinHash, MinHashLSH

    index, chance = MinHashLSH(threshold=0.5, num_perm=128), numpy.random.default_rng(1)
    scheme = MinHash(num_perm=128).scheme

    def sketch(body: str) -> Any:
        made = MinHash(num_perm=128)
        made.update_batch(runs(body))
        return made

    def filling() -> None:
        for number in range(count):
            values = chance.integers(0, 2**32, 128, dtype=numpy.uint64)
            index.insert(number, MinHash(num_perm=128, hashvalues=values, scheme=scheme))

    measure_peer(filling, sketch, index.query, lambda n, one: index.insert(f"new {n}", one), count)


def rensa(count: int) -> None:
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)

    def sketch(body: str) -> Any:
        made = RMinHash(num_perm=128, seed=1)
        made.update([it.decode() for it in runs(body)])
        return made

    def filling() -> None:
        for number in range(count):
            made = RMinHash(num_perm=128, seed=1)
            made.update([str(number)])  # every band is another one's, as those of texts are
            index.insert(number, made)

    measure_peer(filling, sketch, index.query, lambda n, one: index.insert(count + n, one), count)


def runs(body: str) -> list[bytes]:
    words = body.encode().split()
    return [b" ".join(four) for four in zip(words, words[1:], words[2:], words[3:], strict=False)]


def measure_peer(
    filling: Callable[[], None],
    sketch: Callable[[str], Any],
    query: Callable[[Any], Any],
    insert: Callable[[int, Any], object],
    count: int,
) -> None:
    before = resident()
    seconds = cost(filling)[1]
    grown = resident() - before
    show(f"  inserts while filling        {count / seconds:6.0f}/s")
    show(f"  bytes of memory an article   {grown / count:6.0f}; nothing on the disk")
    found, sketched, looked_up, kept = 0, [], [], []
    for number in range(TIMED):
        body = text(number)
        sketched.append(cost(partial(sketch, body)))
        made = sketch(body)
        looked_up.append(cost(partial(query, made)))
        found += bool(query(made))
        kept.append(cost(partial(insert, number, made)))
    show(f"  candidates found             {found:6} of {TIMED // COPIED - 1}")
    for name, times in (("sketch", sketched), ("look-up", looked_up), ("insert", kept)):
        tell_times(name, times)


PEERS: dict[str, Callable[[int], None]] = {"datasketch": datasketch, "rensa": rensa}


def resident() -> int:
    """Return the bytes that this process has in memory."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()


def show(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Do one step in a process of its own, so that nothing of another one is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("fill", "measure", *PEERS))
    parser.add_argument("count", type=int)
    parser.add_argument("path", type=Path, nargs="?")
    options = parser.parse_args()
    folded("")  # imports are done
    if options.step in PEERS:
        if importlib.util.find_spec(options.step) is None:
            show("  not installed")
        else:
            PEERS[options.step](options.count)
    else:
        {"fill": fill, "measure": measure}[options.step](options.path, options.count)


if __name__ == "__main__":
    main()
