"""Each format holds what the feed says, whatever the feed says."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import MISSING, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from newscrawler.exports import json_ld, ninjs
from newscrawler.exports.csv_tables import guarded, header
from newscrawler.exports.delivery import deliver
from newscrawler.exports.formats import FORMATS, FormatError, chosen_format
from newscrawler.exports.parquet import arrow_schema
from newscrawler.exports.shapes import all_columns, columns
from newscrawler.exports.sources import Records
from newscrawler.exports.sqlite_tables import tables
from newscrawler.exports.values import BATCH, BATCH_CHARACTERS, batches, line_of_row
from newscrawler.feed_reading import feed_lines
from newscrawler.items import Article
from newscrawler.lines import json_line
from newscrawler.schema import RECORDS, known_fields
from tests.conftest import PROJECT_ROOT, run_command
from tests.exports.readers import Record, from_csv, from_parquet, from_sqlite

FEEDS = sorted((PROJECT_ROOT / "fixtures" / "expected").glob("*.jsonl"))
READERS: dict[str, Callable[[Path, type], list[Record]]] = {
    "csv": from_csv, "parquet": from_parquet, "sqlite": from_sqlite,
}  # fmt: skip
each_reader = pytest.mark.parametrize("name", READERS)


def exported(records: list[Record], path: Path, kind: str = "article", name: str = "") -> Path:
    """Export records to a file, which must take all of them."""
    told: list[str] = []
    chosen, _ = chosen_format(str(path), name or None)
    source = Records(told.append, has_escapes=chosen.has_escapes)
    lines = (json_line(record) for record in records)
    assert deliver(source.of_lines("feed", kind, lines), source, str(path), name or None)
    source.end()
    assert told == []
    return path


def fixture_records() -> list[Record]:
    """Return the expected articles, with an id where a run would make one of the address."""
    lines = [line for feed in FEEDS for line in feed.read_text("utf-8").splitlines()]
    return [{"id": "made"} | json.loads(line) for line in lines]


# What a feed may hold: any text that JSON has, any number of 64 bits, anything left out.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)


def values(hint: Any) -> st.SearchStrategy[Any]:
    origin, members = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(members)
    if origin is list:
        return st.lists(values(members[0]), min_size=1, max_size=3)
    if origin is dict:
        return st.dictionaries(TEXTS, values(members[1]), min_size=1, max_size=3)
    scalars: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS | st.sampled_from(["=1+1", "'", "''x", "-", "\r\n", '",";', "＝x"]),
        int: st.integers(-(2**63), 2**63 - 1),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
    }
    return scalars[hint] if hint in scalars else records_of(hint)


def records_of(record: type) -> st.SearchStrategy[Record]:
    hints = {field.name: (field, values(hint)) for field, hint in known_fields(record)}
    required = {name: it for name, (field, it) in hints.items() if field.default is MISSING}
    optional = {name: it for name, (_, it) in hints.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


@each_reader
@pytest.mark.parametrize("kind", RECORDS)
def test_any_record_comes_back_as_it_was(name: str, kind: str) -> None:
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(records_of(RECORDS[kind]), max_size=3))
    def check(records: list[Record]) -> None:
        with TemporaryDirectory() as folder:
            path = exported(records, Path(folder, f"feed.{name}"), kind)
            assert READERS[name](path, RECORDS[kind]) == records

    check()


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "null", "[]", "a\u2028"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.dictionaries(st.text(), ANY_JSON, max_size=3))
def test_the_line_of_a_row_is_that_of_a_feed(row: Record) -> None:
    assert line_of_row(row) == json_line(row)


@each_reader
def test_the_expected_articles_come_back_as_they_are(name: str, tmp_path: Path) -> None:
    records = fixture_records()
    path = exported(records, tmp_path / f"feed.{name}")
    assert READERS[name](path, Article) == records


@pytest.mark.parametrize("name", [it for it in FORMATS if it != "sqlite"])
def test_the_same_records_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    records = fixture_records()
    first, second = (exported(records, tmp_path / it, name=name) for it in ("1", "2"))
    assert first.read_bytes() == second.read_bytes()


def test_the_same_records_give_the_same_database(tmp_path: Path) -> None:
    records = fixture_records()
    first, second = (exported(records, tmp_path / it) for it in ("1.sqlite", "2.sqlite"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".ninjs.jsonl", ".jsonld"])
@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_text_is_packed_as_the_name_says(suffix: str, packing: str, tmp_path: Path) -> None:
    records = fixture_records()[:3]
    plain = exported(records, tmp_path / f"feed{suffix}")
    packed = exported(records, tmp_path / f"feed{suffix}{packing}")
    unpacked = b"".join(line.content + b"\n" for line in feed_lines(str(packed)))
    assert packed.read_bytes()[:2] != plain.read_bytes()[:2]
    assert unpacked == plain.read_bytes()


# Every field has its place


PATHS = {path for path, _ in all_columns(Article)}
SINGLE = {path for path, column in all_columns(Article) if column.scalar}


def test_every_field_of_every_record_has_a_column_in_csv() -> None:
    for record in RECORDS.values():
        names = {name.partition(".")[0] for name in header(record)}
        assert names == {one.name for one in columns(record)}


def test_every_field_of_every_record_has_a_column_in_parquet() -> None:
    for record in RECORDS.values():
        assert [one.name for one in columns(record)] == [
            name for name in arrow_schema(record).names if not name.endswith("_utc")
        ]


def test_every_field_of_every_record_has_a_column_or_a_table_in_sqlite() -> None:
    for record in RECORDS.values():
        main, *lists = tables(record)
        names = {name for name, _ in main.columns} | {it.name for it in lists}
        for path, column in all_columns(record):
            outer, _, inner = path.partition(".")
            if column.record or outer in names:
                continue
            assert path.replace(".", "_") in names, path
            assert inner
        for table in lists:
            member = next(it for it in columns(record) if it.name == table.name).member
            if member and member.record:
                assert [name for name, _ in table.columns] == [
                    one.name for one in columns(member.record)
                ]


@pytest.mark.parametrize(
    ("left_out", "vocabulary"),
    [(json_ld.LEFT_OUT, "schema.org"), (ninjs.LEFT_OUT, "ninjs")],
    ids=["JSON-LD", "ninjs"],
)
def test_every_field_is_mapped_or_left_out_with_a_reason(
    left_out: dict[str, str], vocabulary: str
) -> None:
    mapped = {one.name for one in columns(Article) if one.names[vocabulary]}
    assert set(left_out) <= PATHS
    assert all(left_out.values())
    fields_left_out = {path for path in left_out if "." not in path}
    assert mapped | fields_left_out == {field.name for field in fields(Article)}
    assert not mapped & fields_left_out


@pytest.mark.parametrize(
    ("say", "left_out"),
    [(json_ld.news_article, json_ld.LEFT_OUT), (ninjs.news_item, ninjs.LEFT_OUT)],
    ids=["JSON-LD", "ninjs"],
)
def test_every_value_that_is_mapped_stands_in_the_object(
    say: Callable[[Record], Record], left_out: dict[str, str]
) -> None:
    row = telling_record(Article)
    said = json.dumps(say(row), ensure_ascii=False)
    for path, column in all_columns(Article):
        if column.scalar is str and "." in path and path.partition(".")[0] not in left_out:
            assert (path in said) != (path in left_out), path
        elif column.scalar is str and not column.is_time:
            assert (f'"{path}"' in said) != (path in left_out), path


def telling_record(record: type, inside: str = "") -> Record:
    """Return a record whose texts are the paths of their fields."""
    found: Record = {}
    for column in columns(record):
        path = f"{inside}{column.name}"
        member = column.member
        scalars: dict[Any, Any] = {str: path, int: 7, float: 0.5, bool: True}
        if column.record:
            found[column.name] = telling_record(column.record, f"{path}.")
        elif member:
            inner = member.record
            found[column.name] = [telling_record(inner, f"{path}.") if inner else path]
        elif column.is_map:
            found[column.name] = {"headline": "text"}
        else:
            found[column.name] = scalars[column.scalar]
        if column.is_time:
            found[column.name] = "2026-10-14T08:30:00+01:00"
    return found


# CSV


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1", "'＝1"),
        ("'quoted'", "''quoted'"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_cell_begins_no_formula(text: str, cell: str) -> None:
    assert guarded(text) == cell
    assert guarded(text).removeprefix("'") == text or cell == text


def test_a_table_for_programs_has_every_text_as_it_is(tmp_path: Path) -> None:
    record = {"url": "https://a.example/", "id": "1", "headline": "=1", "body": '\'tis\r\n"so"'}
    path = exported([record], tmp_path / "feed.csv", name="csv-raw")
    assert from_csv(path, guarded=False) == [record]
    assert b",=1," in path.read_bytes()


def test_what_no_text_can_hold_is_replaced_where_there_is_no_escape(tmp_path: Path) -> None:
    record = {"url": "https://a.example/", "id": "1", "headline": "a\ud800b", "body": "c\0d"}
    held = record | {"headline": "a\ufffdb", "body": "c\ufffdd"}
    for name, read in READERS.items():
        assert read(exported([record], tmp_path / f"feed.{name}"), Article) == [held]
    kept = exported([record], tmp_path / "feed.jsonl").read_text("utf-8")
    assert json.loads(kept) == record


# Times


TIMES: list[tuple[str, str | None]] = [
    ("2026-10-14T08:30:00+01:00", "2026-10-14T07:30:00Z"),
    ("2026-10-14T08:30:00Z", "2026-10-14T08:30:00Z"),
    ("2026-10-14T08:30:00", None),
    ("2026-10-14", None),
    ("2026-02-30T08:30:00Z", None),
    ("0001-01-01T00:00:00+14:00", None),
]


@pytest.mark.parametrize(("stated", "utc"), TIMES)
def test_a_time_is_an_instant_only_where_it_is_exact(
    stated: str, utc: str | None, tmp_path: Path
) -> None:
    record = {"url": "https://a.example/", "id": "1", "date_published": stated}
    path = exported([record], tmp_path / "feed.parquet")
    instant = parquet.read_table(path)["date_published_utc"][0].as_py()
    assert (instant and instant.strftime("%Y-%m-%dT%H:%M:%SZ")) == utc
    with closing(sqlite3.connect(exported([record], tmp_path / "feed.sqlite"))) as database:
        found = database.execute("SELECT date_published, date_published_utc FROM articles")
        assert found.fetchone() == (stated, utc)


# SQLite


def test_words_are_found_whatever_their_case_and_accents(tmp_path: Path) -> None:
    path = exported(fixture_records(), tmp_path / "feed.sqlite")
    asked = (
        "SELECT articles.url FROM words JOIN articles ON number = words.rowid"
        " WHERE words MATCH 'greve pecheurs'"
    )
    with closing(sqlite3.connect(path)) as database:
        found = [row[0] for row in database.execute(asked)]
    assert found
    assert all("lerivage.example" in url for url in found)


# JSON-LD and ninjs


def test_json_ld_is_one_document_of_one_article_a_line(tmp_path: Path) -> None:
    records = fixture_records()
    text = exported(records, tmp_path / "feed.jsonld").read_text("utf-8")
    document = json.loads(text)
    assert document["@context"] == "https://schema.org"
    assert [one["@id"] for one in document["@graph"]] == [one["url"] for one in records]
    assert len(text.splitlines()) == len(records) + 2
    assert {one["@type"] for one in document["@graph"]} == {"NewsArticle"}


def test_the_path_of_sections_is_that_of_the_page() -> None:
    row = {"url": "https://a.example/", "id": "1", "breadcrumbs": ["World", "Asia"]}
    said = json_ld.news_article(row)
    assert "breadcrumb" not in said
    assert said["mainEntityOfPage"] == {
        "@type": "WebPage",
        "@id": "https://a.example/",
        "breadcrumb": {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "name": "World"},
                {"@type": "ListItem", "position": 2, "name": "Asia"},
            ],
        },
    }


def test_an_empty_json_ld_document_is_one(tmp_path: Path) -> None:
    text = exported([], tmp_path / "feed.jsonld").read_text("utf-8")
    assert json.loads(text) == {"@context": "https://schema.org", "@graph": []}


def test_a_day_never_becomes_midnight() -> None:
    row = {"url": "https://a.example/", "id": "1", "date_published": "2026-10-14"}
    assert json_ld.news_article(row)["datePublished"] == "2026-10-14"
    assert "firstcreated" not in ninjs.news_item(row)


def test_a_news_item_has_the_forms_of_its_standard(tmp_path: Path) -> None:
    lines = exported(fixture_records(), tmp_path / "feed.ninjs").read_text("utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    for item in items:
        assert item["standard"]["name"] == "ninjs"
        assert item["type"] == "text"
        for name in ("headlines", "descriptions", "bodies"):
            assert all({"role", "contenttype", "value"} <= one.keys() for one in item.get(name, ()))
        names = [one["name"] for one in item.get("associations", ())]
        assert len(names) == len(set(names))
        assert type(item.get("by", "")) is str
        assert type(item.get("version", "")) is str
    assert any(one["type"] == "picture" for item in items for one in item.get("associations", ()))


# Memory


def test_long_texts_are_handed_on_few_at_a_time() -> None:
    short = [{"url": f"{n}"} for n in range(2_500)]
    assert [len(some) for some in batches(iter(short))] == [BATCH, BATCH, 500]
    long = [{"keywords": ["x" * (BATCH_CHARACTERS // 3)]} for _ in range(7)]
    assert [len(some) for some in batches(iter(long))] == [4, 3]


def test_a_feed_of_very_long_texts_takes_little_memory(tmp_path: Path) -> None:
    megabytes = 400
    line = json_line({"url": "https://a.example/", "id": "1", "body": "word " * 2**20})
    feed = tmp_path / "feed.jsonl"
    with feed.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for _ in range(megabytes // 5))
    # A process counts as its own what the one that started it had: so one of little memory does.
    measured = (
        "import resource, subprocess, sys\n"
        "code = subprocess.call([sys.executable, '-m', 'scrapy', 'export', *sys.argv[1:]])\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)\n"
        "sys.exit(code)\n"
    )
    out = tmp_path / "out.parquet"
    ended = run_command(sys.executable, "-c", measured, feed, "-O", out, timeout=300)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) < megabytes


# Which format


@pytest.mark.parametrize(
    ("output", "name", "chosen"),
    [
        ("a.jsonl", None, ("jsonl", "")),
        ("a.ndjson.zst", None, ("jsonl", ".zst")),
        ("a.ninjs.jsonl.gz", None, ("ninjs", ".gz")),
        ("A.CSV.GZ", None, ("csv", ".gz")),
        ("a.parquet", None, ("parquet", "")),
        ("a.db", None, ("sqlite", "")),
        ("a.jsonld", None, ("json-ld", "")),
        ("-", None, ("jsonl", "")),
        ("-", "csv", ("csv", "")),
        ("a.txt", "ninjs", ("ninjs", "")),
    ],
)
def test_a_name_tells_the_format(output: str, name: str | None, chosen: tuple[str, str]) -> None:
    found, packing = chosen_format(output, name)
    assert (found.name, packing) == chosen


@pytest.mark.parametrize("output", ["a.txt", "a", "a.parquet.gz", "a.sqlite.zst", ".gz"])
def test_a_name_that_tells_none_is_refused(output: str) -> None:
    with pytest.raises(FormatError, match=repr(output)):
        chosen_format(output)
