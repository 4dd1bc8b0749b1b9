"""The graph for other programs: acyclic causes, dominators, and three forms that keep every node and edge."""

from __future__ import annotations

import io

import networkx as nx
import pytest

from kbtui.kb import graph_export
from kbtui.kb.build import compile_nodes
from kbtui.kb.knowledge import Knowledge
from kbtui.kb.nodes import Fix, Problem, Step
from tests.kb.test_build import nodes, problem

FIX = Fix(title="Repair it", steps=[Step(do="Repair it.")], verify="ask: Better?", leads_to=["a"])


@pytest.fixture
def knowledge() -> Knowledge:
    """a is explained by b or c, both by d; d's fix may lead back to a."""
    whole: dict[str, Problem] = {
        "a": problem(causes=[{"b": "often"}, {"c": "rarely"}]),
        "b": problem(causes=[{"d": "often"}]),
        "c": problem(causes=[{"d": "often"}]),
        "d": problem(fixes=[FIX]),
    }
    return Knowledge(compile_nodes(nodes(**whole), "", []))


def test_causes_are_acyclic_while_journeys_may_circle(knowledge):
    assert nx.is_directed_acyclic_graph(graph_export.causes_only(knowledge))
    assert graph_export.to_networkx(knowledge).edges["d", "a"]["kind"] == "leads_to"


def test_the_shipped_causes_are_acyclic(engine):
    assert nx.is_directed_acyclic_graph(graph_export.causes_only(engine.knowledge))


def test_what_every_path_passes(knowledge):
    assert graph_export.must_pass(knowledge, "a") == {"b": "a", "c": "a", "d": "a"}


def test_a_neighbourhood_ends_at_its_depth(knowledge):
    assert set(graph_export.to_networkx(knowledge, "b", depth=1)) == {"a", "b", "d"}


def test_graphml_reads_back(knowledge):
    text = graph_export.export(knowledge, "graphml")
    again = nx.read_graphml(io.BytesIO(text.encode()))
    assert set(again.edges) == {("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "a")}


def test_mermaid_and_dot_name_every_edge(knowledge):
    mermaid, dot = graph_export.export(knowledge, "mermaid"), graph_export.export(knowledge, "dot")
    for a, b in [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]:
        assert f"  {a} --> {b}" in mermaid and f'"{a}" -> "{b}";' in dot
    assert "  d -.-> a" in mermaid and '"d" -> "a" [style=dashed]' in dot
