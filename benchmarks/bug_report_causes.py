"""The problems that labels name, as nodes of the graph, and where a diagnosis ranks them."""

from __future__ import annotations

from typing import Any

from kbtui.diagnosis.result import Diagnosis

NODES: dict[str, tuple[str, ...]] = {
    "gpu-not-initialised": ("no-devices-were-found", "rm-init-adapter-failed"),
    "glx-failed": ("nvidia-glx-not-installed",),
    "opengl-files-missing": ("nvidia-glx-not-installed", "installed-without-opengl"),
    "software-rendering": ("opengl-software-rendering",),
    "nouveau-loaded": ("nouveau-conflict",),
    "bootloader-entry-without-blacklist": ("kernel-arguments-missing",),
    "xid-79": ("gpu-fell-off-bus",),
    "driver-api-mismatch": ("driver-library-version-mismatch",),
    "power-throttling": ("power-limit-lowered", "power-mode-or-clock-capped"),
    "pcie-link-downgraded": ("pcie-link-degraded", "pcie-link-slow-only-at-idle"),
    "bar-assignment-failed": ("above-4g-decoding-disabled", "vm-mmio-window-too-small"),
    "secure-boot-module-rejected": ("secure-boot-unsigned-module",),
    "gpu-hardware-failing": ("defective-gpu",),
    "nvidia-powerd-failure": ("nvidia-powerd-not-running",),
    "akmod-build-failed": ("akmod-build-not-finished",),
    "bar1-too-small": ("resizable-bar-off",),
    "p2p-not-supported": ("geforce-no-p2p",),
    "iommu-group-shared": ("vfio-passthrough-group-shared",),
    "open-kernel-module-required": ("proprietary-module-on-open-only-gpu",),
    "pcie-riser-or-power-unstable": ("pcie-x1-riser", "riser-signal-integrity", "psu-undersized"),
    "no-fault": (),
}
"""Keys that are not themselves ids of nodes."""


def nodes(*keys: str) -> set[str]:
    """The nodes that any of these keys means."""
    return {name for key in keys for name in (key, *NODES.get(key, ()))}


def line(entry: dict[str, Any], found: Diagnosis) -> str:
    """Rank of the first labelled problem, whether a rival ranks first, what stands above *no fault*."""
    said = [f"no fault {found.no_fault_share:.0%}, healthy {found.healthy}"]
    first = found.causes[0] if found.causes and found.causes[0].probability > found.no_fault_share else None
    if entry["no_fault"]:
        above = [c.id for c in found.causes if c.probability > found.no_fault_share]
        said.append(f"FALSE ALARM {above[0]}" if above else "nothing above it")
    elif entry["problems"]:
        problem = entry["problems"][0]
        wanted = nodes(problem["cause_key"], *problem.get("accept_also", ()))
        rank = next((n for n, c in enumerate(found.causes, 1) if wanted & {c.id, *c.path}), None)
        rank = rank and rank + (found.causes[rank - 1].probability < found.no_fault_share)
        said.append(f"{problem['cause_key']} ranks {rank}")
    rivals = nodes(*(r["cause_key"] for r in entry["rivals"]))
    wrong = first.id if first and first.id in rivals else ""
    if not first and "no-fault" in rivals:
        wrong = "no fault"
    said.append(f"RIVAL FIRST: {wrong}" if wrong else "no rival first")
    return "; ".join(said)
