"""The laws of belief, and an independent implementation that lists every path."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbtui.diagnosis.belief import Weight, deeper, infer, stronger
from kbtui.kb.knowledge import ProblemIndex
from kbtui.kb.nodes import OWN_SHARE, UNKNOWN_SHARE
from tests.graphs import cases, problem


def by_listing_paths(
    graph: list[ProblemIndex], entries: dict[str, float], weights: list[Weight], unknown: float, no_fault: float
) -> dict[str, float]:
    """The same thing, slow and obvious: every path from every entry, each source once."""
    index = {p.id: p for p in graph}
    mass: dict[str, float] = {"?": unknown, "ok": no_fault}

    def factor(path: list[str]) -> float:
        best: dict[str, float] = {}
        for name in path:
            mine: dict[str, float] = {}
            for weight in weights:
                if weight.problem == name:
                    mine[weight.source] = stronger(mine.get(weight.source, 1.0), weight.ratio)
            for source, ratio in mine.items():
                best[source] = deeper(best.get(source, 1.0), ratio)
        return math.prod(best.values())

    def walk(path: list[str], share: float) -> None:
        node = index[path[-1]]
        total = sum(s for _, s in node.causes) + UNKNOWN_SHARE + (OWN_SHARE if node.has_fix else 0)
        here = share * factor(path)
        if node.has_fix:
            mass["end:" + node.id] = mass.get("end:" + node.id, 0) + here * OWN_SHARE / total
        mass["below:" + node.id] = mass.get("below:" + node.id, 0) + here * UNKNOWN_SHARE / total
        for child, s in node.causes:
            walk([*path, child], share * s / total)

    for name, weight in entries.items():
        walk([name], weight)
    whole = sum(mass.values())
    return {k: v / whole for k, v in mass.items()} if whole else {}


def same_sign(weights: list[Weight]) -> list[Weight]:
    """Two uses of one source that are equally strong and opposite have no strongest one: leave the second out."""
    seen: dict[tuple[str, float], float] = {}
    out = []
    for w in weights:
        key = (w.source, round(abs(math.log(w.ratio)), 9) if w.ratio else math.inf)
        if seen.setdefault(key, w.ratio) == w.ratio:
            out.append(w)
    return out


@given(cases(), st.floats(0.01, 2), st.floats(0, 2))
def test_equals_the_listing_of_all_paths(case, unknown, no_fault):
    graph, entries, weights = case
    weights = same_sign(weights)
    found = infer(graph, entries, weights, unknown=unknown, no_fault=no_fault)
    wanted = by_listing_paths(graph, entries, weights, unknown, no_fault)
    for name, p in found.ends.items():
        assert p == pytest.approx(wanted["end:" + name], rel=1e-9, abs=1e-12)
    for name, p in found.unknown_below.items():
        assert p == pytest.approx(wanted["below:" + name], rel=1e-9, abs=1e-12)
    assert found.unknown == pytest.approx(wanted["?"])


@given(cases(), st.floats(0.01, 2), st.floats(0, 2))
def test_ends_unknown_and_no_fault_sum_to_one(case, unknown, no_fault):
    found = infer(*case, unknown=unknown, no_fault=no_fault)
    assert sum(found.ends.values()) + found.unknown_share + found.no_fault == pytest.approx(1)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(case, chance: random.Random):
    graph, entries, weights = case
    weights = same_sign(weights)
    shuffled = list(weights)
    chance.shuffle(shuffled)
    assert infer(graph, entries, weights, unknown=0.1).ends == pytest.approx(
        infer(graph, entries, shuffled, unknown=0.1).ends
    )


@given(cases())
def test_an_observation_that_says_nothing_changes_nothing(case):
    graph, entries, weights = case
    more = [*weights, Weight(graph[0].id, 1.0, "answer:don't know")]
    assert infer(graph, entries, more, unknown=0.1).ends == pytest.approx(
        infer(graph, entries, weights, unknown=0.1).ends
    )


@given(cases(), st.integers(0, 6))
def test_pruning_holds_until_it_is_withdrawn(case, which):
    graph, entries, weights = case
    weights = [w for w in weights if w.ratio > 0]
    victim = graph[which % len(graph)].id
    pruned = infer(graph, entries, [*weights, Weight(victim, 0.0, "facts:prune")], unknown=0.1)
    assert pruned.ends.get(victim, 0.0) == 0
    assert pruned.through.get(victim, 0.0) == 0
    more = infer(
        graph,
        entries,
        [*weights, Weight(victim, 0.0, "facts:prune"), Weight(victim, 1000.0, "line:later")],
        unknown=0.1,
    )
    assert more.ends.get(victim, 0.0) == 0, "no support brings a pruned problem back"
    assert infer(graph, entries, weights, unknown=0.1).ends.get(victim, 0.0) == pytest.approx(
        by_listing_paths(graph, entries, same_sign(weights), 0.1, 0).get("end:" + victim, 0.0)
    ) or len(same_sign(weights)) != len(weights)


@given(cases())
def test_through_is_at_least_what_ends_there(case):
    graph, entries, weights = case
    found = infer(graph, entries, weights, unknown=0.1)
    for name, p in found.ends.items():
        assert found.through[name] >= p * 0.999999


def test_a_cause_reached_another_way_stays():
    graph = [problem("a", [("c", 8)]), problem("b", [("c", 8)]), problem("c", fix=True)]
    found = infer(graph, {"a": 1, "b": 1}, [Weight("a", 0.0, "facts:x")], unknown=0.1)
    assert found.ends["c"] > 0.3
    assert found.paths["c"][0] == ["b", "c"]


def test_a_rare_only_cause_stays_mostly_unknown():
    graph = [problem("a", [("c", 1)]), problem("c", fix=True)]
    found = infer(graph, {"a": 1}, [])
    assert found.unknown_share > 0.5 > found.ends["c"]


def test_a_closed_end_is_renormalised_away():
    graph = [problem("a", [("b", 8), ("c", 3)]), problem("b", fix=True), problem("c", fix=True)]
    before = infer(graph, {"a": 1}, [])
    after = infer(graph, {"a": 1}, [], closed=frozenset({"b"}))
    assert "b" not in after.ends and after.ends["c"] > before.ends["c"]


def test_the_heaviest_path_comes_first_and_the_others_are_named():
    graph = [
        problem("a", [("b", 8), ("c", 1)]),
        problem("b", [("d", 8)]),
        problem("c", [("d", 8)]),
        problem("d", fix=True),
    ]
    found = infer(graph, {"a": 1}, [])
    assert found.paths["d"] == [["a", "b", "d"], ["a", "c", "d"]]
    heavier = infer(graph, {"a": 1}, [Weight("c", 1000.0, "line:x")])
    assert heavier.paths["d"][0] == ["a", "c", "d"]


def test_one_line_counts_once_on_a_path_in_its_strongest_use():
    graph = [problem("a", [("b", 8)]), problem("b", fix=True)]
    one = infer(graph, {"a": 1}, [Weight("b", 30, "line:x")], unknown=1)
    both = infer(graph, {"a": 1}, [Weight("a", 6, "line:x"), Weight("b", 30, "line:x")], unknown=1)
    two = infer(graph, {"a": 1}, [Weight("a", 6, "line:y"), Weight("b", 30, "line:x")], unknown=1)
    assert both.ends["b"] / both.unknown == pytest.approx(one.ends["b"] / one.unknown)
    assert two.ends["b"] / two.unknown == pytest.approx(6 * one.ends["b"] / one.unknown)


def test_a_cause_that_a_fact_refutes_does_not_live_on_what_the_fact_says_of_its_parent():
    graph = [
        problem("hub", [("pending", 3.0), ("failed", 3.0)]),
        problem("pending", fix=True),
        problem("failed", fix=True),
    ]
    fact = [Weight("hub", 30.0, "facts:remap_failed"), Weight("pending", 1 / 30, "facts:remap_failed")]
    found = infer(graph, {"hub": 1.0}, fact, unknown=1.0)
    assert found.ends["pending"] < 0.01 < 0.3 < found.ends["failed"]


@given(cases())
def test_only_the_ends_are_the_same_ends(case):
    whole, ends = infer(*case, unknown=0.1), infer(*case, unknown=0.1, only_ends=True)
    assert (ends.ends, ends.unknown_below, ends.unknown) == (whole.ends, whole.unknown_below, whole.unknown)
    assert not ends.through and not ends.paths
