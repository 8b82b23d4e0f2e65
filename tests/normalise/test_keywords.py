"""Keywords of a page."""

from __future__ import annotations

import pytest

from newscrawler.normalise.keywords import clean_keywords


@pytest.mark.parametrize(
    ("values", "keywords"),
    [
        pytest.param(["harbour, ships; tides"], ["harbour", "ships", "tides"], id="one list"),
        pytest.param("harbour, ships", ["harbour", "ships"], id="a bare string"),
        pytest.param(["مرفأ، سفن"], ["مرفأ", "سفن"], id="Arabic comma"),
        pytest.param(["港、船"], ["港", "船"], id="Japanese comma"),
        pytest.param(["Tide, The", "ships"], ["Tide, The", "ships"], id="commas inside values"),
        pytest.param(["#harbour", "# ships"], ["harbour", "ships"], id="hash signs"),
        pytest.param(["Harbour", "harbour ", "HARBOUR"], ["Harbour"], id="first spelling"),
        pytest.param(["Salt &amp; Sea"], ["Salt & Sea"], id="an entity is no separator"),
        pytest.param(["", " ", "#", "a\n b"], ["a b"], id="empty"),
        pytest.param(["x" * 100, "y" * 101], ["x" * 100], id="sentences"),
        pytest.param([], [], id="none"),
    ],
)
def test_keywords_are_clean_and_different(values: list[str], keywords: list[str]) -> None:
    assert clean_keywords(values) == keywords
