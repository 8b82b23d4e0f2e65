"""The general rules: where each field may stand on a page, which place is trusted, what is none."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from newscrawler.items import Author, Image
from newscrawler.pages.document import Document
from newscrawler.pages.general import GeneralRules

URL = "https://tide.example/local/ferry-returns"
SITE = "<meta property=og:site_name content='The Daily Tide'>"


def rules(text: str, url: str = URL) -> GeneralRules:
    return GeneralRules(Document(HtmlResponse(url, body=text.encode(), encoding="utf-8")))


def json_ld(**stated: Any) -> str:
    node = {"@type": "NewsArticle", "headline": "Ferry Returns", **stated}
    return f"<script type=application/ld+json>{json.dumps(node)}</script>"


def first(candidates: Iterable[tuple[str, Any]]) -> tuple[str, Any] | None:
    return next(
        ((source, value) for source, value in candidates if value not in (None, "", [])), None
    )


def chosen(field: str, text: str, url: str = URL) -> tuple[str, Any] | None:
    return first(getattr(rules(text, url), field)())


TITLES = {
    "en, bar": ("The Daily Tide", "Ferry Returns | The Daily Tide", "Ferry Returns"),
    "en, no spaces": ("The Daily Tide", "Ferry Returns|The Daily Tide", "Ferry Returns"),
    "en, another case": ("The Daily Tide", "Ferry Returns - the daily TIDE", "Ferry Returns"),
    "en, site first": ("The Daily Tide", "The Daily Tide | Ferry Returns", "Ferry Returns"),
    "de, dash": ("Küstenblatt", "Fähre kehrt zurück – Küstenblatt", "Fähre kehrt zurück"),
    "fr, em dash": ("L’Estran", "Le bac revient — L'Estran", "Le bac revient"),
    "es, dot": ("El Faro", "Vuelve el transbordador · El Faro", "Vuelve el transbordador"),
    "it, chevron": ("Il Molo", "Torna il traghetto » Il Molo", "Torna il traghetto"),
    "pl": ("Kurier Morski", "Prom wraca - Kurier Morski", "Prom wraca"),
    "ru": ("Маяк", "Паром вернулся – Маяк", "Паром вернулся"),
    "ar": ("المرفأ", "عودة العبارة | المرفأ", "عودة العبارة"),
    "ja, full width": ("灯台新聞", "フェリー再開｜灯台新聞", "フェリー再開"),
    "pt, host": ("", "A balsa voltou | tide.example", "A balsa voltou"),
    "name with a dash": ("Tide - Daily", "Ferry Returns | Tide - Daily", "Ferry Returns"),
    "dashes of its own": ("Tide", "Ferry - the last - returns", "Ferry - the last - returns"),
    "name as a word": ("Tide", "Ferry waits for high-Tide", "Ferry waits for high-Tide"),
}  # fmt: skip


@pytest.mark.parametrize(("site", "title", "expected"), TITLES.values(), ids=TITLES)
def test_a_headline_is_without_the_name_of_the_site(site: str, title: str, expected: str) -> None:
    page = f'<html><meta property=og:site_name content="{site}"><title>{title}</title>'
    assert chosen("headline", page) == ("meta", expected)


HEADLINES = {
    "what follows the heading": (("<title>Ferry Returns | Local | Elsewhere</title>"
                                 "<meta property=og:title content='Ferry Returns - News'>"
                                 "<h1>Ferry Returns</h1>"), ("open-graph", "Ferry Returns")),
    "section and site": (SITE + "<title>Ferry Returns - Local - The Daily Tide</title>"
                         "<h1> </h1>", ("meta", "Ferry Returns - Local")),
    "heading that begins a longer title": (("<title>Ferry returns after the storm</title>"
                                           "<meta name=twitter:title content='Ferry returns on'>"
                                           "<h1>Ferry</h1>"), ("meta", "Ferry returns on")),
    "microdata": (("<div itemscope itemtype=http://schema.org/NewsArticle>"
                  "<h2 itemprop=headline>A</h2></div><h1>B</h1>"), ("microdata", "A")),
    "name of the site in JSON-LD": (SITE + json_ld(headline="The Daily Tide") + "<h1>B</h1>",
                                    ("text", "B")),
    "logo in the first h1": (SITE + "<h1>The Daily Tide</h1><h1>B</h1>", ("text", "B")),
    "heading of the article first": ("<h1>Local</h1><article><h1>B</h1></article>", ("text", "B")),
    "name of the site alone": (SITE + "<title>The Daily Tide</title>", None),
    "host alone": ("<title>www.Tide.example</title><h1>tide.example</h1>", None),
    "nothing": ("<p>Ferry</p>", None),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), HEADLINES.values(), ids=HEADLINES)
def test_headline(page: str, expected: tuple[str, str] | None) -> None:
    assert chosen("headline", page) == expected


DATES = {
    "json-ld": (json_ld(datePublished="2024-03-01T08:00:00Z"), "json-ld", "2024-03-01T08:00:00Z"),
    "open graph": ("<meta property=article:published_time content=2024-03-01>",
                   "open-graph", "2024-03-01"),
    "meta": ("<meta name=dc.date.issued content=2024-03-01>", "meta", "2024-03-01"),
    "microdata": (("<div itemscope itemtype=http://schema.org/Article>"
                  "<time itemprop=datePublished datetime=2024-03-01>x</time></div>"),
                  "microdata", "2024-03-01"),
    "time": ("<article><h1>A</h1><time datetime=2024-03-01>1 March</time></article>",
             "text", "2024-03-01"),
    "time as text": ("<h1>A</h1><time>1 March 2024</time>", "text", "1 March 2024"),
    "time beside the headline": (("<div><time datetime=2024-05-05>x</time></div>"
                                 "<article><h1>A</h1><time datetime=2024-03-01>y</time></article>"),
                                 "text", "2024-03-01"),
    "printed below the headline": ("<h1>A</h1><p class=fecha>1 de marzo de 2024</p>",
                                   "text", "1 de marzo de 2024"),
    "printed, called an update as well": ("<h1>A</h1><b class='published updated'>1 March 2024</b>",
                                          "text", "1 March 2024"),
    "printed update is another date": (("<h1>A</h1><p class=update-date>5 May 2024</p>"
                                       "<p class=pub-date>1 March 2024</p>"),
                                       "text", "1 March 2024"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "source", "raw"), DATES.values(), ids=DATES)
def test_date_published(page: str, source: str, raw: str) -> None:
    assert chosen("date_published", page) == (source, raw)


@pytest.mark.parametrize(
    "page",
    [
        "<div class=clock><time datetime=2024-05-05>now</time></div><h1>A</h1>",
        "<h1>A</h1><aside><time datetime=2024-05-05>x</time></aside>",
        "<h1>A</h1><div class=comments><time datetime=2024-05-05>x</time></div>",
        "<h1>A</h1><time class=updated datetime=2024-05-05>x</time>",
        "<h1>A</h1><span class=current-date>Monday, 5 May 2024</span>",
        "<span class=date>Monday, 5 May 2024</span><h1>A</h1>",
    ],
    ids=["clock", "aside", "comment", "update", "today", "above the headline"],
)
def test_what_is_no_date_of_publication(page: str) -> None:
    assert chosen("date_published", page) is None


URL_DATES = {
    "/2024/03/01/ferry-returns": "2024-03-01",
    "/2024-03-01-ferry": "2024-03-01",
    "/local/20240301/ferry": "2024-03-01",
    "/local/202403011071864503-ferry/": "2024-03-01",
    "/2024/03/ferry-returns": None,
    "/local/20240301123": None,
    "/1824/03/01/ferry": None,
}


@pytest.mark.parametrize(("path", "expected"), URL_DATES.items(), ids=URL_DATES)
def test_the_address_may_hold_the_day(path: str, expected: str | None) -> None:
    found = chosen("date_published", "<h1>A</h1>", "https://tide.example" + path)
    assert found == (("url", expected) if expected else None)


MODIFIED = {
    "json-ld": (json_ld(dateModified="2024-03-02"), ("json-ld", "2024-03-02")),
    "open graph": ("<meta property=og:updated_time content=2024-03-02>",
                   ("open-graph", "2024-03-02")),
    "meta": ("<meta name=last-modified content=2024-03-02>", ("meta", "2024-03-02")),
    "time": ("<h1>A</h1><time class=modified datetime=2024-03-02>x</time>",
             ("text", "2024-03-02")),
    "a time without a role": ("<h1>A</h1><time datetime=2024-03-02>x</time>", None),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), MODIFIED.values(), ids=MODIFIED)
def test_date_modified(page: str, expected: tuple[str, str] | None) -> None:
    assert chosen("date_modified", page) == expected


def test_one_meta_element_is_one_candidate() -> None:
    page = rules("<meta property=article:published_time content=2024-03-01>")
    assert [raw for _, raw in page.date_published() if raw] == ["2024-03-01"]


ANA, BO = Author(name="Ana Ruiz", type="Person"), Author(name="Bo Lind", type="Person")
PAGE_OF_ANA = Author(name="Ana Ruiz", type="Person", url="https://tide.example/ana")
AUTHORS = {
    "json-ld": (json_ld(author={"@type": "Person", "name": "Ana Ruiz", "url": "/ana"}),
                ("json-ld", [PAGE_OF_ANA])),
    "two in one name": (json_ld(author={"name": "Ana Ruiz and Bo Lind", "url": "/ana"}),
                        ("json-ld", [ANA, BO])),
    "organisation": (json_ld(author={"@type": "Organization", "name": "Tide Lab"}),
                     ("json-ld", [Author(name="Tide Lab", type="Organization")])),
    "agency called a person": (json_ld(author={"@type": "Person", "name": "Reuters"}),
                               ("json-ld", [Author(name="Reuters", type="Organization")])),
    "the site beside a person": (SITE + json_ld(author=["The Daily Tide", "Ana Ruiz"]),
                                 ("json-ld", [ANA])),
    "the site": (SITE + json_ld(author="The Daily Tide"),
                 ("json-ld", [Author(name="The Daily Tide", type="Organization")])),
    "admin in JSON-LD": (json_ld(author="admin") + "<meta name=author content='By Ana Ruiz'>",
                         ("meta", [ANA])),
    "microdata": (("<div itemscope itemtype=http://schema.org/Article><b itemprop=author>Ana Ruiz"
                  "</b><b itemprop=author>Bo Lind</b></div>"), ("microdata", [ANA, BO])),
    "several meta": ("<meta name=author content='Ana Ruiz'><meta name=author content='Bo Lind'>",
                     ("meta", [ANA, BO])),
    "address in meta": (("<meta property=article:author content=https://social.example/ana>"
                        "<p class=byline>By Ana Ruiz</p>"), ("text", [ANA])),
    "byline with a link": ("<p class=byline>Von <a href=/ana>Ana Ruiz</a></p>",
                           ("text", [PAGE_OF_ANA])),
    "link alone": ("<p>Par <a rel=author href=/ana>Ana Ruiz</a></p>", ("text", [PAGE_OF_ANA])),
    "links side by side": (("<p><a rel=author href=/ana>Ana Ruiz</a>, "
                           "<a rel=author href=/bo>Bo Lind</a></p>"),
                           ("text", [PAGE_OF_ANA, Author(name="Bo Lind", type="Person",
                                                         url="https://tide.example/bo")])),
    "byline of a teaser": ("<p class=byline>Ana Ruiz</p><nav><p class=byline>Bo Lind</nav>",
                           ("text", [ANA])),
    "placeholder": ("<p class=byline>admin</p>", None),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), AUTHORS.values(), ids=AUTHORS)
def test_authors(page: str, expected: tuple[str, list[Author]] | None) -> None:
    assert chosen("authors", page) == expected


def picture(name: str, **stated: str) -> Image:
    return Image(url=f"https://tide.example/{name}", **stated)


IMAGES = {
    "caption and credit": (("<article><h1>A</h1><figure><img src=/a.jpg alt='A quay'><figcaption>"
                           "The quay. <span class=credit>© Bo Lind</span></figcaption></figure>"),
                           [picture("a.jpg", caption="The quay.", credit="© Bo Lind",
                                    alt="A quay")]),
    "credit is the caption": (("<main><figure><img src=/a.jpg><figcaption><i class=credit>© Bo</i>"
                              "</figcaption></figure>"), [picture("a.jpg", credit="© Bo")]),
    "lazy": ("<main><figure><img src=data:x data-src=/a.jpg></figure>", [picture("a.jpg")]),
    "widest of a set": ("<main><figure><img srcset='/s.jpg 320w, /l.jpg 1280w'></figure>",
                        [picture("l.jpg")]),
    "card of another article": (("<main><article><h1>A</h1><figure><img src=/a.jpg></figure>"
                                "</article><article><figure><img src=/b.jpg></figure></article>"),
                                [picture("a.jpg")]),
    "aside": (("<article><h1>A</h1><figure><img src=/a.jpg></figure><aside><figure><img src=/b.jpg>"
              "</figure></aside></article>"), [picture("a.jpg")]),
    "no figure": (("<h1>A</h1><div class=zdjecie-foto><img src=/a.jpg><p class=podpis>Port</p>"
                  "</div>"), [picture("a.jpg", caption="Port")]),
    "figure of a film": ("<main><figure><video src=/a.mp4></video></figure>", None),
    "json-ld": (json_ld(image={"url": "/a.jpg", "caption": "Quay", "creditText": "Bo"}),
                [picture("a.jpg", caption="Quay", credit="Bo")]),
    "open graph": ("<meta property=og:image content=/a.jpg>", [picture("a.jpg")]),
    "logo": ("<meta property=og:image content=/img/tide_logo.png>", None),
    "logo in JSON-LD": (json_ld(image="/logo.png") + "<meta property=og:image content=/a.jpg>",
                        [picture("a.jpg")]),
    "card of the site": (("<meta property=og:image content=/default.jpg>"
                         "<meta name=twitter:image content=/a.jpg>"), [picture("a.jpg")]),
    "folder called default": ("<meta property=og:image content=/sites/default/files/a.jpg>",
                              [picture("sites/default/files/a.jpg")]),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), IMAGES.values(), ids=IMAGES)
def test_images(page: str, expected: list[Image] | None) -> None:
    found = chosen("images", page)
    assert (found[1] if found else None) == expected


TRAILS = {
    "en": "<nav class=breadcrumbs><a>Home</a><a>World</a><a>Europe</a></nav>",
    "de": "<ol class=breadcrumb><li><a>Startseite</a><li><a>World</a><li><a>Europe</a></ol>",
    "fr": "<nav aria-label=Breadcrumb><a>Accueil</a><a>World</a><a>Europe</a></nav>",
    "ja": "<div class=breadcrumb><a>ホーム</a><a>World</a><a>Europe</a></div>",
    "ar": "<div class=breadcrumb><a>الرئيسية</a><a>World</a><a>Europe</a></div>",
    "site": SITE + "<p class=breadcrumb><a>The Daily Tide</a><a>World</a><a>Europe</a></p>",
    "the article": "<title>A</title><p class=breadcrumb><a>World</a><a>Europe</a><a>A</a></p>",
    "marked twice": "<ol class=breadcrumb itemtype=http://schema.org/BreadcrumbList>"
                    "<li><a><b itemprop=name>World</b></a><li><a><b itemprop=name>Europe</b></a>",
    "json-ld": "<script type=application/ld+json>" + json.dumps({
        "@type": "BreadcrumbList", "itemListElement": [
            {"position": 2, "name": "World"}, {"position": 1, "name": "Home"},
            {"position": 3, "item": {"name": "Europe"}}]}) + "</script>",
}  # fmt: skip


@pytest.mark.parametrize("page", TRAILS.values(), ids=TRAILS)
def test_breadcrumbs_begin_below_the_front_page(page: str) -> None:
    found = chosen("breadcrumbs", page)
    assert found is not None
    assert found[1] == ["World", "Europe"]


KEYWORDS = {
    "visible first": ("<a rel=tag>Port</a>" + json_ld(keywords="Sea"), ("text", ["Port"])),
    "list by class": ("<ul class=article-tags><li><a>#Port</a><li><a>Sea</a><li><a>port</a></ul>",
                      ("text", ["Port", "Sea"])),
    "pl": ("<div class=tagi><a>Gdynia</a><a>port</a></div>", ("text", ["Gdynia", "port"])),
    "json-ld": (json_ld(keywords=["Port", "Sea, calm"]), ("json-ld", ["Port", "Sea, calm"])),
    "open graph": ("<meta property=article:tag content=Port>", ("open-graph", ["Port"])),
    "meta": ("<meta name=keywords content='Port, Sea'>", ("meta", ["Port", "Sea"])),
    "meta in Arabic": ("<meta name=keywords content='ميناء، بحر'>", ("meta", ["ميناء", "بحر"])),
    "none": ("<meta name=keywords content=' , '>", None),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), KEYWORDS.values(), ids=KEYWORDS)
def test_keywords(page: str, expected: tuple[str, list[str]] | None) -> None:
    assert chosen("keywords", page) == expected


def item(inside: str) -> str:
    return f"<div itemscope itemtype=https://schema.org/NewsArticle>{inside}</div>"


CASCADES = {
    "language of the page": ("language", "<html lang=de-AT>" + json_ld(inLanguage="en"),
                             ("meta", "de-AT")),
    "in JSON-LD": ("language", "<html lang=xx>" + json_ld(inLanguage="Polish"), ("json-ld", "pl")),
    "locale": ("language", "<meta property=og:locale content=pt_BR>", ("open-graph", "pt-BR")),
    "no language": ("language", "<html lang=''>", None),
    "free": ("is_accessible_for_free", json_ld(isAccessibleForFree="True"), ("json-ld", True)),
    "not free": ("is_accessible_for_free", json_ld(isAccessibleForFree=False), ("json-ld", False)),
    "locked": ("is_accessible_for_free", "<meta property=article:content_tier content=Locked>",
               ("open-graph", False)),
    "section": ("section", json_ld(articleSection=["World", "Sea"]), ("json-ld", "World")),
    "meta": ("section", "<meta property=article:section content=Sea>", ("open-graph", "Sea")),
    "description": ("description", "<meta name=description content='Back at last.'>",
                    ("meta", "Back at last.")),
    "marked description": ("description", item(
        "<div itemprop=description><p>Back at <b>last</b>.</p><p>It is blue.</p><aside>Ads</aside>"
        "<p>Updated 5 minutes ago</p><div><p>Read also: Storm</p></div></div>"),
        ("microdata", "Back at last. It is blue.")),
    "text marked as one": ("description", "<meta name=description content='Back at last.'>" + item(
        f"<div itemprop='description articleBody'>{'<p>The ferry is back.</p>' * 120}</div>"),
        ("meta", "Back at last.")),
    "second headline": ("alternative_headline", json_ld(alternativeHeadline="Strike over"),
                        ("json-ld", "Strike over")),
    "short": ("short_url", "<link rel=shortlink href=/s>", ("meta", "https://tide.example/s")),
    "comments": ("comment_count", json_ld(commentCount=4), ("json-ld", 4)),
    "wire": ("source_organization", json_ld(sourceOrganization={"name": "AFP"}),
             ("json-ld", "AFP")),
}  # fmt: skip


@pytest.mark.parametrize(("field", "page", "expected"), CASCADES.values(), ids=CASCADES)
def test_field(field: str, page: str, expected: tuple[str, Any] | None) -> None:
    assert chosen(field, page) == expected


PROSE = "<p>" + "The ferry is back at its quay. " * 9 + "</p>"
PAGES = {
    "json-ld": (json_ld(), True),
    "open graph": ("<meta property=og:type content=article>", True),
    "microdata": ("<div itemscope itemtype=http://schema.org/Article><b itemprop=headline>A</b>",
                  True),
    "text of an article": (f"<main><h1>A</h1>{PROSE}</main>", True),
    "Japanese text": ("<main><h1>A</h1><p>" + "フェリーが港に戻った。" * 15 + "</p>", True),
    "too short": ("<main><h1>A</h1><p>The ferry is back.</p>", False),
    "no heading": (f"<main>{PROSE}</main>", False),
    "empty": ("", False),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), PAGES.values(), ids=PAGES)
def test_an_article_is_told_from_other_pages(page: str, expected: bool) -> None:
    assert rules(page).is_article() is expected


def test_a_standfirst_is_kept_apart_by_its_class() -> None:
    page = rules("<p class=article-lead>Back at last.</p><p class=text>The quay.</p><p>Sea.</p>")
    lines = ["Back at last.", "The quay.", "Sea."]
    assert [page.is_standfirst(line) for line in lines] == [True, False, False]
