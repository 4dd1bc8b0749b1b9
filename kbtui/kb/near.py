"""The neighbourhood of a problem: what it explains, what can be behind it, what its fixes are known to open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from kbtui.kb.knowledge import Knowledge

Kind = Literal["cause", "leads_to"]


class Edge(NamedTuple):
    """From a problem to a cause of it, or from a root cause to a problem that its fix opens."""

    start: str
    end: str
    kind: Kind


class Near(NamedTuple):
    """A part of the graph."""

    center: str
    nodes: list[str]
    """The center first, then by distance; parents stand before their causes within the graph's own order."""
    edges: list[Edge]
    left_out: int
    """How many more are as near as the last one, or one step further."""


def edges_of(knowledge: Knowledge, name: str) -> list[Edge]:
    """Every edge at a problem, those that go out first."""
    problem = knowledge.problems[name]
    out = [Edge(name, child, "cause") for child, _ in sorted(problem.causes, key=lambda c: -c[1])]
    out += [Edge(name, other, "leads_to") for other in knowledge.opens.get(name, ())]
    out += [Edge(parent, name, "cause") for parent in knowledge.parents[name]]
    out += [Edge(other, name, "leads_to") for other in knowledge.opened_by.get(name, ())]
    return out


def near(knowledge: Knowledge, center: str, most: int, weights: Mapping[str, float] | None = None) -> Near:
    """At most `most` problems around one, ring by ring; of a ring that does not fit whole, those of the greatest weight.

    `weights`: what counts as great, such as the belief that the truth lies on a path through a problem.
    KeyError where there is no such problem.
    """
    weights = weights or {}
    chosen: dict[str, None] = {center: None}
    ring, left_out = [center], 0
    while ring and not left_out:
        found: dict[str, None] = {}
        for name in ring:
            for edge in edges_of(knowledge, name):
                other = edge.end if edge.start == name else edge.start
                if other not in chosen:
                    found.setdefault(other)
        ordered = sorted(found, key=lambda n: -weights.get(n, 0.0))
        ring = ordered[: most - len(chosen)]
        left_out = len(ordered) - len(ring)
        chosen |= dict.fromkeys(ring)
    edges = {e for name in chosen for e in edges_of(knowledge, name) if e.start in chosen and e.end in chosen}
    order = {name: i for i, name in enumerate(knowledge.problems)}
    return Near(center, list(chosen), sorted(edges, key=lambda e: (order[e.start], order[e.end], e.kind)), left_out)
