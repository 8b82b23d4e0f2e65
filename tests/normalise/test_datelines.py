"""Datelines of wire texts, and the sentences that only look like them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.normalise.datelines import Split, split_dateline

TEXT = "The harbour reopened at noon on Monday."


@pytest.mark.parametrize(
    ("opening", "text", "place", "source"),
    [
        ("CARACAS (Sputnik) - ", "CARACAS (Sputnik)", "CARACAS", "Sputnik"),
        ("CARACAS (Sputnik) — ", "CARACAS (Sputnik)", "CARACAS", "Sputnik"),
        ("CARACAS (Sputnik)–", "CARACAS (Sputnik)", "CARACAS", "Sputnik"),
        ("CARACAS (Sputnik) \u2010 ", "CARACAS (Sputnik)", "CARACAS", "Sputnik"),
        ("CARACAS\u00a0(Sputnik) –\u00a0", "CARACAS (Sputnik)", "CARACAS", "Sputnik"),
        ("Caracas (Sputnik Brasil) - ", "Caracas (Sputnik Brasil)", "Caracas", "Sputnik Brasil"),
        (
            "MOSCOW, April 10 (RIA Novosti) - ",
            "MOSCOW, April 10 (RIA Novosti)",
            "MOSCOW",
            "RIA Novosti",
        ),
        (
            "BERLIN/PARIS, Jan 27 (Reuters) - ",
            "BERLIN/PARIS, Jan 27 (Reuters)",
            "BERLIN/PARIS",
            "Reuters",
        ),
        ("BEIJING, Nov. 18 (Xinhua) -- ", "BEIJING, Nov. 18 (Xinhua)", "BEIJING", "Xinhua"),
        ("WASHINGTON (AP) — ", "WASHINGTON (AP)", "WASHINGTON", "AP"),
        ("RIO DE JANEIRO (Reuters) - ", "RIO DE JANEIRO (Reuters)", "RIO DE JANEIRO", "Reuters"),
        ("Berlin (dpa) - ", "Berlin (dpa)", "Berlin", "dpa"),
        ("Kiel (dpa/lno) - ", "Kiel (dpa/lno)", "Kiel", "dpa/lno"),
        ("Paris (AFP) – ", "Paris (AFP)", "Paris", "AFP"),
        (
            "MADRID, 27 Ene. (EUROPA PRESS) - ",
            "MADRID, 27 Ene. (EUROPA PRESS)",
            "MADRID",
            "EUROPA PRESS",
        ),
        ("Caracas, 27 ene (EFE).- ", "Caracas, 27 ene (EFE)", "Caracas", "EFE"),
        ("(Adnkronos) - ", "(Adnkronos)", None, "Adnkronos"),
        ("(dpa/lno) - ", "(dpa/lno)", None, "dpa/lno"),
        ("(ANSA) - ROMA, 10 APR - ", "(ANSA) - ROMA, 10 APR", "ROMA", "ANSA"),
        (
            "DUBAI, United Arab Emirates (AP) — ",
            "DUBAI, United Arab Emirates (AP)",
            "DUBAI, United Arab Emirates",
            "AP",
        ),
        ("BRUSSELS (Tide Observer) - ", "BRUSSELS (Tide Observer)", "BRUSSELS", "Tide Observer"),
        ("LONDON — ", "LONDON", "LONDON", None),
        ("LONDON—", "LONDON", "LONDON", None),
        ("ODDTOWN, Calif. — ", "ODDTOWN, Calif.", "ODDTOWN, Calif.", None),
        ("ODDTOWN, Nov 18 - ", "ODDTOWN, Nov 18", "ODDTOWN", None),
        ("ODDTOWN – Nov. 18, 2019 – ", "ODDTOWN – Nov. 18, 2019", "ODDTOWN", None),
        ("МОСКВА, 10 апр - РИА Новости. ", "МОСКВА, 10 апр - РИА Новости", "МОСКВА", "РИА Новости"),
        ("МОСКВА, 10 апреля. /ТАСС/. ", "МОСКВА, 10 апреля. /ТАСС/", "МОСКВА", "ТАСС"),
        (
            "Москва. 10 апреля. INTERFAX.RU - ",
            "Москва. 10 апреля. INTERFAX.RU",
            "Москва",
            "INTERFAX.RU",
        ),
        ("القاهرة (رويترز) - ", "القاهرة (رويترز)", "القاهرة", "رويترز"),
        ("【ロンドン共同】", "【ロンドン共同】", "ロンドン", "共同"),
        ("［東京　１８日　ロイター］ - ", "［東京 １８日 ロイター］", "東京", "ロイター"),
        ("(서울=연합뉴스) 김바다 기자 = ", "(서울=연합뉴스)", "서울", "연합뉴스"),
        ("新华社北京11月18日电 ", "新华社北京11月18日电", "北京", "新华社"),
    ],
)
def test_a_dateline_is_taken_off(
    opening: str, text: str, place: str | None, source: str | None
) -> None:
    assert split_dateline(opening + TEXT) == Split(text, place, source, TEXT)


def test_a_dateline_may_be_a_paragraph_of_its_own() -> None:
    assert split_dateline("MOSCOW, April 10 (RIA Novosti)") == Split(
        "MOSCOW, April 10 (RIA Novosti)", "MOSCOW", "RIA Novosti", ""
    )


@pytest.mark.parametrize(
    "paragraph",
    [
        "",
        TEXT,
        f"CARACAS. {TEXT}",
        "He (Smith) - who came late - left at noon.",
        "US (and UK) - the two allies met on Monday.",
        "NATO — The alliance that was founded in 1949 met.",
        "NATO (OTAN) - The alliance met on Monday in the north.",
        "FIFA (Zurich) – The body said so on Monday at noon.",
        "REPORTAGE - After a journey of three months they came home.",
        "FAQ - What this page is for and how to use it well.",
        "UKRAINE – Three bridges were reopened in the north on Monday.",
        "BREAKING (Reuters) - The harbour reopened at noon.",
        "Photo (Reuters) – A ship at the quay on Monday.",
        "PARIS - ROUBAIX",
        "PARIS - LONDON in two hours: the new line is open.",
        "LONDON - the city that never waits for a tide.",
        "LONDON - Weather",
        "London - The harbour reopened at noon on Monday.",
        "The agency (Reuters) - it said on Monday - was founded in 1851.",
        "Yesterday, the president (AFP) - who was ill - left.",
        "Ana Ruiz, the captain (AP) - she sailed at noon.",
        "By Ana Ruiz (Reuters) - A text.",
        "In May 2019 (AP) - it was a Monday - the harbour closed.",
        "2019 (AP) — it was a good year.",
        "AP - 53 mins ago",
        "(and so) - it goes on and on.",
        "(Reuters)",
        "CARACAS (AP Photo) - A ship.",
        '"We know" (AFP) - he said on Monday.',
        "– Jeg vet ikke (AFP) - he said.",
        "MAY 10 - A day that all of the town will remember.",
        "The harbour of the old town, closed since the spring storms of 2018, was (AP) - reopened.",
    ],
)
def test_an_ordinary_paragraph_has_no_dateline(paragraph: str) -> None:
    assert split_dateline(paragraph) is None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text("ABab1.,()/-—– =【】", max_size=120))
def test_no_paragraph_is_an_error(paragraph: str) -> None:
    split = split_dateline(paragraph)
    assert split is None or split.text
