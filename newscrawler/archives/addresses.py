"""Which addresses are the same page of an archive, and which file names a mirror gives them."""

from __future__ import annotations

import re
from string import ascii_letters, digits
from urllib.parse import SplitResult, unquote, urlsplit

from w3lib.url import safe_url_string

from newscrawler.normalise.redaction import redacted
from newscrawler.normalise.urls import DEFAULT_PORTS

_UNRESERVED = frozenset(f"{ascii_letters}{digits}-._~")  # RFC 3986, section 2.3
# Most addresses, which are normal already.
_PLAIN = re.compile(
    r"http(s?)(://[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+/[A-Za-z0-9/._~-]*)"
)
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_SLASH = re.compile("%2F", re.IGNORECASE)


def split_address(url: str) -> SplitResult:
    """Split an address as Scrapy would ask for it.

    Raises `ValueError` for what is no http or https address.
    """
    parts = urlsplit(safe_url_string(url))
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"{redacted(url)!r} is no http or https address")
    return parts


def host_and_port(parts: SplitResult) -> str:
    """Return the lower-case host, with the port where it is not the scheme's own."""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    return host if port in {None, DEFAULT_PORTS.get(parts.scheme)} else f"{host}:{port}"


def plain_address(url: str) -> str:
    """Return `url` without fragment, user name and password.

    Raises `ValueError` for what is no http or https address.
    """
    parts = split_address(url)
    return parts._replace(netloc=host_and_port(parts), fragment="").geturl()


def address_keys(url: str) -> list[str]:
    """Return the keys of `url`: its own, then the one it has under the other scheme.

    The same page has the same key: no fragment, no user, and normalised as RFC 3986,
    sections 6.2.2.1, 6.2.2.2 and 6.2.3, has it. Raises `ValueError` for what is no
    http or https address.
    """
    plain = _PLAIN.fullmatch(url)
    if plain:
        return [url, f"http{'' if plain[1] else 's'}{plain[2]}"]
    parts = split_address(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    rest = host_and_port(parts) + _ESCAPE.sub(_normal_escape, target)
    other = "http" if parts.scheme == "https" else "https"
    return [f"{parts.scheme}://{rest}", f"{other}://{rest}"]


def mirror_names(url: str) -> list[str]:
    """Return the paths under which a mirror tool may have saved `url`, `decoded`.

    `wget -m` names a page as its address, a folder's page `index.html`, and puts the
    query into the name; `wget -E` adds `.html`; with `--restrict-file-names=windows`
    it writes `+` before a port and `@` before a query.
    """
    parts = split_address(url)
    host = host_and_port(parts)
    hosts = dict.fromkeys((host, host.replace(":", "+")))
    names = [decoded(name) for name in _path_names(parts.path, parts.query)]
    return [f"{host}/{name}" for host in hosts for name in names]


def decoded(name: str) -> str:
    """Return the form that a percent-encoded and a plain file name have in common."""
    return unquote(_SLASH.sub("%252F", name), errors="surrogateescape")


def _path_names(path: str, query: str) -> list[str]:
    path = path.removeprefix("/")
    folder = path.removesuffix("/")
    index = f"{folder}/index.html" if folder else "index.html"
    stems = [index] if path in {"", f"{folder}/"} else [path, index]
    marks = [mark + query.replace("/", "%2F") for mark in "?@"] if query else [""]
    names = [stem + mark for stem in stems for mark in marks]
    return [name + suffix for name in names for suffix in ("", ".html")]


def _normal_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()
