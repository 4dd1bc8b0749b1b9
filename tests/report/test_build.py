"""What a report says of a walk: steps, branches, root causes, proof, theory, questions, prevention."""

from __future__ import annotations

import re

import pytest

from kbtui.errors import CaseError
from kbtui.kb.learned import fix_id
from kbtui.report import build, walk
from kbtui.report.words import EN, ZH, Words
from tests.report import story


def step(report, kind, nth=0):
    return [s for s in report.steps if s.kind == kind][nth]


def test_the_walk_is_told_as_it_was_with_its_times(english):
    kinds = [s.kind for s in english.steps]
    assert kinds[:5] == ["said", "looked", "dived", "dived", "dived"]
    assert len(kinds) == len(story.TWO_DIVES)
    assert [s.took for s in english.steps[:4]] == [0, 20, 70, 40]
    assert sum(s.took for s in english.steps) == english.seconds == story.TWO_DIVES[-1][0]
    assert [s.depth for s in english.steps[1:5]] == [0, 1, 2, 3]
    assert step(english, "climbed").depth == 2 and english.steps[-1].depth == 0


def test_a_long_pause_counts_two_hours(english):
    assert english.worked == english.seconds - (20000 - 3401) + walk.PAUSE


def test_the_picture_moves_with_what_was_seen(english):
    assert step(english, "said").effects[0].kind == "leads"
    assert any("secure_boot.enabled is true" in s for s in step(english, "looked").seen)
    assert any(e.kind == "unknown" for s in english.steps for e in s.effects)


def test_a_fix_that_helped_says_nothing_of_the_causes(english):
    helped = [s for s in english.steps if s.outcome == "helped"]
    assert len(helped) == 3 and not any(s.effects for s in helped)


def test_every_branch_has_its_end_and_its_reason(english):
    ends = {b.problem.id: b for b in english.branches}
    assert ends[story.MOK].state == ends[story.CUDA].state == "root"
    assert ends[story.SECURE].state == "reopened"
    assert ends["nvidia-module-version-magic-mismatch"].state == "in_vain"
    out = [b for b in english.branches if b.state == "ruled_out"]
    assert out and all(b.because and b.step for b in out)
    numbers = {s.number for s in english.steps}
    assert all(b.step in numbers for b in english.branches if b.step)


def test_both_root_causes_with_path_fix_and_proof(english):
    first, second = english.roots
    assert (first.problem.id, second.problem.id) == (story.MOK, story.CUDA)
    assert [p.id for p in first.path][-2:] == [story.SECURE, story.MOK]
    assert first.proof.by == "machine" and "mok_enrolled is true" in first.proof.what
    assert second.fix and second.proof.check == second.fix.verify == "cuda.toolkit.installed"
    assert english.outcome == "solved" and "2 troubles" in english.summary


def test_a_fix_whose_check_nobody_looked_at_stands_on_the_person_s_word(engine):
    told = [(0, story.begin()), (60, story.tried(story.SECURE, "helped"))]
    made = build.report(walk.replay(engine, "a", story.events(told)), zh=False)
    assert made.roots[0].proof.by == "person" and made.outcome == "solved"


def test_a_fix_that_did_not_hold_is_no_root_cause(engine):
    told = [
        (0, story.begin()),
        (9, story.tried(story.SECURE, "helped")),
        (20, story.tried(story.SECURE, "did-not-help")),
    ]
    walked = walk.replay(engine, "a", story.events(told))
    made = build.report(walked, zh=False)
    assert not made.roots and made.outcome != "solved" and walked.state.solved_by == ""


def test_more_that_is_seen_after_a_fix_opens_the_case_again(engine):
    told = [(0, story.begin()), (60, story.tried(story.SECURE, "helped")), (90, {"kind": "text", "text": story.SECOND})]
    made = build.report(walk.replay(engine, "a", story.events(told)), zh=False)
    assert made.roots and made.outcome != "solved" and "not solved" in made.summary


def test_theory_stands_in_reading_order(english, engine):
    order = [le.problem.id for le in english.lessons]
    assert "kernel-module-signing" in order
    for name in order:
        assert all(order.index(n) < order.index(name) for n in engine.knowledge.concept(name).requires if n in order)
    assert any(le.see for le in english.lessons)


def test_three_questions_with_answers(english, chinese):
    for report in (english, chinese):
        assert len({q.ask for q in report.questions}) == 3 and all(q.answer for q in report.questions)


def test_prevention_begins_with_what_was_false_from_the_start(english):
    first = english.prevention[0]
    assert first.then == "false" and first.condition == "driver.module_loaded"
    assert (first.command, first.plan) == ("kbtui check gpu-usable", "kbtui plan gpu-usable")


def test_the_tree_hangs_together(english):
    keys = [n.key for n in english.graph]
    assert len(set(keys)) == len(keys)
    for n in english.graph:
        assert not n.parent or keys.index(n.parent) < keys.index(n.key)
    assert [n.number for n in english.graph if n.state == "root"] == [1, 2]
    assert {"walked", "root", "in_vain", "ruled_out"} <= {n.state for n in english.graph}


def test_a_case_that_nothing_explains_says_so(engine):
    made = build.report(walk.replay(engine, "a", story.events([(0, story.begin("zzgrblfx quuxly"))])), zh=False)
    assert made.outcome == "unknown" and "Nothing that is known" in made.summary and not made.roots


def test_a_cause_that_the_knowledge_has_lost_is_no_crash(engine):
    told = [
        (0, story.begin()),
        (9, story.tried("was-renamed", "helped")),
        (10, {"kind": "found", "knowledge": "old", "causes": ["was-renamed"]}),
    ]
    made = build.report(walk.replay(engine, "a", story.events(told)), zh=False)
    assert not made.roots and any("was-renamed" in n for n in made.notes)


def test_a_journal_without_a_beginning_is_a_message(engine):
    with pytest.raises(CaseError, match="no readable beginning"):
        walk.replay(engine, "a", story.events(story.TWO_DIVES[1:]))


def test_both_languages_say_the_same_things(english, chinese):
    assert EN.keys() == ZH.keys()
    for key in EN:
        assert set(re.findall(r"{\w+}", EN[key])) == set(re.findall(r"{\w+}", ZH[key])), key
    assert [s.kind for s in english.steps] == [s.kind for s in chinese.steps]
    assert "显卡" in chinese.title and chinese.roots[0].fix.title != english.roots[0].fix.title


@pytest.mark.parametrize(("seconds", "said"), [(5, "5 s"), (600, "10 min"), (3660, "1 h 1 min"), (190000, "2 d 4 h")])
def test_durations_read_naturally(seconds, said):
    assert Words(False).time(seconds) == said


def test_the_fix_that_was_taken_is_the_one_that_is_told(engine):
    fixes = engine.knowledge.problem(story.SECURE).fixes
    event = {**story.tried(story.SECURE, "helped"), "fix": fix_id(fixes[1].title)}
    made = build.report(walk.replay(engine, "a", story.events([(0, story.begin()), (60, event)])), zh=False)
    assert made.roots[0].fix.title == fixes[1].title and step(made, "tried").seen == [fixes[1].title]


def test_a_look_that_nobody_complained_before_says_so(engine):
    made = build.report(walk.replay(engine, "a", story.events([(0, story.begin("")), (5, story.look({}))])), zh=False)
    assert made.outcome == "fine" and "nothing is wrong" in made.summary and not made.roots


def test_the_picture_of_an_open_case_leads_to_what_is_likeliest(engine):
    made = build.report(
        walk.replay(engine, "a", story.events([(0, story.begin()), (5, story.look(story.SICK))])), zh=False
    )
    left = max((b for b in made.branches if b.state == "open"), key=lambda b: b.share)
    way = [p.id for p in left.path]
    walked = [n.problem.id for n in made.graph if n.state == "walked"]
    assert walked == way[: len(walked)] and left.problem.title in {
        q.ask.split("“")[-1].split("”")[0] for q in made.questions
    }


def test_a_look_at_a_recording_is_a_look(engine):
    seen = story.look(story.SICK)
    for fact in seen["facts"]:
        fact["kind"] = "bundle"
    made = build.report(walk.replay(engine, "a", story.events([(0, story.begin()), (5, seen)])), zh=False)
    assert f"{len(seen['facts'])} facts" in step(made, "looked").title and step(made, "looked").seen
