"""Single lines and marked elements of a page as bylines: whom they name, and whether at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from lxml.etree import _Element as Element

from newscrawler.normalise.byline_words import CONJUNCTION
from newscrawler.normalise.people import agency_of, is_full_name, is_organisation
from newscrawler.pages.article_head import HeadLine, texts_in
from newscrawler.pages.document import word_count
from newscrawler.pages.signatures import ALL_POSTS, BYLINE_LABEL, NO_NAME, POSTED_BY, SIGNED

# After `14:07 | `, and after a date: `Posted on March 2, 2024 by `.
_PARTS = re.compile(
    r"\s[|·•]\s|(?<=\d)\s+(?=(?:by|von|par|por)\s)|\s(?=(?:autor(?:in)?|author)\s?:)", re.IGNORECASE
)
_LONGEST_NAME = 5  # words
_LONGEST_BYLINE = 24  # words
_LONGEST_LOGIN_LINE = 12  # words
_MOST_PIECES = 40
_CJK_NAME = 6  # characters, without blanks
# Before a single word that the page marks as a name, `von` is no part of it.
_NAMED = re.compile(r"^(?:von|vom|by|par|por|di|da|door|av|af)\s*:?\s+(?=\S+$)", re.IGNORECASE)
_LABEL_AT_END = re.compile(
    r"(?:^|[\s|·,(–-])(?:by|von|par|por|door|przez|escrito por)\s?:?$", re.IGNORECASE
)


def labelled_part(line: str) -> str | None:
    """Return the line from where its byline begins."""
    starts = (0, *(part.end() for part in _PARTS.finditer(line)))
    return next((line[start:] for start in starts if SIGNED.match(line[start:])), None)


def login_in(line: HeadLine) -> str | None:
    """Return what is named behind a label, whatever it looks like: `Posted by ana84 under`."""
    if word_count(line.text) > _LONGEST_LOGIN_LINE:
        return None
    for label, name in pairwise(line.pieces):
        if _LABEL_AT_END.search(label) and may_name(name) and not name[0].isdecimal():
            return name.strip(" ,|·")
    found = POSTED_BY.match(line.text) if len(line.pieces) == 1 else None
    return found["name"] if found and not found["name"][0].isdecimal() else None


def are_names(pieces: Iterable[str]) -> bool:
    return all(is_full_name(piece) or _is_unspaced_name(piece) for piece in pieces)


def _is_unspaced_name(text: str) -> bool:
    """Tell a name in a script without blanks and capitals."""
    return 1 < len(text) <= _CJK_NAME and text.isalpha() and text.upper() == text.lower()


def may_name(line: str) -> bool:
    """Tell a byline of few words from a reading time, a count and a sentence."""
    words = line.split()
    return len(words) <= _LONGEST_NAME and not (len(words) > 1 and any(map(str.isdecimal, line)))


def byline_of(marked: Element) -> str:
    """Join the texts inside with blanks, without a label in an element of its own."""
    pieces = texts_in(marked, _MOST_PIECES)
    is_label = len(pieces) > 1 and BYLINE_LABEL.fullmatch(f"{pieces[0]}:")
    line = _names_among(pieces[1:] if is_label else pieces)
    if word_count(line) > _LONGEST_BYLINE or NO_NAME.search(line):
        return ""
    line = ALL_POSTS.sub("", line)
    return without_preposition(labelled_part(line) or line)


def without_preposition(line: str) -> str:
    """Cut `von` before a single word."""
    return _NAMED.sub("", line)


def _names_among(pieces: list[str]) -> str:
    """Join the pieces of a byline; beside full names the rest is roles, times and buttons."""
    persons = [piece for piece in pieces if _is_name(piece)]
    if not persons or any(CONJUNCTION.search(f" {one} ") or SIGNED.match(one) for one in pieces):
        return " ".join(pieces)
    return ", ".join(persons)


def _is_name(piece: str) -> bool:
    """Tell a full name from a label, a desk and a button."""
    is_label = SIGNED.match(piece) or _LABEL_AT_END.search(piece) or NO_NAME.search(piece)
    is_desk = is_organisation(piece) and not agency_of(piece)
    return is_full_name(piece) and not is_label and not is_desk
