"""Recognise the wire services by the names they are credited with."""

from __future__ import annotations

import re
from functools import cache

# Under which name each is credited; further spellings in any case.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "AAP": ("Australian Associated Press",),
    "Adnkronos": (),
    "AFP": ("Agence France-Presse", "Agence France Presse", "АФП", "ا ف ب", "法新社"),
    "Agência Brasil": ("Agencia Brasil",),
    "Anadolu": ("Anadolu Agency", "Anadolu Ajansı"),
    "ANSA": (),
    "AP": ("Associated Press", "The Associated Press", "美联社", "أسوشيتد برس"),
    "BelTA": ("БЕЛТА",),
    "Bloomberg": ("Bloomberg News",),
    "CNS": ("Catholic News Service",),
    "dpa": ("Deutsche Presse-Agentur", "dpa-infocom", "dpa-AFX"),
    "EFE": ("Agencia EFE", "EFECOM", "ACAN-EFE"),
    "epd": ("Evangelischer Pressedienst",),
    "Europa Press": ("Europapress",),
    "IANS": (),
    "Interfax": ("Интерфакс", "Interfax.ru"),
    "IRNA": (),
    "Jiji": ("Jiji Press", "時事"),
    "Keystone-SDA": ("Keystone/SDA",),
    "KNA": ("Katholische Nachrichten-Agentur",),
    "Kyodo": ("Kyodo News", "共同", "共同通信"),
    "LaPresse": (),
    "Lusa": ("Agência Lusa",),
    "Notimex": (),
    "PA Media": ("Press Association", "PA news agency"),
    "Prensa Latina": (),
    "RIA Novosti": ("РИА Новости", "RIA-Novosti"),
    "Reuters": ("Thomson Reuters", "Рейтер", "رويترز", "ロイター", "路透社", "로이터"),
    "Ritzau": (),
    "Sputnik": ("Спутник", "سبوتنيك"),
    "Tanjug": ("Танјуг",),
    "TASS": ("ITAR-TASS", "ТАСС", "ИТАР-ТАСС"),
    "Télam": ("Telam",),
    "The Canadian Press": ("Canadian Press",),
    "Ukrinform": ("Укринформ", "Укрінформ"),
    "UPI": ("United Press International",),
    "Xinhua": ("Xinhua News Agency", "新华社", "新華社", "新华"),
    "Yonhap": ("Yonhap News", "연합뉴스", "聯合"),
}
# Short names that are words or initials in another case.
_INITIALS = (
    *("AGI", "ANA-MPA", "ANI", "ANP", "AP", "APA", "APS", "Antara", "BNS", "BTA", "Belga"),
    *("Bernama", "CNA", "Hina", "JTA", "MENA", "MTI", "NTB", "PAP", "PTI", "QNA", "SID", "SPA"),
    *("STT", "TASR", "TT", "UNI", "WAM", "ČTK"),
)
_EXACT = {name: name for name in _INITIALS} | {
    "AA": "Anadolu",
    "AFX": "dpa",
    "ANTARA": "Antara",
    "BELGA": "Belga",
    "CP": "The Canadian Press",
    "HINA": "Hina",
    "PA": "PA Media",
    "RIA": "RIA Novosti",
    "SDA": "Keystone-SDA",
    "sda": "Keystone-SDA",
}
# These stand next to their neighbours without a space.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


def agency_of(text: str) -> str | None:
    """Return the usual name of the first wire service that a byline or credit names."""
    found = [match for pattern in _patterns() if (match := pattern.search(text))]
    if not found:
        return None
    # Of two names that begin together (RIA, RIA Novosti) the longer one is meant.
    first = min(found, key=lambda match: (match.start(), -match.end()))
    return _usual_names().get(first[0].casefold()) or _EXACT.get(first[0])


def is_agency(name: str) -> bool:
    """Tell whether the whole text is the name of a wire service."""
    bare = re.sub(r"^the\s", "", name.strip(), flags=re.IGNORECASE)
    return bare in _EXACT or bare.casefold() in _usual_names()


@cache
def _usual_names() -> dict[str, str]:
    every = {usual: (usual, *others) for usual, others in _SPELLINGS.items() if usual != "AP"}
    every["AP"] = _SPELLINGS["AP"]
    return {one.casefold(): usual for usual, names in every.items() for one in names}


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return (_any_of(_usual_names(), re.IGNORECASE), _any_of(_EXACT, re.NOFLAG))


def _any_of(names: dict[str, str], flags: re.RegexFlag) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(_whole_word, longest_first)), flags)


def _whole_word(name: str) -> str:
    bounded = not _UNSPACED.search(name)
    return rf"(?<![\w-]){re.escape(name)}(?![\w-])" if bounded else re.escape(name)
