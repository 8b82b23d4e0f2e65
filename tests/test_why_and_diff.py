"""What became of an address, and what was changed in an article, is told at any time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawler.exit_codes import ExitCode
from tests.newsroom import Conduct, Newsroom, Story, opened
from tests.unattended import Ended, Workplace

OLD = "/old/walk-out/"
BEFORE = ("The dockers walked out at noon on Monday.", "Talks are to go on, the port said.")
AFTER = ("The dockers walked out at noon on Tuesday.", "Talks are to go on, the port said.")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A series crawled twice: one article edited, one gone, one redirected, one forbidden."""
    room = Newsroom(6, page_size=10)
    edited, gone, moved, kept_out, broken, _ = room.stories.values()
    room.edit(edited, paragraphs=BEFORE)
    room.conducts[moved.path] = Conduct(301, headers={"Location": f"{moved.path}?from=list"})
    room.conducts[broken.path] = Conduct(503)
    rules = f"User-agent: *\nDisallow: {kept_out.path}\n"
    room.robots = Conduct(body=rules, headers={"Content-Type": "text/plain"})
    with opened(room):
        place = Workplace(tmp_path_factory.mktemp("why"), room, "-s", "RETRY_TIMES=0")
        place.crawl()
        room.edit(edited, paragraphs=AFTER, headline="Dockers Walk Out Again")
        room.remove(gone)
        place.crawl("-a", "recheck=all")
        yield place


def why(work: Workplace, url: str, *options: str) -> Ended:
    return work.scrapy("why", url, "--state", work.state, *options)


def facts(work: Workplace, url: str) -> dict[str, Any]:
    ended = why(work, url, "--json")
    assert ended.code == 0, ended.told
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def address(work: Workplace, number: int) -> str:
    return work.room.url + story(work, number).path


def story(work: Workplace, number: int) -> Story:
    return list(work.room.stories.values())[number]


def outcomes(told: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in told["visits"]]


def test_an_article_has_its_answers_versions_and_the_lines_of_the_feeds_it_is_in(
    work: Workplace,
) -> None:
    told = facts(work, address(work, 0))
    assert outcomes(told) == ["new", "updated"]
    assert [one["status"] for one in told["visits"]] == [200, 200]
    versions = told["article"]["versions"]
    assert [one["version"] for one in versions] == [1, 2]
    assert {"headline", "body"} <= set(versions[1]["changed"])
    for one in versions:
        [published] = one["published"]
        [file] = published["files"]
        line = Path(file["path"]).read_text().splitlines()[file["line"] - 1]
        assert json.loads(line)["url"] == address(work, 0)
        assert json.loads(line)["version"] == one["version"]
    assert [one["exit_code"] for one in told["runs"]] == [one["exit_code"] for one in told["runs"]]
    assert told["series"][0]["name"] == "Harbour Strike"
    assert told["host"]["robots_allow"] is True


def test_an_article_that_is_as_it_was_has_its_answers_counted(work: Workplace) -> None:
    [first, again] = facts(work, address(work, 5))["visits"]
    assert (first["outcome"], again["outcome"]) == ("new", "unchanged")
    assert (again["status"], again["times"]) == (304, 1)


def test_what_is_gone_was_exported_and_is_said_to_be_gone(work: Workplace) -> None:
    told = facts(work, address(work, 1))
    assert outcomes(told) == ["new", "failed/http_410"]
    assert told["article"]["gone"] == "http_410"
    assert "its page is gone (http_410)" in why(work, address(work, 1)).stdout


def test_an_address_that_redirects_tells_of_the_article_behind_it(work: Workplace) -> None:
    told = facts(work, f"{address(work, 2)}?from=list")
    assert told["known"] is True


def test_a_page_that_robots_txt_forbids_says_so(work: Workplace) -> None:
    told = facts(work, address(work, 3))
    assert set(outcomes(told)) == {"failed/robots"}
    assert told["host"]["robots_allow"] is False
    said = why(work, address(work, 3)).stdout
    assert "Put off (robots)" in said
    assert re.search(r"robots\.txt of \S+Z forbids it", said)


def test_a_page_that_failed_is_deferred_and_says_until_when(work: Workplace) -> None:
    told = facts(work, address(work, 4))
    assert set(outcomes(told)) == {"failed/http_503"}
    assert told["visits"][0]["status"] == 503
    said = why(work, address(work, 4)).stdout
    assert f"deferred until {told['page']['due_at']}" in said


def test_a_listing_page_is_told_from_an_article(work: Workplace) -> None:
    told = facts(work, work.room.listing)
    assert outcomes(told)[0] == "listing"
    assert "A listing page" in why(work, work.room.listing).stdout


def test_an_address_that_no_run_has_met_has_an_exit_code_of_its_own(work: Workplace) -> None:
    url = f"{address(work, 0)}x/?token=hush"
    ended = why(work, url)
    assert ended.code == ExitCode.UNKNOWN_ADDRESS
    assert "No run has met this address." in ended.stdout
    assert address(work, 0) in ended.stdout  # stands next to it
    assert "hush" not in ended.stdout


@pytest.mark.parametrize("command", ["why", "diff"])
@pytest.mark.parametrize(("args", "told"), [(["no address"], "no address"), ([], "one address")])
def test_what_is_no_address_is_a_mistake_of_the_user(
    work: Workplace, command: str, args: list[str], told: str
) -> None:
    ended = work.scrapy(command, *args, "--state", work.state)
    assert ended.code == 2
    assert told in ended.stdout + ended.stderr


@pytest.mark.parametrize("command", ["why", "diff"])
def test_a_state_that_is_not_there_is_not_made(work: Workplace, command: str) -> None:
    missing = work.folder / "elsewhere.sqlite"
    assert work.scrapy(command, address(work, 0), "--state", missing).code == 2
    assert not missing.exists()


def diff(work: Workplace, number: int, *options: str | Path) -> Ended:
    return work.scrapy("diff", address(work, number), "--state", work.state, *options)


def test_the_words_that_were_changed_are_marked_so_that_they_are_read_without_colours(
    work: Workplace,
) -> None:
    ended = diff(work, 0)
    assert ended.code == 0, ended.told
    assert "~ The dockers walked out at noon on [-Monday-]{+Tuesday+}." in ended.stdout
    assert "  Talks are to go on, the port said." in ended.stdout
    assert "{+Dockers Walk Out Again+}" in ended.stdout
    assert "\x1b" not in ended.stdout
    assert re.search(r"version 2  \S+Z  run 2  .*headline", ended.stdout)


def test_programs_get_the_pieces_of_both_versions(work: Workplace) -> None:
    told = json.loads(diff(work, 0, "--json").stdout)
    [found] = told["comparisons"]
    for kind, number in (("removed", 0), ("added", 1)):
        body = [
            "".join(p["text"] for p in one if p["kind"] in ("same", kind)) for one in found["body"]
        ]
        assert tuple(body) == (BEFORE, AFTER)[number]
    assert [one["version"] for one in told["versions"]] == [1, 2]


def test_a_page_for_the_browser_needs_nothing_else(work: Workplace, tmp_path: Path) -> None:
    file = tmp_path / "diff.html"
    assert diff(work, 0, "--html", file).code == 0
    page = file.read_text(encoding="utf-8")
    assert "<del>" in page
    assert "<ins>" in page
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=", page)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--from", "7"], "there is no version 7; there is: 1, 2"),
        (["--all", "--from", "1"], "leave out --from"),
    ],
)
def test_a_version_that_is_not_there_is_named(
    work: Workplace, options: list[str], told: str
) -> None:
    ended = diff(work, 0, *options)
    assert ended.code == 2
    assert told in ended.stdout + ended.stderr


def test_an_article_of_one_version_has_nothing_to_compare(work: Workplace) -> None:
    ended = diff(work, 5)
    assert ended.code == 0
    assert "[-" not in ended.stdout
    assert "version 1" in ended.stdout
