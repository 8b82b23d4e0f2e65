"""The crawl of archives as a user runs it: what is read, what is left out, what is damaged."""

from __future__ import annotations

import gzip
import json
import os
import signal
import zipfile
from pathlib import Path

import pytest

from newscrawler.spiders.archive_arguments import ArchiveArguments
from newscrawler.spiders.archive_scan import BLOCK
from tests.archived_news import ArchivedRoom, Reading
from tests.archives.warc_files import packed, warc_record
from tests.unattended import Ended, Reader, Started, accounted

ARTICLES = 12


@pytest.fixture
def room() -> ArchivedRoom:
    return ArchivedRoom(ARTICLES)


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return Reading(tmp_path / "work")


def left_out(ended: Ended) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in ended.report["archives"]:
        for reason, number in one["left_out"].items():
            found[reason] = found.get(reason, 0) + number
    return found


def test_an_archive_is_delivered_whole_and_the_second_run_brings_nothing_and_says_why(
    room: ArchivedRoom, reading: Reading
) -> None:
    reading.write("news.warc.gz", room.captures())
    first = reading.crawl()
    assert first.code == 0, first.told
    lines = reading.lines()
    assert [one["url"] for one in lines] == [room.url + path for path in room.stories]
    assert lines[0]["retrieved_at"] == "2026-03-01T12:00:01Z"
    assert lines[0]["version"] == 1
    assert accounted(first.report) == first.report["pages"]["asked"] == ARTICLES
    assert first.report["reconciled"] == dict.fromkeys(
        ("scraped", "committed", "published"), ARTICLES
    )

    second = reading.crawl()
    assert second.code == 0, second.told
    assert len(reading.lines()) == ARTICLES
    told = second.report["explanation"]
    assert told[0].startswith(f"0 new: {ARTICLES} listed, {ARTICLES} already known, last new ")
    assert second.report["pages"]["asked"] == 0
    assert second.report["archives"][0]["records"] == 0


def test_files_that_come_later_bring_only_their_own(room: ArchivedRoom, reading: Reading) -> None:
    records = room.captures()
    reading.write("1.warc.gz", records[:5])
    assert reading.crawl().code == 0
    reading.write("2.warc", records[5:])
    second = reading.crawl()
    assert second.code == 0, second.told
    assert [one["records"] for one in second.report["archives"]] == [0, ARTICLES - 5]
    assert sorted(reading.urls()) == sorted(room.urls)
    [account] = second.report["series"]
    assert (account["new"], account["known"]) == (ARTICLES - 5, 5)


def test_a_file_that_grows_is_read_from_where_it_ended(
    room: ArchivedRoom, reading: Reading
) -> None:
    records = room.captures()
    path = reading.write("1.warc.gz", records[:5])
    with path.open("ab") as file:
        file.write(packed([records[5]])[:-9])
    cut = reading.crawl()
    assert cut.code == 12, cut.told
    assert "is cut off" in cut.stderr
    assert len(reading.urls()) == 5
    reading.write("1.warc.gz", records)
    whole = reading.crawl()
    assert whole.code == 0, whole.told
    assert whole.report["archives"][0]["records"] == ARTICLES - 5
    assert sorted(reading.urls()) == sorted(room.urls)


def test_the_same_bytes_come_of_one_process_and_of_three(tmp_path: Path) -> None:
    room = ArchivedRoom(40)
    records = room.captures()
    feeds = []
    for jobs in ("1", "3"):
        reading = Reading(tmp_path / jobs)
        reading.write("a.warc.gz", records)
        assert reading.crawl("-O", "out.jsonl", jobs=jobs).code == 0
        names = ("out.jsonl", "out.links.jsonl", "out.series.jsonl")
        feeds.append([(reading.folder / name).read_bytes() for name in names])
    assert feeds[0] == feeds[1]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_wacz_file_is_read_where_its_records_stand(
    room: ArchivedRoom, reading: Reading, compression: int
) -> None:
    with zipfile.ZipFile(reading.folder / "a.wacz", "w", compression) as file:
        file.writestr("archive/data.warc.gz", packed(room.captures()))
        file.writestr("pages/pages.jsonl", "{}")
    ended = reading.crawl(files=".")
    if compression == zipfile.ZIP_STORED:
        assert ended.code == 0, ended.told
        assert sorted(reading.urls()) == sorted(room.urls)
        assert ended.report["archives"][0]["file"] == "a.wacz: archive/data.warc.gz"
    else:
        assert ended.code == 9, ended.told
        assert "archive/data.warc.gz: is packed once more in its WACZ file" in ended.stderr


# Filters

FILTERED: dict[str, tuple[dict[str, str], int, dict[str, int]]] = {
    "all": ({}, 4, {"media_type": 1, "no_page": 2, "revisit": 1, "status": 2}),
    "host": (
        {"hosts": "courier.example"},
        3,
        {"host": 1, "media_type": 1, "no_page": 2, "revisit": 1, "status": 2},
    ),
    "subdomain": (
        {"hosts": "north.courier.example,other.example"},
        2,
        {"host": 6, "no_page": 2},
    ),
    "published since": (
        {"since": "2026-01-06"},
        2,
        {"media_type": 1, "no_page": 2, "out_of_period": 2, "revisit": 1, "status": 2},
    ),
    "published since a day after all captures": (
        {"since": "2026-03-05"},
        0,
        {"captured": 8, "no_page": 2},
    ),
    "captured until": (
        {"captured_until": "2026-02-28"},
        0,
        {"captured": 8, "no_page": 2},
    ),
}


@pytest.fixture
def mixed(reading: Reading) -> Reading:
    """Four articles of three hosts, two published on 5 January and two on the 6th, and others."""
    rooms = [
        ArchivedRoom(5, host, seed=seed)
        for seed, host in enumerate(("courier.example", "north.courier.example", "other.example"))
    ]
    early = [next(iter(room.stories.values())) for room in rooms]
    late = [list(room.stories.values())[4] for room in rooms]
    home = rooms[0]
    records = [
        warc_record(b"software: test", "", "warcinfo", content_type="application/warc-fields"),
        warc_record(b"GET / HTTP/1.1", "https://courier.example/", "request"),
        home.capture(early[0]),
        home.capture(late[0]),
        rooms[1].capture(early[1]),
        rooms[2].capture(late[2]),
        home.record(f"{home.url}/moved/", "gone on", status=301),
        home.record(f"{home.url}/missing/", "not found", status=404),
        home.record(f"{home.url}/photo.jpg", "no text", kind="image/jpeg"),
        warc_record(
            b"HTTP/1.1 200 OK\r\n\r\n", home.url + early[0].path, "revisit",
            date="2026-03-01T13:00:00Z",
        ),
    ]  # fmt: skip
    reading.write("mixed.warc.gz", records)
    return reading


@pytest.mark.parametrize("name", FILTERED)
def test_what_is_not_wanted_is_left_out_and_counted(mixed: Reading, name: str) -> None:
    arguments, articles, counts = FILTERED[name]
    ended = mixed.crawl(**arguments)
    # Nothing was found where nothing is wanted: that is told, unless the days say why.
    assert ended.code == (0 if articles else 10), ended.told
    assert len(mixed.lines()) == articles
    assert left_out(ended) == counts


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "say which archives"),
        ({"files": "*.warc.gz"}, r"files='\*.warc.gz' matches no file"),
        ({"files": "none.warc"}, "files='none.warc' does not exist"),
        ({"files": "{folder}"}, "is a folder without"),
        ({"files": "{file}", "hosts": "https://a.example"}, "no name of a host"),
        ({"files": "{file}", "since": "2026-02-30"}, "is not a day"),
        ({"files": "{file}", "captured_since": "2026-03-01", "captured_until": "2026-02-01"},
         "captured_since=2026-03-01 is after"),
        ({"files": "{file}", "jobs": "none"}, "not a whole number"),
        ({"files": "{file}", "full": "yes"}, "full='yes' is none of 0, 1"),
        ({"files": "{file}", "url": "x"}, "there is no argument url"),
    ],
)  # fmt: skip
def test_an_argument_that_is_wrong_is_named(
    given: dict[str, str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file, folder = tmp_path / "a.warc", tmp_path / "empty"
    file.touch()
    folder.mkdir()
    said = {name: value.format(file=file, folder=folder) for name, value in given.items()}
    with pytest.raises(ValueError, match=told):
        ArchiveArguments.read(**said)


def test_patterns_folders_and_names_are_each_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("b.warc.gz", "a.warc", "more/c.WARC", "more/deep/d.wacz", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    files = ArchiveArguments.read(files="*.warc*, more,a.warc").files
    assert [one.name for one in files] == ["a.warc", "b.warc.gz", "c.WARC", "d.wacz"]


def test_no_file_is_a_wrong_argument(reading: Reading) -> None:
    ended = reading.crawl(files="*.warc.gz")
    assert ended.code == 2, ended.told
    assert "files='*.warc.gz' matches no file" in ended.stderr


# Captures of one page


def test_captures_of_one_page_are_its_versions_in_their_order(
    room: ArchivedRoom, reading: Reading
) -> None:
    story = next(iter(room.stories.values()))
    first, same = room.capture(story), room.capture(story)
    story = room.edit(story, headline="The ferry is back")
    reading.write("b-later.warc.gz", [room.capture(story)])
    # By its name the later one would come first.
    reading.write("z-earlier.warc.gz", [first, same])
    ended = reading.crawl()
    assert ended.code == 0, ended.told
    told = [(one["version"], one["headline"] == story.headline) for one in reading.lines()]
    assert told == [(1, False), (2, True)]
    assert reading.lines()[1]["changed"] == ["headline"]
    assert ended.report["pages"]["unchanged"] == 1
    [account] = ended.report["series"]
    assert (account["new"], account["updated"], account["known"]) == (1, 1, 1)


def test_an_older_capture_that_comes_later_is_no_new_version(
    room: ArchivedRoom, reading: Reading
) -> None:
    story = next(iter(room.stories.values()))
    older = room.capture(story)
    newer = room.capture(room.edit(story, headline="The ferry is back"))
    reading.write("1.warc.gz", [newer])
    assert reading.crawl().code == 0
    reading.write("2.warc.gz", [older])
    ended = reading.crawl()
    assert ended.report["pages"]["dropped"] == {"older_capture": 1}, ended.told
    assert [one["headline"] for one in reading.lines()] == ["The ferry is back"]


# Series


def test_of_a_series_comes_what_its_listing_names_or_what_says_so_itself(
    reading: Reading,
) -> None:
    room, other = ArchivedRoom(8), ArchivedRoom(4)
    other.listing = "https://courier.example/series/other/"
    renamed = other.listing, "Other Matters"
    pages = [other.article_page(one).replace("Harbour Strike", renamed[1]) for one in other.add(4)]
    strangers = [
        room.record(f"{room.url}/life/2026/01/05/{number}-{20_000 + number}/", page)
        for number, page in enumerate(pages)
    ]
    # The listing is captured behind what it names, and names one that says nothing of a series.
    silent = list(room.stories.values())[2]
    quiet = (
        room.article_page(silent)
        .replace("Part of the series:", "")
        .replace(f'<a href="{room.listing}">Harbour Strike</a>', "")
    )
    records = [
        room.record(room.url + silent.path, quiet) if one is silent else room.capture(one)
        for one in room.stories.values()
    ]
    reading.write("a.warc.gz", [*records, *strangers, *room.listings()])
    ended = reading.crawl(series=room.listing)
    assert ended.code == 0, ended.told
    assert sorted(reading.urls()) == sorted(room.urls)
    assert left_out(ended)["other_series"] == 5  # the listing page is no article of the series
    [account] = ended.report["series"]
    assert account["name"] == "Harbour Strike"
    assert (account["advertised"], account["listed"], account["new"]) == (8, 8, 8)
    assert account["stopped"] == "end of the listing pages in the archives"
    assert ended.report["pages"]["listing"] == 1
    second = reading.crawl(series=room.listing)
    assert second.code == 0, second.told
    assert second.report["explanation"][0].startswith("0 new: 0 listed, 8 already known")
    forgotten = reading.work.scrapy("forget", "Harbour Strike", "--state", reading.work.state)
    assert forgotten.code == 0, forgotten.told
    assert reading.crawl(series=room.listing).report["pages"]["new"] == 8


# Damage


def test_damaged_records_are_passed_over_counted_and_named(
    room: ArchivedRoom, reading: Reading
) -> None:
    members = [packed([one]) for one in room.captures()]
    middle = len(members[3]) // 2
    members[3] = members[3][:middle] + b"\0\0\0\0" + members[3][middle + 4 :]
    members.insert(6, b"garbage" * 20)
    path = reading.folder / "damaged.warc.gz"
    path.write_bytes(b"".join(members))
    ended = reading.crawl()
    assert len(reading.urls()) == ARTICLES - 1
    [told] = ended.report["archives"]
    assert told["damaged"] == 2
    at = len(b"".join(members[:3]))
    assert f"damaged.warc.gz: byte {at}: " in told["faults"][0]
    assert f"damaged.warc.gz: byte {at}: " in ended.stderr
    assert ended.code == 12, ended.told  # two of thirteen are more than one in ten


def test_a_file_that_is_cut_off_is_read_to_its_last_whole_record(
    room: ArchivedRoom, reading: Reading
) -> None:
    content = packed(room.captures())
    (reading.folder / "cut.warc.gz").write_bytes(content[:-100])
    ended = reading.crawl()
    assert ended.code == 12, ended.told
    assert len(reading.urls()) == ARTICLES - 1
    assert "the file is cut off" in ended.report["archives"][0]["faults"][0]


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(
    room: ArchivedRoom, reading: Reading
) -> None:
    reading.write("good.warc.gz", room.captures())
    (reading.folder / "bad.warc.gz").write_bytes(b"no archive at all" * 100)
    ended = reading.crawl()
    assert ended.code == 12, ended.told
    assert "bad.warc.gz: is no WARC file" in ended.stderr
    assert len(reading.urls()) == ARTICLES
    again = reading.crawl()
    assert again.code == 12, again.told
    assert "bad.warc.gz: is no WARC file" in again.stderr


def test_a_body_that_cannot_be_unpacked_is_one_drop(room: ArchivedRoom, reading: Reading) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    broken = warc_record(head + gzip.compress(b"<p>text</p>" * 99)[:-30], f"{room.url}/broken/")
    front = room.record(
        f"{room.url}/",
        "<html><title>News</title><meta property='og:type' content='website'><p>Welcome</p></html>",
    )
    reading.write("a.warc.gz", [*room.captures(), broken, front])
    ended = reading.crawl()
    assert ended.code == 0, ended.told
    assert reading.drops() == {
        f"{room.url}/broken/": "cut_short",
        f"{room.url}/": "not_an_article",
    }


# Workers and signals


def workers_of(run: Started) -> list[int]:
    """Return the processes that read pages: children of the one that forks them."""
    return [child for one in children(run.process.pid) for child in children(one)]


def children(process: int) -> list[int]:
    # A child belongs to the thread that made it.
    places = Path(f"/proc/{process}/task").glob("*/children")
    return [int(one) for it in places for one in it.read_text(encoding="ascii").split()]


def many(reading: Reading, number: int = 300) -> ArchivedRoom:
    room = ArchivedRoom(number, characters=6_000)
    reading.write("many.warc.gz", room.captures())
    return room


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP])
def test_a_page_whose_process_dies_or_hangs_is_one_drop(reading: Reading, harm: int) -> None:
    room = many(reading)
    run = reading.start("-s", "NEWSCRAWLER_PAGE_TIME=4")
    assert run.wait_for(lambda: "article 20:" in said_by(run), 60)
    harmed = workers_of(run)[0]
    os.kill(harmed, harm)
    ended = run.end()
    assert ended.code == 0, ended.told
    drops = reading.drops()
    assert len(drops) <= 1  # it may have been between two pages
    assert len(reading.urls()) == len(room.stories) - len(drops)
    assert set(drops.values()) <= {"unreadable"}
    assert len(drops) == 1 or harm == signal.SIGKILL


def said_by(run: Started) -> str:
    return (run.folder / "stderr").read_text(encoding="utf-8")


def test_after_ctrl_c_the_next_run_goes_on_where_it_stopped(reading: Reading) -> None:
    room = many(reading)
    run = reading.start()
    assert run.wait_for(lambda: "article 20:" in said_by(run), 60)
    for one in [*workers_of(run), run.process.pid]:  # a terminal sends it to all of them
        os.kill(one, signal.SIGINT)
    stopped = run.end()
    assert stopped.code == 11, stopped.told
    before = len(reading.urls())
    assert 20 <= before < len(room.stories)
    ended = reading.crawl()
    assert ended.code == 0, ended.told
    assert ended.report["archives"][0]["records"] <= len(room.stories) - before
    urls = reading.urls()
    assert sorted(urls) == sorted(room.urls)


@pytest.mark.parametrize("output", ["", "-o"])
def test_batches_are_published_while_the_reading_goes_on(reading: Reading, output: str) -> None:
    room = ArchivedRoom(BLOCK + 20)
    reading.write("many.warc.gz", room.captures())
    options = (output, "feed.jsonl") if output else ()
    ended = reading.crawl("-s", "NEWSCRAWLER_BATCH=100", *options)
    assert ended.code == 0, ended.told
    articles = [one for one in ended.report["feeds"] if one["kind"] == "article"]
    assert [one["records"] for one in articles] == [BLOCK, 20]
    assert set(ended.report["reconciled"].values()) == {BLOCK + 20}
    reader = Reader(reading.folder / "feed.jsonl" if output else reading.feeds)
    reader.read()
    assert reader.urls == room.urls
    assert not reader.faults
    assert not reader.doubled()


def test_the_report_says_of_each_file_what_was_read(mixed: Reading) -> None:
    ended = mixed.crawl()
    [told] = ended.report["archives"]
    assert told["file"] == "mixed.warc.gz"
    assert told["records"] == 10
    assert told["read_to"] == (mixed.folder / "mixed.warc.gz").stat().st_size
    assert json.loads((mixed.folder / "report.json").read_text(encoding="utf-8"))["requests"] == 0
