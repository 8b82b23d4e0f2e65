"""Spellings of addresses that are not public, and what sees whether one of them is asked for."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.unattended import Ended, Started

# Nothing of the crawl is there: the site is at 127.0.0.1, which alone is opened.
CANARY = "127.66.6.6"
HOSTS = (
    CANARY, "2135033350", "0x7f420606", "0x7F.0x42.0x6.0x6", "0177.0102.06.06", "017720403006",
    "127.66.1542", "127.4326918", "0x7f.66.6.6", "127.066.006.006", f"{CANARY}.",
    "①②⑦.⑥⑥.⑥.⑥", "127。66。6。6", "１２７.66.6.6", f"{CANARY}%00", "%31%32%37.66.6.6",
    "127%2e66%2e6%2e6", f"[::ffff:{CANARY}]", "[::ffff:7f42:606]", "[0:0:0:0:0:ffff:7f42:0606]",
    f"[::{CANARY}]", "[::ffff:0:7f42:606]", "[64:ff9b::7f42:606]", "[64:ff9b:1::7f42:606]",
    "[2002:7f42:606::]", "[2001:0:7f42:606::f7f7:f7f7]", "[2a00:1450::5efe:7f42:606]",
    "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::1%25lo]", "[fe80::1%25lo]", "[fec0::1]",
    "[fd00:ec2::254]", "[ff02::1]", "0", "0.0.0.0", "00.00.00.00", "127.1", "0x7f.1", "2130706433",
    "169.254.169.254", "2852039166", "0xa9fea9fe", "[::ffff:a9fe:a9fe]", "10.0.0.1",
    "192.168.1.1", "172.16.0.1", "100.64.0.1", "198.18.0.1", "168.63.129.16", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "192.0.0.192", "user:word@127.66.6.6", "@127.66.6.6",
    "127.0.0.1:80@127.66.6.6", "tide.example%2f@127.66.6.6", "tide.example\\@127.66.6.6",
    "127.66.6.6\\.tide.example", "127.66\t.6.6", "127.66.\n6.6", "127.66.6.6\r\n",
    "\u00ad127.66.6.6", "127.66.6.6\u200b", " 127.66.6.6",
)  # fmt: skip
ADDRESSES = (
    "http:\\\\127.66.6.6:{port}/", "http:/127.66.6.6:{port}/", "http:///127.66.6.6:{port}/",
    "http:127.66.6.6:{port}/", "//127.66.6.6:{port}/", "\\\\127.66.6.6:{port}/",
    "\thttp://127.66.6.6:{port}/", "ht\ntp://127.66.6.6:{port}/", "HTTP://127.66.6.6:{port}/",
    "https://127.66.6.6:{port}/", "http://127.66.6.6:0{port}/", "http://127.66.6.6:80:{port}/",
    "view-source:http://127.66.6.6:{port}/", "jar:http://127.66.6.6:{port}/!/",
    "gopher://127.66.6.6:{port}/_x", "ftp://127.66.6.6:{port}/", "ws://127.66.6.6:{port}/",
    "file:///etc/passwd", "file://127.66.6.6/etc/passwd", "data:text/html,x",
)  # fmt: skip
# Runs Scrapy as its command does, and notes to which addresses its process connects.
WATCHED = """
import os, sys

log = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def note(event, args):
    if event in ("socket.connect", "socket.sendto") and isinstance(args[1], tuple):
        os.write(log, f"{args[1][0]} {args[1][1]}\\n".encode())

sys.addaudithook(note)
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[1:]])
"""


def spelled(port: int) -> list[str]:
    """Return the addresses, all of which would lead to a server at `port` or to a file."""
    return [f"http://{host}:{port}/canary" for host in HOSTS] + [
        address.format(port=port) for address in ADDRESSES
    ]


@dataclass
class Canary:
    """A server at addresses that nobody may connect to; it counts who does."""

    port: int = 0
    sockets: list[socket.socket] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)

    def listen(self) -> None:
        for family, host in ((socket.AF_INET, CANARY), (socket.AF_INET6, "::1")):
            try:
                server = socket.create_server((host, self.port), family=family)
            except OSError:  # no IPv6 here; what the process does is watched all the same
                continue
            self.port = server.getsockname()[1]
            self.sockets.append(server)
            threading.Thread(target=self.count, args=(server,), daemon=True).start()

    def count(self, server: socket.socket) -> None:
        while True:
            try:
                client, address = server.accept()
            except OSError:
                return
            self.connected.append(str(address))
            client.close()


@contextmanager
def watching() -> Iterator[Canary]:
    canary = Canary()
    canary.listen()
    try:
        yield canary
    finally:
        for server in canary.sockets:
            server.close()


@dataclass(frozen=True)
class Watched:
    """A crawl that has ended, and the addresses with ports that its process connected to."""

    run: Ended
    connects: set[tuple[str, int]]


def crawl_watched(folder: Path, *command: str, opened: str = "127.0.0.1/32") -> Watched:
    """Run a command of Scrapy where only the networks that are `opened` are."""
    log = folder / "connects"
    log.touch()
    options = ("-s", "DOWNLOAD_DELAY=0", "--report", str(folder / "report.json"))
    env = {"NEWSCRAWLER_ALLOWED_NETWORKS": opened}
    run = Started(watched_command(log, *command, *options), folder, env).end(120)
    return Watched(run, connects_of(log))


def watched_command(log: Path, *command: str) -> Sequence[str]:
    return (sys.executable, "-c", WATCHED, str(log), *command)


def connects_of(log: Path) -> set[tuple[str, int]]:
    lines = (line.split() for line in log.read_text().splitlines())
    return {(host, int(port)) for host, port in lines}


def can_separate() -> bool:
    """Tell whether a command may have a network and mounts of its own here."""
    found = subprocess.run(["unshare", "-rnm", "true"], check=False, capture_output=True)
    return found.returncode == 0
