"""The worst line is the verdict, and a margin grades itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbtui.planner.lines import WORST, Line, graded, verdict

STATES = list(WORST)


def line(state):
    return Line(area="buy", name=state, requirement="", value="", state=state, origin="")


@given(st.lists(st.sampled_from(STATES), min_size=1))
def test_the_verdict_is_the_worst_line(states):
    assert verdict(map(line, states)) == min(states, key=WORST.__getitem__)


def test_without_lines_nothing_is_known():
    assert verdict([]) == "unknown"


@given(st.integers(-500, 500), st.integers(0, 200), st.integers(1, 300))
def test_more_margin_is_never_worse(margin, tight, more):
    assert WORST[graded(margin + more, tight)] >= WORST[graded(margin, tight)]


@pytest.mark.parametrize(("margin", "state"), [(-1, "fails"), (0, "tight"), (9, "tight"), (10, "fine")])
def test_grades(margin, state):
    assert graded(margin, 10) == state
