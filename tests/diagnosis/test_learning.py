"""Lessons: the concepts behind a path, each after what it needs."""

from __future__ import annotations

import pytest

from kbtui.diagnosis.learning import lessons, path_of
from kbtui.engine import Request


def test_prerequisites_come_first_and_say_what_for(engine):
    name = next(
        n for n in engine.knowledge.problems
        for c in engine.knowledge.problem(n).concepts
        if engine.knowledge.concept(c).requires
    )  # fmt: skip
    found = lessons(engine.knowledge, [name])
    place = {lesson.concept: i for i, lesson in enumerate(found)}
    for lesson in found:
        for needed in engine.knowledge.concept(lesson.concept).requires:
            assert place[needed] < place[lesson.concept]
        assert lesson.behind or lesson.before
    assert set(engine.knowledge.problem(name).concepts) <= set(place)


def test_nothing_to_learn_of_no_problem(engine):
    assert lessons(engine.knowledge, []) == []


@pytest.mark.parametrize("stack", [[], ["nvidia-module-not-loaded"]])
def test_the_open_path_goes_on_to_the_likeliest_cause(engine, stack):
    found = engine.diagnose(Request(text="the nvidia module is not loaded. Key was rejected by service"))
    path = path_of(stack, found)
    assert path[-1] == "secure-boot-unsigned-module" and path[: len(stack)] == stack


def test_a_stack_off_every_path_stands_alone(engine):
    found = engine.diagnose(Request(text="Key was rejected by service"))
    assert path_of(["cuda-out-of-memory"], found) == ["cuda-out-of-memory"]
