"""What one node's rules need to know of all others: which ids there are."""

from __future__ import annotations

from typing import NamedTuple

from kbtui import conditions
from kbtui.authoring.place import Path, Report
from kbtui.errors import ConditionError
from kbtui.kb.build import Nodes
from kbtui.kb.nodes import KINDS, Problem, Table, edges


class World(NamedTuple):
    """The merged nodes, as rules look things up."""

    ids: dict[str, list[str]]
    """kind to ids"""
    explained: frozenset[str]
    """Problems that somebody else names as their parent (`cause_of`)."""
    tables: conditions.Tables


def survey(nodes: Nodes) -> World:
    """The world of these nodes."""
    ids: dict[str, list[str]] = {k: [] for k in KINDS}
    for kind, name in nodes:
        ids[kind].append(name)
    explained = {
        parent
        for loaded in nodes.values()
        if isinstance(loaded.node, Problem)
        for parent, _ in edges(loaded.node.cause_of)
    }
    tables = {name: loaded.node for (kind, name), loaded in nodes.items() if isinstance(loaded.node, Table)}
    return World(ids, frozenset(explained), conditions.Tables(tables.__getitem__, list(tables)))


def check_condition(report: Report, path: Path, source: str, world: World) -> conditions.Condition | None:
    """Parse and type-check; reports with the column of the fault."""
    try:
        return conditions.parse(source, tables=world.tables)
    except ConditionError as error:
        report.no(path, str(error), offset=error.column)
        return None
