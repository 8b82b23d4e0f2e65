"""Bring the keywords of a page into one list."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from newscrawler.normalise.text import clean_line, fold, unique

# Longer "keywords" are sentences that a publisher put into the wrong field.
_LONGEST = 100
# Nobody gives an article more.
_LONGEST_LIST, _MOST = 20_000, 500
# Numbers by which systems know a keyword or an article.
_MACHINE_MADE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# `Category: Travel`, `editors_pick`, `All topics`.
_NOISE = re.compile(
    r"^(?:nlp )?(?:category|categories|entity tokens?|type|section|source|author|id|page ?type|"
    r"content[ -]?type|template)\s?:|^[a-z]+(?:_[a-z]+)+$|"
    r"^(?:all (?:topics|tags)|alle themen|mehr themen|more topics|tous les (?:sujets|thèmes)|"
    r"todos los temas|paywall|premium|(?:free|paid)[ -]?content)$",
    re.IGNORECASE,
)
_LIST = re.compile(r"[,;،、，；|]")


def clean_keywords(values: Iterable[str]) -> list[str]:
    """Return each keyword once, in its first spelling.

    A single string that holds several is taken apart at commas and semicolons;
    a comma inside one of several values belongs to that value.
    """
    given = [values] if isinstance(values, str) else list(values)
    unescaped = [html.unescape(value[:_LONGEST_LIST]) for value in given[:_MOST]]
    parts = _LIST.split(unescaped[0]) if len(unescaped) == 1 else unescaped
    keywords = (clean_line(part).lstrip("#").strip() for part in parts)
    return unique(keyword for keyword in keywords if _is_keyword(keyword))


def telling_keywords(keywords: Iterable[str], names: Iterable[str]) -> list[str]:
    """Leave out what says nothing of an article: systems' labels, links to more keywords.

    `names` are those of the site, its host, and the headline.
    """
    found = list(keywords)
    if any(word.startswith("& ") for word in found):
        return []  # `Business, Finance & Economics`: one category that was taken apart
    known = {fold(name) for name in names}
    return [word for word in found if fold(word) not in known and not _NOISE.search(word)]


def _is_keyword(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and not _MACHINE_MADE.fullmatch(text)
