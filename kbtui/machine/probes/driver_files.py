"""The driver as it lies on the disk: its packages, its libraries, the installer's log.

ls /usr/lib/*/libcuda.so*    /usr/lib/x86_64-linux-gnu/libcuda.so.1  link -> libcuda.so.550.163.01
ldconfig -p                  libcuda.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcuda.so.1
nvidia-installer.log         installer version: 570.133.07
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Ask, Names, Raw, Read, Run
from kbtui.machine.probes.container import CONTAINER_ASKS, in_container
from kbtui.machine.probes.modules import LOADED_VERSION
from kbtui.machine.probes.packages import MANAGERS, Package, packages, source_of
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.probes.system import UNAME, release_of

_FOLDERS = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib/*-linux-gnu/nvidia/current",
    "/usr/lib64",
    "/usr/lib",
    "/usr/lib/wsl/lib",
    "/run/opengl-driver/lib",
    "/usr/local/nvidia/lib64",
)
"""Where distributions put the libraries; last NixOS and the nodes of clouds."""
LIBRARIES: Mapping[str, Ask] = {
    f"{name}:{folder}": Names(f"{folder}/{name}.so*") for folder in _FOLDERS for name in ("libcuda", "libnvidia-ml")
}
_NUMBER = re.compile(r"\.so\.(\d{2,3}\.\d{2,3}(?:\.\d{2,3})?)$")
_LIBRARY_PACKAGE = re.compile(
    r"libcuda1$|libnvidia-ml1$|libnvidia-compute-\d+|nvidia-utils$|xorg-x11-drv-nvidia-cuda-libs$|nvidia-driver-cuda-libs$"
    r"|nvidia-compute-G\d+$|libnvidia-compute$"
)
_LOADER = re.compile(r"^\s*lib(?:cuda|nvidia-ml)\.so\.1 \(libc6[^)]*64[^)]*\) => (?!\S*/compat/)(\S+)", re.MULTILINE)


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """Installed or not, which versions, from where, and what is only half installed."""
    installed, manager = packages(seen)
    inside = in_container(seen)
    files = {path: what for name in LIBRARIES for path, what in seen[name].files.items()}
    parts = [p for p in installed if p.driver_version]
    listed = _LOADER.search(seen["ldconfig"].text)
    witness = next((seen[n] for n in LIBRARIES if seen[n].files), None)
    if witness:
        out.add("driver.installed", True, witness, "\n".join(f"{p} {w}" for p, w in files.items()))
    elif listed:
        out.add("driver.installed", True, seen["ldconfig"], listed[0])
    elif any(_LIBRARY_PACKAGE.match(p.name) for p in parts) and manager:
        out.add("driver.installed", True, manager, "\n".join(p.line for p in parts))
    elif all(seen[n].ok for n in LIBRARIES) and (seen["ldconfig"].ran or manager):
        out.add("driver.installed", False, seen["ldconfig"], "no libcuda and no libnvidia-ml")
        out.absent("driver.library_version", seen["ldconfig"], "no libcuda and no libnvidia-ml")
        if seen["version"].status == "absent":
            out.absent("driver.version", seen["version"], "no library, and no module is loaded")
    if manager is None:
        reason = "; ".join(seen[name].reason for name in MANAGERS if seen[name].reason)
        for name in ("driver.versions_installed", "driver.package_source", "packages.half_installed"):
            out.unknown(name, f"no package manager answered: {reason}")
    _versions(seen, files, parts, manager, out)
    _source(seen, files, installed, manager, inside, out)
    if manager:
        broken = [
            p for p in installed if not p.whole and re.search(r"nvidia|cuda|linux-(?:image|headers)|dkms", p.name)
        ]
        raw = "\n".join(p.line for p in broken) or f"{len(installed)} packages, none left half done"
        out.add("packages.half_installed", [p.name for p in broken], manager, raw)


def _versions(
    seen: Mapping[str, Raw], files: Mapping[str, str], parts: list[Package], manager: Raw | None, out: Out
) -> None:
    """The library that .so.1 points to counts; with the package's word where the names do not tell."""
    found: dict[str, str] = {}
    for path, what in sorted(files.items(), key=lambda f: not f[0].endswith(".so.1")):
        number = _NUMBER.search(what) or _NUMBER.search(path)
        if number:
            found.setdefault(number[1], f"{path} {what}")
    named = {p.driver_version: p.line for p in parts if _LIBRARY_PACKAGE.match(p.name)}
    version, raw = next(iter((found or named).items()), ("", ""))
    if version:
        witness = next((seen[n] for n in LIBRARIES if seen[n].files), manager) if found else manager
        assert witness
        out.add("driver.library_version", version, witness, raw)
        if not seen["version"].ok:
            out.add("driver.version", version, witness, raw)
    distinct = sorted({*found, *(p.driver_version for p in parts)})
    if not manager:
        return
    if distinct:
        out.add("driver.versions_installed", distinct, manager, "\n".join([p.line for p in parts] or found.values()))
    else:
        out.add("driver.versions_installed", [], manager, "no package of the driver")


def _source(
    seen: Mapping[str, Raw],
    files: Mapping[str, str],
    installed: list[Package],
    manager: Raw | None,
    inside: str,
    out: Out,
) -> None:
    source, raw = source_of(installed)
    log = re.search(r"^\s*installer version:.*$", seen["installer_log"].text, re.MULTILINE)
    uninstaller = seen["uninstaller"].files
    wsl = "microsoft" in release_of(seen["uname"]).lower()
    if source and manager:
        out.add("driver.package_source", source, manager, raw)
    elif wsl or inside:
        out.not_applicable("driver.package_source", "the driver's libraries come from outside", seen["uname"])
    elif files and (log or uninstaller):
        out.add(
            "driver.package_source", "runfile", seen["installer_log" if log else "uninstaller"], log[0] if log else ""
        )
    elif manager and not files:
        out.add("driver.package_source", "none", manager, "no package and no library of the driver")


PROBES = (
    Probe(
        "driver files",
        {
            **MANAGERS,
            **LIBRARIES,
            "uname": UNAME,
            "version": LOADED_VERSION,
            "ldconfig": Run(("ldconfig", "-p")),
            "uninstaller": Names("/usr/bin/nvidia-uninstall"),
            "installer_log": Read("/var/log/nvidia-installer.log", tail=True),
            **CONTAINER_ASKS,
        },
        parse,
        (
            "driver.installed",
            "driver.version",
            "driver.library_version",
            "driver.versions_installed",
            "driver.package_source",
            "packages.half_installed",
        ),
        streams={"installer_log": "installer_log"},
        seconds=0.6,
    ),
)
