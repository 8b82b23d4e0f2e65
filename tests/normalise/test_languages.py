"""Languages as BCP 47 tags."""

from __future__ import annotations

import pytest

from newscrawler.normalise.languages import language_tag


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en_US", "en-US"),
        ("en-us", "en-US"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("sr-latn-rs", "sr-Latn-RS"),
        ("de-DE-1996", "de-DE-1996"),
        ("es-419", "es-419"),
        ("es_LA", "es-419"),
        ("en-UK", "en-GB"),
        ("en_US.UTF-8", "en-US"),
        ("ca_ES@valencia", "ca-ES"),
        ("en, fr", "en"),
        ("en-GB;q=0.9", "en-GB"),
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("fil", "fil"),
        ("iw", "he"),
        ("English", "en"),
        ("français", "fr"),
        ("Deutsch", "de"),
        ("русский", "ru"),
        ("日本語", "ja"),
        ("en-EN", "en"),
        ("en-x-private", "en"),
        (" en ", "en"),
    ],
)
def test_a_language_becomes_a_tag(raw: str, tag: str) -> None:
    assert language_tag(raw) == tag


@pytest.mark.parametrize(
    "raw",
    ["", " ", "und", "mul", "x-default", "xx", "cz", "123", "-", "en-", "i-klingon", "%lang%"],
)
def test_what_is_no_language_has_no_tag(raw: str) -> None:
    assert language_tag(raw) is None
