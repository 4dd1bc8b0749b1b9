"""The running kernel: how it was started and built, whether its headers are there, whether a newer one waits.

/proc/version                Linux version 6.8.0-57-generic (buildd@host) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.3.0) 13.3.0, ...
/proc/sys/kernel/tainted     12289
/sys/kernel/security/lockdown     none [integrity] confidentiality
ls /boot/vmlinuz-*           /boot/vmlinuz-6.8.0-57-generic  /boot/vmlinuz-6.8.0-60-generic
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Read
from kbtui.machine.probes.container import CONTAINER_ASKS, hosts_business, in_container
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.probes.system import UNAME, release_of

CMDLINE = Read("/proc/cmdline")
MODULE_FOLDERS = Names("/lib/modules/*")
"""One folder a kernel; that of the running one is missing in containers, and after an upgrade that replaced it."""
_UNSIGNED = 1 << 13
_BUILD = re.compile(r"/modules/([^/]+)/build/")
_IMAGE = re.compile(r"/modules/([^/]+)/vmlinuz$")
_SOURCE = re.compile(r"/(?:linux-headers-)?([^/]+)/Makefile$")
_BUILT_BY = re.compile(r"\bgcc(?:-\d+)?(?: version)? (?:\([^()]*(?:\([^()]*\)[^()]*)?\) )?(\d+(?:\.\d+)+)")


def parse_kernel(seen: Mapping[str, Raw], out: Out) -> None:
    """Command line, lockdown, the compiler that built it, taint."""
    cmdline = seen["cmdline"].text.strip()
    if cmdline:
        out.add("kernel.cmdline", cmdline, seen["cmdline"])
    locked = re.search(r"\[(\w+)\]", seen["lockdown"].text)
    if locked:
        out.add("kernel.lockdown", locked[1], seen["lockdown"])
    built = _BUILT_BY.search(seen["version"].text)
    if built:
        out.add("kernel.gcc_version", built[1], seen["version"])
    elif "clang version" in seen["version"].text:
        out.unknown("kernel.gcc_version", "clang built this kernel, not gcc", seen["version"])
    tainted = seen["tainted"].text.strip()
    if tainted.isdecimal():
        out.add("driver.taint_unsigned", bool(int(tainted) & _UNSIGNED), seen["tainted"], f"tainted: {tainted}")


def parse_installed(seen: Mapping[str, Raw], out: Out) -> None:
    """Kernels and headers on disk, against the running kernel."""
    inside, release = in_container(seen), release_of(seen["uname"])
    if inside:
        for name in _INSTALLED:
            out.unknown(name, hosts_business(inside, "kernels and headers"), seen["folders"])
        return
    folders = {path.rpartition("/")[2] for path in seen["folders"].files}
    headers = _headers(seen)
    if headers:
        ordered = sorted(headers, key=numbers)
        out.add("kernel.headers_versions", ordered, seen["build"], "\n".join(ordered))
    elif folders:
        out.absent("kernel.headers_versions", seen["build"], "no kernel headers in /lib/modules/*/build and /usr/src")
    if release and (release in headers or folders):
        raw = f"/lib/modules/{release}/build/Makefile is {'there' if release in headers else 'not there'}"
        out.add("kernel.headers_installed", release in headers, seen["build"], raw)
    kernels = {path.partition("vmlinuz-")[2] for path in seen["boot"].files if "vmlinuz-" in path}
    kernels |= {m[1] for path in seen["images"].files if (m := _IMAGE.search(path))}
    kernels = {k for k in kernels if re.match(r"\d+\.\d+", k)}
    if release and kernels:
        newer = sorted((k for k in kernels if numbers(k) > numbers(release)), key=numbers)
        said = "installed: " + ", ".join(sorted(kernels, key=numbers))
        out.add("kernel.newer_installed", bool(newer), seen["boot"], f"{said}; running: {release}")


def _headers(seen: Mapping[str, Raw]) -> set[str]:
    """Kernels with whole headers: a link without a Makefile behind it hangs in the air (Fedora ships the bare link)."""
    found = {m[1] for path in seen["build"].files if (m := _BUILD.search(path))}
    folders = [*seen["sources"].files, *seen["fedora_sources"].files]
    names = {m[1] for path in folders if (m := _SOURCE.search(path))}
    # Debian's and Ubuntu's common halves (6.1.0-29-common, 6.8.0-57) are no headers of any kernel.
    return found | {name for name in names if re.match(r"\d+\.\d+.*[a-z]", name) and not name.endswith("-common")}


def numbers(release: str) -> tuple[int, ...]:
    """A release as numbers that can be compared; what is no number counts for nothing."""
    return tuple(int(n) for n in re.findall(r"\d+", re.sub(r"\.?(?:x86_64|aarch64|amd64|i686)\b", "", release)))


_INSTALLED = ("kernel.headers_installed", "kernel.headers_versions", "kernel.newer_installed")

PROBES = (
    Probe(
        "kernel",
        {
            "cmdline": CMDLINE,
            "lockdown": Read("/sys/kernel/security/lockdown"),
            "version": Read("/proc/version"),
            "tainted": Read("/proc/sys/kernel/tainted"),
        },
        parse_kernel,
        ("kernel.cmdline", "kernel.lockdown", "kernel.gcc_version", "driver.taint_unsigned"),
    ),
    Probe(
        "kernels installed",
        {
            "uname": UNAME,
            "folders": MODULE_FOLDERS,
            "build": Names("/lib/modules/*/build/Makefile"),
            "sources": Names("/usr/src/linux-headers-*/Makefile"),
            "fedora_sources": Names("/usr/src/kernels/*/Makefile"),
            "boot": Names("/boot/vmlinuz-*"),
            "images": Names("/lib/modules/*/vmlinuz"),
            **CONTAINER_ASKS,
        },
        parse_installed,
        _INSTALLED,
    ),
)
