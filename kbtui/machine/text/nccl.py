"""NCCL: its log, the header of nccl-tests, and which interfaces it uses.

Sample:

    # Using devices
    #   Rank  0 Pid   4711 on     node1 device  0 [0x17] Tesla T4
    #   Rank  1 Pid   4711 on     node1 device  1 [0xb3] Tesla T4
    node1:4711:4711 [0] NCCL INFO Bootstrap : Using [0]eth0:10.0.0.5<0>
    node1:4711:4711 [0] NCCL INFO NET/IB : No device found.
    node1:4711:4711 [0] NCCL INFO NET/Socket : Using [0]eth0:10.0.0.5<0> [1]docker0:172.17.0.1<0>
    NCCL version 2.18.3+cuda12.1
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.names import gpu_name
from kbtui.machine.text.patterns import Pattern

_VERSION = Pattern(r"NCCL version:?\s+(\d+\.\d+(?:\.\d+)?)(?:\+cuda(\d+\.\d+))?")
_INTERFACE = Pattern(r"\[\d+\]([A-Za-z][\w.-]{0,31}):[^\s<]{3,60}<\d+>")
_LONE = Pattern(r"Using ([A-Za-z][\w.-]{0,31}):[^\s<]{3,60}<\d+>")
_RANK = Pattern(r"#\s+Rank\s+\d+ (?:Group\s+\d+ )?Pid\s+\d+ on\s+(\S+) device\s+(\d+) \[([^\]]+)\] (\S.*)")
_IFNAME = Pattern(r"NCCL_SOCKET_IFNAME set (?:by environment )?to (\S+)")


def parse(found: Found) -> None:
    """Version, interfaces, InfiniBand, and the cards of the ranks where they are on one host."""
    rows: list[int] = []
    ranks: list[tuple[str, str, str, int]] = []
    listing = False
    for at, line in enumerate(found.lines):
        version = _VERSION.search(line) if "NCCL version" in line else None
        if version:
            found.add("nccl.version", version[1], at)
            rows.append(at)
        socket = "NET/Socket" in line
        if socket or (listing and line.lstrip().startswith("[")):
            listing = True
            names = [m[1] for m in _INTERFACE.finditer(line)] or [m[1] for m in _LONE.finditer(line)]
            if names:
                found.collect("nccl.interfaces", names, at)
            rows.append(at)
        else:
            listing = False
        if "NET/IB" in line:
            if "No device found" in line:
                found.add("nccl.ib_found", False, at)
            elif ": Using [" in line:
                found.add("nccl.ib_found", True, at)
        name = _IFNAME.search(line) if "NCCL_SOCKET_IFNAME" in line else None
        if name:
            found.add("nccl.socket_ifname", name[1].rstrip("."), at)
        rank = _RANK.match(line) if "Rank" in line else None
        if rank:
            ranks.append((rank[1], rank[2], rank[4].strip(), at))
        if rank or ("NCCL " in line and ("INFO" in line or "WARN" in line)):
            rows.append(at)
    if len({host for host, *_ in ranks}) == 1:
        for _, index, model, at in ranks:
            found.add("gpu.model", gpu_name(model), at, entity=f"gpu{index}", weight=HINT)
            found.add("gpu.vendor", "nvidia", at, entity=f"gpu{index}")
            found.collect("gpus.names", [gpu_name(model)], at, weight=HINT)
    elif ranks:
        found.add("cluster.nodes", len({host for host, *_ in ranks}), ranks[0][3])
    found.take_each("nccl", rows)
