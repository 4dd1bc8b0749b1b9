"""What a person denies or supposes is heard, and weighs little; logs are left alone."""

from __future__ import annotations

import pytest

from kbtui.diagnosis import evidence, voice
from kbtui.engine import Engine, Request


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("The screen is black. I already checked the cable.", "I already checked the cable."),
        ("Xid 79 in the log. It must be the PCIe slot.", "It must be the PCIe slot."),
        ("nvidia-smi hangs, but the driver is definitely installed", "but the driver is definitely installed"),
        ("训练时重启。估计是电源的问题。", "估计是电源的问题。"),
        ("黑屏。驱动肯定没问题。", "驱动肯定没问题。"),
    ],
)
def test_denial_and_theory_are_set_apart(text, doubted):
    said = voice.listen(text)
    assert doubted in said.doubted and doubted not in said.seen and said.seen.strip()


def test_what_is_only_a_theory_is_still_all_there_is():
    assert voice.listen("must be the power supply").seen == "must be the power supply"


def test_a_trigger_and_a_comparison_count_whole():
    text = "since the update no GPU. It works on the other box."
    assert voice.listen(text).doubted == ""


def test_lines_that_hold_nothing_but_doubt_are_numbered():
    assert voice.listen("black screen\nI think it is the cable\nfans spin").doubted_lines == {2}


def test_a_log_is_left_whole():
    log = "I think this line is long\n" * 2000
    assert voice.listen(log) == voice.Said(log, "", frozenset())


def test_a_sign_that_is_only_denied_keeps_little_of_its_power(engine: Engine):
    def strength(text: str) -> float:
        events = {e.stage: e.value for e in engine.stages(Request(text=text))}
        seen = [o for o in events["observations"] if o.problem == "secure-boot-unsigned-module" and o.kind == "sign"]
        return max((o.ratio for o in seen), default=1.0)

    plain = strength("no driver\nKey was rejected by service")
    denied = strength("no driver\nI checked, it is not that Key was rejected by service")
    assert plain == pytest.approx(30)
    assert denied == pytest.approx(30**evidence.DOUBTED_POWER)
