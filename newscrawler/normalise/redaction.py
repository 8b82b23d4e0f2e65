"""Take out of a text what only the server of an address is to know: passwords, keys, sessions."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

REDACTED = "***"
# RFC 3986, section 3.2: what stands before the last @ of an authority, `\` being a slash to a
# browser. Escaped twice where an address is a parameter of another one.
_USER = re.compile(r"""((?:/|\\|%2[fF]){2})[^/?#\s"'<>\\]*@""")
_PARAMETER = re.compile(
    r"""([?&;\#] | %3[fF] | %26)
    ((?:[^=?&;\#\s"'<>%] | %(?!3[fFdD]|26)){1,200})
    (= | %3[dD]) [^&;\#\s"'<>]*""",
    re.VERBOSE,
)
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
        text = _PARAMETER.sub(_without_value, text)
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


def _without_value(match: re.Match[str]) -> str:
    mark, name, equals = match.groups()
    is_secret = _SECRET.search(unquote(name))
    return f"{mark}{name}{equals}{REDACTED}" if is_secret else match[0]
