"""No code outside the package of the recordings and its command asks whether a machine is one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "kbtui"
OWN = {ROOT / "commands" / "demo.py", *(ROOT / "demo").rglob("*.py")}
OTHERS = sorted(p for p in ROOT.rglob("*.py") if p not in OWN)
TELLTALE = ("demo", "recorded machine", "录制的机器", "recordings")


def decisions(tree: ast.AST) -> Iterator[ast.expr]:
    """Every expression that code decides by."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
            yield node.test
        elif isinstance(node, ast.comprehension):
            yield from node.ifs
        elif isinstance(node, ast.Compare | ast.BoolOp):
            yield node
        elif isinstance(node, ast.Match):
            yield node.subject
            yield from (p.value for case in node.cases for p in ast.walk(case.pattern) if isinstance(p, ast.MatchValue))
        elif isinstance(node, ast.Subscript):
            yield node.slice


def words(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def branches(tree: ast.AST) -> list[int]:
    """Lines where something is decided by a word that tells a recording from another machine."""
    found = (d for d in decisions(tree) if any(t in w.lower() for w in words(d) for t in TELLTALE))
    return sorted({d.lineno for d in found})


def imports(tree: ast.AST) -> list[int]:
    """Lines that import the package or its command."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            whole = [getattr(node, "module", None) or "", *(a.name for a in node.names)]
            lines += [node.lineno for name in whole if "demo" in name.split(".")]
    return lines


def test_nothing_else_knows_a_recording():
    trees = {p.relative_to(ROOT).as_posix(): ast.parse(p.read_text(encoding="utf-8")) for p in OTHERS}
    assert {name: lines for name, tree in trees.items() if (lines := branches(tree))} == {}
    assert {name: lines for name, tree in trees.items() if (lines := imports(tree))} == {}


@pytest.mark.parametrize(
    "code",
    [
        "if host.name.startswith('recorded machine'): pass",
        "x = 1 if demo else 2",
        "y = [h for h in hosts if not h.is_demo]",
        "match kind:\n    case 'demo': pass",
        "z = {'demo': 1}['demo']",
        "ok = host.kind == 'demo'",
        "while self._demo: pass",
    ],
)
def test_a_branch_would_be_seen(code: str):
    assert branches(ast.parse(code))


@pytest.mark.parametrize(
    "code", ["from kbtui import demo", "from kbtui.demo.source import Journey", "import kbtui.demo"]
)
def test_an_import_would_be_seen(code: str):
    assert imports(ast.parse(code))


def test_its_own_code_was_left_out_by_name():
    assert all(p.exists() for p in OWN) and len(OWN) == 3 and len(OTHERS) > 200
