"""`scrapy export` and feeds: from files, pipes and states to a file that appears whole."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
from backports import zstd
from scrapy.cmdline import execute
from scrapy.settings import Settings

from newscrawler.exit_codes import ExitCode
from newscrawler.items import SeriesAccount
from newscrawler.state.rows import KnownArticle, KnownSeries, PageCommit
from newscrawler.state.store import State
from tests.conftest import PROJECT_ROOT, run_command
from tests.exports.readers import from_csv, from_parquet, from_sqlite

ARTICLE = {"url": "https://a.example/1", "id": "a.example:1", "headline": "One", "body": "Text."}
SECOND = {"url": "https://a.example/2", "id": "a.example:2", "headline": "Two", "body": "More."}
AT = "2026-10-14T08:00:00Z"
LINK = {"from_url": "https://a.example/1", "to_url": "https://a.example/2", "block": "related"}


class Export(Protocol):
    def __call__(self, *args: str | Path) -> tuple[int, str, str]: ...


@pytest.fixture
def export(capfd: pytest.CaptureFixture[str]) -> Export:
    """Run `scrapy export` in this process; return its exit code, output and complaints."""

    def run(*args: str | Path) -> tuple[int, str, str]:
        settings = Settings({"COMMANDS_MODULE": "newscrawler.commands"})
        typed = ["scrapy", "export", *map(str, args)]
        with pytest.raises(SystemExit) as ended:
            execute(typed, settings=settings)
        printed = capfd.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def beside(feed: Path, args: list[str]) -> list[str]:
    """Return the arguments with the feed's folder in place of DIR."""
    return [it.replace("DIR", str(feed.parent)) for it in args]


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.jsonl"
    path.write_bytes(lines(ARTICLE, SECOND))
    return path


# From feeds


def test_a_feed_becomes_each_format(export: Export, feed: Path, tmp_path: Path) -> None:
    for name, read in (("csv", from_csv), ("parquet", from_parquet), ("sqlite", from_sqlite)):
        path = tmp_path / f"out.{name}"
        assert export(feed, "-O", path) == (0, "", "")
        assert read(path) == [ARTICLE, SECOND]
    assert [it.name for it in tmp_path.glob("*.part*")] == []


def test_feeds_are_read_packed_and_joined_in_the_order_named(
    export: Export, feed: Path, tmp_path: Path
) -> None:
    packed, other = tmp_path / "packed.jsonl.gz", tmp_path / "other.jsonl.zst"
    third, fourth = (SECOND | {"id": f"a.example:{n}"} for n in (3, 4))
    packed.write_bytes(gzip.compress(lines(third)) + gzip.compress(lines(fourth)))
    other.write_bytes(zstd.compress(lines(ARTICLE)))
    code, out, told = export(packed, feed, other, "-O", "-")
    assert (code, told) == (0, "")
    read = [json.loads(line)["id"].partition(":")[2] for line in out.splitlines()]
    assert read == ["3", "4", "1", "2", "1"]


def test_standard_input_becomes_standard_output(feed: Path) -> None:
    command = [sys.executable, "-m", "scrapy", "export", "-", "-O", "-", "--format", "csv"]
    packed = gzip.compress(feed.read_bytes())
    ended = subprocess.run(
        command, cwd=PROJECT_ROOT, input=packed, capture_output=True, check=False, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count(b"\r\n") == 3
    assert ended.stdout.startswith(b"url,canonical_url,")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.links.jsonl", "link"), ("a.jsonl", "link"), ("any", "link")],
)
def test_the_kind_of_a_feed_is_told_by_its_name_or_its_lines(
    export: Export, tmp_path: Path, name: str, kind: str
) -> None:
    path, out = tmp_path / name, tmp_path / "out.csv"
    path.write_bytes(lines(LINK | {"position": 1}))
    assert export(path, "-O", out) == (0, "", "")
    assert out.read_text("utf-8").startswith("from_url,to_url,headline,block,position,in_series")


# What is wrong with a feed


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"nonsense", "no JSON: Expecting value at character 1"),
        (b'{"url":"https://a.example/3"', "no JSON: "),
        (b"[1]", "no JSON object, but list"),
        (b"caf\xe9", "no UTF-8: "),
        (lines({"url": "https://a.example/3"})[:-1], "$: id is missing"),
        (lines(ARTICLE | {"keywords": "a"})[:-1], "$.keywords: a list is expected, not str"),
        (lines(ARTICLE | {"authors": [{"name": 1, "type": "Person"}]})[:-1], "$.authors[0].name"),
        (b'{"url":"u","id":"1","version":1e999}', "beyond what a number can be"),
        (b'{"url":"u","id":"1","version":99999999999999999999}', "beyond 64 bits"),
        (b'{"url":"u","id":"1","id":"2"}', "the key 'id' stands there twice"),
        (lines(LINK | {"position": 1})[:-1], "a record of the kind 'link', and not 'article'"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"url":"u","id":"1","x":' + b"[" * 400 + b"null" + b"]" * 400 + b"}", "100 deep"),
        (b'"' + b"x" * (16 * 2**20), "longer than 16 MiB"),
    ],
    ids=range(14),
)
def test_a_line_that_is_wrong_is_named_and_the_export_goes_on(
    export: Export, tmp_path: Path, line: bytes, why: str
) -> None:
    feed, out = tmp_path / "feed.jsonl", tmp_path / "out.sqlite"
    feed.write_bytes(lines(ARTICLE) + line + b"\n\n" + lines(SECOND))
    code, _, told = export(feed, "-O", out)
    assert code == ExitCode.PARTIAL
    assert f"{feed}, line 2: " in told
    assert why in told
    assert from_sqlite(out) == [ARTICLE, SECOND]


def test_packed_data_that_break_off_give_what_stands_before(export: Export, tmp_path: Path) -> None:
    feed, out = tmp_path / "feed.jsonl.gz", tmp_path / "out.parquet"
    many = [ARTICLE | {"id": f"a.example:{n}", "body": f"{n} {n * n}"} for n in range(20_000)]
    packed = gzip.compress(lines(*many))
    feed.write_bytes(packed[: len(packed) // 2])
    code, _, told = export(feed, "-O", out)
    assert code == ExitCode.PARTIAL
    read = from_parquet(out)
    assert 1000 < len(read) < 20_000
    assert read == many[: len(read)]
    assert f"line {len(read) + 1}: the packed data break off here" in told


def test_wrong_lines_without_end_are_told_a_hundred_times_and_counted(
    export: Export, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.jsonl"
    feed.write_bytes(lines(ARTICLE) + b"x\n" * 1000)
    code, out, told = export(feed, "-O", "-")
    assert (code, out.count("\n")) == (ExitCode.PARTIAL, 1)
    assert told.count("no JSON") == 100
    assert "... and 900 more lines are wrong" in told


def test_a_key_that_is_no_field_is_told(export: Export, tmp_path: Path) -> None:
    feed, out = tmp_path / "feed.jsonl", tmp_path / "out.csv"
    feed.write_bytes(lines({"page": "p1", **ARTICLE, "authors": [{"name": "A", "type": "Person"}]}))
    code, _, told = export(feed, "-O", out)
    assert code == 0
    assert "no fields of the feed: $.page" in told


def test_a_byte_order_mark_means_nothing(export: Export, tmp_path: Path) -> None:
    feed, out = tmp_path / "feed.jsonl", tmp_path / "out.csv"
    feed.write_bytes(b"\xef\xbb\xbf" + lines(ARTICLE))
    assert export(feed, "-O", out) == (0, "", "")
    assert from_csv(out) == [ARTICLE]


def test_a_feed_may_be_replaced_by_its_own_export(export: Export, feed: Path) -> None:
    feed.write_bytes(b" " + feed.read_bytes() + b"broken\n")
    assert export(feed, "-O", feed)[0] == ExitCode.PARTIAL
    assert [json.loads(line) for line in feed.read_bytes().splitlines()] == [ARTICLE, SECOND]


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("out.csv", 0, ""),
        ("out.parquet", ExitCode.USAGE, "pip install 'newscrawler[parquet]'"),
    ],
)
def test_without_pyarrow_the_extra_is_named(
    feed: Path, tmp_path: Path, name: str, code: int, told: str
) -> None:
    without = (
        "import sys\n"
        "sys.modules['pyarrow'] = None\n"
        "from scrapy.cmdline import execute\n"
        "execute(['scrapy', 'export', *sys.argv[1:]])\n"
    )
    ended = run_command(sys.executable, "-c", without, feed, "-O", tmp_path / name)
    assert ended.returncode == code
    assert told in ended.stderr
    assert (tmp_path / name).exists() == (code == 0)


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["DIR/none.jsonl", "-O", "DIR/out.csv"], "none.jsonl"),
        (["DIR/feed.jsonl", "-O", "DIR/file/out.csv"], "file/out.csv"),
    ],
    ids=["no feed", "no folder"],
)
def test_a_file_that_cannot_be_read_or_written_is_named(
    export: Export, feed: Path, args: list[str], complaint: str
) -> None:
    (feed.parent / "file").write_bytes(b"")
    code, _, told = export(*beside(feed, args))
    assert code == ExitCode.STORAGE
    assert complaint in told


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["DIR/feed.jsonl"], "name one series and a file"),
        (["DIR/feed.jsonl", "-O", "DIR/out.txt"], "a file's name ends in"),
        (["DIR/feed.jsonl", "-O", "-", "--versions"], "--versions: not with a feed"),
        (["DIR/feed.jsonl", "-O", "-", "--all"], "--all: not with a feed"),
        (["DIR/feed.jsonl", "Tides", "-O", "-"], "name one series and a file"),
        (["Tides", "--all", "-O", "-"], "name one series and a file"),
        (["--all"], "name one series and a file"),
        (
            ["DIR/feed.jsonl", "-O", "-", "--format", "sqlite"],
            "sqlite needs a file of its own",
        ),
        (["DIR/feed.jsonl", "-O", "DIR/out.csv", "--format", "xls"], "invalid choice: 'xls'"),
        (["DIR/a.links.jsonl", "-O", "DIR/out.jsonld"], "json-ld has articles only"),
        (
            ["DIR/a.links.jsonl", "DIR/a.drops.jsonl", "-O", "-"],
            "of the kind 'drop', and not 'link'",
        ),
    ],
)
def test_a_wrong_use_is_told_and_nothing_is_written(
    export: Export, feed: Path, args: list[str], complaint: str
) -> None:
    (feed.parent / "a.links.jsonl").write_bytes(lines(LINK | {"position": 1}))
    (feed.parent / "a.drops.jsonl").write_bytes(lines({"url": "https://a.example/", "reason": "x"}))
    code, _, told = export(*beside(feed, args))
    assert code == ExitCode.USAGE
    assert complaint in told
    assert list(feed.parent.glob("out*")) == []


# Yesterday's file


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet", "sqlite"])
def test_without_a_record_yesterdays_file_stays(
    export: Export, feed: Path, tmp_path: Path, suffix: str
) -> None:
    out, empty = tmp_path / f"out.{suffix}", tmp_path / "empty.jsonl"
    empty.write_bytes(b"")
    assert export(feed, "-O", out)[0] == 0
    before = out.read_bytes()
    code, _, told = export(empty, "-O", out)
    assert code == 0
    assert f"nothing to export: {out} stays as it is" in told
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("second", "code"),
    [
        # The memory of a process is a file that opens, and whose first byte cannot be read.
        ("/proc/self/mem", ExitCode.STORAGE),
        ("a.links.jsonl", ExitCode.USAGE),
        ("gone.jsonl", ExitCode.STORAGE),
    ],
    ids=["cannot be read", "another kind", "is gone"],
)
@pytest.mark.parametrize("suffix", ["csv", "parquet", "sqlite"])
def test_an_export_that_breaks_off_leaves_yesterdays_file(
    export: Export, feed: Path, tmp_path: Path, suffix: str, second: str, code: ExitCode
) -> None:
    out = tmp_path / f"out.{suffix}"
    out.write_bytes(b"yesterday")
    (tmp_path / "a.links.jsonl").write_bytes(lines(LINK | {"position": 1}))
    ended, _, told = export(feed, tmp_path / second, "-O", out)
    assert ended == code
    assert str(tmp_path / second) in told
    assert out.read_bytes() == b"yesterday"
    assert list(tmp_path.glob("*.part*")) == []


@pytest.mark.parametrize("suffix", ["csv", "parquet", "sqlite"])
def test_a_full_disk_is_told_and_leaves_yesterdays_file(
    feed: Path, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"out.{suffix}"
    out.write_bytes(b"yesterday")
    many = [ARTICLE | {"id": f"a.example:{n}", "body": f"{n * n} " * 200} for n in range(500)]
    feed.write_bytes(lines(*many))
    # A limit on the size of files is a disk that is full, for one process.
    limited = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "from scrapy.cmdline import execute\n"
        "execute(['scrapy', 'export', *sys.argv[1:]])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", limited, str(feed), "-O", str(out)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert ended.returncode == ExitCode.STORAGE, ended.stderr
    assert "out." in ended.stderr
    assert out.read_bytes() == b"yesterday"
    assert list(tmp_path.glob("*.part*")) == []


@pytest.mark.parametrize("suffix", ["csv", "parquet", "sqlite"])
def test_a_kill_leaves_yesterdays_file_and_the_next_export_is_whole(
    export: Export, feed: Path, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"out.{suffix}"
    out.write_bytes(b"yesterday")
    command = [sys.executable, "-m", "scrapy", "export", "-", "-O", str(out)]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE) as process:
        assert process.stdin
        numbers = count()
        while not (tmp_path / f"out.{suffix}.part").exists():
            number = next(numbers)
            process.stdin.write(lines(ARTICLE | {"id": f"a.example:{number}"}))
            process.stdin.flush()
        process.kill()
    assert out.read_bytes() == b"yesterday"
    assert export(feed, "-O", out) == (0, "", "")
    assert {"csv": from_csv, "parquet": from_parquet, "sqlite": from_sqlite}[suffix](out) == [
        ARTICLE, SECOND,
    ]  # fmt: skip


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(
    export: Export, feed: Path, tmp_path: Path
) -> None:
    real, link = tmp_path / "real.sqlite", tmp_path / "link.sqlite"
    real.write_bytes(b"")
    real.chmod(0o640)
    link.symlink_to(real)
    assert export(feed, "-O", link)[0] == 0
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert len(from_sqlite(real)) == 2


# From a state


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Return a state of two series that share an article, one article in two versions."""
    path = tmp_path / "state" / "state.sqlite"
    with closing(State.open(path)) as state:
        for name in ("tides", "wind"):
            state.put_series(KnownSeries(key=name, name=name))
        run = state.begin_run("series", "", AT).id
        for number, series, version in (
            (1, "tides", 1), (2, "tides", 1), (2, "wind", 1), (3, "wind", 1), (2, "tides", 2),
        ):  # fmt: skip
            state.commit(run, page_of(number, series, version), AT)
    return path


def page_of(number: int, series: str, version: int) -> PageCommit:
    url = f"https://a.example/{number}"
    record = {"url": url, "id": f"a.example:{number}", "body": f"Text {version}."}
    known = KnownArticle(
        key=f"a.example/{number}",
        url=url,
        first_seen=AT,
        changed_at=AT,
        version=version,
        fingerprint=str(version),
        line=json.dumps(record | {"version": version}),
    )
    listed = [(known.key, url)]
    return PageCommit(series=series, listed=listed, article=known, member=True)


def test_all_series_give_each_article_once(export: Export, state: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.parquet"
    assert export("--all", "-O", out, "--state", state) == (0, "", "")
    assert [(it["id"], it["version"]) for it in from_parquet(out)] == [
        ("a.example:1", 1), ("a.example:3", 1), ("a.example:2", 2),
    ]  # fmt: skip


def test_all_series_may_have_more_articles_than_are_read_at_once(
    export: Export, state: Path
) -> None:
    with closing(State.open(state)) as opened:
        run = opened.begin_run("series", "", AT).id
        for number in range(4, 454):
            opened.commit(run, page_of(number, "tides", 1), AT)
        opened.forget_article("a.example/300")
    code, out, _ = export("--all", "-O", "-", "--state", state)
    assert code == 0
    numbers = [int(json.loads(line)["id"].partition(":")[2]) for line in out.splitlines()]
    assert numbers == [1, 3, 2, *(number for number in range(4, 454) if number != 300)]


def test_the_accounts_of_all_series_are_exported(
    export: Export, state: Path, tmp_path: Path
) -> None:
    counts = dict.fromkeys(("listed", "fetched", "new", "updated", "known", "failed", "missing"), 1)
    with closing(State.open(state)) as opened:
        run = opened.begin_run("series", "", AT).id
        accounts = [
            {"name": name, **counts, "listing_pages": 1, "stopped": "end of the listing"}
            for name in ("tides", "wind")
        ]
        opened.end_run(run, AT, 0, json.dumps({"series": accounts}))
    out = tmp_path / "accounts.sqlite"
    assert export("--all", "--accounts", "-O", out, "--state", state) == (0, "", "")
    assert [it["name"] for it in from_sqlite(out, SeriesAccount)] == ["tides", "wind"]
    assert export("wind", "--accounts", "-O", "-", "--state", state)[1].count("\n") == 1


def test_all_series_give_every_version(export: Export, state: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.csv"
    assert export("--all", "--versions", "-O", out, "--state", state) == (0, "", "")
    assert sorted((it["id"], it["version"]) for it in from_csv(out)) == [
        ("a.example:1", 1), ("a.example:2", 1), ("a.example:2", 2), ("a.example:3", 1),
    ]  # fmt: skip


def test_a_series_becomes_a_database(export: Export, state: Path, tmp_path: Path) -> None:
    out = tmp_path / "tides.db"
    assert export("tides", "-O", out, "--state", state) == (0, "", "")
    assert [it["id"] for it in from_sqlite(out)] == ["a.example:1", "a.example:2"]
