"""Whether two texts of one page differ in anything that an editor has changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from functools import cached_property
from itertools import product

from newscrawler.normalise.passing import is_passing, without_passing_head
from newscrawler.normalise.text import fold, levelled
from newscrawler.pages.block_shapes import key_of
from newscrawler.pages.blocks import ends_sentence
from newscrawler.pages.furniture import is_promo
from newscrawler.pages.site_memory import digest_of, short_digest_of
from newscrawler.pages.vocabulary import SENTENCE_END

# Characters; a shorter line is a sentence only if it ends as one.
SHORTEST = 15
# Letters; what is shorter stands on a page for many reasons.
_PIECE = 6
# Paragraphs; what more of have come and gone is not compared one by one, and another text.
MOST_CHANGED = 300
_BULLETS = "*•·▪▶► "
# What sets off a dateline: `LIMA (EFE).- `.
_SET_OFF = re.compile(r"[.,:]?-+(?=\s|$)")


def is_same_text(
    before: str,
    now: str,
    doubtful: Container[int],
    *,
    linked: Container[int] = (),
    was_shown: Container[int] = (),
    shown: Callable[[], list[str]],
) -> bool:
    """Tell whether two texts of a page differ in nothing that an editor has changed.

    A paragraph may come or go that is a clock, a counter or an invitation; one may go that the
    page still shows (`shown` gives its lines), or come that it showed before (`was_shown` has its
    short digest): then it is the reader that has judged otherwise. A new line may come that is in
    doubt (by its digest), is no sentence unless it is a link (`linked` has its digest), and is not
    another wording of one that went.
    """
    texts = _Texts(before, now)
    page = _Page(shown)
    changed = len(texts.told.keys() ^ texts.tells.keys())
    if not 0 < changed <= MOST_CHANGED or not texts.is_in_order(page):
        return False
    gone, come = ([line for line in one if not _passes(line)] for one in texts.differing)
    new = [line for line in come if not texts.was_told(line, was_shown)]
    if any(map(_is_label, new)) and any(_is_label(one) and not page.has(one) for one in gone):
        return False
    gone, new = ([line for line in one if not _is_label(line)] for one in (gone, new))
    if any(not page.still_shows(line, texts.told_key) for line in gone):
        return False
    told = (line for line in new if ends_sentence(line) and digest_of(line) not in linked)
    if any(told) or any(digest_of(line) not in doubtful for line in new):
        return False
    return not any(_are_alike(*both) for both in product(map(_words, gone), map(_words, new)))


class _Texts:
    """The paragraphs of two texts: those of one alone, and those of both."""

    def __init__(self, before: str, now: str) -> None:
        lines = [one.split("\n\n") for one in (before, now)]
        self.told, self.tells = ({digest_of(line): line for line in one} for one in lines)

    @cached_property
    def differing(self) -> tuple[list[str], list[str]]:
        """The paragraphs that are gone and those that have come, but for what passes in them."""
        gone = [self.told[digest] for digest in self.told.keys() - self.tells.keys()]
        come = [self.tells[digest] for digest in self.tells.keys() - self.told.keys()]
        return _without_pairs(gone, come)

    @cached_property
    def told_key(self) -> str:
        return "".join(map(key_of, self.told.values()))

    def was_told(self, line: str, was_shown: Container[int]) -> bool:
        """Tell what the page showed before, also as a part of a paragraph."""
        if short_digest_of(line) in was_shown:
            return True
        return len(line) >= SHORTEST and key_of(line) in self.told_key

    def is_in_order(self, page: _Page) -> bool:
        """Tell whether what both have is spelt the same and stands in the same order."""
        both = ((self.told, self.tells), (self.tells, self.told))
        kept = [[line for digest, line in one.items() if digest in other] for one, other in both]
        if _spelt(kept[0]) == _spelt(kept[1]):
            return True
        # A quotation that stands in the text and beside it is read in one place.
        once = [[line for line in one if page.times(line) == 1] for one in kept]
        return _spelt(once[0]) == _spelt(once[1])


class _Page:
    """What a page shows now; it is asked for only where that matters."""

    def __init__(self, shown: Callable[[], list[str]]) -> None:
        self._shown = shown

    @cached_property
    def lines(self) -> list[tuple[str, str]]:
        """Each line with its key."""
        return [(line, key_of(line)) for line in self._shown()]

    @cached_property
    def key(self) -> str:
        return "".join(key for _, key in self.lines)

    @cached_property
    def rows(self) -> str:
        return "\n".join(("", *(key for _, key in self.lines), ""))

    def times(self, line: str) -> int:
        return self.key.count(key_of(line))

    def has(self, line: str) -> bool:
        """Tell whether a line is shown by itself, the row of a table as one cell a line."""
        return "\n".join(("", *map(key_of, line.split(" | ")), "")) in self.rows

    def still_shows(self, line: str, told_key: str) -> bool:
        """Tell whether a paragraph is shown, be it among others, without words that are new."""
        key = key_of(line)
        if self.has(line):
            return True
        if len(line) < SHORTEST:
            return False
        if key not in self.key:
            return self.has_pieces(key)
        around = [(one, other) for one, other in self.lines if key in other]
        return not around or any(
            other.replace(key, "", 1) in told_key or _is_more_of(line, one) for one, other in around
        )

    @cached_property
    def openings(self) -> dict[str, list[str]]:
        """The keys of all lines by their first letters, of each the longest first."""
        found = defaultdict[str, list[str]](list)
        for key in sorted({key for _, key in self.lines}, key=len, reverse=True):
            found[key[:_PIECE]].append(key)
        return found

    def has_pieces(self, key: str) -> bool:
        """Tell what was run together from lines that are now apart, with a box between them."""
        at = 0
        while at < len(key):
            lines = self.openings.get(key[at : at + _PIECE], ())
            piece = next((one for one in lines if key.startswith(one, at)), "")
            if len(piece) < _PIECE:
                return False
            at += len(piece)
        return True


def _without_pairs(gone: Sequence[str], come: Sequence[str]) -> tuple[list[str], list[str]]:
    """Leave out what differs from a line of the other text by a label or an offer in it."""
    left, paired = list(come), set[str]()
    for line in gone:
        for other in left:
            if _is_more_of(*sorted((line, other), key=len)):
                left.remove(other)
                paired.add(line)
                break
    return [line for line in gone if line not in paired], left


def _is_more_of(short: str, long: str) -> bool:
    """Tell whether a line has the words of another and besides only what passes."""
    one, other = (without_passing_head(levelled(line)) for line in (short, long))
    if len(one) < SHORTEST or len(one) > len(other):
        return False
    if other.startswith(one):
        return _passes(other[len(one) :].strip())
    return other.endswith(one) and _passes(other[: -len(one)].strip())


def _spelt(lines: Iterable[str]) -> list[str]:
    """Return lines by their words, without a bullet and the dash that sets off a dateline."""
    return [" ".join(_SET_OFF.sub("", levelled(line)).strip(_BULLETS).split()) for line in lines]


def _passes(line: str) -> bool:
    return is_passing(line) or is_promo(line)


def _is_label(line: str) -> bool:
    """Tell a word or two, such as a heading; with a number they are what is counted."""
    is_short = len(line) < SHORTEST and not line.endswith(SENTENCE_END)
    return is_short and not any(map(str.isdigit, line))


def _words(line: str) -> set[str]:
    return set(fold(line).split())


def _are_alike(words: set[str], others: set[str]) -> bool:
    """Tell another wording by the words that both lines have."""
    return 2 * len(words & others) > min(len(words), len(others))
