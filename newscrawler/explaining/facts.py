"""All that the state knows of one address, gathered for people and programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, TypeAlias

from newscrawler.identity import page_key
from newscrawler.network.origins import origin_of
from newscrawler.normalise.redaction import redacted_throughout
from newscrawler.normalise.urls import clean_url
from newscrawler.politeness.hosts import host_name
from newscrawler.politeness.robots_rules import Rules
from newscrawler.state.rows import KeptVersion, KnownArticle, Page, Publication
from newscrawler.state.store import State

Facts: TypeAlias = dict[str, Any]
"""Values of JSON; what is not known is absent."""


def facts_of(state: State, url: str, product_token: str) -> Facts:
    """Return what is known of an address, without its secrets.

    `known` is False where no run has met it; then `neighbours` has the known addresses of the
    same host that are most alike. Raises ValueError for what is no address.
    """
    key = page_key(url)
    page, visits = state.page(key), state.visits(key)
    article = state.article((page.article if page else "") or key)
    listing = state.kept_response(clean_url(url))
    members = state.memberships([key])
    facts: Facts = {
        "url": url,
        "key": key,
        "known": bool(page or visits or article or listing or members),
        "page": _page(page) if page else None,
        "listing": {"kept_at": listing.checked_at} if listing else None,
        "visits": [asdict(one) for one in visits],
        "article": _article(state, article) if article else None,
        "series": _series(state, key, article),
        "kept_instead": _kept_instead(page, article, url),
        "host": _host(state, url, product_token),
    }
    numbers = {one.run for one in visits} | {one.first_run for one in visits}
    facts["runs"] = [one for number in sorted(numbers) if (one := state.run_told(number))]
    if not facts["known"]:
        facts["neighbours"] = _neighbours(state, key)
    filled = {name: value for name, value in facts.items() if value not in (None, [], {}, "")}
    told: Facts = redacted_throughout(filled)
    return told


def _page(page: Page) -> Facts:
    names = ("state", "reason", "detail", "tries", "due_at", "checked_at", "hops", "series")
    told = {name: getattr(page, name) for name in names}
    return {name: value for name, value in told.items() if value != ""}


def _article(state: State, article: KnownArticle) -> Facts:
    record, repeated = json.loads(article.line), state.duplicate_of(article.key)
    told = {
        "key": article.key,
        "url": article.url,
        "headline": record.get("headline"),
        "first_seen": article.first_seen,
        "gone": article.gone,
        "duplicate_of": asdict(repeated) if repeated else record.get("duplicate_of"),
        "addresses": [one.url for one in state.addresses_of(article.key)],
        "waits_for": state.waiting_for(article.key),
        "versions": [_version(state, one) for one in state.versions(article.key)],
    }
    return {name: value for name, value in told.items() if value}


def _version(state: State, version: KeptVersion) -> Facts:
    record = json.loads(version.line)
    told = {
        "version": version.number,
        "run": version.run,
        "retrieved_at": record.get("retrieved_at"),
        "changed": record.get("changed"),
        "published": [_publication(one) for one in state.publications(version.id)],
    }
    return {name: value for name, value in told.items() if value}


def _publication(found: Publication) -> Facts:
    """Return the batch and its files; the line is that of the file unless it was added to."""
    noted = json.loads(found.targets or "{}")
    files = [file for file in noted.get("files", []) if file["kind"] == "article"]
    return {
        "batch": found.batch,
        "series": found.series,
        "at": found.at,
        "run": found.run,
        "place": found.place,
        "files": [
            {"path": file["path"]} | ({} if file.get("start") else {"line": found.place})
            for file in files
        ],
    }


def _series(state: State, key: str, article: KnownArticle | None) -> list[Facts]:
    keys = {key}
    if article:
        keys |= {article.key, *(one.key for one in state.addresses_of(article.key))}
    return [
        {"key": series, "name": name, "listed_at": listed_at}
        for series, name, listed_at in state.memberships(sorted(keys))
    ]


def _kept_instead(page: Page | None, article: KnownArticle | None, url: str) -> str | None:
    """Return the address of the article that a page which was dropped turned out to be."""
    if page is None or article is None or not page.reason.startswith("duplicate"):
        return None
    return article.url if article.url != url else None


def _host(state: State, url: str, product_token: str) -> Facts:
    name, robots = host_name(url), state.robots(origin_of(url))
    told: Facts = {"name": name}
    if paused := state.host(name):
        told |= {"left_alone_until": paused.not_before, "reason": paused.reason}
        told["runs_given_up"] = paused.failures
    if robots:
        told |= {"robots_read_at": robots.fetched_at, "robots_status": robots.status}
        if robots.status < 300:  # of another answer the body says nothing
            told["robots_allow"] = Rules(robots.body, product_token).allowed(url)
    return told


def _neighbours(state: State, key: str) -> list[str]:
    host = key.split("/", 1)[0]
    near = state.neighbours(key)
    return [one.url for one in near if one.key.split("/", 1)[0] == host]
