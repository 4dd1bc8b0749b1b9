"""The driver at work: the loaded module's own files, device nodes, and its services.

/proc/driver/nvidia/version     NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30 17:44:08 UTC 2024
/proc/driver/nvidia/gpus/0000:01:00.0/information
    Model: 		 NVIDIA GeForce RTX 4090
    Bus Location: 	 0000:01:00.0
    GPU Excluded:	 No
/proc/driver/nvidia/params
    DeviceFileMode: 438
    PreserveVideoMemoryAllocations: 2
    UseKernelSuspendNotifiers: 1
/dev/nvidia0                    char 195:0 666 0:0
id                              uid=1000(me) gid=1000(me) groups=1000(me),44(video)
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Read, Run
from kbtui.machine.probes.modules import LOADED_VERSION
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.text.names import gpu_name

_VERSION = ("driver.version", "driver.module_version", "driver.flavour", "driver.module_loaded")
_MODEL = re.compile(r"^Model:\s*(\S.*?)\s*$", re.MULTILINE)
_NODE = re.compile(r"/dev/nvidia(\d+|ctl)$")
_MODE = re.compile(r"char \d+:\d+ (\d+) (\d+):(\d+)")
_ID = re.compile(r"\b(\d+)(?:\(|,|\s|$)")
_SERVICES = ("active", "inactive", "failed", "activating", "deactivating", "reloading")


def parse_version(seen: Mapping[str, Raw], out: Out) -> None:
    """The loaded module's version; without a module the libraries' names tell (the probe of the driver's files)."""
    if seen["version"].ok:
        out.read(seen["version"], only=_VERSION)


def parse_cards(seen: Mapping[str, Raw], out: Out) -> None:
    """Names of the cards that the module has taken, read without touching them through NVML."""
    names = []
    for path, text in seen["cards"].files.items():
        match = _MODEL.search(text)
        if match and match[1] != "Unknown":
            key = path.split("/")[-2].lower()
            names.append(gpu_name(match[1]))
            out.add("gpu.vendor", "nvidia", seen["cards"], path, entity=key)
            out.add("gpu.model", names[-1], seen["cards"], match[0], entity=key)
    if names:
        out.add("gpus.names", list(dict.fromkeys(names)), seen["cards"], ", ".join(names))


def parse_parameters(seen: Mapping[str, Raw], out: Out) -> None:
    """With what the module was loaded; numbers are decimal. Older modules know fewer parameters.

    PreserveVideoMemoryAllocations 2, the later default, keeps the memory only where the kernel's notifiers are in use.
    """
    raw = seen["params"]
    given = dict(re.findall(r"^(\w+): (\d+)$", raw.text, re.MULTILINE))
    if "DeviceFileMode" in given:
        mode = int(given["DeviceFileMode"])
        out.add("driver.device_mode", f"{mode:04o}", raw, f"DeviceFileMode: {mode}")
    if "PreserveVideoMemoryAllocations" in given:
        kept, notified = given["PreserveVideoMemoryAllocations"], given.get("UseKernelSuspendNotifiers")
        evidence = f"PreserveVideoMemoryAllocations: {kept}"
        if kept != "2":
            out.add("driver.preserves_video_memory", kept == "1", raw, evidence)
        elif notified is not None:
            evidence += f"\nUseKernelSuspendNotifiers: {notified}"
            out.add("driver.preserves_video_memory", notified == "1", raw, evidence)
        else:
            out.unknown("driver.preserves_video_memory", f"{evidence}, and no word of the kernel's notifiers", raw)


def parse_nodes(seen: Mapping[str, Raw], out: Out) -> None:
    """Device nodes, and whether this person may open them."""
    nodes = seen["nodes"]
    if not nodes.ok:
        return
    found = {m[1] for path in nodes.files if (m := _NODE.fullmatch(path))}
    rows = "\n".join(f"{path} {kind}" for path, kind in nodes.files.items())
    present = "ctl" in found and len(found) > 1
    out.add("driver.devices_present", present, nodes, rows or "no /dev/nvidia*")
    if not found:
        out.not_applicable("driver.devices_readable", "there are no device nodes", nodes)
        return
    me = seen["me"].text
    user, groups = re.search(r"uid=(\d+)", me), set(_ID.findall(me.partition("gid=")[2]))
    if user is None:
        return
    wanted = {path: kind for path, kind in nodes.files.items() if _NODE.fullmatch(path) or path == "/dev/nvidia-uvm"}
    shut = [path for path, kind in wanted.items() if not _opens(kind, user[1], groups)]
    out.add("driver.devices_readable", not shut, nodes, "\n".join(f"{p} {wanted[p]}" for p in shut) or rows)


def _opens(kind: str, user: str, groups: set[str]) -> bool:
    """Whether reading and writing are allowed by the node's mode."""
    match = _MODE.match(kind)
    if user == "0" or not match:
        return user == "0"
    mode = int(match[1], 8)
    shift = 6 if match[2] == user else 3 if match[3] in groups else 0
    return (mode >> shift) & 6 == 6


def parse_services(seen: Mapping[str, Raw], out: Out) -> None:
    """systemctl is-active, one word; a machine without systemd leaves all of this unknown.

    An idle nvidia-persistenced says nothing of the mode, which may have been set by hand.
    """
    for ask, fact in _ACTIVE.items():
        word = seen[ask].text.strip()
        if word in _SERVICES and (fact != "driver.persistence" or word == "active"):
            out.add(fact, word == "active", seen[ask], f"{ask}: {word}")
        elif seen[ask].ok and word not in _SERVICES:
            out.unknown(
                fact,
                seen[ask].errors.strip().partition("\n")[0][:120] or f"systemctl says {word or 'nothing'}",
                seen[ask],
            )


_ACTIVE = {
    "nvidia-fabricmanager": "fabric_manager.running",
    "nvidia-powerd": "nvidia_powerd.active",
    "nvidia-persistenced": "driver.persistence",
}
PROBES = (
    Probe(
        "driver version",
        {"version": LOADED_VERSION},
        parse_version,
        _VERSION,
        seconds=0.01,
        always=True,
    ),
    Probe(
        "driver cards",
        {"cards": Read("/proc/driver/nvidia/gpus/*/information", cap=4096, seconds=1.5)},
        parse_cards,
        ("gpu.vendor", "gpu.model", "gpus.names"),
        seconds=0.06,
        always=True,
    ),
    Probe(
        "driver parameters",
        {"params": Read("/proc/driver/nvidia/params", cap=16384, seconds=1.5)},
        parse_parameters,
        ("driver.device_mode", "driver.preserves_video_memory"),
    ),
    Probe(
        "device nodes",
        {"nodes": Names("/dev/nvidia*"), "me": Run(("id",))},
        parse_nodes,
        ("driver.devices_present", "driver.devices_readable"),
        seconds=0.05,
    ),
    Probe(
        "driver services",
        {unit: Run(("systemctl", "is-active", unit)) for unit in _ACTIVE},
        parse_services,
        tuple(_ACTIVE.values()),
        seconds=0.1,
    ),
)
