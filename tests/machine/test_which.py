"""A text is held against the machine looked at."""

from __future__ import annotations

import pytest

from kbtui.machine import text, which
from kbtui.machine.facts import Fact, Facts

SERVER = """\
[rank37]:[E1102 03:14:07] Watchdog caught collective operation timeout: WorkNCCL(OpType=ALLREDUCE)
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.144.03             Driver Version: 550.144.03     CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |
|=========================================+========================+======================|
|   0  NVIDIA A100-SXM4-80GB          On  |   00000000:07:00.0 Off |                    0 |
| N/A   34C    P0             62W /  400W |      14MiB /  81920MiB |      0%      Default |
+-----------------------------------------+------------------------+----------------------+
"""


def live(*facts: Fact, cards: tuple[str, ...] = ()) -> Facts:
    store = Facts(facts)
    store.list_scope("gpu", cards, complete=True)
    return store


def seen(name: str, value: object, entity: str = "") -> Fact:
    return Fact(name=name, value=value, entity=entity, kind="live")  # type: ignore[arg-type]


LAPTOP = live(seen("pci.nvidia_devices", []), seen("machine.hostname", "laptop"))
DESKTOP = live(
    seen("gpu.model", "GeForce RTX 4090", "0000:01:00.0"),
    seen("pci.nvidia_devices", ["0000:01:00.0"]),
    cards=("0000:01:00.0",),
)


def test_a_servers_output_on_a_laptop_without_a_gpu_is_another_machine():
    assert which.contradictions(text.read(SERVER), LAPTOP)


def test_other_cards_are_another_machine():
    why = which.contradictions(text.read(SERVER), DESKTOP)
    assert len(why) == 1 and "a100" in why[0] and "rtx 4090" in why[0]


@pytest.mark.parametrize(
    "words",
    [
        "my RTX 3090 is not detected after the move",
        "torch.cuda.is_available() is False although I installed CUDA 12.4",
        "X does not start",
    ],
)
def test_prose_alone_is_about_this_machine(words):
    assert which.contradictions(text.read(words), LAPTOP) == []
    assert which.contradictions(text.read(words), DESKTOP) == []


def test_a_driver_that_differs_may_be_an_upgrade_of_this_machine():
    here = live(
        seen("gpu.model", "A100-SXM4-80GB", "0000:07:00.0"),
        seen("driver.version", "550.163.01"),
        cards=("0000:07:00.0",),
    )
    assert which.contradictions(text.read(SERVER), here) == []


def test_the_texts_cards_meet_the_live_ones_by_their_place():
    reading = text.read("CUDA out of memory on my RTX 4090")
    facts = which.together(reading, DESKTOP)
    assert facts.entities("gpu") == ["0000:01:00.0"]


def test_live_facts_win_and_both_are_kept():
    reading = text.read(
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.144.03\nuname: Linux gpu 6.8.0-57-generic x86_64"
    )
    here = live(seen("driver.version", "550.163.01"))
    assert which.together(reading, here).get("driver.version").value == "550.163.01"
