"""Which signs count in a machine's own logs: messages do, a person's words do not."""

from __future__ import annotations

import pytest

from kbtui.diagnosis.logs import is_message
from kbtui.engine import Request
from kbtui.kb.literals import required


@pytest.mark.parametrize(
    ("sign", "message"),
    [
        ("fallen off the bus", True),
        ("Xid.{0,40}: 79,", True),
        ("NVRM: The NVIDIA probe routine was not called for", True),
        (r"\b(aspm|l1 substates?|link state power)\b", False),
        ("(ECC|Xid|artifact)", False),
        ("(花屏|required key not available)", False),
        (".*", False),
    ],
)
def test_a_word_is_no_message(sign: str, message: bool) -> None:
    assert is_message(required(sign)) is message


def test_a_log_line_and_the_fact_read_from_it_count_once(engine):
    line = "[  812.441] NVRM: Xid (PCI:0000:07:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus."
    seen = next(e.value for e in engine.stages(Request(text=line)) if e.stage == "observations")
    about = [o for o in seen if o.problem == "gpu-fell-off-bus"]
    assert {o.kind for o in about} >= {"sign", "condition"}
    assert len({o.source for o in about}) == 1
