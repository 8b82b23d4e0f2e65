"""Says under whose name a crawl asks: the project, its version, and whom one can write to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

# Characters; some servers refuse a longer header of this kind.
LONGEST = 200
# What our documents show, and Scrapy's own site, which is nobody's contact.
PLACEHOLDERS = ("https://example.org/crawler", "https://scrapy.org")
NO_SITES = (".invalid", ".localhost", ".test")
_MAILBOX = re.compile(r"[\w.+-]+@((?:[a-z0-9-]+\.)+[a-z0-9-]+)", re.IGNORECASE | re.ASCII)
_CONTACT = re.compile(r"https?://[^\s()<>,;]+|" + _MAILBOX.pattern, re.IGNORECASE | re.ASCII)
MISSING = (
    "NEWSCRAWLER_CONTACT is not set. Give a page or a mailbox of yours, by which those whose site "
    "is asked can reach you, as in NEWSCRAWLER_CONTACT=https://example.org/crawler"
)


class MannersError(ValueError):
    """A crawl is asked to be what it must not be; names the setting."""


def identify(settings: BaseSettings) -> None:
    """Put the contact into `USER_AGENT`. A replay, which asks nobody, needs none.

    Raises `MannersError`.
    """
    if settings.get("NEWSCRAWLER_REPLAY"):
        return
    name, contact = settings["USER_AGENT"] or "", settings["NEWSCRAWLER_CONTACT"] or ""
    settings.set("USER_AGENT", user_agent(str(name), str(contact)), priority="cmdline")


def user_agent(name: str, contact: str) -> str:
    """Return `name (+contact)`, or `name` as it is where it says whom to write to itself."""
    if not name.isascii() or not name.isprintable() or not name.strip():
        raise MannersError(f"USER_AGENT={name!r} is not a line of plain characters")
    if any(is_somebody(found[0]) for found in _CONTACT.finditer(name)):
        return name
    return f"{name} (+{checked(contact)})"


def checked(contact: str) -> str:
    """Return the contact as it stands in the header."""
    text = contact.strip()
    if not text:
        raise MannersError(MISSING)
    bare = text[len("mailto:") :] if text.lower().startswith("mailto:") else text
    is_whole = _CONTACT.fullmatch(bare) and len(text) <= LONGEST and text.isascii()
    if not is_whole:
        raise MannersError(
            f"NEWSCRAWLER_CONTACT={contact!r} is no address of a page (https://...) or a mailbox"
        )
    if not is_somebody(bare):
        raise MannersError(f"NEWSCRAWLER_CONTACT={contact!r} is a placeholder; name one of yours")
    return text


def is_somebody(contact: str) -> bool:
    """Tell a contact from one that is written in examples."""
    if contact.rstrip("/").lower() in PLACEHOLDERS:
        return False
    mailbox = _MAILBOX.fullmatch(contact)
    try:
        host = mailbox[1] if mailbox else urlsplit(contact).hostname or ""
    except ValueError:
        return False
    host = host.lower().rstrip(".")
    return "." in host and not host.endswith(NO_SITES)
