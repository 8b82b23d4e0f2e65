"""Servers that note what they are told: the headers of each request, each handshake."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import trustme

from tests.newsroom import Desk, Newsroom, opened


class Ears(Newsroom):
    """Notes the headers of each request."""

    def __init__(self, articles: int = 3) -> None:
        super().__init__(articles)
        self.RequestHandlerClass = Ear
        self.heard: list[tuple[str, dict[str, str]]] = []


class Ear(Desk):
    server: Ears

    def do_GET(self) -> None:  # noqa: N802
        self.server.heard.append((self.path, dict(self.headers.items())))
        super().do_GET()


@dataclass(frozen=True)
class Authority:
    """The certificate authority that the crawls of these tests trust, as a file."""

    ca: trustme.CA
    file: Path

    @classmethod
    def made_in(cls, folder: Path) -> Self:
        ca, file = trustme.CA(), folder / "ca.pem"
        ca.cert_pem.write_to_path(str(file))
        return cls(ca, file)


def context_of(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


class Knocks:
    """Counts the handshakes of a newsroom that speaks TLS."""

    def __init__(self, room: Newsroom, context: ssl.SSLContext) -> None:
        self.number, self.failed = 0, 0
        self.room, self.context, self.accept = room, context, room.get_request
        room.get_request = self.get_request  # type: ignore[method-assign]

    def get_request(self) -> tuple[socket.socket, object]:
        plain, address = self.accept()
        self.number += 1
        plain.settimeout(5)
        try:
            return self.context.wrap_socket(plain, server_side=True), address
        except OSError:
            self.failed += 1
            plain.close()
            raise


@contextmanager
def speaking_tls(
    context: ssl.SSLContext, room: Newsroom | None = None
) -> Iterator[tuple[Newsroom, Knocks]]:
    room = room or Newsroom(2)
    knocks = Knocks(room, context)
    room.url = room.url.replace("http:", "https:")
    room.listing = room.listing.replace("http:", "https:")
    with opened(room):
        yield room, knocks
