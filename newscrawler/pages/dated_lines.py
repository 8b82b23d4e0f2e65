"""The lines of a page that hold a date, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element as Element

from newscrawler.normalise.dates import parse_date
from newscrawler.normalise.text import clean_line
from newscrawler.pages.article_head import ArticleHead, block_of, tells_a_change
from newscrawler.pages.document import word_count

_WITH_A_YEAR = etree.XPath(
    "//body//text()[contains(., '19') or contains(., '20') or contains(., '年')]"
    "[not(parent::script or parent::style or parent::noscript or parent::option)]"
)
_MOST = 300
_LONGEST, _PIECES = 500, 40
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d\s?年")
_POSTED_WORDS = (
    r"posted|published|publication date|date published|first published|written|filed|created on|"
    r"veröffentlicht|gepostet|geschrieben|erstellt|eingestellt|erschienen|verfasst|online seit|"
    r"publié|posté|rédigé|mise? en ligne|paru|publicado|publicada|escrito|pubblicat[oa]|postato|"
    r"inserito|scritto|publicat|postado|opublikowan[oy]|dodan[oy]|data publikacji|geplaatst|"
    r"gepubliceerd|geschreven|publicerad|publicerat|publisert|lagt ut|udgivet|offentliggjort|"
    r"julkaistu|megjelent|közzétéve|publikováno|vydáno|zverejnené|objavljeno|objavljen|"
    r"yayınlan\w+|yayın tarihi|eklenme tarihi|опубликован\w*|размещен\w*|добавлен\w*|"
    r"опубліковано|публикуван\w*|δημοσιεύ\w+|نشر|تم النشر|تاريخ النشر|פורסם|diterbitkan|dipublikasikan|"
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
# A sentence may say when it was posted close to the date; a line alone has few other words.
_SENTENCE_WORDS, _ALONE_WORDS = 40, 8
_NEAR_WORDS = 120


class DatedLine(NamedTuple):
    """A line with a date in it, where it begins, and what it says of the date."""

    text: str
    element: Element
    is_near: bool
    says_posted: bool
    is_alone: bool


def dated_lines(root: Element, head: ArticleHead | None, language: str | None) -> Iterator[DatedLine]:
    """Give the lines that a date is read from, in the order of the page."""
    seen: set[Element] = set()
    for text in islice(_WITH_A_YEAR(root), _MOST):
        block = block_of(text)
        if block is None or block in seen or not _YEAR.search(text):
            continue
        seen.add(block)
        line = (_line(block) or clean_line(text[:_LONGEST])).split("://")[0]
        if not line or tells_a_change(line) or _ANOTHER_DAY.search(line):
            continue
        if (head and head.is_before(block)) or parse_date(line[:300], language=language) is None:
            continue
        words = word_count(line)
        is_label = words <= _ALONE_WORDS * 2 and bool(_LABEL.match(line))
        says = words <= _SENTENCE_WORDS and bool(_POSTED.search(line))
        yield DatedLine(line, block, False, is_label or says, words <= _ALONE_WORDS)


def _line(block: Element) -> str:
    pieces = list(islice(block.itertext(), _PIECES))
    line = clean_line(" ".join(piece[:_LONGEST] for piece in pieces)[: 2 * _LONGEST])
    return line if len(line) <= _LONGEST and len(pieces) < _PIECES else ""
