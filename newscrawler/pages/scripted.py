"""Whether a listing has more than its HTML holds, and only a script can bring it."""

from __future__ import annotations

from itertools import islice

from newscrawler.pages.cursors import load_more
from newscrawler.pages.paging_words import INFINITE_CLASS
from newscrawler.pages.surroundings import Element, Surroundings, names_of
from newscrawler.pages.vocabulary import APP_MARK

MAX_ELEMENTS = 20_000
# Less than this is the count that a publisher forgot to bring up to date.
MIN_GAP, MIN_GAP_SHARE = 3, 0.1
_INFINITE = ("data-infinite-scroll", "data-infinite", "infinite-scroll", "data-endless",
             "data-infinite-scroll-url", "v-infinite-scroll")  # fmt: skip


def script_reason(surroundings: Surroundings, held: int, advertised: int | None) -> str | None:
    """Return why a page that holds so many articles and names no next page needs a script."""
    root = surroundings.root
    if not any(is_program(one) for one in root.iter("script")):
        return None
    if held and has_button(surroundings):
        return "a button loads more"
    if held and is_infinite(surroundings):
        return "the list grows as the reader scrolls"
    if advertised and advertised - held >= max(MIN_GAP, MIN_GAP_SHARE * advertised):
        return f"names {advertised} articles and holds {held}"
    if not held and root.cssselect(APP_MARK):
        return "no entries in the HTML; built by a script"
    return None


def is_program(script: Element) -> bool:
    """Tell what runs from data, such as JSON-LD."""
    kind = script.get("type", "").casefold()
    return kind in ("", "module") or "javascript" in kind or "ecmascript" in kind


def has_button(surroundings: Surroundings) -> bool:
    return any(
        one.tag in ("button", "a", "input") or one.get("role") == "button"
        for one in load_more(surroundings)
    )


def is_infinite(surroundings: Surroundings) -> bool:
    """Tell a list that loads more when its end comes into sight."""
    if surroundings.find("|".join(f"//*[@{name}]" for name in _INFINITE)):
        return True
    named = surroundings.find("//*[@class or @id]")
    return any(INFINITE_CLASS.search(names_of(one)) for one in islice(named, MAX_ELEMENTS))
