"""The drawing for other programs: Mermaid for a wiki, GraphML for a graph editor."""

from __future__ import annotations

from html import escape

from kbtui.report.model import Node, Report

_MERMAID = {"root": ":::root", "walked": ":::walked", "ruled_out": ":::out", "in_vain": ":::out"}
_STYLES = (
    "classDef root stroke-width:4px,font-weight:bold",
    "classDef walked stroke-width:3px",
    "classDef out stroke-dasharray:4 3,opacity:0.7",
)


def mermaid(nodes: list[Node]) -> str:
    """A flowchart, one line a node and an edge."""
    numbers = {node.key: f"n{n}" for n, node in enumerate(nodes)}
    lines = ["flowchart TD"]
    for node in nodes:
        said = node.problem.title + (f" ({node.note})" if node.note else "")
        lines.append(f'  {numbers[node.key]}["{_label(said)}"]{_MERMAID.get(node.state, "")}')
    for node in nodes:
        if node.parent in numbers:
            arrow = "==>" if node.state in ("walked", "root") else "-.->"
            lines.append(f"  {numbers[node.parent]} {arrow} {numbers[node.key]}")
    return "\n".join([*lines, *(f"  {s}" for s in _STYLES)])


def _label(text: str) -> str:
    out = text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    return out.replace("`", "#96;").replace("\n", " ")


def graphml(report: Report) -> str:
    """Every station with its title and what became of it, every line with its kind."""
    keys = ("title", "state", "note")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        *(f'  <key id="{k}" for="node" attr.name="{k}" attr.type="string"/>' for k in keys),
        f'  <graph id="{escape(report.case)}" edgedefault="directed">',
    ]
    for node in report.graph:
        lines.append(f'    <node id="{escape(node.key)}">')
        for key, value in (("title", node.problem.title), ("state", node.state), ("note", node.note)):
            lines.append(f'      <data key="{key}">{escape(value)}</data>')
        lines.append("    </node>")
    here = {node.key for node in report.graph}
    for node in report.graph:
        if node.parent in here:
            lines.append(f'    <edge source="{escape(node.parent)}" target="{escape(node.key)}"/>')
    return "\n".join([*lines, "  </graph>", "</graphml>"]) + "\n"
