"""The language of a text, told by its script and its commonest words."""

from __future__ import annotations

import pytest

from newscrawler.normalise.language_detection import language_of

TEXTS = {
    "ar": "عادت العبارة إلى الميناء في الصباح بعد العاصفة التي كانت على الساحل، وقال إن هذه",
    "de": "Die Fähre ist nach dem Sturm zurück, und der Hafen wird nicht mehr gesperrt.",
    "en": "The ferry is back in the harbour, and that was the end of the storm for the islanders.",
    "es": "El transbordador volvió al puerto por la mañana con los marineros que la isla esperaba.",
    "fr": "Le bac est revenu dans le port pour les habitants de l'île, qui ne sont pas là.",
    "it": "Il traghetto è tornato nel porto per gli abitanti, che non sono più soli con il mare.",
    "ja": "フェリーは嵐のあと港に戻ってきた。",
    "ko": "여객선이 폭풍 뒤에 항구로 돌아왔다.",
    "nl": "Het veer is terug in de haven en dat is voor een eiland niet te laat.",
    "pl": "Prom wrócił do portu po burzy i nie jest to koniec, bo jak mówi kapitan, że się uda, na",
    "pt": "O barco voltou ao porto com os marinheiros que não foram para o mar.",
    "ru": "Паром вернулся в порт, и это не был конец: на острове его ждали, но не все, как и по",
    "sv": "Färjan är tillbaka i hamnen och det är inte för sent att fara med den till ön.",
    "tr": "Feribot fırtına ile bir gün sonra limana döndü ve bu ada için daha çok umut olarak",
    "zh": "渡轮在风暴之后回到了港口。",
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), TEXTS.items(), ids=TEXTS)
def test_the_language_of_a_text(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "2024", "Lorem ipsum dolor", "Ferry returns", "Abc 渡"])
def test_no_language_is_made_of_too_little(text: str) -> None:
    assert language_of(text) is None


def test_a_foreign_name_does_not_change_the_language() -> None:
    assert language_of("渡轮" + TEXTS["en"] + " Hotel Vor dem Tor der Stadt") == "en"
