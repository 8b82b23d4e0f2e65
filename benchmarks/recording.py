"""What recording costs for each page, and going on with a recording.

Run from the project's folder: `python -m benchmarks.recording [PAGES]`. Pages are invented, of
some 75 KB, gzip-packed by their server as most are. For each form of archive: processor time a
page to record it, of which the disk's part is told apart (seconds waited in `fdatasync`), bytes a
page, processor time a page to open the archive again and to complete it, and the most memory
that the process took, which a page costs until `MOST` of `archives/originals.py`.
"""

from __future__ import annotations

import gzip
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from newscrawler.archives.exchange import Exchange
from newscrawler.archives.recording import open_recording
from tests.archives.exchanges import ABOUT, exchange
from tests.newsroom import Newsroom

FORMS = ("news.warc.gz", "news.warc", "news.wacz", "saved")
PAGES = 2000
VARIANTS = 50


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    if len(sys.argv) > 2:
        measure(sys.argv[2], pages)
        return
    sys.stdout.write(
        "| archive | ms/page | fdatasync, s | KB/page | open again, ms/page | complete, ms/page"
        " | MiB |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    )
    sys.stdout.flush()
    for form in FORMS:
        command = [sys.executable, "-m", "benchmarks.recording", str(pages), form]
        subprocess.run(command, check=True)  # noqa: S603, a process of its own for its memory


def measure(form: str, pages: int) -> None:
    bodies = invented_bodies()
    waited = count_waiting()
    with tempfile.TemporaryDirectory(dir=".") as folder:
        path = Path(folder, form)
        recording = open_recording(path, ABOUT)
        storing = 0.0
        for number in range(pages):
            made = page(number, bodies)
            began = busy()
            recording.store(made)
            storing += busy() - began
        stored = busy()
        recording.close()
        completed = busy()
        size = sum(one.stat().st_size for one in Path(folder).rglob("*") if one.is_file())
        open_recording(path, ABOUT)
        opened = busy()
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = [1000 * one / pages for one in (storing, opened - completed, completed - stored)]
    sys.stdout.write(
        f"| `{form}` | {each[0]:.2f} | {sum(waited):.2f} | {size / pages / 1000:.1f} |"
        f" {each[1]:.2f} | {each[2]:.2f} | {most:.0f} |\n"
    )


def invented_bodies() -> list[str]:
    room = Newsroom(VARIANTS, characters=60_000)
    room.server_close()
    return [room.article_page(one) for one in room.listed]


def page(number: int, bodies: list[str]) -> Exchange:
    """Return a page that no other one repeats."""
    body = gzip.compress(f"{bodies[number % len(bodies)]}<!-- {number} -->".encode(), 6)
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"))
    found = exchange(f"https://news.example/{random.Random(number).random()}", headers=headers)  # noqa: S311
    return Exchange(**{**{name: getattr(found, name) for name in found.__slots__}, "body": body})


def busy() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def count_waiting() -> list[float]:
    """Note how long each `fdatasync` takes."""
    waited, sync = [0.0], os.fdatasync

    def timed(file: int) -> None:
        began = time.perf_counter()
        sync(file)
        waited.append(time.perf_counter() - began)

    os.fdatasync = timed
    return waited


if __name__ == "__main__":
    main()
