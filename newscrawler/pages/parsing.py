"""Parses the bytes of a page into a tree, whatever they hold, within bounds."""

from __future__ import annotations

import codecs
import json
import re

from lxml import etree, html
from scrapy.http import HtmlResponse, JsonResponse, TextResponse, XmlResponse

# The fullest of 1,200 pages had 20,000 marks and 10,000 elements, none with over 70 attributes.
MAX_MARKS = 50_000
MAX_ATTRIBUTES = 256
# On a page with so many, some 200 levels have to do: libxml2 looks through all that are open
# for each end that fits none.
_MANY_MARKS = 25_000
# Every repeat is possessive, so that the scan is linear; a quoted value may hold brackets.
_ATTRIBUTE = r"(?:[\s/]*+[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)?+)"
# Gives the attribute that is one too many, also in a script, where `a<b` seems to open a tag.
_SURPLUS = re.compile(
    rf"<[a-zA-Z][^\s/>]*+{_ATTRIBUTE}{{,{MAX_ATTRIBUTES}}}+({_ATTRIBUTE}?+){_ATTRIBUTE}*+".encode()
)
_RAW = r"(?P<raw>script|style|title|textarea|xmp|iframe|noembed|noframes)(?=[\s/>])"
_TAG = (
    rf"(?P<tag><(?:{_RAW}|[a-z])[^\s/>]*+{_ATTRIBUTE}{{,{MAX_ATTRIBUTES}}}+){_ATTRIBUTE}*+"
    r"(?P<content>(?(raw).*?(?:</(?P=raw)\b|\Z)))"
)
_TOKEN = re.compile(rf"<!--.*?(?:-->|\Z)|{_TAG}".encode(), re.IGNORECASE | re.DOTALL)
# lxml's own look-up, for the classes of forms, is Python and asked for every element.
_CLASSES = etree.ElementDefaultClassLookup(
    element=html.HtmlElement,
    comment=html.HtmlComment,
    pi=html.HtmlProcessingInstruction,
    entity=html.HtmlEntity,
)


def parse(response: TextResponse) -> html.HtmlElement:
    """Parse a page; what is no HTML or has no element at all is read as an empty document.

    Of a page with more than `MAX_MARKS` of `<`, the start and the end are read; of an element
    with more than `MAX_ATTRIBUTES`, the first of them.
    """
    body = b"" if _is_data(response) else _utf8(response)
    body = _with_few_attributes(_with_few_marks(body))
    # libxml2 ends a page at 2,048 levels, without `huge_tree` at 256.
    is_deep = body.count(b"<") < _MANY_MARKS
    parser = html.HTMLParser(recover=True, encoding="utf-8", huge_tree=is_deep)
    parser.set_element_class_lookup(_CLASSES)
    root = etree.fromstring(body, parser=parser) if body else None
    return root if isinstance(root, html.HtmlElement) else html.Element("html")


def _is_data(response: TextResponse) -> bool:
    """Tell XML, and JSON whatever it is called, from what is read as HTML."""
    if isinstance(response, HtmlResponse):
        return False
    if isinstance(response, XmlResponse | JsonResponse):
        return True
    try:
        json.loads(response.body)
    except (ValueError, RecursionError):
        return False
    return True


def _utf8(response: TextResponse) -> bytes:
    """Return the body in UTF-8, also where it is that and says that it is something else.

    Text of a single-byte charset with letters beyond ASCII is as good as never valid UTF-8.
    """
    body = response.body.removeprefix(codecs.BOM_UTF8)
    if not _is_utf8(body) or (body.isascii() and response.encoding not in ("utf-8", "ascii")):
        body = _decoded(response).encode("utf-8", "replace")
    return body.replace(b"\0", b"").strip()


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(response: TextResponse) -> str:
    """Decode by the charset that the page names, unless that is none for text."""
    try:
        return response.text
    except (LookupError, ValueError):
        return response.body.decode("utf-8", "replace")


def _with_few_marks(body: bytes) -> bytes:
    """Leave out the middle of a page that holds more elements than anybody reads."""
    if body.count(b"<") <= MAX_MARKS:
        return body
    while body.count(b"<") > MAX_MARKS:
        body = body[: len(body) * 3 // 8] + body[-len(body) // 8 :]
    return body.decode("utf-8", "ignore").encode()  # no letter cut in two


def _with_few_attributes(body: bytes) -> bytes:
    """Take off what an element has of attributes beyond the bound.

    libxml2 goes through all of them for each new one: 100,000 would take it minutes.
    """
    if not any(_SURPLUS.findall(body)):
        return body
    return _TOKEN.sub(lambda one: one["tag"] + one["content"] if one["tag"] else one[0], body)
