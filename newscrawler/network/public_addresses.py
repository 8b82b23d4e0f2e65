"""Which IP addresses are on the public internet, and which are somebody's own network.

The tables are those of the IANA registries of special-purpose addresses (RFC 6890) and of IPv6
global unicast space (RFC 4291). `ipaddress.is_global` knows them too, differently with each
patch of Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_NOT_PUBLIC_4 = {
    IPv4Network(network): what
    for network, what in {
        "0.0.0.0/8": "this network",
        "10.0.0.0/8": "private",
        "100.64.0.0/10": "shared by a provider's customers",
        "127.0.0.0/8": "loopback",
        # The platform of a cloud; a public address that leads into the machine's own network.
        "168.63.129.16/32": "a cloud's platform",
        "169.254.0.0/16": "link-local",
        "172.16.0.0/12": "private",
        "192.0.0.0/24": "protocol assignments",
        "192.0.2.0/24": "documentation",
        "192.88.99.0/24": "6to4 relays",
        "192.168.0.0/16": "private",
        "198.18.0.0/15": "benchmarking",
        "198.51.100.0/24": "documentation",
        "203.0.113.0/24": "documentation",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved",
    }.items()
}
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Within it. What the registry calls global in 2001::/23 are relays and identifiers, no servers.
_NOT_PUBLIC_6 = {
    IPv6Network(network): what
    for network, what in {
        "2001::/23": "protocol assignments",
        "2001:db8::/32": "documentation",
        "3fff::/20": "documentation",
    }.items()
}
# Outside of it, for the message; all that is not named is reserved.
_OUTSIDE_6 = {
    IPv6Network(network): what
    for network, what in {
        "::/128": "unspecified",
        "::1/128": "loopback",
        "::/96": "an IPv4 address in a form that is given up",
        "64:ff9b:1::/48": "a translator's own",
        "100::/64": "discarded",
        "5f00::/16": "segment routing",
        "fc00::/7": "private",
        "fe80::/10": "link-local",
        "fec0::/10": "site-local",
        "ff00::/8": "multicast",
    }.items()
}
_TRANSLATED = IPv6Network("64:ff9b::/96")  # RFC 6052
_TEREDO = IPv6Network("2001::/32")
# RFC 5214, 6.1: the lower half of an ISATAP address; the first bit but six tells a public one.
_ISATAP = (0x00005EFE, 0x02005EFE)


def parse_network(text: str) -> Network:
    """Read `10.0.0.0/8`, `fd00::/8` or one address; raise ValueError that names it."""
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise ValueError(f"{text!r} is no network like 10.0.0.0/8 or fd00::/8: {error}") from error


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read networks, each once, in their order; raise ValueError that names the wrong one."""
    return tuple(dict.fromkeys(parse_network(text) for text in texts if text.strip()))


def why_not_public(text: str, allowed: tuple[Network, ...] = ()) -> str | None:
    """Return what a numeric address is instead of public, None for one that may be connected to.

    One that lies in an `allowed` network may be. An IPv4 address inside an IPv6 one is judged
    in its place where only a translator stands between, and as well where a tunnel does.
    """
    return _judged(text, allowed)


@lru_cache(maxsize=4096)
def _judged(text: str, allowed: tuple[Network, ...]) -> str | None:
    try:
        address = ip_address(text)
    except ValueError:
        return "no address"
    if getattr(address, "scope_id", None):
        return "link-local"
    if _is_in(address, allowed):
        return None
    inside = list(_inside(address))
    for one in inside:
        why = None if _is_in(one, allowed) else _range_of(one)
        if why:
            return f"{why} (it leads to {one})"
    return None if inside and _is_stand_in(address) else _range_of(address)


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _range_of(address: Address) -> str | None:
    if isinstance(address, IPv4Address):
        return next((what for net, what in _NOT_PUBLIC_4.items() if address in net), None)
    if address in _GLOBAL_UNICAST:
        return next((what for net, what in _NOT_PUBLIC_6.items() if address in net), None)
    return next((what for net, what in _OUTSIDE_6.items() if address in net), "reserved")


def _is_stand_in(address: Address) -> bool:
    """Tell an address that is only another spelling of the IPv4 addresses inside it."""
    return isinstance(address, IPv6Address) and bool(
        address.ipv4_mapped or address.sixtofour or address in _TRANSLATED or address in _TEREDO
    )


def _inside(address: Address) -> Iterator[IPv4Address]:
    """Give the IPv4 addresses that packets to an IPv6 address reach, or may."""
    if isinstance(address, IPv4Address):
        return
    number = int(address)
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address in _TEREDO:
        # RFC 4380, 4: the server, and the client with each bit turned over.
        yield IPv4Address(number >> 64 & 0xFFFFFFFF)
        yield IPv4Address(~number & 0xFFFFFFFF)
    if address in _TRANSLATED or number >> 32 & 0xFFFFFFFF in _ISATAP:
        yield IPv4Address(number & 0xFFFFFFFF)
