"""Fixes as they read here: steps for other systems left out, known facts filled in, unknown ones named."""

from __future__ import annotations

from kbtui.conditions import Tables
from kbtui.diagnosis import render
from kbtui.kb.nodes import Fix, Problem, Step
from kbtui.machine.facts import Fact, Facts
from kbtui.machine.given import fact_from

FIX = Fix(
    title="Install the headers",
    steps=[
        Step(run="sudo apt install linux-headers-{kernel.release}", when='os.family == "debian"'),
        Step(run="sudo dnf install kernel-devel", when='os.family == "fedora"'),
        Step(do="Reboot."),
    ],
    verify="kernel.headers_installed",
    needs=["root", "host"],
)
PROBLEM = Problem(title="Headers are missing", summary="x", fixes=[FIX])


def rendered(**stated: str) -> list[str]:
    facts = Facts(fact_from(name.replace("__", "."), value, "test") for name, value in stated.items())
    return [s.rendered for s in render.fixes(PROBLEM, facts, Tables())[0].steps]


def test_a_step_for_another_system_is_left_out():
    steps = rendered(os__family="debian", kernel__release="6.8.0-45-generic")
    assert steps == ["sudo apt install linux-headers-6.8.0-45-generic", "Reboot."]


def test_an_unknown_system_shows_all_and_names_what_is_missing():
    assert rendered() == [
        "sudo apt install linux-headers-<kernel.release>", "sudo dnf install kernel-devel", "Reboot.",
    ]  # fmt: skip


def test_inside_a_container_what_needs_the_host_cannot_be_done():
    facts = Facts([fact_from("os.container", "docker", "test")])
    shown = render.fixes(PROBLEM, facts, Tables())[0]
    assert not shown.can_do_here and shown.steps[1].needs_root
    assert render.fixes(PROBLEM, Facts(), Tables())[0].can_do_here


def test_what_the_cards_agree_on_is_filled_in():
    def filled(**branches: int) -> str:
        facts = Facts(
            Fact(name="gpu.last_driver_branch", entity=bus, state="known", value=branch, kind="set")
            for bus, branch in branches.items()
        )
        return render.fill("apt install nvidia-driver-{gpu.last_driver_branch}", facts)

    assert filled(a=470) == filled(a=470, b=470) == "apt install nvidia-driver-470"
    assert filled() == filled(a=470, b=390) == "apt install nvidia-driver-<gpu.last_driver_branch>"
