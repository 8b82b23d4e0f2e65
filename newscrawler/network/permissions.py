"""What a crawl may ask for: which schemes, ports and hosts, and which networks are opened."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple, Self
from urllib.request import getproxies

from scrapy.exceptions import IgnoreRequest
from scrapy.settings import BaseSettings

from newscrawler.network.public_addresses import Network, parse_networks, why_not_public
from newscrawler.normalise.urls import DEFAULT_PORTS

NETWORKS, PORTS, PROXY = (
    "NEWSCRAWLER_ALLOWED_NETWORKS",
    "NEWSCRAWLER_ALLOWED_PORTS",
    "NEWSCRAWLER_TRUST_PROXY",
)
HIGHEST_PORT = 65_535
# Linux gives out ports from here on (RFC 6335: from 49152); no service has one of its own there.
FIRST_DYNAMIC_PORT = 32_768
# An address that every parser splits alike: no user, no backslash, nothing that one of them drops.
_SPLIT = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<rest>[/?#][!-~]*)?)?"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
_NAME = re.compile(r"(?=.{1,254}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)*[a-z0-9_][a-z0-9_-]{0,62}\.?")
# WHATWG URL, 3.5: a host that ends in a number is an IPv4 address, however it is spelled.
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")


class RefusedRequest(IgnoreRequest):
    """A request that is not made; `reason` is a word of the drops feed."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason


class Target(NamedTuple):
    """Where a request goes; `address` is the host where it is numeric, in its normal form."""

    scheme: str
    host: str
    port: int
    address: str | None


def target_of(url: str) -> Target:
    """Return where a request for `url` goes.

    Raises `RefusedRequest` for another scheme (`forbidden_scheme`), and where two readers of
    the address might find two hosts in it, or none (`invalid_address`).
    """
    scheme = _SCHEME.match(url)
    if scheme and scheme[0].lower() not in DEFAULT_PORTS:
        raise RefusedRequest("forbidden_scheme", f"{scheme[0][:20]}: is neither http nor https")
    split = _SPLIT.fullmatch(url)
    if split is None or split["host"] is None:
        raise RefusedRequest("invalid_address", "no plain http(s) address, or one with a user name")
    name, number = split["scheme"].lower(), split["host"].lower()
    port = int(split["port"]) if split["port"] else DEFAULT_PORTS[name]
    if port > HIGHEST_PORT:
        raise RefusedRequest("invalid_address", f"there is no port {port}")
    return Target(name, number, port, _numeric(number))


def _numeric(host: str) -> str | None:
    try:
        if host.startswith("["):
            return str(IPv6Address(host[1:-1]))
        if _ENDS_IN_NUMBER.fullmatch(host):
            return str(IPv4Address(host))
    except ValueError as error:
        raise RefusedRequest("invalid_address", f"{host} is no address: {error}") from error
    if not _NAME.fullmatch(host):
        raise RefusedRequest("invalid_address", f"{host[:80]} is no name of a host")
    return None


@dataclass(frozen=True)
class Permissions:
    """What a user has allowed beside the public internet at ports 80 and 443."""

    networks: tuple[Network, ...] = ()
    ports: tuple[range, ...] = ()
    trusts_proxy: bool = False

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Raise ValueError that names the setting, and what is wrong in it."""
        try:
            networks = parse_networks(map(str, settings.getlist(NETWORKS)))
        except ValueError as error:
            raise ValueError(f"{NETWORKS}: {error}") from error
        try:
            ports = parse_ports(map(str, settings.getlist(PORTS)))
        except ValueError as error:
            raise ValueError(f"{PORTS}: {error}") from error
        try:
            return cls(networks, ports, settings.getbool(PROXY))
        except ValueError as error:
            raise ValueError(f"{PROXY}={settings[PROXY]!r} is neither 0 nor 1") from error

    def check_target(self, target: Target, typed: Iterable[tuple[str, int]] = ()) -> None:
        """Raise `RefusedRequest` for a port that is not open, or a numeric address not public.

        `typed` are hosts with their ports that a user named himself. In an opened network what
        listens at a port that the system gave out, as the server of a test, may be asked too.
        """
        port = target.port
        is_open = port in DEFAULT_PORTS.values() or any(port in one for one in self.ports)
        if port >= FIRST_DYNAMIC_PORT and target.address:
            is_open = is_open or self.opens(target.address)
        if not is_open and (target.host, port) not in typed:
            raise RefusedRequest("forbidden_port", f"port {port} of {target.host} is not allowed")
        if target.address:
            self.check_addresses(target.host, [target.address])

    def opens(self, address: str) -> bool:
        """Tell whether a numeric address lies in a network that a user has opened."""
        return any(ip_address(address) in network for network in self.networks)

    def check_addresses(self, host: str, addresses: list[str]) -> None:
        """Raise `RefusedRequest` where not one of the addresses may be connected to."""
        found = {one: why_not_public(one, self.networks) for one in addresses}
        if found and all(found.values()):
            raise RefusedRequest("private_address", not_public(host, found))


def not_public(host: str, found: dict[str, str | None]) -> str:
    told = ", ".join(f"{one} is {why}" for one, why in list(found.items())[:4])
    return f"{host} has no public address: {told}; --allow-network opens a network"


def parse_ports(texts: Iterable[str]) -> tuple[range, ...]:
    """Read ports, `8080`, and spans, `9000-9099`; raise ValueError that names the wrong one."""
    return tuple(_ports(text.strip()) for text in texts if text.strip())


def _ports(text: str) -> range:
    span = re.fullmatch(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", text)
    first, last = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
    if not 1 <= first <= last <= HIGHEST_PORT:
        raise ValueError(f"{text!r} is no port like 8080, and no span of ports like 9000-9099")
    return range(first, last + 1)


def untrusted_proxy(settings: BaseSettings, permissions: Permissions) -> str | None:
    """Say which proxy Scrapy would use though nobody said that it is trusted."""
    if permissions.trusts_proxy or not settings.getbool("HTTPPROXY_ENABLED"):
        return None
    scheme = next((scheme for scheme in DEFAULT_PORTS if scheme in getproxies()), None)
    if scheme is None:
        return None
    return (
        f"{scheme}_proxy names a proxy, behind which addresses cannot be checked; "
        f"unset it, or set {PROXY}=1 if it lets nobody into a network that is not public"
    )
