"""One object of a page's JSON-LD: typed getters that hold whatever the JSON holds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from newscrawler.pages.stated import stated_line, stated_paragraphs

Json: TypeAlias = Mapping[str, Any]

# How a vocabulary may be written before a property's name.
_PREFIXES = ("", "schema:", "http://schema.org/", "https://schema.org/")
# A person as JSON inside a string of JSON.
_NAME_IN_JSON = re.compile(r'"name"\s*:\s*"([^"\\]+)"')
# More than any article has: who states more wants to keep a program busy.
MAX_AUTHORS = 200
MAX_IMAGES = 1_000
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class Contributor(NamedTuple):
    """An author as stated; `type` is schema.org's, None where the page gives only a name."""

    name: str
    url: str | None
    type: str | None


class Picture(NamedTuple):
    """An image as stated."""

    url: str
    caption: str | None
    credit: str | None


@dataclass(frozen=True, slots=True)
class Node:
    """One JSON-LD object whose `@id` references are resolved within the page.

    No getter raises, whatever the JSON holds; what has an unexpected shape is not there.
    """

    data: Json
    graph: Mapping[str, Json] = field(default_factory=dict, repr=False)
    secondary: bool = False

    @property
    def types(self) -> frozenset[str]:
        """Types without their namespace: `NewsArticle` for `http://schema.org/NewsArticle`."""
        return frozenset(types_of(self.data))

    def text(self, key: str) -> str | None:
        """First text of a property; an object gives its `@value` or `name`."""
        return next(iter(self.texts(key)), None)

    def texts(self, key: str) -> list[str]:
        """All texts of a property, entities decoded and in clean lines."""
        lines = (stated_line(self._plain(value)) for value in self.values(key))
        return [line for line in lines if line]

    def link(self, key: str) -> str | None:
        """Address of a property: a string, or an object's `url`, `contentUrl` or `@id`."""
        return next((link for value in self.values(key) if (link := self._link(value))), None)

    def node(self, key: str) -> Node | None:
        """First object of a property."""
        return next(iter(self.nodes(key)), None)

    def nodes(self, key: str) -> list[Node]:
        """All objects of a property."""
        found = [self._resolve(value) for value in self.values(key) if isinstance(value, Mapping)]
        return [Node(value, self.graph) for value in found]

    @property
    def headline(self) -> str | None:
        return self.text("headline") or self.text("name")

    @property
    def alternative_headline(self) -> str | None:
        return self.text("alternativeHeadline")

    @property
    def description(self) -> str | None:
        return self.text("description")

    @property
    def body(self) -> str | None:
        """`articleBody` (or a post's `text`) without tags, in paragraphs."""
        texts = (self._plain(v) for key in ("articleBody", "text") for v in self.values(key))
        return next((body for text in texts if (body := stated_paragraphs(text))), None)

    @property
    def date_published(self) -> str | None:
        return self.text("datePublished")

    @property
    def date_modified(self) -> str | None:
        return self.text("dateModified")

    @property
    def authors(self) -> list[Contributor]:
        """`author`, else `creator`; a list of names in one string stays one string."""
        for key in ("author", "creator"):
            stated = self.values(key)[:MAX_AUTHORS]
            found = [who for value in stated for who in self._contributors(value)]
            if found:
                return list(dict.fromkeys(found))
        return []

    @property
    def publisher_name(self) -> str | None:
        return self.text("publisher")

    @property
    def sections(self) -> list[str]:
        return self.texts("articleSection")

    @property
    def section(self) -> str | None:
        return self.text("articleSection")

    @property
    def keywords(self) -> list[str]:
        """A single string is split at its commas or semicolons; the strings of a list are not."""
        stated = self.texts("keywords")
        if len(stated) != 1:
            return stated
        return [word for part in re.split("[,;،、，；]", stated[0]) if (word := part.strip())]

    @property
    def images(self) -> list[Picture]:
        found: dict[str, Picture] = {}
        for value in self.values("image")[:MAX_IMAGES]:
            if picture := self._picture(value):
                found.setdefault(picture.url, picture)
        return list(found.values())

    @property
    def is_accessible_for_free(self) -> bool | None:
        return truth_of(next(iter(self.values("isAccessibleForFree")), None))

    @property
    def language(self) -> str | None:
        stated = self.node("inLanguage")
        return (stated.text("alternateName") if stated else None) or self.text("inLanguage")

    @property
    def identifier(self) -> str | None:
        stated = self.node("identifier")
        return stated.text("value") if stated else self.text("identifier")

    @property
    def comment_count(self) -> int | None:
        """`commentCount`, else the counter of a `CommentAction`."""
        counters = [n for n in self.nodes("interactionStatistic") if _counts_comments(n)]
        stated = [self.text("commentCount"), *(n.text("userInteractionCount") for n in counters)]
        return next((int(text) for text in stated if text and _is_count(text)), None)

    @property
    def breadcrumbs(self) -> list[str]:
        """Names of a `BreadcrumbList` (this node, or its `breadcrumb`), the widest first."""
        if "BreadcrumbList" not in self.types:
            inner = next((n for n in self.nodes("breadcrumb") if "BreadcrumbList" in n.types), None)
            return inner.breadcrumbs if inner else []
        items = sorted(self.nodes("itemListElement"), key=_position)
        names = (
            (item.text("item") if item.node("item") else None) or item.text("name")
            for item in items
        )
        return [name for name in names if name]

    def values(self, key: str) -> list[Any]:
        spellings = (prefix + key for prefix in _PREFIXES)
        return next((_listed(self.data[name]) for name in spellings if name in self.data), [])

    def _resolve(self, value: Json) -> Json:
        known = self.graph.get(identity(value))
        return {**known, **value} if known else value

    def _plain(self, value: Any) -> str:
        if not isinstance(value, Mapping):
            return _scalar(value)
        whole = self._resolve(value)
        names = (_scalar(v) for key in ("@value", "name") for v in _listed(whole.get(key)))
        return next((name for name in names if name), "")

    def _link(self, value: Any) -> str | None:
        if not isinstance(value, Mapping):
            return stated_line(_scalar(value)) or None
        whole = self._resolve(value)
        stated = (
            _scalar(v) for key in ("url", "contentUrl", "@id") for v in _listed(whole.get(key))
        )
        return next((link for text in stated if (link := stated_line(text))), None)

    def _contributors(self, value: Any) -> Iterator[Contributor]:
        if not isinstance(value, Mapping):
            if name := stated_line(_scalar(value)):
                inner = _NAME_IN_JSON.search(name) if name[0] == "{" else None
                yield Contributor(inner[1] if inner else name, None, None)
            return
        who = Node(self._resolve(value), self.graph)
        kind = next(iter(types_of(who.data)), None)
        for name in who.texts("name"):
            yield Contributor(name, who.link("url"), kind)

    def _picture(self, value: Any) -> Picture | None:
        link = self._link(value)
        if link is None or not isinstance(value, Mapping):
            return Picture(link, None, None) if link else None
        image = Node(self._resolve(value), self.graph)
        credits_ = (
            image.text(key) for key in ("creditText", "copyrightNotice", "creator", "author")
        )
        return Picture(link, image.text("caption"), next((c for c in credits_ if c), None))


def truth_of(stated: object) -> bool | None:
    """Read yes or no as pages write it: `true`, `False`, `http://schema.org/True`, 1."""
    return _TRUTH.get(str(stated).strip().rsplit("/", 1)[-1].casefold())


def identity(value: Json) -> str:
    identity = value.get("@id")
    return identity if isinstance(identity, str) else ""


def types_of(data: Json) -> list[str]:
    stated = [value for value in _listed(data.get("@type")) if isinstance(value, str)]
    return [name for value in stated if (name := re.split("[/#:]", value.strip())[-1])]


def _listed(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        inner = value.get("@list", value.get("@set"))
        if inner is not None:
            return _listed(inner)
        # PHP writes a list with gaps as an object: {"0": ..., "2": ...}
        return list(value.values()) if value and all(k.isdecimal() for k in value) else [value]
    if isinstance(value, list):
        return [inner for item in value for inner in _listed(item)]
    return [] if value is None else [value]


def _scalar(value: Any) -> str:
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else ""


def _position(item: Node) -> float:
    stated = item.text("position") or ""
    return int(stated) if _is_count(stated) else math.inf


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _counts_comments(counter: Node) -> bool:
    kind = counter.node("interactionType")
    stated = kind.types if kind else frozenset(counter.texts("interactionType"))
    return any(name.rsplit("/", 1)[-1] == "CommentAction" for name in stated)
