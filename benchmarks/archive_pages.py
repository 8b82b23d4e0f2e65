"""Makes an archive of any size out of few real pages, each with a text of its own."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

SITES = 7
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
# One word in so many is another one of the same page, so that no four that follow are the same.
CHANGED = 3
# Shorter lines are what all pages of a site have.
LEAST_TEXT = 60
# What a page shows, or states as its text; scripts and styles are left alone.
TEXT = re.compile(
    r"<(?:script|style)\b(?![^>]*ld\+json).*?</(?:script|style)>"
    rf"|(?P<title><(?:h1|title)\b[^>]*>[^<]+)|>(?P<shown>[^<>]{{{LEAST_TEXT},}})<"
    r'|"(?:articleBody|text)"\s*:\s*"(?P<stated>(?:[^"\\]|\\.)*)"',
    re.DOTALL | re.IGNORECASE,
)
# No entity and no escape; of a script without spaces a word is one character.
WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u9fff]|(?<![&\\#\w])[^\W\d_\u0e00-\u0eff\u3040-\u9fff]+")


class Page:
    """A real page, taken apart into what all its copies have and the texts that differ."""

    def __init__(self, body: bytes) -> None:
        self.body = body.decode("utf-8", "surrogateescape")
        found = [one for one in TEXT.finditer(self.body) if one.lastgroup]
        self.texts = [one.span(one.lastgroup or 0) for one in found]
        self.words = [word for start, end in self.texts for word in self.words_in(start, end)]

    def words_in(self, start: int, end: int) -> list[str]:
        return WORD.findall(self.body, start, end)

    def copy(self, number: int) -> bytes:
        """Return the page with other words in its headlines and texts, marked by a number."""
        random = Random(number)  # noqa: S311, the same archive each time
        made, done = [], 0
        for start, end in self.texts:
            made += [self.body[done:start], self.rewritten(self.body[start:end], random)]
            done = end
        page = "".join([*made, self.body[done:]])
        for end_of in ("</h1>", "</title>"):
            page = page.replace(end_of, f" ({number}){end_of}")
        return page.encode("utf-8", "surrogateescape")

    def rewritten(self, text: str, random: Random) -> str:
        """Exchange each third word; tags within a text stand before it and are no part of it."""
        place = count(random.randrange(CHANGED))

        def other(word: re.Match[str]) -> str:
            return word[0] if next(place) % CHANGED else random.choice(self.words)

        tag, closed, shown = text.rpartition(">")
        return tag + closed + WORD.sub(other, shown)


def build(path: Path, bodies: list[bytes], pages: int) -> None:
    """Write the archive, record by record, with dates a second apart."""
    originals = list(map(Page, bodies))
    with path.open("wb") as file:
        for number in range(pages):
            body = originals[number % len(originals)].copy(number)
            file.write(gzip.compress(record_of(body, number), compresslevel=6, mtime=0))


def record_of(body: bytes, number: int) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    url = f"https://news{number % SITES}.example/world/story-{100_000 + number}/"
    fields = {
        "WARC-Type": "response",
        "WARC-Target-URI": url,
        "WARC-Date": f"{FIRST + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}",
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"
