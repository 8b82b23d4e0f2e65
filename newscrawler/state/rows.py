"""What the state keeps, as values that know nothing of SQLite.

Times are UTC as `2026-11-24T08:42:11Z`, so that they sort as text; an empty one is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

PageState: TypeAlias = Literal["queued", "done", "deferred"]
RecordKind: TypeAlias = Literal["article", "series", "links", "drops"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One address of the frontier, known by the key that all spellings of it share."""

    key: str
    url: str
    series: str = ""
    """Key of the series that it was asked for."""
    hops: int = 0
    """0 for what a listing names, 1 for what such an article links to, and so on."""
    state: PageState = "queued"
    reason: str = ""
    """Why it gave no article, or why it could not be had; empty for an article."""
    detail: str = ""
    """What decides whether the reason still holds: the day of an article out of the period."""
    tries: int = 0
    """Failures in a row."""
    due_at: str = ""
    """When to ask for it again; of a queued page, at once."""
    checked_at: str = ""
    article: str = ""
    """Key of the article that the page shows."""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptResponse:
    """A listing page as it was answered, for `304 Not Modified` and for a resumed run."""

    key: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    round: int
    checked_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """The last version of an article."""

    key: str
    url: str
    first_seen: str
    changed_at: str
    """When this version was first fetched."""
    version: int
    fingerprint: str
    line: str
    """The record as its feed line, without the line end."""
    marks: tuple[str, ...] = ()
    """What it is known by besides its key: id, canonical address, digest of the text."""
    gone: str = ""
    """Why its page is no longer there (`http_410`), empty while it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSeries:
    """A series that was followed."""

    key: str
    name: str
    url: str = ""
    folder: str = ""
    """Its folder below `feeds/`; given once, and kept when the name changes."""
    advertised: int | None = None
    last_new_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What the page of an article has that other pages of its site may have as well."""

    site: str
    page: str
    """Key of the article, whatever address it was reached by."""
    texts: tuple[int, ...] = ()
    """Digests, of 63 bits."""
    container: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePosition:
    """How far one file was read for one selection of its records."""

    key: str
    selection: str
    path: str
    head: str
    """By which the file's beginning is known again: length and digest."""
    offset: int
    """Where the first record begins whose outcome is not kept."""
    number: int
    """Of the last page, counted through all files of the selection."""
    records: int = 0
    """All that were passed, whatever they hold."""
    articles: int = 0
    """Pages that gave an article, unchanged ones included; counted by the state itself."""
    faults: tuple[str, ...] = ()
    """What could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A page as one of the places where its text stood."""

    key: str
    article: str
    """Key of the article: its own, or the one in whose favour the page was dropped."""
    url: str
    body: str
    published: str = ""
    """As the feed has it."""
    source: int = 1
    """0 for the agency's own page, 2 for one that names another source, 1 for all others."""
    canonical: str = ""
    """Key of the page on another site that it states as canonical."""
    marks: tuple[str, ...] = ()
    reason: str = ""
    """Why it was dropped; empty for an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Which article a text repeats, and which test found it."""

    url: str
    how: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of asking for a page, of consecutive equal answers the first and the last."""

    outcome: str
    """As the journal counts it: `new`, `unchanged`, `dropped/REASON`, `failed/REASON`, ..."""
    status: int = 0
    """HTTP status, 0 where nobody answered."""
    detail: str = ""
    in_favour_of: str = ""
    """Address of the article that was kept instead."""
    first_run: int = 0
    first_at: str = ""
    run: int = 0
    at: str = ""
    times: int = 1


@dataclass(slots=True, kw_only=True)
class PageCommit:
    """All that one page gave. It is kept in one transaction, or not at all."""

    series: str
    pages: list[Page] = field(default_factory=list)
    """The page, under each address that led to it."""
    links: list[Page] = field(default_factory=list)
    """Queued pages found on it; those known already stay as they are."""
    response: KeptResponse | None = None
    listed: list[tuple[str, str]] = field(default_factory=list)
    """Key and address of what a listing page names, in its order."""
    article: KnownArticle | None = None
    """A new article or a new version; an unchanged one is no part of a commit."""
    member: bool = False
    """Whether the article belongs to the series."""
    records: list[tuple[RecordKind, str]] = field(default_factory=list)
    """Lines for the feeds, in order."""
    taught: Taught | None = None
    position: ArchivePosition | None = None
    """Of a page in an archive: then what it taught is set aside until its block is read."""
    copy: Copy | None = None
    """The page as a place of its text, whether its article was delivered or dropped."""
    beside: tuple[int, ...] = ()
    """Short digests, of 32 bits, of what the page shows besides the text of its article."""
    visit: Visit | None = None
    """What came of asking for the page, noted under each of `visited`."""
    visited: tuple[str, ...] = ()
    """Keys of the addresses that led to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What a series lists or holds."""

    key: str
    url: str
    article: str
    """Key of the article, empty while it is not held."""
    listed_at: str
    """When a listing last named it; empty where only its own page names the series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run. A round is a run with those that went on where it was stopped."""

    id: int
    round: int
    resumes: int | None = None
    """The run that was stopped or killed and is gone on with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records that are published together, whole."""

    id: int
    run: int
    created_at: str
    series: tuple[str, ...]
    targets: str
    """JSON of the publisher's own: where it goes, and what must be found there."""
    counts: dict[RecordKind, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Where a version was published."""

    version_id: int
    batch: int
    series: str
    """Key of the series that it waited for."""
    place: int
    """Which of the articles of its batch it was, from 1."""
    at: str
    run: int
    targets: str
    """As in the batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVersion:
    """One version of an article as it was delivered."""

    id: int
    number: int
    run: int
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A host that is to be left alone for a while."""

    name: str
    """Without `www.`, scheme and port."""
    not_before: str = ""
    reason: str = ""
    failures: int = 0
    """Runs in a row that gave it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRobots:
    """The robots.txt of an origin as it was answered, to be asked about again after a day."""

    origin: str
    """`https://news.example`, with the port where it is another than the scheme's."""
    host: str
    """The name under which the host is kept."""
    body: bytes
    status: int
    etag: str = ""
    last_modified: str = ""
    fetched_at: str
