"""The peers of the archive benchmark read what stands in an archive, or say why they cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.archive_peers import ALONE, beyond_start, peer, told_of
from benchmarks.processes import Failed, reason_in
from tests.archives.warc_files import numbered, warc, warc_record

# What a page of a newspaper has, so that every extractor finds a text in it.
PAGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<html lang=en><title>Ferry stays</title><article><h1>Ferry stays in harbour</h1>"
    + b"<p>The ferry to the islands stayed in harbour, and nobody could say for how long.</p>" * 9
    + b"</article></html>"
)
PEERS = {"trafilatura": "trafilatura", "news-please": "newsplease"}


def test_the_floor_reads_every_response_and_nothing_else(tmp_path: Path) -> None:
    request = warc_record(b"GET / HTTP/1.1\r\n\r\n", kind="request")
    measured = peer(ALONE, warc(tmp_path / "a.warc.gz", request, *numbered(3)), 3)
    assert measured.said == "3 gave a text, 0 an error"
    assert measured.pages == 3
    assert measured.cpu > 0


STANDS_IN = """
class Extracted:
    text = maintext = "a text"

class NewsPlease:
    @staticmethod
    def from_warc(record, decode_errors, fetch_images):
        return Extracted() if b"<article>" in record.content_stream().read() else None

def bare_extraction(page, with_metadata):
    return Extracted() if b"<article>" in page else None
"""


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_is_given_every_page(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is a dependency of the project: a module of its name stands in for it."""
    (tmp_path / f"{PEERS[name]}.py").write_text(STANDS_IN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    empty = warc_record(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    archive = warc(tmp_path / "a.warc.gz", warc_record(PAGE), empty, warc_record(PAGE))
    assert peer(name, archive, 3).said == "2 gave a text, 0 an error"


def test_a_page_at_which_a_peer_fails_is_counted_with_the_reason(tmp_path: Path) -> None:
    def read(record: Any) -> bool:
        if b"x" in record.content_stream().read():
            raise ImportError(f"no segmenter for {'this' * 50}\nlanguage")
        return True

    told = told_of(warc(tmp_path / "a.warc.gz", *numbered(3)), read)
    assert told.startswith("1 gave a text, 2 an error; most often ImportError: no segmenter for t")
    assert len(told) < 200


@pytest.mark.parametrize(("name", "module"), PEERS.items())
def test_a_peer_that_cannot_be_imported_is_named_with_the_reason(
    name: str,
    module: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / f"{module}.py").write_text(f'raise ImportError("{module} wants\\nits other half")')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    told: list[str] = []
    archive = warc(tmp_path / "a.warc.gz", *numbered(1))
    assert beyond_start(name, archive, 1, told.append) is None
    (line,) = told
    assert line.startswith(f"{name} is left out: benchmarks.archive_peers {name} ended with 1: ")
    assert line.endswith(f"ImportError: {module} wants its other half")


def test_an_archive_that_is_not_there_fails_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="none\\.warc\\.gz"):
        peer(ALONE, tmp_path / "none.warc.gz", 1)


def test_of_complaints_without_a_traceback_all_is_told() -> None:
    assert reason_in("one\ntwo\n") == "one two"
    assert reason_in("") == ""
