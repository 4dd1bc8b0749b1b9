"""nvidia-smi topo -m, topo -p2p, nvlink -s, and the peer access lines of CUDA's own sample.

Sample:

            GPU0        GPU1        NIC0        CPU Affinity        NUMA Affinity
    GPU0         X         PHB        NODE        0-31        0
    GPU1        PHB         X         NODE        0-31        0
    NIC0        NODE        NODE         X

    GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-f9730d9c-bbd0-ede2-57ec-553d76a5eb4a)
             Link 0: 25 GB/s
             Link 1: <inactive>
    Device=0 CANNOT Access Peer Device=1
"""

from __future__ import annotations

from kbtui.machine.text.found import Found
from kbtui.machine.text.patterns import Pattern

_ROW = Pattern(r"\s*GPU(\d+)\s+(.*)")
_LINK = Pattern(r"\s*Link \d+: (?:<(inactive)>|[\d.]+ GB/s)")
_HEADER = Pattern(r"\s*GPU (\d+): \S.*\(UUID")
_PEER = Pattern(r"Device=(\d+) (CAN|CANNOT) Access Peer Device=\d+")
_KINDS = frozenset({"X", "PIX", "PXB", "PHB", "NODE", "SYS", "SOC"})


def parse(found: Found) -> None:
    """How the cards of one machine hang together."""
    rows: list[int] = []
    links: dict[str, list[int]] = {}
    last = ""
    peers: dict[str, tuple[bool, int]] = {}
    width = 0
    for at, line in enumerate(found.lines):
        if "GPU" in line:
            header, row, cells = _HEADER.match(line), _ROW.match(line), line.split()
            if cells[0] == "GPU0" and "X" not in cells[:2]:
                width = sum(1 for cell in cells if cell.startswith("GPU") and cell[3:].isdecimal())
            elif header:
                last = found.gpu_order.get(int(header[1]), f"gpu{header[1]}")
            elif row and _matrix(found, at, int(row[1]), row[2].split()[:width]):
                rows.append(at)
        elif last and "Link " in line:
            link = _LINK.match(line)
            if link:
                links.setdefault(last, [0, 0, at])[1 if link[1] else 0] += 1
                rows.append(at)
        elif "Access Peer" in line:
            peer = _PEER.search(line)
            if peer:
                can, first = peers.get(peer[1], (False, at))
                peers[peer[1]] = (can or peer[2] == "CAN", first)
                rows.append(at)
    for key, (up, down, at) in links.items():
        found.add("gpu.nvlink_active_links", up, at, entity=key)
        found.add("gpu.nvlink_inactive_links", down, at, entity=key)
    for index, (can, at) in peers.items():
        found.add("gpu.p2p_supported", can, at, entity=f"gpu{index}")
    found.take_each("topology", rows)


def _matrix(found: Found, at: int, index: int, cells: list[str]) -> bool:
    """A row of the matrix, cut to the columns of cards; False for any other line."""
    if not all(cell in _KINDS or (cell.startswith("NV") and cell[2:].isdecimal()) for cell in cells):
        return False
    if index >= len(cells) or cells[index] != "X":
        return False
    found.collect("gpus.links", [kind for kind in cells if kind != "X"], at)
    return True
