"""The tables of the state, and the digest that each of their rows bears."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

Row: TypeAlias = tuple[Any, ...]

# Bytes: one wrong row in 2^64 passes, and a row of a page is only some 250 bytes itself.
DIGEST_SIZE = 8


@dataclass(frozen=True)
class Table:
    """The names of a table's columns, and the statements made of them."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @cached_property
    def reading(self) -> str:
        return " ".join(("SELECT", ", ".join((*self.columns, "digest")), "FROM", self.name))

    @cached_property
    def inserting(self) -> str:
        names = (*self.columns, "digest")
        marks = ", ".join("?" * len(names))
        return " ".join(("INSERT INTO", self.name, f"({', '.join(names)}) VALUES ({marks})"))

    @cached_property
    def adding(self) -> str:
        return f"{self.inserting} ON CONFLICT ({', '.join(self.key)}) DO NOTHING"

    @cached_property
    def putting(self) -> str:
        names = (*self.columns, "digest")
        changes = ", ".join(f"{it} = excluded.{it}" for it in names if it not in self.key)
        return f"{self.inserting} ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changes}"

    @cached_property
    def deleting(self) -> str:
        return f"DELETE FROM {self.name}"  # noqa: S608

    def values_of(self, value: object) -> Row:
        """Return the row of a value whose attributes are named like the columns."""
        return tuple(getattr(value, name) for name in self.columns)

    def named(self, row: Row) -> dict[str, Any]:
        return dict(zip(self.columns, row, strict=True))


META = Table("meta", ("name", "value"), ("name",))
COUNTERS = Table("counters", ("name", "value"), ("name",))
RUNS = Table(
    "runs",
    (
        "id", "round", "resumes", "spider", "arguments", "started_at", "ended_at", "exit_code",
        "report",
    ),
    ("id",),
)  # fmt: skip
PAGES = Table(
    "pages",
    (
        "key", "url", "series", "hops", "state", "reason", "detail", "tries", "due_at",
        "checked_at", "article", "etag", "last_modified",
    ),
    ("key",),
)  # fmt: skip
RESPONSES = Table(
    "responses", ("key", "series", "url", "headers", "body", "round", "checked_at"), ("key",)
)
ARTICLES = Table(
    "articles",
    (
        "key", "url", "first_seen", "changed_at", "version", "fingerprint", "last", "marks",
        "gone",
    ),
    ("key",),
)  # fmt: skip
VERSIONS = Table(
    "versions", ("id", "article", "version", "fingerprint", "run", "batch", "line"), ("id",)
)
MARKS = Table("marks", ("mark", "article"), ("mark",))
MEMBERS = Table("members", ("id", "series", "key", "url", "listed_at"), ("id",))
SERIES = Table("series", ("key", "name", "url", "folder", "advertised", "last_new_at"), ("key",))
HISTORY = Table("history", ("id", "run", "series", "entry"), ("id",))
OUTBOX = Table(
    "outbox", ("id", "series", "run", "kind", "article", "version_id", "line", "batch"), ("id",)
)
BATCHES = Table(
    "batches", ("id", "run", "created_at", "series", "targets", "counts", "closed_at"), ("id",)
)
DELIVERIES = Table("deliveries", ("id", "series", "article", "version"), ("id",))
HOSTS = Table("hosts", ("name", "not_before", "reason", "failures"), ("name",))
ROBOTS = Table(
    "robots",
    ("origin", "host", "body", "status", "etag", "last_modified", "fetched_at"),
    ("origin",),
)
SITE_TEXTS = Table("site_texts", ("site", "text", "pages", "seen"), ("site", "text"))
SITE_PAGES = Table("site_pages", ("site", "page", "number", "container"), ("site", "page"))
ARCHIVES = Table(
    "archives",
    (
        "key", "selection", "path", "head", "offset", "number", "records", "articles", "faults",
    ),
    ("key",),
)  # fmt: skip
LESSONS = Table("lessons", ("id", "site", "page", "texts", "container"), ("id",))
COPIES = Table(
    "copies",
    (
        "id", "key", "article", "url", "published", "source", "canonical", "marks", "sketch",
        "text", "story", "reason",
    ),
    ("id",),
)  # fmt: skip
VISITS = Table(
    "visits",
    (
        "id", "page", "first_run", "first_at", "run", "at", "times", "outcome", "status",
        "detail", "in_favour_of",
    ),
    ("id",),
)  # fmt: skip
BESIDE = Table("beside", ("article", "texts"), ("article",))
PUBLICATIONS = Table("publications", ("id", "version", "batch", "series", "place"), ("id",))

TABLES = (
    META, COUNTERS, RUNS, PAGES, RESPONSES, ARTICLES, VERSIONS, MARKS, MEMBERS, SERIES, HISTORY,
    OUTBOX, BATCHES, DELIVERIES, HOSTS, SITE_TEXTS, SITE_PAGES,
    ROBOTS, ARCHIVES, LESSONS, COPIES, VISITS, PUBLICATIONS, BESIDE,
)  # fmt: skip

# What version 2 has in addition.
SITE_MEMORY = """
CREATE TABLE site_texts (
    site TEXT NOT NULL, text INTEGER NOT NULL, pages TEXT NOT NULL, seen INTEGER NOT NULL,
    digest BLOB NOT NULL, UNIQUE (site, text)
);
CREATE TABLE site_pages (
    site TEXT NOT NULL, page INTEGER NOT NULL, number INTEGER NOT NULL, container TEXT NOT NULL,
    digest BLOB NOT NULL, UNIQUE (site, page)
);
"""
# What version 3 has in addition.
ROBOTS_FILES = """
CREATE TABLE robots (
    origin TEXT NOT NULL UNIQUE, host TEXT NOT NULL, body BLOB NOT NULL, status INTEGER NOT NULL,
    etag TEXT NOT NULL, last_modified TEXT NOT NULL, fetched_at TEXT NOT NULL,
    digest BLOB NOT NULL
);
"""
# What version 4 has in addition.
ARCHIVE_FILES = """
CREATE TABLE archives (
    key TEXT NOT NULL UNIQUE, selection TEXT NOT NULL, path TEXT NOT NULL, head TEXT NOT NULL,
    offset INTEGER NOT NULL, number INTEGER NOT NULL, records INTEGER NOT NULL,
    articles INTEGER NOT NULL, faults TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX archives_of_a_selection ON archives (selection);
CREATE TABLE lessons (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL, page TEXT NOT NULL, texts TEXT NOT NULL,
    container TEXT NOT NULL, digest BLOB NOT NULL
);
"""
# What version 5 has in addition. A posting is a key of a sketch, and behind its 36 bits the id of
# the row that has it, in 27: one number of 63 bits, in the order in which it is looked up.
# Postings have no digest, as texts are compared before anything is believed of them.
TEXT_COPIES = """
CREATE TABLE copies (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, article TEXT NOT NULL, url TEXT NOT NULL,
    published TEXT NOT NULL, source INTEGER NOT NULL, canonical TEXT NOT NULL,
    marks BLOB NOT NULL, sketch BLOB NOT NULL, text BLOB NOT NULL, story INTEGER NOT NULL,
    reason TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX copies_of_an_article ON copies (article);
CREATE INDEX copies_of_a_story ON copies (story) WHERE story <> 0;
CREATE TABLE postings (posting INTEGER PRIMARY KEY);
"""
# What version 6 has in addition. A page is its digest of 63 bits: its text would be most of a row.
ADDRESS_HISTORY = """
CREATE TABLE visits (
    id INTEGER PRIMARY KEY, page INTEGER NOT NULL, first_run INTEGER NOT NULL,
    first_at TEXT NOT NULL, run INTEGER NOT NULL, at TEXT NOT NULL, times INTEGER NOT NULL,
    outcome TEXT NOT NULL, status INTEGER NOT NULL, detail TEXT NOT NULL,
    in_favour_of TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX visits_of_a_page ON visits (page);
CREATE TABLE publications (
    id INTEGER PRIMARY KEY, version INTEGER NOT NULL, batch INTEGER NOT NULL,
    series INTEGER NOT NULL, place INTEGER NOT NULL, digest BLOB NOT NULL
);
CREATE TABLE beside (article TEXT NOT NULL UNIQUE, texts BLOB NOT NULL, digest BLOB NOT NULL);
CREATE INDEX publications_of_a_version ON publications (version);
"""
# Tables have rowids, so that a damaged one can be read around its damaged parts.
SCHEMA = f"""{SITE_MEMORY}{ROBOTS_FILES}{ARCHIVE_FILES}{TEXT_COPIES}{ADDRESS_HISTORY}
CREATE TABLE meta (name TEXT NOT NULL UNIQUE, value TEXT NOT NULL, digest BLOB NOT NULL);
CREATE TABLE counters (name TEXT NOT NULL UNIQUE, value INTEGER NOT NULL, digest BLOB NOT NULL);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, round INTEGER NOT NULL, resumes INTEGER, spider TEXT NOT NULL,
    arguments TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT NOT NULL,
    exit_code INTEGER, report TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX runs_of_a_kind ON runs (spider, arguments);
CREATE TABLE pages (
    key TEXT NOT NULL UNIQUE, url TEXT NOT NULL, series TEXT NOT NULL, hops INTEGER NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, tries INTEGER NOT NULL,
    due_at TEXT NOT NULL, checked_at TEXT NOT NULL, article TEXT NOT NULL, etag TEXT NOT NULL,
    last_modified TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX pages_open ON pages (series, state) WHERE state <> 'done';
CREATE INDEX pages_elsewhere ON pages (article) WHERE article <> '' AND article <> key;
CREATE TABLE responses (
    key TEXT NOT NULL UNIQUE, series TEXT NOT NULL, url TEXT NOT NULL, headers TEXT NOT NULL,
    body BLOB NOT NULL, round INTEGER NOT NULL, checked_at TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE TABLE articles (
    key TEXT NOT NULL UNIQUE, url TEXT NOT NULL, first_seen TEXT NOT NULL,
    changed_at TEXT NOT NULL, version INTEGER NOT NULL, fingerprint TEXT NOT NULL,
    last INTEGER NOT NULL, marks TEXT NOT NULL, gone TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX articles_by_url ON articles (url);
CREATE TABLE versions (
    id INTEGER PRIMARY KEY, article TEXT NOT NULL, version INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, run INTEGER NOT NULL, batch INTEGER NOT NULL, line BLOB NOT NULL,
    digest BLOB NOT NULL
);
CREATE INDEX versions_of_an_article ON versions (article);
CREATE TABLE marks (mark BLOB NOT NULL UNIQUE, article TEXT NOT NULL, digest BLOB NOT NULL);
CREATE TABLE members (
    id INTEGER PRIMARY KEY, series TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL,
    listed_at TEXT NOT NULL, digest BLOB NOT NULL, UNIQUE (key, series)
);
CREATE INDEX members_of_a_series ON members (series);
CREATE TABLE series (
    key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, url TEXT NOT NULL, folder TEXT NOT NULL UNIQUE,
    advertised INTEGER, last_new_at TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE TABLE history (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL, series TEXT NOT NULL, entry TEXT NOT NULL,
    digest BLOB NOT NULL
);
CREATE INDEX history_of_a_series ON history (series);
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY, series TEXT NOT NULL, run INTEGER NOT NULL, kind TEXT NOT NULL,
    article TEXT NOT NULL, version_id INTEGER NOT NULL, line TEXT NOT NULL,
    batch INTEGER NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX outbox_by_batch ON outbox (batch, series);
CREATE INDEX outbox_of_an_article ON outbox (article) WHERE article <> '';
CREATE TABLE batches (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL, created_at TEXT NOT NULL, series TEXT NOT NULL,
    targets TEXT NOT NULL, counts TEXT NOT NULL, closed_at TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX batches_open ON batches (id) WHERE closed_at = '';
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY, series TEXT NOT NULL, article TEXT NOT NULL,
    version INTEGER NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX deliveries_of_an_article ON deliveries (article, series);
CREATE TABLE hosts (
    name TEXT NOT NULL UNIQUE, not_before TEXT NOT NULL, reason TEXT NOT NULL,
    failures INTEGER NOT NULL, digest BLOB NOT NULL
);
"""


def statements(schema: str) -> list[str]:
    return [one for one in schema.split(";\n") if one.strip()]


_ENCODER = json.JSONEncoder(default=bytes.hex)


def digest_of(identity: bytes, table: str, values: Sequence[Any]) -> bytes:
    """Return the digest of a row of the one state that has this identity."""
    packed = _ENCODER.encode((table, *values)).encode("ascii")
    return hashlib.blake2b(packed, digest_size=DIGEST_SIZE, key=identity).digest()


def storable(value: Any) -> Any:
    """Return what SQLite takes: a lone surrogate, which UTF-8 has no form for, becomes `?`."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode("utf-8")
    return value
