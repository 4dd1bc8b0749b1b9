"""Nodes to the index: edges from both sides, circles cut, strengths as ratios, and the cache round trip."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kbtui.kb import stored
from kbtui.kb.build import compile_nodes, index_evidence, with_node
from kbtui.kb.costs import fix_cost
from kbtui.kb.knowledge import Knowledge
from kbtui.kb.load import Loaded
from kbtui.kb.nodes import Evidence, Fix, Problem, Step
from kbtui.kb.packs import Pack
from kbtui.kb.yamltree import Mapping, Mark

PACK = Pack("test", Path("/nowhere"))


def nodes(**problems: Problem) -> dict:
    return {
        ("problem", name): Loaded(name, node, PACK, f"problems/area/{name}.yaml", "h", Mapping(Mark(1, 1), []))
        for name, node in problems.items()
    }


def problem(**fields) -> Problem:
    return Problem(title="A title", summary="A summary.", **fields)


def test_an_edge_may_be_told_from_either_side():
    parent = compile_nodes(nodes(a=problem(causes=[{"b": "often"}]), b=problem()), "", [])
    child = compile_nodes(nodes(a=problem(), b=problem(cause_of=[{"a": "often"}])), "", [])
    assert parent.problems["a"].causes == child.problems["a"].causes == [("b", 8.0)]


def test_the_heavier_word_wins_where_both_sides_tell_it():
    built = compile_nodes(nodes(a=problem(causes=[{"b": "rarely"}]), b=problem(cause_of=[{"a": "often"}])), "", [])
    assert built.problems["a"].causes == [("b", 8.0)]


def test_parents_come_before_their_causes():
    built = compile_nodes(
        nodes(a=problem(), b=problem(causes=[{"a": "often"}]), c=problem(causes=[{"b": "often"}])), "", []
    )
    assert list(built.problems) == ["c", "b", "a"]


def test_a_circle_is_cut_and_reported():
    built = compile_nodes(nodes(a=problem(causes=[{"b": "often"}]), b=problem(causes=[{"a": "often"}])), "", [])
    assert "a -> b -> a" in built.mistakes[0].message
    assert sum(len(p.causes) for p in built.problems.values()) == 1


def test_an_unknown_cause_is_left_out_and_reported():
    built = compile_nodes(nodes(a=problem(causes=[{"nowhere": "often"}])), "", [])
    assert built.problems["a"].causes == [] and "'nowhere'" in built.mistakes[0].message


@pytest.mark.parametrize(
    ("evidence", "true", "false"),
    [
        (Evidence(sign="x", supports="weakly"), 2, 1),
        (Evidence(sign="x", supports="certainly"), 1000, 1),
        (Evidence(condition="x", refutes="clearly"), 1 / 6, 1),
        (Evidence(condition="x", refutes="certainly"), 0, 1),
        (Evidence(question="x", supports="strongly", otherwise="clearly"), 30, 1 / 6),
        (Evidence(question="x", supports="strongly", otherwise="certainly"), 30, 0),
        (Evidence(question="x", refutes="strongly", otherwise="weakly"), 1 / 30, 2),
    ],
)
def test_strengths_are_ratios(evidence, true, false):
    index = index_evidence(evidence)
    assert (index.true_ratio, index.false_ratio) == (pytest.approx(true), pytest.approx(false))


def test_a_cache_round_trip_keeps_everything(tmp_path):
    built = compile_nodes(nodes(a=problem(causes=[{"b": "often"}], aka=["it is"]), b=problem()), "stamp", [])
    with (tmp_path / "file").open("wb") as file:
        stored.write(built, file)
    again = stored.read(tmp_path / "file")
    assert again
    bodies = {kind: {name: bytes(body) for name, body in found.items()} for kind, found in built.bodies.items()}
    assert {kind: dict(found) for kind, found in again.bodies.items()} == bodies
    assert msgspec.structs.replace(again, bodies={}) == msgspec.structs.replace(built, bodies={})
    assert Knowledge(again).problem("a").aka == ["it is"]
    assert Knowledge(again).parents == {"a": [], "b": ["a"]}


def test_risk_and_harm_cost_minutes():
    plain = Fix(title="Fix it", steps=[Step(do="x")], verify="ask: ok?", minutes=10)
    assert fix_cost(plain) == 10
    for change in ({"risk": "data"}, {"hurts": "other users"}, {"destroys": ["logs"]}):
        assert fix_cost(msgspec.structs.replace(plain, **change)) > 10


def test_one_node_more_is_what_compiling_all_of_them_gives():
    new = problem(
        causes=[{"b": "sometimes"}],
        cause_of=[{"a": "often"}],
        evidence=[
            Evidence(sign="foodrv: failed", supports="clearly"),
            Evidence(condition="driver.installed", refutes="weakly"),
        ],
    )
    old = {"a": problem(causes=[{"b": "often"}]), "b": problem()}
    whole = compile_nodes(nodes(**old, new=new), "", [])
    added = with_node(compile_nodes(nodes(**old), "", []), nodes(new=new)["problem", "new"])
    assert [msgspec.to_builtins(p) for p in added.problems.values()] == [
        msgspec.to_builtins(p) for p in whole.problems.values()
    ]
    assert (added.by_fact, added.texts, added.signs, added.origins) == (
        whole.by_fact,
        whole.texts,
        whole.signs,
        whole.origins,
    )
    assert Knowledge(added).problem("new") == new


def test_a_new_edge_that_closes_a_circle_is_left_out():
    old = compile_nodes(nodes(a=problem(causes=[{"b": "often"}]), b=problem()), "", [])
    new = problem(causes=[{"a": "often"}], cause_of=[{"b": "often"}])
    added = with_node(old, nodes(new=new)["problem", "new"])
    edges = {p.id: [c for c, _ in p.causes] for p in added.problems.values()}
    assert sum(len(c) for c in edges.values()) == 2 and len(edges) == 3


@pytest.mark.parametrize("word", ["alpha", "beta", "GAMMA"])
def test_a_sign_is_found_by_every_text_of_its_first_clause(word):
    sign = Evidence(sign="(alpha|beta|gamma) failed at once", supports="clearly")
    built = compile_nodes(nodes(a=problem(), b=problem(evidence=[sign])), "", [])
    known = Knowledge(built)
    assert [(p.id, n) for p, n in known.signs_about(f"{word.lower()} failed at once")] == [("b", 0)]
    assert known.signs_about("something else") == []


def test_a_sign_without_a_clause_is_always_in_question():
    built = compile_nodes(nodes(a=problem(evidence=[Evidence(sign="[0-9][a-f]+", supports="clearly")])), "", [])
    assert [(p.id, n) for p, n in Knowledge(built).signs_about("anything")] == [("a", 0)]
