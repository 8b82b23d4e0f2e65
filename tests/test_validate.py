"""`scrapy validate`: each fault of a feed is told with its line, and a sound feed is sound."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from newscrawler.exit_codes import ExitCode
from newscrawler.lines import json_line
from newscrawler.schema import RECORDS, load_schema
from newscrawler.validation.feeds import FeedCheck, Report
from newscrawler.validation.findings import PLACES, TOLD, Finding
from newscrawler.validation.records import RecordCheck
from tests.conftest import PROJECT_ROOT, RunCommand, run_command

ARTICLE = {"url": "https://a.example/1", "id": "a.example:1", "headline": "One"}
LINK = {
    "from_url": "https://a.example/1", "to_url": "https://a.example/2", "block": "related",
    "position": 1,
}  # fmt: skip
DROP = {"url": "https://a.example/3", "reason": "http_404"}
ACCOUNT = {
    "name": "Tides", "listed": 1, "fetched": 1, "new": 1, "updated": 0, "known": 0, "failed": 0,
    "missing": 0, "listing_pages": 1, "stopped": "end of the listing",
}  # fmt: skip


def line(record: object) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def checked(path: Path, content: bytes) -> tuple[Report, list[Finding]]:
    path.write_bytes(content)
    told: list[Finding] = []
    return FeedCheck(str(path), told.append).run(), told


# Sound feeds


@pytest.mark.parametrize(
    ("name", "record", "kind"),
    [
        ("a.jsonl", ARTICLE, "article"),
        ("a.links.jsonl", LINK, "link"),
        ("a.series.jsonl", ACCOUNT, "series"),
        ("a.drops.jsonl", DROP, "drop"),
        ("unnamed", ARTICLE, "article"),
        ("unnamed", LINK, "link"),
        ("unnamed", ACCOUNT, "series"),
        ("unnamed", DROP, "drop"),
        ("A.LINKS.NDJSON.GZ", LINK, "link"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress], ids=["", "gzip", "zstd"])
def test_a_sound_feed_is_valid(
    tmp_path: Path, name: str, record: dict[str, Any], kind: str, pack: Any
) -> None:
    report, told = checked(tmp_path / name, pack(json_line(record).encode() + b"\n"))
    assert (report.is_valid, report.kind, report.lines, told) == (True, kind, 1, [])


def test_the_feeds_of_a_crawl_are_valid(run_scrapy: RunCommand, tmp_path: Path) -> None:
    feed = tmp_path / "strike.jsonl.gz"
    crawled = run_scrapy(
        "crawl",
        "series",
        "-a",
        "url=https://courier.example/series/northport-harbour-strike/",
        *("--replay", PROJECT_ROOT / "fixtures" / "world"),
        *("--state", tmp_path / "state.sqlite", "-O", feed),
    )
    assert crawled.returncode == 0, crawled.stderr
    feeds = sorted(tmp_path.glob("*.jsonl.gz"))
    assert len(feeds) == 4
    ended = run_scrapy("validate", *feeds)
    assert ended.returncode == 0, ended.stdout
    assert f"{feed}: 40 article records, valid" in ended.stdout.splitlines()


def test_the_same_article_in_two_versions_is_valid(tmp_path: Path) -> None:
    versions = [ARTICLE | {"version": number} for number in (1, 2)]
    report, _ = checked(tmp_path / "a.jsonl", b"".join(map(line, versions)))
    assert report.is_valid


# What is wrong with a line


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\n", [(1, "blank", "")]),
        (b"nonsense\n", [(1, "json", "")]),
        (b"[]\n", [(1, "object", "")]),
        (b"caf\xe9\n", [(1, "utf-8", "")]),
        (line(ARTICLE)[:-1], [(1, "line_end", "")]),
        (line(ARTICLE)[:-2], [(1, "torn", "")]),
        (line(ARTICLE) + line(ARTICLE | {"id": "2", "url": "https://a.example/2"})[:-9],
         [(2, "torn", "")]),
        (b"\xef\xbb\xbf" + line(ARTICLE), [(1, "byte_order_mark", "")]),
        (line(ARTICLE | {"body": "a\u2028b"}), [(1, "bare_character", "")]),
        (line(ARTICLE | {"body": "a\x85b"}), [(1, "bare_character", "")]),
        (b'{"url":"https://a.example/","id":"1","comment_count":1e999}\n', [(1, "json", "")]),
        (b'{"url":"https://a.example/","id":"1","id":"1"}\n', [(1, "json", "")]),
        (line(ARTICLE) * 2, [(2, "duplicate_id", ""), (2, "duplicate_url", "")]),
        (line(ARTICLE) + line(ARTICLE | {"id": "2"}), [(2, "duplicate_url", "")]),
        (line({"id": "1", "url": "https://a.example/"}), [(1, "key_order", "$")]),
        (line(ARTICLE | {"authors": [{"type": "Person", "name": "A"}]}),
         [(1, "key_order", "$.authors[0]")]),
        (line(ARTICLE | {"publisher": {"domain": "a.example", "name": "A"}}),
         [(1, "key_order", "$.publisher")]),
        (line(ARTICLE | {"date_published": "2026-02-30"}), [(1, "date", "$.date_published")]),
        (line(ARTICLE | {"date_published": "2026-02-20T10:00:00+19:00"}),
         [(1, "date", "$.date_published")]),
        (line(ARTICLE | {"date_published": "20.2.2026"}), [(1, "pattern", "$.date_published")]),
        (line(ARTICLE | {"first_seen": "2027-02-29T10:00:00Z"}), [(1, "date", "$.first_seen")]),
        (line({"url": "https://a.example/"}), [(1, "required", "$")]),
        (line(ARTICLE | {"note": "x"}), [(1, "additionalProperties", "$")]),
        (line(ARTICLE | {"body": ""}), [(1, "minLength", "$.body")]),
        (line(ARTICLE | {"body": None}), [(1, "type", "$.body")]),
        (line(ARTICLE | {"keywords": []}), [(1, "minItems", "$.keywords")]),
        (line(ARTICLE | {"authors": [{"name": "A", "type": "Robot"}]}),
         [(1, "enum", "$.authors[0].type")]),
        (b'{"url":"https://a.example/","id":"1","x":' + b"[" * 300 + b"]" * 300 + b"}\n",
         [(1, "json", "$")]),
        (b"[" * 100_000 + b"\n", [(1, "json", "")]),
        (b"x" * (16 * 2**20 + 1) + b"\n" + line(ARTICLE), [(1, "too_long", "")]),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_its_place(
    tmp_path: Path, content: bytes, found: list[tuple[int, str, str]]
) -> None:
    report, told = checked(tmp_path / "a.jsonl", content)
    assert [(it.line, it.kind, it.path) for it in told] == found
    assert sum(report.findings.by_kind.values()) == len(found)


@pytest.mark.parametrize(
    ("name", "records", "kinds"),
    [
        ("a.series.jsonl", [ACCOUNT, ACCOUNT], []),
        ("a.series.jsonl", [ACCOUNT | {"run": 1}, ACCOUNT | {"run": 2}], []),
        ("a.series.jsonl", [ACCOUNT | {"run": 1}, ACCOUNT | {"run": 1}], ["duplicate_account"]),
        ("a.links.jsonl", [LINK, LINK], []),
        ("a.links.jsonl", [LINK, DROP], ["required"] * 4 + ["additionalProperties"] * 2),
        ("unnamed", [LINK, DROP], ["required"] * 4 + ["additionalProperties"] * 2),
    ],
)
def test_each_kind_of_feed_has_faults_of_its_own(
    tmp_path: Path, name: str, records: list[dict[str, Any]], kinds: list[str]
) -> None:
    _, told = checked(tmp_path / name, b"".join(map(line, records)))
    assert sorted(it.kind for it in told) == sorted(kinds) or {it.kind for it in told} == set(kinds)


def test_packed_data_that_break_off_are_told_with_their_line(tmp_path: Path) -> None:
    many = [ARTICLE | {"id": f"{n * n}", "url": f"https://a.example/{n}"} for n in range(9_000)]
    packed = gzip.compress(b"".join(map(line, many)))
    report, told = checked(tmp_path / "a.jsonl.gz", packed[: len(packed) // 2])
    assert 100 < report.lines < 9_000
    assert [it.kind for it in told] == ["damaged"]
    assert told[0].line == report.lines + 1


def test_of_each_fault_the_first_ten_are_told_and_all_are_counted(
    tmp_path: Path, run_scrapy: RunCommand
) -> None:
    wrong = [
        ARTICLE | {"id": f"{n}", "url": f"https://a.example/{n}", "body": ""} for n in range(50)
    ]
    feed = tmp_path / "a.jsonl"
    report, told = checked(feed, b"".join(map(line, wrong)))
    assert len(told) == TOLD
    assert report.findings.by_kind == {"minLength": 50}
    ended = run_scrapy("validate", feed)
    assert ended.returncode == ExitCode.UNHEALTHY
    assert ended.stdout.splitlines()[-2:] == [
        f"{feed}: ... and 40 more of minLength in $.body",
        f"{feed}: not valid, 50 of 50 lines: minLength 50",
    ]


def test_a_feed_of_another_program_is_told_in_bounds(tmp_path: Path) -> None:
    strange: list[dict[str, Any]] = [{f"k{n}_{m}": [] for m in range(50)} for n in range(200)]
    report, told = checked(tmp_path / "a.jsonl", b"".join(map(line, strange)))
    assert len(told) <= TOLD * PLACES
    assert len(told) < 50
    assert report.findings.lines == 200


# What the schema says is what the reference says


@pytest.mark.parametrize("kind", RECORDS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_the_verdict_is_that_of_the_reference_implementation(
    kind: str, data: st.DataObject
) -> None:
    schema = load_schema(kind)
    names = [*schema["properties"], "other"]
    values = st.sampled_from(
        [None, "", "x", 0, -1, 1, 0.5, True, [], ["x"], [""], {}, {"name": "A"}, "en", "day",
         "https://a.example/", "2026-10-14", [{"name": "A", "type": "Person"}], "related",
         [{"url": "https://a.example/", "block": "related", "position": 0}]]
    )  # fmt: skip
    record = data.draw(st.dictionaries(st.sampled_from(names), values, max_size=12))
    ours = {
        it.path for it in RecordCheck(kind).check(record) if it.kind not in ("key_order", "date")
    }
    reference = {error.json_path for error in Draft202012Validator(schema).iter_errors(record)}
    assert ours == reference


# The command


def test_a_report_for_programs_has_every_fault(run_scrapy: RunCommand, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_bytes(line(ARTICLE))
    bad.write_bytes(line(ARTICLE | {"headline": 7}) + b"x")
    ended = run_scrapy("validate", "--json", good, bad)
    assert ended.returncode == ExitCode.UNHEALTHY
    assert [json.loads(one) for one in ended.stdout.splitlines()] == [
        {"feed": str(good), "valid": True, "kind": "article", "lines": 1, "wrong_lines": 0},
        {
            "feed": str(bad),
            "valid": False,
            "kind": "article",
            "lines": 2,
            "wrong_lines": 2,
            "counts": {"torn": 1, "type": 1},
            "findings": [
                {
                    "line": 1,
                    "kind": "type",
                    "path": "$.headline",
                    "message": '7 is not of type "string"',
                },
                {"line": 2, "kind": "torn", "message": "no JSON: Expecting value at character 1"},
            ],
        },
    ]


def test_a_feed_is_read_from_standard_input() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "scrapy", "validate", "-"],
        cwd=PROJECT_ROOT,
        input=gzip.compress(json_line(DROP).encode() + b"\n"),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ended.stdout == b"-: 1 drop records, valid\n"
    assert ended.returncode == 0


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_checked(
    run_scrapy: RunCommand, tmp_path: Path
) -> None:
    good = tmp_path / "good.jsonl"
    good.write_bytes(line(ARTICLE))
    ended = run_scrapy("validate", tmp_path / "none.jsonl", tmp_path, good)
    assert ended.returncode == ExitCode.STORAGE
    assert ended.stderr.count("scrapy validate: ") == 2
    assert "none.jsonl" in ended.stderr
    assert ended.stdout == f"{good}: 1 article records, valid\n"


def test_what_stands_in_a_feed_moves_no_cursor(run_scrapy: RunCommand, tmp_path: Path) -> None:
    feed = tmp_path / "a.jsonl"
    feed.write_bytes(line(ARTICLE | {"\x1b[2J": "\x1b]0;x\x07"}))
    ended = run_scrapy("validate", feed)
    assert "\x1b" not in ended.stdout
    assert "additionalProperties" in ended.stdout


def test_nobody_reading_on_changes_no_verdict(tmp_path: Path) -> None:
    feed = tmp_path / "a.jsonl"
    feed.write_bytes(b"x\n" * 100)
    python = f"{sys.executable} -m scrapy validate {feed} | head -n 1; exit ${{PIPESTATUS[0]}}"
    ended = run_command("bash", "-c", python)
    assert ended.returncode == ExitCode.UNHEALTHY
    assert ended.stderr == ""


def test_no_feed_is_a_wrong_use(run_scrapy: RunCommand) -> None:
    ended = run_scrapy("validate")
    assert ended.returncode == ExitCode.USAGE
    assert "name one feed or more" in ended.stderr
