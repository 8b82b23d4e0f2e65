"""Each promise of the threat model names tests, and each test that it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.conftest import PROJECT_ROOT

MODEL = (PROJECT_ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
SECURITY = (PROJECT_ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
SECTIONS = dict(re.findall(r"^## (\d+)\. (.+)$", MODEL, re.MULTILINE))
PROMISES = [
    line
    for line in MODEL.partition("## 6. ")[2].partition("## 7. ")[0].splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| promise |"))
]
# Of Scrapy, as far as they can touch a crawl.
ADVISORIES = {
    "CVE-2017-14158", "CVE-2021-41125", "GHSA-cjvr-mfj7-j4j8", "GHSA-mfjm-vh54-3f96",
    "GHSA-9x8m-2xpf-crp3", "CVE-2024-1892", "CVE-2024-3572", "CVE-2024-3574",
    "GHSA-4qqq-9vqf-3h3f", "GHSA-23j4-mw76-5v7h", "GHSA-jm3v-qxmh-hxwv", "CVE-2025-6176",
    "CVE-2026-105782", "CVE-2026-84366",
}  # fmt: skip


@cache
def functions_of(path: str) -> set[str]:
    file = PROJECT_ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    functions = [it for it in ast.walk(tree) if isinstance(it, ast.FunctionDef)]
    return {it.name for it in functions if it.name.startswith("test_")}


def test_the_model_has_the_parts_that_such_a_document_has() -> None:
    assert list(SECTIONS.values()) == [
        "Scope", "Adversaries", "Boundaries of trust", "Assets", "Assumptions", "Promises",
        "Not promised", "Known, and no finding", "Triage",
    ]  # fmt: skip
    assert len(PROMISES) > 25


@pytest.mark.parametrize("promise", PROMISES, ids=lambda line: line[2:50])
def test_a_promise_names_tests_that_are_there(promise: str) -> None:
    named = NAMED.findall(promise.rpartition(" | ")[2])
    assert named, "no test holds it"
    assert [f"{path}::{name}" for path, name in named if name not in functions_of(path)] == []
    assert "tests/" not in NAMED.sub("", promise), "a test is named in another form"


def test_every_advisory_has_a_test_that_names_it() -> None:
    text = (PROJECT_ROOT / "tests" / "test_advisories.py").read_text(encoding="utf-8")
    spelled = text.upper().replace("_", "-")
    assert {one for one in ADVISORIES if one.upper() not in spelled} == set()


def test_the_documents_lead_to_one_another() -> None:
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", SECURITY):
        assert (PROJECT_ROOT / link).is_file()
    assert "(../SECURITY.md)" in MODEL
    assert "docs/threat-model.md" in (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
