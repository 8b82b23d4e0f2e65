"""Bylines taken apart into names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.normalise.people import (
    agency_of,
    is_organisation,
    is_placeholder_name,
    split_names,
)

SITE = ("The Daily Tide",)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        pytest.param("By Ana Ruiz", ["Ana Ruiz"], id="English"),
        pytest.param("BY: Ana Ruiz", ["Ana Ruiz"], id="colon"),
        pytest.param("Written by Ana Ruiz", ["Ana Ruiz"], id="written by"),
        pytest.param("Analysis by Ana Ruiz", ["Ana Ruiz"], id="analysis by"),
        pytest.param("Von Eva Vogt und Ulf Krug", ["Eva Vogt", "Ulf Krug"], id="German"),
        pytest.param("Ein Gastbeitrag von Eva Vogt", ["Eva Vogt"], id="German guest"),
        pytest.param("Written by Ana Ruiz Edited by Leo Gil", ["Ana Ruiz"], id="edited by"),
        pytest.param("von unserer Redaktion", ["Redaktion"], id="German desk"),
        pytest.param("Por Ana Ruiz y Leo Gil", ["Ana Ruiz", "Leo Gil"], id="Spanish"),
        pytest.param("Par Luc Petit et Zoé Roy", ["Luc Petit", "Zoé Roy"], id="French"),
        pytest.param("Recueilli par Luc PETIT.", ["Luc Petit"], id="French surname"),
        pytest.param("Di Ugo Bassi e Ida Neri", ["Ugo Bassi", "Ida Neri"], id="Italian"),
        pytest.param("Door Jan Smit en Els Bos", ["Jan Smit", "Els Bos"], id="Dutch"),
        pytest.param("Av Kari Li og Per Dahl", ["Kari Li", "Per Dahl"], id="Norwegian"),
        pytest.param("Av Eva Berg och Nils Lund", ["Eva Berg", "Nils Lund"], id="Swedish"),
        pytest.param("Przez Jan Lis i Ewa Mak", ["Jan Lis", "Ewa Mak"], id="Polish"),
        pytest.param("Автор: Иван Орлов", ["Иван Орлов"], id="Russian"),
        pytest.param("بقلم سامي نور", ["سامي نور"], id="Arabic"),
        pytest.param("文/王小海", ["王小海"], id="Chinese"),
        pytest.param("記者林小海／即時報導", ["林小海"], id="Chinese reporter"),
        pytest.param("김바다 기자 외 1명", ["김바다"], id="Korean reporter"),
        pytest.param("海野渚", ["海野渚"], id="Japanese"),
        pytest.param("Ana Ruiz, Leo Gil and Eva Vogt", ["Ana Ruiz", "Leo Gil", "Eva Vogt"], id="3"),
        pytest.param(
            "Ana Ruiz; Leo Gil | Eva Vogt", ["Ana Ruiz", "Leo Gil", "Eva Vogt"], id="marks"
        ),
        pytest.param("Ana Ruiz & Leo Gil", ["Ana Ruiz", "Leo Gil"], id="ampersand"),
        pytest.param("Ana Ruiz, Moscow correspondent", ["Ana Ruiz"], id="role"),
        pytest.param("Ana Ruiz / Journalist", ["Ana Ruiz"], id="role after slash"),
        pytest.param("Ana Ruiz Lifestyle Writer", ["Ana Ruiz"], id="role without comma"),
        pytest.param("Иван Орлов, корреспондент", ["Иван Орлов"], id="Russian role"),
        pytest.param("Ana Ruiz in Caracas", ["Ana Ruiz"], id="place"),
        pytest.param("Ana Ruiz, New York", ["Ana Ruiz"], id="place after comma"),
        pytest.param("Ana Ruiz - Caracas", ["Ana Ruiz"], id="place after dash"),
        pytest.param("Eva Vogt (dpa)", ["Eva Vogt"], id="bracket"),
        pytest.param("[Eva Vogt]", ["Eva Vogt"], id="all in brackets"),
        pytest.param("Eva Vogt, dpa", ["Eva Vogt", "dpa"], id="agency"),
        pytest.param(
            "Ana Ruiz, The Associated Press", ["Ana Ruiz", "The Associated Press"], id="AP"
        ),
        pytest.param("dpa/lno", ["dpa"], id="agency and its desk"),
        pytest.param("Ana Ruiz @anaruiz ana@tide.example", ["Ana Ruiz"], id="addresses"),
        pytest.param("https://tide.example/ana/", [], id="only an address"),
        pytest.param("Ana Ruiz (www.tide.example)", ["Ana Ruiz"], id="address in brackets"),
        pytest.param("Ana Ruiz Nov 18, 2019 @ 4:48 pm", ["Ana Ruiz"], id="date"),
        pytest.param("Par AFP publié le 26/12/2020 à 21:00", ["AFP"], id="date and its label"),
        pytest.param("Nov 18 2019 by Ana Ruiz", ["Ana Ruiz"], id="date first"),
        pytest.param("Foto: Eva Vogt.", [], id="photographer"),
        pytest.param("ANA RUIZ", ["Ana Ruiz"], id="capitals"),
        pytest.param("SADHBH O'NEILL-MCCABE", ["Sadhbh O'Neill-Mccabe"], id="capitals in parts"),
        pytest.param("IAN MCDONALD", ["Ian McDonald"], id="Scottish capitals"),
        pytest.param("EVA VON BERG", ["Eva von Berg"], id="particle in capitals"),
        pytest.param("J.R. Stone", ["J.R. Stone"], id="initials"),
        pytest.param("Leah C. Moss", ["Leah C. Moss"], id="middle initial"),
        pytest.param("Sam Moss, Jr.", ["Sam Moss Jr."], id="generation"),
        pytest.param("Sam Moss, PhD", ["Sam Moss"], id="degree"),
        pytest.param("Moss, Sam", ["Sam Moss"], id="library order"),
        pytest.param(
            "Moss, Sam; Ruiz, Ana", ["Sam Moss", "Ana Ruiz"], id="several in library order"
        ),
        pytest.param("Ursula von der Aue", ["Ursula von der Aue"], id="particles"),
        pytest.param("Von Ursula von der Aue", ["Ursula von der Aue"], id="label and particles"),
        pytest.param("Von Trier", ["Von Trier"], id="a surname that looks like a label"),
        pytest.param("Jean-Luc d'Arc", ["Jean-Luc d'Arc"], id="apostrophe"),
        pytest.param("José Gil y Roca", ["José Gil y Roca"], id="conjunction inside a name"),
        pytest.param("Gil y Roca y Ana Ruiz", ["Gil y Roca", "Ana Ruiz"], id="both conjunctions"),
        pytest.param("Ana y Castro", ["Ana y Castro"], id="no two full names"),
        pytest.param("Ana Ruiz. The Daily Tide", ["Ana Ruiz"], id="tail of the site"),
        pytest.param("The Daily Tide - Ana Ruiz", ["Ana Ruiz"], id="site first"),
        pytest.param("The Daily Tide", ["The Daily Tide"], id="the site itself"),
        pytest.param("H&#233;ctor Cruz", ["Héctor Cruz"], id="entity"),
        pytest.param("Ana Ruiz, ana ruiz, ANA RUIZ", ["Ana Ruiz"], id="once"),
        pytest.param("{{ post.author }}", [], id="template"),
        pytest.param("", [], id="empty"),
        pytest.param(" , / & ", [], id="only marks"),
    ],
)
def test_a_byline_becomes_names(byline: str, names: list[str]) -> None:
    assert split_names(byline, SITE) == names


@pytest.mark.parametrize(
    "name",
    [
        *("Reuters", "AFP", "AP", "Associated Press", "The Associated Press", "dpa", "EFE", "ANSA"),
        *("TASS", "Xinhua", "Kyodo", "PA Media", "Interfax", "RIA Novosti", "Sputnik"),
        *("Bloomberg News", "РИА Новости", "رويترز", "dpa/AFP", "MND Staff", "Editorial Board"),
        *("Redaktion", "Redacción", "Rédaction", "Redazione", "BWW News Desk", "Staff Reporter"),
        *("Our Correspondent", "Web Team", "Offshore-Stiftung", "tide.example", "the daily tide"),
    ],
)
def test_agencies_desks_and_the_site_are_organisations(name: str) -> None:
    assert is_organisation(name, [*SITE, "tide.example"])


@pytest.mark.parametrize(
    "name",
    [
        *("Ana Ruiz", "J.R. Stone", "Ap Chen", "Pa Sesay", "Stafford Reuter", "Deska Newsome"),
        *("Eva Pressler", "Tess Teamer", "王小海", "سامي نور", "Ansa Berg", "Dr. Eva Vogt"),
    ],
)
def test_people_are_no_organisations(name: str) -> None:
    assert not is_organisation(name, SITE)


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("dpa/AFP", "dpa"),
        ("© REUTERS / Ana Ruiz", "Reuters"),
        ("Foto: dpa", "dpa"),
        ("RIA Novosti", "RIA Novosti"),
        ("ТАСС", "TASS"),
        ("The Associated Press", "AP"),
        ("AP Photo/Ana Ruiz", "AP"),
        ("EUROPA PRESS", "Europa Press"),
        ("新华社记者", "Xinhua"),
        ("Ana Ruiz", None),
        ("ap", None),
        ("a map of the spa", None),
        ("Tassilo Reutersward", None),
        ("", None),
    ],
)
def test_the_first_agency_of_a_credit_is_found(text: str, agency: str | None) -> None:
    assert agency_of(text) == agency


@pytest.mark.parametrize(
    "name",
    [
        *("admin", "Admin", "user", "Author", "webmaster", "editor", "Unknown", "anónimo", "null"),
        *("ana@tide.example", "https://tide.example/ana/", "www.tide.example", "12", "12/7", ""),
        *(" ", "-", "x", "{{ author }}"),
    ],
)
def test_a_placeholder_is_no_name(name: str) -> None:
    assert is_placeholder_name(name)


@pytest.mark.parametrize("name", ["Ana Ruiz", "Editorial Board", "Adminah Bello", "王小海", "Li"])
def test_a_name_is_no_placeholder(name: str) -> None:
    assert not is_placeholder_name(name)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_no_byline_is_an_error(byline: str) -> None:
    names = split_names(byline, SITE)
    assert all(name and name == name.strip() for name in names)
