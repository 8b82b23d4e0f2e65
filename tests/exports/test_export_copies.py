"""`scrapy export --copies`: final flags and each text once, whatever the order of arrival."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from newscrawler.exit_codes import ExitCode
from newscrawler.exports.copies import FinalCopies
from newscrawler.identity import copy_of, copy_of_record, marks_of, page_key
from newscrawler.items import Article, DuplicateOf, Publisher
from newscrawler.lines import json_line
from newscrawler.revisions import fingerprint
from newscrawler.state.opening import open_database
from newscrawler.state.rows import KnownArticle, KnownSeries, Page, PageCommit
from newscrawler.state.store import State
from newscrawler.state.tables import COUNTERS
from tests.conftest import run_command
from tests.exports.readers import from_csv
from tests.wire import body, edited, sentences, story

AT = "2026-01-01T00:00:00Z"
AGENCY, PAPER, TIMES = (f"https://{name}.example/a" for name in ("agency", "paper", "times"))
WHOLE, PART, ALONE = (f"https://{name}.example/b" for name in ("whole", "part", "alone"))


def an_article(url: str, body: str, published: str = "2026-01-05") -> Article:
    name = url.split("/")[2]
    return Article(
        url=url,
        id=url,
        headline=f"Of {url}",
        body=body,
        date_published=published,
        publisher=Publisher(name=name, domain=name),
        first_seen=AT,
    )


def the_set() -> list[Article]:
    """Return a wire story in three places, the agency's the earliest, a part, and others."""
    return [
        an_article(PAPER, story(1), "2026-01-01T10:00:00Z"),
        an_article(TIMES, edited(1, replaced=2), "2026-01-01T09:00:00Z"),
        an_article(AGENCY, story(1), "2026-01-01T08:00:00Z"),
        an_article(PART, edited(2, cut=14), "2026-01-02"),
        an_article(WHOLE, story(2), "2026-01-03"),
        an_article(ALONE, story(3), "2026-01-03"),
    ]


def keep(state: State, article: Article, *series: str) -> None:
    """Do what a run does with an article: flag it by what came before, and commit it."""
    key = page_key(article.url)
    found = state.duplicate(copy_of(article, key if state.article(key) else ""))
    if found:
        flag = DuplicateOf(url=found.url, how=found.how, score=found.score)
        article = replace(article, duplicate_of=flag)
    row = KnownArticle(
        key=key,
        url=article.url,
        first_seen=AT,
        changed_at=AT,
        version=1,
        fingerprint=fingerprint(article),
        line=json_line(article),
        marks=tuple(mark for _, mark in marks_of(article)),
    )
    page = Page(key=key, url=article.url, state="done", article=key)
    for one in series or ("tides",):
        commit = PageCommit(
            series=one, pages=[page], article=row, copy=copy_of(article, key), member=True
        )
        state.commit(1, commit, AT)


def opened(path: Path | None) -> State:
    state = State.open(path)
    for name in ("tides", "wind"):
        state.put_series(KnownSeries(key=name, name=name))
    state.index_copies(copy_of_record, 1)
    return state


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Return a state of the set."""
    path = tmp_path / "state" / "state.sqlite"
    with closing(opened(path)) as state:
        for article in the_set():
            keep(state, article)
    return path


def scrapy(*args: str | Path) -> CompletedProcess[str]:
    return run_command(sys.executable, "-m", "scrapy", *args)


def export(*args: str | Path) -> tuple[int, list[dict[str, Any]], str]:
    """Run `scrapy export` to standard output; return exit code, records and complaints."""
    ended = scrapy("export", "-O", "-", *args)
    return ended.returncode, [json.loads(it) for it in ended.stdout.splitlines()], ended.stderr


def flags(records: Iterable[dict[str, Any]]) -> dict[str, tuple[str, str] | None]:
    """Return of each article, by its address, what it repeats and how."""
    stated = {it["url"]: it.get("duplicate_of") for it in records}
    return {url: (it["url"], it["how"]) if it else None for url, it in stated.items()}


def judged(state: State, choice: Any, series: str | None = None) -> list[dict[str, Any]]:
    return list(map(json.loads, FinalCopies(state, series).lines(choice)))


# Flags


def test_the_flags_of_an_export_are_those_of_the_final_groups(state: Path) -> None:
    code, published, _ = export("--all", "--state", state)
    assert code == 0
    assert flags(published) == {
        PAPER: None, TIMES: (PAPER, "near"), AGENCY: (TIMES, "near"),
        PART: None, WHOLE: None, ALONE: None,
    }  # fmt: skip
    code, final, told = export("--all", "--copies", "flag", "--state", state)
    assert (code, told) == (0, "")
    assert flags(final) == {
        PAPER: (AGENCY, "text"), TIMES: (AGENCY, "near"), AGENCY: None,
        PART: (WHOLE, "contained"), WHOLE: None, ALONE: None,
    }  # fmt: skip
    for before, after in zip(published, final, strict=True):
        assert without_flag(before) == without_flag(after)


def without_flag(record: dict[str, Any]) -> list[tuple[str, Any]]:
    return [pair for pair in record.items() if pair[0] != "duplicate_of"]


def test_the_flagged_lines_are_a_valid_feed_and_the_others_are_as_published(
    state: Path, tmp_path: Path
) -> None:
    before, after = tmp_path / "before.jsonl", tmp_path / "after.jsonl"
    assert scrapy("export", "tides", "-O", before, "--state", state).returncode == 0
    final = ("export", "tides", "--copies", "flag", "-O", after, "--state", state)
    assert scrapy(*final).returncode == 0
    assert scrapy("validate", after).returncode == 0
    assert before.read_bytes().splitlines()[4:] == after.read_bytes().splitlines()[4:]


def test_any_order_of_arrival_gives_the_same_flags_and_the_same_choice() -> None:
    articles, chance = the_set(), random.Random(3)  # noqa: S311
    found = []
    for _ in range(30):
        chance.shuffle(articles)
        with closing(opened(None)) as state:
            for article in articles:
                keep(state, article)
            kept = sorted(it["url"] for it in judged(state, "drop"))
            found.append((flags(judged(state, "flag")), kept))
    assert all(one == found[0] for one in found)
    assert found[0][1] == sorted([AGENCY, WHOLE, ALONE])


# Each text once


@pytest.mark.parametrize("which", ["--all", "tides"])
def test_each_text_is_met_once(state: Path, which: str) -> None:
    code, records, told = export(which, "--copies", "drop", "--state", state)
    assert (code, told) == (0, "")
    assert flags(records) == {AGENCY: None, WHOLE: None, ALONE: None}


def test_other_formats_have_each_text_once_as_well(state: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    typed = ("export", "--all", "--copies", "drop", "-O", out, "--state", state)
    assert scrapy(*typed).returncode == 0
    assert [it["url"] for it in from_csv(out)] == [AGENCY, WHOLE, ALONE]


def test_a_text_that_stands_first_in_another_series_is_given_by_the_first_of_this_one() -> None:
    paper, times, agency, part, whole, _ = the_set()
    with closing(opened(None)) as state:
        for article in (paper, times, part):
            keep(state, article, "tides")
        for article in (agency, whole):
            keep(state, article, "wind")
        assert flags(judged(state, "drop", "tides")) == {
            TIMES: (AGENCY, "near"), PART: (WHOLE, "contained"),
        }  # fmt: skip
        assert flags(judged(state, "flag", "tides")) == {
            PAPER: (AGENCY, "text"), TIMES: (AGENCY, "near"), PART: (WHOLE, "contained"),
        }  # fmt: skip
        assert list(flags(judged(state, "drop", "wind"))) == [AGENCY, WHOLE]
        keep(state, agency, "tides")
        assert list(flags(judged(state, "drop", "tides"))) == [PART, AGENCY]


def test_a_page_that_was_dropped_is_named_by_the_article_that_was_kept_for_it() -> None:
    paper, times, agency, *_ = the_set()
    with closing(opened(None)) as state:
        keep(state, paper)
        keep(state, times)
        dropped = copy_of(agency, page_key(PAPER), "duplicate_near")
        state.commit(1, PageCommit(series="tides", copy=dropped), AT)
        (group,) = state.groups()
        assert group.representative.url == AGENCY
        assert flags(judged(state, "flag")) == {PAPER: None, TIMES: (PAPER, "near")}
        assert list(flags(judged(state, "drop"))) == [PAPER]


@pytest.mark.parametrize("first", [0, 1])
def test_two_articles_that_turn_out_to_be_one_page_are_given_once(first: int) -> None:
    isle = "https://isle.example/"
    one, other = an_article(f"{isle}h", story(3)), an_article(f"{isle}j", story(4))
    # It has the text of the one, and names the other as its canonical page.
    twin = replace(an_article(f"{isle}i", story(3), "2026-01-02"), canonical_url=f"{isle}j")
    with closing(opened(None)) as state:
        for article in ([one, other], [other, one])[first]:
            keep(state, replace(article, headline="One"))
        dropped = copy_of(replace(twin, headline="One"), page_key(other.url), "duplicate_canonical")
        state.commit(1, PageCommit(series="tides", copy=dropped), AT)
        assert flags(judged(state, "flag")) == {one.url: (other.url, "page"), other.url: None}
        assert flags(judged(state, "drop")) == {other.url: None}


def test_a_part_stays_where_the_text_that_has_it_is_left_out_itself() -> None:
    parts = sentences(2, 20)
    earlier = an_article(AGENCY, body(parts[:15]), "2026-01-01")
    whole, end = an_article(WHOLE, body(parts)), an_article(PART, body(parts[15:]))
    with closing(opened(None)) as state:
        for article in (end, whole):
            keep(state, article)
        assert flags(judged(state, "drop")) == {WHOLE: None}
        keep(state, earlier)
        # The earliest text has nothing of the end.
        assert flags(judged(state, "flag")) == {
            PART: (WHOLE, "contained"), WHOLE: (AGENCY, "near"), AGENCY: None,
        }  # fmt: skip
        assert flags(judged(state, "drop")) == {PART: (WHOLE, "contained"), AGENCY: None}


def test_of_parts_in_one_another_the_longest_text_is_given() -> None:
    parts = sentences(2, 24)
    urls = [f"https://cut{number}.example/a" for number in range(3)]
    with closing(opened(None)) as state:
        for url, count in zip(urls, (5, 11, 24), strict=True):
            keep(state, an_article(url, body(parts[:count])))
        assert all(flags(judged(state, "flag"))[url] for url in urls[:2])
        assert flags(judged(state, "drop")) == {urls[2]: None}


@pytest.mark.parametrize("before", [[0, 1], [1]], ids=["a group", "alone"])
def test_what_comes_to_a_text_during_an_export_gives_it_no_second_time(before: list[int]) -> None:
    articles = the_set()
    with closing(opened(None)) as state:
        for number in before:
            keep(state, articles[number])
        lines = FinalCopies(state, None).lines("drop")
        assert json.loads(next(lines))["url"] == TIMES
        keep(state, articles[2])
        assert list(lines) == []


def test_a_story_whose_texts_are_no_copies_of_one_another_keeps_its_stars_apart() -> None:
    texts = [edited(5), edited(5, cut=6), edited(5, cut=12)]
    urls = [f"https://day{number}.example/a" for number in range(3)]
    with closing(opened(None)) as state:
        for number, url in enumerate(urls):
            keep(state, an_article(url, texts[number], f"2026-01-0{number + 1}"))
        found = flags(judged(state, "flag"))
        assert found[urls[1]] == (urls[0], "near")
        assert found[urls[2]] == (urls[0], "contained")


# States and uses


def test_articles_that_were_never_compared_are_given_as_they_are_and_told(state: Path) -> None:
    database = open_database(state)
    database.delete(COUNTERS, "name = 'copies_scheme'")
    database.execute("DELETE FROM copies")
    database.execute("DELETE FROM postings")
    database.close()
    _, published, _ = export("--all", "--state", state)
    code, records, told = export("--all", "--copies", "drop", "--state", state)
    assert (code, records) == (0, published)
    assert "up to 6 articles of an older state are not compared yet" in told
    assert "scrapy copies --index" in told
    assert scrapy("copies", "--index", "--state", state).returncode == 0
    code, records, told = export("--all", "--copies", "drop", "--state", state)
    assert (code, told) == (0, "")
    assert list(flags(records)) == [AGENCY, WHOLE, ALONE]


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["DIR/feed.jsonl", "--copies", "drop"], "--copies: not with a feed"),
        (["tides", "--copies", "drop", "--versions"], "--copies: not with --versions"),
        (["--all", "--copies", "flag", "--accounts"], "--copies: not with --accounts"),
        (["--all", "--copies", "first"], "invalid choice: 'first'"),
    ],
)
def test_a_wrong_use_of_copies_is_told(
    state: Path, tmp_path: Path, args: list[str], complaint: str
) -> None:
    (tmp_path / "feed.jsonl").write_text(json_line(the_set()[0]) + "\n", encoding="utf-8")
    typed = [it.replace("DIR", str(tmp_path)) for it in args]
    named = [] if "feed" in args[0] else ["--state", str(state)]
    code, records, told = export(*typed, *named)
    assert (code, records) == (ExitCode.USAGE, [])
    assert complaint in told


# Fills the file of verdicts on a disk that has no room: a limit on the size of files.
FILLING = """
import resource, signal
from newscrawler.exports.copies import Verdict, Verdicts
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
verdicts = Verdicts()
for number in range(100_000):
    verdicts.add(f"{number:0100}", Verdict())
"""


def test_a_disk_without_room_for_the_groups_is_told() -> None:
    ended = run_command(sys.executable, "-c", FILLING)
    assert ended.returncode == 1
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("OSError: [Errno ")
    assert "the groups of copies cannot be kept in the folder of temporary files" in last
