"""What a saved file cannot tell about its page, in a JSON file beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from newscrawler.archives.addresses import split_address
from newscrawler.archives.capture import (
    STATUS_CODES,
    TIME_FORMAT,
    ArchiveError,
    Headers,
    payload_headers,
)

SUFFIX = ".http.json"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The content of `<file name>.http.json`; every key may be missing."""

    url: str | None = None
    status: int = 200
    headers: Headers = ()
    retrieved_at: str | None = None
    rendered: str | None = None
    """How the browser ended with the page, where it is what scripts made of it."""
    failed: str | None = None
    """Why there was no answer, as the drops feed has it, with its detail."""
    detail: str | None = None

    def dumps(self) -> bytes:
        """Return the JSON form, one key a line, so that a difference reads well."""
        fields = {
            "url": self.url,
            "status": None if self.failed else self.status,
            "headers": None if self.failed else _grouped(self.headers),
            "retrieved_at": self.retrieved_at,
            "rendered": self.rendered,
            "failed": self.failed,
            "detail": self.detail,
        }
        stated = {name: value for name, value in fields.items() if value is not None}
        return (json.dumps(stated, indent=2) + "\n").encode()


def read_sidecar(path: Path) -> Sidecar:
    """Read a sidecar strictly: people write them, and a slip must not pass unseen.

    Raises `ArchiveError` naming the file and the key.
    """
    try:
        stated = _object(path.read_bytes())
        return Sidecar(**{key: _checked(key, value) for key, value in stated.items()})
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ArchiveError(f"{path}: {error}") from error


def _object(content: bytes) -> dict[str, Any]:
    stated = json.loads(content, object_pairs_hook=_without_repeats)
    if isinstance(stated, dict):
        return stated
    raise ValueError(f"must be a JSON object, not {stated!r}")


def _checked(key: str, value: Any) -> Any:
    if key not in _CHECKS:
        raise ValueError(f"{key!r} is not one of {', '.join(_CHECKS)}")
    try:
        return _CHECKS[key](value)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{key!r}: {error}") from error


def _url(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"must be an address, not {value!r}")
    split_address(value)
    return value


def _status(value: Any) -> int:
    if type(value) is not int or value not in STATUS_CODES:
        raise ValueError(f"must be a whole number from 100 to 599, not {value!r}")
    return value


def _time(value: Any) -> str:
    try:
        if datetime.strptime(value, TIME_FORMAT).strftime(TIME_FORMAT) == value:  # noqa: DTZ007, Z is UTC
            return str(value)
    except (ValueError, TypeError):
        pass
    raise ValueError(f"must be a time in UTC like 2019-01-27T18:17:27Z, not {value!r}")


def _rendered(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable() or not value.strip():
        raise TypeError(f"must say how the browser ended, as 'end', not {value!r}")
    return value


def _reason(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9_]{1,100}", value):
        raise TypeError(f"must be a reason as the drops feed has it, as 'timeout', not {value!r}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"must be a text, not {value!r}")
    return value


def _headers(value: Any) -> Headers:
    if not isinstance(value, dict):
        raise TypeError(f"must be an object of header names and values, not {value!r}")
    pairs = [(name, one) for name, values in value.items() for one in _values(name, values)]
    return payload_headers(tuple(pairs))


def _values(name: str, values: Any) -> list[str]:
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"{name!r} is no header name")
    listed = values if isinstance(values, list) else [values]
    for value in listed:
        if not isinstance(value, str) or re.search(r"[\0\r\n]", value):
            raise ValueError(f"{name} must be a text of one line, or a list of such, not {value!r}")
        value.encode("utf-8", "surrogateescape")
    return listed


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"{key!r} stands there twice")
    return dict(pairs)


def _grouped(headers: Headers) -> dict[str, str | list[str]]:
    names = dict.fromkeys(name for name, _ in headers)
    values = {name: [value for other, value in headers if other == name] for name in names}
    return {name: each if len(each) > 1 else each[0] for name, each in values.items()}


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "url": _url,
    "status": _status,
    "headers": _headers,
    "retrieved_at": _time,
    "rendered": _rendered,
    "failed": _reason,
    "detail": _text,
}
