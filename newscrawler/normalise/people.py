"""Take bylines apart into names, and tell people from organisations."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from newscrawler.normalise.agencies import agency_of, is_agency
from newscrawler.normalise.byline_words import (
    CONJUNCTION,
    DATE_LABEL,
    DESK,
    KOREAN_ROLE,
    LABEL,
    LABEL_OR_NAME,
    NOT_AUTHORS,
    PARTICLES,
    PLACEHOLDERS,
    ROLE,
    WHEREABOUTS,
)
from newscrawler.normalise.calendar_days import first_day
from newscrawler.normalise.places import is_place
from newscrawler.normalise.text import clean_line, fold, unique

__all__ = ["agency_of", "is_full_name", "is_organisation", "is_placeholder_name", "split_names"]

_ADDRESS = re.compile(
    r"\S+(?:@|\[at\]|\(at\))\S+|(?:https?://|www\.)[^\s()]+|(?<!\w)@\w+", re.IGNORECASE
)
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】")
_PHOTO = re.compile(
    r"^(?:fotos?|photos?|photograph(?:y|er)?|images?|bild(?:er)?|фото)\b\s?(?:by|von|:|©)",
    re.IGNORECASE,
)
_HARD_BREAK = re.compile(r"\s?[;|、；•·]\s?|\s?[/／](?!\S*\.\S)\s?|\s[–—-]\s")
_GENERATION = re.compile(r",\s*((?:Jr|Sr)\b\.?|I{2,3}\b|IV\b)")
_DOMAIN = re.compile(r"[\w-]+\.(?:[a-z]{2,3}|info|online|news)(?:/\w+)?", re.IGNORECASE)
_AROUND = " \t,.:;|/-–—&·•*→"
_ABBREVIATED_END = re.compile(r"(?:^|[\s.])(?:\w|jr|sr|inc|ltd|co|e\.\s?v)\.$", re.IGNORECASE)
# More is not a byline, and would only cost time.
_LONGEST_BYLINE = 2000
# A longer part is a sentence, not a name.
_LONGEST = 80


def split_names(byline: str, site_names: Iterable[str] = ()) -> list[str]:
    """Return the names of a byline, without labels, roles, places, dates and addresses.

    `site_names` are what the publisher calls itself: cut where they follow or precede a name.
    A conjunction separates full names only, so that `Ortega y Gasset` stays one.
    """
    text = clean_line(_ADDRESS.sub(" ", html.unescape(byline[:_LONGEST_BYLINE])))
    if "{{" in text:
        return []
    text = NOT_AUTHORS.sub("", text)
    text = _without_site(_without_date(text), list(site_names))
    return unique(_names(_GENERATION.sub(r" \1", _without_brackets(text))))


def is_organisation(name: str, site_names: Iterable[str] = ()) -> bool:
    """Tell an agency, a desk, a company or the site itself from a person."""
    key = fold(name)
    if key in map(fold, site_names) or is_agency(name) or _DOMAIN.fullmatch(name.strip()):
        return True
    parts = [part for part in re.split(r"\s?[/,+]\s?", name) if part]
    return bool(DESK.search(key)) or (len(parts) > 1 and any(map(is_agency, parts)))


def is_full_name(name: str) -> bool:
    """Tell a first name and a surname, or an agency, from a single word, a role and a place."""
    return _could_sign(name) and not any(map(str.isdigit, name))


def is_placeholder_name(name: str) -> bool:
    """Tell a login, an address or an unfilled field from the name of an author."""
    key = fold(name)
    return (
        key in PLACEHOLDERS
        or len(key) < 2
        or not any(character.isalpha() for character in key)
        or "{{" in key
        or bool(_ADDRESS.search(key[:_LONGEST_BYLINE]))
    )


def _without_date(text: str) -> str:
    try:
        date = first_day(text, None) if re.search(r"\d{4}", text) else None
    except ValueError:
        return text
    if date is None:
        return text
    before = DATE_LABEL.sub("", " " + text[: date.start]).strip(_AROUND)
    return before or text[date.end :].lstrip(_AROUND)


def _without_site(text: str, site_names: list[str]) -> str:
    for site in sorted(filter(None, map(clean_line, site_names)), key=len, reverse=True):
        if not (text.isascii() and site.isascii()) or site.lower() in text.lower():
            for edge in _edges_with(site):
                text = edge.sub("", text) or text
    return text


@lru_cache(maxsize=256)
def _edges_with(site: str) -> tuple[re.Pattern[str], ...]:
    """Return what finds the name of a site behind and before another name."""
    name = re.escape(site)
    edges = (rf"\s*[.,|/–—-]\s*{name}\W*$", rf"^{name}\s*[|/:–—-]\s+")
    return tuple(re.compile(edge, re.IGNORECASE) for edge in edges)


def _without_brackets(text: str) -> str:
    return clean_line(_BRACKETED.sub(" ", text)) or text.strip("()[]")


def _names(text: str) -> Iterator[str]:
    parts = [part for part in _HARD_BREAK.split(text) if part]
    for place, part in enumerate(parts):
        is_initials = part.islower() and len(part) <= 4 and not is_agency(part) and len(parts) > 1
        is_whereabouts = place > 0 and is_place(part)
        if not (is_initials or is_whereabouts or _PHOTO.match(part)):
            yield from _names_between_commas(part)


def _names_between_commas(text: str) -> Iterator[str]:
    pieces = [
        piece for piece in re.split(r"\s?[,，،]\s?", _unlabelled(text)) if piece.strip(_AROUND)
    ]
    if _is_inverted(pieces):
        pieces = [f"{pieces[1]} {pieces[0]}"]
    for place, piece in enumerate(pieces):
        for name in _split_at_conjunctions(_unlabelled(piece)):
            tidy = _tidy(name)
            if tidy and (_could_sign(tidy) if place else not _is_only_role(tidy)):
                yield tidy


def _is_inverted(pieces: list[str]) -> bool:
    """Tell `Smith, John`, as libraries write it."""
    return len(pieces) == 2 and all(
        re.fullmatch(r"[^\W\d_][\w'’.-]+", piece)
        and piece[0].isupper()
        and not piece.isupper()
        and not (is_place(piece) and piece is pieces[1])
        and not is_organisation(piece)
        and not ROLE.search(piece)
        for piece in pieces
    )


def _split_at_conjunctions(text: str) -> list[str]:
    parts = CONJUNCTION.split(text)
    names = parts[:1]
    for conjunction, part in zip(parts[1::2], parts[2::2], strict=True):
        if _is_full(names[-1]) and _is_full(part):
            names.append(part)
        else:
            names[-1] += conjunction + part
    return names


def _is_full(name: str) -> bool:
    return len(name.split()) > 1 or is_agency(name.strip())


def _unlabelled(text: str) -> str:
    before = None
    while before != text:
        before = text
        text = LABEL.sub("", text.lstrip(_AROUND + "："), count=1)
        text = _without_preposition(text)
    return _trimmed(text)


def _without_preposition(text: str) -> str:
    """Cut `Von` before a full name, but not of `Von Trier`."""
    match = LABEL_OR_NAME.match(text)
    if not match:
        return text
    rest = text[match.end() :]
    is_preposition = match[0][0].islower() or _is_full(rest) or is_organisation(rest)
    return rest if is_preposition and rest[:1].isupper() else text


def _tidy(name: str) -> str:
    name = KOREAN_ROLE.sub("", name if is_organisation(name) else WHEREABOUTS.sub(r"\1", name))
    role = ROLE.search(name)
    if role and len(name[: role.start()].split()) > 1 and not is_organisation(name):
        name = name[: role.start()]
    name = _trimmed(name)
    return _from_capitals(name) if len(name) <= _LONGEST else ""


def _trimmed(name: str) -> str:
    name = name.strip()
    ends_in_abbreviation = _ABBREVIATED_END.search(name)
    trimmed = name.strip(_AROUND)
    return trimmed + "." if ends_in_abbreviation and trimmed else trimmed


def _could_sign(name: str) -> bool:
    """Tell a further name from the place, role or title after a name."""
    if is_agency(name):
        return True
    words = name.split()
    capitalised = [word for word in words if word[0].isupper() or not word[0].islower()]
    return (
        1 < len(words) <= 5
        and all(word in capitalised or word.lower() in PARTICLES for word in words)
        and not ROLE.search(name)
        and not is_place(name)
    )


def _is_only_role(name: str) -> bool:
    match = ROLE.search(name)
    return match is not None and match[0].strip() == name


def _from_capitals(name: str) -> str:
    words = name.split()
    if len(words) < 2 or is_organisation(name):
        return name
    shortest = 1 if name.isupper() else 4
    return " ".join(
        _capitalised(word, at > 0) if _is_shouted(word) and len(word) >= shortest else word
        for at, word in enumerate(words)
    )


def _is_shouted(word: str) -> bool:
    """Tell capitals from a word that mixes them with a script without capitals."""
    return all(character.isupper() for character in word if character.isalpha())


def _capitalised(word: str, may_be_particle: bool) -> str:
    if "." in word:
        return word
    if may_be_particle and word.lower() in PARTICLES:
        return word.lower()
    titled = re.sub(r"[^\W_]+", lambda part: part[0].capitalize(), word)
    return re.sub(r"^Mc([a-z])", lambda match: "Mc" + match[1].upper(), titled)
