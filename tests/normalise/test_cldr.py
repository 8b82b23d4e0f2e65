"""The shipped names are those that Babel has, and Babel itself is not read by a crawl."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from newscrawler.normalise.cldr import cldr

PRINTED = """import sys
from newscrawler.normalise import languages, months, places
from newscrawler.normalise.months import month_of
print(month_of("März", "de"), languages.language_tag("Deutsch"), places.is_place("Venezuela"))
print("babel" in sys.modules)
"""


@pytest.fixture(scope="module")
def made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cldr_made", Path(__file__).with_name("cldr.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_shipped_names_are_those_of_babel(made: ModuleType) -> None:
    if cldr()["source"] != made.SOURCE and not os.environ.get("CI"):
        pytest.skip(f"the file is of {cldr()['source']}, here is {made.SOURCE}")
    assert cldr() == made.cldr()


def test_the_names_are_read_without_babel() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PRINTED], capture_output=True, text=True, check=True
    )
    assert run.stdout == "3 de True\nFalse\n"
