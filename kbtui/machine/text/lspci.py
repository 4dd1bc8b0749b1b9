"""lspci, with or without -nn, -k and -vv: the display controllers, their ids, drivers, links and windows.

Sample:

    00:02.0 VGA compatible controller [0300]: Intel Corporation UHD Graphics 630 [8086:3e9b] (rev 02)
            Kernel driver in use: i915
    01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GM206 [GeForce GTX 960] [10de:1401] (rev a1)
            Subsystem: Gigabyte Technology Co., Ltd Device [1458:367a]
            Region 1: Memory at e0000000 (64-bit, prefetchable) [size=256M]
                    LnkCap:        Port #0, Speed 8GT/s, Width x16, ASPM L0s L1, Exit Latency L0s <512ns, L1 <16us
                    LnkSta:        Speed 2.5GT/s (downgraded), Width x8 (downgraded)
            Kernel driver in use: nouveau
            Kernel modules: nouveau, nvidia_drm, nvidia
    01:00.1 Audio device [0403]: NVIDIA Corporation GM206 High Definition Audio Controller [10de:0fbb] (rev a1)
"""

from __future__ import annotations

from kbtui.machine.text.found import Found
from kbtui.machine.text.names import bus_id, gpu_name
from kbtui.machine.text.patterns import Pattern

_DEVICE = Pattern(
    r"\s*(?P<bus>(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])\s+(?P<kind>[A-Z\d][^:\[]{3,60}?)(?:"
    r" \[[0-9a-f]{4}\])?: "
    r"(?P<what>.{3,300})"
)
_ID = Pattern(r"\[([0-9a-f]{4}):([0-9a-f]{4})\]")
_BRACKET = Pattern(r"\[([^\]:]{3,60})\]")
_LINK = Pattern(r"Speed ([\d.]+)GT/s.{0,20}?, Width x(\d+)")
_GENERATION = {"2.5": 1, "5": 2, "8": 3, "16": 4, "32": 5, "64": 6}
_BOUND = {"nvidia": "driver.module_loaded", "nouveau": "nouveau.loaded", "vfio-pci": "vfio.bound"}
_DISPLAY = ("VGA compatible controller", "3D controller", "Display controller")
_VENDORS = {
    "NVIDIA": ("nvidia", "10de"),
    "nVidia": ("nvidia", "10de"),
    "Advanced Micro Devices": ("amd", "1002"),
    "AMD/ATI": ("amd", "1002"),
    "Intel": ("intel", "8086"),
}


class _Card:
    """One display controller while its indented lines are read."""

    def __init__(self, key: str, vendor: str, at: int) -> None:
        self.key = key
        self.vendor = vendor
        self.at = at
        self.driver = ""
        self.details = False


def parse(found: Found) -> None:
    """Display controllers become cards; with an NVIDIA card present, chips of other vendors only count as vendors."""
    rows: list[int] = []
    cards: list[_Card] = []
    card: _Card | None = None
    whole = verbose = False
    for at, line in enumerate(found.lines):
        if "ACSCtl:" in line:
            found.add("pci.acs_enabled", "ReqRedir+" in line, at)
        if "NVSwitch" in line and "NVIDIA" in line:
            found.add("fabric_manager.needed", True, at)
        match = _DEVICE.match(line) if "." in line[:20] and ": " in line else None
        if match:
            rows.append(at)
            whole |= "Host bridge" in match["kind"]
            card = _device(found, at, match["bus"], match["kind"], match["what"])
            if card:
                cards.append(card)
        elif rows and line[:1] in ("\t", " ") and rows[-1] == at - 1:
            rows.append(at)
            verbose |= "Kernel driver in use" in line or "Kernel modules" in line
            if card:
                _detail(found, at, line.strip(), card)
        else:
            card = None
    if not cards:
        return
    found.take_each("lspci", rows)
    _conclude(found, cards, whole, verbose)


def _device(found: Found, at: int, bus: str, kind: str, what: str) -> _Card | None:
    if not any(kind.startswith(display) for display in _DISPLAY):
        return None
    vendor, number = next((v for name, v in _VENDORS.items() if name in what), ("", ""))
    if not vendor:
        return None
    key = bus_id(bus)
    ids = [m for m in _ID.finditer(what) if m[1] == number]
    if ids:
        found.collect("pci.display_devices", [ids[0][0][1:-1]], at)
        if vendor == "nvidia":
            found.collect("gpus.pci_ids", [ids[0][0][1:-1]], at)
    found.collect("machine.gpu_vendors_ever", [vendor], at)
    found.add("gpu.vendor", vendor, at, entity=key)
    names = [m[1] for m in _BRACKET.finditer(what.partition(" (prog-if")[0]) if m[1] not in ("AMD/ATI", "AMD")]
    if names:
        found.add("gpu.model", gpu_name(names[0].split("/")[0] if vendor == "amd" else names[0]), at, entity=key)
    if "(rev ff)" in what:
        found.add("gpu.lost", True, at, entity=key)
        found.add("pci.config_space_readable", False, at)
    return _Card(key, vendor, at)


def _detail(found: Found, at: int, line: str, card: _Card) -> None:
    card.details |= line.startswith("Kernel modules:")
    if line.startswith("Kernel driver in use:"):
        card.driver = line.partition(":")[2].strip()
        found.add("gpu.kernel_driver", card.driver, at, entity=card.key)
        card.at = at
    elif line.startswith(("LnkCap:", "LnkSta:")):
        match = _LINK.search(line)
        if match and match[1] in _GENERATION:
            most = "_max" if line.startswith("LnkCap:") else ""
            found.add(f"gpu.link_gen{most}", _GENERATION[match[1]], at, entity=card.key)
            found.add(f"gpu.link_width{most}", int(match[2]), at, entity=card.key)
    elif card.vendor == "nvidia":
        if line.startswith("Region") and "<unassigned>" in line:
            found.add("pci.bar_unassigned", True, at)
        elif line.startswith("!!! Unknown header type 7f"):
            found.add("gpu.lost", True, at, entity=card.key)
            found.add("pci.config_space_readable", False, at)
        elif line.startswith("Kernel modules:") and "nvidia" in line.partition(":")[2].replace(" ", "").split(","):
            found.add("driver.module_on_disk", True, at)


def _conclude(found: Found, cards: list[_Card], whole: bool, verbose: bool) -> None:
    nvidia = [card for card in cards if card.vendor == "nvidia"]
    shown = nvidia or cards
    for card in nvidia:
        found.collect("pci.nvidia_devices", [card.key], card.at)
        model = found.value("gpu.model", card.key)
        if isinstance(model, str):
            found.collect("gpus.names", [model], card.at)
        if verbose and not card.driver and (card.details or whole):
            found.absent("gpu.kernel_driver", card.at, entity=card.key)
        if card.driver in _BOUND:
            found.add(_BOUND[card.driver], True, card.at)
        if card.driver.lower().replace("_", "") in ("novacore", "nova"):
            found.add("nova.loaded", True, card.at)
    if nvidia or whole:
        found.add("gpus.count_pci", len(nvidia), cards[0].at)
    if whole:
        found.add("machine.hybrid_graphics", len({card.vendor for card in cards}) > 1, cards[0].at)
    for card in cards:
        if card not in shown:
            found.forget_entity("gpu", card.key)
    found.scope("gpu", [card.key for card in shown], complete=whole)
