"""Two versions are compared by words, readably, in every script and in bounded time."""

from __future__ import annotations

import random
import resource
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.comparing.edits import MOST_EDITS, Piece, alignment, pieces, tokens
from newscrawler.comparing.page import page
from newscrawler.comparing.text import Style, comparison_lines, version_lines
from newscrawler.comparing.versions import Comparison, Version, compared

URL = "https://tide.example/a/"
SECRET = "https://tide.example/a/?token=hush"


def marked(before: str, after: str) -> str:
    style = Style(colours=False)
    return "".join(map(style.piece, pieces(before, after)))


CHANGES = [
    ("The dockers left on Monday.", "The dockers left on Friday.", "on [-Monday-]{+Friday+}."),
    ("12 people died.", "15 people died.", "[-12-]{+15+} people died."),
    ("So it was.", "So it was, they said.", "was{+, they said+}."),
    ("It costs 1,200 a day.", "It costs 1,300 a day.", "[-1,200-]{+1,300+}"),
    ("新华社北京11月17日电今天天气很好", "新华社北京11月18日电今天天气很好", "月[-17-]{+18+}日电"),
    ("รัฐบาลไทยประกาศวันนี้", "รัฐบาลไทยประกาศเมื่อวันนี้", "ประกาศ{+เมื่อ+}วันนี้"),
    ("यह नमस्ते दुनिया है", "यह नमस्ते भारत है", "नमस्ते [-दुनिया-]{+भारत+} है"),
    ("قال الوزير أمس إنه باق", "قال الوزير اليوم إنه باق", "[-أمس-]{+اليوم+}"),
    ("He said “yes” at noon.", 'He said "yes" at noon.', 'He said "yes" at noon.'),
]


@pytest.mark.parametrize(("before", "after", "shown"), CHANGES)
def test_the_words_that_differ_are_marked_and_no_others(
    before: str, after: str, shown: str
) -> None:
    assert shown in marked(before, after)


def test_texts_with_little_in_common_are_shown_one_after_the_other() -> None:
    before, after = "The ferry is back at its quay.", "Nobody knows who won the cup final."
    assert pieces(before, after) == [Piece("removed", before), Piece("added", after)]


TEXTS = st.text(st.sampled_from('ab 新ก“"-1.\u0301')) | st.text()


@given(TEXTS, TEXTS)
def test_the_pieces_give_both_texts_back(before: str, after: str) -> None:
    found = pieces(before, after)
    new = "".join(one.text for one in found if one.kind != "removed")
    assert new == after.replace("\n", " ") or found[-1].text == after
    assert "".join(tokens(before)) == before.replace("\n", " ")


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_an_alignment_covers_both_sequences_with_the_fewest_differences(
    old: list[str], new: list[str]
) -> None:
    steps = list(alignment(old, new))
    assert [one for step in steps for one in old[step.old]] == old
    assert [one for step in steps for one in new[step.new]] == new
    same = [step for step in steps if step.is_same]
    assert all(old[step.old] == new[step.new] for step in same)
    assert sum(step.old.stop - step.old.start for step in same) == longest_common(old, new)


def longest_common(old: list[str], new: list[str]) -> int:
    row = [0] * (len(new) + 1)
    for one in old:
        before = row[:]
        for at, other in enumerate(new):
            row[at + 1] = before[at] + 1 if one == other else max(row[at], before[at + 1])
    return row[-1]


def test_long_texts_that_differ_throughout_are_compared_in_bounded_time() -> None:
    chance = random.Random(7)  # noqa: S311
    old, new = ([chance.choice("abcdefgh") for _ in range(30_000)] for _ in range(2))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    steps = list(alignment(old, new))
    assert len(steps) <= 2 * MOST_EDITS + 3
    spent = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    assert spent < 20  # a search without a bound takes hours


def version(number: int, **record: Any) -> Version:
    return Version(number, number, {"url": URL, "headline": "Ferry Returns", **record})


def comparison(before_text: str, after_text: str, **fields: Any) -> Comparison:
    old = {name: before for name, (before, _) in fields.items() if before is not None}
    new = {name: after for name, (_, after) in fields.items() if after is not None}
    return compared(version(1, body=before_text, **old), version(2, body=after_text, **new))


LINES = [f"The {word} stands on the quay and waits." for word in ("ferry", "tug", "mate", "pilot")]


def test_a_changed_paragraph_is_shown_with_its_neighbours_and_the_rest_is_counted() -> None:
    old = [*LINES, "It leaves at eight.", "It costs nothing."]
    new = [*LINES, "It leaves at nine.", "It costs nothing."]
    found = comparison("\n\n".join(old), "\n\n".join(new))
    lines = list(comparison_lines(found, Style(colours=False)))
    assert lines[-4:] == [
        "  ... 3 paragraphs unchanged",
        f"  {LINES[3]}",
        "~ It leaves at [-eight-]{+nine+}.",
        "  It costs nothing.",
    ]


def test_paragraphs_that_came_or_went_are_whole_and_those_that_were_edited_are_paired() -> None:
    old = [LINES[0], "It leaves at eight.", LINES[1]]
    new = ["A storm is near, the harbour says.", LINES[0], "It leaves at nine.", LINES[1]]
    found = comparison("\n\n".join(old), "\n\n".join(new))
    kinds = ["".join(one.kind[0] for one in paragraph) for paragraph in found.paragraphs]
    assert kinds == ["a", "s", "sras", "s"]


def test_other_fields_are_told_by_names() -> None:
    found = comparison(
        "It is.", "It is.",
        authors=([{"name": "Ana Ruiz", "type": "Person"}], [{"name": "Bo Lind", "type": "Person"}]),
        is_accessible_for_free=(True, False), section=("World", None),
    )  # fmt: skip
    lines = list(comparison_lines(found, Style(colours=False)))
    assert "~ authors: [-Ana Ruiz-]{+Bo Lind+}" in lines
    assert "~ is_accessible_for_free: [-true-]{+false+}" in lines
    assert "~ section: [-World-]" in lines
    assert "  The text is the same." in lines


def test_colours_come_besides_the_signs() -> None:
    found = comparison("It is old.", "It is new.")
    plain = "\n".join(comparison_lines(found, Style(colours=False)))
    coloured = "\n".join(comparison_lines(found, Style(colours=True)))
    assert "\x1b[31m[-old-]\x1b[0m" in coloured
    assert "\x1b" not in plain


def test_nothing_in_a_text_moves_the_cursor_or_tells_a_secret() -> None:
    found = comparison("It is \x1b[2Jold.", f"It is {SECRET} \x9b2J.")
    shown = "\n".join(comparison_lines(found, Style(colours=False)))
    assert not {"\x1b", "\x9b"} & set(shown)
    assert "hush" not in shown
    assert all(map(str.isprintable, version_lines([version(1, changed=["\x1b[2J"])])))


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def test_the_page_escapes_everything_and_loads_nothing() -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    found = comparison("It is old.", f"It is new. {evil}", section=(evil, "World"))
    shown = Tags(page(f"{SECRET}&a=<b>", [found.old, found.new], [found]))
    assert not {"script", "img", "link", "iframe"} & set(shown.tags)
    assert {"ins", "del"} <= set(shown.tags)
    assert not [name for name, _ in shown.attributes if name.startswith("on") or name == "style"]
    assert "hush" not in page(SECRET, [], [])


@pytest.mark.parametrize(
    ("language", "direction"), [("ar", "rtl"), ("fa-IR", "rtl"), ("he", "rtl"), ("en", "ltr")]
)
def test_the_page_says_language_and_direction_of_the_text(language: str, direction: str) -> None:
    found = comparison("أمس", "اليوم", language=(language, language))
    text = page(URL, [], [found])
    assert f'<article lang="{language}" dir="{direction}">' in text
    assert '<html lang="en">' in text
