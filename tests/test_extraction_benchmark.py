"""The scores of the extraction benchmark are what their definitions say, and it runs."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks.extraction_scores import Found, Row, figure, rows_of
from tests.conftest import run_command

GOLD = ("headline", "authors", "published_at", "tags", "body", "must_contain", "must_not_contain")


def rows(found: Found, **truth: Any) -> dict[str, Row]:
    record = {"sources": ["desk"], "truth": dict.fromkeys(GOLD, "gold"), **truth}
    return rows_of(record, found)


@pytest.mark.parametrize(
    ("stated", "said", "is_right"),
    [
        ("“Ferry” – stays", '"ferry"  -\nStays', True),
        ("Ferry stays", "Ferry stays | The Daily Tide", False),
        ("Ferry stays", "", False),
    ],
)
def test_a_headline_is_right_but_for_quotes_dashes_space_and_case(
    stated: str, said: str, is_right: bool
) -> None:
    assert rows(Found(headline=said), headline=stated)["headline"] == (is_right, 1)


@pytest.mark.parametrize(
    ("stated", "said", "expected"),
    [
        ("2026-03-01", "2026-03-01", {"day": (1, 1), "midnight": (0, 1)}),
        ("2026-03-01", "2026-03-01T00:00:00", {"day": (1, 1), "midnight": (1, 1)}),
        ("2026-03-01", "2026-03-01T23:10:00Z", {"day": (1, 1), "midnight": (0, 1)}),
        ("2026-03-01", "", {"day": (0, 1), "midnight": (0, 1)}),
        # In the truth's zone it is the next day.
        (
            "2026-03-02T00:30:00+01:00",
            "2026-03-01T23:30:59Z",
            {"day": (1, 1), "time_given": (1, 1), "instant": (1, 1)},
        ),
        (
            "2026-03-02T00:30:00+01:00",
            "2026-03-02T00:30:00",
            {"day": (1, 1), "time_given": (1, 1), "instant": (0, 1)},
        ),
        (
            "2026-03-02T00:30:00+01:00",
            "2026-03-02",
            {"day": (1, 1), "time_given": (0, 1), "instant": (0, 0)},
        ),
        ("2026-03-02T00:30:00", "2026-03-02T00:30:00Z", {"day": (1, 1)}),
    ],
)
def test_a_date_is_held_against_what_the_truth_states(
    stated: str, said: str, expected: Mapping[str, Row]
) -> None:
    assert rows(Found(published=said), published_at=stated) == expected


def test_a_date_on_a_page_without_one_is_invented() -> None:
    assert rows(Found(published="2026-03-01"), no_date=True) == {"date_invented": (1, 1)}
    assert rows(Found(), no_date=True) == {"date_invented": (0, 1)}


def test_authors_and_tags_are_sets_whatever_their_case() -> None:
    found = Found(authors=["ana  RUIZ", "Desk"], tags=["Ports", "ferry"])
    scored = rows(found, authors=["Ana Ruiz"], tags=["Ferry", "ports"])
    assert scored["authors"][0] == 0
    assert scored["authors_f1"][0] == pytest.approx(2 / 3)
    assert scored["tags_f1"] == (1, 1)


def test_a_body_is_compared_by_runs_of_four_words_or_characters() -> None:
    scored = rows(Found(body="one, two. Three four five"), body="one two Three four\nsix")
    assert scored == {"body_desk": (0.5, 1, 0.5, 1)}
    assert figure("body_desk", (0.5, 1, 0.5, 1)) == 0.5
    scored = rows(Found(body="船の汽笛が港"), body="船の汽笛が", language="ja")
    assert scored["body_desk"] == pytest.approx((2 / 3, 1, 1, 1))


def test_passages_are_found_across_the_ends_of_lines() -> None:
    found = Found(body="The ferry\nstayed. Read more.")
    scored = rows(found, must_contain=["ferry stayed", "boat"], must_not_contain=["Read more"])
    assert scored == {"found": (1, 2), "leaked": (1, 1)}


def test_what_a_tool_says_is_no_judge() -> None:
    assert (
        rows_of({"sources": ["a"], "truth": {"headline": "tool"}, "headline": "A"}, Found()) == {}
    )


def test_what_an_extractor_hands_on_unread_is_scored_as_text() -> None:
    raw = json.loads('{"headline": null, "authors": [["Ana Ruiz"], null, 7], "tags": [{"a": 1}]}')
    scored = rows(Found(**raw), headline="Ferry", authors=["Ana Ruiz"], tags=["ferry"])
    assert [row[0] for row in scored.values()] == [0, 0, 0, 0]


def test_the_benchmark_scores_the_project(tmp_path: Path, project_root: Path) -> None:
    text = (
        "<p>The ferry to the islands stayed in harbour, and nobody could say for how long.</p>" * 6
    )
    html = f"<html lang=en><article><h1>Ferry stays in harbour</h1>{text}</article></html>"
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(html.encode()))
    lines = [
        {
            "id": f"page-{number}",
            "html": "a.html.gz",
            "sources": ["desk"],
            "brand": f"tide-{number}",
            "headline": headline,
            "truth": {"headline": "gold"},
        }
        for number, headline in enumerate(["Ferry stays in harbour", "Another headline"] * 3)
    ]
    (tmp_path / "truth.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    command = [sys.executable, "-m", "benchmarks.extraction", "--corpus", str(tmp_path)]
    ended = run_command(*command, "--write", str(tmp_path / "t.md"), cwd=project_root)
    assert ended.returncode == 0, ended.stderr
    ours = next(one for one in ended.stdout.splitlines() if one.startswith("| newscrawler "))
    assert ours.split(" | ")[1].startswith("0.500 ±")
    assert (tmp_path / "t.md").read_text("utf-8") == ended.stdout
    parts = [run_command(*command, part).stdout for part in ("--held-out", "--development")]
    assert sum(int(part.split(" ", 1)[0]) for part in parts) == len(lines)
