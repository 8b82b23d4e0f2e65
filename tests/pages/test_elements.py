"""The index of a page's elements gives what a look through the whole tree would give."""

from __future__ import annotations

import pytest
from lxml import html
from lxml.etree import _Element as Element

from newscrawler.pages.elements import Elements
from newscrawler.pages.vocabulary import READ_MORE, READ_MORE_STARTS

PAGE = """<html><head><title>Head</title><meta name=author content=Ana></head><body>one
<h1 id=top class=head>two</h1>three<!-- four --> five<p itemprop=name>six<b>seven</b>eight<br>nine
</p><script>ten</script><div><time datetime=2024-03-02>eleven</time> <a rel=tag>twelve</a></div>
thirteen</body></html>"""


@pytest.fixture
def root() -> Element:
    return html.document_fromstring(PAGE)


@pytest.mark.parametrize("tags", [("h1",), ("a", "p", "h1"), ("html", "meta"), ("nav",), ()])
def test_elements_of_tags_come_in_the_order_of_the_page(
    root: Element, tags: tuple[str, ...]
) -> None:
    expected = list(root.iter(*tags)) if tags else []
    assert Elements(root).of(*tags) == expected


@pytest.mark.parametrize(
    "names", [("id",), ("class", "id"), ("rel", "itemprop", "datetime"), ("typeof",)]
)
def test_an_element_with_several_of_the_attributes_comes_once(
    root: Element, names: tuple[str, ...]
) -> None:
    test = " or ".join(f"@{name}" for name in names)
    assert Elements(root).having(*names) == root.xpath(f"//*[{test}]")


def test_texts_of_the_body_come_in_their_order_without_comments_and_blanks(root: Element) -> None:
    found = [one.text.strip() for one in Elements(root).texts()]
    expected = "one two three five six seven eight nine ten eleven twelve thirteen"
    assert found == expected.split()


def test_a_text_is_given_with_what_it_stands_in(root: Element) -> None:
    texts = {one.text.strip(): one for one in Elements(root).texts()}
    assert (texts["seven"].holder.tag, texts["seven"].is_tail) == ("b", False)
    assert (texts["eight"].holder.tag, texts["eight"].is_tail) == ("p", True)
    assert (texts["five"].holder.tag, texts["five"].is_tail) == ("body", True)


def test_a_tree_without_a_body_has_no_texts() -> None:
    assert list(Elements(html.Element("html")).texts()) == []


@pytest.mark.parametrize(
    "line",
    ["Read more: x", "See also", "À lire aussi", "Lea también", "Czytaj też", "Okuyun", "関連記事"],
)
def test_what_sends_the_reader_on_is_known_by_its_first_letters(line: str) -> None:
    assert READ_MORE.match(line)
    assert line[:2].lower() in READ_MORE_STARTS
