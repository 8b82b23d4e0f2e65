"""What the pages of a site have in common, as far as a crawl has met it."""

from __future__ import annotations

from typing import NamedTuple


class SiteMemory(NamedTuple):
    """What other pages of the site say of the one that is read; a pure value."""

    repeated: frozenset[int] = frozenset()
    """Digests of texts that at least two other pages of the site had."""
    containers: frozenset[str] = frozenset()
    """Signatures of the containers that held the body on the site's last pages."""


class Learned(NamedTuple):
    """What one page teaches about its site."""

    doubtful: tuple[int, ...] = ()
    """Digests (63 bits) of texts of which the page alone cannot tell what they are; at most 50."""
    container: str = ""
    """Signature of the container that held most of the body."""
