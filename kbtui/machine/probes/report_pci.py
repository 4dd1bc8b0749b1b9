"""The cards of a bug report, out of its lspci sections: sysfs is not in a report.

The output is described in `lspci_dump`. Link and BAR of a card that nvidia-smi lists are nvidia-smi's (its maximum is
that of card and slot together); lspci's own count for the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Raw, Read, Run
from kbtui.machine.probes.lspci_dump import Device, devices
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.text.names import bus_id, gpu_name

_LISTED = re.compile(r"^GPU ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f:.]{7})$", re.MULTILINE)
_LINK = re.compile(r"PCIe Generation\s+Max\s+: \d.*?Link Width\s+Max\s+: \d+x", re.DOTALL)
_MODEL = re.compile(r"^Model:\s*(\S.*)$", re.MULTILINE)
_BOUND = re.compile(r"^Bus Location:\s*(\S+)$", re.MULTILINE)
_NOUVEAU_MEMORY = re.compile(r"nouveau ([0-9a-f:.]{12}): (?:fb|VRAM|DRM: VRAM): (\d+) MiB", re.IGNORECASE)
_GROUPS = re.compile(r"(?:Adding to|to|IOMMU) iommu group \d|Adding device \S+ to group \d|: Adding to iommu group")
_KINDS = ("VGA compatible controller", "3D controller")


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """Cards, their ids, drivers, links and windows; whether the firmware's IOMMU is in use."""
    found, raws = _all(seen)
    _iommu(seen, out, list(found.values()))
    if not found:
        _from_sysfs(seen["power"], out)
        return
    displays = [d for d in found.values() if d.display]
    nvidia = [d for d in displays if d.vendor == "nvidia"]
    listing = raws[next(iter(found))]
    rows = "\n".join(f"{d.key} {d.kind}: {d.maker[:100]}" for d in displays)
    whole = seen["short"].ok or seen["full"].ok or seen["dump"].ok
    gpus = [d for d in nvidia if d.kind.startswith((*_KINDS, "0300", "0302", "Display controller"))]
    out.add("gpus.count_pci", len(gpus), listing, rows)
    out.add("pci.nvidia_devices", [d.key for d in gpus], listing, rows)
    out.add("gpus.pci_ids", [d.ids for d in gpus if d.ids], listing, rows)
    out.add("pci.display_devices", [d.ids for d in displays if d.ids], listing, rows)
    if whole:
        others = {d.vendor for d in displays} & {"amd", "intel"}
        out.add("machine.hybrid_graphics", bool(gpus) and bool(others), listing, rows)
    vendors = sorted({d.vendor for d in displays} & {"nvidia", "amd", "intel"})
    if vendors and gpus:
        out.add("machine.gpu_vendors_ever", vendors, listing, rows)
    out.scope("gpu", [d.key for d in gpus], complete=whole)
    shown = _shown_by_smi(seen["smi"].text)
    names = _names(seen["information"])
    for card in gpus:
        _card(seen, out, card, raws[card.key], card.key in shown, names.get(card.key, ""))
    if gpus:
        out.add("pci.config_space_readable", not any(d.lost for d in gpus), listing, rows)
        if seen["full"].ok or seen["old"].ok:
            out.add("pci.bar_unassigned", any(d.unassigned for d in gpus), listing, rows)
            out.add("vfio.bound", any(d.driver == "vfio-pci" for d in gpus), listing, rows)


def _from_sysfs(power: Raw, out: Out) -> None:
    """Without lspci: the script keeps the power files of NVIDIA's functions, of which the first is the card."""
    keys = [bus_id(path.split("/")[5]) for path in power.files if path.split("/")[5].endswith(".0")]
    for key in keys:
        out.add("gpu.vendor", "nvidia", power, f"/sys/bus/pci/devices/{key}/power/control", entity=key)
    if keys:
        out.scope("gpu", keys, complete=False)


def _all(seen: Mapping[str, Raw]) -> tuple[dict[str, Device], dict[str, Raw]]:
    """Devices by bus id with the answer that shows them: the long listing, completed by the short one's ids."""
    found: dict[str, Device] = {}
    raws: dict[str, Raw] = {}
    for name in ("full", "dump", "old", "short"):
        for device in devices(seen[name].text) if seen[name].ok else ():
            old = found.get(device.key)
            if old is None:
                found[device.key], raws[device.key] = device, seen[name]
            else:
                old.ids = old.ids or device.ids
                old.maker = old.maker or device.maker
    return found, raws


def _shown_by_smi(text: str) -> set[str]:
    """Cards whose link nvidia-smi -q tells."""
    starts = list(_LISTED.finditer(text))
    ends = [*(m.start() for m in starts[1:]), len(text)]
    return {bus_id(m[1]) for m, end in zip(starts, ends, strict=False) if _LINK.search(text, m.end(), end)}


def _names(information: Raw) -> dict[str, str]:
    """Names as the kernel module gives them, by bus id: lspci has none for chips newer than its list."""
    out = {}
    for path, text in information.files.items():
        model, bus = _MODEL.search(text), _BOUND.search(text)
        key = bus_id(bus[1]) if bus else bus_id(path.split("/")[-2])
        if model and key and not model[1].startswith("Unknown"):
            out[key] = gpu_name(model[1])
    return out


def _card(seen: Mapping[str, Raw], out: Out, card: Device, raw: Raw, in_smi: bool, name: str) -> None:
    key, row = card.key, f"{card.key} {card.kind}: {card.maker}"
    out.add("gpu.vendor", "nvidia", raw, row, entity=key)
    if card.ids:
        out.add("gpu.pci_id", card.ids, raw, row, entity=key)
    if name or card.name:
        out.add("gpu.model", name or gpu_name(card.name), raw, row, entity=key)
    if card.lost:
        out.add("gpu.lost", True, raw, row, entity=key)
    if seen["full"].ok or seen["old"].ok:
        out.add("gpu.kernel_driver", card.driver or None, raw, f"Kernel driver in use: {card.driver}", entity=key)
        if not in_smi:
            out.add("gpu.serial_present", bool(card.serial), raw, row, entity=key)
    if in_smi or card.lost:
        return
    for fact, link, part in (
        ("gpu.link_gen", card.status, 0),
        ("gpu.link_gen_max", card.capability, 0),
        ("gpu.link_width", card.status, 1),
        ("gpu.link_width_max", card.capability, 1),
    ):
        if link:
            out.add(fact, link[part], raw, f"{row}: generation {link[0]}, x{link[1]}", entity=key)
    if card.bar1_mib is not None:
        out.add("gpu.bar1_mib", card.bar1_mib, raw, f"{row}: {card.bar1_mib} MiB, prefetchable", entity=key)
    for memory in _NOUVEAU_MEMORY.finditer(seen["log"].text):
        if bus_id(memory[1]) == key:
            out.add("gpu.memory_total_mib", int(memory[2]), seen["log"], memory[0], entity=key)


def _iommu(seen: Mapping[str, Raw], out: Out, found: list[Device]) -> None:
    """On where devices stand in groups; off where the log holds the boot, or a newer lspci its list, and none does."""
    group = next((d for d in found if d.iommu_group), None)
    log = seen["log"]
    match = _GROUPS.search(log.text)
    if group:
        out.add("iommu.enabled", True, seen["full"], f"{group.key} IOMMU group: {group.iommu_group}")
    elif match:
        out.add("iommu.enabled", True, log, match[0])
    elif "] Linux version " in log.text or "] Command line: " in log.text or "PCI: Probing PCI hardware" in log.text:
        out.add("iommu.enabled", False, log, "no device was put in an IOMMU group")
    else:
        out.unknown("iommu.enabled", "the kernel log no longer holds the boot", log)


_FACTS = (
    "gpus.count_pci", "pci.nvidia_devices", "gpus.pci_ids", "pci.display_devices", "machine.hybrid_graphics",
    "machine.gpu_vendors_ever", "pci.config_space_readable", "pci.bar_unassigned", "vfio.bound", "iommu.enabled",
    "gpu.vendor", "gpu.pci_id", "gpu.model", "gpu.lost", "gpu.kernel_driver", "gpu.serial_present", "gpu.link_gen",
    "gpu.link_gen_max", "gpu.link_width", "gpu.link_width_max", "gpu.bar1_mib", "gpu.memory_total_mib",
)  # fmt: skip

PROBES = (
    Probe(
        "report lspci",
        {
            "full": Run(("lspci", "-nnDvvvxxx"), cap=32 << 20),
            "old": Run(("lspci", "-d", "10de:*", "-v", "-xxx"), cap=32 << 20),
            "short": Run(("lspci", "-nn")),
            "dump": Run(("pci-config-dump",), cap=32 << 20),
            "smi": Run(("nvidia-smi", "-q")),
            "information": Read("/proc/driver/nvidia/gpus/*/information"),
            "log": Run(("dmesg",)),
            "power": Read("/sys/bus/pci/devices/*/power/control", most=4000),
        },
        parse,
        _FACTS,
        always=True,
    ),
)
