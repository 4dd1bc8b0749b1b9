"""The table of nvidia-smi, in the widths and wordings of drivers 340 to 610, Linux and Windows.

The banner says "Driver Version" and "CUDA Version" up to 600, "KMD Version" and "CUDA UMD Version" from 610 on. A third
line a card, for MIG, came with 450; Windows shows the driver model in the column of persistence mode. `ERR!` is a
value that the driver could not read: unknown, not zero.

Sample:

    +-----------------------------------------------------------------------------------------+
    | NVIDIA-SMI 610.51.03              KMD Version: 610.51.03     CUDA UMD Version: 13.3     |
    +-----------------------------------------+------------------------+----------------------+
    | GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |
    | Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |
    |                                         |                        |               MIG M. |
    |=========================================+========================+======================|
    |   0  NVIDIA B200                    On  |   00000000:1B:00.0 Off |                    0 |
    | N/A   31C    P0            151W / 1000W |       0MiB / 183359MiB |      0%      Default |
    |                                         |                        |             Disabled |
    +-----------------------------------------+------------------------+----------------------+
    |   1  NVIDIA B200                    On  |   00000000:43:00.0 Off |                    2 |
    |ERR!   81C    P0            ERR! / 1000W |  171220MiB / 183359MiB |    100%   E. Process |
    |                                         |                        |              Enabled |
    +-----------------------------------------+------------------------+----------------------+
"""

from __future__ import annotations

from kbtui.machine.text.found import Found
from kbtui.machine.text.names import bus_id, gpu_name, is_cut
from kbtui.machine.text.patterns import Pattern

_BANNER = Pattern(r"NVIDIA-SMI\s+(\d[\d.]*)\s+(?:Driver|KMD) Version:\s*(\S+)(?:\s+CUDA (?:UMD )?Version:\s*(\S+))?")
_CARD = Pattern(
    r"\s*\|\s*(\d+)\s+(\S.*?)\s+(On|Off|N/A|WDDM|TCC|MCDM"
    r"|ERR!)\s*\|\s*([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-F])"
    r"\s+(On|Off|N/A|ERR!)\s*\|\s*(.+?)\s*\|"
)
_SENSORS = Pattern(r"\s*(\S+?)\s+(\S+?)\s+(P\d+|N/A|ERR!)\s+(\S+)\s*/\s*(\S+)\s*$")
_MEMORY = Pattern(r"(\d+)\s*MiB\s*/\s*(\d+)\s*MiB")
_USE = Pattern(r"\s*(\S+)\s+(\S.*?)\s*$")
_NUMBER = Pattern(r"(\d{1,9}(?:\.\d{1,6})?)(?:%|C|W|MiB)?")
_CUT_SHORT = Pattern(r"\D*\d{0,3}\.\.\.$|\D*\.\.\.$")
_COMPUTE = {
    "Default": "Default",
    "E. Process": "Exclusive_Process",
    "E. Thread": "Exclusive_Thread",
    "Prohibited": "Prohibited",
}
_ERROR = "nvidia-smi shows ERR!"


def parse(found: Found) -> None:
    """Every table of the text, its cards, and the process list under it."""
    at = 0
    while at < len(found.lines):
        banner = _BANNER.search(found.lines[at]) if "NVIDIA-SMI" in found.lines[at] else None
        if banner:
            _versions(found, at, *banner.groups())
            at = _table(found, at)
        at += 1


def _versions(found: Found, at: int, smi: str, driver: str, cuda: str | None) -> None:
    if driver[0].isdecimal():
        found.add("driver.version", driver, at)
        found.add("driver.installed", True, at)
        found.add("nvidia_smi.present", True, at)
    if cuda and cuda[0].isdecimal():
        found.add("driver.cuda_version", cuda, at)
    found.collect("machine.gpu_vendors_ever", ["nvidia"], at)


def _table(found: Found, first: int) -> int:
    """Read the rows under a banner; the last line that belongs to the table."""
    from kbtui.machine.text import smi_processes

    keys: list[str] = []
    persistent: list[str] = []
    closed = False
    last, at = first, first + 1
    while at < len(found.lines) and at - last < 4:
        line = found.lines[at].strip()
        if not line.startswith(("|", "+")):
            at += 1
            continue
        if "NVIDIA-SMI" in line:
            break
        last = at
        closed |= line.startswith("+--")
        if "Processes" in line[:30] or "processes:" in line[:40] or "MIG devices:" in line[:30]:
            break
        card = _CARD.match(line)
        if card:
            closed = False
            persistent.append(card[3])
            keys.append(_card(found, at, card.groups(), keys))
        at += 1
    top = first - 1 if first and found.lines[first - 1].strip().startswith("+--") else first
    if keys:
        _conclude(found, first, keys, persistent, closed=closed)
        last = max(last, smi_processes.read(found, last, keys))
    found.take("nvidia-smi", top, last)
    return last


def _card(found: Found, at: int, cells: tuple[str, ...], before: list[str]) -> str:
    index, name, mode, bus, display, ecc = cells
    key = bus_id(bus)
    if key in before:
        return key
    found.gpu_order[int(index)] = key
    found.add("gpu.vendor", "nvidia", at, entity=key)
    if "ERR!" in name:
        found.unclear("gpu.model", at, _ERROR, entity=key)
    elif is_cut(name) and _CUT_SHORT.match(gpu_name(name)):
        found.unclear("gpu.model", at, "the table cut the name", entity=key)
    elif not (is_cut(name) and found.value("gpu.model", key)):
        found.add("gpu.model", gpu_name(name), at, entity=key)
        found.collect("gpus.names", [gpu_name(name)], at)
    if mode in ("WDDM", "TCC", "MCDM"):
        found.add("gpu.driver_model", mode, at, entity=key)
    if display in ("On", "Off"):
        found.add("gpu.display_active", display == "On", at, entity=key)
    if "lost" in ecc:
        found.add("gpu.lost", True, at, entity=key)
    elif ecc == "N/A":
        found.not_applicable("gpu.ecc_enabled", at, entity=key)
    elif ecc in ("On", "Off") or ecc.isdecimal():
        found.add("gpu.ecc_enabled", ecc != "Off", at, entity=key)
        if ecc.isdecimal() and int(ecc):
            found.add("gpu.ecc_uncorrected", int(ecc), at, entity=key)
    _sensors(found, at + 1, key)
    return key


def _sensors(found: Found, at: int, key: str) -> None:
    """The second line of a card, and the third where MIG has one."""
    cells = found.lines[at].strip().strip("|").split("|") if at < len(found.lines) else []
    if len(cells) != 3:
        return
    sensors, memory, use = _SENSORS.match(cells[0]), _MEMORY.search(cells[1]), _USE.match(cells[2])
    if sensors:
        fan, temperature, state, power, limit = sensors.groups()
        for name, text, kind in (
            ("gpu.fan_percent", fan, int),
            ("gpu.temperature", temperature, int),
            ("gpu.power_watts", power, float),
            ("gpu.power_limit_watts", limit, float),
        ):
            _number(found, name, text, kind, at, key)
        if state.startswith("P"):
            found.add("gpu.pstate", state, at, entity=key)
    if memory:
        used, total = int(memory[1]), int(memory[2])
        found.add("gpu.memory_used_mib", used, at, entity=key)
        found.add("gpu.memory_total_mib", total, at, entity=key)
        found.add("gpu.memory_free_mib", max(total - used, 0), at, entity=key)
    if use:
        _number(found, "gpu.utilization", use[1], int, at, key)
        if use[2] in _COMPUTE:
            found.add("gpu.compute_mode", _COMPUTE[use[2]], at, entity=key)
    third = found.lines[at + 1].strip().strip("|").split("|") if at + 1 < len(found.lines) else []
    if len(third) == 3 and not third[0].strip():
        mig = third[2].strip().rstrip("*")
        if mig in ("Enabled", "Disabled"):
            found.add("gpu.mig_enabled", mig == "Enabled", at + 1, entity=key)
        elif mig == "N/A":
            found.not_applicable("gpu.mig_enabled", at + 1, entity=key)


def _number(found: Found, name: str, text: str, kind: type[int] | type[float], at: int, key: str) -> None:
    match = _NUMBER.fullmatch(text)
    if match:
        found.add(name, kind(float(match[1])), at, entity=key)
    elif "ERR" in text:
        found.unclear(name, at, _ERROR, entity=key)


def _conclude(found: Found, at: int, keys: list[str], persistent: list[str], *, closed: bool) -> None:
    keys = list(dict.fromkeys(keys))
    found.add("gpus.count", len(keys), at)
    found.add("nvidia_smi.works", True, at)
    found.add("nvidia_smi.exit_code", 0, at)
    found.scope("gpu", keys, complete=closed)
    if set(persistent) & {"WDDM", "TCC", "MCDM"}:
        found.add("os.kernel", "windows", at)
        return
    if len(set(persistent)) == 1 and persistent[0] in ("On", "Off"):
        found.add("driver.persistence", persistent[0] == "On", at)
    # Under WSL the same table comes from a machine that has no nvidia kernel module of its own.
    if not any("wsl" in line.lower() for line in found.lines):
        found.add("driver.module_loaded", True, at)
