"""`scrapy extract --batch` as others run it: a list of saved pages, and one record for each."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from newscrawler.exit_codes import ExitCode
from newscrawler.extraction.page_lists import MAX_LINE
from newscrawler.lines import json_line
from newscrawler.normalise.records import normalise_article
from newscrawler.pages.reader import read_article
from newscrawler.publishers import article_page
from tests.conftest import PROJECT_ROOT, RunCommand
from tests.unattended import ENVIRONMENT

SENTENCE = (
    "The ferry to the islands stayed in harbour, and nobody on the quay could say for how long."
)
ADDRESS = "https://tide.example/local/ferry-48213/"


def page(headline: str, *, head: str = "", body: str = "") -> bytes:
    text = f"<p>{SENTENCE}</p>" * 6
    return (
        f"<html lang=en><head><title>{headline}</title>{head}</head>"
        f"<body><article><h1>{headline}</h1>{text}{body}</article></body></html>"
    ).encode()


class PageList:
    """A list of pages in a folder of its own, and the command that reads it."""

    def __init__(self, folder: Path, run_scrapy: RunCommand) -> None:
        self.folder, self.run_scrapy = folder, run_scrapy
        self.file, self.out = folder / "pages.jsonl", folder / "out.jsonl"
        self.file.touch()
        (folder / "html").mkdir()

    def add(self, name: str, content: bytes, **stated: Any) -> None:
        (self.folder / "html" / name).write_bytes(content)
        self.add_line({"id": name, "html": f"html/{name}", **stated})

    def add_line(self, line: Mapping[str, Any] | bytes) -> None:
        written = line if isinstance(line, bytes) else json.dumps(line).encode()
        with self.file.open("ab") as file:
            file.write(written + b"\n")

    def run(self, *options: str | Path) -> subprocess.CompletedProcess[str]:
        return self.run_scrapy("extract", "--batch", self.file, "-O", self.out, *options)

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.read_text("utf-8").splitlines()]


@pytest.fixture
def pages(tmp_path: Path, run_scrapy: RunCommand) -> PageList:
    return PageList(tmp_path, run_scrapy)


def test_each_page_gives_its_record_in_the_order_of_the_list(pages: PageList) -> None:
    numbers = range(40)
    for number in numbers:
        content = page(f"Ferry number {number} stays in harbour", body="<p>More.</p>" * number)
        packed = gzip.compress(content) if number % 2 else content
        pages.add(f"{number}.html", packed, url=f"{ADDRESS}{number}/", body="more keys, ignored")
    ended = pages.run()
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == "40 records, 0 failed\n"
    records = pages.records()
    assert [one["page"] for one in records] == [f"{number}.html" for number in numbers]
    assert [one["url"] for one in records] == [f"{ADDRESS}{number}/" for number in numbers]
    headlines = [f"Ferry number {number} stays in harbour" for number in numbers]
    assert [one["headline"] for one in records] == headlines


def test_a_record_is_that_of_the_page_in_a_crawl(pages: PageList) -> None:
    content = page("Ferry stays in harbour")
    pages.add("a.html", content, url=ADDRESS)
    assert pages.run().returncode == 0
    article = read_article(article_page(HtmlResponse(ADDRESS, body=content)))
    expected = json.loads(json_line(normalise_article(article)))
    assert pages.records() == [{"page": "a.html", **expected}]


def test_a_charset_is_found_where_no_header_names_one(pages: PageList) -> None:
    headline = "Prom do wysp został w porcie: załoga żąda podwyżki"
    polish = page(headline, head='<meta charset="iso-8859-2">').decode()
    pages.add("a.html", polish.encode("iso-8859-2"), url=ADDRESS)
    pages.add("b.html", page(headline), url=ADDRESS)
    assert pages.run().returncode == 0
    assert [one["headline"] for one in pages.records()] == [headline] * 2


@pytest.mark.parametrize("url", [{}, {"url": None}, {"url": ""}, {"url": "no address"}])
def test_what_is_made_of_an_address_lacks_where_nobody_knows_it(
    url: Mapping[str, Any], pages: PageList
) -> None:
    pages.add("a.html", page("Ferry stays in harbour"), **url)
    stated = f'<link rel="canonical" href="{ADDRESS}">'
    pages.add("b.html", page("Ferry stays in harbour", head=stated), **url)
    ended = pages.run()
    assert ended.returncode == 0, ended.stderr
    unknown, known = pages.records()
    assert unknown["headline"] == "Ferry stays in harbour"
    assert not {"url", "id", "publisher"} & unknown.keys()
    assert (known["url"], known["id"]) == (ADDRESS, "tide.example:48213")
    assert ("line 1: page a.html: 'url' is no address" in ended.stderr) == (
        url.get("url") == "no address"
    )


BAD_LINES = {
    b"{": "no JSON",
    b"[1]": "no JSON object",
    b"\xff": "no UTF-8",
    b"[" * 100_000: "nested too deep",
    b'{"html": "a.html"}': "'id'",
    b'{"id": 7, "html": "a.html"}': "'id'",
    b'{"id": "x"}': "'html'",
    b'{"id": "x", "html": "/etc/hostname"}': "out of the list's folder",
    b'{"id": "x", "html": "../a.html"}': "out of the list's folder",
    b'{"id": "x", "html": "nowhere.html"}': "nowhere.html",
    b'{"id": "x", "html": "html"}': "html",
    b'"' + b"x" * MAX_LINE: "longer than",
}


def test_a_bad_line_is_named_and_the_run_goes_on(pages: PageList) -> None:
    for line in BAD_LINES:
        pages.add_line(line)
    pages.add_line(b"")
    pages.add("a.html", page("Ferry stays in harbour"), url=ADDRESS)
    ended = pages.run()
    assert ended.returncode == ExitCode.PARTIAL
    assert [one["page"] for one in pages.records()] == ["a.html"]
    told = ended.stderr.splitlines()
    for number, why in enumerate(BAD_LINES.values(), 1):
        assert any(f"{pages.file}, line {number}: " in one and why in one for one in told), why
    assert told[-1] == f"1 records, {len(BAD_LINES)} failed"


def test_a_page_that_cannot_be_read_is_named_and_the_run_goes_on(pages: PageList) -> None:
    content = page("Ferry stays in harbour")
    pages.add("torn.gz", gzip.compress(content)[:-20], url=ADDRESS)
    pages.add("bomb.gz", gzip.compress(bytes(50 * 2**20)), url=ADDRESS)
    pages.add("a.html", content, url=ADDRESS)
    ended = pages.run()
    assert ended.returncode == ExitCode.PARTIAL
    assert "line 1: page torn.gz: broken gzip" in ended.stderr
    assert "line 2: page bomb.gz: larger than 20 MiB" in ended.stderr
    assert [one["page"] for one in pages.records()] == ["a.html"]


def test_records_go_to_standard_output_unless_a_file_is_named(
    pages: PageList, run_scrapy: RunCommand
) -> None:
    pages.add("a.html", page("Ferry stays in harbour"), url=ADDRESS)
    ended = run_scrapy("extract", "--batch", pages.file)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["page"] == "a.html"


def test_a_list_or_a_place_that_is_not_there_is_code_3(pages: PageList) -> None:
    assert pages.run("-O", pages.file / "out.jsonl").returncode == ExitCode.STORAGE
    pages.file.unlink()
    ended = pages.run()
    assert ended.returncode == ExitCode.STORAGE
    assert str(pages.file) in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_and_leaves_the_old_file(
    number: signal.Signals, pages: PageList
) -> None:
    pages.out.write_text("the old file\n", encoding="utf-8")
    pages.file.unlink()
    os.mkfifo(pages.file)
    command = [sys.executable, "-m", "scrapy", "extract", "--batch", str(pages.file)]
    command += ["-O", str(pages.out)]
    env = {**os.environ, **ENVIRONMENT}
    with (
        subprocess.Popen(command, cwd=PROJECT_ROOT, env=env, stderr=subprocess.PIPE) as run,
        pages.file.open("wb", buffering=0) as line,  # waits for the reader
    ):
        line.write(b"no JSON\n")
        assert run.stderr
        assert b"line 1" in run.stderr.readline()
        run.send_signal(number)
        assert run.wait(30) == ExitCode.STOPPED
    assert pages.out.read_text(encoding="utf-8") == "the old file\n"
    assert sorted(one.name for one in pages.folder.iterdir()) == [
        "html",
        "out.jsonl",
        "pages.jsonl",
    ]
