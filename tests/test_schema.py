"""The schemas, the tables and the records say the same."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, get_args

import pytest
from jsonschema import Draft202012Validator

from newscrawler import items
from newscrawler.items import Article, Author, Link, Source, described, optional, required
from newscrawler.lines import json_line
from newscrawler.schema import (
    RECORDS,
    TABLES_BEGIN,
    TABLES_END,
    feed_tables,
    json_schema,
    load_schema,
    rewrite,
    schema_json,
    schema_text,
    with_tables,
)

FEED_PAGE = Path(__file__).parents[1] / "docs" / "feed.md"
ALL_RECORDS = [
    kind
    for kind in vars(items).values()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind)
]


def examples(record: type) -> dict[str, Any]:
    return {field.name: field.metadata["example"] for field in dataclasses.fields(record)}


def errors(name: str, record: object) -> list[str]:
    return [error.message for error in Draft202012Validator(load_schema(name)).iter_errors(record)]


# The files


@pytest.mark.parametrize("name", RECORDS)
def test_the_shipped_schema_is_the_one_of_the_records(name: str) -> None:
    assert schema_text(name) == schema_json(RECORDS[name]), "run python -m newscrawler.schema"


@pytest.mark.parametrize("name", RECORDS)
def test_the_shipped_schema_is_a_valid_schema(name: str) -> None:
    Draft202012Validator.check_schema(load_schema(name))
    assert load_schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_an_unknown_schema_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="'articles' is no record: choose from article, series"):
        load_schema("articles")


def test_the_tables_of_the_feed_page_are_those_of_the_records() -> None:
    page = FEED_PAGE.read_text("utf-8")
    assert page == with_tables(page), "run python -m newscrawler.schema"


def test_the_command_brings_schemas_and_page_up_to_date(tmp_path: Path) -> None:
    (tmp_path / "newscrawler" / "schemas").mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "feed.md"
    page.write_text(f"Before.\n{TABLES_BEGIN}\nold\n{TABLES_END}\nAfter.\n", "utf-8")
    rewrite(tmp_path)
    assert page.read_text("utf-8") == (
        f"Before.\n{TABLES_BEGIN}\n\n{feed_tables()}\n\n{TABLES_END}\nAfter.\n"
    )
    written = sorted(path.name for path in (tmp_path / "newscrawler" / "schemas").iterdir())
    assert written == sorted(f"{name}.schema.json" for name in RECORDS)


def test_a_page_without_the_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="the page lacks the lines <!-- tables"):
        with_tables("# The feeds\n")


def test_importing_the_module_writes_nothing(tmp_path: Path) -> None:
    code = "import newscrawler.schema"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(FEED_PAGE.parents[1]), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=True,
    )
    assert (done.stdout, done.stderr, list(tmp_path.iterdir())) == (b"", b"", [])


# The tables


@pytest.mark.parametrize("record", ALL_RECORDS, ids=lambda record: record.__name__)
def test_each_field_has_one_row_with_its_meaning_and_example(record: type) -> None:
    section = re.search(
        rf"^###? {record.__name__}\n(.*?)(?=^##|\Z)", feed_tables(), re.DOTALL | re.MULTILINE
    )
    assert section
    rows = [line for line in section[1].splitlines() if line.startswith("| `")]
    fields = dataclasses.fields(record)
    assert len(rows) == len(fields)
    for row, field in zip(rows, fields, strict=True):
        assert row.startswith(f"| `{field.name}` | {field.metadata['meaning']} |")
        assert json.dumps(field.metadata["example"], ensure_ascii=False) in row
        assert ("always there" in row) == (field.default is dataclasses.MISSING)


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    for table in re.findall(r"(?:^\|.*\n?)+", feed_tables(), re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(cells) == 1, table


def test_the_names_in_other_vocabularies_are_in_the_table() -> None:
    row = next(line for line in feed_tables().splitlines() if line.startswith("| `body`"))
    assert row.endswith("| `articleBody` | `bodies` | `articleBody` |")


def test_the_example_lines_of_the_feed_page_are_lines_of_a_feed() -> None:
    lines = re.findall(r"```json\n(.*?)\n```", FEED_PAGE.read_text("utf-8"), re.DOTALL)
    assert len(lines) == 2
    for line in lines:
        assert errors("article", json.loads(line)) == []
        assert line == json_line(Article(**json.loads(line)))


def test_the_feed_page_explains_every_source() -> None:
    page = FEED_PAGE.read_text("utf-8")
    explained = re.search(r"\| value \|.*?\n\n", page, re.DOTALL)
    assert explained
    assert re.findall(r"^\| `(.*?)` \|", explained[0], re.MULTILINE) == list(get_args(Source))


# What the schemas accept


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_of_every_example_is_accepted(name: str) -> None:
    record = RECORDS[name](**examples(RECORDS[name]))
    assert errors(name, json.loads(json_line(record))) == []


@pytest.mark.parametrize("record", ALL_RECORDS, ids=lambda record: record.__name__)
def test_the_examples_of_every_record_nested_or_not_are_accepted(record: type) -> None:
    assert list(Draft202012Validator(json_schema(record)).iter_errors(examples(record))) == []


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_of_its_required_fields_alone_is_accepted(name: str) -> None:
    needed = load_schema(name)["required"]
    given = examples(RECORDS[name])
    assert errors(name, {key: given[key] for key in needed}) == []


@pytest.mark.parametrize("name", RECORDS)
def test_no_required_field_may_lack(name: str) -> None:
    for key in load_schema(name)["required"]:
        record = examples(RECORDS[name])
        del record[key]
        assert errors(name, record) == [f"'{key}' is a required property"]


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("empty", [None, "", [], {}], ids=repr)
def test_no_field_may_be_there_and_empty(name: str, empty: object) -> None:
    for key, example in examples(RECORDS[name]).items():
        assert errors(name, examples(RECORDS[name]) | {key: empty}), (key, example)


@pytest.mark.parametrize("name", RECORDS)
def test_an_unknown_key_is_refused(name: str) -> None:
    found = errors(name, examples(RECORDS[name]) | {"headlin": "Ship leaves"})
    assert found == ["Additional properties are not allowed ('headlin' was unexpected)"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("date_published", "2019-01-27T18:17:27Z"),
        ("date_published", "2019-01-27T21:17:27+03:00"),
        ("date_published", "2019-01-27T18:17:27"),
        ("date_published", "2019-01-27"),
        ("language", "en"),
        ("language", "sr-Latn-RS"),
        ("language", "fil"),
        ("comment_count", 0),
        ("is_accessible_for_free", False),
        ("duplicate_of", {"url": "https://news.example/b/", "how": "text", "score": 1}),
        ("url", "http://news.example/новости/"),
    ],
)
def test_a_value_of_an_article_is_accepted(key: str, value: object) -> None:
    assert errors("article", examples(Article) | {key: value}) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("date_published", "2019-01-27T00:00"),
        ("date_published", "2019-01-27 00:00:00"),
        ("date_published", "2019-01-27T00:00:00.000Z"),
        ("date_published", "2019-01-27T00:00:00+0300"),
        ("date_published", "2019-01-27T"),
        ("date_published", "2019-01"),
        ("date_published", "19-01-27"),
        ("date_published", "27/01/2019"),
        ("date_published", "1548613047"),
        ("date_published", 1548613047),
        ("date_modified", "yesterday"),
        ("retrieved_at", "Mon, 28 Jan 2019 06:00:00 GMT"),
        ("date_precision", "midnight"),
        ("language", "English"),
        ("language", "en_US"),
        ("language", "EN"),
        ("language", "e"),
        ("url", "news.example/a/"),
        ("url", "javascript:void(0)"),
        ("short_url", "//short.example/a"),
        ("keywords", "embassy, Venezuela"),
        ("keywords", ["embassy", ""]),
        ("keywords", ["embassy", None]),
        ("authors", ["Ana Ruiz"]),
        ("authors", [{"name": "Ana Ruiz", "type": "person"}]),
        ("authors", [{"name": "", "type": "Person"}]),
        ("authors", [{"type": "Person"}]),
        ("authors", [{"name": "Ana Ruiz", "type": "Person", "role": "editor"}]),
        ("images", [{"caption": "The harbour at dawn."}]),
        ("series", [{"name": "Crisis", "advertised": "573"}]),
        ("series", [{"name": "Crisis", "advertised": -1}]),
        ("related", [{"url": "https://news.example/b/", "block": "footer", "position": 1}]),
        ("related", [{"url": "https://news.example/b/", "block": "related", "position": 0}]),
        ("provenance", {"headline": "guess"}),
        ("provenance", {"headline": ["json-ld"]}),
        ("comment_count", -1),
        ("comment_count", 1.5),
        ("comment_count", True),
        ("version", 0),
        ("is_accessible_for_free", "true"),
        ("duplicate_of", {"url": "https://news.example/b/", "how": "text", "score": 1.01}),
        ("dateline", {"place": "CARACAS"}),
    ],
)
def test_a_value_of_an_article_is_refused(key: str, value: object) -> None:
    assert len(errors("article", examples(Article) | {key: value})) >= 1


# Deriving a schema


@dataclasses.dataclass
class Ship:
    """A ship."""

    name: str = required("Name on the bow", "Tide")
    flag: Literal["white", "red"] | None = optional("Flag", "red")
    crew: list[Author] | None = dataclasses.field(
        default=None, metadata=described("Who sails her", [{"name": "Ana", "type": "Person"}])
    )
    length: float | None = optional("Length in metres", 9.5, minimum=0)


def test_a_schema_holds_type_limits_meaning_and_example_of_each_field() -> None:
    schema = json_schema(Ship)
    assert schema["description"] == "A ship."
    assert schema["required"] == ["name"]
    assert schema["additionalProperties"] is False
    assert schema["properties"] == {
        "name": {
            "description": "Name on the bow",
            "type": "string",
            "minLength": 1,
            "examples": ["Tide"],
        },
        "flag": {
            "description": "Flag",
            "type": "string",
            "enum": ["white", "red"],
            "examples": ["red"],
        },
        "crew": {
            "description": "Who sails her",
            "type": "array",
            "items": {"$ref": "#/$defs/Author"},
            "minItems": 1,
            "examples": [[{"name": "Ana", "type": "Person"}]],
        },
        "length": {
            "description": "Length in metres",
            "type": "number",
            "minimum": 0,
            "examples": [9.5],
        },
    }
    assert list(schema["$defs"]) == ["Author"]


def test_a_schema_without_nested_records_has_no_definitions() -> None:
    assert "$defs" not in json_schema(Link)


@dataclasses.dataclass
class Wreck:
    """A ship whose cargo is of no type that a feed has."""

    cargo: bytes = required("Cargo", "coal")


@dataclasses.dataclass
class Ferry:
    """A ship whose cargo is of one type or another."""

    cargo: str | int = required("Cargo", "cars")


@pytest.mark.parametrize("record", [Wreck, Ferry])
def test_a_type_that_a_feed_does_not_have_is_refused(record: type) -> None:
    with pytest.raises(TypeError, match="has no JSON Schema here"):
        json_schema(record)
