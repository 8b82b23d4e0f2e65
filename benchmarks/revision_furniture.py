"""What a page shows otherwise at each visit, and no editor has changed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element as Element

from newscrawler.pages.blocks import blocks

# How often a box that may be there is.
SHOWN = 0.8
# What a box stands behind as a whole.
_WHOLES = frozenset({"ul", "ol", "dl", "table", "blockquote", "figure"})
# Templates put their boxes behind one of the first paragraphs, or behind the last.
_PLACES = 8


class Words(NamedTuple):
    """What a site prints around its articles, in its language."""

    updated: str
    views: str
    comments: str
    minutes: str
    related: str
    most_read: str
    letter: str
    offer: str
    advertisement: str
    read_also: str
    listen: str


WORDS = {
    "en": Words(
        "Updated {} minutes ago", "{} views", "{} comments", "{} min read", "Related", "Most read",
        "Sign up for our newsletter: {}", "Subscribe now for {} a month", "Advertisement",
        "Read more:", "Listen to this article · {} min",
    ),
    "de": Words(
        "Aktualisiert vor {} Minuten", "{} Aufrufe", "{} Kommentare", "{} Min. Lesezeit",
        "Mehr zum Thema", "Meistgelesen", "Abonnieren Sie unseren Newsletter: {}",
        "Jetzt testen für {} Euro im Monat", "Anzeige", "Lesen Sie auch:",
        "Artikel anhören · {} Min.",
    ),
    "fr": Words(
        "Mis à jour il y a {} minutes", "{} vues", "{} commentaires", "{} min de lecture",
        "Sur le même sujet", "Les plus lus", "Inscrivez-vous à notre newsletter : {}",
        "Abonnez-vous à partir de {} euro par mois", "Publicité", "Lire aussi :",
        "Écouter l'article · {} min",
    ),
    "es": Words(
        "Actualizado hace {} minutos", "{} visitas", "{} comentarios", "{} min de lectura",
        "Noticias relacionadas", "Lo más leído", "Suscríbete a nuestro boletín: {}",
        "Suscríbete por {} euro al mes", "Publicidad", "Lea también:", "Escuchar · {} min",
    ),
    "ja": Words(
        "{}分前に更新", "閲覧{}回", "コメント{}件", "{}分", "関連記事", "アクセスランキング",
        "ニュースレター登録: {}", "月額{}円で購読", "広告", "関連記事:", "記事を聴く {}分",
    ),
    "zh": Words(
        "{}分钟前更新", "阅读 {}", "评论 {}", "阅读 {} 分钟", "相关阅读", "热门",
        "订阅我们的新闻通讯: {}",
        "每月{}元订阅", "广告", "相关阅读:", "收听 {} 分钟",
    ),
}  # fmt: skip
COMMENTS = (
    "Well said. I was there last year, and nobody had a word about it then.",
    "Who is going to pay for all of this in the end?",
    "Thank you for this report; more of the kind, please.",
    "I do not agree with a single sentence, but it is well written.",
    "The same thing happened in our town in the spring, and it was forgotten in a week.",
)


@dataclass(frozen=True)
class Visit:
    """One visit to a page: its chance, where boxes may stand, and what they speak of."""

    chance: random.Random
    places: Sequence[Element]
    words: Words
    titles: Sequence[str]
    """Headlines of other articles."""

    def number(self, least: int, most: int) -> int:
        return self.chance.randrange(least, most)


Change: TypeAlias = Callable[[Element, Visit], None]


def places_in(page: Element, lines: set[str]) -> list[Element]:
    """Return the elements with the paragraphs that were read as the text, or its line breaks."""
    found: dict[Element, None] = {}
    for block in blocks(page, furniture=True):
        if block.text in lines:
            around = (one for one in block.element.iterancestors() if one.tag in _WHOLES)
            found.setdefault(next(around, block.element))
    places = [one for one in found if one.tag not in ("body", "html")]
    if len(places) < 2:
        return [one for place in places for one in place.iter("br")] or places
    return places


def box(markup: str) -> Element:
    element: Element = lxml_html.fragment_fromstring(markup)
    return element


def into_text(visit: Visit, markup: str) -> None:
    """Put a box where the page's template has it, which is the same place at each visit.

    Between the lines of a paragraph stand only boxes, since no template reaches into it.
    """
    if visit.places and visit.chance.random() < SHOWN:
        name = box(markup).get("class", "")
        at = sum(name.encode()) % (_PLACES + 1)
        last = len(visit.places) - 1
        place = visit.places[last if at == _PLACES else min(at, last)]
        is_inline = place.tag == "br" and markup.startswith("<span")
        place.addnext(box(f"<div>{markup}</div>" if is_inline else markup))


def into_page(page: Element, markup: str, *, at: int = 0) -> None:
    body = page.find(".//body")
    if body is not None:
        body.insert(at if at >= 0 else len(body), box(markup))


def clock(page: Element, visit: Visit) -> None:
    now = f"{visit.number(0, 24):02}:{visit.number(0, 60):02}"
    into_page(page, f'<div class="top-date"><span>Thursday, 26 November 2026, {now}</span></div>')


def updated(_page: Element, visit: Visit) -> None:
    said = visit.words.updated.format(visit.number(2, 60))
    into_text(visit, f'<p class="updated">{said}</p>')


def counters(page: Element, visit: Visit) -> None:
    seen = visit.words.views.format(f"{visit.number(1000, 90_000):,}")
    said = visit.words.comments.format(visit.number(2, 400))
    into_text(visit, f'<div class="meta"><span>{seen}</span></div>')
    into_page(page, f'<a class="comments-link" href="#comments">{said}</a>')
    into_page(page, f'<span class="share-count">Shares {visit.number(2, 400)}</span>')


def time_to_read(_page: Element, visit: Visit) -> None:
    into_text(
        visit,
        f'<span class="read-time">{visit.words.minutes.format(visit.number(2, 12))}</span>',
    )
    said = visit.words.listen.format(visit.number(2, 12))
    into_text(visit, f'<div class="audio-player"><button>▶</button><span>{said}</span></div>')


def related(page: Element, visit: Visit) -> None:
    links = "".join(
        f'<li><a href="/a/{visit.number(0, 10**6)}">{title}</a></li>'
        for title in visit.chance.sample(visit.titles, 3)
    )
    label, most = visit.words.related, visit.words.most_read
    into_text(visit, f'<aside class="related"><h3>{label}</h3><ul>{links}</ul></aside>')
    into_page(page, f'<div class="most-read"><h2>{most}</h2><ol>{links}</ol></div>')


def read_also(_page: Element, visit: Visit) -> None:
    """Set a link to another article between two paragraphs, as a paragraph."""
    link = f'<a href="/a/{visit.number(0, 10**6)}">{visit.chance.choice(visit.titles)}</a>'
    into_text(visit, f'<p class="read-also"><strong>{visit.words.read_also}</strong> {link}</p>')


def newsletter(_page: Element, visit: Visit) -> None:
    about = visit.words.letter.format(visit.chance.choice(visit.titles))
    into_text(
        visit,
        f'<div class="newsletter-signup"><h4>Newsletter</h4><p>{about}</p>'
        '<form><input type="email"><button>OK</button></form></div>',
    )


def promotion(_page: Element, visit: Visit) -> None:
    offer = visit.words.offer.format(visit.number(1, 9))
    into_text(visit, f'<div class="promo"><p>{offer}</p></div>')
    into_text(visit, f'<div class="ad-slot"><span>{visit.words.advertisement}</span></div>')


def banner(page: Element, visit: Visit) -> None:
    if visit.chance.random() < SHOWN / 2:
        told = visit.chance.choice(visit.titles)
        into_page(page, f'<div class="breaking-banner"><a href="/live/1">{told}</a></div>')


def comments(page: Element, visit: Visit) -> None:
    """Show what readers wrote since the last visit."""
    told = "".join(
        f'<li class="comment"><b>reader{visit.number(10, 99)}</b><p>{one}</p></li>'
        for one in visit.chance.sample(COMMENTS, visit.number(0, len(COMMENTS)))
    )
    heading = visit.words.comments.format(visit.number(2, 400))
    into_page(page, f'<section id="comments"><h3>{heading}</h3><ol>{told}</ol></section>', at=-1)


def class_names(page: Element, visit: Visit) -> None:
    """Add the names that a build or an experiment gives."""
    name = f"css-{visit.number(0, 16**6):06x}"
    for element in page.iter("div", "p", "span", "section", "article", "h1"):
        if element.get("class"):
            element.set("class", f"{element.get('class')} {name}")


def white_space(page: Element, visit: Visit) -> None:
    between = visit.chance.choice(["\n      ", "  ", "\u00a0 ", "\t"])
    for paragraph in page.iter("p"):
        if paragraph.text:
            paragraph.text = re.sub(r"(?<=\w) (?=\w)", between, paragraph.text, count=3)


def quotes(page: Element, visit: Visit) -> None:
    if visit.chance.random() < 0.5:
        for paragraph in page.iter("p", "h1"):
            for name in ("text", "tail"):
                text = getattr(paragraph, name)
                if text:
                    setattr(paragraph, name, re.sub("[“”„]", '"', text).replace("’", "'"))


def addresses(page: Element, visit: Visit) -> None:
    tail = f"w={visit.number(200, 2000)}&sig={visit.number(0, 10**9)}"
    for name, tags in (("src", ("img",)), ("href", ("a",))):
        for element in page.iter(*tags):
            stated = element.get(name, "")
            if stated and "#" not in stated and not stated.startswith(("javascript", "mailto")):
                element.set(name, f"{stated}{'&' if '?' in stated else '?'}utm_id={tail}")


def metadata(page: Element, visit: Visit) -> None:
    """Move the stamps of the last change, and the nonces of scripts."""
    moment = f"2026-11-26T{visit.number(0, 24):02}:{visit.number(0, 60):02}:00Z"
    for script in page.iter("script"):
        if script.get("type") == "application/ld+json" and script.text:
            stamp = r'("dateModified"\s*:\s*)"[^"]*"'
            script.text = re.sub(stamp, rf'\1"{moment}"', script.text)
        elif script.get("nonce"):
            script.set("nonce", f"{visit.number(0, 10**9)}")
    for meta in page.iter("meta"):
        if meta.get("property") == "article:modified_time":
            meta.set("content", moment)


FURNITURE: tuple[Change, ...] = (
    clock, updated, counters, time_to_read, related, read_also, newsletter, promotion, banner,
    comments, class_names, white_space, quotes, addresses, metadata,
)  # fmt: skip


def written(page: Element, *, references: bool) -> bytes:
    """Write a page in UTF-8, with references for what is not ASCII; scripts may have none."""
    if not references:
        return etree.tostring(page, encoding="utf-8", method="html")
    scripts: list[str] = []
    for script in page.iter("script", "style"):
        scripts.append(script.text or "")
        script.text = f"script-{len(scripts) - 1}-of-this-page"
    text = etree.tostring(page, encoding="ascii", method="html").decode()
    place = re.compile(r"script-(\d+)-of-this-page")
    return place.sub(lambda match: scripts[int(match[1])], text).encode("utf-8", "replace")
