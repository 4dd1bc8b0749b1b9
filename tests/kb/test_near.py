"""The neighbourhood of a problem: ring by ring, every edge between what was chosen."""

from __future__ import annotations

import pytest

from kbtui.kb.near import Edge, edges_of, near


def test_the_center_comes_first_and_edges_stay_inside(engine):
    part = near(engine.knowledge, "nvidia-module-not-loaded", 20)
    assert part.nodes[0] == part.center == "nvidia-module-not-loaded" and len(part.nodes) == 20 == len(set(part.nodes))
    assert part.left_out > 0
    assert all(e.start in part.nodes and e.end in part.nodes for e in part.edges)
    for edge in part.edges:
        if edge.kind == "cause":
            assert edge.end in [c for c, _ in engine.knowledge.problems[edge.start].causes]


def test_what_weighs_more_is_chosen(engine):
    causes = [c for c, _ in engine.knowledge.problems["nvidia-module-not-loaded"].causes]
    part = near(engine.knowledge, "nvidia-module-not-loaded", 2, {causes[-1]: 0.9})
    assert part.nodes == ["nvidia-module-not-loaded", causes[-1]]


def test_a_fix_and_what_it_opens_are_linked_both_ways(engine):
    name, targets = next(iter(engine.knowledge.opens.items()))
    edge = Edge(name, targets[0], "leads_to")
    assert edge in edges_of(engine.knowledge, name) and edge in edges_of(engine.knowledge, targets[0])
    assert engine.leads_to(targets[0]) == sorted(engine.knowledge.opened_by[targets[0]])


def test_an_unknown_problem_is_refused(engine):
    with pytest.raises(KeyError):
        near(engine.knowledge, "no-such-problem", 5)
