"""Connections that are made in time, and answers whose head comes to an end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from scrapy.crawler import Crawler
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import connectionDone
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.python.failure import Failure

# Bytes of status lines and headers before a body begins; Chromium takes 256 KiB, nginx takes 8
# from what stands behind it. Twisted has no limit but one for the length of a line, 16 KiB.
MAX_HEAD = 64 * 1024
# Bytes. What is shorter is no request but TLS that talks to itself.
SHORTEST_REQUEST = 128


class HeadTooLarge(Exception):
    """An answer whose head is too long, or has no end."""


class BoundedHead(ProtocolWrapper):
    """Ends a connection on which the head of an answer is larger than `MAX_HEAD`.

    Twisted pauses the connection where the head ends, over TLS as well; what came in since
    the request was written is the head.
    """

    factory: BoundedHeads
    transport: Any  # of each transport's own interfaces

    def __init__(self, factory: BoundedHeads, wrapped: Any) -> None:
        super().__init__(factory, wrapped)
        self.received = 0
        self.is_in_head = True
        self.is_ended = False

    def write(self, data: bytes) -> None:
        self.begin_head(len(data))
        ProtocolWrapper.write(self, data)

    def writeSequence(self, data: Iterable[bytes]) -> None:  # noqa: N802
        pieces = list(data)
        self.begin_head(sum(map(len, pieces)))
        ProtocolWrapper.writeSequence(self, pieces)

    def begin_head(self, written: int) -> None:
        if written >= SHORTEST_REQUEST:
            self.is_in_head, self.received = True, 0

    def pauseProducing(self) -> None:  # noqa: N802
        self.is_in_head = False
        self.transport.pauseProducing()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self.is_ended:
            return
        ProtocolWrapper.dataReceived(self, data)
        self.received += len(data)
        if self.is_in_head and self.received > MAX_HEAD:
            self.is_ended = True
            self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        if self.is_ended:
            reason = Failure(HeadTooLarge(f"more than {MAX_HEAD} bytes of headers"))
        ProtocolWrapper.connectionLost(self, reason)


class BoundedHeads(WrappingFactory[BoundedHead]):
    """Makes the protocol of one connection."""

    noisy = False

    @classmethod
    def around(cls, factory: Any) -> Self:
        make: Any = cls  # its constructor has no hints
        bounded: Self = make(factory)
        return bounded

    def buildProtocol(self, addr: IAddress | None) -> BoundedHead:  # noqa: N802
        return BoundedHead(self, self.wrappedFactory.buildProtocol(addr))


class BoundedConnections:
    """An extension that bounds the connections which the reactor makes.

    Scrapy gives a connection as much time as the whole download, and Twisted has no plug for
    either bound. The reactor keeps its class, which scrapy-playwright compares.
    """

    def __init__(self, seconds: float) -> None:
        from twisted.internet import reactor

        installed: Any = reactor
        connect = type(installed).connectTCP

        def connect_bounded(
            host: str,
            port: int,
            factory: Any,
            timeout: float = 30,
            bindAddress: Any = None,  # noqa: N803
        ) -> Any:
            bounded = BoundedHeads.around(factory)
            return connect(installed, host, port, bounded, min(timeout, seconds), bindAddress)

        vars(installed)["connectTCP"] = connect_bounded

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getfloat("NEWSCRAWLER_CONNECT_TIMEOUT"))
