import pytest

from kbtui.machine.facts import Facts
from kbtui.machine.given import fact_from
from kbtui.planner.make import Ask, make


@pytest.fixture(scope="session")
def tables(engine):
    return engine.tables


@pytest.fixture
def plan(engine):
    """A plan for what is stated, on no machine."""

    def planned(goal="train-pytorch", *sets, **more):
        facts = Facts([fact_from(*s.split("=", 1), "--set") for s in sets])
        return make(Ask(goal=goal, facts=facts, today="2026-11", **more), engine.knowledge, engine.tables)

    return planned
