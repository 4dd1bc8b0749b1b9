"""The machine as a plan reads it: stated over seen, and what cannot be."""

import pytest

from kbtui.errors import FactError
from kbtui.machine.facts import Fact, Facts
from kbtui.machine.given import fact_from
from kbtui.planner.machine import Machine, refuse_nonsense


def test_what_was_stated_lies_over_what_was_seen_and_says_so():
    seen = Fact(name="cpu.cores", value=8, kind="live", origin="/proc/cpuinfo")
    assert Machine(Facts([seen])).origin("cpu.cores") == "/proc/cpuinfo"
    both = Machine(Facts([seen, fact_from("cpu.cores", "2", "--set")]))
    assert (both.number("cpu.cores"), both.origin("cpu.cores")) == (2, "--set")
    assert Machine(Facts([fact_from("cpu.cores", "2", "box blue")])).origin("cpu.cores") == "box blue"


def test_kinds_of_values():
    machine = Machine(
        Facts(
            [
                fact_from(*s.split("=", 1), "--set")
                for s in ("psu.watts=500", "secure_boot.enabled=true", "psu.plugs=2x 8-pin,1x 6-pin", "os.id=ubuntu")
            ]
        )
    )
    assert machine.number("psu.watts") == 500
    assert machine.truth("secure_boot.enabled") is True
    assert machine.texts("psu.plugs") == ["2x 8-pin", "1x 6-pin"]
    assert machine.text("os.id") == "ubuntu"
    assert machine.number("secure_boot.enabled") is None, "a yes is no number"
    assert machine.number("ram.total_gib") is None
    assert not machine.knows("ram.total_gib")


@pytest.mark.parametrize(
    "said",
    [
        "psu.watts=-5",
        "psu.watts=0",
        "psu.watts=99999",
        "case.gpu_length_mm=3000",
        "psu.age_years=-1",
        "gpu.length_mm=0",
        "mains.volts=5000",
    ],
)
def test_what_cannot_be(said):
    with pytest.raises(FactError, match="expected"):
        refuse_nonsense([fact_from(*said.split("=", 1), "--set")])


def test_what_can_be():
    refuse_nonsense(
        [fact_from(*s.split("=", 1), "--set") for s in ("psu.age_years=0", "psu.watts=1600", "case.gpu_slots=8")]
    )
