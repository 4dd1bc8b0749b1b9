"""The plain machine: make and model, form, processor, memory, and whether a hypervisor lies below.

/sys/class/dmi/id/sys_vendor      ASUSTeK COMPUTER INC.
/sys/class/dmi/id/chassis_type    3
/proc/cpuinfo                     model name      : AMD Ryzen 9 7950X 16-Core Processor
/proc/meminfo                     MemTotal:       65758952 kB
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Ask, Raw, Read, Run
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.probes.system import UNAME, release_of

_KIB_PER_GIB = 1024 * 1024
_DMI = "/sys/class/dmi/id/"
DMI_ASKS: Mapping[str, Ask] = {
    name: Read(_DMI + name)
    for name in ("sys_vendor", "product_name", "product_version", "board_vendor", "board_name", "chassis_type")
}
"""What the firmware says of the machine; serial numbers are not asked for."""
_FILLERS = re.compile(
    r"(?:to be filled by|default string|system (?:product name|manufacturer|version)|not (?:specified|applicable)"
    r"|o\.?e\.?m\.?$|none$|unknown$|x\.x$|\W*$|123456)",
    re.IGNORECASE,
)
_FORMS = (
    ("desktop", {3, 4, 5, 6, 7, 13, 15, 16, 24, 35, 36}),
    ("laptop", {8, 9, 10, 11, 14, 30, 31, 32}),
    ("server", {17, 23, 25, 28, 29}),
)
"""SMBIOS chassis types."""
_WORKSTATION = re.compile(r"workstation|thinkstation|^precision \d|^precision t|\bhp z\d|proviz", re.IGNORECASE)
_GUESTS = (
    ("vmware", "vmware"), ("innotek", "virtualbox"), ("virtualbox", "virtualbox"), ("xen", "xen"), ("bochs", "kvm"),
    ("qemu", "kvm"), ("kvm", "kvm"), ("red hat", "kvm"), ("openstack", "kvm"), ("google compute", "kvm"),
    ("parallels", "parallels"), ("bhyve", "bhyve"), ("nutanix", "kvm"), ("alibaba cloud", "kvm"),
    ("amazon ec2", "kvm"), ("apple virtualization", "apple"), ("virtual machine", "hyperv"),
)  # fmt: skip
"""What stands in vendor or model of a guest -> the hypervisor."""
_DETECTED = {"microsoft": "hyperv", "oracle": "virtualbox", "qemu": "kvm", "amazon": "kvm", "google": "kvm"}


def parse_board(seen: Mapping[str, Raw], out: Out) -> None:
    """Model, board and form, and whether all that is a virtual machine."""
    # Lenovo's product name is a type number; the name that people know stands in the version.
    lenovo = seen["sys_vendor"].text.strip().upper() == "LENOVO" and not _FILLERS.match(seen["product_version"].text)
    model = _joined(seen["sys_vendor"], seen["product_version" if lenovo else "product_name"])
    tree = seen["device_tree"].text.strip("\0 \n")
    if model:
        out.add("machine.model", model, seen["product_name"], model)
    elif tree:
        out.add("machine.model", tree, seen["device_tree"], tree)
    board = _joined(seen["board_vendor"], seen["board_name"])
    if board:
        out.add("machine.motherboard", board, seen["board_name"], board)
    if "microsoft" in release_of(seen["uname"]).lower():
        return  # Windows keeps its hypervisor and its machine to itself
    guest = _virtual(seen, out)
    chassis = seen["chassis_type"].text.strip()
    form = next((name for name, types in _FORMS if chassis.isdecimal() and int(chassis) in types), "")
    if guest:
        out.add("machine.form", "vm", seen["detect"] if seen["detect"].text else seen["sys_vendor"])
    elif form == "desktop" and _WORKSTATION.search(seen["product_name"].text):
        out.add("machine.form", "workstation", seen["product_name"])
    elif form:
        out.add("machine.form", form, seen["chassis_type"], f"chassis_type: {chassis}")
    elif tree and not model:
        out.add("machine.form", "board", seen["device_tree"], tree)


def _joined(vendor: Raw, name: Raw) -> str:
    """ "Dell Inc. XPS 15 9520": the parts that are no fillers, the vendor not said twice."""
    parts = [p for p in (vendor.text.strip(), name.text.strip()) if p and not _FILLERS.match(p)]
    return parts[-1] if len(parts) == 2 and parts[1].startswith(parts[0]) else " ".join(parts)


def _virtual(seen: Mapping[str, Raw], out: Out) -> bool:
    """The detector's word, else vendor and model, else the processor's own flag."""
    said = " ".join(seen[n].text.strip() for n in ("sys_vendor", "product_name", "board_vendor")).lower()
    guest = next((name for sign, name in _GUESTS if sign in said and ".metal" not in said), "")
    detected = seen["detect"].text.strip().lower() if seen["detect"].ok else ""
    flags = re.search(r"^flags\s*:.*$", seen["cpuinfo"].text, re.MULTILINE)
    flagged = flags is not None and " hypervisor" in flags[0]
    if detected and detected != "none":
        guest = guest or _DETECTED.get(detected, detected)
        out.add("os.virtual_machine", True, seen["detect"])
    elif detected:
        out.add("os.virtual_machine", False, seen["detect"])
        guest = ""
    elif guest:
        out.add("os.virtual_machine", True, seen["sys_vendor"], said)
    elif flagged and said.strip():
        reason = "the processor reports a hypervisor, and the firmware names a physical machine"
        out.unknown("os.virtual_machine", reason, seen["cpuinfo"])
        out.unknown("os.hypervisor", reason, seen["cpuinfo"])
        return False
    elif flagged:
        out.add("os.virtual_machine", True, seen["cpuinfo"], "flags: hypervisor")
        return True
    elif flags and said.strip():
        out.add("os.virtual_machine", False, seen["cpuinfo"], "flags: no hypervisor")
    else:
        return False
    if guest:
        out.add("os.hypervisor", guest, seen["detect"] if detected else seen["sys_vendor"], detected or said)
    else:
        out.absent("os.hypervisor", seen["detect"] if detected else seen["cpuinfo"], "no hypervisor")
    return bool(guest)


def parse_processor(seen: Mapping[str, Raw], out: Out) -> None:
    """Model, logical processors, AVX."""
    info = seen["cpuinfo"]
    model = re.search(r"^(?:model name|cpu model)\s*:\s*(\S.*)$", info.text, re.MULTILINE)
    named = re.search(r"^Model name:\s*(\S.*)$", seen["lscpu"].text, re.MULTILINE)
    if model:
        out.add("cpu.model", " ".join(model[1].split()), info, model[0])
    elif named and named[1] != "-":
        out.add("cpu.model", named[1].strip(), seen["lscpu"], named[0])
    count = len(re.findall(r"^processor\s*:", info.text, re.MULTILINE))
    online = seen["online"].text.strip()
    if count and not info.truncated:
        out.add("cpu.cores", count, info, f"processor: {count} times")
    elif re.fullmatch(r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*", online):
        ends = [[int(n) for n in part.split("-")] for part in online.split(",")]
        out.add("cpu.cores", sum(e[-1] - e[0] + 1 for e in ends), seen["online"])
    flags = re.search(r"^flags\s*:(.*)$", info.text, re.MULTILINE)
    if flags:
        words = set(flags[1].split())
        out.add("cpu.has_avx", "avx" in words, info, f"flags: avx {'avx' in words}")
        out.add("cpu.has_avx2", "avx2" in words, info, f"flags: avx2 {'avx2' in words}")
    elif re.search(r"^Features\s*:", info.text, re.MULTILINE):
        for name in ("cpu.has_avx", "cpu.has_avx2"):
            out.not_applicable(name, "not an x86 processor", info)


def parse_memory(seen: Mapping[str, Raw], out: Out) -> None:
    """Memory and swap, in GiB."""
    said = dict(re.findall(r"^(\w+):\s+(\d+) kB", seen["meminfo"].text, re.MULTILINE))
    for name, key in (
        ("ram.total_gib", "MemTotal"),
        ("ram.available_gib", "MemAvailable"),
        ("swap.total_gib", "SwapTotal"),
    ):
        if key in said:
            out.add(name, round(int(said[key]) / _KIB_PER_GIB, 2), seen["meminfo"], f"{key}: {said[key]} kB")
    if "SwapTotal" in said and "SwapFree" in said:
        used = int(said["SwapTotal"]) - int(said["SwapFree"])
        out.add("swap.used_gib", round(used / _KIB_PER_GIB, 2), seen["meminfo"], f"SwapFree: {said['SwapFree']} kB")


_CPUINFO = Read("/proc/cpuinfo", cap=1 << 20)

PROBES = (
    Probe(
        "board",
        {
            **DMI_ASKS,
            "device_tree": Read("/proc/device-tree/model"),
            "detect": Run(("systemd-detect-virt", "--vm")),
            "cpuinfo": _CPUINFO,
            "uname": UNAME,
        },
        parse_board,
        ("machine.model", "machine.motherboard", "machine.form", "os.virtual_machine", "os.hypervisor"),
    ),
    Probe(
        "processor",
        {"cpuinfo": _CPUINFO, "online": Read("/sys/devices/system/cpu/online"), "lscpu": Run(("lscpu",))},
        parse_processor,
        ("cpu.model", "cpu.cores", "cpu.has_avx", "cpu.has_avx2"),
    ),
    Probe(
        "memory",
        {"meminfo": Read("/proc/meminfo")},
        parse_memory,
        ("ram.total_gib", "ram.available_gib", "swap.total_gib", "swap.used_gib"),
    ),
)
