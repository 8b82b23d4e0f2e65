"""A server that sends whatever bytes it is told to, beside articles that are as they should be."""

from __future__ import annotations

import html
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeAlias
from zlib import crc32

from tests.newsroom import ARTICLE, ENTRY, LISTING, SITE, Story, said, write

Send: TypeAlias = Callable[[bytes], None]
Answer: TypeAlias = bytes | Callable[[Send], None]
"""What is sent as it is, status line and all; or what sends it, until it raises `OSError`."""

# Another address of this machine is another site.
HOST = "127.0.0.2"
NAME = "Hostile Harbour"


class HostileServer:
    """Answers each path of `answers` with its bytes and closes the connection behind them.

    `listed` are the paths that the listing names; one without an answer is an article.
    """

    def __init__(self, host: str = HOST) -> None:
        self.socket = socket.create_server((host, 0), backlog=64)
        self.host = f"{host}:{self.socket.getsockname()[1]}"
        self.url = f"http://{self.host}"
        self.listing = f"{self.url}/series/hostile-harbour/"
        self.answers: dict[str, Answer] = {"/robots.txt": text("User-agent: *\nAllow: /\n")}
        self.listed: list[str] = []
        self.requests: list[tuple[float, str]] = []
        self.heads: list[bytes] = []
        self.sent: dict[str, int] = {}
        """Bytes that were taken off our hands, by path."""
        self.related: dict[str, tuple[str, ...]] = {}
        """What an article's box of related stories names."""
        self.make_up: Callable[[str], Answer | None] = lambda _: None
        """Answers paths that nobody has counted."""
        self.closing = threading.Event()

    def lists(self, path: str, answer: Answer | None = None) -> str:
        """Let the listing name a path; without an answer it is an article."""
        self.listed.append(path)
        if answer is not None:
            self.answers[path] = answer
        return self.url + path

    def asked(self, path: str) -> int:
        return sum(one == path for _, one in self.requests)

    # Pages

    def story(self, path: str) -> Story:
        return write(1 + crc32(path.encode()) % 50_000, 11, 900, listed=True)

    def article(self, path: str) -> str:
        """Return the page of an article of the series at any path."""
        story = self.story(path)
        told = said(story) | {"path": path}
        links = "".join(
            ENTRY.format(**told | {"path": html.escape(one), "headline": f"Read on: {number}"})
            for number, one in enumerate(self.related.get(path, ()))
        )
        return ARTICLE.format(
            **told,
            name=NAME,
            site=SITE,
            series=self.listing,
            furniture="",
            url=self.url + path,
            author=story.author,
            data="{}",
            paragraphs="\n".join(f"<p>{one}</p>" for one in story.paragraphs),
            related=links,
        )

    def listing_page(self) -> str:
        entries = [ENTRY.format(**said(self.story(one)) | {"path": one}) for one in self.listed]
        return LISTING.format(
            name=NAME, site=SITE, url=self.listing, furniture="", next_link="",
            advertised=len(self.listed), entries="\n".join(entries),
        )  # fmt: skip

    def answer_of(self, path: str) -> Answer:
        if path in self.answers:
            return self.answers[path]
        if self.url + path == self.listing:
            return page(self.listing_page())
        if path in self.listed:
            return page(self.article(path))
        return self.make_up(path) or text("not found", "404 Not Found")

    # Connections

    def serve_forever(self) -> None:
        self.socket.settimeout(0.1)
        while not self.closing.is_set():
            with suppress(TimeoutError):
                connection, _ = self.socket.accept()
                threading.Thread(target=self.talk, args=(connection,), daemon=True).start()
        self.socket.close()

    def talk(self, connection: socket.socket) -> None:
        connection.settimeout(60)
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                received = connection.recv(65536)
                if not received:
                    return
                head += received
            path = head.split(b" ", 2)[1].decode("latin-1")
            self.requests.append((time.monotonic(), path))
            self.heads.append(head)
            self.send(connection, path)

    def send(self, connection: socket.socket, path: str) -> None:
        def send(piece: bytes) -> None:
            if self.closing.is_set():
                raise OSError("the test is over")
            connection.sendall(piece)
            self.sent[path] = self.sent.get(path, 0) + len(piece)

        answer = self.answer_of(path)
        if isinstance(answer, bytes):
            send(answer)
        else:
            answer(send)
        connection.shutdown(socket.SHUT_WR)


def head(status: str = "200 OK", *fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Connection: close", *fields]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def page(body: str | bytes, *fields: str, status: str = "200 OK") -> bytes:
    """Return a page as a server sends it, with its length."""
    sent = body.encode() if isinstance(body, str) else body
    kind = () if any("content-type" in one.lower() for one in fields) else HTML
    return head(status, *kind, *fields, f"Content-Length: {len(sent)}") + sent


HTML = ("Content-Type: text/html; charset=utf-8",)


def text(body: str, status: str = "200 OK") -> bytes:
    return page(body, "Content-Type: text/plain", status=status)


def redirect(to: str) -> bytes:
    return page("", f"Location: {to}", status="302 Found")


def chunked(*pieces: bytes, end: bool = True) -> bytes:
    packed = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in pieces)
    return packed + (b"0\r\n\r\n" if end else b"")


def endless(start: bytes, piece: bytes, *, pause: float = 0) -> Callable[[Send], None]:
    """Send the start and then the same piece for ever, with a pause in seconds."""

    def send_on(send: Send) -> None:
        send(start)
        while True:
            send(piece)
            time.sleep(pause)

    return send_on


def silence(send: Send) -> None:
    while True:
        time.sleep(0.2)
        send(b"")


@contextmanager
def hostile() -> Iterator[HostileServer]:
    server = HostileServer()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        thread.join()
