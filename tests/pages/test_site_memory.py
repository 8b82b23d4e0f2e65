"""What the pages of a site teach about the next one."""

from __future__ import annotations

from scrapy.http import HtmlResponse

from newscrawler.pages.block_model import BlockModel
from newscrawler.pages.document import Document
from newscrawler.pages.maintext import Text, main_text
from newscrawler.pages.site_memory import (
    Learned,
    SiteMemory,
    digest_of,
    short_digest_of,
    signature,
)

SURE, IN_DOUBT, UNLIKELY, NEVER = 4.0, 1.0, -0.4, -3.0  # 0.98, 0.73, 0.40, 0.05
OWN_ODDS = 3
# A model that takes a block for what its class says.
MODEL = BlockModel(
    0.0,
    {"0:sure": SURE, "0:doubt": IN_DOUBT, "0:unlikely": UNLIKELY, "0:never": NEVER},
    [(OWN_ODDS, NEVER, NEVER,
      (OWN_ODDS, UNLIKELY, UNLIKELY, (OWN_ODDS, IN_DOUBT, IN_DOUBT, SURE)))],
)  # fmt: skip
PAGE = """<div class="story-body post-4711">
<p class=sure>The ferry came back to the harbour in the morning.</p>
<p class=doubt>The Tide is read by everybody on the coast.</p>
<p class=unlikely>Tickets are sold at the quay.</p>
<p class=never>Weather for the coast.</p></div>"""
FERRY, TIDE, TICKETS, WEATHER = (
    "The ferry came back to the harbour in the morning.",
    "The Tide is read by everybody on the coast.",
    "Tickets are sold at the quay.",
    "Weather for the coast.",
)


def read(memory: SiteMemory) -> Text:
    page = Document(HtmlResponse("https://tide.example/a", body=PAGE, encoding="utf-8"))
    return main_text(page, memory=memory, model=MODEL)


def test_without_a_memory_what_is_likely_is_taken() -> None:
    assert read(SiteMemory()).paragraphs == [FERRY, TIDE]


def test_what_other_pages_had_is_furniture_where_it_is_in_doubt() -> None:
    memory = SiteMemory(repeated=frozenset({digest_of(TIDE), digest_of(FERRY)}))
    assert read(memory).paragraphs == [FERRY]


def test_where_the_last_pages_had_their_text_less_is_asked() -> None:
    memory = SiteMemory(containers=frozenset({signature("div", "story-body post-12")}))
    assert read(memory).paragraphs == [FERRY, TIDE, TICKETS]


def test_a_page_teaches_its_container_what_was_in_doubt_and_what_stood_beside_the_text() -> None:
    assert read(SiteMemory()).learned == Learned(
        doubtful=(digest_of(TIDE), digest_of(TICKETS)),
        container="div story-body post-",
        beside=tuple(sorted(map(short_digest_of, (TICKETS, WEATHER)))),
    )


def test_a_digest_minds_neither_case_nor_marks() -> None:
    assert digest_of("The Tide, daily!") == digest_of("the tide — daily")
    assert 0 <= digest_of(TIDE) < 2**63


def test_a_signature_has_no_numbers_and_needs_a_name() -> None:
    assert signature("div", "post post-4711") == signature("div", "post post-12")
    assert signature("div", "") == ""
