"""The rules of the house, for every file of the project."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import newscrawler
from tests.conftest import PROJECT_ROOT

LONGEST_MODULE = 350  # lines
LONGEST_FUNCTION = 40  # lines, its docstring included
RECORDS = Path("newscrawler/items.py")  # one table, which is not cut in two
SAYS_NOTHING = {"base", "common", "helpers", "manager", "misc", "tools", "utils"}
# Names are put together here, so that this file keeps the rule itself.
REGISTRIES = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
    ]
]
ONE_MACHINE = re.compile(r"(?<![\w./~>-])/(?:work|root|Users|tmp/w)\b")
# compression is Python's own from 3.14 on.
BUILT_IN = sys.stdlib_module_names | {"compression", "newscrawler"}
UNSAFE_MODULES = {"dill", "marshal", "pickle", "shelve"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__", "yaml.load", "yaml.unsafe_load"}
# What imports by a name, and where: the names are those of our own files and of our own settings.
IMPORTING_CALLS = {"import_module", "load_object", "run_path", "run_module", "find_spec"}
IMPORTS_BY_NAME = {
    Path("newscrawler/publishers/__init__.py"): {"import_module"},
    Path("newscrawler/outputs.py"): {"load_object"},
}

# Imports the modules named on its command line and fails where one of them acts on import.
IMPORT_QUIETLY = """
import importlib, os, sys

def refuse(event, args):
    writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
    if writes or event in ("os.mkdir", "socket.connect", "sqlite3.connect", "subprocess.Popen"):
        raise RuntimeError(f"{event}{args} on import")

sys.dont_write_bytecode = True
sys.addaudithook(refuse)
for module in sys.argv[1:]:
    importlib.import_module(module)
"""


def project_files() -> list[Path]:
    """Return the files under version control and those about to be; without git, all but caches."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, check=False, text=True)
    if listed.returncode == 0:
        names = [Path(name) for name in listed.stdout.split("\0") if name]
    else:
        names = [path.relative_to(PROJECT_ROOT) for path in PROJECT_ROOT.rglob("*")]
    return sorted(it for it in names if (PROJECT_ROOT / it).is_file() and not is_made(it))


def is_made(path: Path) -> bool:
    made = re.compile(r"\.venv|\.git|build|dist|__pycache__|\..*_cache|\.hypothesis|.*\.egg-info")
    return any(made.fullmatch(part) for part in path.parts)


FILES = project_files()
MODULES = [it for it in FILES if it.suffix == ".py" and it.parts[0] in ("newscrawler", "tests")]
SHIPPED = [path for path in MODULES if path.parts[0] == "newscrawler"]
NAMES = [it.name for it in pkgutil.walk_packages(newscrawler.__path__, "newscrawler.")]

each_module = pytest.mark.parametrize("module", MODULES, ids=str)
each_shipped = pytest.mark.parametrize("module", SHIPPED, ids=str)


def text_of(path: Path) -> str:
    return (PROJECT_ROOT / path).read_bytes().decode("utf-8", "replace")


def tree_of(module: Path) -> ast.Module:
    return ast.parse(text_of(module), filename=str(module))


def imported_names(module: Path) -> Iterator[str]:
    """Give all that a module imports with full names; relative imports are not used here."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def declared(*extras: str) -> list[Requirement]:
    project = tomllib.loads(text_of(Path("pyproject.toml")))["project"]
    groups = [project["dependencies"], *(project["optional-dependencies"][it] for it in extras)]
    return [Requirement(line) for group in groups for line in group]


@cache  # reading what is installed takes a tenth of a second
def distributions_of() -> Mapping[str, list[str]]:
    return packages_distributions()


def constraints() -> list[Requirement]:
    lines = text_of(Path("constraints.txt")).splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_no_file_names_a_registry() -> None:
    named = [(str(it), host) for it in FILES for host in REGISTRIES if host in text_of(it)]
    assert named == []


def test_no_file_names_a_path_of_one_machine() -> None:
    # The paths on saved pages are those of their sites.
    own = [it for it in FILES if it.parts[0] != "fixtures"]
    found = [(str(it), path) for it in own for path in ONE_MACHINE.findall(text_of(it))]
    assert found == []


@each_module
def test_a_module_says_what_it_is_for(module: Path) -> None:
    docstring = ast.get_docstring(tree_of(module)) or ""
    assert docstring.partition("\n\n")[0].endswith("."), "no sentence opens this module"


@each_module
def test_a_module_has_a_telling_name(module: Path) -> None:
    assert not SAYS_NOTHING & set(module.with_suffix("").parts)


@each_module
def test_a_function_can_be_read_in_one_go(module: Path) -> None:
    nodes = ast.walk(tree_of(module))
    functions = [it for it in nodes if isinstance(it, ast.FunctionDef | ast.AsyncFunctionDef)]
    lines = {it.name: (it.end_lineno or it.lineno) - it.lineno + 1 for it in functions}
    assert {name: count for name, count in lines.items() if count > LONGEST_FUNCTION} == {}


@each_shipped
def test_a_module_can_be_read_in_one_go(module: Path) -> None:
    lines = text_of(module).count("\n")
    assert lines <= LONGEST_MODULE or module == RECORDS


@each_shipped
def test_a_module_imports_only_what_is_public_and_safe(module: Path) -> None:
    names = list(imported_names(module))
    private = [it for it in names if it.startswith("scrapy") and re.search(r"\._(?!_)", it)]
    assert private == []
    assert not UNSAFE_MODULES & {name.partition(".")[0] for name in names}


@each_shipped
def test_a_module_runs_no_code_that_it_reads(module: Path) -> None:
    calls = [ast.unparse(it.func) for it in ast.walk(tree_of(module)) if isinstance(it, ast.Call)]
    assert not UNSAFE_CALLS & set(calls)


@each_shipped
def test_a_module_imports_nothing_by_a_name_that_it_reads(module: Path) -> None:
    calls = [ast.unparse(it.func) for it in ast.walk(tree_of(module)) if isinstance(it, ast.Call)]
    importing = IMPORTING_CALLS & {call.rpartition(".")[2] for call in calls}
    assert importing == IMPORTS_BY_NAME.get(module, set())


@each_shipped
def test_a_module_imports_only_declared_dependencies(module: Path) -> None:
    ours = {canonicalize_name(it.name) for it in declared("parquet")}
    origin = distributions_of()
    for name in {it.partition(".")[0] for it in imported_names(module)}:
        distributions = {canonicalize_name(it) for it in origin.get(name, [])}
        assert name in BUILT_IN or distributions & ours, name


@pytest.mark.parametrize("name", NAMES)
def test_no_class_overrides_what_is_private_to_scrapy(name: str) -> None:
    for _, ours in inspect.getmembers(importlib.import_module(name), inspect.isclass):
        if ours.__module__ != name:
            continue
        bases = [it for it in ours.__mro__ if it.__module__.partition(".")[0] == "scrapy"]
        private = {it for it in vars(ours) if re.match(r"_(?!_|abc_impl)", it)}
        assert not private & {it for base in bases for it in vars(base)}, ours


def test_nothing_happens_on_import() -> None:
    command = [sys.executable, "-B", "-W", "error", "-c", IMPORT_QUIETLY, *NAMES]
    run = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, check=False, text=True)
    assert run.returncode == 0, run.stderr


def test_constraints_are_exact_and_sorted() -> None:
    pins = constraints()
    assert [str(it) for it in pins if not re.fullmatch(r"==[\w.+]+", str(it.specifier))] == []
    assert [str(it) for it in pins if it.url or it.extras] == []
    names = [canonicalize_name(it.name) for it in pins]
    assert names == sorted(set(names))


@pytest.mark.parametrize("dependency", declared("dev"), ids=str)
def test_constraints_pin_each_dependency_within_its_range(dependency: Requirement) -> None:
    pins = {canonicalize_name(it.name): str(it.specifier).strip("=") for it in constraints()}
    assert dependency.specifier.contains(pins[canonicalize_name(dependency.name)])


@pytest.mark.parametrize("command", ["make crawl", "make test"])
def test_readme_shows(command: str) -> None:
    assert re.search(rf"^\s*(\$ )?{command}\b", text_of(Path("README.md")), re.MULTILINE)


def test_ci_runs_from_any_folder() -> None:
    script = PROJECT_ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
