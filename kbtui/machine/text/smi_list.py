"""nvidia-smi -L, --version, and the comma-separated answers of --query-gpu and --query-compute-apps.

Sample:

    GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-f9730d9c-bbd0-ede2-57ec-553d76a5eb4a)
      MIG 3g.40gb     Device  0: (UUID: MIG-5a0d1c2b-7e4f-5a9b-8c3d-2e1f0a9b8c7d)
      MIG 3g.40gb     Device  1: (UUID: MIG-6b1e2d3c-8f50-5bac-9d4e-3f201bac9d8e)
    GPU 1: NVIDIA A100-SXM4-80GB (UUID: GPU-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9)
    $ nvidia-smi --query-gpu=index,name,memory.used,memory.total,driver_version --format=csv
    index, name, memory.used [MiB], memory.total [MiB], driver_version
    0, NVIDIA A100-SXM4-80GB, 512 MiB, 81920 MiB, 550.163.01
    1, NVIDIA A100-SXM4-80GB, [Insufficient Permissions], 81920 MiB, 550.163.01
"""

from __future__ import annotations

from kbtui.machine.catalogue.spec import parse_value
from kbtui.machine.text.found import Found
from kbtui.machine.text.names import bus_id, gpu_name
from kbtui.machine.text.patterns import Pattern

_LISTED = Pattern(r"\s*GPU (\d+): (\S.{2,80}?) \(UUID: ")
_SLICE = Pattern(r"\s+MIG (\d+[cg]\S*)\s+Device\s+\d+:")
_VERSION = Pattern(r"\s*(NVML|DRIVER|KMD|CUDA(?: UMD)?) [vV]ersion\s*: (\d[\d.]*)\s*$")
_QUERY = Pattern(r"--query-gpu[= ]([a-z0-9_.,]+)")
_UNIT = Pattern(r"\s*\[[^\]]*\]$")
_COLUMNS = {
    "name": "gpu.model",
    "gpu_name": "gpu.model",
    "memory.used": "gpu.memory_used_mib",
    "memory.free": "gpu.memory_free_mib",
    "memory.total": "gpu.memory_total_mib",
    "utilization.gpu": "gpu.utilization",
    "temperature.gpu": "gpu.temperature",
    "temperature.memory": "gpu.memory_temperature",
    "fan.speed": "gpu.fan_percent",
    "power.draw": "gpu.power_watts",
    "power.limit": "gpu.power_limit_watts",
    "power.default_limit": "gpu.power_limit_default_watts",
    "pstate": "gpu.pstate",
    "compute_cap": "gpu.cc",
    "compute_mode": "gpu.compute_mode",
    "pcie.link.gen.current": "gpu.link_gen",
    "pcie.link.gen.max": "gpu.link_gen_max",
    "pcie.link.width.current": "gpu.link_width",
    "pcie.link.width.max": "gpu.link_width_max",
    "mig.mode.current": "gpu.mig_enabled",
    "ecc.mode.current": "gpu.ecc_enabled",
    "clocks.gr": "gpu.clock_mhz",
    "clocks.current.graphics": "gpu.clock_mhz",
    "driver_model.current": "gpu.driver_model",
}
_MACHINE = {"driver_version": "driver.version", "count": "gpus.count"}
_NOT_SEEN = ("[Insufficient Permissions]", "[Unknown Error]", "[GPU is lost]", "[GPU requires reset]")


def parse(found: Found) -> None:
    """Lists of cards, and rows under a header or under the command that asked for them."""
    rows: list[int] = []
    cards: dict[str, int] = {}
    last = ""
    columns: list[str] = []
    listed = 0
    for at, line in enumerate(found.lines):
        card = _LISTED.match(line) if "GPU" in line and "(UUID: " in line else None
        if card:
            last = found.gpu_order.get(int(card[1]), f"gpu{card[1]}")
            cards[last] = 0
            found.add("gpu.vendor", "nvidia", at, entity=last)
            found.add("gpu.model", gpu_name(card[2]), at, entity=last)
            found.collect("gpus.names", [gpu_name(card[2])], at)
            rows.append(at)
        elif last and "MIG " in line and _SLICE.match(line):
            cards[last] += 1
            rows.append(at)
        elif " version" in line.lower() and ": " in line:
            rows += _version(found, at, line)
        elif "--query-gpu" in line:
            query = _QUERY.search(line)
            columns, listed = query[1].split(",") if query else [], 0
        elif ", " in line:
            header = [_UNIT.sub("", cell.strip()) for cell in line.split(",")]
            if len(header) > 1 and all(cell in _COLUMNS or cell in _KNOWN for cell in header):
                columns, listed = header, 0
                rows.append(at)
            elif columns and len(header) == len(columns):
                _row(found, at, columns, [cell.strip() for cell in line.split(",")], listed)
                listed += 1
                rows.append(at)
        elif line.strip():
            columns = []
    if cards:
        _conclude(found, rows[0], cards)
    found.take_each("nvidia-smi", rows)


_KNOWN = frozenset(
    {
        "index",
        "pci.bus_id",
        "gpu_bus_id",
        "uuid",
        "gpu_uuid",
        "serial",
        "timestamp",
        "utilization.memory",
        "vbios_version",
        "gpu_serial",
        "display_active",
        "display_mode",
        "persistence_mode",
        "clocks.sm",
        "clocks.mem",
        "memory.reserved",
        *_MACHINE,
    }
)


def _version(found: Found, at: int, line: str) -> list[int]:
    match = _VERSION.match(line)
    if not match:
        return []
    name = {
        "DRIVER": "driver.version",
        "KMD": "driver.version",
        "CUDA": "driver.cuda_version",
        "CUDA UMD": "driver.cuda_version",
    }.get(match[1])
    # "CUDA Version" alone is also the head of the long report; both are the driver's.
    if name:
        found.add(name, match[2], at)
    return [at]


def _row(found: Found, at: int, columns: list[str], cells: list[str], listed: int) -> None:
    given = dict(zip(columns, cells, strict=True))
    bus = bus_id(given.get("pci.bus_id", given.get("gpu_bus_id", "")))
    index = given.get("index", "")
    number = int(index) if index.isdecimal() else listed
    key = bus or found.gpu_order.get(number, f"gpu{number}")
    found.add("gpu.vendor", "nvidia", at, entity=key)
    for column, cell in given.items():
        fact = _COLUMNS.get(column) or _MACHINE.get(column)
        if not fact or not cell or len(cell) > 60:
            continue
        entity = key if column in _COLUMNS else ""
        if cell in _NOT_SEEN:
            found.unclear(fact, at, f"nvidia-smi says {cell.strip('[]')}", entity=entity)
        elif not cell.startswith("["):
            _cell(found, at, fact, cell, entity)


def _cell(found: Found, at: int, fact: str, cell: str, entity: str) -> None:
    from kbtui.errors import FactError
    from kbtui.machine.catalogue import SPECS

    try:
        value = parse_value(SPECS[fact], cell.replace("Enabled", "true").replace("Disabled", "false"))
    except FactError:
        return
    found.add(fact, gpu_name(cell) if fact == "gpu.model" else value, at, entity=entity)


def _conclude(found: Found, at: int, cards: dict[str, int]) -> None:
    found.add("gpus.count", len(cards), at)
    found.add("nvidia_smi.works", True, at)
    found.scope("gpu", cards, complete=True)
    if any(cards.values()):
        for key, slices in cards.items():
            found.add("gpu.mig_instances", slices, at, entity=key)
            if slices:
                found.add("gpu.mig_enabled", True, at, entity=key)
