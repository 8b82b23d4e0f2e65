"""Names of months, languages and places, as the Unicode CLDR has them.

They are read from a file, because Babel, which it is made from, keeps 70 MiB for the names of
the months alone, in each process that reads pages.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def cldr() -> dict[str, Any]:
    """Return `cldr.json`, which `python -m tests.normalise.cldr` makes."""
    stated: dict[str, Any] = json.loads(
        files(__package__).joinpath("cldr.json").read_text(encoding="utf-8")
    )
    return stated
