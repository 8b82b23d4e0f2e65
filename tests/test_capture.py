"""`scrapy capture` as a person runs it: a page becomes a fixture, which tells what broke."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from scrapy.cmdline import execute
from scrapy.settings import Settings

from newscrawler.archives.folder import FolderArchive
from newscrawler.exit_codes import ExitCode
from newscrawler.extraction.differences import changes
from newscrawler.extraction.expectations import response_of
from newscrawler.extraction.fixtures import Fixtures
from newscrawler.publishers import listing_page
from tests import test_publishers
from tests.conftest import PROJECT_ROOT, RunCommand, SavedSite, run_command

WORLD = PROJECT_ROOT / "fixtures" / "world"
SITE = "https://courier.example"
ARTICLE = f"{SITE}/world/2026/10/14/dockers-walk-out-48213/"
LISTING = f"{SITE}/series/northport-harbour-strike/"
TEASER = f"{SITE}/business/2026/10/28/who-owns-the-harbour-48441/"
AT = "2026-11-03T07:00:00Z"
MISSING = f"{SITE}/nothing-there/"


class Capture(Protocol):
    def __call__(self, *args: str | Path) -> subprocess.CompletedProcess[str]: ...


class Reread(Protocol):
    def __call__(self, *args: str | Path) -> tuple[int, str, str]: ...


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "publishers"
    made.mkdir()
    return made


@pytest.fixture
def capture(run_scrapy: RunCommand, folder: Path) -> Capture:
    """Take a page from the invented world with a process of its own, or from the network."""

    def run(*args: str | Path) -> subprocess.CompletedProcess[str]:
        replayed = () if "127.0.0.1" in str(args[0]) else ("--replay", WORLD)
        return run_scrapy("capture", *args, *replayed, "--into", folder)

    return run


@pytest.fixture
def reread(capfd: pytest.CaptureFixture[str], folder: Path) -> Reread:
    """Run `scrapy capture --update` or `--check` in this process: they ask for nothing."""

    def run(*args: str | Path) -> tuple[int, str, str]:
        settings = Settings({"COMMANDS_MODULE": "newscrawler.commands"})
        typed = ["scrapy", "capture", *map(str, args), "--into", str(folder)]
        with pytest.raises(SystemExit) as ended:
            execute(typed, settings=settings)
        printed = capfd.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


@pytest.fixture
def saved(folder: Path) -> Path:
    """Return the file of a captured article, beside which stands a captured listing."""
    for url in (ARTICLE, LISTING):
        page = FolderArchive(WORLD).find(url)
        assert page
        outcome = Fixtures(folder).capture(response_of(url, page), at=AT)
        assert outcome.page
    return page_of(folder, ARTICLE)


def lines(folder: Path, name: str = "courier") -> list[dict[str, Any]]:
    text = (folder / "expected" / f"{name}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def page_of(folder: Path, url: str) -> Path:
    found = FolderArchive(folder)
    page = found.find(url)
    assert page
    return next(it for it in folder.rglob("*.html") if it.read_bytes() == page.body)


# What is written is what the tests of publishers find


@pytest.mark.parametrize("url", [ARTICLE, LISTING], ids=["an article", "a listing"])
def test_a_page_becomes_what_the_tests_of_publishers_find(
    capture: Capture, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = capture(url)
    assert ended.returncode == 0, ended.stderr
    assert "its publisher's" in ended.stderr
    (line,) = lines(folder)
    archive = FolderArchive(folder)
    page = archive.find(line.get("listing", line)["url"])
    saved = FolderArchive(WORLD).find(url)
    assert page
    assert saved
    assert page.body == saved.body
    monkeypatch.setattr(test_publishers, "SAVED", folder)
    test_publishers.response.cache_clear()
    test_publishers.delivered.cache_clear()
    response = test_publishers.response(url)
    if "listing" in line:
        listing = listing_page(response)
        for part in test_publishers.LISTING_RULES:
            expected = line["listing"].get(part, part == "is_listing")
            assert test_publishers.listed(listing, part) == expected
    else:
        read = test_publishers.delivered(url)
        for field in test_publishers.FIELDS:
            assert test_publishers.said(read, field) == test_publishers.said(line, field)
    test_publishers.response.cache_clear()
    test_publishers.delivered.cache_clear()


def test_a_page_is_fetched_as_politely_as_by_extract(
    capture: Capture, folder: Path, serve: Callable[[Path], SavedSite]
) -> None:
    site = serve(WORLD / "courier.example")
    path = ARTICLE.removeprefix(SITE)
    ended = capture(site.url + path, "--name", "tide", "-s", "DOWNLOAD_DELAY=0")
    assert ended.returncode == 0, ended.stderr
    assert site.requests == ["/robots.txt", path]
    (line,) = lines(folder, "tide")
    assert line["url"] == site.url + path
    sidecar = json.loads(next(folder.rglob("*.http.json")).read_text("utf-8"))
    assert sidecar["headers"]["content-type"].startswith("text/html")
    assert sidecar["retrieved_at"]


def test_a_site_without_a_name_needs_one(
    capture: Capture, folder: Path, serve: Callable[[Path], SavedSite]
) -> None:
    site = serve(WORLD / "courier.example")
    ended = capture(site.url + ARTICLE.removeprefix(SITE), "-s", "DOWNLOAD_DELAY=0")
    assert ended.returncode == ExitCode.UNHEALTHY
    assert "'127' names no module: give its --name" in ended.stderr
    assert list(folder.iterdir()) == []


def test_the_name_of_a_publisher_is_that_of_its_module(capture: Capture, folder: Path) -> None:
    url = "https://sputniknews.com/trend/valdoria_crisis_2019/"
    assert capture(url).returncode == 0
    (line,) = lines(folder, "sputnik")
    assert line["listing"]["url"] == url


@pytest.mark.parametrize(
    ("url", "code", "why"),
    [
        (TEASER, ExitCode.UNHEALTHY, "no article: paywalled_teaser"),
        (MISSING, ExitCode.NOTHING_REACHABLE, "not_in_replay"),
        ("ftp://courier.example/a", ExitCode.USAGE, "not an http"),
        ("courier.example", ExitCode.USAGE, "name one page"),
    ],
    ids=["no article", "no page", "no address", "no scheme"],
)
def test_what_cannot_be_captured_is_told_and_nothing_is_written(
    capture: Capture, folder: Path, url: str, code: ExitCode, why: str
) -> None:
    ended = capture(url)
    assert ended.returncode == code
    assert why in ended.stderr
    assert list(folder.iterdir()) == []


def test_an_address_that_is_not_public_is_refused(
    capture: Capture, folder: Path, run_scrapy: RunCommand
) -> None:
    ended = run_scrapy(
        "capture", "http://10.0.0.1/a-page/", "--into", folder, "-s", "DOWNLOAD_DELAY=0"
    )
    assert ended.returncode != 0
    assert "private_address" in ended.stderr
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(reread: Reread, folder: Path) -> None:
    folder.rmdir()
    code, _, told = reread("--check")
    assert code == ExitCode.STORAGE
    assert f"{folder}: is no folder" in told


# A new publisher

MODULE = """\"\"\"The Tide, which the general rules read as it is.\"\"\"

from newscrawler.pages.article import ArticlePage


class TideArticle(ArticlePage):
    \"\"\"An article page.\"\"\"

    domains = ("127.0.0.1",)
"""
ARTICLES = ("/world/2026/10/14/dockers-walk-out-48213/",
            "/world/2026/10/14/ships-diverted-as-quays-fall-silent-48219/")  # fmt: skip


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of the project with what the tests of publishers need."""
    copy = tmp_path / "checkout"
    for name in ("newscrawler", "fixtures/publishers", "fixtures/world"):
        without = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT_ROOT / name, copy / name, ignore=without)
    (copy / "tests").mkdir()
    for name in ("pyproject.toml", "scrapy.cfg", "tests/conftest.py", "tests/test_publishers.py"):
        shutil.copy(PROJECT_ROOT / name, copy / name)
    return copy


def test_a_publisher_is_added_by_capture_and_one_file(
    checkout: Path, serve: Callable[[Path], SavedSite]
) -> None:
    site = serve(WORLD / "courier.example")

    def python(*args: str | Path) -> subprocess.CompletedProcess[str]:
        return run_command(sys.executable, "-m", *args, cwd=checkout, timeout=180)

    def tested() -> subprocess.CompletedProcess[str]:
        chosen = ("-k", "tide or saved_page", "-p", "no:cacheprovider")
        return python("pytest", "-q", *chosen, "tests/test_publishers.py")

    for path in (*ARTICLES, LISTING.removeprefix(SITE)):
        url = site.url + path
        ended = python("scrapy", "capture", url, "--name", "tide", "-s", "DOWNLOAD_DELAY=0")
        assert ended.returncode == 0, ended.stderr
    (checkout / "newscrawler" / "publishers" / "tide.py").write_text(MODULE, "utf-8")
    refused = tested()
    assert "1 failed" in refused.stdout, refused.stdout
    assert "put text of your own into the page" in refused.stdout

    for page in (checkout / "fixtures" / "publishers").glob("127.0.0.1*/**/*.html"):
        page.write_text(page.read_text("utf-8").replace("Northport", "Southport"), "utf-8")
    updated = python("scrapy", "capture", "--update")
    assert "    + Dockers walk out at Southport" in updated.stdout
    ended = tested()
    assert ended.returncode == 0, ended.stdout
    assert "passed" in ended.stdout


# What is there is not overwritten


def test_a_page_that_is_saved_stays_unless_forced(
    capture: Capture, folder: Path, saved: Path
) -> None:
    ours = saved.read_bytes().replace(b"talks", b"words")
    saved.write_bytes(ours)
    before = (folder / "expected" / "courier.jsonl").read_bytes()
    ended = capture(ARTICLE)
    assert ended.returncode == ExitCode.USAGE
    assert "--force" in ended.stderr
    assert saved.read_bytes() == ours
    assert (folder / "expected" / "courier.jsonl").read_bytes() == before
    assert capture(ARTICLE, "--force").returncode == 0
    assert saved.read_bytes() != ours
    assert len(lines(folder)) == 2


# What differs is shown


def test_a_changed_page_shows_its_fields_before_and_after(
    reread: Reread, folder: Path, saved: Path
) -> None:
    captured = (folder / "expected" / "courier.jsonl").read_text("utf-8")
    changed = saved.read_text("utf-8").replace("Dockers walk out", "Dockers stay")
    saved.write_text(changed.replace("round of talks between", "round of words between"), "utf-8")

    code, told, _ = reread("--check")
    assert code == ExitCode.UNHEALTHY
    shown = told.splitlines()
    assert shown[0] == ARTICLE
    assert shown[-1] == "2 pages, 1 differ"
    at = shown.index("  headline")
    assert shown[at + 1].startswith("    - Dockers walk out at Northport")
    assert shown[at + 2].startswith("    + Dockers stay at Northport")
    assert any("round of [-talks-] {+words+} between" in line for line in shown)
    assert "\x1b" not in told
    assert (folder / "expected" / "courier.jsonl").read_text("utf-8") == captured

    assert reread("--update", saved)[1].splitlines()[-1] == "1 pages, 1 updated"
    article, listing = lines(folder)
    assert article["headline"].startswith("Dockers stay")
    assert next(iter(article)) == "url"
    assert listing == json.loads(captured.splitlines()[1])
    assert reread("--check")[0] == 0


def test_on_a_terminal_what_differs_is_coloured(
    reread: Reread, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved.write_bytes(saved.read_bytes().replace(b"Dockers walk out", b"Dockers stay"))
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31m- Dockers walk out" in reread("--check")[1]


def test_a_terminal_without_letters_gets_escapes(
    run_scrapy: RunCommand, folder: Path, saved: Path
) -> None:
    page = saved.read_text("utf-8").replace("Dockers walk out", "\u00c9t\u00e9 \u6e2f")
    saved.write_text(page, "utf-8")
    ended = run_scrapy("capture", "--check", "--into", folder, env={"PYTHONIOENCODING": "ascii"})
    assert ended.returncode == ExitCode.UNHEALTHY, ended.stderr
    assert "+ \\xc9t\\xe9 \\u6e2f at Northport" in ended.stdout


def test_the_reminder_stays_until_the_page_is_no_longer_its_publishers(
    reread: Reread, folder: Path, saved: Path
) -> None:
    assert "its publisher's" in reread("--update", ARTICLE)[2]
    assert "captured" in lines(folder)[0]
    saved.write_bytes(saved.read_bytes() + b"<!-- ours -->")
    _, told, reminded = reread("--update", ARTICLE)
    assert "no longer as its publisher sent it" in told
    assert reminded == ""
    assert "captured" not in lines(folder)[0]
    assert "captured" in lines(folder)[1]


def test_a_page_that_somebody_saved_gets_its_line(
    reread: Reread, folder: Path, saved: Path
) -> None:
    (folder / "expected" / "courier.jsonl").unlink()
    assert reread("--update", saved)[0] == 0
    assert [line["url"] for line in lines(folder)] == [ARTICLE]


@pytest.mark.parametrize("target", [MISSING, "no-such-file.html", "README.md"])
def test_a_target_that_is_no_fixture_is_told(reread: Reread, saved: Path, target: str) -> None:
    code, _, told = reread("--update", target)
    assert code == ExitCode.PARTIAL
    assert target in told


def test_a_line_without_its_page_is_told_and_the_others_are_read(
    reread: Reread, folder: Path, saved: Path
) -> None:
    file = folder / "expected" / "courier.jsonl"
    file.write_text(f'{{"url": "{MISSING}"}}\n{file.read_text("utf-8")}', "utf-8")
    code, printed, told = reread("--check")
    assert code == ExitCode.PARTIAL
    assert f"no page is saved for {MISSING}" in told
    assert printed == "2 pages, 0 differ\n"


def test_a_broken_file_of_lines_is_named_with_the_line(reread: Reread, folder: Path) -> None:
    (folder / "expected").mkdir()
    (folder / "expected" / "courier.jsonl").write_text('{"url": "https://a.example/"}\n{"', "utf-8")
    code, _, told = reread("--check")
    assert code == ExitCode.STORAGE
    assert "courier.jsonl, line 2: no JSON" in told


def test_the_lines_of_the_project_are_those_that_capture_writes(run_scrapy: RunCommand) -> None:
    ended = run_scrapy("capture", "--check")
    assert ended.returncode == 0, ended.stdout + ended.stderr


# Differences


def told(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[str]]:
    return {
        change.field: ["".join(f"{sign}{text}" for sign, text in line) for line in change.lines]
        for change in changes(before, after)
    }


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ({"a": "x"}, {"a": "x"}, {}),
        ({"a": "x"}, {}, {"a": ["-x", "+nothing"]}),
        ({}, {"a": 0}, {"a": ["-nothing", "+0"]}),
        ({"a": ["x", "y"]}, {"a": ["y", "z"]}, {"a": ['-"x"', '+"z"']}),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, {"a": ['-{"b": 1}', '+{"b": 2}']}),
        (
            {"a": "x", "provenance": {"a": "text"}},
            {"a": "x", "provenance": {"a": "json-ld"}},
            {"a": ["-(text)", "+(json-ld)"]},
        ),
        (
            {"a": "x", "provenance": {"a": "text"}},
            {"a": "y", "provenance": {"a": "json-ld"}},
            {"a": ["-x (text)", "+y (json-ld)"]},
        ),
        ({"a": "x\x1b[2J"}, {"a": "y"}, {"a": ["-x\\x1b[2J", "+y"]}),
    ],
)
def test_a_difference_is_told_field_by_field(
    before: dict[str, Any], after: dict[str, Any], shown: dict[str, list[str]]
) -> None:
    assert told(before, after) == shown


def test_of_a_long_text_the_changed_words_are_told_with_those_around_them() -> None:
    words = [f"word{n}" for n in range(400)]
    changed = [*words[:50], "new", *words[51:300], *words[302:]]
    (first, second) = told({"body": " ".join(words)}, {"body": " ".join(changed)})["body"]
    assert "-word50+new" in first
    assert "-word300 word301" in second
    assert "word40" not in first


def test_texts_too_long_to_compare_are_counted() -> None:
    shown = told({"body": "a " * 20_000}, {"body": "b " * 10_001})
    assert shown == {"body": ["-20000 words+ 10001 words"]}
