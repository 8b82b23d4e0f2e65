"""Where a listing that grows by a button or by scrolling keeps the address of what follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from newscrawler.pages.addresses import Kind, is_name_of
from newscrawler.pages.paging_words import LOAD_MORE, LOAD_MORE_CLASS
from newscrawler.pages.surroundings import Element, Surroundings, line_of, names_of

# These name what follows, wherever they stand; of several the last: each item has its own.
FOLLOWING = (
    "data-next-url", "data-nexturl", "data-next-page-url", "data-next-href", "data-next-link",
    "data-next-page", "data-nextpage", "data-next", "data-load-more-url", "data-loadmore-url",
    "data-load-more", "data-loadmore", "data-more-url", "data-infinite-url", "data-ajax-next",
)  # fmt: skip
# These are addresses of anything, and count on what says that it loads more.
ADDRESSES = (
    "data-url", "data-href", "data-ajax-url", "data-ajax", "data-endpoint", "data-fetch-url",
    "data-request-url", "data-api-url", "data-path", "data-link", "data-src", "hx-get",
    "data-hx-get", "href",
)  # fmt: skip
# Attributes that hold what the address lacks.
POSITIONS = ("data-next-page", "data-page", "data-offset", "data-cursor", "data-last-id")
_ADDRESS = re.compile(
    r"(?:(?:https?:)?//|[/?]|[\w./%-]+\?|[\w/%-]+\.(?:s?html?|php|json|aspx?)\b)\S*"
)
_PLACE = re.compile(
    r"\{+ ?(?:page|n|num|pageno|pagenumber)? ?\}+|__page__|%page%|:page\b", re.IGNORECASE
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|mp[34]|css|js|pdf)(?:\?|$)", re.IGNORECASE)
_PARAMETER = re.compile(r"(?<=[?&])[^=&]+(?==)")
KINDS: tuple[Kind, ...] = ("page", "offset", "cursor")
_FOLLOWING = frozenset(FOLLOWING)
MAX_BUTTONS = 1_000
_LONGEST_TEXT = 40  # characters of a button


def cursors(
    surroundings: Surroundings, page: int, template: Callable[[str], str] = str
) -> Iterator[str]:
    """Give the addresses as written, the surest first; `page` is the number of this page.

    `template` makes an address of a cursor that is none.
    """
    marked = [one for one in surroundings.with_data if not _FOLLOWING.isdisjoint(one.keys())]
    for element in reversed(marked):
        if not _is_beside(surroundings, element):
            yield from _addresses(element, FOLLOWING, page, template)
    for element in load_more(surroundings):
        yield from _addresses(element, ADDRESSES, page)


def load_more(surroundings: Surroundings) -> list[Element]:
    """Return the buttons and lists that say that more can be loaded."""
    buttons = surroundings.root.iter("button", "input")
    found = [*surroundings.with_data, *islice(buttons, MAX_BUTTONS), *surroundings.links]
    found += surroundings.find("//*[@role='button']")[:MAX_BUTTONS]
    mine = dict.fromkeys(one for one in found if _says_more(one))
    return [one for one in mine if not _is_beside(surroundings, one)]


def _is_beside(surroundings: Surroundings, element: Element) -> bool:
    if surroundings.is_foreign(element) or element.tag in ("script", "link", "style"):
        return True
    return surroundings.is_aside(element) and not surroundings.is_in_pager(element)


def _says_more(element: Element) -> bool:
    if LOAD_MORE_CLASS.search(names_of(element)) and not surrounds_text(element):
        return True
    if "next" in element.get("rel", "").casefold().split():
        return True
    words = (element.get("aria-label", ""), element.get("value", ""), line_of(element))
    return any(LOAD_MORE.fullmatch(one) for one in words if one)


def surrounds_text(element: Element) -> bool:
    """Tell a teaser whose class has `more` in it."""
    return element.tag in ("a", "button") and len(line_of(element)) >= _LONGEST_TEXT


def _addresses(
    element: Element, names: tuple[str, ...], page: int, template: Callable[[str], str] = str
) -> Iterator[str]:
    for name in names:
        value = template((element.get(name) or "").strip())
        if not _ADDRESS.fullmatch(value) or _FILE.search(value):
            continue
        if name != "href" or any(is_place(one) for one in _PARAMETER.findall(value)):
            yield _completed(value, element, page)


def is_place(parameter: str) -> bool:
    """Tell a parameter that says where in a list its answer begins."""
    return any(is_name_of(kind, parameter) for kind in KINDS)


def _completed(address: str, element: Element, page: int) -> str:
    """Put the number that a button holds into the address that it asks."""
    held = next(((name, value) for name in POSITIONS if (value := element.get(name))), None)
    if held and _ADDRESS.fullmatch(held[1]):
        held = None
    name, value = held or ("data-page", "")
    if "page" in name:
        stated = int(value) if re.fullmatch(r"\d{1,6}", value) else 0
        value = str(max(stated, page + 1))
    if _PLACE.search(address):
        return _PLACE.sub(value, address)
    parameter = name.removeprefix("data-").removeprefix("next-").replace("-", "_")
    if held is None or re.search(rf"[?&]{parameter}=", address):
        return address
    return f"{address}{'&' if '?' in address else '?'}{parameter}={value}"
