"""The long report of nvidia-smi -q, of any driver: a tree by indentation, whatever the width of its columns.

Names changed: "Clocks Throttle Reasons" became "Clocks Event Reasons" (535), "Power Readings" "GPU Power Readings",
"Ecc Mode" "ECC Mode"; from 610 the head has "KMD Version" and marks "Driver Version" as deprecated. So values are
found by the ends of their paths, upper and lower case alike.

Sample:

    ==============NVSMI LOG==============

    Timestamp                                 : Wed Nov 25 09:48:11 2026
    Driver Version                            : 550.163.01
    CUDA Version                              : 12.4

    Attached GPUs                             : 1
    GPU 00000000:01:00.0
        Product Name                          : NVIDIA GeForce RTX 4090
        Display Active                        : Enabled
        Persistence Mode                      : Enabled
        MIG Mode
            Current                           : N/A
        PCI
            GPU Link Info
                PCIe Generation
                    Max                       : 4
                    Current                   : 1
                Link Width
                    Max                       : 16x
                    Current                   : 8x
            Replays Since Reset               : 0
        Fan Speed                             : 0 %
        Performance State                     : P8
        Clocks Event Reasons
            Idle                              : Active
            SW Power Cap                      : Not Active
            HW Slowdown                       : Active
                HW Thermal Slowdown           : Not Active
                HW Power Brake Slowdown       : Active
        FB Memory Usage
            Total                             : 24564 MiB
            Used                              : 247 MiB
            Free                              : 23934 MiB
        BAR1 Memory Usage
            Total                             : 256 MiB
        ECC Mode
            Current                           : Disabled
        Temperature
            GPU Current Temp                  : 41 C
            GPU Slowdown Temp                 : 97 C
        GPU Power Readings
            Power Draw                        : 21.40 W
            Current Power Limit               : 450.00 W
            Default Power Limit               : 450.00 W
"""

from __future__ import annotations

from kbtui.machine.text.found import Found
from kbtui.machine.text.names import bus_id, gpu_name
from kbtui.machine.text.patterns import Pattern
from kbtui.machine.text.smi_paths import NUMBERS, SUMS, WITH_FRACTION, WORDS, YES_NO

_GPU = Pattern(r"\s*GPU ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-F])\s*$")
_ROW = Pattern(r"(\s*)(\S.*?)\s*(?::\s(.*)|:)?$")
_FIGURE = Pattern(r"-?\d{1,12}(?:\.\d{1,6})?")
_HEAD = {
    "driver version": "driver.version",
    "kmd version": "driver.version",
    "cuda version": "driver.cuda_version",
    "cuda umd version": "driver.cuda_version",
}


def parse(found: Found) -> None:
    """Every report in the text, with or without its head, or part of one (-d)."""
    for start, line in enumerate(found.lines):
        if "NVSMI LOG====" in line or (_GPU.match(line) and not found.taken[start]):
            _report(found, start)


def _report(found: Found, start: int) -> None:
    key, first_at = "", start
    keys: list[str] = []
    count = 0
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    path: list[tuple[int, str]] = []
    last = start
    for at in range(start, len(found.lines)):
        line = found.lines[at]
        if not line.strip():
            continue
        gpu = _GPU.match(line)
        row = _ROW.match(line)
        if gpu:
            key, first_at, path = bus_id(gpu[1]), at, []
            keys.append(key)
            found.add("gpu.vendor", "nvidia", at, entity=key)
        elif not row or (row[3] is None and not line.startswith(" ") and "NVSMI LOG" not in line) or at - last > 3:
            break
        else:
            indent = len(row[1])
            while path and path[-1][0] >= indent:
                path.pop()
            path.append((indent, row[2].strip().lower()))
            if row[3] is not None:
                names = [word for _, word in path]
                if key:
                    _value(found, at, key, names, row[3].strip(), sums)
                else:
                    count = _head(found, at, names[-1], row[3].strip()) or count
        last = at
    for (fact, entity), (total, at) in sums.items():
        found.add(fact, total, at, entity=entity)
    if keys:
        found.collect("machine.gpu_vendors_ever", ["nvidia"], first_at)
        found.add("nvidia_smi.works", True, start)
        found.add("driver.installed", True, start)
        found.scope("gpu", keys, complete=count == len(keys))
    found.take("nvidia-smi -q", start, last)


def _head(found: Found, at: int, name: str, value: str) -> int:
    if name == "attached gpus" and value.isdecimal():
        found.add("gpus.count", int(value), at)
        return int(value)
    if name in _HEAD and value[:1].isdecimal():
        found.add(_HEAD[name], value.split()[0], at)
    return 0


def _value(
    found: Found, at: int, key: str, path: list[str], value: str, sums: dict[tuple[str, str], tuple[int, int]]
) -> None:
    leaf = path[-1]
    if path == ["product name"]:
        found.add("gpu.model", gpu_name(value), at, entity=key)
        found.collect("gpus.names", [gpu_name(value)], at)
    elif path == ["persistence mode"] and value in ("Enabled", "Disabled"):
        found.add("driver.persistence", value == "Enabled", at)
    elif path[0] in ("clocks throttle reasons", "clocks event reasons"):
        if value in ("Active", "Not Active") and leaf != "idle":
            reason = "hw_power_brake" if "power brake" in leaf else leaf.replace(" ", "_")
            found.collect("gpu.throttle_reasons", [reason] if value == "Active" else [], at, entity=key)
    elif leaf == "process id":
        found.collect("gpu.processes", [int(value)] if value.isdecimal() else [], at, entity=key)
    elif path == ["processes"] and value == "None":
        found.collect("gpu.processes", [], at, entity=key)
    else:
        for end in {"/".join(path[-depth:]) for depth in (1, 2, 3) if depth > 1 or len(path) == 1}:
            _fact(found, at, key, end, value, sums)


def _fact(found: Found, at: int, key: str, end: str, value: str, sums: dict[tuple[str, str], tuple[int, int]]) -> None:
    if end in NUMBERS:
        fact, match = NUMBERS[end], _FIGURE.match(value)
        if match:
            figure = float(match[0])
            found.add(fact, figure if fact in WITH_FRACTION else round(figure), at, entity=key)
        elif value not in ("N/A", "None", ""):
            found.unclear(fact, at, f"nvidia-smi says {value[:60]}", entity=key)
    elif end in SUMS and value.isdecimal():
        before, _ = sums.get((SUMS[end], key), (0, at))
        sums[(SUMS[end], key)] = (before + int(value), at)
    elif end in YES_NO and value in ("Enabled", "Yes", "Disabled", "No"):
        found.add(YES_NO[end], value in ("Enabled", "Yes"), at, entity=key)
    elif end in YES_NO and value == "N/A":
        found.not_applicable(YES_NO[end], at, entity=key)
    elif end in WORDS and value and value != "N/A":
        found.add(WORDS[end], value, at, entity=key)
