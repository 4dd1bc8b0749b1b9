"""What NVML's fields of one card mean: which facts each gives, and how a failed one reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kbtui.machine.text.names import gpu_name

LOST = 15
_MIB = 1 << 20
_NOT_SUPPORTED = 3
CODES = {
    1: "NVML was not initialized",
    3: "not supported by this card or driver",
    4: "NVML: no permission",
    6: "NVML: not found",
    9: "NVML: the driver is not loaded",
    10: "NVML: the driver gave no answer in time",
    12: "NVML: its library was not found",
    13: "the driver is too old to tell",
    14: "NVML: the card's inforom is corrupted",
    15: "NVML: GPU is lost",
    16: "NVML: the GPU needs a reset",
    17: "NVML: the operating system blocks access",
    18: "NVML: driver/library version mismatch",
    999: "NVML: unknown error",
}
_REASONS = {
    0x2: "applications_clocks_setting",
    0x4: "sw_power_cap",
    0x8: "hw_slowdown",
    0x10: "sync_boost",
    0x20: "sw_thermal_slowdown",
    0x40: "hw_thermal_slowdown",
    0x80: "hw_power_brake",
    0x100: "display_clock_setting",
}
_COMPUTE = {0: "Default", 1: "Exclusive_Thread", 2: "Prohibited", 3: "Exclusive_Process"}
_FABRIC = {1: "Not Started", 2: "In Progress", 3: "Completed"}
_ACTIONS = {
    0: "None", 1: "GPU Reset Required", 2: "Node Reboot Required", 3: "Drain P2P", 4: "Drain and Reset",
    5: "Recover IMEX Domain", 6: "Bus Reset", 7: "System Reboot",
}  # fmt: skip
"""In the words that the kernel log and nvidia-smi -q use."""

Reading = dict[str, Any]
"""Fact name -> value."""


def _one(
    fact: str, make: Callable[[Any], Any] = lambda value: value
) -> tuple[tuple[str, ...], Callable[[Any], Reading]]:
    return (fact,), lambda value: {fact: make(value)}


def _memory(value: Any) -> Reading:
    return {f"gpu.memory_{part}_mib": value[part] // _MIB for part in ("total", "used", "free")}


def _fabric(value: Any) -> Reading:
    return {"gpu.fabric_state": _FABRIC[value["state"]]} if value["state"] in _FABRIC else {}


def _watts(value: Any) -> float:
    return round(float(value) / 1000, 2)


FIELDS: dict[str, tuple[tuple[str, ...], Callable[[Any], Reading]]] = {
    "name": _one("gpu.model", gpu_name),
    "cc": _one("gpu.cc"),
    "memory": (("gpu.memory_total_mib", "gpu.memory_used_mib", "gpu.memory_free_mib"), _memory),
    "bar1": _one("gpu.bar1_mib", lambda v: v // _MIB),
    "utilization": _one("gpu.utilization"),
    "temperature": _one("gpu.temperature"),
    "slowdown_temperature": _one("gpu.slowdown_temperature"),
    "memory_temperature": _one("gpu.memory_temperature"),
    "fan": _one("gpu.fan_percent"),
    "power": _one("gpu.power_watts", _watts),
    "power_limit": _one("gpu.power_limit_watts", _watts),
    "power_limit_default": _one("gpu.power_limit_default_watts", _watts),
    "clock": _one("gpu.clock_mhz"),
    "pstate": _one("gpu.pstate", lambda v: f"P{v}"),
    "reasons": _one("gpu.throttle_reasons", lambda v: [name for bit, name in _REASONS.items() if v & bit]),
    "link_gen": _one("gpu.link_gen"),
    "link_gen_max": _one("gpu.link_gen_max"),
    "link_width": _one("gpu.link_width"),
    "link_width_max": _one("gpu.link_width_max"),
    "replays": _one("gpu.pcie_replays"),
    "compute_mode": _one("gpu.compute_mode", lambda v: _COMPUTE.get(v, str(v))),
    "display_active": _one("gpu.display_active", bool),
    "mig": _one("gpu.mig_enabled", bool),
    "mig_instances": _one("gpu.mig_instances"),
    "ecc_mode": _one("gpu.ecc_enabled", bool),
    "ecc_uncorrected": _one("gpu.ecc_uncorrected"),
    "ecc_corrected": _one("gpu.ecc_corrected"),
    "remapped": (
        ("gpu.rows_remap_pending", "gpu.rows_remap_failed"),
        lambda v: {"gpu.rows_remap_pending": bool(v[2]), "gpu.rows_remap_failed": bool(v[3])},
    ),
    "retired": _one("gpu.pages_retired"),
    "processes": _one("gpu.processes", lambda v: [pid for pid, _ in v]),
    "nvlinks": (
        ("gpu.nvlink_active_links", "gpu.nvlink_inactive_links"),
        lambda v: {"gpu.nvlink_active_links": v.count(1), "gpu.nvlink_inactive_links": v.count(0)},
    ),
    "fabric": (("gpu.fabric_state",), _fabric),
    "recovery_action": _one("gpu.recovery_action", lambda v: _ACTIONS.get(v, str(v))),
}
"""Field of the child -> the facts that it gives, and how."""

FACTS = tuple(dict.fromkeys(name for names, _ in FIELDS.values() for name in names))


def lacking(code: int | str) -> tuple[bool, str]:
    """Of a failed field: whether the card has no such thing at all, and why nothing is known."""
    return code == _NOT_SUPPORTED, CODES.get(code, f"NVML: error {code}") if isinstance(code, int) else f"NVML: {code}"
