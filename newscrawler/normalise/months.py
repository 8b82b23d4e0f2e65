"""Recognise the names of the months in the languages of the news."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from newscrawler.normalise.cldr import cldr

# Longest name in words, such as the Levantine Arabic "تشرين الثاني".
LONGEST_NAME = 2
_WORDS = re.compile(r"""[^\s\d.,:;/()\[\]{}|·•'’"–—_-]+""")
_MARKS = re.compile("[\u0300-\u036f\u0640\u064b-\u0655]")
_LANGUAGES = (
    *("en", "de", "fr", "es", "pt", "it", "nl", "da", "sv", "nb", "nn", "fi", "is", "et", "lv"),
    *("lt", "pl", "cs", "sk", "sl", "hr", "bs", "sr", "mk", "bg", "ru", "uk", "be", "ro", "hu"),
    *("el", "tr", "az", "sq", "ca", "gl", "eu", "ga", "cy", "ar", "fa", "he", "hi", "bn", "ta"),
    *("te", "ml", "kn", "mr", "gu", "pa", "ur", "ne", "si", "th", "id", "ms", "sw", "ka", "hy"),
    *("kk", "uz", "km", "lo", "my", "am", "af", "fil"),
)
_VARIANTS = {
    "ar": ("ar", "ar_LB", "ar_MA", "ar_DZ"),
    "de": ("de", "de_AT"),
    "no": ("nb",),
    "sr": ("sr", "sr_Latn"),
    "hr": ("hr",),
}
_IN_HEBREW = "ב"  # "in", written together with the month
# Spellings in print that the Unicode CLDR does not list.
_FURTHER = {
    "en": {"sept": 9},
    "de": {"mrz": 3, "maerz": 3, "jaenner": 1, "sept": 9},
    "es": {"set": 9, "setiembre": 9, "sep": 9},
    "fr": {"fev": 2, "aou": 8},
    "nl": {"mar": 3, "maa": 3},
    "bg": {"ноем": 11, "септ": 9},
    "id": {"nopember": 11, "pebruari": 2, "agt": 8},
    "eu": {
        "urtarrilaren": 1, "otsailaren": 2, "martxoaren": 3, "apirilaren": 4, "maiatzaren": 5,
        "ekainaren": 6, "uztailaren": 7, "abuztuaren": 8, "irailaren": 9, "urriaren": 10,
        "azaroaren": 11, "abenduaren": 12,
    },
    "ru": {"март": 3, "сен": 9, "нояб": 11, "ноя": 11},
}  # fmt: skip


def words(text: str) -> list[str]:
    """Return the words of a text, without digits and punctuation."""
    return _WORDS.findall(text)


@lru_cache(maxsize=4096)
def month_of(name: str, language: str | None = None) -> int | None:
    """Return the number of a month, from its name or abbreviation in any case.

    A name that means different months in different languages (the Croatian October is the
    Czech November) is read in the given language only.
    """
    key = _key(name)
    own = _names(language.replace("_", "-").split("-")[0].lower()) if language else {}
    if key.startswith(_IN_HEBREW):
        key = key if key in _names("he") else key[1:]
    return own.get(key) or _names("en").get(key) or _unambiguous().get(key)


def _key(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(words(_MARKS.sub("", decomposed).replace("ı", "i")))


@cache
def _names(language: str) -> dict[str, int]:
    names = dict(_further(language))
    for locale in _VARIANTS.get(language, (language,)):
        names |= {name: month for name, month in _listed(locale) if len(name) > 1}
    return names


def _further(language: str) -> dict[str, int]:
    return _FURTHER.get(language, {})


def _listed(locale: str) -> Iterator[tuple[str, int]]:
    for name, month in cldr()["months"].get(locale, {}).items():
        yield _key(name), month


@cache
def _unambiguous() -> dict[str, int]:
    months: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for name, month in _names(language).items():
            months.setdefault(name, set()).add(month)
    return {name: found.pop() for name, found in months.items() if len(found) == 1}
