"""What stands under the cards in nvidia-smi's table: MIG instances and processes.

Drivers up to 430 show no GI and CI columns; 340 wrote "Compute processes". A container shows no process of others, so
an empty list beside memory in use is itself telling.

Sample:

    +-----------------------------------------------------------------------------+
    | MIG devices:                                                                |
    +------------------+----------------------+-----------+-----------------------+
    | GPU  GI  CI  MIG |         Memory-Usage |        Vol|         Shared        |
    |==================+======================+===========+=======================|
    |  0    1   0   0  |     19MiB / 40192MiB | 60      0 |  4   0    4    0    0 |
    +------------------+----------------------+-----------+-----------------------+
    |  0    2   0   1  |     19MiB / 40192MiB | 60      0 |  4   0    4    0    0 |
    +------------------+----------------------+-----------+-----------------------+
    +-----------------------------------------------------------------------------+
    | Processes:                                                                  |
    |  GPU   GI   CI        PID   Type   Process name                  GPU Memory |
    |        ID   ID                                                   Usage      |
    |=============================================================================|
    |    0   N/A  N/A     48213      C   python3                        22708MiB  |
    |    0   N/A  N/A      2213      G   /usr/lib/xorg/Xorg               184MiB  |
    +-----------------------------------------------------------------------------+
"""

from __future__ import annotations

from kbtui.machine.text.found import Found
from kbtui.machine.text.patterns import Pattern

_PROCESS = Pattern(
    r"\|\s*(\d+)\s+(?:(?:N/A|\d+)\s+(?:N/A|\d+)\s+)?(\d+)\s+(?:C\+G|M\+C|C|G|M)\s+(\S.*?)\s+(?:(\d+)MiB|N/A)\s*\|"
)
_OLD_PROCESS = Pattern(r"\|\s*(\d+)\s+(\d+)\s+(\S.*?)\s+(\d+)MiB\s*\|")
_MIG = Pattern(r"\|\s*(\d+)\s+\d+\s+\d+\s+\d+\s*\|\s*\d+MiB")


def read(found: Found, start: int, keys: list[str]) -> int:
    """Read on from line `start`; the last line that belongs to the table."""
    section = ""
    instances: dict[str, int] = {}
    pids: dict[str, list[int]] = {}
    last = at = start
    listed = start
    while at < len(found.lines) and at - last < 4:
        line = found.lines[at].strip()
        at += 1
        if not line.startswith(("|", "+")):
            continue
        if "NVIDIA-SMI" in line:
            break
        last = at - 1
        if "MIG devices" in line[:20]:
            section = "mig"
        elif "rocesses:" in line[:24]:
            section, listed = "processes", last
        elif section == "mig":
            match = _MIG.match(line)
            if match:
                key = found.gpu_order.get(int(match[1]), f"gpu{match[1]}")
                instances[key] = instances.get(key, 0) + 1
        elif section == "processes":
            match = _PROCESS.match(line) or _OLD_PROCESS.match(line)
            if match:
                key = found.gpu_order.get(int(match[1]), f"gpu{match[1]}")
                pids.setdefault(key, []).append(int(match[2]))
                _process(found, last, match[2], match[3], match[4])
    for key, count in instances.items():
        found.add("gpu.mig_instances", count, start, entity=key)
    if section == "processes":
        for key in keys:
            found.add("gpu.processes", list(dict.fromkeys(pids.get(key, []))), listed, entity=key)
    return last


def _process(found: Found, at: int, pid: str, name: str, memory: str | None) -> None:
    found.add("process.name", name, at, entity=pid)
    if memory:
        found.add("process.gpu_memory_mib", int(memory), at, entity=pid)
