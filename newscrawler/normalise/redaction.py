"""Take out of a text what only the server of an address is to know: passwords, keys, sessions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

REDACTED = "***"
# RFC 3986, section 3.2: what stands before the last @ of an authority, `\` being a slash to a
# browser. Escaped twice where an address is a parameter of another one.
_USER = re.compile(r"""((?:/|\\|%2[fF]){2})[^/?#\s"'<>\\]+@""")
_PARAMETER = re.compile(
    r"""([?&;\#] | %3[fF] | %26)
    ((?:[^=?&;\#\s"'<>%] | %(?!3[fFdD]|26)){1,200})
    (= | %3[dD])""",
    re.VERBOSE,
)
_VALUES = {
    "=": re.compile(r"""[^&;#\s"'<>]*"""),
    "%3D": re.compile(r"""(?:(?!%26|%23)[^&;#\s"'<>])*"""),
}
_SECRET = re.compile(
    r"""token | signature | session | passw | secret | credential | authori[sz] | api[-_.]?key
    | access[-_.]?key | private | bearer
    | (?:^|[-_.\[]) (?:key|sig|sid|auth|pass|pwd|jwt|otp|pin|hmac|ticket) (?:$|[-_.\]])""",
    re.IGNORECASE | re.VERBOSE,
)


def redacted(text: str) -> str:
    """Return text in which addresses have neither user and password nor secret parameters.

    A parameter is a secret by its name (`token`, `api_key`, `sig`, `session`, `password`, ...),
    which stays. Takes time in proportion to the text.
    """
    if "=" in text or "%3" in text:
        text = "".join(_without_values(text))
    return _USER.sub(rf"\1{REDACTED}@", text) if "@" in text else text


def redacted_throughout(value: Any) -> Any:
    """Return a copy of what JSON can hold, with every text `redacted`."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, list | tuple):
        return [redacted_throughout(one) for one in value]
    if isinstance(value, dict):
        return {key: redacted_throughout(one) for key, one in value.items()}
    return value


def _without_values(text: str) -> Iterator[str]:
    """Give the text in pieces; the address that is a parameter of another one is read as well."""
    at = 0
    for found in _PARAMETER.finditer(text):
        _, name, equals = found.groups()
        value = _VALUES[equals.upper()].match(text, found.end())
        if found.start() >= at and value and _SECRET.search(unquote(name)):
            yield text[at : found.end()]
            yield REDACTED
            at = value.end()
    yield text[at:]
