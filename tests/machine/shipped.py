"""The shipped tables, read from their YAML once."""

from __future__ import annotations

import functools
from pathlib import Path

from kbtui.conditions import Tables
from kbtui.kb import check, yamltree
from kbtui.kb.nodes import Table

FOLDER = Path(__file__).resolve().parents[2] / "knowledge" / "tables"


@functools.cache
def table(name: str) -> Table:
    """One shipped table; AssertionError with its mistakes where it does not load."""
    tree, mistakes = yamltree.parse((FOLDER / f"{name}.yaml").read_text(), name)
    assert not mistakes, mistakes
    node, mistakes = check.to_node(tree, name)
    assert isinstance(node, Table), mistakes
    return node


@functools.cache
def tables() -> Tables:
    return Tables(table, [path.stem for path in FOLDER.glob("*.yaml")])
