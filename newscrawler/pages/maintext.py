"""The main text of a page that no rule is known for: the blocks that are most likely its article's.

What is left out of them and added to them was measured on pages of some hundred publishers.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml.etree import _Element as Element
from scrapy.http import HtmlResponse

from newscrawler.pages.block_facts import Facts
from newscrawler.pages.block_model import BlockModel, block_model
from newscrawler.pages.block_shapes import Said, key_of
from newscrawler.pages.blocks import Block, blocks, ends_sentence
from newscrawler.pages.document import Document
from newscrawler.pages.elements import Elements
from newscrawler.pages.furniture import is_promo
from newscrawler.pages.furniture_boxes import FurnitureBoxes, is_of_readers
from newscrawler.pages.script_text import MIN_TEXT, script_text
from newscrawler.pages.site_memory import (
    NOTHING_KNOWN,
    Learned,
    SiteMemory,
    digest_of,
    short_digest_of,
    signature,
)
from newscrawler.pages.stated import element_text

# The longest of 1,200 pages had a third as many; of more, the start and the end are looked at.
MAX_BLOCKS = 5_000
LIKELY = 0.5
# Where the site's last pages had their text, and where a text stands that other pages had as well.
LIKELY_IN_CONTAINER, SURE = 0.35, 0.85
_SHORTEST, _MOST_DOUBTFUL = 15, 50
# Texts of menus are short; of what could be taken for a paragraph a page has some dozens.
_MOST_BESIDE = 500
# No line to the reader was taken for text with more certainty; asking is half the time of a line.
_CERTAIN = 0.98

# Lengths in characters; a Chinese, Japanese, Korean or Thai text says the same in a third.
_DENSE = frozenset({"zh", "ja", "ko", "th"})
_HEADLINE = 9
_KICKER = 70
# How many of the first lines may repeat the headline with a kicker, or a part of it.
_HEAD_LINES = 4
# A longer text is no headline, and stands twice only where it is written alike.
_LONGEST_COMPARED = 1_000
# A line that says who wrote it, or when: `By Ana Ruiz`, `Updated: 1 March 2024, 10:00 CET`.
_BYLINE = 80
_DATE_WORDS = 3
_NO_BYLINE = frozenset({"h2", "h3", "h4", "h5", "h6", "tr", "li"})
_SIGNED = re.compile(
    r"(?:by|von|par|por|di|door|av|af|author|autor|autorin|auteur|autore|автор)\b:?\s+"
    r"(?=[^\W\d_])(?-i:[^a-zа-я])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBERS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
# Of the text; what stands in elements called furniture is none where it is less.
_FURNITURE_SHARE = 0.25
# A stated text wins only where what was found is less than half of it: on the pages measured it
# was the worse choice everywhere else, without its subheadings or with its paragraphs glued.
_FAR_SHORTER = 0.5


class Text(NamedTuple):
    """The paragraphs of an article, and what its page teaches about the site."""

    paragraphs: list[str]
    learned: Learned = Learned()


class _Line(NamedTuple):
    text: str
    key: str
    block: Block
    is_caption: bool
    likely: float


def main_text(
    document: Document,
    *,
    headline: str | None = None,
    language: str | None = None,
    memory: SiteMemory = NOTHING_KNOWN,
    model: BlockModel | None = None,
) -> Text:
    """Find the paragraphs of a page's article; no paragraphs mean that nothing was found.

    `model` stands in for the weights that come with the package.
    """
    facts = facts_of(document, headline, language)
    model = model or block_model()
    likely = _with_lists(facts, model.second(facts, model.first(facts)))
    kept, is_short = _without_readers(_kept(facts, likely, memory), MIN_TEXT // facts.shrink)
    paragraphs = [line.text for line in kept]
    stated = _stated(document)
    if _is_better(stated, paragraphs):
        paragraphs = stated
        is_short = len("".join(stated)) < MIN_TEXT // facts.shrink
    if is_short:
        in_script = script_text(
            document, headline, shrink=facts.shrink, read=lambda text: _of_fragment(text, model)
        )
        if _is_better(in_script, paragraphs):
            paragraphs = _opening(kept, paragraphs, in_script) + in_script
    linked = (digest_of(line.text) for line in kept if line.block.links_only)
    learned = Learned(
        doubtful=_doubtful(facts, likely),
        container=_container(facts, kept),
        linked=tuple(islice(linked, _MOST_DOUBTFUL)),
        beside=_beside(facts, likely, paragraphs),
    )
    return Text(paragraphs, learned)


def _kept(facts: Facts, likely: list[float], memory: SiteMemory) -> list[_Line]:
    """Return the likely lines that are no headline, byline, caption or furniture."""
    found = list(_lines(facts, likely, memory))
    boxes = FurnitureBoxes(_FURNITURE_SHARE * sum(len(line.text) for line in found))
    return [
        line
        for number, line in enumerate(found)
        if not line.is_caption
        and not _is_headline(line, number, facts.said.titles)
        and not _is_byline(line, number)
        and not _is_furniture(line)
        and not boxes.hold(line.block.element)
    ]


def _without_readers(lines: list[_Line], least: int) -> tuple[list[_Line], bool]:
    """Leave out the comments of readers where there is a text, and tell whether there is none.

    `least` is the length of a text, in characters.
    """
    own = [line for line in lines if not is_of_readers(line.block.element)]
    is_short = sum(len(line.text) for line in own) < least
    return lines if is_short else own, is_short


def _of_fragment(text: str, model: BlockModel) -> list[str]:
    """Read HTML that stands in a string as a page of its own, without its scripts."""
    body = f"<article>{text}</article>".encode("utf-8", "replace")
    facts = facts_of(Document(HtmlResponse("https://data.example/", body=body)), None, None)
    likely = _with_lists(facts, model.second(facts, model.first(facts)))
    return [line.text for line in _kept(facts, likely, NOTHING_KNOWN)]


def _opening(lines: list[_Line], found: list[str], in_script: list[str]) -> list[str]:
    """Return what the page shows of a text before the rest, where the rest does not begin with it.

    Boxes that would hold much of a short text hold but little of the whole.
    """
    whole = "".join(in_script)
    boxes, said = FurnitureBoxes(_FURNITURE_SHARE * len(whole)), key_of(whole)
    boxed = {line.text for line in lines if boxes.hold(line.block.element)}
    return [one for one in found if one not in boxed and key_of(one) not in said]


def facts_of(document: Document, headline: str | None, language: str | None) -> Facts:
    """Read the blocks of a page, with what the model is asked by."""
    found = blocks(document.root, furniture=True)
    if len(found) > MAX_BLOCKS:
        found = found[: MAX_BLOCKS * 3 // 4] + found[-MAX_BLOCKS // 4 :]
    shrink = 3 if (language or "")[:2] in _DENSE else 1
    headings = (block.text for block in found if block.tag == "h1")
    titles = frozenset(map(key_of, _titles(document, headline))) - {""}
    stated = map(document.markup.meta, ("og:description", "description", "twitter:description"))
    said = Said(
        headlines=titles.union(map(key_of, islice(headings, 2))) - {""},
        descriptions=tuple(key for one in stated if (key := key_of(one or ""))),
        captions=frozenset(map(key_of, _captions(document.elements))) - {""},
        titles=titles,
    )
    return Facts(found, said, shrink=shrink)


def _titles(document: Document, headline: str | None) -> list[str]:
    stated = (headline, document.markup.meta("og:title"), document.markup.title)
    return [title for title in stated if title]


def _captions(elements: Elements) -> Iterator[str]:
    for caption in elements.of("figcaption"):
        yield element_text(caption)
    for image in elements.of("img"):
        yield image.get("alt", "")


def _lines(facts: Facts, likely: list[float], memory: SiteMemory) -> Iterator[_Line]:
    """Give the likely blocks, each text once."""
    said: set[str] = set()
    for block, echo, one in zip(facts.blocks, facts.echoes, likely, strict=True):
        if one > LIKELY_IN_CONTAINER and one > _limit(facts, block, memory):
            is_long = len(block.text) > _LONGEST_COMPARED
            key = block.text if is_long else key_of(block.text)
            if key not in said:
                yield _Line(block.text, key, block, echo.is_caption, one)
            said.add(key)


def _with_lists(facts: Facts, likely: list[float]) -> list[float]:
    """Judge the items of a list as one: a short item among the others is of the text as well."""
    lists: defaultdict[Element | None, list[int]] = defaultdict(list)
    for place, block in enumerate(facts.blocks):
        if block.tag == "li" and not block.links_only:
            lists[block.element.getparent()].append(place)
    judged = list(likely)
    for places in lists.values():
        length = sum(facts.lengths[place] for place in places)
        shared = sum(likely[place] * facts.lengths[place] for place in places) / length
        for place in places:
            judged[place] = max(likely[place], shared)
    return judged


def _limit(facts: Facts, block: Block, memory: SiteMemory) -> float:
    """Return how likely a block has to be, by what other pages of the site have shown."""
    if memory.repeated and digest_of(block.text) in memory.repeated:
        return SURE
    is_known = memory.containers and _signature(facts, block) in memory.containers
    return LIKELY_IN_CONTAINER if is_known else LIKELY


def _signature(facts: Facts, block: Block) -> str:
    parent = block.element.getparent()
    return "" if parent is None else signature(str(parent.tag), facts.names(parent))


def _doubtful(facts: Facts, likely: list[float]) -> tuple[int, ...]:
    """Return the digests of what may be furniture; one word is no text."""
    doubtful = (
        block.text
        for block, one in zip(facts.blocks, likely, strict=True)
        if LIKELY_IN_CONTAINER < one <= SURE and len(block.text) >= _SHORTEST
    )
    return tuple(dict.fromkeys(digest_of(text) for text in islice(doubtful, _MOST_DOUBTFUL)))


def _beside(facts: Facts, likely: list[float], taken: list[str]) -> tuple[int, ...]:
    """Return the digests of what is shown and was left out, first of what is most like text.

    Of many the longest are kept; a short line counts where it might be taken another time.
    """
    left: dict[str, float] = {}
    for block, one in zip(facts.blocks, likely, strict=True):
        if one or len(block.text) >= _SHORTEST:
            left[block.text] = max(one, left.get(block.text, 0.0))
    for text in taken:
        left.pop(text, None)
    first = sorted(left, key=lambda text: (-left[text], -len(text), text))[:_MOST_BESIDE]
    return tuple(sorted({short_digest_of(text) for text in first}))


def _container(facts: Facts, lines: list[_Line]) -> str:
    """Return the signature of what holds more than half of the text."""
    mass: Counter[str] = Counter()
    for line in lines:
        mass[_signature(facts, line.block)] += len(line.text)
    name, most = next(iter(mass.most_common(1)), ("", 0))
    return name if 2 * most > mass.total() else ""


def _is_headline(line: _Line, number: int, titles: frozenset[str]) -> bool:
    """Tell whether a line repeats the headline; one of the first, also in part or with more."""
    if line.key in titles:
        return True
    if number >= _HEAD_LINES:
        return False
    return any(
        (line.key.endswith(title) and len(line.key) < len(title) + _KICKER)
        or (len(line.key) > 2 * _HEADLINE and line.key in title)
        for title in titles
        if len(title) >= _HEADLINE
    )


def _is_byline(line: _Line, number: int) -> bool:
    """Tell whether one of the first lines says no more than who wrote it, or when."""
    if number >= _HEAD_LINES or len(line.text) > _BYLINE or ends_sentence(line.text):
        return False
    if line.block.tag in _NO_BYLINE:
        return False
    if _SIGNED.match(line.text):
        return True
    numbers = _NUMBERS.findall(line.text)
    has_day = len(numbers) > 1 and any(_YEAR.fullmatch(number) for number in numbers)
    # A time of the day comes with a month, a zone and a word such as `updated`.
    return has_day and len(_LETTERS.findall(line.text)) <= max(_DATE_WORDS, len(numbers))


def _is_furniture(line: _Line) -> bool:
    links_only = line.block.links_only
    if line.likely > _CERTAIN and not links_only:
        return False
    return is_promo(line.text, links_only) or (links_only and not ends_sentence(line.text))


def _stated(document: Document) -> list[str]:
    """Paragraphs of the text that the page states in JSON-LD."""
    node = document.article_node
    return [part for part in ((node.body if node else None) or "").split("\n\n") if part]


def _is_better(stated: list[str], found: list[str]) -> bool:
    """Tell whether a stated text has much more, or the same with more of its paragraphs."""
    if len("".join(found)) < _FAR_SHORTER * len("".join(stated)):
        return True
    return len(stated) > len(found) and key_of("".join(stated)) == key_of("".join(found))
