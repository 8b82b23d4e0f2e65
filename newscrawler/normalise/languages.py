"""Bring the language that a page states into a BCP 47 tag."""

from __future__ import annotations

import re
from functools import cache

from newscrawler.normalise.cldr import cldr

_SUBTAGS = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_LEGACY = {"iw": "he", "in": "id", "ji": "yi"}
# RFC 5646, section 2.2.1, and the locales of Open Graph, whose `es_LA` is Latin America.
_REGIONS = {"UK": "GB"}
_WHOLE = {"es-LA": "es-419"}
_NOT_A_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})


def language_tag(raw: str) -> str | None:
    """Return the tag in canonical case, from a tag, a locale, an ISO 639-2 code or a name.

    Of several (`en, fr`) the first counts. Extensions and unknown regions are left out.
    """
    first = re.split(r"[,;]", raw, maxsplit=1)[0].strip()
    tag = re.sub(r"[.@].*", "", first).replace("_", "-")
    if _SUBTAGS.fullmatch(tag):
        return _canonical(tag.split("-"))
    return _by_name().get(first.casefold())


def _canonical(subtags: list[str]) -> str | None:
    language = _language(subtags[0].lower())
    if language is None:
        return None
    tag = "-".join([language, *_refinements(subtags[1:])])
    return _WHOLE.get(tag, tag)


def _language(code: str) -> str | None:
    code = _LEGACY.get(code) or _two_letters(code)
    known = code in cldr()["languages"] and code not in _NOT_A_LANGUAGE
    return code if known else None


def _two_letters(code: str) -> str:
    shorter = cldr()["aliases"].get(code, code) if len(code) == 3 else code
    return shorter if re.fullmatch("[a-z]{2}", shorter) else code


def _refinements(subtags: list[str]) -> list[str]:
    kept = []
    for subtag in subtags:
        if len(subtag) == 1:
            break
        kept.append(_refinement(subtag))
    return [subtag for subtag in kept if subtag]


def _refinement(subtag: str) -> str:
    if re.fullmatch("[A-Za-z]{4}", subtag):
        script = subtag.title()
        return script if script in cldr()["scripts"] else ""
    if re.fullmatch("[A-Za-z]{2}|[0-9]{3}", subtag):
        region = _REGIONS.get(subtag.upper(), subtag.upper())
        return region if region in cldr()["territories"] else ""
    variant = re.fullmatch("[0-9][A-Za-z0-9]{3}|[A-Za-z0-9]{5,8}", subtag)
    return subtag.lower() if variant else ""


@cache
def _by_name() -> dict[str, str]:
    english = {name.casefold(): code for code, name in cldr()["languages"].items()}
    own = {name.casefold(): code for code, name in cldr()["own_names"].items()}
    return {name: code.replace("_", "-") for name, code in (english | own).items()}
