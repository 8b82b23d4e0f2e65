"""Text on one line, in paragraphs, and folded for comparing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.normalise.text import clean_line, clean_paragraphs, fold

ANY_TEXT = st.text(st.characters(), max_size=80)
BOUNDED = settings(max_examples=200, deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        pytest.param("  Harbour\t reopens \n", "Harbour reopens", id="white space"),
        pytest.param("Harbour\u00a0reopens\u2028now", "Harbour reopens now", id="odd white space"),
        pytest.param("Harbour\r\nreopens\x85now", "Harbour reopens now", id="line breaks"),
        pytest.param("Cafe\u0301", "Café", id="composed"),
        pytest.param("\ufeffhar\u00adbour\u200b", "harbour", id="byte order mark, soft hyphen"),
        pytest.param("a\x00b\x07c\x9fd\x7f", "abcd", id="control characters"),
        pytest.param("safe\u202etxt.exe\u2066!", "safetxt.exe!", id="direction overrides"),
        pytest.param("می\u200cخواهد", "می\u200cخواهد", id="Persian keeps its non-joiner"),
        pytest.param("क्\u200dष", "क्\u200dष", id="Hindi keeps its joiner"),
        pytest.param("👩\u200d🚒", "👩\u200d🚒", id="emoji keep their joiner"),
        pytest.param("lone \ud83d end", "lone \ufffd end", id="lone surrogate"),
        pytest.param("pair \ud83d\ude00", "pair 😀", id="surrogate pair from JSON"),
        pytest.param("e\u200b\u0301", "é", id="composes over what was removed"),
        pytest.param(" \u200b\n", "", id="nothing visible"),
    ],
)
def test_a_line_is_clean(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        pytest.param("One.\n\nTwo.", "One.\n\nTwo.", id="kept"),
        pytest.param("One\nline.\n \t\n\n\nTwo.", "One line.\n\nTwo.", id="white lines separate"),
        pytest.param("One.\r\n\r\nTwo.", "One.\n\nTwo.", id="Windows line ends"),
        pytest.param("One.\n\u200b\nTwo.", "One.\n\nTwo.", id="an invisible line separates"),
        pytest.param("One.\u2029Two.", "One.\n\nTwo.", id="paragraph separator"),
        pytest.param("\n\n One. \n\n", "One.", id="around"),
        pytest.param("\n \n", "", id="empty"),
    ],
)
def test_paragraphs_are_separated_by_one_empty_line(raw: str, clean: str) -> None:
    assert clean_paragraphs(raw) == clean


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The “Harbour” – Reopened", 'the "harbour" - reopened'),
        ("Ana’s  ﬁnd", "ANA'S FIND"),
        ("Straße", "STRASSE"),
        ("Ｎｅｗｓ　２４", "news 24"),
        ("می\u200cخواهد", "میخواهد"),
    ],
)
def test_spellings_of_one_text_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("resume", "résumé"), ("a b", "ab"), ("и", "й")])
def test_different_texts_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@BOUNDED
@given(ANY_TEXT)
def test_cleaning_a_clean_line_changes_nothing(text: str) -> None:
    line = clean_line(text)
    assert clean_line(line) == line
    assert unicodedata.is_normalized("NFC", line)
    line.encode()


@BOUNDED
@given(ANY_TEXT)
def test_cleaning_clean_paragraphs_changes_nothing(text: str) -> None:
    assert clean_paragraphs(clean_paragraphs(text)) == clean_paragraphs(text)


@BOUNDED
@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
