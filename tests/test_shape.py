"""The shape of the code, counted: file sizes, import circles, what a start pulls in, dependencies that are used."""

from __future__ import annotations

import ast
import json
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "kbtui").rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DISTRIBUTION_OF = {"yaml": "pyyaml", "re2": "google-re2", "pynvml": "nvidia-ml-py", "textual_serve": "textual-serve"}
BROUGHT_ALONG = {"aiohttp", "anyio"}  # by textual-serve and by mcp, whose servers are built of them
FOR_TYPES_ALONE = {"_typeshed"}  # the type checker's own stubs; nothing imports it at run time


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_files_are_small():
    sizes = {p.relative_to(ROOT).as_posix(): lines(p) for p in SOURCES if lines(p)}
    assert max(sizes.values()) <= 400, sorted(sizes.items(), key=lambda s: -s[1])[:3]
    assert statistics.median(sizes.values()) <= 120
    assert sorted(sizes.values())[int(len(sizes) * 0.9)] <= 250


def test_tests_are_small_too():
    big = {p.name: lines(p) for p in (ROOT / "tests").rglob("*.py") if lines(p) > 400}
    assert not big


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, top_only: bool) -> set[str]:
    tree = ast.parse(path.read_text())
    nodes = tree.body if top_only else list(ast.walk(tree))
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found.update(a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{a.name}" for a in node.names)
    return found


def test_no_import_circles():
    names = {module_name(p): p for p in SOURCES}
    needs = {n: {i for i in imports(p, top_only=True) if i in names and i != n} for n, p in names.items()}
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> None:
        assert name not in path, " -> ".join([*path, name])
        if name in done:
            return
        for other in needs[name]:
            if not name.startswith(other + "."):  # a package's own __init__ stands above its modules
                visit(other, [*path, name])
        done.add(name)

    for name in names:
        visit(name, [])


def loaded_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_engine_pulls_in_no_screen_and_nothing_heavy():
    heavy = {
        "textual",
        "rich",
        "networkx",
        "numpy",
        "pydantic",
        "asyncio",
        "yaml",
        "rapidfuzz",
        "sqlite3",
        "zstandard",
        "shtab",
    }
    assert not heavy & loaded_after("import kbtui.engine")


@pytest.mark.parametrize("command", ["diagnose", "search", "show", "facts", "case"])
def test_a_command_starts_without_what_it_does_not_need(command):
    loaded = loaded_after(f"import kbtui.cli, kbtui.commands.{command}")
    assert not {"textual", "networkx", "numpy", "yaml", "kbtui.authoring.lint"} & loaded


def test_a_warm_diagnosis_imports_nothing_that_it_has_no_use_for(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    code = "import kbtui.cli; kbtui.cli.main(['diagnose', '--no-live', 'X does not start', '--json'])"
    loaded_after(code)  # whatever had to be built is built now
    assert not {"typing_extensions", "inspect", "hashlib", "yaml", "subprocess"} & loaded_after(code)


def declared() -> set[str]:
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [
        *PROJECT["project"]["dependencies"],
        *(d for name in extras if name not in ("dev", "docs") for d in extras[name]),
    ]
    return {re.split(r"[<>=\[; ]", d)[0].lower() for d in wanted}


def test_every_dependency_is_used_and_every_import_declared():
    used = set()
    for path in SOURCES:
        for name in imports(path, top_only=False):
            top = name.split(".")[0]
            if top != "kbtui" and top not in sys.stdlib_module_names and top not in BROUGHT_ALONG | FOR_TYPES_ALONE:
                used.add(DISTRIBUTION_OF.get(top, top).lower())
    assert used == declared()


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text()
    block = text[text.index("\ndependencies = [") :]
    block = block[: block.index("\n]")].splitlines()[2:]
    for before, line in zip(["", *block], block, strict=False):
        if line.strip().startswith('"'):
            assert before.strip().startswith("#"), f"{line.strip()} has no reason above it"


def test_public_functions_and_classes_are_documented():
    missing = []
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        for node in [tree, *tree.body]:
            documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            name = getattr(node, "name", "module")
            if documented and not name.startswith("_") and lines(path) and not ast.get_docstring(node):
                missing.append(f"{path.name}:{name}")
    assert not missing


def test_a_warm_diagnosis_reads_no_yaml_and_imports_nothing_heavy(tmp_path):
    code = (
        "import contextlib, io, os\nfrom kbtui.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(['diagnose', '--no-live', 'the screen stays black after the driver install'])"
    )
    loaded_after(code)  # the first run builds the cache
    heavy = {"yaml", "networkx", "textual", "rich", "numpy", "shtab", "zstandard", "kbtui.kb.load", "kbtui.kb.yamltree"}
    assert not heavy & loaded_after(code)
