"""What a site or an argument is called never makes a file outside of the folder it is for."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from newscrawler.archives.capture import ArchiveError, Capture
from newscrawler.archives.folder import FolderArchive
from newscrawler.archives.recorder import FolderRecorder
from newscrawler.exit_codes import ExitCode
from newscrawler.state.folders import LONGEST, distinct, folder_of
from tests.newsroom import Newsroom, Story, opened
from tests.path_tricks import TRICKS
from tests.unattended import Ended, Workplace

PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
BYSTANDER = "must stay"


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()}


@pytest.fixture
def neighbourhood(tmp_path: Path) -> Iterator[Path]:
    """A folder deep in others, beside which no file may appear or change."""
    deep = tmp_path / "a" / "b" / "c" / "d"
    deep.mkdir(parents=True)
    for folder in (tmp_path, *deep.relative_to(tmp_path).parents):
        (tmp_path / folder / "x").write_text(BYSTANDER, encoding="ascii")
    before = {path: path.read_bytes() for path in files_below(tmp_path)}
    yield deep
    outside = {path for path in files_below(tmp_path) if not path.is_relative_to(deep)}
    assert outside == set(before)
    assert {path: path.read_bytes() for path in before} == before


def test_there_are_two_hundred_tricks() -> None:
    assert len(TRICKS) >= 200


@pytest.mark.parametrize("trick", TRICKS, ids=lambda text: ascii(text)[:40])
def test_the_folder_of_a_series_is_a_plain_name(trick: str) -> None:
    urls = ("", f"https://news.example/{trick}", f"https://news.example/{trick}/",
            f"https://news.example/?{trick}")  # fmt: skip
    for name, url in [(trick, url) for url in urls] + [("Strike", url) for url in urls[1:]]:
        for folder in (folder_of(trick, name, url), distinct(folder_of(trick, name, url), trick)):
            assert PLAIN.fullmatch(folder)
            assert ".." not in folder
            assert len(folder) <= LONGEST


HOSTS = ("..", ".", "a..b", "-x", "con", "x.", "[::1]", "1.2.3.4", "xn--a", "a" * 63 + ".example")


def addresses() -> list[str]:
    """Return addresses with each trick as path, as query, raw and encoded."""
    kinds = [
        *(f"https://news.example/{trick}" for trick in TRICKS),
        *(
            f"https://news.example/{quote(trick, safe='', errors='surrogatepass')}"
            for trick in TRICKS
        ),
        *(f"https://news.example/a?b={trick}" for trick in TRICKS),
        *(f"https://{host}/a" for host in HOSTS),
    ]
    return [url for url in kinds if is_askable(url)]


def is_askable(url: str) -> bool:
    """Tell whether an address could be asked for at all; the others never get to a recorder."""
    from scrapy import Request

    try:
        return bool(Request(url).url)
    except (ValueError, UnicodeError):
        return False


def capture(url: str) -> Capture:
    return Capture(
        url=url, status=200, headers=(("content-type", "text/html"),),
        body=url.encode("utf-8", "replace"), retrieved_at="2026-01-05T08:00:00Z", rendered=None,
    )  # fmt: skip


def test_a_recording_stays_in_its_folder_and_is_found_again(neighbourhood: Path) -> None:
    root = neighbourhood / "saved"
    recorder, kept = FolderRecorder(root), {}
    for url in addresses():
        try:
            kept[url] = recorder.store(capture(url))
        except ValueError:
            continue  # it is named as no address, or there is no place for it
    assert len(kept) > 400
    assert {path for path in kept.values() if not path.resolve().is_relative_to(root)} == set()
    archive = FolderArchive(root)
    assert [url for url in kept if archive.find(url) is None] == []


def test_a_recording_follows_no_link_out_of_its_folder(neighbourhood: Path) -> None:
    root, outside = neighbourhood / "saved", neighbourhood / "outside"
    outside.mkdir()
    (root / "news.example").mkdir(parents=True)
    (root / "news.example" / "world").symlink_to(outside)
    (root / "news.example" / "page.html").symlink_to(outside / "page.html")
    (root / "other.example").symlink_to(outside)
    recorder = FolderRecorder(root)
    for url in ("https://news.example/world/a", "https://news.example/page.html",
                "https://news.example/page", "https://other.example/a"):  # fmt: skip
        with suppress(ArchiveError):  # it has no place for a page whose host is a link
            recorder.store(capture(url))
    assert files_below(outside) == set()


class Tricky(Newsroom):
    """A listing for each trick, whose name it bears, and whose one article is of it."""

    def __init__(self, tricks: list[str]) -> None:
        super().__init__(len(tricks), page_size=1000)
        self.tricks = dict(zip(self.stories, tricks, strict=True))
        self.listings = {f"/series/{n}/": path for n, path in enumerate(self.stories)}

    def page(self, target: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
        path = self.listings.get(target)
        if path is None:
            return super().page(target)
        story = self.stories[path]
        return self.listing_of(target, story), story.changed_at

    def listing_of(self, target: str, story: Story) -> str:
        whole, self.stories = self.stories, {story.path: story}
        try:
            page = self.listing_page(1)
        finally:
            self.stories = whole
        name = html.escape(self.tricks[story.path])
        return page.replace("Harbour Strike", name).replace(self.listing, self.url + target)

    def article_page(self, story: Story) -> str:
        target = next(one for one, path in self.listings.items() if path == story.path)
        page = super().article_page(replace(story, headline=f"{story.headline} {target}"))
        name = html.escape(self.tricks[story.path])
        return page.replace("Harbour Strike", name).replace(self.listing, self.url + target)


def test_batches_of_series_with_such_names_stay_in_the_folder_of_feeds(
    neighbourhood: Path,
) -> None:
    tricks = [text for text in TRICKS if text.strip() and text.isprintable() and len(text) < 300]
    tricks = tricks[::3]
    with opened(Tricky(tricks)) as room:
        assert isinstance(room, Tricky)
        urls = ",".join(f"{room.url}{target}" for target in room.listings)
        work = Workplace(neighbourhood, room, "-a", f"url={urls}", "-a", "related=0")
        ended = work.crawl(timeout=120)
    assert ended.code in {ExitCode.COMPLETE, ExitCode.PARTIAL}, ended.told
    batches = list(work.feeds.rglob("*.jsonl"))
    assert len(batches) >= len(tricks), ended.told
    assert {path.parent.parent for path in batches} == {work.feeds}
    assert all(PLAIN.fullmatch(path.parent.name) for path in batches)
    made = {path.name for path in neighbourhood.iterdir()}
    assert made <= {"state", "feeds", "report.json", "stdout", "stderr"}


ARGUMENTS = [
    "../x",
    "/x",
    "a/../../x",
    "%2e%2e/x",
    "..\\x",
    "CON",
    "a" * 300,
    "%(series)s",
    "é",
    ".",
]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, Path]]:
    folder = tmp_path_factory.mktemp("known")
    with opened(Newsroom(1)) as room:
        ended = Workplace(folder, room).crawl()
        assert ended.code == ExitCode.COMPLETE, ended.told
        yield room, folder / "state" / "known.sqlite"


def test_a_series_that_a_user_names_is_looked_up_and_no_path(
    known: tuple[Newsroom, Path], neighbourhood: Path
) -> None:
    room, state = known
    work = Workplace(neighbourhood, room)
    work.state.parent.mkdir()
    shutil.copy(state, work.state)
    for name in ARGUMENTS:
        for command in (["export", name, "-O", "out.jsonl"], ["forget", name]):
            ended: Ended = work.scrapy(*command, "--state", work.state)
            assert ended.code == ExitCode.USAGE, ended.told
    assert not (neighbourhood / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("%(series)s.jsonl", "%(series)s.jsonl"),  # Scrapy fills it in: it is a name here
        ("{0}.jsonl", "{0}.jsonl"),
        ("a%00.jsonl", "a%00.jsonl"),
        ("%2e%2e%2fx.jsonl", "%2e%2e%2fx.jsonl"),
    ],
)
def test_the_name_of_a_feed_is_taken_as_it_is_typed(
    name: str, made: str, known: tuple[Newsroom, Path], tmp_path: Path
) -> None:
    room, _ = known
    work = Workplace(tmp_path / "a" / "b" / "c", room)
    ended = work.crawl("-O", name)
    feeds = {path.relative_to(work.folder).as_posix() for path in work.folder.rglob("*.jsonl")}
    assert ended.code == ExitCode.COMPLETE, ended.told
    assert made in feeds
