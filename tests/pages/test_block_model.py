"""How blocks are judged: their shape, what they repeat, where they stand, and the two steps."""

from __future__ import annotations

from collections import Counter

import pytest
from parsel import Selector

from newscrawler.pages.block_facts import Facts, features_of
from newscrawler.pages.block_model import (
    HOPELESS,
    BlockModel,
    block_model,
    figures,
    probability,
)
from newscrawler.pages.block_shapes import Echo, Said, key_of, shape_of
from newscrawler.pages.blocks import Block, blocks
from newscrawler.pages.markup import words_in

NOTHING = Said(frozenset(), (), frozenset())
SENTENCE = "The ferry came back to the harbour in the grey light of the morning, two days late."


def read(text: str) -> list[Block]:
    return blocks(Selector(text=text).css("body")[0].root, furniture=True)


def facts(text: str, said: Said = NOTHING, shrink: int = 1) -> Facts:
    return Facts(read(text), said, shrink=shrink)


# Shapes


@pytest.mark.parametrize(
    ("text", "figure", "expected"),
    [
        (f"<p>{SENTENCE}</p>", "ends_sentence", True),
        ("<p>Ferry Returns</p>", "ends_sentence", False),
        (f"<p>{SENTENCE}</p>", "is_running", True),
        (f"<p><a href=/>{SENTENCE}</a></p>", "is_running", False),
        ("<p>One.</p>", "is_running", False),
        ("<p><a href=/>All</a></p>", "links_only", True),
        ("<p><a href=/>All</a> of it</p>", "links_only", False),
        ("<p>Ana, Ben, Cy and Dee</p>", "commas", 2),
        ("<p>One. Two. Three.</p>", "sentences", 2),
        ("<p>霧。港。船。</p>", "sentences", 2),
        ("<p>READ THIS</p>", "case", "capitals"),
        ("<p>of the ferry</p>", "case", "lower"),
        ("<p>2024 2025</p>", "digits", 4),
        ("<p>„Nein“, sagte er.</p>", "opens_quote", True),
        ("<p>Ingredients:</p>", "is_label", True),
        ("<custom-box>Ferry</custom-box>", "tag", "body"),
    ],
)
def test_a_block_has_a_shape(text: str, figure: str, expected: object) -> None:
    assert getattr(shape_of(read(text)[0], 1), figure) == expected


def test_a_character_of_a_dense_script_counts_thrice() -> None:
    block = read("<p>霧の港に船が帰ってきた。二日遅れで、誰も眠っていなかった。</p>")[0]
    assert shape_of(block, 3).length > shape_of(block, 1).length


# Echoes of the head of the page


SAID = Said(
    headlines=frozenset({key_of("Ferry Returns After Two Days")}),
    descriptions=(key_of(SENTENCE + " Nobody slept."),),
    captions=frozenset({key_of("The Swan at the quay")}),
)


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("Ferry returns — after two days", Echo(is_headline=True, is_in_headline=True)),
        ("After two days", Echo(is_in_headline=True)),
        (SENTENCE, Echo(begins_description=True, is_in_description=True)),
        ("The Swan at the quay.", Echo(is_caption=True)),
        ("Nothing of the kind", Echo()),
        ("***", Echo()),
    ],
)
def test_a_block_may_say_again_what_the_head_says(text: str, echo: Echo) -> None:
    assert facts(f"<p>{text}</p>", SAID).echoes == [echo]


def test_a_text_that_stands_twice_is_counted() -> None:
    assert [echo.times for echo in facts("<p>A<p>B<p>A").echoes] == [2, 1, 2]


def test_a_link_says_nothing_again() -> None:
    assert facts("<p><a href=/>Ferry Returns After Two Days</a></p>", SAID).echoes == [Echo()]


# Facts


def test_names_are_words() -> None:
    assert words_in("relatedStories most-read col-2 c_Header") == {
        "related", "stories", "most", "read", "col", "c", "header",
    }  # fmt: skip


def features(found: Facts, place: int) -> Counter[str]:
    return Counter(one for fact in found.of_block(place) for one in features_of(fact))


def test_a_block_is_known_by_itself_and_by_what_stands_around_it() -> None:
    page = facts(f"""<main class=page><aside class=promo-box><div><p id=lead>{SENTENCE}</p></div>
        </aside><p>{SENTENCE} And so on.</p></main>""")
    found = features(page, 0)
    assert {"tag p", "0:lead", "1:promo", "1:box", "2:page", "in aside", "in main"} <= set(found)
    assert {"parents 0 div", "parents 1 aside", "-1 none", "1 tag p"} <= set(found)
    assert "in aside" not in features(page, 1)


def test_the_share_of_the_running_text_is_told_level_by_level() -> None:
    page = facts(
        f"<div><p>{SENTENCE}</p><p>{SENTENCE}</p></div><section><p>{SENTENCE}</p></section>"
    )
    assert features(page, 0)["mass 0 4"] == 1
    assert features(page, 2)["mass 0 2"] == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("<h1>Tide</h1><h1>Ferry Returns After Two Days</h1><p>x</p>", 1),
        ("<p>y</p><h1>Other</h1>", 1),
        ("<p>y</p><div>Ferry Returns After Two Days</div>", 1),
        ("<p>y</p>", None),
    ],
)
def test_the_heading_is_the_one_that_the_head_names(text: str, place: int | None) -> None:
    assert facts(text, SAID).heading == place


# The two steps


def test_the_first_step_adds_up_weights() -> None:
    model = BlockModel(-1.0, {"tag p": 2.0, "in aside": -4.0, "0:lead": 0.5}, [])
    page = facts("<p class=lead>One</p><aside><p>Two</p></aside>")
    assert model.first(page) == [1.5, -3.0]


def test_the_first_step_weighs_all_that_is_known_of_a_block() -> None:
    page = facts(f"""<main class=page><h1>A</h1><div class="col text"><p>{SENTENCE}</p><p>Two</p>
        </div><aside><div class=col><p>{SENTENCE}</p></div></aside></main>""")
    known = sorted(set().union(*(features(page, place) for place in range(4))))
    weights = {name: 1.0 + 0.01 * number for number, name in enumerate(known)}
    assert BlockModel(0.5, weights, []).first(page) == [
        pytest.approx(
            0.5 + sum(weights[one] * times for one, times in features(page, place).items())
        )
        for place in range(4)
    ]


def test_the_second_step_asks_trees_about_the_figures() -> None:
    own_odds = 3  # behind those of three blocks before it
    model = BlockModel(0.0, {}, [(own_odds, 1.0, -2.0, (own_odds, 5.0, 1.0, 4.0)), 0.5])
    page = facts("<p>One</p><p>Two</p><p>Three</p><p>Four</p>")
    assert model.second(page, [0.0, 3.0, 9.0, HOPELESS - 1]) == [
        probability(-1.5),
        probability(1.5),
        probability(4.5),
        0.0,
    ]


def test_every_block_with_a_chance_has_as_many_figures() -> None:
    page = facts(f"<h1>A</h1><article><p>{SENTENCE}</p><ul><li>Two</ul></article>", SAID)
    rows = dict(figures(page, [0.0, 4.0, HOPELESS - 1]))
    assert list(rows) == [0, 1]
    assert len({len(row) for row in rows.values()}) == 1


def test_the_weights_of_the_package_speak_of_figures_that_there_are() -> None:
    page = facts(f"<p>{SENTENCE}</p>")
    (_, row), *_ = figures(page, [0.0])
    asked = [node[0] for tree in block_model().trees for node in nodes(tree)]
    assert len(asked) > 100
    assert max(asked) < len(row)


def nodes(tree: object) -> list[tuple[int, float, object, object]]:
    if not isinstance(tree, tuple):
        return []
    return [tree, *nodes(tree[2]), *nodes(tree[3])]
