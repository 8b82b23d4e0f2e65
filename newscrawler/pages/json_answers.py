"""Listings in JSON: HTML in a field, or a list of articles, and what follows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from scrapy.http import TextResponse

from newscrawler.normalise.dates import parse_date
from newscrawler.normalise.urls import absolute_url, same_site
from newscrawler.pages.addresses import Kind, is_name_of
from newscrawler.pages.entries import ARTICLE_PATH, MAX_ENTRIES, Entry
from newscrawler.pages.stated import stated_line
from newscrawler.pages.vocabulary import ASIDE_CLASS

Json: TypeAlias = dict[str, Any]

MAX_CHARACTERS = 5 * 1024 * 1024
MAX_NODES = 50_000
MAX_DEPTH = 32
_SHALLOW = 5  # how deep the address of what follows may lie
_TYPE = re.compile(rb"(?:^|[/+])json\b", re.IGNORECASE)
_LINK = re.compile(r"<a\s", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|avif|mp[34]|json|js|css|pdf)(?:$|\?)", re.IGNORECASE
)
# Names are compared without their case and punctuation: `next_page_url`, `nextPageUrl`.
_LINKS = ("url", "link", "href", "permalink", "weburl", "canonicalurl", "articleurl", "shareurl",
          "path", "slug", "uri")  # fmt: skip
_TITLES = ("title", "headline", "name", "heading", "label", "caption", "text")
_DATE = re.compile(r"date|publi|created|time|posted", re.IGNORECASE)
_NO_LIST = re.compile(
    r"menu|nav|tags?|categor|author|related|popular|mostread|breadcrumb|section|keyword|image|"
    r"media|ads?|banner|footer|header|user",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"(?:next(?:page)?(?:url|link|href|path|uri)?|(?:load)?moreurl|nextpageurl|nextcursor|"
    r"nexttoken|nextpagetoken|nextoffset|nextstart|nextid|cursor|endcursor|continuation(?:token)?|"
    r"after|searchafter|nextpagenumber)",
)
_MORE = re.compile(r"(?:has)?(?:more|next|nextpage|morepages|moreitems|moreresults|moredata)")
_LAST = re.compile(r"(?:islast|last|islastpage|isend|end|lastpage|finished|done)")
_PAGE = re.compile(r"(?:current)?page(?:number|index|no)?")
_PAGES = re.compile(r"(?:totalpages|pages|lastpage|pagecount|maxpages?|numpages|pagestotal)")
_KIND: dict[str, Kind] = {"offset": "offset", "start": "offset", "page": "page"}


class _Listed(NamedTuple):
    """One node of the answer: the names that lead to it, and how deep it lies."""

    value: Any
    name: str
    depth: int
    in_list: bool


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """What a JSON answer holds of a listing."""

    url: str
    nodes: list[_Listed] = field(repr=False)

    @classmethod
    def of(cls, response: TextResponse) -> JsonAnswer | None:
        """Return None where the response is no JSON; what is broken or too deep is empty."""
        stated = bool(_TYPE.search(response.headers.get("Content-Type") or b""))
        start = response.body[:64].lstrip()
        if not stated and not re.match(rb"\{\s*\"|\[\s*[{\"]", start):
            return None
        try:
            data = json.loads(response.text) if len(response.body) <= MAX_CHARACTERS else None
        except (ValueError, RecursionError):
            return cls(response.url, []) if stated else None
        return cls(response.url, _nodes(data))

    def html(self) -> str:
        """Return the HTML of all fields that hold some, but the texts of listed articles."""
        found = [one.value for one in self.nodes if isinstance(one.value, str) and not one.in_list]
        found += [one.value for one in self.nodes if isinstance(one.value, str) and one.in_list
                  and "html" in one.name]  # fmt: skip
        return "\n".join(text for text in found if "href" in text and _LINK.search(text))

    def entries(self, zone: str | None) -> list[Entry]:
        """Return the longest list of objects that name pages of this site with their headlines."""
        best: list[Entry] = []
        for node in self.nodes:
            if not isinstance(node.value, list) or _NO_LIST.fullmatch(node.name):
                continue
            if ASIDE_CLASS.search(node.name):
                continue
            found = list(_entries(node.value, self.url, zone))
            best = found if len(found) > len(best) else best
        return best

    def next_page(self, held: int) -> str | None:
        """Return what follows; `held` is how many articles the answer names."""
        if not held or self.is_end():
            return None
        for node in self.nodes:
            if node.in_list or node.depth > _SHALLOW:
                continue
            url = self.following(node)
            if url:
                return url
        return self.counted(held)

    def is_end(self) -> bool:
        flags = [(node.name, node.value) for node in self.nodes if isinstance(node.value, bool)]
        if any(_MORE.fullmatch(name) and not value for name, value in flags):
            return True
        return any(_LAST.fullmatch(name) and value for name, value in flags)

    def following(self, node: _Listed) -> str | None:
        if not _NEXT.fullmatch(node.name) or isinstance(node.value, bool):
            return None
        value = node.value
        if isinstance(value, dict):
            value = value.get("href") or value.get("url")
        if isinstance(value, str) and re.match(r"https?://|[/?]", value):
            return absolute_url(self.url, value)
        return self.with_token(node.name, value) if isinstance(value, str | int) else None

    def with_token(self, name: str, value: str | int) -> str | None:
        """Put a token into the parameter of the page's own address that holds such a one."""
        kind: Kind = next((kind for word, kind in _KIND.items() if word in name), "cursor")
        is_number = str(value).isdecimal()
        if name in ("next", "nextpagenumber") and is_number:
            kind = "page" if self.parameter("page") else "offset"
        if name == "nextpage" and not is_number:
            kind = "cursor"
        parameter = self.parameter(kind, name)
        return self.replaced(parameter, str(value)) if parameter and value != "" else None

    def counted(self, held: int) -> str | None:
        """Count on where the answer says that there is more, or how many pages there are."""
        flags = {node.name for node in self.nodes if node.value is True and not node.in_list}
        numbers = {node.name: node.value for node in reversed(self.nodes)
                   if isinstance(node.value, int) and not node.in_list}  # fmt: skip
        page = self.parameter("page")
        own = dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))
        current = whole_number(own[page]) if page else None
        last = next((value for name, value in numbers.items() if _PAGES.fullmatch(name)), None)
        has_more = any(_MORE.fullmatch(name) for name in flags)
        if page and current is not None and (has_more or (last is not None and current < last)):
            return self.replaced(page, str(current + 1))
        offset = self.parameter("offset")
        start = whole_number(own[offset]) if offset else None
        if offset and has_more and start is not None:
            return self.replaced(offset, str(start + held))
        return None

    def parameter(self, kind: Kind, name: str = "") -> str | None:
        """Return the parameter of the page's own address for a number or token of this kind."""
        names = [key for key, _ in parse_qsl(urlsplit(self.url).query, keep_blank_values=True)]
        same = [key for key in names if _plain(key) and _plain(key) in name]
        fitting = [key for key in names if is_name_of(kind, key)]
        return next(iter(same + fitting), None) if kind == "cursor" else next(iter(fitting), None)

    def replaced(self, parameter: str, value: str) -> str:
        parts = urlsplit(self.url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        query = urlencode(
            [(key, value if key == parameter else old) for key, old in pairs], errors="replace"
        )
        return urlunsplit(parts._replace(query=query))


def whole_number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None


def _nodes(data: Any) -> list[_Listed]:
    """Return what lies in the answer, the outer before the inner, within bounds."""
    level = [_Listed(data, "", 0, in_list=False)]
    found: list[_Listed] = []
    for depth in range(MAX_DEPTH):
        found += level[: MAX_NODES - len(found)]
        level = [child for node in level for child in _children(node, depth + 1)]
        if not level or len(found) >= MAX_NODES:
            break
    return found


def _children(node: _Listed, depth: int) -> Iterable[_Listed]:
    if isinstance(node.value, dict):
        for key, value in node.value.items():
            yield _Listed(value, _plain(str(key)), depth, node.in_list)
    elif isinstance(node.value, list):
        for value in node.value[:MAX_ENTRIES]:
            yield _Listed(value, node.name, depth, node.in_list or isinstance(value, dict))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def _entries(values: list[Any], base: str, zone: str | None) -> Iterator[Entry]:
    seen: set[str] = set()
    for value in values[:MAX_ENTRIES]:
        entry = _entry(value, base, zone) if isinstance(value, dict) else None
        if entry and entry.url not in seen:
            seen.add(entry.url)
            yield entry


def _entry(value: Json, base: str, zone: str | None) -> Entry | None:
    said = {_plain(str(key)): inner for key, inner in value.items()}
    for inner in (
        said.get("node"),
        said.get("attributes"),
        said.get("article"),
        said.get("fields"),
    ):
        if isinstance(inner, dict):
            said = {**{_plain(str(key)): one for key, one in inner.items()}, **said}
    url = next(_urls(said, base), None)
    headline = next((line for name in _TITLES if (line := _text(said.get(name)))), None)
    if url is None or headline is None:
        return None
    date = next(_dates(said, zone), None)
    if not (date or ARTICLE_PATH.search(unquote(urlsplit(url).path))):
        return None
    return Entry(url, headline, date)


def _urls(said: Json, base: str) -> Iterator[str]:
    named = [said[name] for name in _LINKS if name in said]
    for value in [*named, *said.values()]:
        inner = value if isinstance(value, dict) else {"url": value}
        href = next((inner[key] for key in ("href", "url", "path") if key in inner), None)
        if not isinstance(href, str) or not re.match(r"https?://|/(?!/)|//\w", href.strip()):
            continue
        url = absolute_url(base, href)
        if url and same_site(url, base) and not _FILE.search(url):
            yield url


def _text(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("rendered") or value.get("text") or value.get("default")
    return stated_line(_TAGS.sub("", value)) or None if isinstance(value, str) else None


def _dates(said: Json, zone: str | None) -> Iterator[str]:
    for name, value in said.items():
        if _DATE.search(name) and isinstance(value, str | int) and not isinstance(value, bool):
            moment = parse_date(str(value), zone=zone)
            if moment:
                yield moment.iso
