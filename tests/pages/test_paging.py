"""The page that follows, as listings of many kinds lead to it, and what only looks like it."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.addresses import Step, first_page, goes_back, step
from newscrawler.pages.listing import ListingPage

SITE = "https://tide.example"
URL = f"{SITE}/topic/strike"


def next_page(text: str, own: str = "/topic/strike", **headers: str) -> str | None:
    page = HtmlResponse(SITE + own, body=text.encode(), encoding="utf-8", headers=headers)
    found = ListingPage(page).next_page()
    return found.removeprefix(SITE) if found else None


WORDS = [
    "Next", "Next »", "Next page >", "next 20", "Older posts", "« Older posts", "← Older entries",
    "View older stories", "Weiter", "Nächste Seite", "ältere Artikel", "Suivant", "Page suivante",
    "Articles plus anciens", "Página siguiente", "Siguiente »", "Entradas antiguas", "Següent",
    "Pagina successiva", "Avanti", "Post più vecchi", "Próxima página", "Seguinte",
    "Mais antigos", "Następna", "Starsze wpisy", "Volgende", "Oudere berichten", "Nästa sida",
    "Äldre inlägg", "Neste side", "Næste", "Seuraava", "Sonraki sayfa", "Další", "Ďalšia",
    "Következő oldal", "Următoarea", "Επόμενη", "Следующая", "Следующая страница »", "Далее",
    "Вперёд", "Показать ещё", "Наступна", "Следваща", "Sljedeća", "Naslednja", "Kitas", "Nākamā",
    "Järgmine", "Berikutnya", "Trang sau", "التالي", "الصفحة التالية", "المزيد", "بعدی", "הבא",
    "अगला", "পরবর্তী", "ถัดไป", "次へ", "次のページ", "次の20件", "下一页", "下一頁", "下页", "다음",
    "더 보기", "›", "»", "→", ">", ">>", "▶",
]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_any_language_leads_on(word: str) -> None:
    assert next_page(f"<a href='?page=2'>{word}</a>") == "/topic/strike?page=2"


BACK = ["Previous", "« Prev", "Newer posts »", "Zurück", "Précédent", "Anterior", "Indietro",
        "Poprzednia", "Vorige", "Предыдущая", "السابق", "前へ", "上一页", "이전",
        "‹", "«", "<"]  # fmt: skip


@pytest.mark.parametrize("word", BACK)
def test_a_word_that_leads_back_is_not_followed(word: str) -> None:
    assert next_page(f"<a href='?page=1'>{word}</a>", "/topic/strike?page=2") is None
    assert next_page(f"<a href='?before=71'>{word}</a>") is None


PLACES = {
    "title": "<a title='Next page' href=?page=2>2</a>",
    "label": "<a aria-label='Go to next page' href=?page=2><svg></svg></a>",
    "picture": "<a href=?page=2><img alt='nächste Seite' src=a.gif></a>",
    "class of the link": "<a class=nextpostslink href=?page=2>x</a>",
    "class around it": "<li class=pager__item--next><a href=?page=2>x</a></li>",
    "class of the icon": "<a href=?page=2><i class='icon icon-next'></i></a>",
    "camel case": "<a class=goNext href=?page=2>x</a>",
    "relation in capitals": "<a rel=Next href=?page=2>x</a>",
    "in a menu of pages": "<nav class=pagination><a href=?page=2>Next</a></nav>",
    "in the footer": "<footer><a class=next href=?page=2>Next</a></footer>",
}


@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES)
def test_what_leads_on_may_be_said_in_several_places(text: str) -> None:
    assert next_page(text) == "/topic/strike?page=2"


def test_the_header_of_an_answer_may_name_the_next_page() -> None:
    link = '<https://tide.example/topic/strike?page=1>; rel="prev", <?page=3>; rel="next"'
    assert next_page("", "/topic/strike?page=2", Link=link) == "/topic/strike?page=3"
    assert next_page("", "/topic/strike?page=2", Link="<?page=3>; rel=last") is None


NONE = {
    "carousel": "<div class=carousel><a class=next href=/topic/strike?page=2>Next</a></div>",
    "slide show": "<div id=gallery-1><a rel=next href=?page=2>Next</a></div>",
    "arrow without address": "<a class=slick-next href='#'>Next</a>",
    "pager of comments": "<div id=comments><a class=next href=?page=2>Next</a></div>",
    "comments by address": "<a rel=next href=/topic/strike/comment-page-2/>Older Comments</a>",
    "calendar": "<table id=wp-calendar><a href=/2026/11/>Next »</a></table>",
    "next month": "<a class=next href=?month=2026-11>Next month</a>",
    "next article": "<a rel=next href=/local/ferry-is-back-again>Next: ferry</a>",
    "next article by class": "<div class=nav-next><a href=/ferry-is-back>Ferry</a></div>",
    "section called more": "<a href=/local/>Weitere Artikel</a>",
    "other site": "<a rel=next href=https://gull.example/topic/strike?page=2>Next</a>",
    "switched off": "<li class='next disabled'><a href=?page=2>Next</a></li>",
    "switched off for readers": "<a aria-disabled=true class=next href=?page=2>Next</a>",
    "author": "<a href=/author/jane-doe-smith>Next</a>",
}


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_what_only_looks_like_the_next_page(text: str) -> None:
    assert next_page(text) is None


ARTICLE = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A", %s}</script>'
)
ARTICLES = {
    "second page of its text": ARTICLE % '"datePublished": "2026-10-14"'
    + "<h1>A</h1><a rel=next href=?page=2>2</a>",
    "by its address": ARTICLE % '"url": "https://tide.example/ferry-is-back"'
    + "<a rel=next href=?page=2>2</a>",
    "by Open Graph": "<meta property=og:type content=article><a rel=next href=?page=2>2</a>"
    "<meta property=article:published_time content=2026-10-14>",
}


@pytest.mark.parametrize("text", ARTICLES.values(), ids=ARTICLES)
def test_an_article_has_no_next_page_of_a_listing(text: str) -> None:
    assert next_page(text, "/ferry-is-back") is None
    page = ListingPage(HtmlResponse(f"{SITE}/ferry-is-back", body=text.encode()))
    assert page.is_listing() is False


def test_a_listing_may_describe_its_first_article() -> None:
    first = ARTICLE % '"url": "https://tide.example/ferry-is-back"'
    following = "<h1>Local</h1><a rel=next href=?page=2>2</a>"
    assert next_page(first + following, "/local/") == "/local/?page=2"
    assert next_page(ARTICLE % '"author": "B"' + following, "/local/") == "/local/?page=2"


# own address, links as `text:address`, where `*` marks the current one, and the next page
PAGERS: dict[str, tuple[str, str, str | None]] = {
    "path": ("/t/page/2/", "1:/t/ 3:/t/page/3/", "/t/page/3/"),
    "folder": ("/t/", "2:/t/2/ 3:/t/3/", "/t/2/"),
    "folder, further on": ("/t/9/", "8:/t/8/ 10:/t/10/", "/t/10/"),
    "comma": ("/t,2.html", "1:/t,1.html 3:/t,3.html", "/t,3.html"),
    "hyphen": ("/t.html", "2:/t-2.html 3:/t-3.html", "/t-2.html"),
    "index": ("/t/index.html", "2:/t/index_2.html", "/t/index_2.html"),
    "letter": ("/t/p2", "1:/t 3:/t/p3", "/t/p3"),
    "offset": ("/t?start=20", "1:/t 3:/t?start=40 4:/t?start=60", "/t?start=40"),
    "offset of the first": ("/t", "2:/t?offset=20 3:/t?offset=40", "/t?offset=20"),
    "counted from 0": ("/t?p=1", "*2:/t?p=1 3:/t?p=2", "/t?p=2"),
    "counted from 0, first": ("/t", "*1:/t?p=0 2:/t?p=1", "/t?p=1"),
    "counted from 1, first": ("/t", "*1:/t?p=1 2:/t?p=2", "/t?p=2"),
    "of a system": ("/t/?PAGEN_1=5", "4:/t/?PAGEN_1=4 6:/t/?PAGEN_1=6", "/t/?PAGEN_1=6"),
    "with more in the query": ("/t?f=4", "2:/t?f=4&page=2&order=desc", "/t?f=4&page=2&order=desc"),
    "last": ("/t?page=9", "7:/t?page=7 8:/t?page=8", None),
    "gap": ("/t?page=2", "1:/t 9:/t?page=9", None),
    "marked as last": ("/t?page=9", "8:/t?page=8 *9:/t?page=9", None),
    "of another list": ("/t", "2:/s?page=2 3:/s?page=3", None),
    "other filter": ("/t?f=4", "2:/t?f=2 3:/t?f=3", None),
    "years": ("/archive/", "2019:/archive/2019/ 2020:/archive/2020/", None),
    "days of a month": ("/2026/10/", "1:/2026/10/1/ 2:/2026/10/2/", None),
}


@pytest.mark.parametrize(("own", "links", "expected"), PAGERS.values(), ids=PAGERS)
def test_a_pager_of_numbers_leads_on(own: str, links: str, expected: str | None) -> None:
    pairs = [one.partition(":")[::2] for one in links.split()]
    text = " ".join(
        f"<a href='{href}'{' class=active' if number[0] == '*' else ''}>{number.strip('*')}</a>"
        for number, href in pairs
    )
    assert next_page(f"<div class=pages>{text}</div>", own) == expected


CURRENT = {
    "no link": "<div><a href=/b?c=x1>1</a> <b>2</b> <a href=/b?c=x3>3</a></div>",
    "bare text": "<div><a href=/b?c=x1>1</a> 2 <a href=/b?c=x3>3</a></div>",
    "class": "<ul><li><a href=/b?c=x1>1</a><li class=is-active><a href=/z>2</a>"
    "<li><a href=/b?c=x3>3</a></ul>",
    "aria": "<p><a href=/b?c=x1>1</a><a aria-current=page href=/z>2</a><a href=/b?c=x3>3</a></p>",
    "own address": "<p><a href=/b?c=x1>1</a><a href=/topic/strike>2</a><a href=/b?c=x3>3</a></p>",
}


@pytest.mark.parametrize("text", CURRENT.values(), ids=CURRENT)
def test_the_number_of_the_page_tells_where_addresses_do_not(text: str) -> None:
    assert next_page(f"<div class=pagination>{text}</div>") == "/b?c=x3"


def test_a_pager_of_comments_is_no_pager_of_the_list() -> None:
    assert next_page("<ol class=commentlist><a href=?page=2>2</a></ol>") is None


DIRECTION: dict[str, tuple[str, str, str | None]] = {
    "older has a higher number": ("/page/3/", "Newer:/page/2/ Older:/page/4/", "/page/4/"),
    "next is called previous": ("/page/3/", "Next:/page/2/ Previous:/page/4/", "/page/4/"),
    "first page": ("/", "Previous:/page/2/", "/page/2/"),
    "next goes back": ("/t?page=3", "Next:/t?page=2", None),
    "next is the first": ("/t?page=3", "Next:/t", None),
    "list goes round": ("/t?page=3", "Older:/t", "/t"),
}


@pytest.mark.parametrize(("own", "links", "expected"), DIRECTION.values(), ids=DIRECTION)
def test_numbers_know_the_direction_better_than_words(
    own: str, links: str, expected: str | None
) -> None:
    pairs = [one.partition(":")[::2] for one in links.split()]
    text = "".join(f"<a href={href}>{word}</a>" for word, href in pairs)
    assert next_page(text, own) == expected


ARCHIVES: dict[str, tuple[str, str, str | None]] = {
    "days": ("/archive/2026/10/14/", "/archive/2026/10/13/ /archive/2026/10/15/",
             "/archive/2026/10/13/"),
    "nearest": ("/archive/2026/10/14/", "/archive/2026/10/02/ /archive/2026/10/11/",
                "/archive/2026/10/11/"),
    "over the year": ("/archive/2026/01/01/", "/archive/2025/12/31/", "/archive/2025/12/31/"),
    "months": ("/news/2026/10/", "/news/2026/09/ /news/2026/11/", "/news/2026/09/"),
    "not a day of a month": ("/news/2026/10/", "/news/2026/09/30/", None),
    "hyphens": ("/day/2026-10-14", "/day/2026-10-13", "/day/2026-10-13"),
    "compact": ("/day/20261014.html", "/day/20261013.html", "/day/20261013.html"),
    "parameter": ("/a?date=2026-10-14", "?date=2026-10-13 ?date=2026-10-15", "/a?date=2026-10-13"),
    "parameters": ("/a?year=2026&month=1", "?year=2025&month=12", "/a?year=2025&month=12"),
    "other section": ("/a/2026/10/14/", "/b/2026/10/13/", None),
    "article of the day": ("/a/2026/10/14/", "/a/2026/10/13/ferry", None),
    "newer only": ("/a/2026/10/14/", "/a/2026/10/15/ /a/2026/10/16/", None),
    "oldest": ("/a/2026/10/14/", "", None),
    "no such month": ("/a/2026/10/14/", "/a/2026/00/13/", None),
    "from the archive to its newest day": ("/a/", "/a/2026/10/13/ /a/2026/10/14/",
                                           "/a/2026/10/14/"),
    "from the archive to its newest month": ("/a", "/a/2026/9 /a/2026/10", "/a/2026/10"),
    "from the archive to another one": ("/a/", "/b/2026/10/13/", None),
    "from the front page": ("/", "/2026/10/13/", None),
    "a calendar": ("/events/", "/events?year=2026&month=10&day=13", None),
}  # fmt: skip


@pytest.mark.parametrize(("own", "hrefs", "expected"), ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_is_read_towards_the_past(own: str, hrefs: str, expected: str | None) -> None:
    links = "".join(f"<p><a href='{href}'>Day</a></p>" for href in hrefs.split())
    assert next_page(links, own) == expected


def test_a_newer_day_is_not_followed_whatever_it_is_called() -> None:
    text = "<a class=next rel=next href=/a/2026/10/15/>Next day</a>"
    assert next_page(text, "/a/2026/10/14/") is None


def test_pages_of_a_day_come_before_the_day_before() -> None:
    text = "<a href=/a/2026/10/13/>Yesterday</a><a href=/a/2026/10/14/?page=2>2</a>"
    assert next_page(text, "/a/2026/10/14/") == "/a/2026/10/14/?page=2"


def test_the_archive_in_a_sidebar_is_not_of_the_page() -> None:
    text = "<div class=sidebar><a href=/a/2026/09/>September</a></div>"
    assert next_page(text, "/a/2026/10/") is None


def test_a_front_page_leads_to_the_second_page_of_its_list() -> None:
    text = "<a href=/events?tid=All&page=1>More Upcoming Events</a>"
    assert next_page(text, "/") == "/events?tid=All&page=1"
    assert next_page(text, "/local/ferry/") is None


def test_the_next_page_may_be_in_another_folder() -> None:
    text = "<a href=/sea/strike-240215-p2/>continued »</a>"
    assert next_page(text, "/local/strike-240215/") == "/sea/strike-240215-p2/"
    assert next_page("<a href=/sea/ferry-p2/>Next</a>", "/local/strike/") is None


STEPS: dict[tuple[str, str], Step | None] = {
    ("/t", "/t?page=2"): Step("page", None, 2),
    ("/t?page=9", "/t?page=10"): Step("page", 9, 10),
    ("/t/page/9/", "/t/page/10/"): Step("page", 9, 10),
    ("/t?session=a", "/t?page=2"): Step("page", None, 2),
    ("/t?sort=old", "/t?sort=new&page=2"): None,
    ("/strike-240215", "/strike-240215/page/2"): Step("page", None, 2),
    ("/strike-2024/", "/strike-2024-p2/"): Step("page", None, 2),
    ("/t/", "/t//p2"): Step("page", None, 2),
    ("/t?start=20", "/t?start=40"): Step("offset", 20, 40),
    ("/t?before=71", "/t?before=51"): Step("cursor", None, 1),
    ("/reviews-of-port.html", "/reviews-or10-of-port.html"): None,
    ("/a-12345", "/a-12346"): None,
    ("/t", "/t?q=1"): None,
    ("/t", "/s?page=2"): None,
}


@pytest.mark.parametrize(("pages", "expected"), STEPS.items(), ids=map(" ".join, STEPS))
def test_addresses_of_one_listing_differ_in_a_number(
    pages: tuple[str, str], expected: Step | None
) -> None:
    own, other = pages
    assert step(SITE + own, SITE + other) == expected


@pytest.mark.parametrize("other", ["/t", "/t?page=1", "/t?page=2"])
def test_a_page_before_is_back(other: str) -> None:
    assert goes_back(f"{SITE}/t?page=3", SITE + other)
    assert not goes_back(f"{SITE}/t?page=3", f"{SITE}/t?page=4")


@pytest.mark.parametrize("path", ["/t?start=40", "/t?offset=20", "/t?limitstart=0"])
def test_an_offset_is_no_part_of_the_first_address(path: str) -> None:
    assert first_page(SITE + path) == f"{SITE}/t"


FIRST = {
    "folder": ("/t/9/", "1:/t/ 8:/t/8/", "/t/"),
    "folder with its number": ("/t/9/", "1:/t/1/ 8:/t/8/", "/t/1/"),
    "comma": ("/t,3.html", "1:/t,1.html 2:/t,2.html", "/t,1.html"),
    "first": ("/t/", "2:/t/2/", "/t/"),
    "of another list": ("/t/9/", "1:/s/1/", "/t/9/"),
    "number of an article": ("/t/48217", "1:/t/1", "/t/48217"),
}


@pytest.mark.parametrize(("own", "links", "expected"), FIRST.values(), ids=FIRST)
def test_a_pager_leads_back_to_the_first_page(own: str, links: str, expected: str) -> None:
    pairs = [one.partition(":")[::2] for one in links.split()]
    text = " ".join(f"<a href='{href}'>{number}</a>" for number, href in pairs)
    page = ListingPage(HtmlResponse(SITE + own, body=text.encode()))
    assert page.first_page() == SITE + expected
