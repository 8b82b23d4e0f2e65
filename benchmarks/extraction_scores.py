"""How extracted fields are held against the truth: the definitions of the scores.

Each score of a page is a row of numbers whose sums over pages give the figure, so that
figures of any sample of pages come from the same rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

Row: TypeAlias = tuple[float, ...]
Record: TypeAlias = Mapping[str, Any]

SHINGLE = 4  # words
JUDGES = ("gold", "reviewed")
UNSPACED = ("zh", "ja", "ko", "th")
PLAIN = {ord(one): "'" for one in "‘’‚‛′`´"} | {ord(one): '"' for one in "“”„‟″«»"}
PLAIN |= {ord(one): "-" for one in "‐‑‒–—―−"}
TIME = re.compile(r"[T ]\d\d:\d\d")
MIDNIGHT = re.compile(r"[T ]00:00(?::00)?(?:\.0+)?(?!:?\d)")


@dataclass(slots=True)
class Found:
    """What an extractor says of a page; what it does not say is empty."""

    headline: str = ""
    published: str = ""
    """ISO 8601: a day, or a time with or without offset."""
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    body: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        """Some extractors hand on what a page has in the place of a text or of a list."""
        self.headline, self.published = _text(self.headline), _text(self.published)
        self.body, self.language = _text(self.body), _text(self.language)
        self.authors = [_text(one) for one in self.authors]
        self.tags = [_text(one) for one in self.tags]


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value or "")


# Rows


def rows_of(record: Record, found: Found) -> dict[str, Row]:
    """Return a row for each score that the truth of the page allows."""
    rows: dict[str, Row] = {}
    if "headline" in record and is_judged(record, "headline"):
        rows["headline"] = (headline_key(found.headline) == headline_key(record["headline"]), 1)
    if "authors" in record and is_judged(record, "authors"):
        stated, said = names(record["authors"]), names(found.authors)
        rows |= {"authors": (stated == said, 1), "authors_f1": (set_f1(stated, said), 1)}
    if "tags" in record and is_judged(record, "tags"):
        rows["tags_f1"] = (set_f1(names(record["tags"]), names(found.tags)), 1)
    if record.get("language"):
        is_right = primary(record["language"]) == primary(found.language)
        rows["language"] = (is_right, 1)
    return rows | date_rows(record, found.published) | text_rows(record, found.body)


def is_judged(record: Record, name: str) -> bool:
    return record["truth"].get(name) in JUDGES


def date_rows(record: Record, said: str) -> dict[str, Row]:
    """Score the date; `midnight` is a day that was made a time of which nothing is known."""
    if record.get("no_date"):
        return {"date_invented": (bool(said), 1)}
    if "published_at" not in record or not is_judged(record, "published_at"):
        return {}
    truth = record["published_at"]
    rows: dict[str, Row] = {"day": (day_in_zone_of(said, truth) == truth[:10], 1)}
    right = instant_of(truth)
    if not TIME.search(truth):
        rows["midnight"] = (bool(MIDNIGHT.search(said)), 1)
    elif right:
        has_time, instant = bool(TIME.search(said)), instant_of(said)
        rows["time_given"] = (has_time, 1)
        rows["instant"] = (has_time and instant is not None and minute(instant) == minute(right), 1)
        rows["instant"] = (rows["instant"][0], has_time)
    return rows


def text_rows(record: Record, body: str) -> dict[str, Row]:
    """Score the text of each source by itself: they do not mean the same by a body."""
    rows: dict[str, Row] = {}
    if "body" in record and is_judged(record, "body"):
        counts = shingle_row(record["body"], body, str(record.get("language") or ""))
        rows = {f"body_{source}": counts for source in record["sources"]}
    line = folded(body)
    for name, key in (("found", "must_contain"), ("leaked", "must_not_contain")):
        if key in record and is_judged(record, key):
            passages = [folded(passage) for passage in record[key]]
            rows[name] = (sum(passage in line for passage in passages), len(passages))
    return rows


def figure(name: str, sums: Sequence[float]) -> float | None:
    """Return the figure of a score from the sums of its rows."""
    if not name.startswith("body_"):
        return sums[0] / sums[1] if sums[1] else None
    precision = sums[0] / sums[1] if sums[1] else 0.0
    recall = sums[2] / sums[3] if sums[3] else 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


# Texts


def headline_key(text: str) -> str:
    return folded(unicodedata.normalize("NFKC", text).translate(PLAIN)).casefold()


def folded(text: str) -> str:
    return " ".join(text.split())


def names(values: Iterable[str]) -> set[str]:
    return {folded(value).casefold() for value in values if value.strip()}


def primary(language: str) -> str:
    return re.split(r"[-_]", language.casefold())[0]


def set_f1(stated: set[str], said: set[str]) -> float:
    if not stated and not said:
        return 1.0
    return 2 * len(stated & said) / (len(stated) + len(said))


def shingle_row(truth: str, said: str, language: str) -> Row:
    """Return precision, whether it counts, recall, whether it counts."""
    right, found = shingles(truth, language), shingles(said, language)
    common = (right & found).total()
    precision = common / found.total() if found else 0.0
    recall = common / right.total() if right else 0.0
    return (precision, float(bool(found)), recall, float(bool(right)))


def shingles(text: str, language: str) -> Counter[tuple[str, ...]]:
    """Count runs of four words, in scripts without spaces of four characters."""
    pattern = r"\w" if primary(language) in UNSPACED else r"\w+"
    words = re.findall(pattern, text)
    last = max(1, len(words) - SHINGLE + 1) if words else 0
    return Counter(tuple(words[start : start + SHINGLE]) for start in range(last))


# Dates


def day_in_zone_of(said: str, truth: str) -> str:
    """Return the calendar day in the truth's zone, or as written where one has no offset."""
    instant, right = instant_of(said), instant_of(truth)
    if instant and right:
        return instant.astimezone(right.tzinfo).date().isoformat()
    return said[:10]


def instant_of(text: str) -> datetime | None:
    """Return a time with offset; None for all else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def minute(moment: datetime) -> int:
    return int(moment.timestamp() // 60)


def iso(moment: object) -> str:
    """Return the ISO form of what an extractor gives as a date."""
    return moment.isoformat() if isinstance(moment, date) else str(moment or "")


Extractor: TypeAlias = Callable[[bytes, str | None], Found]
