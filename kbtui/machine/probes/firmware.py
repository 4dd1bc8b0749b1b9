"""The firmware: its version and date, and whether the system was started by UEFI or the old BIOS way.

/sys/class/dmi/id/bios_version    2412
/sys/class/dmi/id/bios_date       09/13/2024
ls /sys/firmware/*                /sys/firmware/acpi  /sys/firmware/dmi  /sys/firmware/efi  /sys/firmware/memmap
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Read, Run
from kbtui.machine.probes.spec import Out, Probe

FIRMWARE = Names("/sys/firmware/*")
"""Which tables the firmware left: `efi` is there only after a UEFI start. Containers hide the folder's content."""
SB_STATE = Run(("mokutil", "--sb-state"))
"""Secure Boot's state as shim knows it; on a machine started the BIOS way it says that there are no EFI variables."""


def mode_of(firmware: Raw) -> str:
    """uefi or bios, from the answer to `FIRMWARE`; "" where it cannot be told."""
    names = {path.rpartition("/")[2] for path in firmware.files}
    if "efi" in names:
        return "uefi"
    return "bios" if names & {"acpi", "dmi", "memmap"} else ""


def parse_firmware(seen: Mapping[str, Raw], out: Out) -> None:
    """Version, date as YYYY-MM-DD, mode."""
    version = seen["bios_version"].text.strip()
    if version:
        out.add("firmware.version", version, seen["bios_version"])
    date = re.fullmatch(r"(\d\d)/(\d\d)/(\d{2,4})", seen["bios_date"].text.strip())
    if date:
        year = date[3] if len(date[3]) == 4 else f"19{date[3]}" if date[3] > "80" else f"20{date[3]}"
        out.add("firmware.date", f"{year}-{date[1]}-{date[2]}", seen["bios_date"])
    mode = mode_of(seen["firmware"])
    if mode:
        out.add("firmware.mode", mode, seen["firmware"], "\n".join(seen["firmware"].files))
    elif "EFI variables are not supported on this system" in seen["mokutil"].output:
        out.add("firmware.mode", "bios", seen["mokutil"])


PROBES = (
    Probe(
        "firmware",
        {
            "bios_version": Read("/sys/class/dmi/id/bios_version"),
            "bios_date": Read("/sys/class/dmi/id/bios_date"),
            "firmware": FIRMWARE,
            "mokutil": SB_STATE,
        },
        parse_firmware,
        ("firmware.version", "firmware.date", "firmware.mode"),
    ),
)
