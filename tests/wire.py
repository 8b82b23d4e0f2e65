"""Made-up wire stories, and what editors do to them."""

from __future__ import annotations

import random

PLACES = ["Port Amber", "Saltmere", "Wick Sands", "Upper Tarn", "Kesk", "Old Quay", "Lumen", "Brae"]
PEOPLE = ["Nuala Brace", "Odd Tarn", "Ines Kolb", "Pavel Reet", "Mira Osk", "Tom Vale", "Ada Lund"]
THINGS = ["ferry", "bridge", "harbour wall", "tram line", "school roof", "grain store", "reservoir"]
ACTS = ["opened", "closed", "repaired", "sold", "inspected", "flooded", "measured", "painted"]
WHENS = ["on Monday", "before noon", "last week", "in the spring", "at dawn", "after the vote"]
WHYS = [
    "because the money had run out",
    "although nobody had asked for it",
    "as the council had wished",
    "while the tide was low",
    "to the surprise of the crew",
    "so that boats could pass again",
    "after a long quarrel about the price",
    "since the winter storms had come early",
]


def sentence(chance: random.Random) -> str:
    number = chance.randint(2, 9999)
    return (
        f"{chance.choice(PEOPLE)} of {chance.choice(PLACES)} said that {number} metres of the "
        f"{chance.choice(THINGS)} near {chance.choice(PLACES)} were {chance.choice(ACTS)} "
        f"{chance.choice(WHENS)} {chance.choice(WHYS)}."
    )


def sentences(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311
    return [sentence(chance) for _ in range(count)]


def body(parts: list[str]) -> str:
    """Put three sentences to a paragraph."""
    return "\n\n".join(" ".join(parts[start : start + 3]) for start in range(0, len(parts), 3))


def story(seed: int, count: int = 20) -> str:
    """Return a story of some 25 words a sentence that has nothing in common with other ones."""
    return body(sentences(seed, count))


def edited(seed: int, count: int = 20, *, replaced: int = 0, tail: int = 0, cut: int = 0) -> str:
    """Return the same story with some sentences replaced, more at the end, or fewer."""
    parts = sentences(seed, count)
    chance = random.Random(f"{seed} {replaced} {tail} {cut}")  # noqa: S311
    for place in chance.sample(range(count), replaced):
        parts[place] = sentence(chance)
    return body(parts[: count - cut] + [sentence(chance) for _ in range(tail)])
