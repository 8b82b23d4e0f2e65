"""The main text: reading order, what is left out, lines that are furniture, pages without rules."""

from __future__ import annotations

import time

import pytest
from lxml import etree
from parsel import Selector
from scrapy.http import HtmlResponse

from newscrawler.pages.body import is_promo, main_text, paragraphs
from newscrawler.pages.document import Document
from newscrawler.pages.maintext import MAX_BLOCKS


def document(text: str) -> Document:
    return Document(HtmlResponse("https://tide.example/a", body=text, encoding="utf-8"))


def text_of(page: str, headline: str | None = None, language: str | None = None) -> list[str]:
    return main_text(document(page), headline=headline, language=language).paragraphs


def read(text: str, *remove: str) -> list[str]:
    return paragraphs(Selector(text=text).css("body")[0].root, remove=remove)


READING = {
    "paragraphs": ("<p>One.</p>\n<p> Two\n lines. </p><p></p>", ["One.", "Two lines."]),
    "inline elements join": ("<p>Un<b>believ</b>able <a href=x>tale</a>.", ["Unbelievable tale."]),
    "headings": ("<p>One.</p><h2>Then</h2><p>Two.</p>", ["One.", "Then", "Two."]),
    "headline is not text": ("<h1>Ferry</h1><p>One.</p>", ["One."]),
    "later h1 is a heading": ("<p>One.</p><h1>Then</h1>", ["One.", "Then"]),
    "lists": ("<ul><li>a<li>b<ul><li>c</ul></ul>", ["a", "b", "c"]),
    "quote": ("<blockquote>Said<p>so.</p></blockquote>", ["Said", "so."]),
    "loose text": ("One.<div>Two.</div>Three.", ["One.", "Two.", "Three."]),
    "two br": ("One.<br><br>Two.<br>Three.<br> \n <br/>Four.", ["One.", "Two. Three.", "Four."]),
    "one br in a p": ("<p>One<br>line.</p>", ["One line."]),
    "data table": ("<table><tr><th>Port<th>Ships<tr><td>East<td>4</table>",
                   ["Port | Ships", "East | 4"]),
    "layout table": ("<table><tr><td><p>One.</p><p>Two.</p></td><td><div>Side</div></table>",
                     ["One.", "Two.", "Side"]),
    "table of one column": ("<table><tr><td>One.<tr><td>Two.</table>", ["One.", "Two."]),
    "comments and instructions": ("<p>One<!-- x --> two<?x y?>.</p><!-- z -->Three.",
                                  ["One two.", "Three."]),
    "definition list": ("<dl><dt>Port<dd>A place.</dl>", ["Port", "A place."]),
    "blank lines of the source": ("<p>One\n\nis<br>long.</p>", ["One is long."]),
    "pre": ("<pre>One.\n\nTwo.</pre>", ["One.", "Two."]),
    "white space of every kind": ("<p>\u00a0One\u200b\u2003two\u00ad.\t</p>", ["One two."]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READING.values(), ids=READING)
def test_text_is_read_in_order(text: str, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "furniture",
    ["<script>x</script>", "<style>x</style>", "<template>x</template>", "<noscript>x</noscript>",
     "<iframe>x</iframe>", "<svg><text>x</text></svg>", "<form><p>x</p></form>",
     "<button>x</button>", "<figure><img><figcaption>x</figcaption></figure>",
     "<aside><p>x</p></aside>", "<nav>x</nav>", "<footer>x</footer>", "<header>x</header>",
     "<p hidden>x</p>", "<div aria-hidden=true>x</div>",
     "<p style='color:red; Display : none'>x</p>",
     "<p style='visibility:hidden'>x</p>", "<select><option>x</select>"],
)  # fmt: skip
def test_furniture_is_left_out(furniture: str) -> None:
    assert read(f"<p>One.</p>{furniture}<p>Two.</p>") == ["One.", "Two."]


def test_what_can_be_found_in_the_page_is_not_hidden() -> None:
    assert read("<p hidden=until-found>One.</p><p aria-hidden=false>Two.</p>") == ["One.", "Two."]


@pytest.mark.parametrize("tag", ["form", "header"])
def test_a_wrapper_of_the_whole_text_is_no_furniture(tag: str) -> None:
    assert read(f"<p>By Ana.</p><{tag}><p>The ferry is back at last.</p></{tag}>") == [
        "By Ana.",
        "The ferry is back at last.",
    ]


SPLIT = {
    "box inside a p": ("<p>The ferry <div class=box>Ad</div> is back.</p>", ["The ferry is back."]),
    "comma after the box": ("<p>The ferry<div class=box>Ad</div>, they say, is back.</p>",
                            ["The ferry, they say, is back."]),
    "lower case after a full stop": ("<p>Seen by Capt.<div class=box>Ad</div> van Dam.</p>",
                                     ["Seen by Capt. van Dam."]),
    "links and bold in the rest": ("<p>The <div class=box>Ad</div><b>big</b> <a href=x>ferry</a>.",
                                   ["The big ferry."]),
    "two boxes": ("<p>The <div class=box>Ad</div> old <div class=box>Ad</div> ferry.",
                  ["The old ferry."]),
    "no space in Chinese": ("<p>渡轮<div class=box>Ad</div>回来了。</p>", ["渡轮回来了。"]),
    "span inside a p": ("<p>The <span class=box>Ad</span>ferry.</p>", ["The ferry."]),
    "figure inside a p": ("<p>The <figure>x</figure>ferry.</p>", ["The ferry."]),
    "a new sentence": ("<p>It is back.</p><div class=box>Ad</div>Nobody cheered.",
                       ["It is back.", "Nobody cheered."]),
    "a new sentence in Arabic": ("<p>هل عادت العبارة؟</p><div class=box>x</div>نعم.",
                                 ["هل عادت العبارة؟", "نعم."]),
    "a new paragraph": ("<p>The ferry</p><div class=box>Ad</div><p>is back.</p>",
                        ["The ferry", "is back."]),
    "after a heading": ("<h2>The ferry</h2><div class=box>Ad</div>It is back.",
                        ["The ferry", "It is back."]),
    "nothing was removed": ("<p>The ferry</p>Is back.", ["The ferry", "Is back."]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SPLIT.values(), ids=SPLIT)
def test_a_box_that_is_left_out_does_not_split_a_sentence(text: str, expected: list[str]) -> None:
    assert read(text, ".box") == expected


def test_selectors_are_those_of_the_whole_page() -> None:
    text = "<article><p>One.</p><div class=x><p>No.</p></div><p id=y>No.</p></article>"
    assert read(text, "article > .x", "#y, #z") == ["One."]


@pytest.mark.parametrize("selector", ["p[", "", "..a", "a::before("])
def test_a_selector_that_is_none_is_named(selector: str) -> None:
    with pytest.raises(ValueError, match="not a CSS selector") as error:
        read("<p>One.</p>", ".x", selector)
    assert repr(selector) in str(error.value)


def test_lines_that_only_point_elsewhere_are_left_out() -> None:
    assert read("""<p>One.</p><p><b>READ MORE:</b> <a href=/b/>Another Story</a></p>
        <p><a href=/c/>Related Third Story</a></p><p><a href=/d/>A ferry</a></p>""") == [
        "One.",
        "A ferry",
    ]


def test_the_tree_stays_as_it_is() -> None:
    page = document(f"<h1>A</h1><p>The <div class=b>Ad</div> ferry.<p hidden>x{PAGE}")
    before = etree.tostring(page.root)
    paragraphs(page.root, remove=[".b"])
    main_text(page, headline="Ferry Returns")
    assert etree.tostring(page.root) == before


def test_a_clock_does_not_go_on_in_the_text_that_stands_loose_behind_a_picture() -> None:
    page = document(
        "<div><p>Updated 5 minutes ago</p><figure>Quay</figure>The ferry is back.</div>"
        "<div><p>The ferry</p><figure>Quay</figure>is back.</div>"
    )
    read = ["Updated 5 minutes ago", "The ferry is back.", "The ferry is back."]
    assert paragraphs(page.root) == read


def test_what_readers_write_is_of_no_text_however_long_it_is() -> None:
    text = [
        f"The ferry came back to the quay of pier {n}, and the town was there." for n in range(9)
    ]
    said = [
        f"I was on board of ferry {n} last year, and nobody had a word for it." for n in range(9)
    ]
    article, comments = ("".join(f"<p>{one}</p>" for one in lines) for lines in (text, said))
    shown = f"<main><h1>A</h1>{article}<div><div id=comments>{comments}</div></div></main>"
    assert main_text(document(shown), language="en").paragraphs == text
    forum = f"<main><h1>A</h1><div class=comments>{comments}</div></main>"
    assert main_text(document(forum), language="en").paragraphs == said


# Lines that are furniture

PROMO = [
    "READ MORE: Ferry Sinks in Storm", "Read also", "See also:", "Related: Storm at Sea",
    "RELATED ARTICLES", "Also read | Storm at Sea", "► Read next: Storm", "MORE: Storm at Sea",
    "WATCH: Ferry leaves harbour", "Advertisement", "ADVERTISEMENT 2 Story continues below",
    "Lire aussi : La tempête", "À lire également", "Lesen Sie auch: Der Sturm",
    "Mehr zum Thema", "Lea también: La tormenta", "Te puede interesar", "TE PUEDE INTERESAR: Mar",
    "Leia também: A tempestade", "Leggi anche: La tempesta", "Lees ook: De storm",
    "Les også: Stormen", "Læs også: Stormen", "Läs också: Stormen", "Czytaj też: Burza",
    "Čtěte také: Bouře", "Читайте также: Шторм", "Читайте також: Шторм", "اقرأ أيضا: العاصفة",
    "بیشتر بخوانید", "続きを読む", "関連記事", "相关阅读：风暴", "관련 기사", "Baca juga: Badai",
    "İlgili haberler", "Sign up for our newsletter here",
    "Subscribe to The Tide newsletter and never miss a storm.",
    "Get the best stories delivered to your inbox.", "Follow us on Facebook and Instagram.",
    "Folgen Sie uns auf Instagram!", "Suivez-nous sur Facebook", "Síguenos en Instagram",
    "Подписывайтесь на наш канал в Telegram", "Share this article", "Share on Facebook",
    "Comments (12)", "Leave a comment", "Kommentare", "Photo: Ana Ruiz / Tide",
    "© REUTERS / Ana Ruiz", "(Foto: Ana Ruiz)", "Image: Ana Ruiz",
    "Got a story? Get in touch with our news team by email.", "All rights reserved", "* * *", "",
]  # fmt: skip


@pytest.mark.parametrize("line", PROMO)
def test_a_line_of_furniture_is_known(line: str) -> None:
    assert is_promo(line)


TEXT = [
    "Read more books, the minister told pupils.", "He said: read more.",
    "More than ten ships sank.",
    "More: that is what they want.", "Watch: a small thing with hands.",
    "See the harbour and live.",
    "Related companies were not named.", "Follow-up talks on Facebook were held.",
    "People who follow politicians on Twitter know it.", "The newsletter was founded in 1920.",
    "Comments by the minister angered the union.", "Photos of the ferry were shared online.",
    "She shared the article on Facebook on Monday.", "Advertisement spending rose by a tenth.",
    "Subscribers left the newspaper in droves.", "Mehr zum Leben braucht er nicht.",
    "Además: nadie lo sabía todo de ella.", "Copyright is a matter for the courts.",
    "Image is everything in politics.", "Themen wie diese bewegen viele.", "120 minutes",
    "The fund was set up to support independent journalism.",
    "He urged readers to sign up for military service, today as yesterday.",
    "続きを読む人は少ない。", "Photo: a word that means light.", "Yes.", "1.", "Storm",
]  # fmt: skip


@pytest.mark.parametrize("line", TEXT)
def test_a_line_of_an_article_is_kept(line: str) -> None:
    assert not is_promo(line)


@pytest.mark.parametrize("line", ["Read: Storm at Sea", "Video: Storm",
                                  "Related Storm at Sea", "Mehr: Der Sturm"])  # fmt: skip
def test_a_weak_label_counts_where_all_is_a_link(line: str) -> None:
    assert is_promo(line, links_only=True)
    assert not is_promo(line)


def test_a_long_paragraph_is_no_furniture() -> None:
    assert not is_promo("Read more: " + "the ferry is back and " * 30)


# Pages without rules of their own

SENTENCES = (
    "The ferry came back to the harbour in the grey light of the morning, two days late. ",
    "Nobody on the quay had slept, and the children of the crew were the first to see it. ",
    "The captain spoke of waves as high as a house and of a radio that had fallen silent. ",
    "On Monday the council will decide whether the old ship may sail again this winter. ",
)
LEAD = "After two days of storm the Swan is home again, with everybody on board safe and sound."
PAGE = f"""<html lang=en><head><title>Ferry Returns | Tide</title>
<meta property="og:title" content="Ferry Returns">
<meta property="og:description" content="{LEAD}"></head><body>
<nav><a href=/>Home</a> <a href=/sea/>Sea</a></nav>
<header><h1>Ferry Returns</h1><p class=lead>{LEAD}</p><p>By Ana Ruiz</p></header>
<div id=story><p>Ferry Returns</p>
<figure><img src=a.jpg alt="The Swan at the quay"><figcaption>The Swan at the quay</figcaption>
</figure><p>{SENTENCES[0] * 2}</p><p>The Swan at the quay</p><p>{SENTENCES[1] * 2}</p>
<p>READ MORE: <a href=/b/>Another Story</a></p><h2>A silent radio</h2><p>{SENTENCES[2] * 2}</p>
<div class="newsletter-box"><p>Every morning the harbour in your hand, before the tide.</p></div>
<ul><li>{SENTENCES[3]}</li><li>The union has said that it will not agree to that.</li></ul>
<p><a href=/c/>Ten ferries that never came back from the sea</a></p>
<p>{SENTENCES[3] * 2}</p><p>Follow us on Facebook and Instagram.</p></div>
<footer><p>All rights reserved</p></footer></body></html>"""


def test_the_main_text_is_lead_and_paragraphs_without_furniture() -> None:
    assert text_of(PAGE, "Ferry Returns", "en") == [
        LEAD,
        (SENTENCES[0] * 2).strip(),
        (SENTENCES[1] * 2).strip(),
        "A silent radio",
        (SENTENCES[2] * 2).strip(),
        SENTENCES[3].strip(),
        "The union has said that it will not agree to that.",
        (SENTENCES[3] * 2).strip(),
    ]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("By Ana Ruiz", False),
        ("von Ana Ruiz, Hamburg", False),
        ("Updated: 1 March 2024, 10:00 CET", False),
        ("2024-03-01 | 10:00", False),
        ("1 March 2024, 10.05am CET Updated 1 March 2024, 12.44pm CET", False),
        ("Sea: Ferry Returns", False),
        ("By noon the quay was full.", True),
        ("By noon, silence", True),
        ("The Swan, built in 1904", True),
        ("In 1904 the first Swan sank", True),
        ("The Swan, 4 March 1904: home from a long war", True),
    ],
)
def test_a_first_line_with_byline_date_or_kicker_is_left_out(line: str, kept: bool) -> None:
    page = PAGE.replace("<p>Ferry Returns</p>", f"<p>{line}</p>")
    assert (line in text_of(page, "Ferry Returns")) is kept


@pytest.mark.parametrize("headline", ["Who was E.?", "霧の港"])
def test_a_headline_of_a_word_or_two_is_left_out_of_the_first_lines(headline: str) -> None:
    page = PAGE.replace("Ferry Returns", headline)
    lines = text_of(page, headline)
    assert headline not in lines
    assert lines[0] == LEAD


def test_a_stated_text_stands_in_where_the_page_shows_less_than_half_of_it() -> None:
    stated = '{"@type": "NewsArticle", "headline": "Ferry", "author": "A", "articleBody": "BODY"}'
    body = "\\n\\n".join(sentence.strip() for sentence in SENTENCES)
    script = f"<script type='application/ld+json'>{stated.replace('BODY', body)}</script>"
    short = f"<html><body>{script}<h1>Ferry</h1><p>{SENTENCES[0]}</p></body></html>"
    assert text_of(short) == [sentence.strip() for sentence in SENTENCES]
    whole = text_of(PAGE)
    teaser = f"<script type='application/ld+json'>{stated.replace('BODY', 'A ferry.')}</script>"
    assert text_of(PAGE.replace("<body>", f"<body>{teaser}")) == whole


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "<!-- x -->", "<html></html>", "<html><head><title>x</title></head></html>",
     "<frameset><frame src=x></frameset>", "<script>x</script>"],
)  # fmt: skip
def test_a_page_without_text_has_no_paragraphs(text: str) -> None:
    assert text_of(text) == []


def test_a_nul_does_not_end_a_text() -> None:
    assert text_of(PAGE.replace("harbour", "har\x00bour"))[1:3] == text_of(PAGE)[1:3]


HOSTILE = {
    "20,000 nested elements": "<div>" * 20_000 + "<p>deep",
    "20,000 nested inline elements": "<p>" + "<b>" * 20_000 + "deep",
    "nested tables": "<table><tr><td>a<td>b" * 5_000,
    "more blocks than an article has": "<p>One line.<br>\n</p>" * (3 * MAX_BLOCKS),
    "two million blanks": "<p>" + " " * 2_000_000 + "x",
    "two million letters": "<p>" + "lorem ipsum dolor. " * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_neither_crashes_nor_takes_long(text: str) -> None:
    started = time.monotonic()
    page = document(text)
    assert isinstance(paragraphs(page.root), list)
    assert isinstance(main_text(page).paragraphs, list)
    # Ten times what it takes: the limit is there to see time grow with the square of a page.
    assert time.monotonic() - started < 15
