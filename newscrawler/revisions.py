"""What makes a new version of an article, and which of its fields have changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from newscrawler.items import Article
from newscrawler.lines import json_line
from newscrawler.normalise.dates import instant_of
from newscrawler.normalise.passing import is_passing
from newscrawler.normalise.text import fold, levelled

Told: TypeAlias = Mapping[str, Any]
"""A record as its feed line has it."""

# What differs from one visit to the next without the article being another.
OF_THE_VISIT = {
    "url", "request_url", "id", "canonical_url", "related", "comment_count", "version", "changed",
    "duplicate_of", "provenance", "retrieved_at", "first_seen",
}  # fmt: skip
# Where a page states data: that it states none in a place that it has says something.
_DATA = ("json-ld", "microdata", "open-graph", "meta")
# A page whose date is that of the visit shows its clock.
_OF_THE_CLOCK = timedelta(minutes=15)


def fingerprint(article: Article) -> str:
    """Return the digest of headline and text, as they are read."""
    said = f"{article.headline or ''}\n\n{article.body or ''}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def told_by(article: Article) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json_line(article))
    return told


def new_version(before: Told, article: Article) -> list[str] | None:
    """Return the fields that differ from the version before, None where it is the same version.

    Headline and text make a version, as a reader sees them: neither spellings of quotes and
    dashes nor breaks between paragraphs, clocks and counters. So do the particulars in
    `PARTICULARS`, where both pages state them in the same kind of place: that they are found
    elsewhere is the doing of a template or of ours.
    """
    now = told_by(article)
    makes_one = [*_TEXTS, *(name for name in PARTICULARS if _is_comparable(name, before, now))]
    if not any(_differs(name, before, now) for name in makes_one):
        return None
    return changed_fields(before, now)


def changed_fields(before: Told, now: Told) -> list[str]:
    """Return the fields that differ between two records of an article, in feed order."""
    every = (name for name in Article.__dataclass_fields__ if name not in OF_THE_VISIT)
    return [name for name in every if _differs(name, before, now)]


def _differs(name: str, before: Told, now: Told) -> bool:
    read = {**_TEXTS, **PARTICULARS}.get(name)
    if read is None:
        return bool(before.get(name) != now.get(name))
    if name == "date_published" and _is_stamp(before, now):
        return False
    return bool(read(before) != read(now))


def _is_comparable(name: str, before: Told, now: Told) -> bool:
    """Tell whether what two pages say, or do not say, of a field was said in the same place."""
    places = [one.get("provenance", {}).get(name) for one in (before, now)]
    if None not in places:
        return bool(places[0] == places[1])
    stated = places[0] or places[1]
    silent = now if places[0] else before
    return stated in _DATA and stated in silent.get("provenance", {}).values()


# How fields are compared


def _headline(told: Told) -> str:
    return levelled(told.get("headline", ""))


def _text(told: Told) -> str:
    """Return the text with its dateline, which an earlier reader may have left in it.

    Paragraphs count by their words alone: a template changes how they are broken.
    """
    dateline = told.get("dateline", {}).get("text", "")
    lines = (line for line in told.get("body", "").split("\n\n") if not is_passing(line))
    words = levelled(" ".join((dateline, *lines))).split()
    return " ".join(word for word in words if word != "-")


def _line_of(name: str) -> Callable[[Told], Any]:
    return lambda told: levelled(told.get(name, ""))


def _names(told: Told) -> set[str]:
    return {fold(one["name"]) for one in told.get("authors", [])}


def _keywords(told: Told) -> set[str]:
    return {fold(one) for one in told.get("keywords", [])}


def _day_or_instant(told: Told) -> Any:
    stated = told.get("date_published", "")
    moment = _instant(stated) if told.get("date_precision") != "day" else None
    return moment.replace(second=0, microsecond=0) if moment else stated[:10]


def _instant(stated: str | None) -> datetime | None:
    return instant_of(stated) if stated else None


def _is_stamp(before: Told, now: Told) -> bool:
    """Tell a date that is the same, or moves on with each visit or change, from a correction."""
    dates = [one.get("date_published", "") for one in (before, now)]
    if not all(dates):
        return False
    precisions = {one.get("date_precision") for one in (before, now)}
    if "day" in precisions and len(precisions) > 1:
        return bool(dates[0][:10] == dates[1][:10])
    then, later = map(_instant, dates)
    if then is None or later is None or later <= then:
        return False
    seen, changed = _instant(now.get("retrieved_at")), _instant(now.get("date_modified"))
    is_clock = seen is not None and abs(seen - later) < _OF_THE_CLOCK
    return is_clock or changed == later


_TEXTS: dict[str, Callable[[Told], Any]] = {"headline": _headline, "body": _text}
PARTICULARS: dict[str, Callable[[Told], Any]] = {
    "alternative_headline": _line_of("alternative_headline"),
    "description": _line_of("description"),
    "date_published": _day_or_instant,
    "authors": _names,
    "section": _line_of("section"),
    "keywords": _keywords,
    "is_accessible_for_free": lambda told: told.get("is_accessible_for_free"),
}
