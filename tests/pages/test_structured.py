"""JSON-LD: what pages write, what they write wrongly, and which article the page is about."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parsel import Selector

from newscrawler.pages.jsonblocks import MAX_BLOCK, MAX_BLOCKS, MAX_DEPTH
from newscrawler.pages.structured import Contributor, JsonLd, Node, Picture

URL = "https://tide.example/world/ferry-returns/"
ARTICLE = {"@type": "NewsArticle", "headline": "Ferry Returns", "datePublished": "2024-03-01"}


def read(*blocks: str, media_type: str = "application/ld+json") -> JsonLd:
    scripts = "".join(f'<script type="{media_type}">{block}</script>' for block in blocks)
    return JsonLd.from_tree(Selector(text=f"<html><head>{scripts}</head></html>").root)


def stated(*objects: Any) -> JsonLd:
    return read(*(json.dumps(one) for one in objects))


def node(**properties: Any) -> Node:
    found = stated({"@type": "NewsArticle", **properties}).nodes
    return found[0]


REPAIRABLE = {
    "plain": '{"@type": "Article", "headline": "A, b"}',
    "byte order mark": '\ufeff{"@type": "Article", "headline": "A, b"}',
    "html comment": '<!-- {"@type": "Article", "headline": "A, b"} -->',
    "cdata": '<![CDATA[ {"@type": "Article", "headline": "A, b"} ]]>',
    "cdata in script comments": '//<![CDATA[\n{"@type": "Article", "headline": "A, b"}\n//]]>',
    "cdata in block comments": '/*<![CDATA[*/{"@type": "Article", "headline": "A, b"}/*]]>*/',
    "semicolon at the end": '{"@type": "Article", "headline": "A, b"};',
    "trailing comma": '{"@type": ["Article",], "headline": "A, b",}',
    "two commas": '{"@type": "Article",, "headline": "A, b"}',
    "line comment": '{"@type": "Article", // "x": 1,\n "headline": "A, b"}',
    "block comment": '{"@type": "Article", /* * / */ "headline": "A, b"}',
    "escaped apostrophe and comma": '{"@type": "Article", "headline": "A, b", "name": "it\\\'s",}',
    "quotes as entities": "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: "
    "&quot;A, b&quot;}",
    "glued objects": '{"@type": "Organization"}{"@type": "Article", "headline": "A, b"}',
    "objects with a comma between": '{"@type": "Thing"}, {"@type": "Article", "headline": "A, b"}',
}


@pytest.mark.parametrize("block", REPAIRABLE.values(), ids=REPAIRABLE)
def test_a_block_is_read_when_it_can_be_repaired_safely(block: str) -> None:
    found = read(block)
    assert [one.headline for one in found.of_type("Article")] == ["A, b"]
    assert found.broken == 0


BROKEN = {
    "not json": "The ferry returns at noon",
    "quotes inside a string": '{"@type": "Article", "headline": "The "Swan" sails"}',
    "value without quotes": '{"@type": "Article", "author": Ana Ruiz}',
    "cut off": '{"@type": "Article", "headline": "Fer',
    "too deep": "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
    "deeper than the parser recurses": "[" * 100_000,
    "too long": json.dumps({"@type": "Article", "headline": "x" * MAX_BLOCK}),
    "number of 5,000 digits": '{"@type": "Article", "position": ' + "9" * 5_000 + "}",
}


@pytest.mark.parametrize("block", BROKEN.values(), ids=BROKEN)
def test_a_broken_block_is_counted_and_leaves_the_others_alone(block: str) -> None:
    found = read(block, json.dumps(ARTICLE))
    assert found.broken == 1
    assert [one.headline for one in found.nodes] == ["Ferry Returns"]


def test_the_readable_part_of_a_broken_block_is_kept() -> None:
    found = read(json.dumps(ARTICLE) + '{"@type": "BreadcrumbList", "name": ')
    assert (found.types, found.broken) == (frozenset({"NewsArticle"}), 1)


def test_repairs_leave_the_insides_of_strings_alone() -> None:
    headline = "Why // and /* and ,} stay"
    block = json.dumps({"@type": "Article", "headline": headline})[:-1] + ",}"
    assert read(block).nodes[0].headline == headline


@pytest.mark.parametrize(
    "media_type",
    ["application/ld+json", "application/ld+json; charset=utf-8", " Application/LD+JSON "],
)
def test_the_type_of_the_script_may_have_parameters_and_capitals(media_type: str) -> None:
    assert len(read(json.dumps(ARTICLE), media_type=media_type).nodes) == 1


def test_other_scripts_and_empty_ones_are_not_json_ld() -> None:
    assert read(json.dumps(ARTICLE), media_type="application/json") == JsonLd()
    assert read("  \n ") == JsonLd()


def test_only_so_many_blocks_are_read() -> None:
    assert len(read(*[json.dumps(ARTICLE)] * (MAX_BLOCKS + 5)).nodes) == MAX_BLOCKS


def test_raw_line_breaks_in_strings_are_white_space() -> None:
    assert read('{"@type": "Article", "headline": "Ferry\n\tReturns"}').nodes[0].headline == (
        "Ferry Returns"
    )


@pytest.mark.parametrize(
    "kind",
    ["NewsArticle", "http://schema.org/NewsArticle", "https://schema.org/NewsArticle",
     "schema:NewsArticle", ["Thing", "NewsArticle"]],
)  # fmt: skip
def test_types_are_known_in_every_spelling(kind: Any) -> None:
    found = stated({"@type": kind, "headline": "Ferry Returns", "author": "Ana Ruiz"})
    assert found.article() is not None
    assert "NewsArticle" in found.types


@pytest.mark.parametrize(
    "wrapped",
    [
        {"@graph": [{"@type": "WebSite"}, ARTICLE]},
        [[ARTICLE]],
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {"@context": "https://schema.org", "@graph": {"@type": "WebPage", "mainEntity": [ARTICLE]}},
    ],
    ids=["graph", "lists", "main entity", "all of them"],
)
def test_an_article_is_found_wherever_it_is_nested(wrapped: Any) -> None:
    article = stated(wrapped).article()
    assert article is not None
    assert article.headline == "Ferry Returns"


def test_references_are_resolved_within_the_page() -> None:
    found = stated(
        {**ARTICLE, "author": {"@id": "#ana"}, "publisher": {"@id": "#tide"},
         "image": {"@id": "#i"}},
        {"@graph": [
            {"@id": "#ana", "@type": "Person", "name": "Ana Ruiz", "url": "/ana/"},
            {"@id": "#tide", "@type": "Organization", "name": "The Daily Tide"},
            {"@id": "#i", "@type": "ImageObject", "contentUrl": "/a.jpg", "caption": "The ferry."},
        ]},
    )  # fmt: skip
    article = found.article()
    assert article is not None
    assert article.authors == [Contributor("Ana Ruiz", "/ana/", "Person")]
    assert article.publisher_name == "The Daily Tide"
    assert article.images == [Picture("/a.jpg", "The ferry.", None)]


def test_references_in_a_circle_end() -> None:
    found = stated({"@id": "#a", **ARTICLE, "author": {"@id": "#a"}, "publisher": {"@id": "#none"}})
    article = found.article()
    assert article is not None
    assert article.authors == []
    assert article.publisher_name is None


# Which article the page is about

TEASER = {"@type": "NewsArticle", "headline": "Another Story", "url": "https://tide.example/b/"}
FULL = {**ARTICLE, "author": "Ana Ruiz", "articleBody": "The ferry is back."}


@pytest.mark.parametrize(
    "address",
    [
        {"url": URL},
        {"@id": f"{URL}#article"},
        {"mainEntityOfPage": {"@type": "WebPage", "@id": URL}},
        {"mainEntityOfPage": "http://www.tide.example/world/ferry-returns"},
        {"url": "/world/ferry-returns/?utm_source=x"},
    ],
    ids=["url", "id", "main entity of page", "other scheme and host", "relative"],
)
def test_the_article_that_names_the_page_wins(address: dict[str, Any]) -> None:
    other = {**FULL, "headline": "Another Story", "url": "https://tide.example/b/"}
    article = stated(other, {"@type": "Article", "headline": "Ferry Returns", **address}).article(
        URL
    )
    assert article is not None
    assert article.headline == "Ferry Returns"


def test_the_canonical_address_counts_as_well() -> None:
    found = stated(TEASER, {**ARTICLE, "url": URL})
    article = found.article("https://m.tide.example/x", URL)
    assert article is not None
    assert article.headline == "Ferry Returns"


def test_different_queries_are_different_pages() -> None:
    found = stated({**TEASER, "url": "https://tide.example/a?id=2"}, ARTICLE)
    article = found.article("https://tide.example/a?id=1")
    assert article is not None
    assert article.headline == "Ferry Returns"


def test_without_an_address_the_one_that_says_most_wins() -> None:
    article = stated({"@type": "Article", "headline": "Thin", "author": "A"}, FULL).article()
    assert article is not None
    assert article.headline == "Ferry Returns"


def test_the_updates_of_a_live_blog_do_not_stand_for_it() -> None:
    update = {"@type": "BlogPosting", **FULL, "headline": "First update", "url": f"{URL}#u1"}
    blog = {"@type": "LiveBlogPosting", "headline": "Ferry: live", "url": URL,
            "liveBlogUpdate": [update]}  # fmt: skip
    article = stated(blog).article(URL)
    assert article is not None
    assert article.headline == "Ferry: live"


@pytest.mark.parametrize(
    "page",
    [
        [TEASER],
        [{"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": FULL}]}],
        [{**FULL, "url": "https://tide.example/b/"}, {**FULL, "url": "https://tide.example/c/"}],
        [{"@type": "Organization", "name": "The Daily Tide"}],
        [],
    ],
    ids=["teaser", "item list", "several other pages", "no article", "nothing"],
)
def test_a_page_that_is_about_no_article_has_none(page: list[Any]) -> None:
    assert stated(*page).article(URL) is None


# Getters


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Ana Ruiz", [Contributor("Ana Ruiz", None, None)]),
        ("Ana Ruiz and Bo Lund", [Contributor("Ana Ruiz and Bo Lund", None, None)]),
        (["Ana Ruiz", "Bo Lund"],
         [Contributor("Ana Ruiz", None, None), Contributor("Bo Lund", None, None)]),
        ({"@type": "Person", "name": "Ana Ruiz", "url": ["/ana/"]},
         [Contributor("Ana Ruiz", "/ana/", "Person")]),
        ([{"@type": "http://schema.org/Organization", "name": "Tide News Desk"}],
         [Contributor("Tide News Desk", None, "Organization")]),
        ({"@type": "Person", "name": ["Ana Ruiz", "Bo Lund"]},
         [Contributor("Ana Ruiz", None, "Person"), Contributor("Bo Lund", None, "Person")]),
        ({"0": {"@type": "Person", "name": "Ana Ruiz"}},
         [Contributor("Ana Ruiz", None, "Person")]),
        ({"@list": ["Ana Ruiz"]}, [Contributor("Ana Ruiz", None, None)]),
        (["Ana Ruiz", "Ana Ruiz", "", None, {}, True], [Contributor("Ana Ruiz", None, None)]),
        ({"@type": "Person"}, []),
    ],
    ids=["string", "names in one string", "strings", "object", "organisation", "names in an object",
         "numbered", "list object", "noise", "nameless"],
)  # fmt: skip
def test_authors_come_in_many_shapes(author: Any, expected: list[Contributor]) -> None:
    assert node(author=author).authors == expected


def test_a_creator_signs_where_no_author_does() -> None:
    assert node(creator=["Ana Ruiz"]).authors == [Contributor("Ana Ruiz", None, None)]
    assert node(author="Bo Lund", creator="Ana Ruiz").authors[0].name == "Bo Lund"


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ("ferry, harbour ,storm", ["ferry", "harbour", "storm"]),
        (["ferry; harbour"], ["ferry", "harbour"]),
        (["Ferries, small", "harbour"], ["Ferries, small", "harbour"]),
        ([{"@type": "DefinedTerm", "name": "ferry"}, "storm"], ["ferry", "storm"]),
        ("港湾、天気", ["港湾", "天気"]),
        ({"@value": "ferry"}, ["ferry"]),
        (" , ", []),
        (7.5, ["7.5"]),
        ([None, False], []),
    ],
)
def test_keywords_are_a_list(keywords: Any, expected: list[str]) -> None:
    assert node(keywords=keywords).keywords == expected


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("/a.jpg", [Picture("/a.jpg", None, None)]),
        (["/a.jpg", "/b.jpg", "/a.jpg"],
         [Picture("/a.jpg", None, None), Picture("/b.jpg", None, None)]),
        ({"@type": "ImageObject", "contentUrl": "/a.jpg", "caption": "The ferry.",
          "creditText": "Ana Ruiz / Tide"}, [Picture("/a.jpg", "The ferry.", "Ana Ruiz / Tide")]),
        ({"@type": "ImageObject", "url": ["/a.jpg"], "creator": {"name": "Ana Ruiz"}},
         [Picture("/a.jpg", None, "Ana Ruiz")]),
        ({"@type": "ImageObject", "height": 100}, []),
        ([[], {}, "", None], []),
    ],
)  # fmt: skip
def test_images_come_in_many_shapes(image: Any, expected: list[Picture]) -> None:
    assert node(image=image).images == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (True, True), ("True", True), ("http://schema.org/True", True), (1, True), ("1", True),
        (False, False), ("false", False), ("https://schema.org/False", False), (0, False),
        ("maybe", None), ({"@type": "Thing"}, None), ([], None), (None, None),
    ],
)  # fmt: skip
def test_free_access_is_true_false_or_not_said(said: Any, expected: bool | None) -> None:
    part = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".paid"}
    assert node(isAccessibleForFree=said, hasPart=part).is_accessible_for_free is expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"commentCount": 4}, 4),
        ({"commentCount": "12"}, 12),
        ({"commentCount": 0}, 0),
        ({"interactionStatistic": [
            {"@type": "InteractionCounter", "interactionType": {"@type": "LikeAction"},
             "userInteractionCount": 99},
            {"@type": "InteractionCounter", "interactionType": "http://schema.org/CommentAction",
             "userInteractionCount": "7"}]}, 7),
        ({"commentCount": -1}, None),
        ({"commentCount": "many"}, None),
        ({"commentCount": 1.5}, None),
        ({"commentCount": "1" * 50}, None),
    ],
)  # fmt: skip
def test_comments_are_counted(properties: dict[str, Any], expected: int | None) -> None:
    assert node(**properties).comment_count == expected


def test_breadcrumbs_follow_their_positions() -> None:
    trail = {"@type": "BreadcrumbList", "itemListElement": [
        {"@type": "ListItem", "position": "2", "item": {"@id": "/world/", "name": "World"}},
        {"@type": "ListItem", "position": 1, "name": "Home", "item": "/"},
        {"@type": "ListItem", "position": 10, "name": "Harbours"},
        {"@type": "ListItem", "position": 3, "name": "Sea"},
        {"@type": "ListItem"},
    ]}  # fmt: skip
    assert stated({"@type": "BreadcrumbList"}, trail).breadcrumbs == [
        "Home", "World", "Sea", "Harbours",
    ]  # fmt: skip
    assert node(breadcrumb=trail).breadcrumbs == ["Home", "World", "Sea", "Harbours"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Storm &amp; Tide", "Storm & Tide"),
        ("The &quot;Swan&quot; &#8211; back", 'The "Swan" – back'),
        ("AT&T &copy 2024", "AT&T &copy 2024"),
        ("Twice &amp;amp; escaped", "Twice &amp; escaped"),
        (" Ferry <em>Swan</em>,\n back<br/>again ", "Ferry Swan, back again"),
        ("2 < 3 and <unknown>", "2 < 3 and <unknown>"),
        (1548613047, "1548613047"),
        (1548613047.0, "1548613047"),
        ({"@value": "Ferry", "@language": "en"}, "Ferry"),
        ([None, "", "Ferry"], "Ferry"),
        (True, None),
        ({"@type": "Thing"}, None),
    ],
)
def test_texts_are_decoded_once_and_clean(written: Any, expected: str | None) -> None:
    assert node(headline=written).headline == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("One.\n\nTwo\nlines.", "One.\n\nTwo lines."),
        ("One.\r\nTwo.", "One.\n\nTwo."),
        ("<p>One <b>bold</b>.</p><p>Two.</p>", "One bold.\n\nTwo."),
        ("&lt;p&gt;One.&lt;/p&gt;\n&lt;p&gt;Two.&lt;/p&gt;", "One.\n\nTwo."),
        ("One.<br><br>Two.", "One.\n\nTwo."),
        ("   ", None),
    ],
)
def test_a_stated_body_has_paragraphs(written: str, expected: str | None) -> None:
    assert node(articleBody=written).body == expected


def test_properties_are_known_with_a_prefix() -> None:
    found = node(**{"schema:headline": "Ferry", "https://schema.org/dateModified": "2024-03-02"})
    assert (found.headline, found.date_modified) == ("Ferry", "2024-03-02")


def test_plain_properties_are_given_as_they_stand() -> None:
    found = node(
        alternativeHeadline="Back at sea", description="After the storm.", datePublished="2024",
        articleSection=["World", "Sea"], inLanguage={"@type": "Language", "alternateName": "en"},
        identifier={"@type": "PropertyValue", "value": 42},
    )  # fmt: skip
    assert found.alternative_headline == "Back at sea"
    assert found.description == "After the storm."
    assert found.date_published == "2024"
    assert (found.section, found.sections) == ("World", ["World", "Sea"])
    assert found.language == "en"
    assert found.identifier == "42"
    assert node(identifier="a-1", inLanguage="pt-BR").identifier == "a-1"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["@id", "@type", "@list", "@value", "name", "url", "item", "0", "value",
                         "position", "interactionType", "userInteractionCount"])
        | st.text(max_size=3),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip
KEYS = ("headline", "author", "image", "keywords", "isAccessibleForFree", "inLanguage", "@id",
        "interactionStatistic", "commentCount", "identifier", "breadcrumb", "itemListElement",
        "articleBody", "url", "mainEntityOfPage", "publisher")  # fmt: skip
GETTERS = [name for name, kind in vars(Node).items() if isinstance(kind, property)]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_no_getter_ever_raises(properties: dict[str, Any]) -> None:
    found = stated({"@type": ["NewsArticle", "BreadcrumbList"], **properties})
    found.article(URL, "http://[bad")
    assert found.broken == 0
    for one in found.nodes:
        given_back = {name: getattr(one, name) for name in GETTERS}
        assert all(isinstance(one.texts(key), list) for key in KEYS)
        assert all(value != "" for value in given_back.values())


@pytest.mark.parametrize("text", ["", "<p>", "<html></html>", "\x00<p>a"])
def test_a_page_without_scripts_states_nothing(text: str) -> None:
    assert JsonLd.from_tree(Selector(text=text).root) == JsonLd()
