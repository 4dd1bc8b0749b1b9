"""What each goal says of recorded machines: met where the machine serves it, not met where its one fault stands."""

from __future__ import annotations

from functools import cache

import pytest

from kbtui.commands import inputs
from kbtui.diagnosis import goals
from kbtui.engine import Engine, Request
from kbtui.machine.looked import Look
from tests.test_machines import look

TENSORFLOW = {"tensorflow.version": "2.18.0", "tensorflow.build": "cuda", "cudnn.installed": "true"}
JAX = {"jax.version": "0.7.2", "jax.cuda_plugin": "true"}
CUPY = {"cupy.version": "13.6.0", "cupy.packages": "cupy-cuda12x"}
TOOLKIT = {"cuda.toolkit.installed": "true", "cuda.toolkit.version": "12.4", "cuda.nvcc_on_path": "true"}
DOCKER = {
    "docker.installed": "true",
    "docker.reachable": "true",
    "docker.snap": "false",
    "container_toolkit.installed": "true",
    "cdi.spec_present": "true",
}
MET = [
    ("install-driver", "healthy-fedora41-rtx3060", {}),
    ("used-card", "healthy-gtx780ti-470", {}),
    ("used-card", "healthy-laptop-ondemand", {}),
    ("used-card", "healthy-debian12-rtx3060", {}),
    ("used-card", "healthy-h100-8x-610", {}),
    ("headless-server", "healthy-l40s-server", {}),
    ("desktop-that-trains", "healthy-rtx4090-ubuntu2404", {}),
    ("train-multi-gpu", "healthy-h100-8x-610", {}),
    ("train-multi-gpu", "healthy-l40s-server", {}),
    ("train-multi-node", "healthy-h100-8x-610", {}),
    ("air-gapped", "healthy-cuda124-on-535", {}),
    ("train-tensorflow", "healthy-l40s-server", TENSORFLOW),
    ("train-jax", "healthy-l40s-server", JAX),
    ("use-cupy", "healthy-l40s-server", CUPY),
    ("serve-vllm", "healthy-l40s-server", {"vllm.version": "0.10.0"}),
    ("install-cuda-toolkit", "healthy-rtx4090-ubuntu2404", TOOLKIT),
    ("containers-with-gpus", "healthy-l40s-server", DOCKER),
]
NOT_MET = [
    ("install-driver", "kernel-upgraded-headers-missing", {}, "kernel-headers-missing"),
    ("used-card", "pcie-x1", {}, "pcie-link-degraded"),
    ("used-card", "row-remap-pending", {}, "row-remapping-pending"),
    (
        "used-card",
        "healthy-debian12-rtx3060",
        {"gpu[0000:01:00.0].vbios": "70.06.21.00.01"},
        "vbios-modified-or-fake-card",
    ),
    ("used-card", "healthy-debian12-rtx3060", {"gpu[0000:01:00.0].pci_id": "10de:1c03"}, "vbios-modified-or-fake-card"),
    (
        "used-card",
        "healthy-rtx4090-ubuntu2404",
        {"gpu[0000:01:00.0].memory_total_mib": "49140"},
        "card-with-rebuilt-memory",
    ),
    ("used-card", "power-limit-lowered", {}, "power-limit-lowered"),
    ("headless-server", "healthy-rtx4090-ubuntu2404", {}, "desktop-uses-vram"),
    ("train-multi-gpu", "one-of-four-lost", {}, "gpu-fell-off-bus"),
    ("train-multi-gpu", "fabric-manager-stopped", {}, "fabric-manager-not-running"),
    ("air-gapped", "healthy-debian12-rtx3060", {}, "framework-cpu-only-build"),
    ("train-tensorflow", "healthy-l40s-server", TENSORFLOW | {"tensorflow.build": "cpu"}, "framework-cpu-only-build"),
    ("train-tensorflow", "healthy-gtx780ti-470", TENSORFLOW, "driver-too-old-for-cuda"),
    ("train-jax", "healthy-l40s-server", JAX | {"jax.cuda_plugin": "false"}, "jax-cuda-plugin-missing"),
    ("use-cupy", "healthy-l40s-server", CUPY | {"cupy.packages": "cupy, cupy-cuda12x"}, "cupy-packages-conflict"),
    ("serve-vllm", "torch-cpu-only-wheel", {"vllm.version": "0.10.0"}, "dependency-replaced-gpu-build"),
    (
        "serve-vllm",
        "healthy-l40s-server",
        {"vllm.version": "0.25.0", "gpu[0].cc": "7.0"},
        "binary-dropped-old-gpu-arch",
    ),
    ("install-cuda-toolkit", "healthy-fedora41-rtx3060", TOOLKIT, "host-gcc-too-new-for-nvcc"),
    ("containers-with-gpus", "docker-no-runtime", {}, "nvidia-container-toolkit-missing"),
]


@cache
def recorded(name: str) -> Look:
    return look(name)


def held(engine: Engine, goal: str, machine: str, told: dict[str, str]) -> list[goals.Required]:
    facts = inputs.parse_sets([f"{name}={value}" for name, value in told.items()])
    return engine.diagnose(Request(look=recorded(machine), facts=facts, machine=machine, goals=[goal])).conditions


@pytest.mark.parametrize(("goal", "machine", "told"), MET)
def test_a_machine_that_serves_the_goal_meets_it(engine, goal, machine, told):
    found = held(engine, goal, machine, told)
    assert [(r.condition, r.state, r.facts) for r in found if r.state != "true"] == []


@pytest.mark.parametrize(("goal", "machine", "told", "problem"), NOT_MET)
def test_the_fault_that_stands_in_the_way_is_named(engine, goal, machine, told, problem):
    assert problem in [r.problem for r in held(engine, goal, machine, told) if r.state == "false"]


def test_every_goal_is_tried_both_ways(engine):
    old = {"gpu-usable", "train-pytorch", "desktop-that-trains", "train-multi-node"}
    ids = set(engine.knowledge.ids("goal"))
    assert {g for g, *_ in MET} | {"gpu-usable", "train-pytorch"} == ids
    assert {g for g, *_ in NOT_MET} | old == ids
    assert set(goals.INSTALLED.values()) <= ids


def test_every_requirement_says_why_in_both_languages(engine):
    for goal in engine.knowledge.ids("goal"):
        node = engine.knowledge.goal(goal)
        assert node.references and node.reviewed and node.zh and node.zh.summary, goal
        assert all(r.because and r.zh for r in node.requires), goal


def test_a_machine_without_a_fault_is_told_what_the_goal_lacks(engine):
    request = Request(look=recorded("healthy-debian12-rtx3060"), machine="recorded", goals=["air-gapped"])
    found = engine.diagnose(request)
    assert found.healthy is False and found.no_fault_share > 0.5
    assert "missing for the goal" in found.next.text and "framework-cpu-only-build" in found.next.text
    assert "目标还缺" in found.next.text_zh
