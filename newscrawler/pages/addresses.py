"""What the address of a listing's page says of its place among the pages of the listing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

Kind: TypeAlias = Literal["page", "offset", "bare", "cursor"]

# `page`, `pageNo`, `PAGEN_1`, `wp_page`, `page[number]`, in the languages of the publishers met.
_PAGE_NAME = re.compile(
    r"(?:.*[_.\-\[])?(?:(?:current|cur)_?)?(?:page|paged|pag|pagina|página|seite|strona|sayfa|sida|"
    r"side|stranka|stránka|oldal|halaman|trang|страница|pg|p)"
    r"(?:n[or]?|num(?:ber)?|index|idx|id)?(?:[_\[]?(?:n[or]?|num(?:ber)?|index|\d{1,2}))?\]?",
    re.IGNORECASE,
)
_OFFSET_NAME = re.compile(
    r"(?:.*[_.\-\[])?(?:start|offset|skip|limitstart|from|first|begin|startat|start_?(?:index|row)|"
    r"first_?result|b_start(?::int)?)\]?",
    re.IGNORECASE,
)
_CURSOR_NAME = re.compile(
    r"(?:.*[_.\-\[])?(?:cursor|after|before|since|until|max_?id|min_?id|last_?(?:id|date|item)?|"
    r"updated-max|token|page_?token|continuation|from|start|offset|search_after|id|date|time|"
    r"timestamp|older|next)\]?",
    re.IGNORECASE,
)
_PAGE_PARAMETER = re.compile(
    r"(?:page|p|seite|pagina|strona|pag|paged|pg|pageno|page_?num(?:ber)?|pagen_\d|sayfa|sida)"
    r"=(\d{0,9})",
    re.IGNORECASE,
)
_OFFSET_PARAMETER = re.compile(r"(?:start|offset|limitstart)=(\d{1,6})", re.IGNORECASE)
_PAGE_PATH = re.compile(
    r"/(?:page|seite|pagina|página|strona|sayfa|sida|stranka)[/-]?(\d{1,5})(?:\.s?html?)?/?$",
    re.IGNORECASE,
)
# What an address of a further page has more than that of the first: `page/2/`, `-p2`, `,2`.
_PAGE_PART = re.compile(
    r"[/_,.-]*(?:(?:(?P<word>page|seite|pagina|página|strona|sayfa|sida|stranka|index|pg|p)"
    r"|(?P<offset>or|o))[/_,.-]?)?(?P<number>\d{1,5})(?:\.s?html?)?[/-]?",
    re.IGNORECASE,
)
_INDEX = re.compile(r"/index\.(?:s?html?|php)$")
MAX_BARE = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """From one page of a listing to another, whose addresses differ in nothing else.

    `own` is None where the page's address states no number; a `cursor` is no number.
    """

    kind: Kind
    own: int | None
    number: int

    @property
    def is_forward(self) -> bool:
        return self.number > (self.own or 0)

    @property
    def is_next(self) -> bool:
        """Whether no page can lie between; the second one may be counted from 0."""
        if self.kind in ("offset", "cursor"):
            return self.is_forward
        return self.number in ((self.own + 1,) if self.own else (1, 2))


def first_page(url: str) -> str:
    """Return a listing's address without the number of a page."""
    parts = urlsplit(url)
    kept = [one for one in parts.query.split("&") if not _is_number_of_page(one)]
    path = _PAGE_PATH.sub("/", parts.path)
    return urlunsplit((parts.scheme, parts.netloc, path, "&".join(kept), ""))


def page_number(url: str) -> int:
    """Return the number of a listing's page as its address states it, 0 where it states none."""
    parts = urlsplit(url)
    stated = (_PAGE_PARAMETER.fullmatch(one) for one in parts.query.split("&"))
    found = next((one for one in stated if one), None) or _PAGE_PATH.search(parts.path)
    return int(found[1] or 0) if found else 0


def step(own: str, other: str) -> Step | None:
    """Return the step from one page to the other; None where they differ in more."""
    here, there = urlsplit(own), urlsplit(other)
    if _host(here.netloc) != _host(there.netloc):
        return None
    if _path(here.path) == _path(there.path):
        return _step_of_query(here.query, there.query)
    return _step_of_path(here.path, there.path) if _lost(here.query, there.query) else None


def goes_back(own: str, other: str) -> bool:
    """Tell the way to a page before this one, or to this one, by the numbers of the two."""
    there, back = step(own, other), step(other, own)
    if there and there.kind != "cursor":
        return not there.is_forward
    return bool(back and back.kind != "cursor" and back.is_forward)


def is_name_of(kind: Kind, parameter: str) -> bool:
    """Tell whether a parameter of this name holds such a number or token."""
    names = {"page": _PAGE_NAME, "bare": _PAGE_NAME, "offset": _OFFSET_NAME}
    return bool(names.get(kind, _CURSOR_NAME).fullmatch(parameter))


def _is_number_of_page(parameter: str) -> bool:
    return bool(_PAGE_PARAMETER.fullmatch(parameter) or _OFFSET_PARAMETER.fullmatch(parameter))


def _host(netloc: str) -> str:
    return netloc.removeprefix("www.")


def _path(path: str) -> str:
    return _INDEX.sub("/", unquote(path)).rstrip("/")


def _lost(here: str, there: str) -> bool:
    """Tell whether the queries say the same, but for what one of them says more."""
    own, other = dict(parse_qsl(here)), dict(parse_qsl(there))
    return all(other[name] == value for name, value in own.items() if name in other)


def _step_of_query(here: str, there: str) -> Step | None:
    own = dict(parse_qsl(here, keep_blank_values=True))
    other = dict(parse_qsl(there, keep_blank_values=True))
    differ = [name for name, value in other.items() if own.get(name, "") != value]
    numbers = [name for name in differ if re.fullmatch(r"\d{1,7}", other[name])]
    for kind in ("page", "offset"):
        named = next((name for name in numbers if is_name_of(kind, name)), None)
        if named:
            changed = [name for name in differ if name != named and name in own]
            stated = own.get(named, "")
            number = int(stated) if re.fullmatch(r"\d{1,7}", stated) else None
            return None if changed else Step(kind, number, int(other[named]))
    cursors = [name for name in differ if is_name_of("cursor", name)]
    if cursors and len(cursors) == len([name for name in differ if name in own or name in cursors]):
        return Step("cursor", None, 1)
    return None


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _step_of_path(here: str, there: str) -> Step | None:
    """Compare what is left of two paths without the beginning and the end that both have."""
    here, there = unquote(here), unquote(there)
    start = _alike(here, there)
    if here[start : start + 1].isdigit() or there[start : start + 1].isdigit():
        start = len(here[:start].rstrip("0123456789"))
    rest, other_rest = here[start:], there[start:]
    end = _alike(rest[::-1], other_rest[::-1])
    while end and rest[len(rest) - end].isdigit():
        end -= 1
    middle, other = rest[: len(rest) - end], other_rest[: len(other_rest) - end]
    found = _PAGE_PART.fullmatch(other) if other else None
    if found is None or not re.fullmatch(r"(?:[/_,.-]|index|\.s?html?)*|\d{1,5}", middle):
        return None
    own = int(middle) if middle.isdigit() else None
    number = int(found["number"])
    if page_number(f"https://a.example{there}"):
        return Step("page", own, number)
    # A year, or the number of an article.
    is_small = max(own or 0, number) <= MAX_BARE
    kind: Kind = "offset" if found["offset"] else "page" if found["word"] else "bare"
    return Step(kind, own, number) if is_small else None
