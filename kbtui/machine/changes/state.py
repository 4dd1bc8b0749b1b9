"""What of the machine's state tells which change matters: the running kernel, its headers, the module loaded and built.

/proc/driver/nvidia/version    NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30 17:44:08 UTC 2024
/sys/module/nvidia/version     550.144.03
/proc/uptime                   1987342.00 38554434.80
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kbtui.machine.asks import Ask, Names, Raw, Read, Run

ASKS: dict[str, Ask] = {
    "uname": Run(("uname", "-snrm")),
    "uptime": Read("/proc/uptime"),
    "nvrm": Read("/proc/driver/nvidia/version"),
    "module_version": Read("/sys/module/nvidia/version"),
    "headers": Names("/lib/modules/*/build"),
    "sources": Names("/usr/src/nvidia*"),
    "dkms": Names("/var/lib/dkms/nvidia*"),
    "built_dkms": Names("/lib/modules/*/updates/dkms/nvidia*.ko*"),
    "built_extra": Names("/lib/modules/*/extra/nvidia*"),
    "built_extramodules": Names("/lib/modules/*/extramodules/nvidia*"),
    "built_updates": Names("/lib/modules/*/updates/nvidia*"),
    "built_weak": Names("/lib/modules/*/weak-updates/nvidia*"),
    "built_kernel": Names("/lib/modules/*/kernel/drivers/video/nvidia*"),
    "built_ubuntu": Names("/lib/modules/*/kernel/nvidia-*"),
}
_MODULE = re.compile(r"Kernel Module(?: for \S+)?\s+(\d[\d.]+)")


class State(NamedTuple):
    """Now. None where it could not be told."""

    kernel: str = ""
    uptime: float | None = None
    """Seconds."""
    module: str = ""
    """Version of the NVIDIA module that is loaded; "" for none, or not known."""
    headers: bool | None = None
    """Headers of the running kernel are there."""
    built: bool | None = None
    """An NVIDIA module is there for the running kernel."""
    wanted: bool = False
    """The NVIDIA driver's source is there to be built for each kernel."""


def state_from(seen: Mapping[str, Raw]) -> State:
    """Read the answers to `ASKS`."""
    words = seen["uname"].text.split()
    kernel = words[2] if len(words) >= 4 else ""
    uptime = re.match(r"(\d+(?:\.\d+)?) ", seen["uptime"].text)
    module = _MODULE.search(seen["nvrm"].text) or re.match(r"\s*(\d[\d.]+)\s*$", seen["module_version"].text)
    built = [raw for name, raw in seen.items() if name.startswith("built_")]
    return State(
        kernel=kernel,
        uptime=float(uptime[1]) if uptime else None,
        module=module[1] if module else "",
        headers=_has(kernel, [seen["headers"]]),
        built=_has(kernel, built),
        wanted=bool(seen["sources"].files or seen["dkms"].files),
    )


def _has(kernel: str, listings: list[Raw]) -> bool | None:
    found = any(f"/lib/modules/{kernel}/" in path for raw in listings for path in raw.files)
    if not kernel or (not found and any(raw.status not in ("ok", "absent") or raw.truncated for raw in listings)):
        return None
    return found
