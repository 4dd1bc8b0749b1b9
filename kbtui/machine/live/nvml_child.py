"""The child that calls NVML: one JSON object a line, each printed as soon as it is known.

NVML on a sick GPU may never return, so what came before must be out already. Every card has a thread of its own: one
that hangs hides nothing of the others. A field that fails keeps its own error code.

{"what": "start"}
{"what": "library", "path": "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.550.163.01"}
{"what": "init", "code": 0}
{"what": "system", "values": {"driver": "550.163.01", "nvml": "12.550.163.01", "cuda": 12040}, "failed": {}}
{"what": "count", "cards": 1}
{"what": "card", "index": 0, "code": 0, "values": {"bus": "00000000:01:00.0", "name": "NVIDIA GeForce RTX 4090"}, "failed": {}}
{"what": "more", "index": 0, "values": {"temperature": 41, "power": 21400}, "failed": {"ecc_mode": 3}}
{"what": "stuck", "index": 1, "in": "power"}
{"what": "end"}
"""

import ctypes
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

SECONDS = 6.0
"""For all cards together."""
LIBRARY_NOT_FOUND = 12
ELSEWHERE = (
    "/usr/lib/wsl/lib",
    "/run/opengl-driver/lib",
    "/usr/lib64-nvidia",
    "/usr/local/nvidia/lib64",
    "/usr/lib64",
    "/usr/lib/x86_64-linux-gnu/nvidia/current",
)
"""Where WSL, NixOS, Colab, GKE, Debian and Fedora keep the library when the loader does not know it."""

Calls = dict[str, Callable[[Any, Any], Any]]


def memory(nvml: Any, card: Any) -> dict[str, int]:
    """Bytes; the second version keeps apart what the driver reserves, as nvidia-smi does."""
    try:
        m = nvml.nvmlDeviceGetMemoryInfo(card, version=nvml.nvmlMemory_v2)
    except (AttributeError, TypeError, nvml.NVMLError):
        m = nvml.nvmlDeviceGetMemoryInfo(card)
    return {"total": m.total, "used": m.used, "free": m.free}


def field(nvml: Any, card: Any, number: int) -> int:
    """A value of the numbered kind; raises NVMLError."""
    value = nvml.nvmlDeviceGetFieldValues(card, [number])[0]
    if value.nvmlReturn:
        raise nvml.NVMLError(value.nvmlReturn)
    return int(value.value.uiVal)


def reasons(nvml: Any, card: Any) -> int:
    """The bits of the clock event reasons, under their old name before driver 535."""
    try:
        return int(nvml.nvmlDeviceGetCurrentClocksEventReasons(card))
    except (AttributeError, nvml.NVMLError):
        return int(nvml.nvmlDeviceGetCurrentClocksThrottleReasons(card))


def retired(nvml: Any, card: Any) -> int:
    """Pages retired for single and for double bit errors."""
    return sum(len(nvml.nvmlDeviceGetRetiredPages(card, cause)) for cause in (0, 1))


def links(nvml: Any, card: Any) -> list[int]:
    """1 for each NVLink that is up, 0 for each that is down."""
    states = []
    for link in range(36):
        try:
            states.append(int(nvml.nvmlDeviceGetNvLinkState(card, link)))
        except nvml.NVMLError as error:
            if not states:
                raise
            if error.value not in (2, 3):  # past the last link
                raise
            break
    return states


def fabric(nvml: Any, card: Any) -> dict[str, int]:
    """State and status of the card's place in the NVLink fabric."""
    info = nvml.c_nvmlGpuFabricInfoV_t()
    nvml.nvmlDeviceGetGpuFabricInfoV(card, ctypes.byref(info))
    return {"state": int(info.state), "status": int(info.status)}


def processes(nvml: Any, card: Any) -> list[list[int | None]]:
    """[pid, bytes or None] of all that compute or draw on it."""
    found: dict[int, int | None] = {}
    for call in ("Compute", "Graphics"):
        for version in ("_v3", "_v2"):
            try:
                rows = getattr(nvml, "nvmlDeviceGet%sRunningProcesses%s" % (call, version))(card)
            except (AttributeError, nvml.NVMLError):
                if version == "_v2" and call == "Compute":
                    raise
                continue
            for row in rows:
                found[row.pid] = max(found.get(row.pid) or 0, row.usedGpuMemory or 0) or None
            break
    return [[pid, used] for pid, used in sorted(found.items())]


def instances(nvml: Any, card: Any) -> int:
    """MIG devices made of it; none where the mode is off."""
    count = 0
    if not nvml.nvmlDeviceGetMigMode(card)[0]:
        return count
    for index in range(nvml.nvmlDeviceGetMaxMigDeviceCount(card)):
        try:
            nvml.nvmlDeviceGetMigDeviceHandleByIndex(card, index)
            count += 1
        except nvml.NVMLError as error:
            if error.value != 6:
                raise
    return count


SYSTEM: Calls = {
    "driver": lambda n, _: n.nvmlSystemGetDriverVersion(),
    "nvml": lambda n, _: n.nvmlSystemGetNVMLVersion(),
    "cuda": lambda n, _: n.nvmlSystemGetCudaDriverVersion(),
}
IDENTITY: Calls = {
    "bus": lambda n, c: n.nvmlDeviceGetPciInfo(c).busId,
    "name": lambda n, c: n.nvmlDeviceGetName(c),
}
MORE: Calls = {
    "cc": lambda n, c: "%d.%d" % tuple(n.nvmlDeviceGetCudaComputeCapability(c)),
    "memory": memory,
    "bar1": lambda n, c: n.nvmlDeviceGetBAR1MemoryInfo(c).bar1Total,
    "utilization": lambda n, c: n.nvmlDeviceGetUtilizationRates(c).gpu,
    "temperature": lambda n, c: n.nvmlDeviceGetTemperature(c, 0),
    "slowdown_temperature": lambda n, c: n.nvmlDeviceGetTemperatureThreshold(c, 1),
    "memory_temperature": lambda n, c: field(n, c, 82),
    "fan": lambda n, c: n.nvmlDeviceGetFanSpeed(c),
    "power": lambda n, c: n.nvmlDeviceGetPowerUsage(c),
    "power_limit": lambda n, c: n.nvmlDeviceGetEnforcedPowerLimit(c),
    "power_limit_default": lambda n, c: n.nvmlDeviceGetPowerManagementDefaultLimit(c),
    "clock": lambda n, c: n.nvmlDeviceGetClockInfo(c, 0),
    "pstate": lambda n, c: n.nvmlDeviceGetPerformanceState(c),
    "reasons": reasons,
    "link_gen": lambda n, c: n.nvmlDeviceGetCurrPcieLinkGeneration(c),
    "link_gen_max": lambda n, c: n.nvmlDeviceGetMaxPcieLinkGeneration(c),
    "link_width": lambda n, c: n.nvmlDeviceGetCurrPcieLinkWidth(c),
    "link_width_max": lambda n, c: n.nvmlDeviceGetMaxPcieLinkWidth(c),
    "replays": lambda n, c: n.nvmlDeviceGetPcieReplayCounter(c),
    "persistence": lambda n, c: n.nvmlDeviceGetPersistenceMode(c),
    "compute_mode": lambda n, c: n.nvmlDeviceGetComputeMode(c),
    "display_active": lambda n, c: n.nvmlDeviceGetDisplayActive(c),
    "mig": lambda n, c: n.nvmlDeviceGetMigMode(c)[0],
    "mig_instances": instances,
    "ecc_mode": lambda n, c: n.nvmlDeviceGetEccMode(c)[0],
    "ecc_uncorrected": lambda n, c: n.nvmlDeviceGetTotalEccErrors(c, 1, 1),
    "ecc_corrected": lambda n, c: n.nvmlDeviceGetTotalEccErrors(c, 0, 1),
    "remapped": lambda n, c: list(n.nvmlDeviceGetRemappedRows(c)),
    "retired": retired,
    "processes": processes,
    "nvlinks": links,
    "fabric": fabric,
    "recovery_action": lambda n, c: field(n, c, 230),
}
GROUPS = (tuple(MORE)[:9], tuple(MORE)[9:])
"""Printed in two parts: a card that hangs in the second has told its memory and heat already."""

_printing = threading.Lock()
_at: dict[int, str] = {}


def say(what: str, **rest: Any) -> None:
    """One line, at once."""
    line = json.dumps({"what": what, **rest}) + "\n"
    with _printing:
        sys.stdout.write(line)
        sys.stdout.flush()


def code_of(error: Exception) -> int | str:
    """NVML's code; for anything else its words."""
    value = getattr(error, "value", None)
    return value if isinstance(value, int) else "%s: %s" % (type(error).__name__, error)


def ask(nvml: Any, card: Any, calls: Calls, index: int) -> dict[str, Any]:
    """Every call by itself, the failed ones with their code."""
    values: dict[str, Any] = {}
    failed: dict[str, int | str] = {}
    for name, call in calls.items():
        _at[index] = name
        try:
            values[name] = call(nvml, card)
        except Exception as error:  # one field that fails must cost no other
            failed[name] = code_of(error)
    return {"values": values, "failed": failed}


def library(nvml: Any) -> None:
    """Load the library where the loader or one of the unusual places has it, and say which file it is."""
    for name in ("libnvidia-ml.so.1", *("%s/libnvidia-ml.so.1" % folder for folder in ELSEWHERE)):
        try:
            nvml.nvmlLib = ctypes.CDLL(name)
        except OSError:
            continue
        with open("/proc/self/maps") as maps:
            paths = [line.split(None, 5)[5].strip() for line in maps if "libnvidia-ml.so" in line]
        say("library", path=paths[0] if paths else name)
        return


def one_card(nvml: Any, index: int) -> None:
    """All about one card: who it is, then the rest."""
    _at[index] = "handle"
    try:
        card = nvml.nvmlDeviceGetHandleByIndex(index)
    except nvml.NVMLError as error:
        say("card", index=index, code=error.value)
        _at.pop(index, None)
        return
    say("card", index=index, code=0, **ask(nvml, card, IDENTITY, index))
    for group in GROUPS:
        say("more", index=index, **ask(nvml, card, {name: MORE[name] for name in group}, index))
    _at.pop(index, None)


def main() -> None:
    """Say everything and leave without waiting for what hangs."""
    say("start")
    try:
        import pynvml as nvml
    except ImportError as error:
        say("no_pynvml", error=str(error))
        return
    try:
        library(nvml)
        nvml.nvmlInit()
    except nvml.NVMLError as error:
        say("init", code=error.value)
        return
    say("init", code=0)
    say("system", **ask(nvml, None, SYSTEM, -1))
    try:
        count = nvml.nvmlDeviceGetCount()
    except nvml.NVMLError as error:
        say("count", code=error.value)
        return
    say("count", cards=count)
    threads = [threading.Thread(target=one_card, args=(nvml, index), daemon=True) for index in range(count)]
    until = time.monotonic() + SECONDS
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    for index, name in list(_at.items()):
        if index >= 0:
            say("stuck", index=index, **{"in": name})
    say("end")


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # a thread held in the kernel must not hold the others' end
