"""Which distribution: /etc/os-release, lsb_release -a, hostnamectl, neofetch and fastfetch, screenfetch, /etc/issue.

Sample:

    PRETTY_NAME="Ubuntu 22.04.5 LTS"
    NAME="Ubuntu"
    VERSION_ID="22.04"
    ID=ubuntu

    Distributor ID: Ubuntu
    Description:    Ubuntu 22.04.5 LTS
    Release:        22.04

      Operating System: Ubuntu 22.04.5 LTS
                Kernel: Linux 5.15.0-125-generic
          Architecture: x86-64

    OS: Ubuntu 22.04.5 LTS x86_64
    Kernel: 5.15.0-125-generic
"""

from __future__ import annotations

from kbtui.machine.text import uname
from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.patterns import ANY_CASE, Pattern
from kbtui.machine.text.systems import system_in

_FIELD = Pattern(r"\s*(PRETTY_NAME|VERSION_ID|ID)=[\"']?([^\"'\n]{1,80})[\"']?\s*$")
_LABEL = Pattern(
    r"[\s*•-]*(OS|Distributor ID|Description|Release|Operating System|Distro|操作系统|Kernel|Kernel Version|内核"
    r"|Chassis|Virtualization|Static hostname|CPU|Model name)\s*[:：]\s+?(\S.{0,120})",
    ANY_CASE,
)
_KERNEL = Pattern(r"(?:Linux[ -])?(\d+\.\d+(?:\.\d+)?[\w.+~-]*)")


def parse(found: Found) -> None:
    """Fields by their names; a line that only begins like one must name a system to count."""
    rows: list[int] = []
    for at, line in enumerate(found.lines):
        if found.taken[at] or len(line) > 200:
            continue
        field = _FIELD.match(line) if "=" in line else None
        if field:
            _release_file(found, at, field[1], field[2].strip())
            rows.append(at)
            continue
        label = _LABEL.match(line) if (":" in line or "：" in line) else None
        if label and _labelled(found, at, label[1].lower(), label[2].strip()):
            rows.append(at)
    found.take_each("os", rows)


def _release_file(found: Found, at: int, name: str, value: str) -> None:
    if name == "PRETTY_NAME":
        found.add("os.name", value, at)
    elif name == "VERSION_ID":
        found.add("os.version", value, at)
    elif value.replace("-", "").isalnum():
        found.add("os.id", _IDS.get(value.lower(), value.lower()), at)
        found.add("os.kernel", "linux", at)


_IDS = {"opensuse-leap": "opensuse", "opensuse-tumbleweed": "opensuse", "ubuntu-core": "ubuntu"}
_CHASSIS = {
    "laptop": "laptop",
    "notebook": "laptop",
    "convertible": "laptop",
    "desktop": "desktop",
    "server": "server",
    "vm": "vm",
}


def _labelled(found: Found, at: int, label: str, value: str) -> bool:
    if label in ("kernel", "kernel version", "内核"):
        match = _KERNEL.match(value)
        if match:
            uname.release(found, at, match[1])
        return bool(match)
    if label in ("os", "distributor id", "description", "operating system", "distro", "操作系统"):
        system = system_in(value)
        if not system or value[: system.start].strip() not in ("", "Microsoft", "Linux") or len(value) > 80:
            return False
        found.add("os.id", system.id, at)
        found.add("os.kernel", system.kernel, at)
        if system.version:
            found.add("os.version", system.version, at)
        if label != "distributor id":
            found.add("os.name", value.removesuffix(" x86_64"), at)
        return True
    if label == "release" and value.replace(".", "").isdecimal() and _beside_lsb(found, at):
        found.add("os.version", value, at)
        return True
    if label == "chassis":
        form = _CHASSIS.get(value.split()[0].lower())
        if form:
            found.add("machine.form", form, at)
        return bool(form)
    if label == "virtualization" and value.isalnum():
        found.add("os.hypervisor", value, at, weight=HINT)
        return True
    if label == "static hostname" and value.lower() != "n/a":
        found.add("machine.hostname", value, at)
        return True
    if label == "cpu" and any(word in value for word in ("Intel", "AMD", "Ryzen", "Xeon", "Core", "EPYC")):
        found.add("cpu.model", value, at)
        return True
    if label == "model name":
        found.add("cpu.model", value, at)
        return True
    return False


def _beside_lsb(found: Found, at: int) -> bool:
    """ "Release:" means many things; lsb_release prints it between two lines of its own."""
    return any("Distributor ID" in line or "Codename" in line for line in found.lines[max(at - 3, 0) : at + 3])
