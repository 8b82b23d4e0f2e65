"""A network of its own with a public site, a private one, and a resolver that flips between them.

Run as `unshare -rnm python -m tests.rebinding_scene FOLDER PROGRAM...`: the program runs in it.
All pages are `FOLDER/page.html` where that is there. `FOLDER/connected.json` has how often each
site was connected to, or sent a datagram, and `FOLDER/names.json` which names were asked for.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import socket
import struct
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

# Public addresses, which lead to this machine in the scene alone.
PUBLIC, PRIVATE = "93.184.216.34", "10.0.0.1"
LOOPBACK = "127.0.0.1"
A, AAAA, CNAME = 1, 28, 5
PORT, STUN = 80, 3478
PAGE = b"<html><title>Tide</title><h1>The ferry stays in harbour</h1></html>"
Record = tuple[str, int, str]
SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK, IFF_UP = 0x8913, 0x8914, 0x8916, 0x891C, 1


class Names:
    """Answers for the names under `.example`; some of them change with each question."""

    def __init__(self) -> None:
        self.chance = random.Random(1)  # noqa: S311, a test that can be repeated
        self.asked: Counter[str] = Counter()
        self.answers: dict[str, Callable[[str], list[Record]]] = {
            "news.example": lambda name: [(name, A, PUBLIC)],
            "flip.example": lambda name: [(name, A, self.flipped(name))],
            "random.example": lambda name: [(name, A, self.chance.choice((PUBLIC, LOOPBACK)))],
            "mixed.example": lambda name: [(name, A, one) for one in (LOOPBACK, PUBLIC, PRIVATE)],
            "both.example": lambda name: [(name, A, PUBLIC), (name, AAAA, "::1")],
            "six.example": lambda name: [(name, AAAA, "::1")],
            "mapped.example": lambda name: [(name, AAAA, f"::ffff:{LOOPBACK}")],
            "translated.example": lambda name: [(name, AAAA, "64:ff9b::7f00:1")],
            "private.example": lambda name: [(name, A, PRIVATE)],
            "private.news.example": lambda name: [(name, A, PRIVATE)],
            "flip.news.example": lambda name: [(name, A, self.flipped(name))],
            "chain.example": lambda name: [
                (name, CNAME, "inner.example"), ("inner.example", CNAME, "last.example"),
                ("last.example", A, LOOPBACK),
            ],
            "late.example": self.late,
        }  # fmt: skip

    def flipped(self, name: str) -> str:
        """Give the public address first, then the other one, in turns."""
        return PUBLIC if self.asked[name] % 2 else LOOPBACK

    def late(self, name: str) -> list[Record]:
        return [] if self.asked[name] < 2 else [(name, A, LOOPBACK)]

    def answer(self, query: bytes) -> bytes:
        """Return the answer to a question (RFC 1035, 4), which nobody may keep."""
        end = query.index(0, 12) + 5
        kind = struct.unpack("!H", query[end - 4 : end - 2])[0]
        name = ".".join(labels(query[12:end])).lower()
        if kind == A:
            self.asked[name] += 1
        found = self.answers[name](name) if name in self.answers else []
        records = [record(one) for one in found if one[1] in (kind, CNAME)]
        code = 0x8180 if name in self.answers else 0x8183
        head = query[:2] + struct.pack("!5H", code, 1, len(records), 0, 0)
        return head + query[12:end] + b"".join(records)


def labels(text: bytes) -> list[str]:
    found, at = [], 0
    while text[at]:
        found.append(text[at + 1 : at + 1 + text[at]].decode())
        at += 1 + text[at]
    return found


def record(one: Record) -> bytes:
    name, kind, value = one
    data = packed(value) if kind == CNAME else ip_address(value).packed
    return packed(name) + struct.pack("!HHIH", kind, 1, 0, len(data)) + data


def packed(name: str) -> bytes:
    return b"".join(bytes([len(one)]) + one.encode() for one in name.split(".")) + b"\0"


def serve_names(server: socket.socket, names: Names) -> None:
    while True:
        query, address = server.recvfrom(4096)
        server.sendto(names.answer(query), address)


def serve_pages(server: socket.socket, where: str, connected: Counter[str], page: bytes) -> None:
    while True:
        client, _ = server.accept()
        connected[where] += 1
        threading.Thread(target=serve_page, args=(client, page), daemon=True).start()


def serve_page(client: socket.socket, page: bytes) -> None:
    with client, suppress(OSError):
        client.settimeout(5)
        is_robots = client.recv(65536).split(b" ")[1:2] == [b"/robots.txt"]
        status = b"404 Not Found" if is_robots else b"200 OK"
        head = b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close"
        client.sendall(head % (status, len(page)) + b"\r\n\r\n" + page)


def count_datagrams(server: socket.socket, where: str, connected: Counter[str]) -> None:
    while True:
        server.recvfrom(4096)
        connected[where] += 1


def configure(interface: str, address: str | None = None) -> None:
    """Switch an interface on and give it, or another name of it, an address."""
    name = interface.encode()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        if address:
            for what, value in ((SIOCSIFADDR, address), (SIOCSIFNETMASK, "255.255.255.255")):
                place = (name, socket.AF_INET, b"", socket.inet_aton(value))
                fcntl.ioctl(control, what, struct.pack("16sH2s4s8x", *place))
        asked = fcntl.ioctl(control, SIOCGIFFLAGS, struct.pack("16sh14x", name, 0))
        flags = struct.unpack("16sh14x", asked)[1] | IFF_UP
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", name, flags))


def set_up(folder: Path, names: Names) -> Counter[str]:
    """Make the network, the resolver and the sites, and return where connects are counted."""
    named = folder / "page.html"
    page = named.read_bytes() if named.exists() else PAGE
    configure("lo")
    configure("lo:1", PUBLIC)
    configure("lo:2", PRIVATE)
    files = {"resolv.conf": f"nameserver {LOOPBACK}\n", "nsswitch.conf": "hosts: dns\n"}
    for name, text in files.items():
        (folder / name).write_text(text)
        subprocess.run(["mount", "--bind", folder / name, f"/etc/{name}"], check=True)
    resolver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    resolver.bind((LOOPBACK, 53))
    threading.Thread(target=serve_names, args=(resolver, names), daemon=True).start()
    connected: Counter[str] = Counter()
    for where in (PUBLIC, PRIVATE, LOOPBACK, "::1"):
        family = socket.AF_INET6 if ":" in where else socket.AF_INET
        server = socket.create_server((where, PORT), family=family, backlog=128)
        place = (server, where, connected, page)
        threading.Thread(target=serve_pages, args=place, daemon=True).start()
        stun = socket.socket(family, socket.SOCK_DGRAM)
        stun.bind((where, STUN))
        told = (stun, f"{where} by datagram", connected)
        threading.Thread(target=count_datagrams, args=told, daemon=True).start()
    return connected


def main() -> int:
    folder, names = Path(sys.argv[1]), Names()
    connected = set_up(folder, names)
    code = subprocess.run(sys.argv[2:], check=False, env=dict(os.environ)).returncode
    (folder / "connected.json").write_text(json.dumps(connected))
    (folder / "names.json").write_text(json.dumps(names.asked))
    return code


if __name__ == "__main__":
    sys.exit(main())
