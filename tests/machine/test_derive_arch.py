"""Which cards the installed PyTorch has code for: the rules of NVIDIA's binary and PTX compatibility."""

from __future__ import annotations

import pytest

from kbtui import conditions
from kbtui.machine.derive import derive
from kbtui.machine.facts import Fact, Facts

CU124 = ["sm_50", "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_90"]


def runs(archs: list[str], capability: str) -> object:
    facts = Facts(
        [
            Fact(name="torch.arch_list", value=archs, kind="live"),
            Fact(name="gpu.cc", value=capability, entity="0000:01:00.0", kind="live"),
        ]
    )
    return derive(facts, conditions.Tables()).get("gpu.in_torch_arch_list", "0000:01:00.0").value


@pytest.mark.parametrize(
    ("archs", "capability", "expected"),
    [
        (CU124, "8.9", True),  # code for 8.6 runs on 8.9
        (CU124, "12.0", False),
        (CU124, "3.5", False),
        (CU124, "6.1", True),
        ([*CU124, "compute_90"], "12.0", True),  # PTX is compiled for later cards
        (["sm_90a"], "9.0", True),
        (["sm_90a"], "10.0", False),
        (["sm_100f"], "10.3", True),
        (["sm_120"], "12.1", True),
        (["sm_86"], "8.0", False),
    ],
)
def test_what_runs_where(archs, capability, expected):
    assert runs(archs, capability) is expected


def test_without_a_list_nothing_is_said():
    assert runs([], "8.9") is None
