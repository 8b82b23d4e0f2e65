"""The state keeps what came of each request, and where each version was published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.state.rows import KnownArticle, Page, PageCommit, Visit
from newscrawler.state.store import State
from newscrawler.state.visits import MOST_VISITS

KEY = "tide.example/a"
URL = f"https://{KEY}/"
T1, T2, T3 = (f"2026-11-{day}T08:00:00Z" for day in ("01", "02", "03"))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State.open(tmp_path / "state.sqlite")) as opened:
        yield opened


def commit(
    state: State, outcome: str, at: str, *, run: int = 1, version: int = 0, key: str = KEY
) -> None:
    """Keep what came of asking for a page; with a version, its article too."""
    line = f'{{"url":"https://{key}/","version":{version}}}'
    article = KnownArticle(
        key=key, url=f"https://{key}/", first_seen=T1, changed_at=at, version=version,
        fingerprint=str(version), line=line,
    )  # fmt: skip
    page = Page(key=key, url=article.url, series="s", state="done", article=key if version else "")
    state.commit(
        run,
        PageCommit(
            series="s",
            pages=[page],
            article=article if version else None,
            member=bool(version),
            records=[("article", line)] if version else [],
            beside=(7, 2**32 - 1) if version else (),
            visit=Visit(outcome=outcome, status=200),
            visited=(key, "tide.example/amp/a"),
        ),
        at,
    )


def outcomes(state: State, key: str = KEY) -> list[tuple[str, int]]:
    return [(one.outcome, one.times) for one in state.visits(key)]


def test_equal_answers_in_a_row_are_one_with_its_first_and_last(state: State) -> None:
    for run, at in ((1, T1), (2, T2), (3, T3)):
        commit(state, "unchanged", at, run=run)
    [one] = state.visits(KEY)
    assert (one.times, one.first_run, one.first_at, one.run, one.at) == (3, 1, T1, 3, T3)


def test_an_answer_is_known_under_each_address_that_led_to_it(state: State) -> None:
    commit(state, "new", T1, version=1)
    assert outcomes(state) == outcomes(state, "tide.example/amp/a") == [("new", 1)]


def test_the_last_answers_of_a_page_are_kept(state: State) -> None:
    for number in range(MOST_VISITS + 5):
        commit(state, f"failed/http_{500 + number}", T1)
    kept = outcomes(state)
    assert len(kept) == MOST_VISITS
    assert kept[-1] == (f"failed/http_{500 + MOST_VISITS + 4}", 1)


def test_a_version_knows_each_batch_and_its_place_there(state: State) -> None:
    commit(state, "new", T1, version=1, key="tide.example/first")
    commit(state, "new", T1, version=1)
    first = state.open_batch(1, ["s"], T1)
    state.aim_batch(first.id, '{"files":[]}')
    assert state.waiting_for(KEY) == ["s"]
    state.close_batch(first.id, T2)
    commit(state, "updated", T2, version=2, run=2)
    state.close_batch(state.open_batch(2, ["s"], T2).id, T3)
    told = [[(p.batch, p.place, p.series, p.at) for p in state.publications(one.id)]
            for one in state.versions(KEY)]  # fmt: skip
    assert told == [[(1, 2, "s", T2)], [(2, 1, "s", T3)]]
    assert state.waiting_for(KEY) == []


def test_a_batch_that_is_released_is_no_publication(state: State) -> None:
    commit(state, "new", T1, version=1)
    state.release_batch(state.open_batch(1, ["s"], T1).id)
    [version] = state.versions(KEY)
    assert state.publications(version.id) == []


def test_what_is_forgotten_has_no_history(state: State) -> None:
    commit(state, "new", T1, version=1)
    state.close_batch(state.open_batch(1, ["s"], T1).id, T2)
    [version] = state.versions(KEY)
    assert state.beside(KEY) == {7, 2**32 - 1}
    state.forget_article(KEY)
    assert not state.visits(KEY)
    assert not state.publications(version.id)
    assert not state.versions(KEY)
    assert state.beside(KEY) == frozenset()


def test_a_series_that_is_forgotten_takes_the_answers_of_its_pages_along(state: State) -> None:
    commit(state, "dropped/no_body", T1)
    state.forget_series("s")
    assert outcomes(state) == []


def test_the_addresses_beside_one_that_is_not_known_are_found(state: State) -> None:
    for name in "abdef":
        commit(state, "new", T1, key=f"tide.example/{name}")
    near = [page.key[-1] for page in state.neighbours("tide.example/c", 2)]
    assert near == ["a", "b", "d", "e"]
