"""The lines of a page that hold a date, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from lxml.etree import _Element as Element

from newscrawler.normalise.dates import parse_date
from newscrawler.normalise.text import clean_line
from newscrawler.pages.article_head import ArticleHead, block_around, tells_a_change
from newscrawler.pages.document import word_count
from newscrawler.pages.elements import Elements, Text
from newscrawler.pages.markup import names_a_change, words_of

_CENTURIES = ("年", "٢٠", "۲۰", "۱۳", "۱۴", "२०", "২০", "๒๕")
_UNREAD = frozenset({"script", "style", "noscript", "option"})
_MOST_TEXTS = 300
_BOXES = frozenset({
    "article", "aside", "div", "dl", "footer", "form", "h1", "h2", "h3", "h4", "header", "li",
    "main", "nav", "ol", "p", "section", "table", "tbody", "td", "tr", "ul",
})  # fmt: skip
_LONGEST, _PIECES = 500, 40
_YEAR = re.compile(r"(?<!\d)(?:19|20|٢٠|۲۰|۱۳|۱۴|२०|২০|๒๕)\d\d(?!\d)|\d\s?年")
_POSTED_WORDS = (
    r"posted|published|publication date|date published|first published|written|filed|created on|"
    r"veröffentlicht|gepostet|geschrieben|erstellt|eingestellt|erschienen|verfasst|online seit|"
    r"publié|posté|rédigé|mise? en ligne|paru|publicado|publicada|escrito|pubblicat[oa]|postato|"
    r"inserito|scritto|publicat|postado|opublikowan[oy]|dodan[oy]|data publikacji|geplaatst|"
    r"gepubliceerd|geschreven|publicerad|publicerat|publisert|lagt ut|udgivet|offentliggjort|"
    r"julkaistu|megjelent|közzétéve|publikováno|vydáno|zverejnené|objavljeno|objavljen|"
    r"yayınlan\w+|yayın tarihi|eklenme tarihi|опубликован\w*|размещен\w*|добавлен\w*|"
    r"опубліковано|публикуван\w*|δημοσιεύ\w+|نشر|تم النشر|تاريخ النشر|פורסם|diterbitkan|"
    r"dipublikasikan|"
    r"đăng|投稿|公開日?|掲載|発表|配信|发布|發布|发表|發表|등록|입력|게시|प्रकाशित|প্রকাশ"
)
_POSTED = re.compile(rf"(?<!\w)(?:{_POSTED_WORDS})", re.IGNORECASE)
_LABEL = re.compile(
    r"\W*(?:datum|date|fecha|data|dato|дата|päivämäärä|pvm|dátum|tarih|tanggal|ngày|تاريخ|日付|"
    r"日期|날짜|ημερομηνία|vom)\s?[:：]",
    re.IGNORECASE,
)
_ANOTHER_DAY = re.compile(
    r"termin|veranstalt|beginn|gültig|frist|deadline|event|starts?\b|until|\bbis\b|copyright|©|"
    r"\(c\)|joined|registr|mitglied|member|stand\s?:|geboren|born|birth|retrieved|abgerufen|"
    r"accessed|release date|erscheinungs|erstveröff|sortie|foto|photo|archiv",
    re.IGNORECASE,
)
_THIS_ENTRY = re.compile(
    r"\b(?:this|th[ei]s) (?:entry|post|article|story)|"
    r"dies(?:er|e[snm]?) (?:eintrag|beitrag|artikel|text)|der (?:beitrag|eintrag|artikel) wurde|"
    r"cet (?:article|billet)|este (?:artículo|post|artigo)|questo (?:articolo|post)|"
    r"dit (?:artikel|bericht)|ten wpis|esta entrada|эта запись|запись опубликована",
    re.IGNORECASE,
)
# `(18.01.2018) The islanders have waited`
_DATELINE = re.compile(r"[(\[]\s?(?:[^\W\d][\w .-]{0,30}[,/ ]\s?)?\d[^()\[\]]{5,24}[)\]]")
# The value of a label that does not speak of posting.
_NO_LINES = frozenset({"dd", "option"})
# A sentence may say when it was posted close to the date; a line alone has few other words.
_SENTENCE_WORDS, _ALONE_WORDS = 40, 8
_START = 30  # characters in which a line says what its date is of


class DatedLine(NamedTuple):
    """A line with a date in it, where it begins, and what it says of the date."""

    text: str
    element: Element
    says_posted: bool
    is_alone: bool
    names_the_article: bool


def dated_lines(
    elements: Elements, head: ArticleHead | None, language: str | None
) -> Iterator[DatedLine]:
    """Give the lines that a date is read from, in the order of the page."""
    seen: set[Element] = set()
    is_line: dict[Element | None, bool] = {}
    for place in islice(_with_a_year(elements.texts()), _MOST_TEXTS):
        text, block = place.text, _box_of(place, is_line)
        if block is None or block in seen or not _YEAR.search(text):
            continue
        seen.add(block)
        line = _line(block)
        if not line or word_count(line) > _SENTENCE_WORDS:
            line = clean_line(text[:_LONGEST])
        line = line.split("://")[0]
        if not line or tells_a_change(line) or (head and head.is_before(block)):
            continue
        if dateline := _DATELINE.match(line):
            line = dateline[0]
        if parse_date(line[:300], language=language) is None:
            continue
        one = _judged(line, block)
        if one.says_posted or (one.is_alone and not names_a_change(words_of(block))):
            yield one


def _with_a_year(texts: Iterable[Text]) -> Iterator[Text]:
    for one in texts:
        if _may_hold_a_year(one.text) and one.holder.tag not in _UNREAD:
            yield one


def _may_hold_a_year(text: str) -> bool:
    if "20" in text or "19" in text:
        return True
    return not text.isascii() and any(century in text for century in _CENTURIES)


def _box_of(text: Text, is_line: dict[Element | None, bool]) -> Element | None:
    """Return the box of a line; a box with other boxes in it is no line."""
    block = block_around(text.holder)
    if block not in is_line:
        children = block.iterchildren() if block is not None else ()
        is_line[block] = not any(child.tag in _BOXES for child in children)
    if is_line[block]:
        return block
    return block if text.is_tail else text.holder


def _judged(line: str, block: Element) -> DatedLine:
    words = word_count(line)
    of_another = bool(_ANOTHER_DAY.search(line[:_START] if words > _ALONE_WORDS else line))
    is_label = words <= 2 * _ALONE_WORDS and bool(_LABEL.match(line) or _has_label_before(block))
    says = words <= _SENTENCE_WORDS and bool(_POSTED.search(line))
    is_alone = words <= _ALONE_WORDS and block.tag not in _NO_LINES and not of_another
    is_alone = is_alone and len(_YEAR.findall(line)) == 1  # of two days an event may last
    posted = (is_label or says) and not of_another
    return DatedLine(line, block, posted, is_alone, says and bool(_THIS_ENTRY.search(line)))


def _has_label_before(block: Element) -> bool:
    """Tell whether the box before says that what follows is when something was posted."""
    before = block.getprevious()
    label = _line(before) if before is not None and isinstance(before.tag, str) else ""
    return 0 < len(label) <= _START and bool(_LABEL.match(f"{label}:") or _POSTED.match(label))


def _line(block: Element) -> str:
    pieces = [str(piece) for piece in islice(block.itertext(), _PIECES)]
    line = clean_line(" ".join(piece[:_LONGEST] for piece in pieces)[: 2 * _LONGEST])
    return line if len(line) <= _LONGEST and len(pieces) < _PIECES else ""
