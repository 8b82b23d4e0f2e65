"""Which texts make a group, and which one stands for it, in whatever order they came."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import NamedTuple, TypeAlias

from newscrawler.duplicates.likeness import Likeness
from newscrawler.normalise.dates import day_of, instant_of

# Of a place without a date; behind all others.
_UNDATED = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """A page where a text stood."""

    key: str
    article: str
    """Key of the article that was delivered from it, or in its favour."""
    url: str
    published: str = ""
    """As the feed has it: a day, or a time."""
    source: int = 1
    """0 for the agency's own page, 2 for one that names another source, 1 for all others."""
    canonical: str = ""
    """Key of the page on another site that it states as canonical."""
    marks: frozenset[bytes] = frozenset()
    reason: str = ""
    """Why the page was dropped, empty for an article."""


class Member(NamedTuple):
    """A place of a group, and how alike it is to the place that stands for the group."""

    place: Place
    how: str
    """`page`, where it is the same page, `text`, `near`."""
    score: float


@dataclass(frozen=True, slots=True)
class Group:
    """The places of one text."""

    representative: Place
    members: list[Member] = field(default_factory=list)
    """All other places, in the order in which they would stand for the group."""


Order: TypeAlias = tuple[datetime, int, str]
Key: TypeAlias = Callable[[Place], Order]
Compare: TypeAlias = Callable[[Place, Place], Likeness | None]


def grouped(places: Iterable[Place], compare: Compare) -> list[Group]:
    """Put together what is the same page, and what is alike to the earliest such page.

    Alike is what `compare` finds to be the same text or near to it. A group is a star: each of its
    members is alike to the one that stands for it, so that a chain of likenesses, of each
    day's report with the next, does not make one group of a year.
    """
    named = list(places)
    order = order_among(named)
    pages = [sorted(page, key=order) for page in _same_pages(named)]
    stars: list[tuple[list[Place], list[Member]]] = []
    for page in sorted(pages, key=lambda page: order(page[0])):
        for centre, members in stars:
            found = _likest(page, centre, compare)
            if found:
                members += [Member(place, *found) for place in page]
                break
        else:
            stars.append((page, [Member(place, "page", 1.0) for place in page[1:]]))
    return [
        Group(centre[0], sorted(members, key=lambda member: order(member.place)))
        for centre, members in stars
    ]


def order_among(places: list[Place]) -> Key:
    """Return by what places are sorted: publication, source (see `Place`), address.

    A page that another one of them names as canonical counts as the source.
    """
    pointed_at = {one.canonical for one in places if one.canonical}

    def order(place: Place) -> Order:
        source = 0 if place.key in pointed_at else place.source
        return published_key(place.published), source, place.url

    return order


def published_key(published: str) -> datetime:
    """Return the instant by which places are ordered: of a day without a time, its end."""
    if not published:
        return _UNDATED
    try:
        instant = instant_of(published)
        return (instant or datetime.combine(day_of(published), time.max, UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # the year 1, an hour before it in UTC
        return _UNDATED


def _same_pages(places: list[Place]) -> list[list[Place]]:
    """Put together the places that an article or a mark connects, and those connected to them."""
    found: list[tuple[set[object], list[Place]]] = []
    for place in places:
        marks: set[object] = {place.article, *place.marks}
        joined = [one for one in found if not marks.isdisjoint(one[0])]
        found = [one for one in found if one not in joined]
        merged = [place, *(it for _, members in joined for it in members)]
        found.append((marks.union(*(known for known, _ in joined)), merged))
    return [members for _, members in found]


def _likest(page: list[Place], centre: list[Place], compare: Compare) -> Likeness | None:
    found = [compare(one, other) for one in page for other in centre]
    alike = [it for it in found if it and it.how != "contained"]
    return max(alike, key=lambda it: (it.score, it.how), default=None)
