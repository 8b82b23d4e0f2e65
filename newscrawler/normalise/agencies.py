"""Recognise the wire services by the names they are credited with."""

from __future__ import annotations

import re
from functools import cache

# Under which name each is credited; further spellings in any case.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "AAP": ("Australian Associated Press",),
    "Adnkronos": (),
    "AFP": ("Agence France-Presse", "Agence France Presse", "АФП", "ا ف ب", "فرانس برس", "法新社"),
    "Agência Brasil": ("Agencia Brasil",),
    "Agência Estado": ("Agencia Estado", "Estadão Conteúdo", "Estadao Conteudo"),
    "Agencja Informacyjna ISBnews": ("ISBnews",),
    "Agerpres": (),
    "Anadolu": ("Anadolu Agency", "Anadolu Ajansı"),
    "ANSA": ("Agenzia ANSA",),
    "Armenpress": ("Արմենպրես", "Арменпресс"),
    "AP": ("Associated Press", "The Associated Press", "美联社", "أسوشيتد برس"),
    "BelTA": ("БЕЛТА",),
    "Bloomberg": ("Bloomberg News",),
    "CNS": ("Catholic News Service",),
    "Colpisa": (),
    "DHA": ("Demirören Haber Ajansı",),
    "dpa": ("Deutsche Presse-Agentur", "dpa-infocom", "dpa-AFX"),
    "EFE": ("Agencia EFE", "EFECOM", "ACAN-EFE"),
    "epd": ("Evangelischer Pressedienst",),
    "Europa Press": ("Europapress",),
    "İHA": ("İhlas Haber Ajansı",),
    "IANS": ("Indo-Asian News Service",),
    "Interfax": ("Интерфакс", "Interfax.ru"),
    "IRNA": (),
    "Jiji": ("Jiji Press", "時事"),
    "Keystone-SDA": ("Keystone/SDA",),
    "KNA": ("Katholische Nachrichten-Agentur",),
    "KCNA": ("Korean Central News Agency", "조선중앙통신"),
    "Kyodo": ("Kyodo News", "共同", "共同通信"),
    "LaPresse": (),
    "Lusa": ("Agência Lusa", "Agencia Lusa"),
    "Newsis": ("뉴시스",),
    "Notimex": (),
    "News1": ("뉴스1",),
    "PA Media": ("Press Association", "PA news agency"),
    "Prensa Latina": (),
    "RIA Novosti": ("РИА Новости", "RIA-Novosti"),
    "Reuters": ("Thomson Reuters", "Рейтер", "رويترز", "ロイター", "路透社", "로이터"),
    "Ritzau": (),
    "Sputnik": ("Спутник", "سبوتنيك"),
    "Tanjug": ("Танјуг",),
    "TASS": ("ITAR-TASS", "ТАСС", "ИТАР-ТАСС"),
    "Télam": ("Telam", "Agencia Télam"),
    "The Canadian Press": ("Canadian Press",),
    "Ukrinform": ("Укринформ", "Укрінформ"),
    "UPI": ("United Press International",),
    "Xinhua": ("Xinhua News Agency", "新华社", "新華社", "新华"),
    "WAFA": (),
    "Yonhap": ("Yonhap News", "Yonhap News Agency", "연합뉴스"),
}
# Short names that are words or initials in another case.
_INITIALS = (
    *("AGI", "ANA-MPA", "ANI", "ANP", "AP", "APA", "APS", "Antara", "BNS", "BTA", "Belga"),
    *("Bernama", "CNA", "Hina", "JTA", "KUNA", "MENA", "MTI", "NTB", "PAP", "PTI", "QNA", "SID"),
    *("SITA", "SPA", "STA", "STT", "TASR", "TT", "UNI", "UNIAN", "WAM", "ČTK"),
)
# Names of people, places and things as well: alone, or beside a sign, they are the agency.
_WORDS = frozenset({"antara", "belga", "bernama", "hina", "lusa", "colpisa"})
# What the full names of agencies say that are credited by their initials.
_IN_FULL = {
    "Press Trust of India": "PTI", "Asian News International": "ANI",
    "Austria Presse Agentur": "APA",
    "Magyar Távirati Iroda": "MTI", "Česká tisková kancelář": "ČTK",
    "Polska Agencja Prasowa": "PAP", "Saudi Press Agency": "SPA", "Emirates News Agency": "WAM",
    "Middle East News Agency": "MENA", "Norsk Telegrambyrå": "NTB", "Suomen Tietotoimisto": "STT",
    "Tidningarnas Telegrambyrå": "TT", "Algemeen Nederlands Persbureau": "ANP",
    "Bulgarian News Agency": "BTA", "Slovenska tiskovna agencija": "STA",
    "Athens-Macedonian News Agency": "ANA-MPA", "ΑΠΕ-ΜΠΕ": "ANA-MPA", "БТА": "BTA",
    "Sport-Informations-Dienst": "SID", "Agence Télégraphique Suisse": "Keystone-SDA",
    "Kuwait News Agency": "KUNA", "Qatar News Agency": "QNA", "Algérie Presse Service": "APS",
    "Tlačová agentúra Slovenskej republiky": "TASR", "Jewish Telegraphic Agency": "JTA",
    "Central News Agency": "CNA", "中央社": "CNA", "УНИАН": "UNIAN", "УНІАН": "UNIAN", "وام": "WAM",
    "واس": "SPA", "د ب أ": "dpa", "وكالة الأناضول": "Anadolu", "الأناضول": "Anadolu",
}  # fmt: skip
_EXACT = (
    {name: name for name in _INITIALS}
    | _IN_FULL
    | {
        "AA": "Anadolu",
        "ATS": "Keystone-SDA",
        "CTK": "ČTK",
        "AFX": "dpa",
        "ANTARA": "Antara",
        "BELGA": "Belga",
        "CP": "The Canadian Press",
        "HINA": "Hina",
        "PA": "PA Media",
        "RIA": "RIA Novosti",
        "SDA": "Keystone-SDA",
        "sda": "Keystone-SDA",
        "ats": "Keystone-SDA",
        "sid": "SID",
    }
)
_AGENCY_WORD = re.compile(
    r"\b(?:news ?wire|wire|news (?:agency|service)|press (?:agency|association|trust)|"
    r"nachrichtenagentur|presse-?agentur|pressedienst|agence(?: de)? presse|agencia|agência|"
    r"agenzia|agencja|agentura|haber ajansı|ajansı|nyhetsbyrå|nyhedsbureau|persbureau|"
    r"агентств[оа]|информагентство)\b|وكالة|通讯社|通訊社|通信社|통신",
    re.IGNORECASE,
)
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


def has_agency_word(name: str) -> bool:
    """Tell a name that says itself that it is one of a wire service (`Wire One`)."""
    return bool(_AGENCY_WORD.search(name))


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
    if _UNSPACED.search(name):
        return re.escape(name)
    # `Hina Khan` and `Lusa Vieira` are people.
    alone = (r"(?<!\w\s)", r"(?!\s\w)") if name.casefold() in _WORDS else ("", "")
    return rf"{alone[0]}(?<![\w-]){re.escape(name)}(?![\w-]){alone[1]}"
