"""The commands that the documents show are commands that work."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.archived_news import ArchivedRoom, Reading
from tests.conftest import PROJECT_ROOT, SavedSite, run_command

WORLD = PROJECT_ROOT / "fixtures" / "world"
SERIES = "https://courier.example/series/northport-harbour-strike/"
DOCUMENTS = [PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"^(?: {4}.*?)?(scrapy crawl .*?)(?: >> .*)?$", re.MULTILINE)
# What a reader puts an address of their own for.
ADDRESS = re.compile(
    r"\b(?:ADDRESS|ARTICLE|LISTING)\b|https://(?:news|courier)\.example/\S*?(?=[,\s]|$)"
)
# Names of saved pages that are the reader's own.
SAVED = re.compile(
    r"--replay (?:saved/|fixtures/world|fixtures/publishers|'?20\S+(?:\.warc\.gz|\.wacz)'?)(?=\s|$)"
)

# Where a crawl of the documents starts, and how its last line begins.
STARTS = {
    "series": (SERIES, "Northport Harbour Strike: advertised 47"),
    "site": ("https://courier.example/", "courier.example: listed 12, new 12"),
}

COMMANDS = [
    pytest.param(command.strip(), id=f"{document.name}-{number}")
    for document in DOCUMENTS
    for number, command in enumerate(COMMAND.findall(document.read_text(encoding="utf-8")), 1)
]


# Commands that read what a crawl has left.
READING = re.compile(r"^ {4}(scrapy (?:export|validate) .*)$", re.MULTILINE)
EXPORTS = (PROJECT_ROOT / "docs" / "exports.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the series of the documents was followed."""
    folder = tmp_path_factory.mktemp("crawled")
    kept = ("--state", "state/newscrawler.sqlite", "-O", "strike.jsonl")
    run = run_in(folder, "crawl", "series", "-a", f"url={SERIES}", "--replay", WORLD, *kept)
    assert run.returncode == 0, run.stderr
    return folder


def run_in(folder: Path, *args: str | Path) -> subprocess.CompletedProcess[str]:
    env = {"SCRAPY_SETTINGS_MODULE": "newscrawler.settings", "PYTHONPATH": str(PROJECT_ROOT)}
    return run_command(sys.executable, "-m", "scrapy", *args, cwd=folder, env=env)


@pytest.mark.parametrize("command", READING.findall(EXPORTS))
def test_a_command_of_the_exports_works(command: str, crawled: Path) -> None:
    run = run_in(crawled, *shlex.split(command)[1:])
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == ""


def test_the_documents_show_commands() -> None:
    shown = {str(one.id).partition("-")[0] for one in COMMANDS}
    assert {"README.md", "running.md"} <= shown
    assert len(READING.findall(EXPORTS)) >= 6


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_documents_works(
    command: str, serve: Callable[[Path], SavedSite], tmp_path: Path
) -> None:
    if command.split()[2] == "archive":
        reads_archives(command, tmp_path)
        return
    live = "--record" in command
    start, said = STARTS[command.split()[2]]
    if live:
        site = serve(WORLD / "courier.example")
        start = start.replace("https://courier.example", site.url)
    typed = SAVED.sub("", ADDRESS.sub(start, command))
    extra = ["-s", "DOWNLOAD_DELAY=0"] if live else ["--replay", str(WORLD)]
    run = run_command(
        sys.executable,
        "-m",
        *shlex.split(typed),
        *extra,
        cwd=tmp_path,
        env={"SCRAPY_SETTINGS_MODULE": "newscrawler.settings", "PYTHONPATH": str(PROJECT_ROOT)},
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1].startswith(said)


def reads_archives(command: str, folder: Path) -> None:
    """Run a command on archives of its folder, all of them made of one series."""
    room = ArchivedRoom(5)
    reading = Reading(folder)
    reading.write("2026.warc.gz", [*room.captures(), *room.listings()])
    typed = shlex.split(ADDRESS.sub(room.listing, command))[1:]
    ended = reading.work.start_scrapy(*typed).end()
    assert ended.code == 0, ended.told
    assert " new 5," in ended.stdout.splitlines()[-1]
