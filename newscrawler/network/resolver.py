"""Resolves names to public addresses only: what was checked is what is connected to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

import idna
from scrapy.settings import BaseSettings
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IAddress

from newscrawler.network.permissions import Permissions, not_public
from newscrawler.network.public_addresses import why_not_public

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# Seconds; the resolver of the system does not say how long an answer holds, and a crawl of
# hours is to follow a site that moves.
KEPT = 600.0
MOST_REFUSED = 1000  # names; a message is told soon or never


@dataclass(frozen=True, slots=True)
class Answer:
    """The addresses of a name that may be connected to, and why there is none of them."""

    addresses: tuple[str, ...] = ()
    refused: str = ""


class Resolution:
    """A name that is being resolved, Twisted's `IHostResolution`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        raise NotImplementedError  # as Twisted's own


@dataclass
class Gathered:
    """Takes the addresses of a name one by one, Twisted's `IResolutionReceiver`."""

    done: Deferred[list[str]] = field(default_factory=Deferred)
    found: list[str] = field(default_factory=list)

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
        """Do nothing: there is nothing to be cancelled."""

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.found.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.done.callback(self.found)


class PublicResolver:
    """Twisted's `IHostnameResolver`, by the setting `TWISTED_DNS_RESOLVER`.

    Every connection of Scrapy asks it, one to a numeric address too. Of a name with public and
    other addresses the public ones are used: a name may have one that is of use inside its own
    network alone. `DNS_TIMEOUT`, `DNSCACHE_ENABLED` and `DNSCACHE_SIZE` are Scrapy's.
    """

    def __init__(self, settings: BaseSettings, reactor: Any) -> None:
        self.permissions = Permissions.from_settings(settings)
        self.reactor = reactor
        original: Any = reactor.nameResolver
        self.original: Any = getattr(original, "original", original)  # never a guard of a guard
        self.seconds = settings.getfloat("DNS_TIMEOUT")
        is_kept = settings.getbool("DNSCACHE_ENABLED")
        self.most = settings.getint("DNSCACHE_SIZE") if is_kept else 0
        self.kept: dict[str, tuple[float, Answer]] = {}
        self.refused: dict[str, str] = {}
        """Why the last answer for a name was refused, for the message."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """`crawler` may be a `CrawlerProcess`; Scrapy gives what has the settings."""
        return cls(crawler.settings, reactor)

    def install_on_reactor(self) -> None:
        self.reactor.installNameResolver(self)

    async def lookup(self, host: str) -> Answer:
        """Return what may be connected to under a name; neither is filled where it has nothing."""
        answer: Answer = await maybe_deferred_to_future(self.answer(host))
        return answer

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: Literal["TCP", "UDP"] = "TCP",  # noqa: N803
    ) -> Resolution:
        def deliver(answer: Answer) -> None:
            for text in answer.addresses:
                kind = IPv6Address if ":" in text else IPv4Address
                if addressTypes is None or kind in addressTypes:
                    address = kind(transportSemantics, text, portNumber)
                    resolutionReceiver.addressResolved(address)
            resolutionReceiver.resolutionComplete()

        resolution = Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        self.answer(hostName).addCallback(deliver)
        return resolution

    def answer(self, name: str) -> Deferred[Answer]:
        host = ascii_name(name)
        kept_until, kept = self.kept.get(host, (0.0, Answer()))
        if kept_until > self.reactor.seconds():
            return succeed(kept)
        gathered = Gathered()
        self.original.resolveHostName(gathered, host)
        none: list[str] = []
        gathered.done.addTimeout(self.seconds, self.reactor, onTimeoutCancel=lambda *_: none)
        return gathered.done.addCallback(self.judge, host)

    def judge(self, found: list[str], host: str) -> Answer:
        """Keep what is public, and that for a while; a name without is asked for anew."""
        judged = {one: why_not_public(one, self.permissions.networks) for one in found}
        public = tuple(one for one, why in judged.items() if why is None)
        why = not_public(host, judged) if judged and not public else ""
        if not judged:
            self.refused.pop(host, None)
        if why:
            bounded(self.refused, MOST_REFUSED)[host] = why
        elif public:
            self.keep(host, Answer(public))
        return Answer(public, why)

    def keep(self, host: str, answer: Answer) -> None:
        if self.most:
            bounded(self.kept, self.most)[host] = (self.reactor.seconds() + KEPT, answer)


def ascii_name(name: str) -> str:
    """Undo what Twisted did to a name in punycode; Python's own way back leads to another host.

    `xn--fa-hia` is `faß` in Unicode, and that is `fass` by the older rules of `getaddrinfo`.
    """
    try:
        return name if name.isascii() else idna.encode(name).decode()
    except idna.IDNAError:
        return name


def bounded(kept: dict[str, Any], most: int) -> dict[str, Any]:
    """Make room for one more; the oldest goes."""
    while len(kept) >= most:
        del kept[next(iter(kept))]
    return kept
