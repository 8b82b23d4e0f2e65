"""A list of saved pages, one JSON object a line, read as it is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from newscrawler.normalise.urls import clean_url

# Bytes; a line may bear more about its page than is asked for, its text for instance.
MAX_LINE = 16 * 2**20


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page of a list; `url` is None where the list does not know it."""

    number: int
    """Of its line, from 1."""
    id: str
    url: str | None
    file: Path
    warning: str = ""
    """What is wrong with the line, and no reason to leave the page out."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that names no page."""

    number: int
    why: str


def read_page_list(path: Path) -> Iterator[ListedPage | BadLine]:
    """Give the pages of a list in its order; empty lines are passed over. Raises `OSError`."""
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), 1):
            if len(line) > MAX_LINE:
                yield BadLine(number, f"longer than {MAX_LINE // 2**20} MiB")
            elif line.strip():
                yield _read(number, line, path.parent)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Give each line, of one that is too long no more than its beginning."""
    while line := file.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE + 1)
        yield line


def _read(number: int, line: bytes, folder: Path) -> ListedPage | BadLine:
    try:
        stated = json.loads(line)
        if not isinstance(stated, dict):
            return BadLine(number, "no JSON object")
        url, warning = _address(stated.get("url"))
        return ListedPage(number, _id(stated), url, folder / _file(stated), warning)
    except RecursionError:
        return BadLine(number, "nested too deep")
    except json.JSONDecodeError as error:
        return BadLine(number, f"no JSON: {error}")
    except UnicodeDecodeError as error:
        return BadLine(number, f"no UTF-8: {error.reason} at byte {error.start}")
    except (ValueError, TypeError) as error:
        return BadLine(number, str(error))


def _id(stated: dict[str, Any]) -> str:
    value = stated.get("id")
    if not isinstance(value, str) or not value:
        raise TypeError(f"'id' has to be a text, not {_short(value)}")
    return value


def _file(stated: dict[str, Any]) -> PurePosixPath:
    """Return the file, which stands beside the list or below it."""
    value = stated.get("html")
    if not isinstance(value, str) or not value or "\0" in value:
        raise TypeError(f"'html' has to name a file, not {_short(value)}")
    name = PurePosixPath(value)
    if name.is_absolute() or ".." in name.parts:
        raise ValueError(f"'html' leads out of the list's folder: {_short(value)}")
    return name


def _address(value: Any) -> tuple[str | None, str]:
    """Return the address, or None and what is wrong with it."""
    if value in (None, ""):
        return None, ""
    if not isinstance(value, str):
        return None, f"'url' is no address: {_short(value)}"
    try:
        clean_url(value)
    except ValueError as error:
        return None, f"'url' is no address: {error}"
    return value, ""


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:79]}..."
