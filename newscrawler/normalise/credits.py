"""Recognise the lines by which a text is credited to a wire service."""

from __future__ import annotations

import re

from newscrawler.normalise.agencies import agency_of, has_agency_word, is_agency
from newscrawler.normalise.text import clean_line

# Characters; what is longer is a sentence.
_LONGEST = 120
_LONGEST_CODE = 6
_PICTURE = re.compile(
    r"\b(?:photos?|fotos?|photograph\w*|image[ns]?|imagen|bild(?:er|rechte)?|picture|video|grafik|"
    r"graphic|fotografía|getty|file|archiv\w*|фото)\b|写真|사진|图片|圖|صورة",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:©|\(c\)|copyright|sources?|quellen?|fuentes?|font[ei]|bron|kilde|källa|lähde|zdroj|źródło|"
    r"izvor|kaynak|forrás|sursa|πηγή|источник|джерело|via|by|von|par|por|di|da|door|av|от|"
    r"来源|來源|出典|配信|提供|المصدر)(?![^\W\d_])\s?[:：]?\s?",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"[.,;]?\s*(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|"
    r"todos los derechos|tutti i diritti|riproduzione riservata)\b.*$|\b(?:19|20)\d\d\b|"
    r"[,;]?\s?\bdpa:[\d-]+(?:/\d+)?",
    re.IGNORECASE,
)
# Between the one that wrote and the agency that it wrote with.
_WITH = re.compile(
    r"\s*(?:[/,+&|;–—]|\s-\s|\b(?:and|und|et|y|e|i|og|och|en|и|mit(?: material(?: von)?)?|"
    r"with(?: inputs? from)?|avec|con(?: informaci[oó]n de)?|com(?: informações d[aeo])?|met|med|z|"
    r"za|via|from|agencies|agenturen|agencias|agences)\b)\s*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[\s.]*[(（\[【]([^()（）\[\]【】]{2,80})[)）\]】][\s.]*$")
_SENTENCE_END = tuple(".!?…”“»«\"’')。！？」؟۔।")
_REPORTING = re.compile(
    r"^[\s(]*(?:additional )?(?:reporting|writing|editing|reportage|berichtet von|reporte|"
    r"redacción|reportería|rédigé|edited|edición|edizione|redazione)\b.{0,400}?\(([^()]{2,40})\)[\s.]*$",
    re.IGNORECASE,
)
_DASHED = re.compile(r"^[\s–—-]+")


def credited(text: str, own_names: frozenset[str] = frozenset()) -> str | None:
    """Return the wire service if a text says no more than whose it is: `(dpa/lno)`, `© 2026 AFP`.

    `own_names` are folded names of the site, which may stand beside it. Credits of pictures give
    nothing.
    """
    line = clean_line(text)[: _LONGEST + 1]
    if not line or len(line) > _LONGEST or _PICTURE.search(line):
        return None
    bare = _RIGHTS.sub("", _DASHED.sub("", line.strip("()（）[]【】 .")))
    for _ in range(2):  # `Source: © AFP`
        bare = _LABEL.sub("", bare.strip(" .,:;–—-"))
    parts = [part.strip(" .()") for part in _WITH.split(bare)]
    named = [part for part in parts if part]
    agencies = [part for part in named if is_agency(part)]
    others = [part for part in named if part not in agencies]
    if agencies and all(_may_stand_beside(part, own_names) for part in others):
        return agency_of(agencies[0])
    return None


def _may_stand_beside(part: str, own_names: frozenset[str]) -> bool:
    """Tell a desk's code, initials, or the site itself."""
    is_code = part.islower() and len(part) <= _LONGEST_CODE and part.isalpha()
    is_initials = part.isupper() and len(part) <= _LONGEST_CODE
    return is_code or is_initials or part.casefold() in own_names


def closing_credit(paragraph: str, own_names: frozenset[str] = frozenset()) -> str | None:
    """Return the wire service credited at the end of a text's last paragraph.

    That is a line of its own, or brackets behind the end of a sentence. The initials that
    explain a name (`the Press Trust of India (PTI)`) belong to the sentence.
    """
    whole = credited(paragraph, own_names)
    if whole:
        return whole
    reporting = _REPORTING.match(paragraph) if len(paragraph) < 600 else None
    if reporting:
        return credited(reporting[1], own_names)
    match = _BRACKETS.search(paragraph[-_LONGEST:])
    if match is None:
        return None
    before = (
        paragraph[: len(paragraph) - len(match[0])] + match[0][: match.start(1) - match.start()]
    )
    ends_before = before.rstrip("(（[【 ").endswith(_SENTENCE_END)
    return credited(match[1], own_names) if ends_before else None


def stated_service(name: str) -> str | None:
    """Return what a page calls the source of its text where that is a wire service."""
    agency = credited(name)
    if agency:
        return agency
    line = clean_line(name)
    return line if has_agency_word(line) and len(line) <= _LONGEST else None
