"""lspci with its dump of configuration space, as typed devices: links and windows from the words where they stand
there, else decoded from the bytes.

`lspci -nnDvvvxxxx` (all devices, since 2023):

    0000:01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA104 [GeForce RTX 3060 Ti] [10de:2486] (rev a1)
        IOMMU group: 12
        Region 1: Memory at 4000000000 (64-bit, prefetchable) [size=8G]
                LnkCap:	Port #0, Speed 16GT/s, Width x16, ASPM L0s L1, Exit Latency L0s <1us, L1 <4us
                LnkSta:	Speed 2.5GT/s (downgraded), Width x16
        Kernel driver in use: nvidia
    00: de 10 86 24 07 04 10 00 a1 00 00 03 00 00 80 00

`lspci -d "10de:*" -v -xxx` (NVIDIA only, until 2022): no domain, no ids, no link; 256 bytes tell the link:

    01:00.0 3D controller: NVIDIA Corporation GP107M [GeForce GTX 1050 Ti Mobile] (rev a1)
        Memory at 90000000 (64-bit, prefetchable) [size=256M]
        Kernel driver in use: nouveau
    00: de 10 8c 1c 07 04 10 00 a1 00 02 03 10 00 00 00

Without lspci the script dumps sysfs: `0000:01:00.0 0x030000: Vendor 10de Device 2486 (rev 0xa1)` and the bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kbtui.machine.text.names import bus_id

_HEAD = re.compile(
    r"((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) (?:(?:0x)?([0-9a-f]{6}): Vendor ([0-9a-f]{4}) Device ([0-9a-f]{4})"
    r"|([^:\[]+?)(?: \[([0-9a-f]{4})\])?: (.*))"
)
_HEX = re.compile(r"([0-9a-f]{2,3}): ((?:[0-9a-f]{2} ?){1,16})$")
_IDS = re.compile(r"\[([0-9a-f]{4}):([0-9a-f]{4})\]")
_NAME = re.compile(r"\[([^\]:]{3,60})\]")
_LINK = re.compile(r"Speed ([\d.]+)GT/s.{0,20}?, Width x(\d+)")
_WINDOW = re.compile(r"(?:Region (\d): )?Memory at (\S+) \((\d\d)-bit, (non-)?prefetchable\).*?\[size=(\d+)([KMGT]?)\]")
_GENERATIONS = {"2.5": 1, "5": 2, "8": 3, "16": 4, "32": 5, "64": 6}
_UNITS = {"": 2**-20, "K": 2**-10, "M": 1, "G": 1 << 10, "T": 1 << 20}
_DISPLAYS = ("VGA compatible controller", "3D controller", "Display controller", "Multimedia video controller")
_EXPRESS = 0x10


@dataclass
class Device:
    """One PCI function."""

    key: str
    """0000:01:00.0"""
    line: int
    """0-based line of the output."""
    kind: str = ""
    """Class in lspci's words, or six hex digits."""
    ids: str = ""
    """10de:2486; "" where the listing shows none."""
    maker: str = ""
    """The text behind the class."""
    driver: str = ""
    iommu_group: str = ""
    serial: str = ""
    lost: bool = False
    capability: tuple[int, int] | None = None
    """Generation and lanes that it can do; None where not said."""
    status: tuple[int, int] | None = None
    """Generation and lanes now."""
    windows: list[tuple[int, bool]] = field(default_factory=list)
    """Size in MiB and whether prefetchable, in order."""
    unassigned: bool = False
    config: bytearray = field(default_factory=bytearray)

    @property
    def display(self) -> bool:
        """A card that can draw or compute."""
        return self.kind.startswith(_DISPLAYS) or self.kind.startswith("03")

    @property
    def vendor(self) -> str:
        """nvidia, amd, intel or the four hex digits; "" where not told."""
        names = {"10de": "nvidia", "1002": "amd", "8086": "intel"}
        if self.ids:
            return names.get(self.ids[:4], self.ids[:4])
        low = self.maker.lower()
        return "nvidia" if "nvidia" in low else "amd" if "amd/ati" in low else "intel" if "intel" in low else ""

    @property
    def name(self) -> str:
        """The product in brackets: GeForce RTX 3060 Ti; "" for a chip that lspci has no name for."""
        found = [m[1] for m in _NAME.finditer(self.maker.partition(" (prog-if")[0]) if m[1] not in ("AMD/ATI", "AMD")]
        return found[0] if found else ""

    @property
    def bar1_mib(self) -> int | None:
        """Size of the window through which the processor sees the card's memory."""
        return next((size for size, prefetchable in self.windows if prefetchable), None)


def devices(text: str) -> list[Device]:
    """All functions that an output shows. Never raises; one pass."""
    found: list[Device] = []
    now: Device | None = None
    for at, row in enumerate(text.split("\n")):
        first = row[:1]
        if first == "\t" or first == " ":
            if now:
                _detail(now, row.strip())
        elif row[2:4] == ": " or row[3:5] == ": ":
            if now and (now.display or not now.kind):
                match = _HEX.match(row.rstrip())
                if match and int(match[1], 16) == len(now.config):
                    now.config += bytes.fromhex(match[2])
        elif "." in row[:16] and (match := _HEAD.match(row)):
            now = _device(match, at)
            found.append(now)
        elif row:
            now = None
    for device in found:
        _decode(device)
    return found


def _device(match: re.Match[str], at: int) -> Device:
    device = Device(bus_id(match[1]), at)
    if match[2]:
        device.kind, device.ids = match[2], f"{match[3]}:{match[4]}"
        return device
    device.kind, device.maker = match[5], match[7]
    ids = list(_IDS.finditer(match[7]))
    if ids:
        device.ids = ids[-1][0][1:-1]
    device.lost = "(rev ff)" in match[7]
    return device


def _detail(device: Device, row: str) -> None:
    if row.startswith(("Region ", "Memory at")):
        match = _WINDOW.match(row)
        if match:
            size = int(int(match[5]) * _UNITS[match[6]])
            device.windows.append((size, not match[4]))
        device.unassigned |= "<unassigned>" in row
    elif row.startswith(("LnkCap:", "LnkSta:")):
        match = _LINK.search(row)
        if match and match[1] in _GENERATIONS:
            link = (_GENERATIONS[match[1]], int(match[2]))
            if row.startswith("LnkCap:"):
                device.capability = link
            else:
                device.status = link
    elif row.startswith("Kernel driver in use:"):
        device.driver = row.partition(":")[2].strip()
    elif row.startswith("IOMMU group:"):
        device.iommu_group = row.partition(":")[2].strip()
    elif "Device Serial Number" in row:
        device.serial = row.rpartition(" ")[2]
    elif row.startswith("!!! Unknown header type"):
        device.lost = True


def _decode(device: Device) -> None:
    """What the words did not say, from configuration space: ids, class, and the link's two registers."""
    config = bytes(device.config)
    if len(config) < 64:
        return
    if config[:4] == b"\xff\xff\xff\xff":
        device.lost = True
        return
    if not device.ids:
        device.ids = f"{config[1]:02x}{config[0]:02x}:{config[3]:02x}{config[2]:02x}"
    at, seen = config[0x34] & 0xFC, set[int]()
    while 0x40 <= at < len(config) - 0x14 and at not in seen:
        seen.add(at)
        if config[at] == _EXPRESS:
            capability = int.from_bytes(config[at + 0x0C : at + 0x10], "little")
            status = int.from_bytes(config[at + 0x12 : at + 0x14], "little")
            device.capability = device.capability or _link(capability)
            device.status = device.status or _link(status)
            return
        at = config[at + 1] & 0xFC


def _link(register: int) -> tuple[int, int] | None:
    speed, lanes = register & 0xF, (register >> 4) & 0x3F
    return (speed, lanes) if 1 <= speed <= 6 and lanes in (1, 2, 4, 8, 12, 16, 32) else None
