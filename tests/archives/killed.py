"""Processes that record until they are killed, and tell what they have recorded."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from newscrawler.archives.recording import open_recording
from tests.archives.exchanges import ABOUT, exchange

# Exchanges between two openings of the archive: of a WACZ file, kills are to meet its packing.
AT_A_TIME = 6


def record(path: Path, run: int, told: Connection) -> None:
    """Record pages of about a KiB to 200 KiB, telling of each one when it is recorded."""
    chance = random.Random(run)  # noqa: S311
    number = 0
    while True:
        recording = open_recording(path, ABOUT)
        for number in range(number + 1, number + 1 + AT_A_TIME):  # noqa: B020, goes on
            url = f"https://news.example/{run}/{number}"
            body = chance.randbytes(chance.choice((500, 5000, 100_000))).hex()
            recording.store(exchange(url, body))
            told.send(url)
        recording.close()


def kill(path: Path, run: int, after: float) -> list[str]:
    """Let a process record, kill it some seconds after its first page; return what it told."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.archives.killed"])
    heard, told = context.Pipe(duplex=False)
    process = context.Process(target=record, args=(path, run, told))
    process.start()
    told.close()
    urls = [heard.recv()]
    until = time.monotonic() + after
    with suppress(EOFError):
        while (left := until - time.monotonic()) > 0:
            if heard.poll(left):
                urls.append(heard.recv())
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        while True:
            urls.append(heard.recv())
    process.join()
    assert process.exitcode == -signal.SIGKILL
    return urls
