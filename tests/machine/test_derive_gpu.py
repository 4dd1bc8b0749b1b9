"""From a card's name to its facts, and from the cards to the machine's."""

from __future__ import annotations

import pytest

from kbtui.machine.card_names import find_card, split_times
from kbtui.machine.derive import derive
from kbtui.machine.facts import Fact, Facts
from tests.machine.shipped import tables


def machine(*models: str, complete: bool = False, kind: str = "live", **more: object) -> Facts:
    facts = Facts([Fact(name="gpu.model", value=m, entity=str(i), kind=kind) for i, m in enumerate(models)])
    for name, value in more.items():
        facts.add(Fact(name=name.replace("__", "."), value=value, kind=kind))
    facts.list_scope("gpu", [], complete=complete)
    return derive(facts, tables())


def card(model: str, *names: str, **more: object) -> tuple[object, ...]:
    facts = machine(model, **more)
    return tuple(facts.get(f"gpu.{name}", "0").value for name in names)


@pytest.mark.parametrize(
    "model",
    [
        "NVIDIA GeForce RTX 3090",
        "RTX 3090",
        "rtx3090",
        "3090",
        "MSI RTX 3090 Gaming Trio",
        "GeForce RTX 3090 24GB",
        "NVIDIA Corporation GA102 [GeForce RTX 3090] (rev a1)",
        "2x RTX 3090 per node",
        "nvidia rtx 3090 (watercooled)",
    ],
)
def test_many_ways_to_say_one_card(model):
    assert card(model, "vendor", "architecture", "cc") == ("nvidia", "Ampere", "8.6")
    assert card(model, "board_watts", "psu_recommended_watts", "length_mm") == (350, 750, 313)


@pytest.mark.parametrize(
    ("model", "architecture", "cc", "branch", "open_driver"),
    [
        ("RTX 2060 Super", "Turing", "7.5", None, True),
        ("2x RTX 2080 Ti (watercooled)", "Turing", "7.5", None, True),
        ("GeForce 930MX", "Maxwell", "5.0", 580, False),
        ("Tesla V100-SXM2-16GB", "Volta", "7.0", 580, False),
        ("Tesla V100", "Volta", "7.0", 580, False),
        ("A100-SXM4-80GB MIG 3g.40gb", "Ampere", "8.0", None, True),
        ("GT 610", "Fermi", "2.1", 390, False),
        ("GTX 770", "Kepler", "3.0", 470, False),
        ("1080ti", "Pascal", "6.1", 580, False),
        ("GeForce MX250", "Pascal", "6.1", 580, False),
        ("NVIDIA H100 80GB HBM3", "Hopper", "9.0", None, True),
        ("rtx 4070tisuper", "Ada", "8.9", None, True),
        ("2x RTX 5880 Ada", "Ada", "8.9", None, True),
        ("DGX Spark (GB10)", "Blackwell", "12.1", None, True),
        ("RTX 3060 Laptop", "Ampere", "8.6", None, True),
        ("GTX 1650 Ti", "Turing", "7.5", None, True),
        ("Quadro P2000", "Pascal", "6.1", 580, False),
        ("TITAN X (Pascal)", "Pascal", "6.1", 580, False),
        ("GTX TITAN X", "Maxwell", "5.2", 580, False),
        ("GB200", "Blackwell", "10.0", None, True),
        ("8x Tesla K80", "Kepler", "3.7", 470, False),
    ],
)
def test_chips(model, architecture, cc, branch, open_driver):
    facts = machine(model)
    last = facts.get("gpu.last_driver_branch", "0")
    assert card(model, "architecture", "cc", "open_module_supported") == (architecture, cc, open_driver)
    assert (last.state, last.value) == ("absent" if branch is None else "known", branch)


def test_only_open_modules_drive_the_newest():
    assert card("RTX 5090", "open_module_required") == (True,)
    assert card("RTX 4090", "open_module_required") == (False,)


@pytest.mark.parametrize("model", ["10de:1db6", "RTX 6000", "NVIDIA Graphics Device", "RTX 9990"])
def test_what_is_not_known_stays_unknown(model):
    facts = machine(model)
    assert facts.get("gpu.vendor", "0").value == "nvidia"
    assert facts.get("gpu.architecture", "0").state == facts.get("gpu.board_watts", "0").state == "unknown"


def test_a_name_of_several_cards_gets_what_they_share():
    assert card("RTX 3060", "architecture", "board_watts", "memory_total_mib") == ("Ampere", 170, None)
    assert card("RTX 3060 12GB", "memory_total_mib", "open_module_required") == (12288, False)
    assert card("GeForce GT 730", "vendor", "architecture", "last_driver_branch") == ("nvidia", None, None)
    assert card("Titan X", "architecture", "last_driver_branch") == (None, 580)
    assert card("A100", "cc", "board_watts") == ("8.0", None)


@pytest.mark.parametrize(
    ("model", "vendor"),
    [
        ("Radeon RX 590", "amd"),
        ("AMD Instinct MI300X", "amd"),
        ("Intel Arc A770", "intel"),
        ("Intel UHD Graphics 620", "intel"),
        ("Voodoo 2", None),
    ],
)
def test_other_makes(model, vendor):
    assert card(model, "vendor", "architecture", "cc") == (vendor, None, None)


@pytest.mark.parametrize(
    ("model", "form", "laptop"),
    [
        ("NVIDIA GeForce RTX 3060 Laptop GPU", None, True),
        ("RTX 2080 Max-Q", None, True),
        ("GeForce MX150", None, True),
        ("GeForce GTX 960M", None, True),
        ("Quadro M1000M", None, True),
        ("GeForce GTX 1060", "laptop", True),
        ("GeForce GTX 1060", None, None),
        ("GeForce GTX 1060", "desktop", False),
        ("GeForce RTX 4090", None, False),
        ("RTX PRO 6000 Blackwell Max-Q Workstation Edition", None, False),
        ("Tesla K80", None, False),
    ],
)
def test_laptops(model, form, laptop):
    more = {"machine__form": form} if form else {}
    assert card(model, "laptop", **more) == (laptop,)
    if laptop:
        assert card(model, "board_watts", "length_mm", "memory_total_mib", **more) == (None, None, None)


def test_mig_is_seen_and_its_memory_is_not_the_cards():
    sliced = card("A100-SXM4-80GB MIG 3g.40gb", "mig_enabled", "memory_total_mib", "board_watts")
    assert sliced == (True, None, 400)
    assert card("A100-SXM4-80GB", "mig_enabled", "memory_total_mib") == (None, 81920)


def test_a_multiplier_is_so_many_cards():
    facts = machine("4x RTX 2080 Ti", kind="set")
    assert facts.get("gpus.count").value == 4
    assert facts.entities("gpu") == ["0", "1", "2", "3"]
    assert [facts.get("gpu.model", str(i)).value for i in range(1, 4)] == ["RTX 2080 Ti"] * 3
    assert {facts.get("gpu.cc", e).value for e in facts.entities("gpu")} == {"7.5"}
    assert not facts.is_complete("gpu")
    assert facts.get("gpus.mixed_generations").value is False


def test_cards_that_were_listed_are_not_multiplied():
    facts = machine("2x RTX 3090", "RTX 4090")
    assert facts.entities("gpu") == ["0", "1"] and facts.get("gpus.count").state == "unknown"


@pytest.mark.parametrize(
    ("model", "times"),
    [
        ("4x RTX 2080 Ti", (4, "RTX 2080 Ti")),
        ("8 × H100", (8, "H100")),
        ("2*GTX 970", (2, "GTX 970")),
        ("RTX 2080 Ti", (1, "RTX 2080 Ti")),
        ("4090", (1, "4090")),
        ("10de:1db6", (1, "10de:1db6")),
    ],
)
def test_split_times(model, times):
    assert split_times(model) == times


def test_mixed_generations():
    assert machine("RTX 3090", "RTX 4090").get("gpus.mixed_generations").value is True
    assert machine("RTX 3090", "RTX 3080", complete=True).get("gpus.mixed_generations").value is False
    assert machine("RTX 3090", "RTX 3080").get("gpus.mixed_generations").state == "unknown"
    assert machine("RTX 3090", "Voodoo 2", complete=True).get("gpus.mixed_generations").state == "unknown"


def test_makes_that_were_ever_seen():
    both = machine("RTX 3090", "Intel UHD Graphics 620")
    assert both.get("machine.gpu_vendors_ever").value == ["intel", "nvidia"]
    assert machine(driver__version="550.120").get("machine.gpu_vendors_ever").value == ["nvidia"]
    assert machine(pci__display_devices=["8086:9bc4", "10de:2204"]).get("machine.gpu_vendors_ever").value == [
        "intel",
        "nvidia",
    ]


def test_one_card_of_another_make_does_not_rule_out_nvidia():
    assert machine("Intel UHD Graphics 620").get("machine.gpu_vendors_ever").state == "unknown"
    assert machine("Radeon RX 590", complete=True).get("machine.gpu_vendors_ever").value == ["amd"]
    assert machine("Radeon RX 590", kind="set").get("machine.gpu_vendors_ever").value == ["amd"]


def test_every_name_of_the_driver_finds_itself():
    for row in tables().rows("gpu-names"):
        found = find_card(f"NVIDIA {row['name']}", tables()).chip
        for column in ("architecture", "last_driver_branch", "open_module"):
            assert found.get(column) == row.get(column), row["name"]
