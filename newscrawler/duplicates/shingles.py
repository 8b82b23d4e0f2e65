"""The shingles of a text: a number for each few words, or few characters, that follow each other.

Numbers are the same on each machine and in each version of Python: they are kept for years.
"""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

from newscrawler.normalise.text import fold

# Words of a shingle. Characters, where a script has no spaces, of as many words: two of Chinese
# or Japanese are a word, four of Thai with its marks.
WORDS, HAN, SOUTH_EAST = 4, 8, 16
# Characters of a text that are compared: 16,000 words. What is longer is a book, or a trap.
LONGEST = 100_000

_HAN = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
# Thai and Lao, Myanmar, Khmer: whole blocks, as their vowels are marks.
_SOUTH_EAST = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
# What `\w` lacks although words are written with it: the vowels and accents of scripts.
_MARKS = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u06d6-\u06ed"
    r"\u0900-\u0963\u0966-\u0dff\u0f00-\u0fff"
)
_UNSPACED = re.compile(f"[{_HAN}{_SOUTH_EAST}]")
_IN_HAN = re.compile(f"[{_HAN}]")
_ASCII_WORD = re.compile(r"\w+", re.ASCII)
_WORD = re.compile(rf"[\w{_MARKS}]+")
_WORD_OR_CHARACTER = re.compile(
    rf"[{_HAN}{_SOUTH_EAST}]|(?:(?![{_HAN}{_SOUTH_EAST}])[\w{_MARKS}])+"
)
_WORD_MASK: int = 2**30 - 1
_MASK = 2**62 - 1
# Odd, and below 2**30: what is multiplied is a word of two machine digits of Python at the most.
_FACTORS = (0x2545F491, 0x1E3779B9, 0x3C6EF373)


@lru_cache(maxsize=8)  # an article is asked about by several steps, one after the other
def folded(text: str) -> str:
    """Return what is compared of a text: no case, no variants of quotes, dashes and spaces."""
    return fold(text)


@lru_cache(maxsize=32)  # the members of a group are compared with one another
def shingles_of(text: str) -> frozenset[int]:
    """Return the shingles of a text, of 62 bits each; fewer words than a shingle have none."""
    tokens, length = tokens_of(folded(text[:LONGEST]))
    numbers = list(map(_number, tokens))
    one, two, three = _FACTORS
    fours = [
        a * one + b * two + c * three + d
        for a, b, c, d in zip(numbers, numbers[1:], numbers[2:], numbers[3:], strict=False)
    ]
    size = WORDS
    while size < length:
        fours = [(a * one + b) & _MASK for a, b in zip(fours, fours[size:], strict=False)]
        size *= 2
    return frozenset(fours)


@lru_cache(maxsize=16384)  # the words that a language has in daily use
def _number(word: str) -> int:
    return crc32(word.encode()) & _WORD_MASK


def tokens_of(text: str) -> tuple[list[str], int]:
    """Return words, or characters of a script without spaces, and how many are a shingle."""
    if text.isascii():
        return _ASCII_WORD.findall(text), WORDS
    # Each of them is a token of its own.
    characters = len(_UNSPACED.findall(text))
    if not characters:
        return _WORD.findall(text), WORDS
    tokens = _WORD_OR_CHARACTER.findall(text)
    if characters * 2 < len(tokens):
        return tokens, WORDS
    han = len(_IN_HAN.findall(text))
    return tokens, HAN if han * 2 >= characters else SOUTH_EAST
