"""The kernel modules: nvidia and its kin, nouveau, nova: loaded, on disk, signed, blacklisted.

/proc/modules                nvidia 54382592 120 nvidia_uvm,nvidia_modeset, Live 0x0000000000000000 (POE)
/proc/driver/nvidia/version  NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.133.07  Release Build ...
modinfo nvidia               version:        570.133.07
                             license:        Dual MIT/GPL
                             signer:         atlas Secure Boot Module Signature key
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Read, Run
from kbtui.machine.probes.container import CONTAINER_ASKS, hosts_business, in_container
from kbtui.machine.probes.kernel import CMDLINE, MODULE_FOLDERS
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.probes.system import UNAME, release_of

MODULES = Read("/proc/modules")
LOADED_VERSION = Read("/proc/driver/nvidia/version")
MODINFO = Run(("modinfo", "nvidia"))
_FACTS = {
    "driver.module_loaded": ("nvidia",),
    "driver.uvm_loaded": ("nvidia_uvm",),
    "nouveau.loaded": ("nouveau",),
    "nova.loaded": ("nova_core", "nova_drm"),
    "peermem.loaded": ("nvidia_peermem", "nv_peer_mem"),
}
_ON_DISK = ("driver.module_on_disk", "driver.module_on_disk_version", "driver.module_signer")
_WSL = "under Windows (WSL) the driver is on the Windows side; there is no nvidia module"
_FILE = re.compile(r"/lib/modules/([^/]+)/.*?/nvidia(?:-current|-tesla(?:-\d+)?|-legacy-\d+xx|-\d{3})?\.ko(?:\.\w+)?$")
_MISSING = re.compile(r"nvidia'? not found|could not find module nvidia")


def module_fields(modinfo: Raw) -> dict[str, str]:
    """The first value of each field that modinfo prints; {} where there is no module or nothing was looked at."""
    fields: dict[str, str] = {}
    for name, value in re.findall(r"^(\w+):[ \t]*(.*)$", modinfo.text, re.MULTILINE):
        fields.setdefault(name, value.strip())
    return fields if "filename" in fields else {}


def parse_loaded(seen: Mapping[str, Raw], out: Out) -> None:
    """What is loaded, and the version of what is loaded."""
    modules, version = seen["modules"], seen["version"]
    wsl = "microsoft" in release_of(seen["uname"]).lower()
    lines = {line.partition(" ")[0]: line for line in modules.text.splitlines()}
    for fact, names in _FACTS.items():
        found = next((n for n in names if n in lines), "")
        if wsl and fact.startswith("driver."):
            out.not_applicable(fact, _WSL, modules)
        elif modules.ok and modules.text:
            out.add(fact, bool(found), modules, lines.get(found, "it is not in the list"))
        elif any(seen["sys_modules"].files.get(f"/sys/module/{n}/initstate") for n in names):
            out.add(fact, True, seen["sys_modules"])
    numbers = re.search(r"^NVRM version:.*?\s(\d{2,3}\.[\d.]+)\s", version.text, re.MULTILINE)
    told = seen["sys_version"].text.strip()
    if numbers or told:
        number, witness = (numbers[1], version) if numbers else (told, seen["sys_version"])
        out.add("driver.module_version", number, witness)
        out.add("driver.version", number, witness)
    elif wsl:
        out.not_applicable("driver.module_version", _WSL, modules)
    elif modules.ok and modules.text and "nvidia" not in lines:
        out.absent("driver.module_version", modules, "nvidia is not in the list")
    _modeset(seen, lines, out)


def _modeset(seen: Mapping[str, Raw], lines: Mapping[str, str], out: Out) -> None:
    """The parameter is for root alone; who may not read it takes what was configured."""
    value = seen["modeset"].text.strip()
    given = re.findall(r"\bnvidia[-_]drm\.modeset=([01YyNn])", seen["cmdline"].text)
    files = {p: t for name in ("etc", "usr", "lib") for p, t in seen[f"conf_{name}"].files.items()}
    set_in = [
        m for t in files.values() for m in re.findall(r"^\s*options\s+nvidia[-_]drm\b.*\bmodeset=([01YyNn])", t, re.M)
    ]
    if value:
        out.add("driver.modeset", value in ("Y", "1"), seen["modeset"])
    elif seen["modules"].ok and lines and "nvidia_drm" not in lines:
        out.add("driver.modeset", False, seen["modules"], "nvidia_drm is not in the list")
    elif given or set_in:
        said = (given or set_in)[-1]
        out.add("driver.modeset", said in "1Yy", seen["cmdline"] if given else seen["conf_etc"], f"modeset={said}")


def parse_on_disk(seen: Mapping[str, Raw], out: Out) -> None:
    """The module that would be loaded: there, its version, its signer, its flavour."""
    release, inside, modinfo = release_of(seen["uname"]), in_container(seen), seen["modinfo"]
    fields = module_fields(modinfo)
    if "microsoft" in release.lower():
        for name in _ON_DISK:
            out.not_applicable(name, _WSL, seen["uname"])
    elif fields:
        out.add("driver.module_on_disk", True, modinfo, f"filename: {fields['filename']}")
        if "version" in fields:
            out.add("driver.module_on_disk_version", fields["version"], modinfo, f"version: {fields['version']}")
        if fields.get("signer"):
            out.add("driver.module_signer", fields["signer"], modinfo, f"signer: {fields['signer']}")
        elif "vermagic" in fields:
            out.absent("driver.module_signer", modinfo, "modinfo names no signer")
    elif inside:
        for name in _ON_DISK:
            out.unknown(name, hosts_business(inside, "modules"), modinfo)
    else:
        _by_files(seen, release, out)
    _flavour(seen, fields, inside, out)


def _by_files(seen: Mapping[str, Raw], release: str, out: Out) -> None:
    """modinfo says that there is none; where it could not be asked, the folders tell."""
    modinfo = seen["modinfo"]
    here = [p for n in _DEPTHS for p in seen[n].files if (m := _FILE.search(p)) and m[1] == release]
    if _MISSING.search(modinfo.errors) and seen["folders"].files:
        out.add("driver.module_on_disk", False, modinfo)
        for name in _ON_DISK[1:]:
            out.absent(name, modinfo)
    elif here:
        out.add("driver.module_on_disk", True, seen["depth1"], here[0])
    elif release and not modinfo.ok and seen["folders"].files and not any(seen[n].truncated for n in _DEPTHS):
        out.add("driver.module_on_disk", False, seen["folders"], f"no nvidia.ko under /lib/modules/{release}")
        for name in _ON_DISK[1:]:
            out.absent(name, seen["folders"])


def _flavour(seen: Mapping[str, Raw], fields: Mapping[str, str], inside: str, out: Out) -> None:
    """Of the loaded module, else of the one on disk, else nouveau, else none."""
    said = re.search(r"^NVRM version:.*$", seen["version"].text, re.MULTILINE)
    names = {line.partition(" ")[0] for line in seen["modules"].text.splitlines()}
    license_ = fields.get("license", "")
    if said:
        out.add(
            "driver.flavour", "open" if "Open Kernel Module" in said[0] else "proprietary", seen["version"], said[0]
        )
    elif license_:
        out.add("driver.flavour", "proprietary" if license_ == "NVIDIA" else "open", seen["modinfo"], license_)
    elif "nouveau" in names:
        out.add("driver.flavour", "nouveau", seen["modules"], "nouveau is loaded")
    elif names and "nvidia" not in names and not inside and _MISSING.search(seen["modinfo"].errors):
        out.add("driver.flavour", "none", seen["modinfo"])


_DEPTHS = ("depth1", "depth2", "depth3")

PROBES = (
    Probe(
        "modules loaded",
        {
            "modules": MODULES,
            "uname": UNAME,
            "version": LOADED_VERSION,
            "sys_version": Read("/sys/module/nvidia/version"),
            "sys_modules": Read("/sys/module/n*/initstate"),
            "modeset": Read("/sys/module/nvidia_drm/parameters/modeset"),
            "cmdline": CMDLINE,
            "conf_etc": Read("/etc/modprobe.d/*.conf"),
            "conf_usr": Read("/usr/lib/modprobe.d/*.conf"),
            "conf_lib": Read("/lib/modprobe.d/*.conf"),
        },
        parse_loaded,
        (*_FACTS, "driver.module_version", "driver.version", "driver.modeset"),
    ),
    Probe(
        "module on disk",
        {
            "uname": UNAME,
            "modinfo": MODINFO,
            "modules": MODULES,
            "version": LOADED_VERSION,
            "folders": MODULE_FOLDERS,
            "depth1": Names("/lib/modules/*/*/nvidia*.ko*"),
            "depth2": Names("/lib/modules/*/*/*/nvidia*.ko*"),
            "depth3": Names("/lib/modules/*/*/*/*/nvidia*.ko*"),
            **CONTAINER_ASKS,
        },
        parse_on_disk,
        (*_ON_DISK, "driver.flavour"),
    ),
)
