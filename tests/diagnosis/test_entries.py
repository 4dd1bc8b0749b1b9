"""Where a case begins: signs by strength, words by how much they cover, facts little where a person complains."""

from __future__ import annotations

from kbtui.diagnosis import entries
from kbtui.diagnosis.entries import Matched
from kbtui.diagnosis.evidence import Observation
from kbtui.engine import Engine


def seen(kind: str, strength: str = "strongly", ratio: float = 30.0) -> Observation:
    return Observation(
        problem="nouveau-conflict", number=0, kind=kind, about="", truth=True, ratio=ratio, strength=strength,
        source="line:x", text="x", origin="line 1",
    )  # fmt: skip


def weight(engine: Engine, observations: list[Observation], words: list[Matched], *, with_text: bool = True) -> float:
    chosen = entries.choose(engine.knowledge, observations, words, with_text=with_text)
    return entries.weights(chosen).get("nouveau-conflict", 0.0)


def test_a_bare_word_says_less_than_a_message(engine):
    assert weight(engine, [seen("sign", "weakly", 2)], []) < weight(engine, [seen("sign")], []) == 1.0


def test_a_fact_is_the_whole_question_only_without_a_complaint(engine):
    assert weight(engine, [seen("condition")], []) < weight(engine, [seen("condition")], [], with_text=False)


def test_what_refutes_makes_no_entry(engine):
    assert weight(engine, [seen("sign", ratio=1 / 30)], []) == 0.0


def test_words_count_by_the_square_of_what_they_cover_and_not_below_the_floor(engine):
    half, whole = (weight(engine, [], [Matched("nouveau-conflict", score, "")]) for score in (0.5, 1.0))
    assert whole == 4 * half
    assert weight(engine, [], [Matched("nouveau-conflict", entries.WORD_FLOOR / 2, "")]) == 0.0


def test_the_heaviest_reason_stands(engine):
    words = [Matched("nouveau-conflict", 1.0, "said so")]
    chosen = entries.choose(engine.knowledge, [seen("sign")], words, with_text=True)
    assert [(e.weight, e.because) for e in chosen] == [(entries.WORD_WEIGHT, "said so")]


def test_what_only_widens_is_faint(engine):
    chosen = entries.choose(engine.knowledge, [seen("sign")], [], with_text=True)
    wider = entries.widen(engine.knowledge, chosen, [Matched("bad-xorg-conf", 0.02, "")])
    assert wider[1].id == "bad-xorg-conf" and wider[1].weight < 0.001
