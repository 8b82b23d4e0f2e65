"""A text is credited to a wire service in few words, and in many languages."""

from __future__ import annotations

import pytest

from newscrawler.normalise.agencies import agency_of
from newscrawler.normalise.agency_sites import agency_at
from newscrawler.normalise.credits import closing_credit, credited, stated_service

CREDITS = {
    "(SID)": "SID",
    "© 2026 AFP": "AFP",
    "Copyright 2026 The Associated Press. All rights reserved.": "AP",
    "aja/PAP": "PAP",
    "(dpa/lno)": "dpa",
    "dpa-infocom, dpa:261126-99-12345/2": "dpa",
    "Quelle: sid/dpa": "SID",
    "Zdroj: ČTK": "ČTK",
    "Fonte: ANSA": "ANSA",
    "Fuente: Agencia EFE": "EFE",
    "(With inputs from PTI)": "PTI",
    "—IANS": "IANS",
    "(ats/nxp)": "Keystone-SDA",
    "Kaynak: Anadolu Ajansı": "Anadolu",
    "ロイター": "Reuters",
    "来源：新华社": "Xinhua",
    "Источник: ТАСС": "TASS",
    "المصدر: وكالة الأناضول": "Anadolu",
    "연합뉴스": "Yonhap",
    "Ritzau": "Ritzau",
    "(Estadão Conteúdo)": "Agência Estado",
}
NO_CREDITS = [
    *("Photo: AFP", "© REUTERS / Ana Ruiz", "AP Photo/Ana Ruiz", "AFP/Getty Images"),
    *("Foto: dpa", "Hina Khan", "Antara Roy", "The AP said so", "Reuters reported it first", ""),
    *("Map: PA", "Stand: 12 Uhr", "Ana Ruiz", "told Reuters"),
]


@pytest.mark.parametrize(("text", "agency"), CREDITS.items(), ids=CREDITS)
def test_a_credit_names_its_agency(text: str, agency: str) -> None:
    assert credited(text) == agency


@pytest.mark.parametrize("text", NO_CREDITS)
def test_credits_of_pictures_people_and_mentions_are_none(text: str) -> None:
    assert credited(text) is None


@pytest.mark.parametrize(
    ("paragraph", "agency"),
    [
        ("So it is, they said. (FR mit dpa)", "dpa"),
        ("He has 288 votes. (ANSA).", "ANSA"),
        ("“We go on.” (AFP)", "AFP"),
        ("(Reporting by Ana Ruiz in Lima; Editing by Bo Lind) (Reuters)", "Reuters"),
        ("Reporting by Ana Ruiz; Editing by Bo Lind (Reuters)", "Reuters"),
        ("He told Reuters so.", None),
        ("It was first told by the Press Trust of India (PTI).", None),
        ("The vote was won by the Aam Aadmi Party (AAP).", None),
        ("The harbour opens at ten. (Photo: Reuters)", None),
        ("The ferry is back (and late).", None),
    ],
)
def test_the_last_paragraph_credits_behind_its_sentence_alone(
    paragraph: str, agency: str | None
) -> None:
    assert closing_credit(paragraph) == agency


@pytest.mark.parametrize(
    ("name", "service"),
    [("AFP", "AFP"), ("Wire One", "Wire One"), ("Harbour News Agency", "Harbour News Agency"),
     ("The Daily Tide", None), ("Security", None), ("", None)],
)  # fmt: skip
def test_a_stated_source_is_a_wire_service_or_none(name: str, service: str | None) -> None:
    assert stated_service(name) == service


@pytest.mark.parametrize(
    ("url", "agency"),
    [
        ("https://www.reuters.com/world/a/", "Reuters"),
        ("https://fr.news.cn/a.html", "Xinhua"),
        ("https://agenciabrasil.ebc.com.br/geral/a", "Agência Brasil"),
        ("https://notreuters.com/a", None),
        ("https://reuters.com.example/a", None),
    ],
)
def test_an_agency_is_known_by_its_site(url: str, agency: str | None) -> None:
    assert agency_at(url) == agency


@pytest.mark.parametrize("name", ["Hina Khan", "Lusa Vieira", "Antara Roy", "Maria Lusa"])
def test_names_of_people_are_no_agencies(name: str) -> None:
    assert agency_of(name) is None
