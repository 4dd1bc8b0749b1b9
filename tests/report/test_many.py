"""Many cases: counted, weighed, and nothing private in them."""

from __future__ import annotations

import time

import pytest

from kbtui.diagnosis import case
from kbtui.errors import InputError
from kbtui.report import many, many_page
from tests.report import story


@pytest.fixture
def cases(own_home):
    story.keep("20260101-100000-aaaaaa")
    solved = [(0, story.begin()), (1800, story.tried(story.CUDA, "helped"))]
    story.keep("20260102-100000-bbbbbb", solved)
    vain = [(0, story.begin()), (600, story.tried(story.SECURE, "did-not-help"))]
    story.keep("20260103-100000-cccccc", vain)
    story.keep(
        "20260104-100000-dddddd",
        [(0, story.begin("alice@gpu-box:~$ frobnicate\nfrobnicate: error: alice lost the flux"))],
    )
    (case.folder() / "20260105-100000-eeeeee.jsonl").write_bytes(b"torn")


def test_cases_are_counted_and_weighed(cases, engine):
    made = many.gather(engine, 0.0, zh=False)
    assert (made.cases, made.solved) == (4, 2)
    assert made.broke[0].problem.id == story.CUDA and made.broke[0].cases == 2
    assert made.cost[0].seconds == max(r.seconds for r in made.cost)
    assert {v.problem.id: v.tries for v in made.vain}[story.SECURE] == 2
    assert made.learn and made.learn == sorted(made.learn, key=lambda t: -t.weight)
    assert len(made.dark) >= 1


def test_what_is_right_behind_a_cause_weighs_twice_what_it_needs(own_home, engine):
    story.keep("20260101-100000-aaaaaa", [(0, story.begin()), (3600, story.tried(story.SECURE, "helped"))])
    weights = {t.concept.id: t.weight for t in many.gather(engine, 0.0, zh=False).learn}
    assert weights["kernel-module-signing"] == 1.0 and weights["kernel-module"] == 0.5


def test_only_what_began_since_then(cases, engine):
    assert many.gather(engine, time.time(), zh=False).cases == 0
    assert "No case" in many_page.markdown(many.gather(engine, time.time(), zh=False))


@pytest.mark.parametrize("zh", [False, True])
def test_nothing_private_in_either_format(cases, engine, zh):
    made = many.gather(engine, 0.0, zh=zh)
    for text in (many_page.html_page(made), many_page.markdown(made), repr(made)):
        assert not [p for p in story.PRIVATE if p in text]


@pytest.mark.parametrize("said", ["2026-01-01", "2026-01", "2026"])
def test_dates_are_days_months_or_years(said):
    assert time.localtime(many.day(said))[:3] == (2026, 1, 1)


def test_another_date_is_a_message():
    with pytest.raises(InputError, match="2026-01-01"):
        many.day("yesterday-ish")
