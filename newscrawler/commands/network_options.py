"""What the commands that fetch pages have in common: the option that opens a network."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from newscrawler.exit_codes import ConfigurationError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def add_network_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--allow-network",
        metavar="NETWORK",
        action="append",
        default=[],
        help="open a network that is not public, like 10.0.0.0/8; may be given several times",
    )


def opened_settings(settings: BaseSettings | None, networks: list[str]) -> dict[str, Any]:
    """Return the setting that opens these networks too; raise ValueError that names a wrong one."""
    from newscrawler.network.permissions import NETWORKS
    from newscrawler.network.public_addresses import parse_networks

    assert settings is not None
    added = [str(one) for one in parse_networks(networks)]
    return {NETWORKS: [*settings.getlist(NETWORKS), *added]} if added else {}


def check_network(settings: BaseSettings | None) -> None:
    """Raise `ConfigurationError` for what was allowed wrongly, and for a proxy not trusted.

    A proxy resolves names itself, and connects to whatever it finds.
    """
    from newscrawler.network.permissions import Permissions, untrusted_proxy

    assert settings is not None
    try:
        permissions = Permissions.from_settings(settings)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    proxy = None if settings.get("NEWSCRAWLER_REPLAY") else untrusted_proxy(settings, permissions)
    if proxy:
        raise ConfigurationError(proxy)
