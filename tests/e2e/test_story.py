"""The journey that kbtui began with: each sentence finds its problem, and the problems lead on to each other."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kbtui.authoring.nodetest import rank
from kbtui.engine import Engine, Request

HERE = Path(__file__).parent
STORY = [
    ([s["problem"], *s.get("or", [])], said)
    for s in yaml.safe_load((HERE / "story.yaml").read_text())
    for said in s["said"]
]
SMELLS = yaml.safe_load((HERE / "smells.yaml").read_text())


@pytest.mark.parametrize(("problems", "said"), STORY)
def test_a_sentence_of_the_story_finds_its_problem(engine: Engine, problems, said):
    found = engine.diagnose(Request(text=said))
    if problems == ["burning-smell"]:
        assert [d.problem for d in found.at_once] == ["burning-smell"]
        return
    entries = [e.id for e in found.entry[:2]]
    placed = any(0 < rank(found, p) <= 2 or p in entries for p in problems)
    assert placed, [(c.id, c.probability) for c in found.causes[:4]]
    assert found.at_once == []


@pytest.mark.parametrize("said", SMELLS["dangerous"])
def test_a_burning_smell_comes_before_everything(engine: Engine, said):
    found = engine.diagnose(Request(text=said))
    assert found.at_once, [(c.id, c.probability) for c in found.causes[:3]]
    assert found.next.id == found.at_once[0].problem


@pytest.mark.parametrize("said", SMELLS["harmless"])
def test_what_only_sounds_like_it_raises_no_alarm(engine: Engine, said):
    assert engine.diagnose(Request(text=said)).at_once == []


def test_there_are_twenty_of_each():
    assert len(SMELLS["dangerous"]) >= 20 and len(SMELLS["harmless"]) >= 20
    assert len({p[0] for p, _ in STORY}) == 10
