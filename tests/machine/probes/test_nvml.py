"""NVML's lines as facts: whole, refused, hung at the start and half-way, cards that are lost."""

from __future__ import annotations

import json

import pytest

from kbtui.machine.asks import Raw, absent
from kbtui.machine.probes import nvml
from kbtui.machine.probes.spec import check
from tests.machine.probes.told import bus, device, fact, run, value

(PROBE,) = nvml.PROBES
KEY, OTHER = "0000:01:00.0", "0000:41:00.0"
LIBRARY = {"what": "library", "path": "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.550.163.01"}
BEGIN = [{"what": "start"}, LIBRARY, {"what": "init", "code": 0}]
SYSTEM = {"what": "system", "values": {"driver": "550.163.01", "nvml": "12.550.163.01", "cuda": 12040}, "failed": {}}
CARD = {
    "what": "card",
    "index": 0,
    "code": 0,
    "values": {"bus": "00000000:01:00.0", "name": "NVIDIA GeForce RTX 4090"},
    "failed": {},
}
MORE = {
    "what": "more",
    "index": 0,
    "values": {
        "cc": "8.9", "memory": {"total": 25757220864, "used": 258998272, "free": 25097732096}, "temperature": 41,
        "power": 21400, "power_limit": 450000, "reasons": 0x84, "link_gen": 1, "link_width": 8, "persistence": 1,
        "compute_mode": 3, "display_active": 0, "mig": 0, "pstate": 8, "remapped": [0, 0, 1, 0], "retired": 0,
        "processes": [[2213, 192937984], [7, None]], "nvlinks": [1, 1, 0], "fabric": {"state": 2, "status": 0},
        "recovery_action": 2, "bar1": 268435456,
    },
    "failed": {"ecc_mode": 3, "fan": 999, "clock": 4, "replays": 13, "mig_instances": "AttributeError: nothing"},
}  # fmt: skip


def raw(*lines: dict, **more) -> Raw:
    return Raw(text="".join(json.dumps(line) + "\n" for line in lines), origin="nvml", exit_code=0, **more)


def test_the_declarations_are_sound():
    assert check(nvml.PROBES) == []


def test_a_whole_answer():
    out = run(PROBE, {"nvml": raw(*BEGIN, SYSTEM, {"what": "count", "cards": 1}, CARD, MORE, {"what": "end"})})
    assert value(out, "nvml.init_code") == 0 and value(out, "nvml.hung") is False
    assert value(out, "driver.version") == value(out, "driver.library_version") == "550.163.01"
    assert value(out, "driver.cuda_version") == "12.4"
    assert value(out, "gpus.count") == 1 and value(out, "gpus.names") == ["GeForce RTX 4090"]
    assert value(out, "driver.persistence") is True
    expected = {
        "gpu.model": "GeForce RTX 4090", "gpu.cc": "8.9", "gpu.memory_total_mib": 24564, "gpu.memory_used_mib": 247,
        "gpu.temperature": 41, "gpu.power_watts": 21.4, "gpu.power_limit_watts": 450.0, "gpu.pstate": "P8",
        "gpu.throttle_reasons": ["sw_power_cap", "hw_power_brake"], "gpu.compute_mode": "Exclusive_Process",
        "gpu.mig_enabled": False, "gpu.display_active": False, "gpu.rows_remap_pending": True,
        "gpu.rows_remap_failed": False, "gpu.processes": [2213, 7], "gpu.nvlink_active_links": 2,
        "gpu.nvlink_inactive_links": 1, "gpu.fabric_state": "In Progress",
        "gpu.recovery_action": "Node Reboot Required", "gpu.lost": False, "gpu.bar1_mib": 256,
    }  # fmt: skip
    assert {name: value(out, name, KEY) for name in expected} == expected
    assert value(out, "process.gpu_memory_mib", "2213") == 184
    assert out.scopes == [("gpu", (KEY,), True)]


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("gpu.ecc_enabled", "not_applicable", "not supported"),
        ("gpu.fan_percent", "unknown", "unknown error"),
        ("gpu.clock_mhz", "unknown", "no permission"),
        ("gpu.pcie_replays", "unknown", "too old"),
        ("gpu.mig_instances", "unknown", "AttributeError"),
        ("gpu.utilization", "unknown", "no answer about it"),
    ],
)
def test_a_failed_field_keeps_its_own_reason(name, state, reason):
    out = run(PROBE, {"nvml": raw(*BEGIN, SYSTEM, {"what": "count", "cards": 1}, CARD, MORE)})
    said = fact(out, name, KEY)
    assert said.state == state and reason in said.reason


@pytest.mark.parametrize("code", [9, 18, 4, 999])
def test_a_refused_init(code):
    out = run(PROBE, {"nvml": raw(BEGIN[0], LIBRARY, {"what": "init", "code": code})})
    assert value(out, "nvml.init_code") == code
    assert value(out, "driver.library_version") == "550.163.01", "the file's name tells, though the library refuses"
    assert fact(out, "gpus.count").reason.startswith("NVML: ") and out.scopes == []


def test_no_library():
    out = run(PROBE, {"loaded": Raw(), "nvml": raw(BEGIN[0], {"what": "init", "code": 12})})
    assert value(out, "nvml.init_code") == 12
    assert fact(out, "driver.library_version").state == fact(out, "driver.version").state == "absent"
    module = Raw(files={"/proc/driver/nvidia/version": "file 444 0:0 0"})
    out = run(PROBE, {"loaded": module, "nvml": raw(BEGIN[0], {"what": "init", "code": 12})})
    assert fact(out, "driver.version").state == "unknown", "the module has one"


HUNG = "nvml: no answer within 10 s; it cannot be killed and was left behind"


def test_a_hang_in_init_is_a_fact():
    out = run(PROBE, {"nvml": raw(BEGIN[0], LIBRARY, status="timed_out", reason=HUNG)})
    assert value(out, "nvml.hung") is True
    assert fact(out, "nvml.init_code").reason == HUNG
    assert value(out, "driver.library_version") == "550.163.01"


def test_a_crash_in_init_is_no_hang():
    out = run(PROBE, {"nvml": Raw(text='{"what": "start"}\n', exit_code=-11)})
    assert value(out, "nvml.hung") is False
    assert "-11" in fact(out, "nvml.init_code").reason


def test_what_came_before_a_hang_counts():
    half = raw(*BEGIN, SYSTEM, {"what": "count", "cards": 2}, CARD, {"what": "stuck", "index": 1, "in": "handle"})
    half = Raw(text=half.text + '{"what": "more", "ind', status="timed_out", reason=HUNG)
    out = run(PROBE, {"nvml": half})
    assert value(out, "nvml.hung") is False, "nvmlInit itself came back"
    assert value(out, "gpu.model", KEY) == "GeForce RTX 4090"
    assert fact(out, "gpu.model", "gpu1").reason == "NVML gave no answer about handle of this card"
    assert out.scopes == [("gpu", (KEY,), False)]


def test_a_lost_card_is_placed_by_the_bus():
    lines = (*BEGIN, SYSTEM, {"what": "count", "cards": 2}, CARD, {"what": "card", "index": 1, "code": 15})
    seen = bus(device(KEY, "10de:2684", "030000"), device(OTHER, "10de:2684", "030000"))
    out = run(PROBE, {**seen, "nvml": raw(*lines)})
    assert value(out, "gpu.lost", OTHER) is True
    assert fact(out, "gpu.temperature", OTHER).reason == "NVML: GPU is lost"
    assert out.scopes == [("gpu", (KEY, OTHER), True)]
    assert fact(out, "gpus.names").state == "unknown", "one name is missing"


def test_no_permission_is_not_lost():
    lines = (*BEGIN, SYSTEM, {"what": "count", "cards": 1}, {"what": "card", "index": 0, "code": 4})
    out = run(PROBE, {"nvml": raw(*lines)})
    assert not [f for f in out.facts if f.name == "gpu.lost"]
    assert fact(out, "gpu.model", "gpu0").reason == "NVML: no permission"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (raw(BEGIN[0], {"what": "no_pynvml", "error": "No module named 'pynvml'"}), "nvidia-ml-py cannot be imported"),
        (
            Raw(status="unknown", reason="nvml: /usr/bin/python3 does not start: Cannot allocate memory"),
            "does not start",
        ),
        (absent("not in this bundle"), "not in this bundle"),
        (Raw(text="Traceback (most recent call last):\n", exit_code=1), "NVML was not called"),
    ],
)
def test_what_was_not_called_is_unknown_with_the_reason(answer, reason):
    out = run(PROBE, {"nvml": answer})
    assert {f.state for f in out.facts} == {"unknown"}
    assert reason in fact(out, "nvml.init_code").reason


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/usr/lib64/libnvidia-ml.so.470.256.02", "470.256.02"),
        ("/usr/lib/x86_64-linux-gnu/nvidia/current/libnvidia-ml.so.535.183.01", "535.183.01"),
        ("/usr/lib/wsl/drivers/nv_dispi.inf_amd64_1/libnvidia-ml.so.1", ""),
        ("libnvidia-ml.so.1", ""),
    ],
)
def test_a_library_tells_its_version_by_its_name(path, version):
    assert nvml.library_version(path) == version
