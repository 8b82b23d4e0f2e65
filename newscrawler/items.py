"""The records of the feeds, field by field: the contract that users read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Block: TypeAlias = Literal["related", "read_more", "inject", "series"]
Source: TypeAlias = Literal[
    "publisher", "json-ld", "microdata", "open-graph", "meta", "url", "text"
]
Precision: TypeAlias = Literal["day", "minute", "second"]
AuthorType: TypeAlias = Literal["Person", "Organization"]


def described(
    meaning: str,
    example: Any,
    *,
    schema_org: str = "",
    ninjs: str = "",
    zyte: str = "",
    **constraints: Any,
) -> dict[str, Any]:
    """Give a field's meaning, an example and its name in other vocabularies.

    `meaning` and `example` go to `docs/feed.md`; `schema_org`, `ninjs` and
    `zyte` name the same field in schema.org NewsArticle, IPTC ninjs 2.1 and
    zyte-common-items; `constraints` are JSON Schema keywords beyond the type.
    """
    return {
        "meaning": meaning,
        "example": example,
        "names": {"schema.org": schema_org, "ninjs": ninjs, "zyte": zyte},
        "constraints": constraints,
    }


def required(meaning: str, example: Any, **described_by: Any) -> Any:
    """Declare a field that every record has."""
    return field(metadata=described(meaning, example, **described_by))


def optional(meaning: str, example: Any, **described_by: Any) -> Any:
    """Declare a field that is left out of the feed while nothing is known."""
    return field(default=None, metadata=described(meaning, example, **described_by))


_URL = {"pattern": r"^https?://[^\s/]+"}
# A calendar day, or a time with seconds whose offset is left out only where nobody states it.
_DATE = {
    "pattern": r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(Z|[+-]\d{2}:\d{2})?)?$"
}


@dataclass(slots=True, kw_only=True)
class Dateline:
    """Where and for whom a wire text was written: `CARACAS (Sputnik) -`."""

    text: str = required("The dateline as printed", "CARACAS (Sputnik)")
    place: str | None = optional("Place named in it", "CARACAS")
    source: str | None = optional("Wire service named in it", "Sputnik")


@dataclass(slots=True, kw_only=True)
class Author:
    """Who signed the article."""

    name: str = required("Name as printed, without `By` or a role", "Ana Ruiz")
    url: str | None = optional("The author's page", "https://news.example/ana/", **_URL)
    type: AuthorType = required("A desk or an agency is an organisation", "Person")


@dataclass(slots=True, kw_only=True)
class Publisher:
    """Who published the article."""

    name: str | None = optional("Name as the page states it", "The Daily Tide")
    domain: str = required("Host of the article, without `www.`", "tide.example")


@dataclass(slots=True, kw_only=True)
class Image:
    """A picture of the article."""

    url: str = required("Address of the file", "https://news.example/a.jpg", **_URL)
    caption: str | None = optional("Caption", "The harbour at dawn.")
    credit: str | None = optional("Credit line", "© REUTERS / Name")
    alt: str | None = optional("Alternative text", "A ship at a quay")


@dataclass(slots=True, kw_only=True)
class Series:
    """A storyline, dossier, trend or topic that the page says it belongs to."""

    name: str = required("Name without the count", "Political Crisis in Venezuela")
    url: str | None = optional("Its listing", "https://news.example/trend/crisis/", **_URL)
    advertised: int | None = optional("Number of articles it claims", 573, minimum=0)


@dataclass(slots=True, kw_only=True)
class Related:
    """Another article that this one points to."""

    url: str = required("Address of the other article", "https://news.example/b/", **_URL)
    headline: str | None = optional("Its headline as printed here", "Another Story")
    block: Block = required("Which part of the page named it", "related")
    position: int = required("Place in that block, from 1", 1, minimum=1)


@dataclass(slots=True, kw_only=True)
class DuplicateOf:
    """Which article this text repeats."""

    url: str = required("The other article", "https://news.example/b/", **_URL)
    how: str = required("Which test found it", "text")
    score: float = required("Similarity, 1 is equal", 0.97, minimum=0, maximum=1)


@dataclass(slots=True, kw_only=True)
class Article:
    """One article, one line of the articles feed."""

    url: str = required(
        "Address of the article, after redirects and without tracking parameters",
        "https://news.example/latam/201901271071864503-last-group-leaves/",
        schema_org="url",
        ninjs="uri",
        zyte="url",
        **_URL,
    )
    canonical_url: str | None = optional(
        "Canonical address as the page states it, made absolute, even on another site",
        "https://news.example/latam/201901271071864503-last-group-leaves/",
        schema_org="mainEntityOfPage",
        zyte="canonicalUrl",
        **_URL,
    )
    request_url: str | None = optional(
        "Address that was asked for, where it differs from `url`",
        "http://news.example/?id=1071864503",
        **_URL,
    )
    id: str = required(
        "`domain:` and the publisher's own id or the number that ends the address, else a digest",
        "news.example:1071864503",
        schema_org="identifier",
        ninjs="altids",
        minLength=1,
    )
    headline: str | None = optional(
        "Headline, without the site's name",
        "Last Group Leaves",
        schema_org="headline",
        ninjs="headlines",
        zyte="headline",
        minLength=1,
    )
    alternative_headline: str | None = optional(
        "Second headline or kicker",
        "Embassy closed",
        schema_org="alternativeHeadline",
        ninjs="headlines",
    )
    description: str | None = optional(
        "Lead or standfirst",
        "The last diplomats have left the capital.",
        schema_org="description",
        ninjs="descriptions",
        zyte="description",
    )
    body: str | None = optional(
        "Paragraphs separated by one empty line, free of captions, related boxes and share texts",
        "The last diplomats have left.\n\nThe flag came down at noon.",
        schema_org="articleBody",
        ninjs="bodies",
        zyte="articleBody",
        minLength=1,
    )
    dateline: Dateline | None = optional(
        "Dateline, taken off the body's first paragraph",
        {"text": "CARACAS (Sputnik)", "place": "CARACAS", "source": "Sputnik"},
        schema_org="dateline",
        ninjs="located",
    )
    date_published: str | None = optional(
        "First publication: ISO 8601 with offset, or a day where the page gives no time",
        "2019-01-27T18:17:27Z",
        schema_org="datePublished",
        ninjs="firstcreated",
        zyte="datePublished",
        **_DATE,
    )
    date_published_raw: str | None = optional(
        "The text that `date_published` was read from",
        "1548613047",
        zyte="datePublishedRaw",
    )
    date_modified: str | None = optional(
        "Last change, in the same form",
        "2019-01-27T19:02:11Z",
        schema_org="dateModified",
        ninjs="versioncreated",
        zyte="dateModified",
        **_DATE,
    )
    date_modified_raw: str | None = optional(
        "The text that `date_modified` was read from",
        "2019-01-27T22:02:11Z",
        zyte="dateModifiedRaw",
    )
    date_precision: Precision | None = optional(
        "How exact `date_published` is: a day is never midnight", "second"
    )
    authors: list[Author] | None = optional(
        "Who signed, in the page's order",
        [{"name": "Ana Ruiz", "type": "Person"}],
        schema_org="author",
        ninjs="by",
        zyte="authors",
    )
    source_organization: str | None = optional(
        "Wire service that the text came from",
        "Reuters",
        schema_org="sourceOrganization",
        ninjs="infosources",
    )
    publisher: Publisher | None = optional(
        "Who published it",
        {"name": "The Daily Tide", "domain": "tide.example"},
        schema_org="publisher",
        ninjs="infosources",
    )
    section: str | None = optional(
        "Section of the site", "Latin America", schema_org="articleSection", ninjs="subjects"
    )
    breadcrumbs: list[str] | None = optional(
        "Path of sections, the widest first",
        ["World", "Latin America"],
        schema_org="breadcrumb",
        zyte="breadcrumbs",
    )
    keywords: list[str] | None = optional(
        "Visible tags; the page's meta keywords where there are none",
        ["embassy", "Venezuela"],
        schema_org="keywords",
        ninjs="subjects",
    )
    language: str | None = optional(
        "BCP 47 tag",
        "en",
        schema_org="inLanguage",
        ninjs="language",
        zyte="inLanguage",
        pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
    )
    images: list[Image] | None = optional(
        "Pictures, the main one first",
        [{"url": "https://news.example/a.jpg", "credit": "© REUTERS / Name"}],
        schema_org="image",
        ninjs="associations",
        zyte="images",
    )
    series: list[Series] | None = optional(
        "What the page says it belongs to",
        [{"name": "Political Crisis in Venezuela", "advertised": 573}],
        schema_org="isPartOf",
        ninjs="events",
    )
    related: list[Related] | None = optional(
        "Other articles the page points to, with where they stood",
        [{"url": "https://news.example/b/", "block": "related", "position": 1}],
        schema_org="mentions",
        ninjs="associations",
    )
    is_accessible_for_free: bool | None = optional(
        "Whether the page says that its text is free", True, schema_org="isAccessibleForFree"
    )
    usage: list[str] | None = optional(
        "What the publisher asks of those who use the page: `noindex`, `nofollow`, `noarchive`, "
        "`nosnippet`, `noimageindex`, `notranslate`, `noai`, `noimageai`, `tdm-reservation`, "
        "`unavailable_after` with its time",
        ["noarchive", "tdm-reservation"],
        schema_org="usageInfo",
        ninjs="usageterms",
    )
    short_url: str | None = optional(
        "Short address that the page offers", "https://nws.example/a1b2", **_URL
    )
    comment_count: int | None = optional(
        "Comments that the page counts", 4, schema_org="commentCount", minimum=0
    )
    version: int | None = optional(
        "1, 2, ... for each change by an editor",
        1,
        schema_org="version",
        ninjs="version",
        minimum=1,
    )
    changed: list[str] | None = optional("Fields that differ from the version before", ["body"])
    duplicate_of: DuplicateOf | None = optional(
        "A near-duplicate is flagged, not dropped",
        {"url": "https://news.example/b/", "how": "text", "score": 0.97},
    )
    provenance: dict[str, Source] | None = optional(
        "For each field found on the page, where it stood", {"headline": "json-ld"}
    )
    retrieved_at: str | None = optional(
        "When the page was fetched, in UTC", "2019-01-28T06:00:00Z", **_DATE
    )
    first_seen: str | None = optional(
        "When a run first fetched it", "2019-01-28T06:00:00Z", **_DATE
    )


@dataclass(slots=True, kw_only=True)
class MissingArticle:
    """An article that the series lists and the run did not deliver."""

    url: str = required("Its address", "https://news.example/c/", **_URL)
    reason: str = required("Why it is missing", "http_404")


@dataclass(slots=True, kw_only=True)
class SeriesAccount:
    """What a run did for one series, one line of the series feed."""

    name: str = required("Name of the series", "Political Crisis in Venezuela")
    url: str | None = optional("Its listing", "https://news.example/trend/crisis/", **_URL)
    advertised: int | None = optional("Articles the publisher claims", 573, minimum=0)
    listed: int = required(
        "Different articles on its listing pages; without a listing, those found to be of it",
        571,
        minimum=0,
    )
    fetched: int = required("Article pages that were read, whatever came of them", 14, minimum=0)
    new: int = required("Articles delivered for the first time", 12, minimum=0)
    updated: int = required("Articles delivered again because they changed", 1, minimum=0)
    known: int = required("Listed articles of earlier runs", 558, minimum=0)
    failed: int = required("Articles whose page could not be had", 0, minimum=0)
    missing: int = required("Articles advertised or listed, and not held", 2, minimum=0)
    gone: int | None = optional("Articles held whose page is there no more", 1, minimum=0)
    unlisted: int | None = optional(
        "Articles held that a listing named once and this one, read to its end, does not",
        2,
        minimum=0,
    )
    missing_articles: list[MissingArticle] | None = optional(
        "Those of them whose address is known",
        [{"url": "https://news.example/c/", "reason": "http_404"}],
    )
    listing_pages: int = required("Listing pages read", 23, minimum=0)
    stopped: str = required("Why reading the listing stopped", "end of the listing")
    run: int | None = optional("Number of the run, in an export of all accounts", 17, minimum=1)
    at: str | None = optional("When that run began, in UTC", "2019-01-28T06:00:00Z", **_DATE)


@dataclass(slots=True, kw_only=True)
class Link:
    """An edge between two articles, one line of the links feed."""

    from_url: str = required("The article that points", "https://news.example/a/", **_URL)
    to_url: str = required("The article it points to", "https://news.example/b/", **_URL)
    headline: str | None = optional("The other's headline as printed here", "Another Story")
    block: Block = required("Which part of the page named it", "related")
    position: int = required("Place in that block, from 1", 1, minimum=1)
    in_series: bool | None = optional(
        "Whether the other article is of the series as well, where that is known", True
    )


@dataclass(slots=True, kw_only=True)
class Drop:
    """A page that was asked for and not delivered, one line of the drops feed."""

    url: str = required("The page", "https://news.example/amp/a/", **_URL)
    reason: str = required("Why it was dropped", "duplicate_id")
    in_favour_of: str | None = optional(
        "The article that was kept instead", "https://news.example/a/", **_URL
    )
    detail: str | None = optional(
        "What a person needs to understand it", "its series: Coastal Rail Works"
    )


Record: TypeAlias = Article | SeriesAccount | Link | Drop
