"""sysfs' picture of the PCI bus as typed devices: who they are, which driver holds them, how they are linked.

/sys/bus/pci/devices/0000:01:00.0 -> ../../../devices/pci0000:00/0000:00:01.1/0000:01:00.0
    vendor 0x10de, device 0x2684, class 0x030000, driver -> ../../../../bus/pci/drivers/nvidia
    current_link_speed "2.5 GT/s PCIe" (older kernels "2.5 GT/s"; a dead card "Unknown"), current_link_width 16 (dead: 63)
    config (binary): "de 10 84 26 ..."; a card off the bus reads all ff
    resource, one line a window: 0x0000004000000000 0x00000047ffffffff 0x000000000014220c
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kbtui.machine.asks import Ask, Names, Raw, Read

_BUS = "/sys/bus/pci/devices/*"
_IS_64_BIT = 0x100000
"""IORESOURCE_MEM_64 of include/linux/ioport.h."""
_MOST = 4000
"""Functions of a large server with virtual functions; sysfs files are small."""

ASKS: dict[str, Ask] = {
    "devices": Names(_BUS, most=_MOST),
    "vendor": Read(f"{_BUS}/vendor", cap=16, most=_MOST),
    "device": Read(f"{_BUS}/device", cap=16, most=_MOST),
    "class": Read(f"{_BUS}/class", cap=16, most=_MOST),
    "driver": Names(f"{_BUS}/driver", most=_MOST),
    "speed": Read(f"{_BUS}/current_link_speed", cap=64, most=_MOST),
    "speed_max": Read(f"{_BUS}/max_link_speed", cap=64, most=_MOST),
    "width": Read(f"{_BUS}/current_link_width", cap=16, most=_MOST),
    "width_max": Read(f"{_BUS}/max_link_width", cap=16, most=_MOST),
    "numa": Read(f"{_BUS}/numa_node", cap=16, most=_MOST),
    "power": Read(f"{_BUS}/power/runtime_status", cap=32, most=_MOST),
    "resource": Read(f"{_BUS}/resource", cap=4096, most=_MOST),
    "config": Read(f"{_BUS}/config", cap=16, most=_MOST),
}
"""The cheap and harmless first; configuration space, which wakes a sleeping card, last."""

IDENTITY = {name: ASKS[name] for name in ("vendor", "device", "class")}
"""Enough for `devices` to say which cards there are."""

_GENERATIONS = {2.5: 1, 5.0: 2, 8.0: 3, 16.0: 4, 32.0: 5, 64.0: 6}
_WIDTHS = frozenset({1, 2, 4, 8, 12, 16, 32})
_ONE = "\ufffd"
"""A byte ff of binary content, as the reader of files hands it over."""


class Device(NamedTuple):
    """One PCI function."""

    key: str
    """0000:01:00.0"""
    vendor: str
    """Four hex digits: 10de."""
    device: str
    kind: str
    """Class, six hex digits: 030000."""

    @property
    def ids(self) -> str:
        """vendor:device, as lspci -n shows it."""
        return f"{self.vendor}:{self.device}"

    @property
    def display(self) -> bool:
        """A VGA, 3D or other display controller."""
        return self.kind.startswith("03")

    @property
    def nvidia_gpu(self) -> bool:
        """A display controller of NVIDIA."""
        return self.display and self.vendor == "10de"

    @property
    def nvswitch(self) -> bool:
        """An NVSwitch; bridges of NVIDIA's old chipsets have lower numbers."""
        return self.vendor == "10de" and self.kind.startswith("0680") and int(self.device, 16) >= 0x1A00


def devices(seen: Mapping[str, Raw]) -> list[Device]:
    """All functions, in the order of the bus; empty where sysfs shows none."""
    found = []
    for path, vendor in seen["vendor"].files.items():
        key = path.split("/")[-2]
        kind, device = of(seen["class"], key, "class"), of(seen["device"], key, "device")
        if kind and device:
            found.append(Device(key, vendor.strip()[2:], device[2:], kind[2:]))
    return sorted(found)


def of(raw: Raw, key: str, name: str) -> str:
    """One attribute of one function; "" where it has none."""
    return raw.files.get(f"/sys/bus/pci/devices/{key}/{name}", "").strip()


def driver(seen: Mapping[str, Raw], key: str) -> str:
    """The kernel driver bound to a function; "" for none."""
    link = of(seen["driver"], key, "driver")
    return link.rpartition("/")[2] if link.startswith("link -> ") else ""


def parent(seen: Mapping[str, Raw], key: str) -> str:
    """The bridge or root port above a function; "" where it is not known."""
    parts = seen["devices"].files.get(f"/sys/bus/pci/devices/{key}", "").split("/")
    return parts[-2] if len(parts) > 1 and parts[-1] == key and parts[-2].count(":") == 2 else ""


def generation(text: str) -> int | None:
    """PCIe generation of "16.0 GT/s PCIe"; None for "Unknown"."""
    try:
        return _GENERATIONS.get(float(text.split()[0]))
    except (ValueError, IndexError):
        return None


def lanes(text: str) -> int | None:
    """Lanes of "16"; None for what no link has: a card that does not answer says 63."""
    return int(text) if text.isdecimal() and int(text) in _WIDTHS else None


def answers(config: str) -> bool | None:
    """Whether configuration space holds anything but ones; None where it was not read."""
    return None if not config else config[:8].strip(_ONE) != ""


def windows(resource: str) -> list[tuple[int, int, int]]:
    """(start, end, flags) of the memory windows (BARs), at most six. A 64-bit window takes two rows, the second of them empty
    (drivers/pci/probe.c); it counts once, so BAR 1, the window to the card's memory, is the second one on every card: its
    register block is 64 bits wide from Hopper on."""
    rows = [line.split() for line in resource.splitlines()[:6]]
    numbers = [(int(a, 16), int(b, 16), int(c, 16)) for a, b, c in (row for row in rows if len(row) == 3)]
    out, skip = [], False
    for row in numbers:
        if not skip:
            out.append(row)
        skip = not skip and bool(row[2] & _IS_64_BIT)
    return out
