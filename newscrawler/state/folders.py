"""The folder that a series has below `feeds/`, made of its address or its name."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import unquote, urlsplit

# Characters; leaves room for a number and a file name below every limit of file systems.
LONGEST = 80
# Characters of the digest that tells two series apart which look the same.
DIGEST = 8
# The folder of articles that are followed for no series.
SINGLE_ARTICLES = "single-articles"
_SAYS_NOTHING = re.compile(r"(?:index|default|home)(?:\.\w+)?|\d{1,3}|page", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp)$", re.IGNORECASE)


def folder_of(key: str, name: str, url: str) -> str:
    """Return a plain name of `a-z`, `0-9`, `.` and `-` that begins with no dot."""
    host, title = _host_and_title(url) if url else ("", name)
    slug = _slug(title)
    if host and slug:
        return _cut(f"{host}-{slug}")
    if host or not slug:
        return distinct(host or "series", key)
    return _cut(slug)


def distinct(folder: str, key: str) -> str:
    """Return a name that only the series with this key has."""
    digest = hashlib.blake2b(key.encode("utf-8", "replace")).hexdigest()[:DIGEST]
    return f"{_cut(folder, LONGEST - DIGEST - 1)}-{digest}"


def _host_and_title(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = _slug((parts.hostname or "").removeprefix("www."))
    segments = (_EXTENSION.sub("", unquote(it)) for it in parts.path.split("/"))
    telling = [it for it in segments if _slug(it) and not _SAYS_NOTHING.fullmatch(it)]
    return host, telling[-1] if telling else ""


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[.-]*-[.-]*|\.{2,}", "-", re.sub(r"[^a-z0-9.]+", "-", plain)).strip("-.")


def _cut(text: str, length: int = LONGEST) -> str:
    return text[:length].strip("-.")
