"""The driver of a bug report's machine: module, libraries, nvidia-smi, and what else holds or draws on the card.

/proc/driver/nvidia/version    NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.230.02  Fri Dec 20 21:42:05 UTC 2024
                               NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.172.08  Release Build ...
/proc/modules                  nvidia 54386688 172 nvidia_uvm,nvidia_modeset, Live 0xffffffffc0e1e000 (PO)
nvidia-smi --query             see `kbtui.machine.text.smi_query`
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kbtui.machine.asks import Names, Raw, Read, Run
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.text.names import bus_id, gpu_name

_VERSION = r"(\d{2,3}\.\d{2,3}(?:\.\d{2,3})?)"
_NVRM = re.compile(r"NVIDIA UNIX (Open )?(?:\S+ )?Kernel Module(?: for \S+)?\s+" + _VERSION)
_MODULE = re.compile(r"^nvidia (?:\d+) .*?(?:\((\w+)\))?$", re.MULTILINE)
_PROFILES = re.compile(r"nvidia-application-profiles-" + _VERSION + "-rc")
_DKMS = re.compile(r"/dkms/nvidia/" + _VERSION + r"/([^/]+)/")
_X_DRIVER = re.compile(r"NVIDIA (?:GLX Module|dlloader X Driver|GLX)\s+" + _VERSION)
_INSTALLER = re.compile(r"(?:installer version|NVIDIA-Linux-\w+)[: -]+" + _VERSION)
_VERMAGIC = re.compile(r"\S+")
_GPU = re.compile(r"^GPU ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f:.]{7})$", re.MULTILINE)
_ROW = re.compile(r"^    (Persistence Mode|Serial Number) +: (.*)$", re.MULTILINE)
_REASONS = re.compile(r"^    Clocks (?:Throttle|Event) Reasons\n((?:      .*\n)+)", re.MULTILINE)
_ACTIVE = re.compile(r"^ +(\S.*?) +: Active$", re.MULTILINE)
_OTHERS = frozenset(
    """nouveau nova_core nova_drm nvidiafb rivafb i915 xe amdgpu radeon ast mgag200 gma500_gfx matroxfb_base
    i2c_nvidia_gpu kvm_intel kvm_amd vfio_pci vboxdrv vboxvideo vboxguest vmwgfx virtio_gpu bochs bochs_drm qxl cirrus
    hyperv_drm evdi bbswitch nvidia_peermem nv_peer_mem gdrdrv nvidia_fs nvidia_vgpu_vfio mods simpledrm udl vmw_vmci
    hv_vmbus""".split()
)


def parse_module(seen: Mapping[str, Raw], out: Out) -> None:
    """Which module is loaded, built or missing, and its version."""
    modules, proc = seen["modules"], seen["version"]
    names = {row.split(" ", 1)[0] for row in modules.text.splitlines()} if modules.ok else set()
    loaded = _NVRM.search(proc.text) if proc.ok else None
    if modules.ok:
        row = _MODULE.search(modules.text)
        out.add("driver.module_loaded", bool(row), modules, row[0] if row else "no line for nvidia")
        out.add(
            "nouveau.loaded", "nouveau" in names, modules, "nouveau" if "nouveau" in names else "no line for nouveau"
        )
        out.add("driver.uvm_loaded", "nvidia_uvm" in names, modules)
        out.add("kernel.graphics_modules", sorted(names & _OTHERS), modules)
    elif loaded:
        out.add("driver.module_loaded", True, proc, loaded[0])
    if loaded:
        out.add("driver.module_version", loaded[2], proc, loaded[0])
    for version, raw, line in _versions(seen):
        out.add("driver.version", version, raw, line)
        break
    flavour = _flavour(seen, names)
    if flavour:
        out.add("driver.flavour", flavour[0], flavour[1], flavour[2])
    magic = _VERMAGIC.match(seen["vermagic"].text) if seen["vermagic"].ran else None
    if magic and seen["uname"].ok:
        out.add("driver.module_on_disk", magic[0] == seen["uname"].text.strip(), seen["vermagic"])
    _bound(seen, out, bool(loaded), names)


def _bound(seen: Mapping[str, Raw], out: Out, loaded: bool, names: set[str]) -> None:
    """Cards under /proc/driver/nvidia/gpus; none where there is no nvidia module."""
    keys = {path.split("/")[-2] for name in ("information", "power", "registry") for path in seen[name].files}
    if keys:
        out.add("gpus.count_driver", len(keys), seen["version"], " ".join(sorted(keys)))
    elif seen["modules"].ok and "nvidia" not in names and not loaded:
        out.add("gpus.count_driver", 0, seen["modules"], "no nvidia module")
    elif loaded and seen["version"].ok and not _safe(seen):
        out.add("gpus.count_driver", 0, seen["version"], "no card under /proc/driver/nvidia/gpus")


def _safe(seen: Mapping[str, Raw]) -> bool:
    said = _said(seen)
    return not said or not said["complete"] or "--safe-mode" in said["flags"]


def _said(seen: Mapping[str, Raw]) -> dict[str, Any]:
    return dict(json.loads(seen["summary"].text)) if seen["summary"].ok else {}


def _table(seen: Mapping[str, Raw], component: str) -> str:
    return "\n".join(_said(seen).get("table", {}).get(component, []))


def _versions(seen: Mapping[str, Raw]) -> Iterator[tuple[str, Raw, str]]:
    """Every version that the report shows, the surest first: the loaded module's, the tools', what is installed."""
    for name, pattern in (("version", _NVRM), ("smi", _HEAD), ("unit", _HEAD)):
        match = pattern.search(seen[name].text)
        if match:
            yield match[match.lastindex or 0], seen[name], match[0]
    match = re.search(r"(?:DRIVER version|Driver version[^:]*)\s*: *" + _VERSION, _table(seen, "NVIDIA SMI"))
    if match:
        yield match[1], seen["summary"], match[0]
    for name, pattern in (("profiles", _PROFILES), ("dkms", _DKMS)):
        paths = sorted(seen[name].files, key=lambda p: seen["uname"].text.strip() in p, reverse=True)
        for match in filter(None, map(pattern.search, paths)):
            yield match[1], seen[name], match[0]
    for name, pattern in (("installer", _INSTALLER), ("xorg", _X_DRIVER), ("log", _NVRM), ("messages", _NVRM)):
        found = list(pattern.finditer(seen[name].text))
        if found:
            yield found[-1][found[-1].lastindex or 0], seen[name], found[-1][0]
    match = re.search(r"nvidia-settings:\s+version " + _VERSION, _table(seen, "NVIDIA Settings"))
    if match:
        yield match[1], seen["summary"], match[0]


_HEAD = re.compile(r"^Driver Version\s+: " + _VERSION, re.MULTILINE)


def _flavour(seen: Mapping[str, Raw], names: set[str]) -> tuple[str, Raw, str] | None:
    """open or proprietary of the module that is loaded, else nouveau where it is, else of the one that was built."""
    loaded = _NVRM.search(seen["version"].text)
    row = _MODULE.search(seen["modules"].text)
    if loaded:
        return ("open" if loaded[1] else "proprietary"), seen["version"], loaded[0]
    if row and row[1]:
        return ("proprietary" if "P" in row[1] else "open"), seen["modules"], row[0]
    if "nouveau" in names:
        return "nouveau", seen["modules"], "nouveau is loaded"
    told = list(_NVRM.finditer(seen["log"].text))
    if told:
        return ("open" if told[-1][1] else "proprietary"), seen["log"], told[-1][0]
    if "module license 'NVIDIA' taints kernel" in seen["log"].text:
        return "proprietary", seen["log"], "module license 'NVIDIA' taints kernel"
    if "requires use of the NVIDIA open kernel modules" in seen["log"].text:
        return "proprietary", seen["log"], "installed in this system requires use of the NVIDIA open kernel modules"
    kind = re.search(r"[Kk]ernel module (?:type|build)\W.{0,80}?(MIT/GPL|open|proprietary)", seen["installer"].text)
    if kind:
        return ("proprietary" if kind[1] == "proprietary" else "open"), seen["installer"], kind[0]
    built = seen["dkms"].files or (seen["vermagic"].ran and seen["vermagic"].text.strip())
    if built:
        return "proprietary", seen["dkms"] if seen["dkms"].ok else seen["vermagic"], "a module was built"
    if seen["modules"].ok and "nvidia" not in names:
        return "none", seen["modules"], "no nvidia module, loaded or built"
    return None


def parse_smi(seen: Mapping[str, Raw], out: Out) -> None:
    """nvidia-smi -q of any version; where it failed, what --unit and the summary table still say."""
    smi, unit = seen["smi"], seen["unit"]
    if smi.ok and smi.text.strip():
        out.read(smi, without=("machine.gpu_vendors_ever",))
        out.add("nvidia_smi.hung", False, smi, "it answered")
        _more(smi, out)
    elif smi.status == "absent":
        out.add("nvidia_smi.present", False, smi, smi.reason)
        out.add("nvidia_smi.works", False, smi, smi.reason)
    version = re.search(r"^CUDA (?:UMD )?Version\s+: (\d+\.\d+)", smi.text + "\n" + unit.text, re.MULTILINE)
    table = re.search(r"CUDA (?:UMD )?Version\s*: (\d+\.\d+)", _table(seen, "NVIDIA SMI"))
    if version:
        out.add("driver.cuda_version", version[1], smi if version[0] in smi.text else unit, version[0])
    elif table:
        out.add("driver.cuda_version", table[1], seen["summary"], table[0])
    if not smi.ok:
        _details(_table(seen, "NVIDIA GPU Details"), seen["summary"], out)
    if any(f.name == "gpus.clock_reasons" for f in out.facts) or not smi.ok:
        return
    out.unknown("gpus.clock_reasons", "nvidia-smi listed no card", smi)


def _more(smi: Raw, out: Out) -> None:
    """What the reader of pasted output has no fact for: a card's own persistence and serial, reasons with Idle."""
    starts = list(_GPU.finditer(smi.text))
    reasons: dict[str, None] = {}
    for match, end in zip(starts, [*(m.start() for m in starts[1:]), len(smi.text)], strict=False):
        block, key = smi.text[match.end() : end], bus_id(match[1])
        for row in _ROW.finditer(block):
            if row[1] == "Serial Number":
                out.add("gpu.serial_present", row[2].strip() not in ("N/A", "0", ""), smi, row[1], entity=key)
            elif row[2].strip() in ("Enabled", "Disabled"):
                out.add("gpu.persistence", row[2].strip() == "Enabled", smi, row[0], entity=key)
        told = _REASONS.search(block)
        if told:
            reasons.update(dict.fromkeys(_ACTIVE.findall(told[1])))
            out.facts = [f for f in out.facts if f.name != "gpus.clock_reasons"]
            out.add("gpus.clock_reasons", list(reasons), smi, told[0])


def _details(rows: str, summary: Raw, out: Out) -> None:
    """The table's own row: `NVIDIA GeForce RTX 4090, 570.172.08, 24564 MiB, 95.02.3C.40.B8, 00000000:01:00.0, [N/A]`."""
    found = 0
    for row in rows.split("\n"):
        cells = [c.strip() for c in row.split(",")]
        key = bus_id(cells[4]) if len(cells) >= 6 else ""
        if not key:
            continue
        found += 1
        out.add("gpu.vendor", "nvidia", summary, row, entity=key)
        out.add("gpu.model", gpu_name(cells[0]), summary, row, entity=key)
        if cells[2].split(" ")[0].isdecimal():
            out.add("gpu.memory_total_mib", int(cells[2].split(" ")[0]), summary, row, entity=key)
        out.add("gpu.serial_present", cells[5].strip("[]") not in ("N/A", "0", ""), summary, row, entity=key)
    if found:
        out.add("gpus.count", found, summary, rows)
        out.add("nvidia_smi.works", True, summary, rows)
    elif rows.startswith("Failed:"):
        out.read(summary, rows.removeprefix("Failed:").strip())
        out.add("nvidia_smi.works", False, summary, rows)


_SUMMARY = Run(("nvidia-bug-report.sh", "--summary"))
_PROC = "/proc/driver/nvidia"

PROBES = (
    Probe(
        "report driver",
        {
            "uname": Run(("uname", "-r")),
            "modules": Read("/proc/modules", cap=1 << 20),
            "version": Read(f"{_PROC}/version"),
            "information": Read(f"{_PROC}/gpus/*/information"),
            "power": Read(f"{_PROC}/gpus/*/power"),
            "registry": Read(f"{_PROC}/gpus/*/registry"),
            "smi": Run(("nvidia-smi", "-q")),
            "unit": Run(("nvidia-smi", "-q", "-u")),
            "profiles": Names("/usr/share/nvidia/nvidia-application-profiles-*-rc"),
            "dkms": Names("/var/lib/dkms/nvidia/*/*/*/log/make.log"),
            "vermagic": Run(("modinfo", "-F", "vermagic", "nvidia")),
            "installer": Read("/var/log/nvidia-installer.log", cap=4 << 20),
            "xorg": Read("/var/log/Xorg.0.log", cap=1 << 20),
            "log": Run(("dmesg",)),
            "messages": Run(("nvidia-kernel-messages",), cap=8 << 20),
            "summary": _SUMMARY,
        },
        parse_module,
        (
            "driver.module_loaded", "driver.module_version", "driver.version", "driver.flavour",
            "driver.module_on_disk", "driver.uvm_loaded", "nouveau.loaded", "kernel.graphics_modules",
            "gpus.count_driver",
        ),
        streams={"installer": "installer_log"},
        always=True,
    ),
    Probe(
        "report nvidia-smi",
        {"smi": Run(("nvidia-smi", "-q")), "unit": Run(("nvidia-smi", "-q", "-u")), "summary": _SUMMARY},
        parse_smi,
        (
            "nvidia_smi.works", "nvidia_smi.present", "nvidia_smi.hung", "nvidia_smi.exit_code", "gpus.count", "gpus.names",
            "driver.version", "driver.cuda_version", "driver.persistence", "driver.installed", "gpus.clock_reasons",
            "gpu.serial_present", "gpu.persistence", "gpu.model", "gpu.vendor", "gpu.memory_total_mib",
            "gpu.temperature", "gpu.power_limit_watts", "gpu.ecc_enabled", "gpu.bar1_mib", "gpu.link_gen",
            "gpu.link_gen_max", "gpu.link_width", "gpu.link_width_max", "gpu.throttle_reasons",
        ),
        always=True,
    ),
)  # fmt: skip
