"""How an ask is shown to a person."""

from __future__ import annotations

import pytest

from kbtui.machine.asks import Run, shown
from kbtui.machine.probes import cuda_driver, limits, nvml


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (nvml.ASK, "NVML"),
        (cuda_driver.ASK, "libcuda"),
        (limits.CGROUP, "/proc/self/cgroup"),
        (Run(("{python}", "-c", "import torch\nprint(1)")), "your Python"),
        (Run(("{python}", "-m", "pip", "list")), "python -m pip list"),
        (Run(("nvidia-smi", "-q")), "nvidia-smi -q"),
    ],
)
def test_a_person_reads_what_was_asked(ask: Run, said: str) -> None:
    assert shown(ask.key) == said


def test_other_places_stay_as_they_are() -> None:
    assert shown("/proc/cpuinfo") == "/proc/cpuinfo" and shown("") == ""
