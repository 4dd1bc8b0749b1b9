"""The cards on the PCI bus, whoever drives them: from sysfs, with lspci as the second witness and for their names.

What sysfs shows is described in `pci_tree`; lspci's output in `kbtui.machine.text.lspci`. Of a card without a name in
lspci's list the driver tells the name (NVML, /proc/driver/nvidia).
"""

from __future__ import annotations

from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Read, Run
from kbtui.machine.probes import pci_tree
from kbtui.machine.probes.pci_tree import Device
from kbtui.machine.probes.spec import Out, Probe

_VENDORS = {"10de": "nvidia", "1002": "amd", "8086": "intel"}
_NVLINK5_BOARDS = frozenset({"2901", "3182"})
"""HGX boards (B200, B300) whose NVSwitches stand on no PCI bus that the host sees."""
_MICROSOFT = "1414"
_GIB4 = 1 << 32
_IS_MEMORY, _UNSET = 0x200, 0x20000000
_NO_BUS = "no PCI bus is visible from here"
_WSL = "the card is Windows's: under WSL it stands on no PCI bus"
_JETSON = "the GPU of a Jetson is part of the chip and stands on no PCI bus"
_LSPCI = (
    "gpus.names",
    "gpus.count_pci",
    "gpus.pci_ids",
    "pci.nvidia_devices",
    "pci.display_devices",
    "gpu.model",
    "gpu.vendor",
    "gpu.kernel_driver",
    "gpu.lost",
)
_COUNTS = ("pci.nvidia_devices", "gpus.count_pci", "gpus.pci_ids")


def parse_bus(seen: Mapping[str, Raw], out: Out) -> None:
    """The cards, their links and windows, and who holds them."""
    found = pci_tree.devices(seen)
    if not found:
        for name in (*_COUNTS, "pci.display_devices", "gpus.count", "vfio.bound", "fabric_manager.needed"):
            out.unknown(name, seen["vendor"].reason or _NO_BUS, seen["vendor"])
        return
    vendor = seen["vendor"]
    displays = [d for d in found if d.display]
    nvidia = [d for d in displays if d.nvidia_gpu]
    others = [d for d in displays if d.vendor in _VENDORS and d not in nvidia]
    out.add("pci.display_devices", [d.ids for d in displays], vendor, _rows(displays))
    hidden = _elsewhere(seen, found)
    if nvidia or not hidden:
        _counts(out, vendor, nvidia)
        out.scope("gpu", [d.key for d in nvidia or others], complete=True)
    else:
        for name in _COUNTS:
            out.not_applicable(name, hidden, vendor)
    vendors = {_VENDORS[d.vendor] for d in (*nvidia, *others)}
    if not hidden:
        out.add("machine.hybrid_graphics", len(vendors) > 1, vendor, _rows(displays))
    _ever(seen, out, vendors | ({"nvidia"} if hidden else set()))
    _switches(out, vendor, found, nvidia)
    for card in nvidia or others:
        _card(seen, out, card)
    _all_cards(seen, out, nvidia)


def _rows(devices: list[Device]) -> str:
    return "\n".join(f"{d.key} class {d.kind} {d.ids}" for d in devices) or "no such device on the bus"


def _elsewhere(seen: Mapping[str, Raw], found: list[Device]) -> str:
    """Why an NVIDIA GPU can be there without standing on this bus; "" where it cannot."""
    if any(d.vendor == _MICROSOFT and d.display for d in found) or seen["dxg"].files:
        return _WSL
    return _JETSON if any("nvidia,tegra" in text for text in seen["tree"].files.values()) else ""


def _counts(out: Out, vendor: Raw, nvidia: list[Device]) -> None:
    rows = _rows(nvidia)
    out.add("pci.nvidia_devices", [d.key for d in nvidia], vendor, rows)
    out.add("gpus.count_pci", len(nvidia), vendor, rows)
    out.add("gpus.pci_ids", [d.ids for d in nvidia], vendor, rows)
    if not nvidia:  # what is not on the bus no driver can list
        out.add("gpus.count", 0, vendor, rows)
        out.add("gpus.names", [], vendor, rows)


def _ever(seen: Mapping[str, Raw], out: Out, vendors: set[str]) -> None:
    """A card that fell off the bus leaves its driver's files and the boot's log behind."""
    traces = [seen[name] for name in ("libraries", "libraries64", "module") if seen[name].files]
    log = seen["log"]
    if traces or "[10de:" in log.text or "NVRM:" in log.text:
        vendors = vendors | {"nvidia"}
    if vendors:
        out.add("machine.gpu_vendors_ever", sorted(vendors), traces[0] if traces else seen["vendor"])


def _switches(out: Out, vendor: Raw, found: list[Device], nvidia: list[Device]) -> None:
    switches = [d for d in found if d.nvswitch]
    if switches:
        out.add("fabric_manager.needed", True, vendor, _rows(switches))
    elif not any(d.device in _NVLINK5_BOARDS for d in nvidia):
        out.add("fabric_manager.needed", False, vendor, "no NVSwitch on the bus")
    else:
        out.unknown("fabric_manager.needed", "NVSwitches of this generation are not on the PCI bus", vendor)


def _card(seen: Mapping[str, Raw], out: Out, card: Device) -> None:
    key = card.key
    out.add("gpu.vendor", _VENDORS[card.vendor], seen["vendor"], f"{key} vendor 0x{card.vendor}", entity=key)
    out.add("gpu.pci_id", card.ids, seen["vendor"], f"{key} is {card.ids}", entity=key)
    if seen["driver"].ok and not seen["driver"].truncated:
        held = pci_tree.driver(seen, key)
        out.add("gpu.kernel_driver", held or None, seen["driver"], f"{key} driver {held or '(none)'}", entity=key)
    numa, power = pci_tree.of(seen["numa"], key, "numa_node"), pci_tree.of(seen["power"], key, "power/runtime_status")
    if numa.isdecimal():
        out.add("gpu.numa_node", int(numa), seen["numa"], f"numa_node {numa}", entity=key)
    if power:
        out.add("gpu.runtime_status", power, seen["power"], f"runtime_status {power}", entity=key)
    _link(seen, out, key)
    windows = pci_tree.windows(pci_tree.of(seen["resource"], key, "resource"))
    if card.nvidia_gpu and len(windows) > 1 and windows[1][1] > windows[1][0]:
        size = windows[1][1] - windows[1][0] + 1
        out.add(
            "gpu.bar1_mib", size >> 20, seen["resource"], f"BAR 1 {windows[1][0]:#x}-{windows[1][1]:#x}", entity=key
        )


def _link(seen: Mapping[str, Raw], out: Out, key: str) -> None:
    """What the link runs at, and the most that card and slot share."""
    above = pci_tree.parent(seen, key)
    for fact, ask, name, read in (
        ("gpu.link_gen", "speed", "current_link_speed", pci_tree.generation),
        ("gpu.link_gen_max", "speed_max", "max_link_speed", pci_tree.generation),
        ("gpu.link_width", "width", "current_link_width", pci_tree.lanes),
        ("gpu.link_width_max", "width_max", "max_link_width", pci_tree.lanes),
    ):
        text = pci_tree.of(seen[ask], key, name)
        value = read(text)
        slot = read(pci_tree.of(seen[ask], above, name)) if fact == "gpu.link_gen_max" and above else None
        if value is not None:
            out.add(fact, min(value, slot or value), seen[ask], f"{name} {text}", entity=key)
        elif text:
            out.unknown(fact, f"{name} reads {text}: the card does not answer", seen[ask], entity=key)


def _all_cards(seen: Mapping[str, Raw], out: Out, nvidia: list[Device]) -> None:
    """What is told of the cards together: unreadable, without a window, kept for a virtual machine."""
    if not nvidia:
        for name in ("vfio.bound", "pci.bar_unassigned", "pci.config_space_readable"):
            out.not_applicable(name, "there is no NVIDIA GPU on the bus", seen["vendor"])
        return
    if seen["driver"].ok:
        held = {d.key: pci_tree.driver(seen, d.key) for d in nvidia}
        out.add(
            "vfio.bound", "vfio-pci" in held.values(), seen["driver"], " ".join(f"{k} {v}" for k, v in held.items())
        )
    configs = {d.key: pci_tree.answers(pci_tree.of(seen["config"], d.key, "config")) for d in nvidia}
    dead = [key for key, answers in configs.items() if answers is False]
    for key in dead:
        out.add("gpu.lost", True, seen["config"], f"{key} config: ff ff ff ff", entity=key)
    if dead or all(answers is True for answers in configs.values()):
        out.add(
            "pci.config_space_readable", not dead, seen["config"], ", ".join(dead) + " reads all ones" if dead else ""
        )
    bars = {d.key: pci_tree.windows(pci_tree.of(seen["resource"], d.key, "resource")) for d in nvidia}
    if all(len(rows) > 1 for rows in bars.values()):
        lost = [
            k for k, rows in bars.items() if any(_unassigned(*row) for row in rows) or not (rows[0][1] and rows[1][1])
        ]
        out.add(
            "pci.bar_unassigned", bool(lost), seen["resource"], f"without a window: {', '.join(lost)}" if lost else ""
        )
        if any(rows[1][0] >= _GIB4 for rows in bars.values()):
            out.add("firmware.above_4g", True, seen["resource"], "a BAR 1 stands above 4 GiB")
        else:
            out.unknown("firmware.above_4g", "no card has a window above 4 GiB, which proves nothing", seen["resource"])


def _unassigned(start: int, end: int, flags: int) -> bool:
    return bool(flags & _UNSET) or (bool(flags & _IS_MEMORY) and start == 0 and end > 0)


def parse_lspci(seen: Mapping[str, Raw], out: Out) -> None:
    """lspci's names and its own view of the rest. Which makes were ever there it cannot tell: it sees only now."""
    if seen["lspci"].ok:
        out.read(seen["lspci"], only=_LSPCI)


def parse_acs(seen: Mapping[str, Raw], out: Out) -> None:
    """Whether any port redirects peer traffic: "ACSCtl: SrcValid+ TransBlk- ReqRedir+ CmpltRedir+ ...", root only."""
    rows = [line.strip() for line in seen["lspci"].text.splitlines() if "ACSCtl:" in line]
    redirecting = [row for row in rows if "ReqRedir+" in row]
    if rows:
        out.add("pci.acs_enabled", bool(redirecting), seen["lspci"], (redirecting or rows)[0])
    elif "<access denied>" in seen["lspci"].text:
        out.unknown("pci.acs_enabled", "lspci -vvv shows capabilities only to root", seen["lspci"])
    elif seen["lspci"].ran and seen["lspci"].text:
        out.add("pci.acs_enabled", False, seen["lspci"], "no device has ACSCtl")


PROBES = (
    Probe(
        "pci",
        {
            **pci_tree.ASKS,
            "dxg": Names("/dev/dxg*"),
            "tree": Read("/proc/device-tree/compatible*", cap=4096),
            "libraries": Names("/usr/lib*/*/libcuda.so.*"),
            "libraries64": Names("/usr/lib64/libcuda.so.*"),
            "module": Names("/var/lib/dkms/nvidia*"),
            "log": Run(("dmesg",)),
        },
        parse_bus,
        (
            *_COUNTS,
            "pci.display_devices",
            "pci.config_space_readable",
            "pci.bar_unassigned",
            "firmware.above_4g",
            "machine.gpu_vendors_ever",
            "machine.hybrid_graphics",
            "fabric_manager.needed",
            "vfio.bound",
            "gpus.count",
            "gpus.names",
            "gpu.vendor",
            "gpu.kernel_driver",
            "gpu.pci_id",
            "gpu.lost",
            "gpu.numa_node",
            "gpu.runtime_status",
            "gpu.link_gen",
            "gpu.link_gen_max",
            "gpu.link_width",
            "gpu.link_width_max",
            "gpu.bar1_mib",
        ),
        seconds=0.05,
        always=True,
    ),
    Probe(
        "lspci",
        {"lspci": Run(("lspci", "-nnk"))},
        parse_lspci,
        _LSPCI,
        seconds=0.1,
        always=True,
    ),
    Probe("acs", {"lspci": Run(("lspci", "-vvv"))}, parse_acs, ("pci.acs_enabled",), seconds=0.6),
)
