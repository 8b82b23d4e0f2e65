"""Pagers of numbers: which number is that of this page, and where the one that follows leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from newscrawler.normalise.text import clean_line
from newscrawler.pages.addresses import Step
from newscrawler.pages.paging_words import CURRENT_CLASS, NUMBER, PAGER_CLASS
from newscrawler.pages.surroundings import Element, names_of

# Other links between two numbers of a pager: `...`, `next`, a picture.
MAX_GAP = 3
MAX_ELEMENTS = 500
_HEIGHT = 4  # elements between a link and what holds the whole pager


class Numbered(NamedTuple):
    """A link whose text is a number; `place` is its place among the links of the page."""

    url: str
    number: int
    step: Step | None
    is_own: bool
    element: Element
    place: int


def next_number(links: Iterable[Numbered]) -> Iterator[str]:
    """Give the address behind the number that follows, from each pager that has one."""
    for pager in _pagers(links):
        current = _current(pager)
        ahead = [one for one in pager if one.step and one.step.is_forward and not one.is_own]
        if current is not None:
            following = [one for one in pager if one.number == current + 1 and not one.is_own]
            yield from (one.url for one in following if one in ahead or _leads_on(one))
            continue
        near = [one for one in ahead if one.step and one.step.is_next and one.number > 1]
        if near and near[0].step and near[0].step.kind != "cursor":
            yield min(near, key=lambda one: one.step.number if one.step else 0).url


def _pagers(links: Iterable[Numbered]) -> list[list[Numbered]]:
    pagers: list[list[Numbered]] = []
    for link in links:
        if pagers and link.place - pagers[-1][-1].place <= MAX_GAP:
            pagers[-1].append(link)
        else:
            pagers.append([link])
    return pagers


def _current(pager: list[Numbered]) -> int | None:
    """Return the number that is marked as this page's, or leads nowhere else."""
    marked = next((one for one in pager if _is_marked(one.element)), None)
    if marked:
        return marked.number
    holder = _holder(pager)
    linked = {one.number for one in pager}
    found = [(number, marks) for number, marks in _unlinked(holder) if number not in linked]
    sure = [number for number, marks in found if marks]
    if sure or len(found) == 1:
        return sure[0] if sure else found[0][0]
    own = next((one for one in pager if one.is_own), None)
    return own.number if own else None


def _is_marked(link: Element) -> bool:
    around = link.getparent()
    if link.get("aria-current") not in (None, "false") or _is_current(link):
        return True
    return around is not None and around.tag in ("li", "span", "td") and _is_current(around)


def _is_current(element: Element) -> bool:
    return bool(CURRENT_CLASS.search(element.get("class", ""))) or element.get(
        "aria-current"
    ) not in (None, "false")


def _holder(pager: list[Numbered]) -> Element:
    """Return the element that holds the whole pager."""
    last = pager[-1].element
    holder = pager[0].element
    for height, around in enumerate(pager[0].element.iterancestors()):
        if around.tag in ("body", "html"):
            return holder
        holder = around
        is_whole = last in (one for one in islice(around.iter("a"), MAX_ELEMENTS))
        if is_whole and (len(pager) > 1 or height > 0):
            return holder
        if height >= _HEIGHT:
            return holder
    return holder


def _unlinked(holder: Element) -> Iterator[tuple[int, bool]]:
    """Give the numbers that are no links, and whether they are marked as current."""
    for element in islice(holder.iter("*"), MAX_ELEMENTS):
        is_link = element.tag == "a" and element.get("href")
        texts = [] if is_link or _in_link(element, holder) else [element.text]
        if element is not holder and not _in_link(element, holder, itself=False):
            texts.append(element.tail)
        for place, text in enumerate(texts):
            found = NUMBER.fullmatch(clean_line(text or "")) if text and text.strip() else None
            if found:
                yield int(found[1]), place == 0 and _is_marked(element)


def _in_link(element: Element, holder: Element, *, itself: bool = True) -> bool:
    around: Element | None = element if itself else element.getparent()
    while around is not None and around is not holder:
        if around.tag == "a" and around.get("href"):
            return True
        around = around.getparent()
    return False


def _leads_on(link: Numbered) -> bool:
    """Tell a number in a pager whose addresses are not alike, such as those of cursors."""
    around = islice(link.element.iterancestors(), _HEIGHT)
    return link.step is None and any(PAGER_CLASS.search(names_of(one)) for one in around)
