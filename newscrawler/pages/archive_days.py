"""Archives by day or by month: the date in a page's address, and the older page it links to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12]\d|3[01]|[1-9])"
_END = r"(?:/|\.s?html?|/index\.\w{3,5})?$"
# `/archive/2026/10/14/`, `/2026-10`, `/20261014.html`: nothing comes behind the date of a list.
_PATH = re.compile(
    rf"(?<=[/_-]){_YEAR}(?P<separator>[/_.-]){_MONTH}(?:(?P=separator){_DAY})?{_END}"
)
_COMPACT = re.compile(r"(?<=[/_-])(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)" + _END)
_PARAMETER = re.compile(
    r"(?<=[?&])(?:date|day|d|datum|fecha|data|dt|month|archive|m)="
    r"(?P<year>(?:19|20)\d\d)-?(?P<month>\d\d)(?:-?(?P<day>\d\d))?(?=&|$)",
    re.IGNORECASE,
)
_PARAMETERS = re.compile(
    rf"(?<=[?&])(?:year|y|jahr|annee|ano)={_YEAR}&(?:month|m|monat|mois|mes)={_MONTH}"
    rf"(?:&(?:day|d|tag|jour|dia)={_DAY})?(?=&|$)",
    re.IGNORECASE,
)


class Archived(NamedTuple):
    """The date of an archive's page, with what its address says besides."""

    rest: str
    date: tuple[int, ...]


def archived(url: str) -> Archived | None:
    """Read the day or the month that an address names as that of its list."""
    address, _, query = unquote(url).partition("?")
    found = _PATH.search(address) or _COMPACT.search(address)
    whole = address
    if found is None:
        whole = f"{address}?{query}"
        found = _PARAMETER.search(whole) or _PARAMETERS.search(whole)
    if found is None:
        return None
    date = tuple(int(found[part]) for part in ("year", "month", "day") if found[part])
    if not (1 <= date[1] <= 12 and date[-1] >= 1):
        return None
    rest = whole[: found.start()].rstrip("/") + " " + whole[found.end() :]
    return Archived(f"{rest} {'' if whole != address else query} {len(date)}", date)


def older(own: str, others: Iterable[str]) -> str | None:
    """Return the address of the nearest older page of an archive, None where none is linked.

    Nearest to the archive itself, whose address has no date, is its newest page.
    """
    here = archived(own)
    dated = [
        (there.date, other)
        for other in others
        if (there := archived(other)) and (there.date < here.date if here else True)
        and is_day_of(own, other)
    ]  # fmt: skip
    return max(dated, key=lambda one: one[0])[1] if dated else None


def is_newer(own: str, other: str) -> bool:
    """Tell whether the other address is that of a later day or month of the same archive."""
    here, there = archived(own), archived(other)
    return bool(here and there and here.rest == there.rest and there.date >= here.date)


def is_day_of(own: str, other: str) -> bool:
    """Tell whether the other address is that of a day or month of the page's own archive."""
    here, there = archived(own), archived(other)
    if here and there:
        return here.rest == there.rest
    # The front page of a site is above all that has a date; a date in a query is a calendar's.
    is_folder = bool(urlsplit(own).path.strip("/")) and "?" not in other
    return bool(there) and is_folder and _above(other) == unquote(own).partition("?")[0].rstrip("/")


def _above(url: str) -> str:
    """Return the address of an archive, from that of one of its days."""
    there = archived(url)
    return there.rest.partition(" ")[0] if there else ""
