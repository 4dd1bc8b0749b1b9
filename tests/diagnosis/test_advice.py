"""The advice: its rule on cases worked out by hand, and against the exact optimum."""

from __future__ import annotations

import pytest
from hypothesis import given

from kbtui.diagnosis.advice import SERVICE, FixCost, Look, likelihoods, next_step, repair_cost, yes_share
from kbtui.diagnosis.belief import Weight, infer
from tests.graphs import cases, problem

HUB = [problem("hub", [("a", 8), ("b", 8)]), problem("a", fix=True), problem("b", fix=True)]


def ask(graph, weights, tests, fixes, opened=frozenset()):
    def again(more=()):
        return infer(graph, {"hub": 1.0}, [*weights, *more], unknown=0.05)

    return next_step(again(), again, fixes, tests, opened)


def costs(**minutes: float) -> dict[str, FixCost]:
    return {name: FixCost(name, value) for name, value in minutes.items()}


def test_fixes_go_by_probability_over_cost():
    belief = infer(HUB, {"hub": 1.0}, [Weight("b", 2.0, "line:x")])
    assert repair_cost(belief, costs(a=10, b=10)).order == ["b", "a"]
    assert repair_cost(belief, costs(a=1, b=60)).order == ["a", "b"]


def test_the_cost_of_repair_by_hand():
    belief = infer([problem("a", fix=True), problem("b", fix=True)], {"a": 1.0, "b": 1.0}, [])
    # each end 0.3, unknown below 0.4: try one (10), then the other with what is left, then somebody else
    assert repair_cost(belief, costs(a=10, b=10)).cost == pytest.approx(10 + 0.7 * 10 + 0.4 * SERVICE)


def test_a_cheap_question_that_tells_two_dear_fixes_apart_comes_first():
    tell = Look("question", "q", 1.0, (Weight("a", 30, "answer:q"),), (Weight("a", 1 / 30, "answer:q"),))
    step = ask(HUB, [], [tell], costs(a=120, b=120))
    assert (step.kind, step.id) == ("question", "q") and step.cost < step.without


def test_a_question_that_costs_more_than_it_saves_is_not_asked():
    tell = Look("question", "q", 60.0, (Weight("a", 30, "answer:q"),), (Weight("a", 1 / 30, "answer:q"),))
    assert ask(HUB, [], [tell], costs(a=2, b=2)).kind == "fix"


def test_while_you_are_in_there():
    fixes = {"a": FixCost("a", 5, ("case-open",)), "b": FixCost("b", 5, ("case-open",)), "c": FixCost("c", 18)}
    graph = [problem("hub", [("a", 8), ("b", 3), ("c", 3)]), *(problem(n, fix=True) for n in "abc")]
    belief = infer(graph, {"hub": 1.0}, [])
    assert repair_cost(belief, fixes).order == ["a", "b", "c"]  # b is cheap once the case is open
    assert repair_cost(belief, {**fixes, "a": FixCost("a", 500)}).order[0] == "c"


def test_nothing_to_do_is_said():
    step = ask(HUB, [], [], {})
    assert (step.kind, step.id) == ("none", "")


@pytest.mark.parametrize(("yes", "no"), [(30, 1 / 6), (6, 1 / 6), (2, 1 / 1000), (1 / 6, 6), (30, 1.0), (1.0, 1 / 30)])
def test_likelihoods_are_chances_that_give_the_ratios_back(yes, no):
    a, b = likelihoods(yes, no)
    assert 0 < a < 1 and 0 < b < 1
    if yes != 1 and no != 1:
        assert a / b == pytest.approx(yes, rel=0.01)
        assert (1 - a) / (1 - b) == pytest.approx(no, rel=0.01) or a == 0.999


@given(cases())
def test_the_expected_cost_never_exceeds_fixing_blindly(case):
    graph, entries, weights = case

    def again(more=()):
        return infer(graph, entries, [*weights, *more], unknown=0.05)

    fixes = {p.id: FixCost(p.id, 7.0) for p in graph if p.has_fix}
    tests = [
        Look("question", "q", 2.0, (Weight(graph[0].id, 6, "answer:q"),), (Weight(graph[0].id, 1 / 6, "answer:q"),))
    ]
    step = next_step(again(), again, fixes, tests)
    assert step.cost <= step.without + 1e-9
    assert 0.02 <= yes_share(tests[0], again()) <= 0.98
