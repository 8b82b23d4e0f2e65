"""By which rung of the ladder two pages are told to be the same, and what only looks like it."""

from __future__ import annotations

import pickle
import random
import re
from contextlib import closing
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.duplicates.likeness import ALIKE, NEAR_LENGTH, likeness
from newscrawler.duplicates.recent import Recent
from newscrawler.duplicates.shingles import (
    HAN,
    LONGEST,
    SOUTH_EAST,
    WORDS,
    folded,
    shingles_of,
    tokens_of,
)
from newscrawler.duplicates.sketch import FEWEST, MOST, sketch_of, unpacked
from newscrawler.identity import TextMarks, copy_of, page_key, text_digest
from newscrawler.items import Article, Drop
from newscrawler.pipelines import DropDuplicates
from newscrawler.state.store import State
from tests.test_duplicate_groups import an_article, keep
from tests.wire import body, edited, sentences, story

CHINESE = (
    "海港委员会周一在盐湖镇开会，讨论渡轮停运的原因。主席说，钱已经用完，船员三个月没有领到工"
    "资。镇长不同意这个说法，他认为码头的墙必须先修好。下午两点，最后一艘船离开了旧码头，岸上"
    "没有人送行。居民们担心冬天的粮食运不进来，学校也可能提前放假。议会将在月底投票，决定是否"
    "买一艘新船。"
)
JAPANESE = (
    "港の委員会は月曜日に塩湖町で会合を開き、渡し船が止まった理由を話し合った。議長は資金が尽"
    "きたと述べ、船員は三か月も給料を受け取っていないという。町長はこれに反対し、まず岸壁を直"
    "すべきだと主張した。午後二時、最後の船が古い桟橋を離れたが、見送る人はいなかった。住民は"
    "冬の食料が届かないことを心配している。"
)
THAI = (
    "คณะกรรมการท่าเรือประชุมเมื่อวันจันทร์ที่เมืองซอลต์เมียร์เพื่อห"
    "ารือเรื่องเรือข้ามฟากที่หยุดเดินเรือ ประธานกล่าวว่าเงินหมดแล้ว"
    " และลูกเรือไม่ได้รับค่าจ้างมาสามเดือน นายกเทศมนตรีไม่เห็นด้วยแ"
    "ละบอกว่าต้องซ่อมกำแพงท่าเรือก่อน เรือลำสุดท้ายออกจากท่าเก่าตอน"
    "บ่ายสองโมง ไม่มีใครมาส่งที่ฝั่ง ชาวบ้านกังวลว่าอาหารสำหรับฤดูห"
    "นาวจะมาไม่ถึง"
)
HINDI = (
    "बंदरगाह समिति ने सोमवार को साल्टमीर में बैठक की और नौका सेवा "
    "बंद होने के कारणों पर चर्चा की। अध्यक्ष ने कहा कि पैसा खत्म "
    "हो गया है और नाविकों को तीन महीने से वेतन नहीं मिला है। "
    "महापौर इससे सहमत नहीं हैं और कहते हैं कि पहले घाट की दीवार "
    "ठीक होनी चाहिए।"
)
ARABIC = (
    "اجتمعت لجنة الميناء يوم الاثنين في سولتمير لبحث أسباب توقف "
    "العبارة. وقال الرئيس إن المال قد نفد وإن البحارة لم يتسلموا "
    "أجورهم منذ ثلاثة أشهر. ولم يوافق رئيس البلدية على ذلك وقال إن "
    "جدار الميناء يجب أن يصلح أولا قبل شراء سفينة جديدة."
)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        (story(1), story(1), "text"),
        (story(1), story(1).upper().replace(" ", "  "), "text"),
        (story(1), story(1).replace("said that", "said\u00a0that"), "text"),
        (story(1), edited(1, replaced=1), "near"),
        (story(1), edited(1, replaced=4), "near"),
        (story(1), body(sentences(1, 20)[::-1]), "near"),
        (story(1), f"KESK (Tidewire) - {story(1)}\n\n(Reporting by Ada Lund)", "near"),
        (edited(1, cut=3), story(1), "near"),
        (edited(1, cut=12), story(1), "contained"),
        (body(sentences(1, 20)[5:10]), f"{story(2, 10)}\n\n{story(1)}", "contained"),
        (story(1), edited(1, cut=12), None),
        (story(1), edited(1, replaced=15), None),
        (story(1), story(2), None),
        ("Watch the video.", "Watch the video.", None),
        (" ".join(sentences(1, 2)), story(1), "contained"),
        ("One two three four five six seven eight nine ten", story(1), None),
    ],
    ids=[
        "equal", "case-and-spaces", "no-break-space", "a-sentence", "a-fifth", "re-ordered",
        "agency's-lines", "cut", "part", "part-of-a-longer-one", "whole-is-no-part", "most",
        "another", "short-and-equal", "two-sentences", "too-short-to-be-a-part",
    ],
)  # fmt: skip
def test_each_rung_has_its_name(one: str, other: str, how: str | None) -> None:
    found = likeness(one, other)
    assert (found.how if found else None) == how
    if found:
        assert 0 < found.score <= 1
        assert (found.score == 1) == (how == "text")


@pytest.mark.parametrize(
    ("text", "unit"),
    [(CHINESE, HAN), (JAPANESE, HAN), (THAI, SOUTH_EAST), (HINDI, WORDS), (ARABIC, WORDS)],
    ids=["chinese", "japanese", "thai", "hindi", "arabic"],
)
def test_each_script_has_its_shingles(text: str, unit: int) -> None:
    tokens, length = tokens_of(folded(text))
    assert length == unit
    starts = range(len(tokens) - unit + 1)
    assert len(shingles_of(text)) == len({tuple(tokens[at : at + unit]) for at in starts})
    half = len(text) // 2
    found = likeness(text, f"{text} {story(3, 1) if unit == WORDS else '完。'}")
    assert found is not None
    assert found.how == "near"
    assert likeness(text, text[half:] + text[:half]) is not None
    others = {CHINESE, JAPANESE, THAI, HINDI, ARABIC} - {text}
    assert not any(likeness(text, other) for other in others)


def test_a_word_keeps_its_vowel_signs_and_accents() -> None:
    assert tokens_of("हिन्दी में") == (["हिन्दी", "में"], WORDS)
    assert tokens_of("cafe\u0301 noir") == (["cafe\u0301", "noir"], WORDS)
    assert tokens_of("شُكرًا لك") == (["شُكرًا", "لك"], WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ud800 lone",
        "\ud800 lone surrogate " * 50,
        "\0" * 500,
        "word " * 100_000,
        "文" * 300_000,
    ],
    ids=["empty", "surrogate", "surrogates", "nul", "one-word", "one-character"],
)
def test_any_text_has_its_shingles(text: str) -> None:
    assert len(shingles_of(text)) <= LONGEST
    assert sketch_of(text) == sketch_of(text[:LONGEST])


def test_what_is_beyond_the_longest_text_counts_no_more() -> None:
    book = story(1, LONGEST // 100)
    assert likeness(book, f"{book} and more") == ("text", 1.0)


TEMPLATES = {
    "weather": """The weather in {P} today will be {W} with highs of {N} degrees and lows of {N}
        degrees. Winds from the {D} will reach {N} km/h, with gusts of {N} near {P}. The chance of
        rain is {N} per cent in the morning and {N} per cent at night. Tomorrow will be {W}, with
        {N} hours of sunshine.""",
    "football": """{P} Rovers beat {P} United {N}-{N} on {D} after a {W} first half. {P} scored in
        minute {N}, before {P} made it {N}-{N} from a corner. The hosts had {N} per cent of the
        ball and {N} attempts. {P} now has {N} points from {N} matches, {N} more than {P}.""",
    "shares": """{P}公司股价上涨{N}%，收于{N}元，成交额{N}亿元，最高{N}元，最低{N}元。
        过去{N}个月累计上涨{N}%，同期{P}指数下跌{N}%。第{N}季度收入{N}亿元，净利润{N}亿元，
        {P}证券给出目标价{N}元，持股{N}%。""",
}
SLOTS = {
    "P": ["Kesk", "Lumen", "Wick", "Brae", "Tarn"],
    "W": ["mild", "cold", "grey"],
    "D": ["Monday", "Friday", "north"],
    "N": [str(number) for number in range(2, 99)],
}


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_a_template_with_other_names_and_numbers_is_another_text(template: str) -> None:
    chance = random.Random(1)  # noqa: S311

    def filled() -> str:
        return re.sub(r"\{(\w)\}", lambda slot: chance.choice(SLOTS[slot[1]]), template)

    texts = [filled() for _ in range(30)]
    assert not any(likeness(one, other) for one in texts for other in texts if one != other)


WORDS_OF_A_TEXT = ["tide", "ferry", "quay", "amber", "vote", "bridge", "storm", "council", "grain"]
WORD = st.sampled_from(WORDS_OF_A_TEXT)


@given(st.lists(WORD, max_size=80), st.lists(WORD, max_size=80), st.integers(0, 60))
@settings(max_examples=300, deadline=None)
def test_the_score_is_that_of_a_plain_comparison(
    one: list[str], other: list[str], shared: int
) -> None:
    other = one[:shared] + other
    first, second = (
        {tuple(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)}
        for words in (one, other)
    )
    found = likeness(" ".join(one), " ".join(other))
    together, both = len(first | second), len(first & second)
    if found is None:
        fewer = min(len(first), len(second))
        is_whole = len(first) > len(second)
        assert fewer < 40 or both < ALIKE * fewer or is_whole
    elif found.how == "near":
        assert found.score == pytest.approx(min(both / together, 0.999), abs=0.0006)
        assert len(first) >= NEAR_LENGTH * len(second)
    elif found.how == "contained":
        assert found.score == pytest.approx(min(both / len(first), 0.999), abs=0.0006)
    else:
        assert one == other


@pytest.mark.parametrize("count", [1, 3, 8, 20, 60, 400])
def test_a_sketch_is_small_and_comes_back_from_its_bytes(count: int) -> None:
    sketch = sketch_of(story(4, count))
    assert min(FEWEST, len(shingles_of(story(4, count)))) <= len(sketch.keys) <= MOST
    assert unpacked(sketch.packed()) == sketch
    assert sketch.may_be_alike(sketch)


@pytest.mark.parametrize("count", [3, 8, 20, 60])
def test_sketches_are_alike_where_their_texts_are(count: int) -> None:
    for seed in range(60):
        one, other = story(seed, count), edited(seed, count, replaced=count // 4)
        if likeness(one, other):
            assert sketch_of(one).may_be_alike(sketch_of(other))
            assert sketch_of(other).may_be_alike(sketch_of(one))


def test_reports_by_one_template_are_told_apart_by_their_sketches() -> None:
    """They share a quarter of their shingles, and nobody has to read the texts for that."""
    reports = [
        f"{story(seed, 40)}\n\n{' '.join(f'name{seed}of{place}' for place in range(400))}"
        for seed in range(60)
    ]
    assert 0.15 < len(shingles_of(reports[0]) & shingles_of(reports[1])) / 900 < 0.35
    sketches = [sketch_of(one) for one in reports]
    assert sum(one.may_be_alike(other) for one, other in pairwise(sketches)) < 5
    assert not sketches[0].may_be_alike(sketch_of("Nothing."))


KEYS = ((2265728102, 4524127557, 6292524107), (54115259, 588966152, 845728358))


def test_sketches_are_those_of_every_other_machine() -> None:
    """Keys are kept for years: where this fails, `SCHEME` has to be raised."""
    assert sketch_of(story(4, 4)).keys[:3] == KEYS[0]
    assert sketch_of(CHINESE).keys[:3] == KEYS[1]


def test_the_short_piece_is_found_in_the_long_text_whichever_came_first() -> None:
    piece = body(sentences(1, 20)[5:12])
    whole = f"{story(2)}\n\n{piece}\n\n{story(3)}"
    articles = [
        an_article("https://agency.example/a", piece, "2026-01-01T08:00:00Z"),
        an_article("https://paper.example/b", whole, "2026-01-01T09:00:00Z"),
    ]
    for order in (articles, articles[::-1]):
        with closing(State.open(None)) as state:
            for article in order:
                keep(state, article)
            found = state.duplicate_of(page_key("https://agency.example/a"))
            assert found
            assert (found.url, found.how) == ("https://paper.example/b", "contained")
            assert state.duplicate_of(page_key("https://paper.example/b")) is None
            assert list(state.groups()) == []


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({}, 1),
        ({"source_organization": "Tidewire"}, 2),
        ({"source_organization": "News.Example"}, 0),
        ({"canonical_url": "https://agency.example/a"}, 2),
        ({"canonical_url": "https://news.example/b"}, 1),
    ],
    ids=["own", "an-agency's", "the-agency-itself", "canonical-elsewhere", "canonical-here"],
)
def test_a_page_says_whose_text_it_has(fields: dict[str, Any], source: int) -> None:
    article = an_article("https://news.example/a", story(1), **fields)
    assert copy_of(article, "news.example/a").source == source


def test_the_marks_that_a_run_remembers_are_bounded() -> None:
    drop_duplicates = DropDuplicates(most=10)
    pages = [an_article(f"https://news.example/{n}/a", story(n, 4)) for n in range(20)]
    for page in pages:
        assert isinstance(drop_duplicates.process_item(page), Article)
    assert len(drop_duplicates.urls) <= 10
    last = pages[-1]
    again = an_article(f"{last.url}?utm_source=x", last.body or "", headline=last.headline)
    assert isinstance(drop_duplicates.process_item(again), Drop)


def test_what_was_worked_out_of_a_text_elsewhere_is_not_worked_out_again() -> None:
    asked: list[str] = []

    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    recent = Recent(length, most=2)
    recent.note("elsewhere", 9)
    assert [recent(one) for one in ("elsewhere", "here", "here", "third", "elsewhere")] == [
        9, 4, 4, 5, 9,
    ]  # fmt: skip
    assert asked == ["here", "third", "elsewhere"]


def test_the_marks_of_a_text_are_taken_from_the_process_that_read_it() -> None:
    marks = TextMarks.of(story(4, 60))
    assert pickle.loads(pickle.dumps(marks)) == marks  # noqa: S301, our own
    unread = "A text that only the other process has looked at."
    marks.note(unread)
    assert (text_digest(unread), sketch_of(unread)) == (marks.digest, marks.sketch)
