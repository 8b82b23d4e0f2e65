"""Reads a robots.txt as RFC 9309 says, for the crawler with one product token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from protego import Protego

# RFC 9309, 2.5: at least 500 KiB have to be read; what stands behind is not.
MAX_BYTES = 512 * 1024
_END_OF_LINE = re.compile("\r\n|\r|\n")
_TOKEN = re.compile(r"[a-z_-]+")
# What sites write besides the names of the standard, and every crawler of note reads.
_NAMES = {
    **dict.fromkeys(("user-agent", "useragent", "user agent"), "user-agent"),
    **dict.fromkeys(
        ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow"
    ),
    "allow": "allow",
    **dict.fromkeys(("crawl-delay", "crawl delay", "crawldelay"), "crawl-delay"),
}
_WITHOUT_COLON = re.compile(
    r"(user[ -]?agent|dis+al+[ao]w|allow|crawl-delay)\s+(\S+)", re.IGNORECASE
)
_NOT_IN_A_PATH = re.compile(r"[^\x21-\x7e]+")


class Rules:
    """What one robots.txt says to one crawler.

    The groups of the crawler are chosen here, by the exact product token in any case, several
    of them taken together (2.2.1); lines that are no rules interfere with nothing (2.2.4).
    Protego, which takes the beginning of a token for the token, then compares the paths.
    """

    def __init__(self, body: bytes, token: str) -> None:
        self.token = token.lower()
        rules = "\n".join(f"{name}: {value}" for name, value in own_rules(body, self.token))
        self.paths = Protego.parse(f"User-agent: *\n{rules}\n")

    def allowed(self, url: str, user_agent: str = "") -> bool:  # noqa: ARG002, as Scrapy's parsers
        """Tell whether a page may be asked for; robots.txt itself always may."""
        return bool(self.paths.can_fetch(url, self.token))

    @property
    def crawl_delay(self) -> float | None:
        """The seconds between two requests that the site asks for, where it does."""
        return self.paths.crawl_delay(self.token)


def own_rules(body: bytes, token: str) -> list[tuple[str, str]]:
    """Return the rules of the groups for `token`, of those for all where it has none."""
    # Other names are not noted: a file may have thousands, and rules for each of them.
    wanted, rules = {token, "*"}, dict[str, list[tuple[str, str]]]()
    agents: set[str] = set()
    has_rules = False
    for name, value in lines_of(body):
        if name == "user-agent":
            named = {product_token(value)} & wanted
            agents = named if has_rules else agents | named
            has_rules = False
            for agent in named:
                rules.setdefault(agent, [])
        else:
            has_rules = True
            for agent in agents:
                rules[agent].append((name, value))
    return rules.get(token, rules.get("*", []))


def product_token(value: str) -> str:
    """Return the token that a group names: `Foo/1.2` and `Foo Bar` are `foo`."""
    match = _TOKEN.match(value.lower())
    return match[0] if match else value[:1]


def lines_of(body: bytes) -> Iterator[tuple[str, str]]:
    """Give name and value of each line that matters; of an HTML page, which is none, nothing."""
    text = body[:MAX_BYTES].decode("utf-8-sig", "replace")
    if text.lstrip().startswith("<"):
        return
    for line in _END_OF_LINE.split(text):
        said = line.partition("#")[0].strip()
        name, _, value = said.partition(":")
        name = _NAMES.get(name.strip().lower(), "")
        if not name and (bare := _WITHOUT_COLON.fullmatch(said)):
            name, value = _NAMES.get(bare[1].lower(), ""), bare[2]
        if name:
            yield name, _NOT_IN_A_PATH.sub(lambda found: quote(found[0]), value.strip())
