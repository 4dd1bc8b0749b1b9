"""What real programs printed on a real GPU, each made to fail in one known way: its cause is found, and what works raises nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kbtui.diagnosis.result import CauseOut, Diagnosis
from kbtui.engine import Engine, Request

HERE = Path(__file__).parent
ERRORS = yaml.safe_load((HERE / "printed_errors.yaml").read_text())
WORKS = yaml.safe_load((HERE / "printed_healthy.yaml").read_text())
QUIET = 0.15
"""A cause below this is a doubt, not an alarm."""


def said(engine: Engine, text: str) -> Diagnosis:
    return engine.diagnose(Request(text=text, facts=[]))


def names(cause: CauseOut) -> set[str]:
    return {cause.id, *cause.path}


@pytest.mark.parametrize("name", ERRORS)
def test_the_cause_is_among_the_first_three(engine, name):
    found = said(engine, ERRORS[name]["text"]).causes[:3]
    assert any(names(c) & set(ERRORS[name]["causes"]) for c in found), [c.id for c in found]


def test_nearly_always_it_is_the_first(engine):
    first = [n for n, e in ERRORS.items() if names(said(engine, e["text"]).causes[0]) & set(e["causes"])]
    assert len(first) >= 0.95 * len(ERRORS), sorted(set(ERRORS) - set(first))


@pytest.mark.parametrize("name", WORKS)
def test_what_works_raises_nothing(engine, name):
    assert [(c.id, c.probability) for c in said(engine, WORKS[name]["text"]).causes if c.probability >= QUIET] == []
