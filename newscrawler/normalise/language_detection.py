"""Tell the language of a text by its script and its commonest words."""

from __future__ import annotations

import re
from collections import Counter

# Letters that only one of the languages of the news writes, the surest first.
_SCRIPTS = (
    ("ja", "\u3040-\u30ff"),
    ("ko", "\uac00-\ud7a3"),
    ("zh", "\u4e00-\u9fff"),
    ("th", "\u0e00-\u0e7f"),
    ("he", "\u0590-\u05ff"),
    ("el", "\u0370-\u03ff"),
    ("hi", "\u0900-\u097f"),
    ("bn", "\u0980-\u09ff"),
    ("ta", "\u0b80-\u0bff"),
    ("ka", "\u10a0-\u10ff"),
    ("hy", "\u0530-\u058f"),
)
_WRITTEN = [(language, re.compile(f"[{letters}]")) for language, letters in _SCRIPTS]
_WORD = re.compile(r"[^\W\d_]+")
# Words that stand in every other sentence of one language and in few of the others.
_COMMON = {
    "ar": "في من على إلى أن التي الذي عن هذا هذه ما كان قال بعد",
    "bg": "на за се от със като който това след са беше ще е и",
    "ca": "els amb les per què també és dels aquest més una són i",
    "cs": "se na je že jako který byl pro jsou ale také podle není by",
    "da": "og det som til af ikke den har jeg med blev hvor efter været",
    "de": "und der die das ist nicht mit auf für von ein eine dem den auch wird sich zu",
    "en": "the of and to in is that for was with as it are this be have from",
    "es": "el la los las que del por con una para como más pero su fue está y",
    "et": "ja on et ei see kui mis oli ka aga või ning oma",
    "fa": "در به از که این را با است برای آن شد می های",
    "fi": "ja on ei että se oli kun myös mutta ovat hän tai sekä",
    "fr": "le les des est une dans pour que qui sur pas avec plus son au du et",
    "hr": "je se na da su za od koji što nije bio ali kao i",
    "hu": "a az és hogy nem is egy meg volt csak mint de már ez",
    "id": "yang dan di dengan untuk dari ini pada itu tidak dalam akan oleh",
    "it": "il che di è per non una con del della sono anche più gli nel ha",
    "nl": "het een van en de dat niet op te met voor zijn ook aan werd",
    "no": "og det som til av ikke den har jeg med ble etter vært å på",
    "pl": "się nie na że jest do jak ale przez oraz tym po który od",
    "pt": "o os que do da em não uma com para mais dos ao foi é são",
    "ro": "și de la în cu care pe nu este din pentru mai sunt fost",
    "ru": "и в не на что с по как это его для из был от но",
    "sv": "och att det som är för inte den har av med på till jag ett",
    "tr": "ve bir bu için ile da de olarak daha çok olan ise gibi",
    "uk": "і в не на що з як це та до його для було від але у",
    "vi": "của và là có được cho trong không với các một những người",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
# Fewer hits may be names and loan words; closer rivals are languages that share their words.
_FEWEST = 5
_LEAD = 1.25
LONGEST = 4000  # characters: enough for some 600 words


def language_of(text: str) -> str | None:
    """Return the two-letter code of the language of a text, None where it is not clear."""
    sample = text[:LONGEST].casefold()
    letters = sum(map(str.isalpha, sample))
    for language, script in _WRITTEN:
        # Japanese mixes its syllables with Chinese characters.
        if len(script.findall(sample)) * (8 if language == "ja" else 2) > letters > 0:
            return language
    words = Counter(_WORD.findall(sample))
    hits = {language: sum(words[word] for word in common) for language, common in _WORDS.items()}
    (best, most), (_, second) = Counter(hits).most_common(2)
    return best if most >= _FEWEST and most >= second * _LEAD else None
