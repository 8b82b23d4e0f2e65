"""Makes `newscrawler/normalise/cldr.json` from Babel: `python -m tests.normalise.cldr > FILE`."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import version
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers

SOURCE = f"Unicode CLDR (Unicode License v3), as Babel {version('babel')} has it"
# Languages whose own name for themselves is read, and locales whose months have further names.
NATIVE = (
    *("ar", "bg", "bn", "ca", "cs", "da", "de", "el", "es", "et", "fa", "fi", "fr", "he", "hi"),
    *("hr", "hu", "id", "it", "ja", "ka", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru"),
    *("sk", "sl", "sr", "sv", "th", "tr", "uk", "ur", "vi", "zh"),
)
VARIANTS = ("ar_LB", "ar_MA", "ar_DZ", "de_AT", "sr_Latn")
AREAS = ("Africa/", "America/", "Asia/", "Australia/", "Europe/", "Pacific/")


def cldr() -> dict[str, Any]:
    """Return what the project reads of the CLDR."""
    english = Locale("en")
    bare = sorted(one for one in locale_identifiers() if re.fullmatch("[a-z]{2,3}", one))
    months = {one: months_of(one) for one in (*bare, *VARIANTS)}
    aliases = {
        code: shorter
        for code, shorter in sorted(get_global("language_aliases").items())
        if re.fullmatch("[a-z]{2,3}", code) and re.fullmatch("[a-z]{2}", shorter)
    }
    return {
        "source": SOURCE,
        "months": {one: names for one, names in months.items() if names},
        "aliases": aliases,
        "languages": dict(sorted(english.languages.items())),
        "own_names": {one: Locale(one).get_language_name() for one in NATIVE},
        "scripts": sorted(english.scripts),
        "territories": dict(sorted(english.territories.items())),
        "cities": cities(),
    }


def months_of(identifier: str) -> dict[str, int]:
    """Return the months' names and abbreviations in a language, those made of numbers aside."""
    months = Locale.parse(identifier).months
    return {
        name: month
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for month, name in months[context][width].items()
        if not re.search(r"\d", name)
    }


def cities() -> list[str]:
    """Return the cities that time zones are named after."""
    zones = (zone for zone in get_global("zone_territories") if zone.startswith(AREAS))
    return sorted({zone.rpartition("/")[2].replace("_", " ") for zone in zones})


if __name__ == "__main__":
    json.dump(cldr(), sys.stdout, ensure_ascii=False, separators=(",", ":"), indent=None)
    sys.stdout.write("\n")
