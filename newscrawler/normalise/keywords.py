"""Bring the keywords of a page into one list."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from newscrawler.normalise.text import clean_line, unique

# Longer "keywords" are sentences that a publisher put into the wrong field.
_LONGEST = 100
# Numbers by which systems know a keyword or an article.
_MACHINE_MADE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LIST = re.compile(r"[,;،、，；|]")


def clean_keywords(values: Iterable[str]) -> list[str]:
    """Return each keyword once, in its first spelling.

    A single string that holds several is taken apart at commas and semicolons;
    a comma inside one of several values belongs to that value.
    """
    given = [values] if isinstance(values, str) else list(values)
    unescaped = [html.unescape(value) for value in given]
    parts = _LIST.split(unescaped[0]) if len(unescaped) == 1 else unescaped
    keywords = (clean_line(part).lstrip("#").strip() for part in parts)
    return unique(keyword for keyword in keywords if _is_keyword(keyword))


def _is_keyword(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and not _MACHINE_MADE.fullmatch(text)
