"""Tells addresses that a site makes up without end from those of its articles."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from newscrawler.normalise.urls import site_of

# Longer patterns repeat as one: /a/b/c/a/b/c/.
LONGEST_GROUP = 4
# A pattern is given up on if no more than one page in so many is an article.
FRUITS_WORTH = 50

_DIGITS = re.compile(r"\d+")
_DATE = re.compile(r"(?:19|20)\d\d(?:[-._]?(?:0?[1-9]|1[0-2])(?:[-._]?(?:0?[1-9]|[12]\d|3[01]))?)?")
_TOKEN = re.compile(r"(?=.*\d)(?=.*[a-z])[0-9a-z]{8,}|[0-9a-f-]{32,36}", re.IGNORECASE)
_PART_OF_DAY = re.compile(r"[0-3]?\d")
_CALENDAR_NAMES = re.compile(
    r"(?:cal|calendar|kalender|calendario|calendrier|agenda|events?)|.*(?:date|day|week|month|year)"
    r"|(?:ts|time|timestamp|start|end|from|to|since|until|tag|monat|jahr|mes|ano|mois|annee)",
    re.IGNORECASE,
)
_SESSION_NAMES = re.compile(
    r".*sess(?:ion)?_?(?:id)?|s?sid|zenid|oscsid|cfid|cftoken|token|nonce|csrf.*", re.IGNORECASE
)
_FACET_NAMES = re.compile(
    r".*(?:sort|order|filter|facet|view|display|layout|dir|per_?page|limit|size|color|colour"
    r"|style|lang|replytocom|share|print)s?(?:\[.*\])?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What an address may look like."""

    length: int
    """Characters."""
    segments: int
    """Segments of the path."""
    repeats: int
    """How often in a row the same segments may stand in a path."""

    def fault(self, url: str) -> str | None:
        """Return the reason for which an address is not asked for, as the drops feed words it."""
        if len(url) > self.length:
            return "url_too_long"
        segments = segments_of(url)
        if len(segments) > self.segments:
            return "trap_path_depth"
        return "trap_path_repeats" if most_repeats(segments) > self.repeats else None


def segments_of(url: str) -> list[str]:
    return [one for one in urlsplit(url).path.split("/") if one]


def most_repeats(segments: list[str]) -> int:
    """Return how often the same segments stand in a row; days and months may be alike."""
    most = 1
    for length in range(1, LONGEST_GROUP + 1):
        in_a_row = 0
        for at in range(length, len(segments)):
            is_same = segments[at] == segments[at - length]
            in_a_row = in_a_row + 1 if is_same and not _is_day(segments[at]) else 0
            most = max(most, 1 + in_a_row // length)
    return most


def _is_day(segment: str) -> bool:
    return _PART_OF_DAY.fullmatch(segment) is not None


def patterns_of(url: str) -> list[str]:
    """Return what an address has in common with others that its site makes the same way.

    One is the path with the names of the parameters, another the path alone, whatever the
    parameters. Numbers, dates, tokens and slugs are folded; a site counts as one, since its
    hosts may be without end.
    """
    parts, site = urlsplit(url), site_of(url)
    path = "/".join(_folded(one) for one in parts.path.split("/"))
    names = sorted({_DIGITS.sub("#", name) for name, _ in parameters(parts.query)})
    if not names:
        return [site + path]
    return [f"{site}{path}?{'&'.join(names)}", f"{site}{path}?*"]


def parameters(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)[:20]


def _folded(segment: str) -> str:
    stem, dot, suffix = segment.rpartition(".")
    name, ending = (stem, dot + suffix) if dot and len(suffix) <= 5 else (segment, "")
    if _DIGITS.fullmatch(name):
        return "#" + ending
    if _DATE.fullmatch(name):
        return "{date}" + ending
    if _TOKEN.fullmatch(name) or len(re.findall(r"[-_+%]", name)) > 1 or len(name) > 24:
        return "{slug}" + ending
    return _DIGITS.sub("#", name.lower()) + ending


def kind_of_trap(url: str) -> str:
    """Return the word of the drops feed for the trap that an address is one of."""
    parts = urlsplit(url)
    given = parameters(parts.query)
    if any(_SESSION_NAMES.fullmatch(name) or _TOKEN.fullmatch(value) for name, value in given):
        return "trap_session"
    if is_calendar(parts.path) or any(
        _CALENDAR_NAMES.fullmatch(name) or _DATE.fullmatch(value) for name, value in given
    ):
        return "trap_calendar"
    if len(given) > 1 or any(_FACET_NAMES.fullmatch(name) for name, _ in given):
        return "trap_facets"
    return "trap_query" if given else "trap_pattern"


def is_calendar(path: str) -> bool:
    """Tell a path that ends in a day, a month or a year."""
    segments = [one for one in path.split("/") if one]
    while segments and _is_day(segments[-1]) and len(segments) > 1:
        segments.pop()
    return bool(segments) and _DATE.fullmatch(segments[-1]) is not None


@dataclass(slots=True)
class Patterns:
    """What came of the pages of each pattern.

    A pattern is closed when `limit` of its pages gave nothing, and no more than one in
    fifty an article; with the next article it is open again. Real articles may begin behind
    a hundred pages that are none: of a closed pattern every page may be a probe whose
    number is a power of two.
    """

    limit: int
    junk: Counter[str] = field(default_factory=Counter)
    fruits: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)

    def note(self, url: str, *, fruitful: bool) -> None:
        (self.fruits if fruitful else self.junk).update(patterns_of(url))

    def is_closed(self, pattern: str) -> bool:
        return self.junk[pattern] - FRUITS_WORTH * self.fruits[pattern] >= self.limit

    def closed(self, url: str) -> str | None:
        """Return the closed pattern for which an address is to wait, None to ask for it."""
        pattern = next((one for one in patterns_of(url) if self.is_closed(one)), None)
        if pattern is None:
            return None
        self.held[pattern] += 1
        is_probe = self.held[pattern] & (self.held[pattern] - 1) == 0
        return None if is_probe else pattern
