"""The ordinary engine finds each stage's true cause, each verified fix opens onto the next machine, the last is healthy."""

from __future__ import annotations

import pytest

from kbtui import conditions, demo
from kbtui.demo.source import Journey, machine
from kbtui.diagnosis.render import fixes
from kbtui.engine import Engine, Request
from kbtui.errors import InputError
from kbtui.machine.derive import derive
from tests.demo.conftest import seen

LAST = len(demo.stages())
WELL = {"no-cuda", "small-card"}
"""Stages where the machine by itself is in order: only what the person wants of it is lacking."""
LED = {"no-driver", "no-x", "secure-boot", "new-driver"}
"""Stages that a fix of the stage before is known to open; the others follow from what the person does next."""


@pytest.mark.parametrize("zh", [False, True], ids=["en", "zh"])
def test_the_true_cause_is_first(engine: Engine, number: int, zh: bool):
    journey = Journey(number, zh=zh)
    if number == LAST:
        assert journey.text() == ""
        return
    found = engine.diagnose(Request(text=journey.text(), look=seen(number), machine=journey.name))
    first = found.causes[0]
    assert first.id in journey.stage.causes, [(c.id, c.probability) for c in found.causes[:4]]
    assert first.status == "confirmed" or first.probability > 1.2 * max(
        c.probability for c in found.causes if c.id not in journey.stage.causes
    )
    assert found.healthy is (journey.stage.id in WELL)
    assert [d.problem for d in found.at_once] == ([journey.stage.at_once] if journey.stage.at_once else [])
    assert found.next.kind != "none"
    assert found.machine == journey.name


def test_the_last_machine_is_healthy(engine: Engine):
    found = engine.diagnose(Request(look=seen(LAST), goals=[], machine=machine(LAST).name))
    assert found.healthy is True and found.next.kind == "none" and found.at_once == []


def test_the_others_are_not(engine: Engine):
    sick = [n for n in range(1, LAST) if not engine.diagnose(Request(look=seen(n), goals=[])).healthy]
    assert len(sick) >= LAST - 3  # a lacking toolkit or a small card is only a fault where somebody wants more


def test_the_next_machine_answers_the_check(engine: Engine, number: int):
    if number == LAST:
        return
    stage = demo.stages()[number - 1]
    before, after = (derive(seen(n).facts, engine.tables) for n in (number, number + 1))
    checks = [fix.verify for fix in fixes(engine.knowledge.problem(stage.causes[0]), before, engine.tables)]
    said = [conditions.parse(c).evaluate(after, engine.tables) for c in checks if not c.startswith("ask:")]
    assert any(outcome.is_true for outcome in said) or any(c.startswith("ask:") for c in checks), checks
    for check in (c for c in checks if not c.startswith("ask:")):
        assert not conditions.parse(check).evaluate(before, engine.tables).is_true, check


def test_fixes_are_known_to_open_the_next_stage(engine: Engine):
    led = set()
    for stage, after in zip(demo.stages(), demo.stages()[1:], strict=False):
        opened = {p for cause in stage.causes for fix in engine.knowledge.problem(cause).fixes for p in fix.leads_to}
        if opened.intersection(after.causes):
            led.add(after.id)
    assert led >= LED


def test_only_the_true_cause_moves_the_story(number: int):
    journey = Journey(number)
    name = journey.host().name
    assert not journey.fixed("bad-system-ram") and journey.host().name == name
    for cause in journey.stage.causes[:1]:
        assert journey.fixed(cause) and journey.number == number + 1
        assert journey.host().name != name and journey.news().startswith(demo.stages()[number - 1].then)
    if number == LAST:
        assert not journey.fixed("") and journey.number == LAST


def test_a_stage_is_named_by_number_or_name():
    assert [demo.number_of(w) for w in ("", "1", "10", "no-x", "healthy")] == [1, 1, 10, 3, 10]
    for wrong in ("0", "11", "-1", "nonsense", "１２"):
        with pytest.raises(InputError, match="no-x"):
            demo.number_of(wrong)


def test_every_stage_speaks_both_languages(number: int):
    stage = demo.stages()[number - 1]
    for field in ("title", "sees", "types", "then"):
        english, chinese = getattr(stage, field), getattr(stage.zh, field)
        assert bool(english) == bool(chinese)
        assert not any("\u4e00" <= c <= "\u9fff" for c in english)
        assert not chinese or any("\u4e00" <= c <= "\u9fff" for c in chinese)
