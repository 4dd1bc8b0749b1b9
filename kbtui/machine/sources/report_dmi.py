"""/sys/class/dmi/id of a bug report's machine, out of its dmidecode section: both show the same tables.

Handle 0x0001, DMI type 1, 27 bytes
System Information
    Manufacturer: LENOVO
    Product Name: 80WW
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kbtui.machine.asks import Raw

if TYPE_CHECKING:
    from kbtui.machine.sources.bug_report import BugReport

FOLDER = "/sys/class/dmi/id/"
_FIELDS = {
    "sys_vendor": ("System Information", "Manufacturer"),
    "product_name": ("System Information", "Product Name"),
    "product_version": ("System Information", "Version"),
    "board_vendor": ("Base Board Information", "Manufacturer"),
    "board_name": ("Base Board Information", "Product Name"),
    "chassis_type": ("Chassis Information", "Type"),
    "bios_vendor": ("BIOS Information", "Vendor"),
    "bios_version": ("BIOS Information", "Version"),
    "bios_date": ("BIOS Information", "Release Date"),
}
_CHASSIS = (
    "Other, Unknown, Desktop, Low Profile Desktop, Pizza Box, Mini Tower, Tower, Portable, Laptop, Notebook, Hand Held, "
    "Docking Station, All In One, Sub Notebook, Space-saving, Lunch Box, Main Server Chassis, Expansion Chassis, "
    "Sub Chassis, Bus Expansion Chassis, Peripheral Chassis, RAID Chassis, Rack Mount Chassis, Sealed-case PC, "
    "Multi-system, CompactPCI, AdvancedTCA, Blade, Blade Enclosing, Tablet, Convertible, Detachable, IoT Gateway, "
    "Embedded PC, Mini PC, Stick PC"
).split(", ")
"""SMBIOS chassis types by number, from 1."""


def dmi(report: BugReport, path: str) -> Raw | None:
    """The answer to `Read("/sys/class/dmi/id/NAME")`; None for what dmidecode does not show."""
    field = _FIELDS.get(path.removeprefix(FOLDER))
    part = report.commands.get(("dmidecode",))
    if not field or not part:
        return None
    section, name = field
    start = part.body.find(f"\n{section}\n")
    stop = part.body.find("\nHandle ", start + 1)
    match = re.search(rf"^\t{name}:[ \t]*(.*)$", part.body[start : stop if stop > 0 else None], re.MULTILINE)
    if start < 0 or not match:
        return None
    value = match[1].strip()
    if field[1] == "Type":
        value = str(_CHASSIS.index(value) + 1) if value in _CHASSIS else "2"
    line = part.line + part.body.count("\n", 0, start + match.start())
    return Raw(text=value + "\n", origin=f"bug report line {line} (dmidecode)", line=line)
