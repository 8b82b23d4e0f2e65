"""Hosts on this machine that answer as a test has written down, and note when they were asked."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from tests.unattended import Ended, Started

PAGE = """<!DOCTYPE html><html lang="en"><head><title>{headline}</title>
<meta property="og:type" content="article">{head}</head><body><main><article><h1>{headline}</h1>
<p>The harbour of page {path} was closed for the night, and the pilots went home.</p>
<p>On the quay of page {path} the bakers counted their loaves, and the mayor her speeches.</p>
</article></main></body></html>"""
LISTING = """<!DOCTYPE html><html lang="en"><head><title>Harbour Strike</title></head><body><main>
<h1>Harbour Strike ({number})</h1><ol>{entries}</ol></main></body></html>"""
ENTRY = '<li><h2><a href="{path}">Page {path} of the harbour</a></h2><p>So it goes.</p></li>'
_NUMBERS = count(2)


@dataclass(frozen=True)
class Reply:
    """One answer; `fails` is `reset`, `hang` or `cut` (a body that ends before its length).

    `busy_for` seconds it asks to be left alone, as a date.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    fails: str = ""
    busy_for: int = 0


@dataclass
class Asked:
    """One request: when it came and when its answer was sent, of `time.monotonic`."""

    path: str
    headers: dict[str, str]
    came: float
    left: float = 0.0


def gaps_of(log: Iterable[Asked]) -> list[float]:
    """Return the seconds from each answer's end to the next request."""
    in_order = sorted(log, key=lambda one: one.came)
    return [after.came - before.left for before, after in pairwise(in_order)]


class PoliteHost(ThreadingHTTPServer):
    """A host with an address of its own (127.0.0.x), a listing and `articles` pages.

    `script` has the replies of a path in order; the last one is given again and again.
    `everything` is the reply to all that has no script. `log` is what was asked.
    """

    daemon_threads = True

    def __init__(self, articles: int = 3, address: str = "") -> None:
        super().__init__((address or f"127.0.0.{next(_NUMBERS)}", 0), Answering)
        self.host = str(self.server_address[0])
        self.url = f"http://{self.host}:{self.server_port}"
        self.listing = f"{self.url}/series/harbour-strike/"
        self.paths = [
            f"/world/2026/01/05/page-of-the-harbour-{10_001 + it}/" for it in range(articles)
        ]
        self.script: dict[str, list[Reply]] = {}
        self.everything: Reply | None = None
        self.robots(Reply(body=b"User-agent: *\nAllow: /\n"))
        self.heads: dict[str, str] = {}
        self.log: list[Asked] = []
        self.most_at_once = 0
        self.at_once = 0
        self.lock = threading.Lock()
        self.closing = threading.Event()

    def robots(self, *replies: Reply) -> None:
        self.script["/robots.txt"] = list(replies)

    def reply_to(self, path: str) -> Reply:
        replies = self.script.get(path)
        if replies:
            return replies.pop(0) if len(replies) > 1 else replies[0]
        return self.everything or self.page(path)

    def page(self, path: str) -> Reply:
        html = {"Content-Type": "text/html; charset=utf-8"}
        if path == "/series/harbour-strike/":
            entries = "".join(ENTRY.format(path=one) for one in self.paths)
            text = LISTING.format(number=len(self.paths), entries=entries)
        elif path in self.paths:
            headline = f"Page {path} of the harbour"
            text = PAGE.format(headline=headline, path=path, head=self.heads.get(path, ""))
        else:
            return Reply(404, b"not found")
        return Reply(body=text.encode(), headers=html)

    def asked(self, path: str) -> list[Asked]:
        return [one for one in self.log if one.path == path]

    @property
    def pages_asked(self) -> list[str]:
        """The paths of all requests but those for robots.txt."""
        return [one.path for one in self.log if one.path != "/robots.txt"]

    @property
    def gaps(self) -> list[float]:
        return gaps_of(self.log)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: a client that goes away is no fault."""


class Answering(BaseHTTPRequestHandler):
    """One request to a `PoliteHost`."""

    protocol_version = "HTTP/1.1"
    server: PoliteHost
    wbufsize = -1

    def do_GET(self) -> None:
        host, asked = self.server, Asked(self.path, dict(self.headers.items()), time.monotonic())
        with host.lock:
            host.log.append(asked)
            host.at_once += 1
            host.most_at_once = max(host.most_at_once, host.at_once)
            reply = host.reply_to(self.path)
        try:
            self.send(reply, asked)
        finally:
            asked.left = asked.left or time.monotonic()
            with host.lock:
                host.at_once -= 1

    def send(self, reply: Reply, asked: Asked) -> None:
        if reply.fails == "hang":
            self.server.closing.wait(20)
            self.close_connection = True
        elif reply.fails == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
        else:
            self.send_response(reply.status)
            if reply.busy_for:
                at = datetime.now(UTC) + timedelta(seconds=reply.busy_for)
                self.send_header("Retry-After", format_datetime(at, usegmt=True))
            for name, value in {"Content-Type": "text/plain", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) + 100 * bool(reply.fails)))
            self.end_headers()
            self.wfile.write(reply.body)
            asked.left = time.monotonic()  # before the client can have it whole
            self.wfile.flush()
            self.close_connection = bool(reply.fails)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep the terminal for pytest; `PoliteHost.log` is the log."""


@contextmanager
def opened(host: PoliteHost) -> Iterator[PoliteHost]:
    thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield host
    finally:
        host.closing.set()
        host.shutdown()
        thread.join()
        host.server_close()


class Hosts:
    """Several hosts that one crawl starts from, in a folder that remembers from run to run."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.by_name: dict[str, PoliteHost] = {}

    def add(self, name: str, articles: int = 1, address: str = "") -> PoliteHost:
        self.by_name[name] = self.stack.enter_context(opened(PoliteHost(articles, address)))
        return self.by_name[name]

    def crawl(self, *options: str, urls: Iterable[str] = (), timeout: float = 110) -> Ended:
        """Crawl the listings of all hosts, and `urls`, in one run."""
        return self.start(*options, urls=urls).end(timeout)

    def start(self, *options: str, urls: Iterable[str] = ()) -> Started:
        starts = [*(host.listing for host in self.by_name.values()), *urls]
        (self.folder / "report.json").unlink(missing_ok=True)
        command = [
            *(sys.executable, "-m", "scrapy", "crawl", "series", "-a", f"url={','.join(starts)}"),
            *("--state", "state.sqlite", "--report", "report.json", "-O", "feed.jsonl"),
            *("-a", "browser=0", "-s", "DOWNLOAD_DELAY=0.05", "-s", "DOWNLOAD_TIMEOUT=3"),
            *options,
        ]
        return Started(command, self.folder, {})

    def drops(self) -> dict[str, str]:
        """Return the reason of each address in the drops feed."""
        return {one["url"]: one["reason"] for one in self.lines("feed.drops.jsonl")}

    def articles(self) -> list[dict[str, Any]]:
        return self.lines("feed.jsonl")

    def lines(self, name: str) -> list[dict[str, Any]]:
        file = self.folder / name
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        return [json.loads(line) for line in text.splitlines()]


@contextmanager
def several(folder: Path) -> Iterator[Hosts]:
    with ExitStack() as stack:
        yield Hosts(folder, stack)
