"""`scrapy extract` as a person runs it: one page, fetched or saved, and why it reads as it does."""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from scrapy.http import HtmlResponse

from newscrawler.exit_codes import ExitCode
from newscrawler.extraction.inspection import inspect_response
from newscrawler.extraction.tables import table
from tests.conftest import PROJECT_ROOT, RunCommand, SavedSite, run_command
from tests.newsroom import Conduct, Newsroom, opened

WORLD = PROJECT_ROOT / "fixtures" / "world"
COURIER = WORLD / "courier.example"
PATH = "/world/2026/10/14/dockers-walk-out-48213/"
ARTICLE = COURIER / "world/2026/10/14/dockers-walk-out-48213/index.html"
HEADLINE = "Dockers walk out at Northport after night of failed talks"
SENTENCE = (
    "The ferry to the islands stayed in harbour, and nobody on the quay could say for how long. "
)
DOUBTFUL = f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">
<title>Ferry stays in harbour | The Daily Tide</title>
<meta property="og:site_name" content="The Daily Tide">
<meta property="og:title" content="Ferry stays in harbour">
<meta property="og:description" content="Another description.">
<meta name="author" content="admin">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "The Daily Tide",
"description": "No boat left on Monday.", "datePublished": "2026-03-02T09:00:00Z",
"dateModified": "2026-03-01T09:00:00Z", "author": {{"@type": "Person", "name": "Ana Ruiz"}},
"articleBody": "A teaser of five words."}}</script></head>
<body><article><h1>Ferry stays in harbour</h1><p>{SENTENCE * 4}</p><p>{SENTENCE * 3}</p>
</article></body></html>"""


@pytest.fixture
def extract(run_scrapy: RunCommand, tmp_path: Path) -> Callable[..., Any]:
    """Run the command in an empty folder, where it leaves nothing behind."""
    folder = tmp_path / "empty"
    folder.mkdir()

    def run(*args: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        project = {"SCRAPY_SETTINGS_MODULE": "newscrawler.settings"}
        paths = {"PYTHONPATH": str(PROJECT_ROOT)}
        ended = run_scrapy("extract", *args, cwd=folder, env={**project, **paths, **env})
        assert list(folder.iterdir()) == []
        return ended

    return run


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with opened(Newsroom(3)) as room:
        yield room


def fields_of(ended: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert ended.returncode == 0, ended.stderr
    return {one["name"]: one for one in json.loads(ended.stdout)["fields"]}


# One page


def test_a_saved_page_is_shown_with_the_source_of_each_field(extract: Callable[..., Any]) -> None:
    ended = extract(ARTICLE)
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[0].split() == ["address", f"https://courier.example{PATH}"]
    headline = next(line for line in lines if line.startswith("headline "))
    assert HEADLINE in headline
    assert headline.split()[-5:] == ["json-ld", "also", "open-graph,", "text,", "meta"]
    assert any(line.startswith("not found: ") for line in lines)
    assert ended.stderr == ""


def test_the_same_page_reads_the_same_live_saved_and_packed(
    extract: Callable[..., Any], serve: Callable[[Path], SavedSite], tmp_path: Path
) -> None:
    site = serve(COURIER)
    live = fields_of(extract(site.url + PATH, "--json", "-s", "DOWNLOAD_DELAY=0"))
    assert site.requests == ["/robots.txt", PATH]
    packed = tmp_path / "page"
    packed.write_bytes(gzip.compress(site.relocate(ARTICLE.read_bytes())))
    assert fields_of(extract(packed, "--json", "--url", site.url + PATH)) == live
    assert live["headline"]["value"] == HEADLINE


def test_a_page_of_an_archive_is_found_by_its_address(extract: Callable[..., Any]) -> None:
    ended = extract(f"https://courier.example{PATH}", "--json", "--replay", WORLD)
    assert fields_of(ended)["headline"]["value"] == HEADLINE


def test_a_listing_is_told_with_its_entries_and_what_follows(extract: Callable[..., Any]) -> None:
    url = "https://courier.example/series/northport-harbour-strike/"
    ended = extract(url, "--json", "--replay", WORLD)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["listing"] == {
        "name": "Northport Harbour Strike",
        "url": url,
        "advertised": 47,
        "entries": 12,
        "next_page": f"{url}?page=2",
    }


def test_the_file_of_the_publisher_is_named(extract: Callable[..., Any], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(DOUBTFUL, encoding="utf-8")
    ended = extract(page, "--url", "https://www.rp.pl/kraj/art123-prom")
    assert ended.returncode == 0, ended.stderr
    assert "newscrawler.publishers.rp, then the general rules" in ended.stdout


def test_candidates_that_were_not_taken_say_why(
    extract: Callable[..., Any], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text(DOUBTFUL, encoding="utf-8")
    fields = fields_of(extract(page, "--json", "--url", "https://tide.example/ferry-1/"))
    assert fields["headline"]["value"] == "Ferry stays in harbour"
    assert rejected(fields["headline"]) == {"The Daily Tide": "the name of the site"}
    assert rejected(fields["authors"]) == {"admin": "stands for nobody"}
    assert rejected(fields["description"]) == {"Another description.": "json-ld goes first"}
    assert rejected(fields["date_modified"]) == {"2026-03-01T09:00:00Z": "before date_published"}
    assert "value" not in fields["date_modified"]
    assert "words, here 5" in rejected(fields["body"])["A teaser of five words."]


def rejected(field: dict[str, Any]) -> dict[str, str]:
    return {one["value"]: one["why"] for one in field["rejected"]}


def test_what_stands_in_place_of_an_article_is_named(
    extract: Callable[..., Any], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>Page not found</title><h1>Page not found</h1><p>Sorry.</p>", "utf-8")
    ended = extract(page, "--json")
    assert json.loads(ended.stdout)["obstacle"] == "soft_404"
    assert ended.returncode == 0


def test_an_answer_that_is_no_text_is_no_article(
    extract: Callable[..., Any], tmp_path: Path
) -> None:
    page = tmp_path / "picture"
    page.write_bytes(b"\x89PNG\r\n\x1a\n")
    page.with_name("picture.http.json").write_text(
        '{"url": "https://tide.example/a", "headers": {"content-type": "image/png"}}', "utf-8"
    )
    ended = extract(page)
    assert ended.returncode == 0, ended.stderr
    assert "not_an_article" in ended.stdout
    assert "image/png" in ended.stdout


# The table


def test_the_table_is_aligned_in_any_encoding(extract: Callable[..., Any]) -> None:
    pages = sorted((WORLD / "alnahar-alsahil.example").rglob("*.html"))
    ended = extract(pages[0], LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.isascii()
    head, *rows = ended.stdout.split("\n\n")[1].splitlines()
    starts = [head.index(name) for name in ("value", "source", "remark")]
    assert len(rows) > 5
    for row in rows:
        assert all(row[start - 2 : start].isspace() for start in starts if start < len(row)), row


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_none_moves_its_cursor(width: int) -> None:
    signs = "\x1b[2J\u202e船の汽笛が港に響いた" * 20
    body = DOUBTFUL.replace("Ferry stays in harbour", signs).encode()
    page = inspect_response(HtmlResponse("https://tide.example/ferry-1/", body=body))
    lines = list(table(page, width=width))
    assert max(map(cell_len, lines)) <= width
    assert all(line.isprintable() for line in lines)


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m scrapy extract {ARTICLE} | true; exit ${{PIPESTATUS[0]}}"
    ended = run_command("bash", "-c", command)
    assert (ended.returncode, ended.stderr) == (0, "")


# Exit codes


@pytest.mark.parametrize(
    ("conduct", "code"),
    [
        (Conduct(404), ExitCode.NOTHING_REACHABLE),
        (Conduct(500), ExitCode.NOTHING_REACHABLE),
        (Conduct(403), ExitCode.BLOCKED),
        (Conduct(429), ExitCode.BLOCKED),
    ],
)
def test_a_page_that_is_not_had_has_its_code(
    conduct: Conduct, code: ExitCode, room: Newsroom, extract: Callable[..., Any]
) -> None:
    room.everywhere = conduct
    ended = extract(room.listing, "-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_TIMES=0")
    assert ended.returncode == code, ended.stderr
    assert f"http_{conduct.status}" in ended.stderr
    assert room.listing in ended.stderr


def test_robots_txt_is_obeyed(room: Newsroom, extract: Callable[..., Any]) -> None:
    room.robots = Conduct(body="User-agent: *\nDisallow: /\n")
    ended = extract(room.listing)
    assert ended.returncode == ExitCode.BLOCKED, ended.stderr
    assert room.asked().total() == 0


def test_a_server_that_is_not_there_is_code_9(extract: Callable[..., Any]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    ended = extract(f"http://127.0.0.1:{port}/a", "-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_TIMES=0")
    assert ended.returncode == ExitCode.NOTHING_REACHABLE, ended.stderr
    assert "connection_refused" in ended.stderr


def test_a_page_that_the_archive_lacks_is_code_9(extract: Callable[..., Any]) -> None:
    ended = extract("https://courier.example/nothing", "--replay", WORLD)
    assert ended.returncode == ExitCode.NOTHING_REACHABLE
    assert "not_in_replay" in ended.stderr


@pytest.mark.parametrize(
    ("args", "named"),
    [
        ((), "name one page"),
        (("a.html", "b.html"), "name one page"),
        (("ftp://tide.example/",), "ftp:"),
        (("https://tide.example/", "--url", "https://tide.example/"), "--url"),
        (("page.html", "--url", "tide"), "tide"),
        (("page.html", "-O", "out.jsonl"), "--output"),
        (("https://tide.example/", "--replay", "nowhere"), "nowhere"),
        (("--batch", "pages.jsonl", "--json"), "--json"),
        (("--batch", "pages.jsonl", "--jobs", "0"), "0"),
        (("--batch", "pages.jsonl", "-O", "out.txt"), "out.txt"),
    ],
)
def test_a_wrong_command_is_code_2(
    args: tuple[str, ...], named: str, extract: Callable[..., Any]
) -> None:
    ended = extract(*args)
    assert ended.returncode == ExitCode.USAGE
    assert named in ended.stderr


def test_a_file_that_cannot_be_read_is_code_3(extract: Callable[..., Any], tmp_path: Path) -> None:
    broken = tmp_path / "broken.html.gz"
    broken.write_bytes(gzip.compress(ARTICLE.read_bytes())[:500])
    for file in (tmp_path / "nowhere.html", tmp_path, broken):
        ended = extract(file)
        assert ended.returncode == ExitCode.STORAGE
        assert str(file) in ended.stderr
