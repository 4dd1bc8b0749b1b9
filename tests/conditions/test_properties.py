"""Laws that hold for every condition over every machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbtui.conditions import UNKNOWN, Outcome, parse
from kbtui.machine.facts import Fact, Facts
from tests.conditions import reference
from tests.conditions.worlds import CARD, CONDITIONS, VALUES, machine, stories


def number(outcome: Outcome) -> float:
    return 0.5 if outcome.is_unknown else float(outcome.is_true)


def look(source: str, facts: Facts) -> tuple[object, ...]:
    """All of an outcome, without the order."""
    out = parse(source).evaluate(facts)
    return number(out), out.lacked, {(f.name, f.entity) for f in out.used}, set(out.members)


@given(CONDITIONS, stories())
def test_agrees_with_the_reference(source, story):
    facts = machine(*story)
    out = parse(source).evaluate(facts)
    assert (number(out), out.lacked) == reference.evaluate(source, facts)


@given(CONDITIONS, CONDITIONS, stories(), st.sampled_from(["and", "or"]))
def test_the_order_of_the_sides_is_irrelevant(one, other, story, word):
    if len(one) + len(other) < 480:
        facts = machine(*story)
        assert look(f"({one}) {word} ({other})", facts) == look(f"({other}) {word} ({one})", facts)


@given(CONDITIONS, stories(), st.randoms())
def test_the_order_in_which_facts_arrive_is_irrelevant(source, story, random):
    facts, cards, complete = story
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert look(source, machine(facts, cards, complete)) == look(source, machine(shuffled, cards, complete))


@given(CONDITIONS, stories(), st.data())
def test_learning_more_never_turns_a_known_outcome_round(source, story, data):
    facts, cards, complete = story
    before = parse(source).evaluate(machine(*story))
    known = {(f.name, f.entity) for f in facts if f.state != "unknown"}
    new_cards = 0 if complete else data.draw(st.integers(0, 2))
    keys = [(n, "") for n in VALUES] + [(n, str(i)) for i in range(cards + new_cards) for n in CARD]
    learnt = []
    for name, entity in keys:
        if (name, entity) not in known and data.draw(st.booleans()):
            state = data.draw(st.sampled_from(["known", "absent", "not_applicable"]))
            value = data.draw(st.sampled_from((VALUES | CARD)[name])) if state == "known" else None
            learnt.append(Fact(name=name, entity=entity, state=state, value=value))
    listed = complete or data.draw(st.booleans())
    after = parse(source).evaluate(machine(facts + learnt, cards + new_cards, listed))
    assert before.is_unknown or after.truth is before.truth


@given(CONDITIONS, stories())
def test_an_unknown_outcome_names_what_it_lacked_and_only_that(source, story):
    facts = machine(*story)
    condition = parse(source)
    out = condition.evaluate(facts)
    assert bool(out.lacked) is out.is_unknown
    assert {name for name, _ in out.lacked} <= condition.reads
    assert all(facts.get(name, entity).state == "unknown" for name, entity in out.lacked if "." in name)
    assert {f.name for f in out.used} <= condition.facts
    assert not (out.used and out.is_unknown)


@given(CONDITIONS, stories())
def test_with_everything_known_nothing_is_unknown(source, story):
    facts, cards, _ = story
    missing = [Fact(name=n, value=v[0]) for n, v in VALUES.items()]
    missing += [Fact(name=n, value=v[0], entity=str(i)) for i in range(cards) for n, v in CARD.items()]
    known = [f for f in facts if f.state != "unknown"]
    have = {(f.name, f.entity) for f in known}
    full = known + [f for f in missing if (f.name, f.entity) not in have]
    assert parse(source).evaluate(machine(full, cards, True)).truth is not UNKNOWN


@given(CONDITIONS, stories(), st.sampled_from(["text", 5, 2.5, True, ["a"], [1], None, "not a version"]))
def test_a_value_of_the_wrong_type_is_never_an_error(source, story, wrong):
    facts, cards, complete = story
    spoilt = [Fact(name=f.name, entity=f.entity, value=wrong) for f in facts]
    assert isinstance(parse(source).evaluate(machine(spoilt, cards, complete)), Outcome)


@pytest.mark.parametrize("value", [UNKNOWN, Outcome(True), Outcome(False), Outcome(UNKNOWN)])
def test_three_values_are_no_plain_truth_value(value):
    with pytest.raises(TypeError, match=r"unknown|three values"):
        bool(value)
