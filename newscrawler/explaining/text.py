"""What is known of an address, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newscrawler.explaining.facts import Facts
from newscrawler.normalise.printable import for_terminal

_OUTCOMES = {
    "listing": "read as a listing page",
    "new": "a new article",
    "updated": "a new version of the article",
    "unchanged": "the article is as it was",
}


def explanation(facts: Facts) -> Iterator[str]:
    """Give the lines: the address, what is so now, then what has been, the oldest first."""
    every = (_verdict, _now, _visits, _versions, _places, _host)
    yield for_terminal(facts["url"])
    for part in every:
        for line in part(facts):
            yield f"  {for_terminal(line)}"


def _verdict(facts: Facts) -> Iterator[str]:
    article, page = facts.get("article"), facts.get("page", {})
    if not facts["known"]:
        yield "No run has met this address."
        yield from (f"known nearby: {url}" for url in facts.get("neighbours", []))
        return
    if facts.get("kept_instead"):
        yield f"Dropped ({page['reason']}) in favour of {facts['kept_instead']}"
    elif article and page.get("reason") and article["url"] == facts["url"]:
        yield from _delivered(article, facts["url"])
    elif page.get("reason"):
        detail = f": {page['detail']}" if page.get("detail") else ""
        yield f"{'Dropped' if page['state'] == 'done' else 'Put off'} ({page['reason']}){detail}"
    elif article:
        yield from _delivered(article, facts["url"])
    elif "listing" in facts:
        yield "A listing page: its entries are followed, it is no article itself."
    elif page.get("state") == "queued":
        yield "Waits to be asked for: it was found, and no run has come to it yet."
    elif not page:
        yield "Named by a listing, and not asked for yet."
    else:
        yield "Asked for, and nothing came of it."


def _delivered(article: dict[str, Any], url: str) -> Iterator[str]:
    published = any(one.get("published") for one in article.get("versions", []))
    waits = article.get("waits_for", [])
    said = "Exported" if published else "Waits for the next feed" if waits else "Known"
    other = "" if article["url"] == url else f", under {article['url']}"
    yield f"{said}: {article.get('headline', 'an article')}{other}"
    if published and waits:
        yield f"waits for the next feed of {', '.join(waits)}"
    if article.get("gone"):
        yield f"its page is gone ({article['gone']})"
    if repeated := article.get("duplicate_of"):
        score = f", {repeated['score']:.2f}" if "score" in repeated else ""
        yield f"repeats {repeated.get('url')} ({repeated.get('how')}{score})"


def _now(facts: Facts) -> Iterator[str]:
    page = facts.get("page")
    if page is None:
        return
    due, tries = page.get("due_at"), page.get("tries", 0)
    if page["state"] == "deferred":
        yield f"deferred until {due} after {_times(tries)} without success"
    elif due and page["state"] == "done":
        yield f"asked for again from {due}, when a run meets it"


def _visits(facts: Facts) -> Iterator[str]:
    visits = facts.get("visits", [])
    if not visits and facts.get("page", {}).get("checked_at"):
        yield f"last asked for {facts['page']['checked_at']}, before answers were noted"
    for one in visits:
        status = f" {one['status']}" if one["status"] else ""
        detail = f": {one['detail']}" if one["detail"] else ""
        favour = f", in favour of {one['in_favour_of']}" if one["in_favour_of"] else ""
        yield f"{_when(one)}{status} {_said(one['outcome'])}{detail}{favour}"


def _when(visit: dict[str, Any]) -> str:
    if visit["times"] == 1:
        return f"{visit['at']} run {visit['run']}"
    runs = f"runs {visit['first_run']} to {visit['run']}"
    return f"{visit['first_at']} to {visit['at']} {runs}, {_times(visit['times'])}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _said(outcome: str) -> str:
    kind, _, reason = outcome.partition("/")
    return f"{kind.replace('_', ' ')}: {reason}" if reason else _OUTCOMES.get(kind, kind)


def _versions(facts: Facts) -> Iterator[str]:
    for one in facts.get("article", {}).get("versions", []):
        changed = f", changed: {', '.join(one['changed'])}" if "changed" in one else ""
        yield f"version {one['version']} of {one.get('retrieved_at', '')}{changed}"
        for published in one.get("published", []):
            for file in published["files"]:
                line = f", line {file['line']}" if "line" in file else ""
                yield f"  in {file['path']}{line} (batch {published['batch']}, {published['at']})"


def _places(facts: Facts) -> Iterator[str]:
    for one in facts.get("series", []):
        listed = f", listed {one['listed_at']}" if one["listed_at"] else ", by its own page"
        yield f"of the series {one['name']}{listed}"
    others = [url for url in facts.get("article", {}).get("addresses", []) if url != facts["url"]]
    yield from (f"also reached by {url}" for url in others)


def _host(facts: Facts) -> Iterator[str]:
    host = facts["host"]
    if host.get("left_alone_until"):
        yield f"{host['name']} is left alone until {host['left_alone_until']} ({host['reason']})"
    if "robots_allow" in host:
        allows = "allows" if host["robots_allow"] else "forbids"
        yield f"robots.txt of {host['robots_read_at']} {allows} it"
    elif "robots_status" in host:
        yield f"robots.txt answered {host['robots_status']} on {host['robots_read_at']}"
