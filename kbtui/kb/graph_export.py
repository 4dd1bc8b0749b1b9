"""The graph for algorithms and drawings: the one place that imports networkx, inside its functions."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from kbtui.kb.knowledge import Knowledge

if TYPE_CHECKING:
    import networkx as nx


def to_networkx(knowledge: Knowledge, around: str | None = None, depth: int = 2) -> nx.DiGraph:
    """Causes as a directed graph, parent to cause; `leads_to` edges carry kind="leads_to" and may run in circles."""
    import networkx as nx

    graph = nx.DiGraph()
    for problem in knowledge.problems.values():
        graph.add_node(problem.id, title=problem.title, area=problem.area, has_fix=problem.has_fix)
    for problem in knowledge.problems.values():
        for child, share in problem.causes:
            graph.add_edge(problem.id, child, kind="cause", share=share)
        if problem.has_fix:
            for target in {t for fix in knowledge.problem(problem.id).fixes for t in fix.leads_to}:
                if target in graph and not graph.has_edge(problem.id, target):
                    graph.add_edge(problem.id, target, kind="leads_to")
    if around is None:
        return graph
    near = nx.single_source_shortest_path_length(graph.to_undirected(as_view=True), around, cutoff=depth)
    return graph.subgraph(near).copy()


def causes_only(knowledge: Knowledge) -> nx.DiGraph:
    """The acyclic part: causes alone."""
    import networkx as nx

    graph = to_networkx(knowledge)
    acyclic = nx.DiGraph()
    acyclic.add_nodes_from(graph.nodes(data=True))
    acyclic.add_edges_from((a, b, d) for a, b, d in graph.edges(data=True) if d["kind"] == "cause")
    return acyclic


def must_pass(knowledge: Knowledge, symptom: str) -> dict[str, str]:
    """For each problem below a symptom, the nearest problem that every path to it passes (its dominator): the one
    place where a single look rules the whole branch in or out."""
    import networkx as nx

    dominators = nx.immediate_dominators(causes_only(knowledge), symptom)
    return {node: over for node, over in dominators.items() if node != symptom}


def export(knowledge: Knowledge, form: str, around: str | None = None, depth: int = 2) -> str:
    """`form`: mermaid, dot or graphml."""
    import networkx as nx

    graph = to_networkx(knowledge, around, depth)
    if form == "graphml":
        buffer = io.BytesIO()
        nx.write_graphml(graph, buffer)
        return buffer.getvalue().decode()
    return _mermaid(graph) if form == "mermaid" else _dot(graph)


def _mermaid(graph: nx.DiGraph) -> str:
    lines = ["flowchart TD"]
    for name, data in sorted(graph.nodes(data=True)):
        title = data["title"].replace('"', "#quot;")
        lines.append(f'  {name}["{title}"]' if data["has_fix"] else f'  {name}(["{title}"])')
    for a, b, data in sorted(graph.edges(data=True), key=lambda e: e[:2]):
        lines.append(f"  {a} -.-> {b}" if data["kind"] == "leads_to" else f"  {a} --> {b}")
    return "\n".join(lines)


def _dot(graph: nx.DiGraph) -> str:
    lines = ["digraph kbtui {", "  node [shape=box];"]
    for name, data in sorted(graph.nodes(data=True)):
        title = data["title"].replace("\\", "\\\\").replace('"', '\\"')
        shape = "" if data["has_fix"] else ", shape=oval"
        lines.append(f'  "{name}" [label="{title}"{shape}];')
    for a, b, data in sorted(graph.edges(data=True), key=lambda e: e[:2]):
        lines.append(f'  "{a}" -> "{b}"' + (" [style=dashed]" if data["kind"] == "leads_to" else "") + ";")
    return "\n".join([*lines, "}"])
