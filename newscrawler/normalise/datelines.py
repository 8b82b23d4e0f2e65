"""Take the dateline of a wire text off its paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newscrawler.normalise.agencies import agency_of, is_agency
from newscrawler.normalise.byline_words import PARTICLES
from newscrawler.normalise.months import month_of
from newscrawler.normalise.places import is_city, is_place
from newscrawler.normalise.text import clean_line

# A longer opening is a sentence with brackets in it.
_LONGEST = 80
_DASH = r"(?:\s?\.?\s?[-–—―−]{1,2}\s+|\s?—\s?)"
_PLAIN_DASH = r"(?:\s?[-–—―−]{1,2}\s+|\s?—\s?)"
_DAY = r"(?:\d{1,2}\.?\s(?P<after>[^\W\d_]+)|(?P<before>[^\W\d_]+)\.?\s\d{1,2}(?:st|nd|rd|th)?)\.?"
_DATE_AT_END = re.compile(rf"(?:,\s?|\.\s|\s)(?:{_DAY})(?:,?\s\d{{4}})?\.?$")
_DATE_AT_START = re.compile(rf"(?:{_DAY})(?:,?\s\d{{4}})?{_DASH}")
# Behind a bracket a dash needs no blank: `CARACAS (Sputnik)-The`.
_CLOSE_DASH = r"\s?[-–—―−‐‑]{1,2}\s?(?=[^\W\d_]|[\"“«„])"
_BRACKETED = re.compile(
    rf"(?P<lead>[^()]{{0,80}}?)\s?\((?P<source>[^()]{{2,40}})\)"
    rf"(?P<close>{_DASH}|{_CLOSE_DASH}|\s?$)"
)
_UNBRACKETED = re.compile(rf"(?P<lead>[^()]{{3,60}}?)(?P<close>{_PLAIN_DASH})(?=\S)")
# МОСКВА, 10 апр - РИА Новости. / МОСКВА, 10 апреля. /ТАСС/. / Москва. 10 апреля. INTERFAX.RU -
_SOURCE_LAST = re.compile(
    rf"(?P<text>(?P<lead>[^()/]{{3,40}}?(?:,\s|\.\s|\s){_DAY})(?:{_DASH}|\.?\s)"
    rf"/?(?P<source>[^\s./,()][^./,()]{{1,20}}?(?:\.RU)?)/?)(?:\.\s|{_DASH}|,\s)"
)
_EAST_ASIAN = (
    re.compile(r"(?P<text>【(?P<place>\w{1,8}?)(?P<source>共同|時事|ロイター)[^】]{0,10}】)\s?"),
    re.compile(r"(?P<text>[［\[](?P<place>\w{1,12})\s\d{1,2}日\s(?P<source>\w+)[］\]])\s?-?\s?"),
    re.compile(r"(?P<text>\((?P<place>\w{1,12})=(?P<source>\w+)\))\s?(?:[^=]{2,30}기자\s?=\s?)?"),
    re.compile(
        r"(?P<text>(?P<source>新华社|新華社|中新社)(?P<place>\w{2,8}?)(?:\d+月)?\d+日[电電])\s?"
    ),
)
_NOT_A_PLACE = re.compile(
    r"""(?:by|photos?|fotos?|images?|bild|video|source|quelle|fuente|he|she|it|they|we|i|the|a|an|us|breaking|update|exclusive
    |analysis|factbox|correction|eilmeldung|urgent)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_PICTURE = re.compile(r"photo|file|archiv|foto|via|video", re.IGNORECASE)
_SMALL = PARTICLES | {"and", "of"}
_REGION = re.compile(r"[A-Z][A-Za-z.]{1,9}\.|[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Split:
    """A dateline as printed, what it names, and the paragraph without it."""

    text: str
    place: str | None
    source: str | None
    rest: str


def split_dateline(paragraph: str) -> Split | None:
    """Return the dateline that opens (or is) the paragraph, without its closing dash.

    A place alone (`LONDON — `) counts where it is a known city or has a date or a region with it:
    other words in capitals before a dash are headings.
    """
    line = clean_line(paragraph)
    return _bracketed(line) or _east_asian(line) or _source_last(line) or _place_only(line)


def _bracketed(line: str) -> Split | None:
    match = _BRACKETED.match(line)
    if not match or match.end("source") > _LONGEST:
        return None
    lead, source, rest = match["lead"], match["source"].strip(), line[match.end() :]
    place = _without_date(lead)
    if not (_is_wire(source) and (_may_be_place(place) or (not lead and rest))):
        is_known = is_city(_main(place)) and _main(place).isupper() and _is_title(source)
        if not (is_known and rest) or _PICTURE.search(source):
            return None
    if not lead:
        return _after_source(source, match.group().rstrip(" -–—―−."), rest)
    return Split(line[: match.end("source") + 1], place, source, rest)


def _after_source(source: str, text: str, rest: str) -> Split:
    """Read on after `(ANSA) - ` for `ROMA, 10 APR - `."""
    match = _UNBRACKETED.match(rest)
    place = _without_date(match["lead"]) if match else ""
    if match and place != match["lead"] and _may_be_place(place) and place.isupper():
        return Split(f"{text} - {match['lead']}", place, source, rest[match.end() :])
    return Split(text, None, source, rest)


def _source_last(line: str) -> Split | None:
    match = _SOURCE_LAST.match(line)
    if not match or match.end() > _LONGEST or not is_agency(match["source"]):
        return None
    place = _without_date(match["lead"])
    if place == match["lead"] or not _may_be_place(place):
        return None
    return Split(match["text"], place, match["source"], line[match.end() :])


def _place_only(line: str) -> Split | None:
    match = _UNBRACKETED.match(line)
    if not match:
        return None
    lead, rest = match["lead"], line[match.end() :]
    place = _without_date(lead)
    if not _main(place).isupper() or not _may_be_place(place):
        return None
    dated = _DATE_AT_START.match(rest)
    has_date = place != lead or bool(dated and _names_month(dated))
    if not (has_date or is_city(_main(place)) or _has_region(place)) or not _is_sentence(rest):
        return None
    if dated and _names_month(dated):
        end = match.end() + dated.end()
        return Split(line[:end].rstrip(" -–—―−"), place, None, line[end:])
    return Split(lead, place, None, rest)


def _east_asian(line: str) -> Split | None:
    for pattern in _EAST_ASIAN:
        match = pattern.match(line)
        if match and (agency_of(match["source"]) or pattern is _EAST_ASIAN[-1]):
            return Split(match["text"], match["place"], match["source"], line[match.end() :])
    return None


def _without_date(lead: str) -> str:
    match = _DATE_AT_END.search(lead)
    return lead[: match.start()].rstrip(" ,.") if match and _names_month(match) else lead


def _names_month(match: re.Match[str]) -> bool:
    return month_of(match["after"] or match["before"]) is not None


def _is_wire(source: str) -> bool:
    parts = [part for part in re.split(r"\s?[/,+&]\s?", source) if part]
    rest = [part for part in parts if not is_agency(part)]
    is_desk = all(part.islower() and len(part) <= 4 for part in rest)
    return (len(rest) < len(parts) and is_desk) or _is_branch(source)


def _is_branch(source: str) -> bool:
    """Tell `Sputnik Brasil` and `Reuters Health`, but not `AP Photo`."""
    words = source.split()
    starts_with_agency = is_agency(words[0]) and len(words[0]) > 3
    return starts_with_agency and len(words) <= 3 and not _PICTURE.search(source)


def _main(place: str) -> str:
    return re.split(r"\s?[,/]\s?", place, maxsplit=1)[0]


def _may_be_place(place: str) -> bool:
    main = _main(place)
    words = main.split()
    return (
        len(main) > 2
        and len(words) <= 4
        and not re.search(r"[\d:;!?»«\"“”]", place)
        and not (_NOT_A_PLACE.match(main) and not is_place(main))
        and all(map(_is_title, re.split(r"\s?[,/]\s?", place)))
    )


def _is_title(text: str) -> bool:
    words = text.split()
    return all(not word[0].islower() or word in _SMALL for word in words) and len(words) <= 4


def _has_region(place: str) -> bool:
    region = re.split(r"\s?,\s?", place)[1:2]
    return bool(region) and bool(_REGION.fullmatch(region[0]) or is_place(region[0]))


def _is_sentence(rest: str) -> bool:
    """Tell a paragraph from a heading such as `PARIS - ROUBAIX` or `LONDON - Weather`."""
    words = rest.split()
    return (
        len(words) > 4 and not rest[0].islower() and not (words[0].isupper() and is_city(words[0]))
    )
