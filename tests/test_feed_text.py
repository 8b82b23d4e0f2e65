"""Whatever a text holds, in whichever field of a record, its line is JSON and brings it back."""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
import re
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from newscrawler import items
from newscrawler.exit_codes import ExitCode
from newscrawler.exporters import JsonLinesRecordExporter
from newscrawler.items import Article, Drop, Link, SeriesAccount
from newscrawler.lines import json_line
from tests.naughty import NAUGHTY
from tests.newsroom import Newsroom, opened
from tests.unattended import Reader, Workplace

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

RECORDS: list[type] = [Article, SeriesAccount, Link, Drop]
BLOCK = 0x8000
SPOILT = re.compile(r"[\ud800-\udfff]")


def text_fields(record: Any, inside: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give the path of every field of a record that holds free text, nested ones too."""
    hints = typing.get_type_hints(record, vars(items))
    for field in dataclasses.fields(record):
        path, parts = (*inside, field.name), parts_of(hints[field.name])
        if str in parts:
            yield path
        for nested in (one for one in parts if dataclasses.is_dataclass(one)):
            yield from text_fields(nested, path)


def parts_of(hint: Any) -> set[Any]:
    """Return what a type is made of: `list[Author] | None` is a list of authors, or nothing."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType, list, dict):
        return {part for one in typing.get_args(hint) for part in parts_of(one)}
    return {hint}


def example_of(record: type) -> dict[str, Any]:
    fields = dataclasses.fields(record)
    return {field.name: field.metadata["example"] for field in fields}


def holding(record: type, path: tuple[str, ...], text: str) -> dict[str, Any]:
    """Return an example of a record with the text at one place."""
    filled = example_of(record)
    filled[path[0]] = placed(path, text, filled[path[0]])
    return filled


def placed(path: tuple[str, ...], text: str, example: Any) -> Any:
    if isinstance(example, list):
        return [placed(path, text, example[0])]
    if len(path) == 1:
        return {text: text} if isinstance(example, dict) and path[0] == "provenance" else text
    return {**example, path[1]: placed(path[1:], text, example.get(path[1], ""))}


def read_at(record: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = record
    for name in path:
        value = value[name]
        value = value[0] if isinstance(value, list) else value
    return value


PLACES = [(record, path) for record in RECORDS for path in text_fields(record)]


def test_the_places_of_text_are_those_of_the_records() -> None:
    named = {f"{record.__name__}.{'.'.join(path)}" for record, path in PLACES}
    assert {
        "Article.headline", "Article.authors.name", "Article.images.credit", "Article.keywords",
        "Article.series.name", "Article.dateline.text", "Article.provenance", "Drop.detail",
        "SeriesAccount.missing_articles.url", "Link.headline",
    } <= named  # fmt: skip
    assert len(named) >= 50


@pytest.fixture(scope="module")
def blocks() -> list[str]:
    # A space between them: a high surrogate before a low one is one character in JSON.
    return [" ".join(map(chr, range(at, at + BLOCK))) for at in range(0, 0x110000, BLOCK)]


@pytest.mark.parametrize(
    ("record", "path"), PLACES, ids=[f"{one.__name__}.{'.'.join(path)}" for one, path in PLACES]
)
def test_every_code_point_comes_back_from(
    record: type, path: tuple[str, ...], blocks: list[str]
) -> None:
    lines = [json_line(record(**holding(record, path, block))) for block in blocks]
    feed = "".join(f"{line}\n" for line in lines).encode("utf-8")
    assert feed.count(b"\n") == len(feed.decode("utf-8").splitlines()) == len(blocks) == 34
    read = [read_at(json.loads(line), path) for line in feed.splitlines()]
    if path == ("provenance",):
        read = [next(iter(one.values())) for one in read]
    assert read == blocks
    assert sum(len(one.split(" ")) for one in read[1:]) + BLOCK == 0x110000


def exported(records: list[Any]) -> bytes:
    """Return what the exporter makes of records."""
    file = io.BytesIO()
    exporter = JsonLinesRecordExporter.from_crawler(get_crawler(), file, encoding="utf-8")
    exporter.start_exporting()
    for record in records:
        exporter.export_item(record)
    exporter.finish_exporting()
    return file.getvalue()


def test_naughty_strings_come_back_from_an_exporter() -> None:
    texts = [text for text in NAUGHTY if text]
    assert len(texts) >= 150
    records = [
        Article(url=text, id=text, headline=text, authors=[items.Author(name=text, type="Person")])
        for text in texts
    ]
    feed = exported(records)
    assert feed.count(b"\n") == len(feed.decode("utf-8").splitlines()) == len(texts)
    for line, text in zip(feed.splitlines(), texts, strict=True):
        whole = text if "\ud800\udc00" not in text else "\U00010000"
        read = json.loads(line)
        assert (read["url"], read["headline"], read["authors"][0]["name"]) == (whole,) * 3
        assert not re.search(rb"[\x00-\x1f\x7f]", line)


class Naughty(Newsroom):
    """A series whose headlines, authors and texts are naughty."""

    def __init__(self) -> None:
        self.texts = [text for text in NAUGHTY if len(text) < 400 and not SPOILT.search(text)]
        super().__init__(len(self.texts), page_size=1000)
        for story, text in zip(list(self.stories.values()), self.texts, strict=True):
            body = (*story.paragraphs, text, *story.paragraphs)
            self.edit(story, headline=f"{story.headline} {text}", paragraphs=body)


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst"])
def test_a_crawl_of_naughty_pages_leaves_only_whole_lines(suffix: str, tmp_path: Path) -> None:
    with opened(Naughty()) as room:
        feed = tmp_path / f"feed{suffix}"
        ended = Workplace(tmp_path, room, "-a", "related=0").crawl("-O", feed)
        urls = room.urls
    assert ended.code == ExitCode.COMPLETE, ended.told
    for path in (feed, *tmp_path.glob(f"feed.*{suffix}")):
        content = unpacked(path)
        assert content.count(b"\n") == len(content.decode("utf-8").splitlines())
        lines = [json.loads(line, parse_constant=refuse) for line in content.splitlines()]
        if path == feed:
            assert {line["url"] for line in lines} == urls


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def unpacked(path: Path) -> bytes:
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zst":
        return zstd.decompress(path.read_bytes())
    return path.read_bytes()


class Boastful(Newsroom):
    """Claims numbers that no state and no reader holds."""

    digits = 400

    def listing_page(self, number: int) -> str:
        claimed = f"Harbour Strike ({'9' * self.digits})"
        return (
            super().listing_page(number).replace(f"Harbour Strike ({len(self.stories)})", claimed)
        )

    def linked_data(self, story: Any) -> dict[str, Any]:
        return super().linked_data(story) | {"commentCount": 10**self.digits, "position": 1e308}


def test_a_count_of_400_digits_is_no_count(tmp_path: Path) -> None:
    with opened(Boastful(4)) as room:
        work = Workplace(tmp_path, room)
        ended = work.crawl()
    assert ended.code == ExitCode.COMPLETE, ended.told
    reader = Reader(work.feeds)
    reader.read()
    assert len(reader.lines) == 4
    assert not [line for line in reader.lines if "comment_count" in line]
    assert "advertised" not in ended.report["series"][0]
