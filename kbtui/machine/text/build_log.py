"""The build of the kernel module: DKMS's make.log, and the head of nvidia-installer.log.

A make.log names the kernel that was built for, which need not be the running one.

Sample:

    DKMS make.log for nvidia-550.67 for kernel 6.6.30-12.lts (x86_64)
    make[1]: Entering directory '/usr/lib/modules/6.6.30-12.lts/build'
    Compiler version check failed:
    The major and minor number of the compiler used to
    compile the kernel:
    gcc version 13.2.0 (Debian 13.2.0-25)
    does not match the compiler used here:
    cc (Debian 14.1.0-2) 14.1.0
    make: *** [Makefile:81: modules] Error 2

    nvidia-installer log file '/var/log/nvidia-installer.log'
    installer version: 550.67
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.patterns import Pattern

_HEAD = Pattern(r"DKMS \(?.{0,20}?make\.log for nvidia(?:-[a-z-]+)?-(\d[\w.]+) for kernel (\S+)")
_INSTALLER = Pattern(r"\s*installer version:\s*(\d[\d.]+)")
_KERNEL_GCC = Pattern(r"\s*(?:x86_64-linux-gnu-)?gcc(?:-\d+)?(?: version)? (?:\([^)]*\) )?(\d+\.\d+(?:\.\d+)?)\b")
_CC = Pattern(r"\s*(?:\S*cc(?:-\d+)?) \(.*?\) (\d+\.\d+(?:\.\d+)?)\b")
_MAKE_ERROR = Pattern(r"make(?:\[\d\])?: \*\*\* .*(?:Error \d|Stop)")


def parse(found: Found) -> None:
    """What was built, for which kernel, with which compilers, and whether it failed."""
    rows: list[int] = []
    building = False
    for at, line in enumerate(found.lines):
        if "make.log for nvidia" in line:
            head = _HEAD.search(line)
            if head:
                building = True
                found.add("driver.version", head[1], at, weight=HINT)
                found.add("kernel.release", head[2], at, weight=HINT)
                rows.append(at)
        elif "installer version:" in line:
            installer = _INSTALLER.match(line)
            if installer:
                found.add("driver.version", installer[1], at, weight=HINT)
                found.add("driver.package_source", "runfile", at, weight=HINT)
                rows.append(at)
        elif line.strip() == "compile the kernel:":
            _compiler(found, at, _KERNEL_GCC, "kernel.gcc_version", rows)
        elif "does not match the compiler used here" in line:
            _compiler(found, at, _CC, "gcc.version", rows)
        elif building and line.startswith("make") and _MAKE_ERROR.match(line):
            found.add("dkms.build_failed", True, at)
            rows.append(at)
        elif line.startswith("make[") or "nvidia-installer log file" in line:
            rows.append(at)
    found.take_each("build_log", rows)


def _compiler(found: Found, at: int, pattern: Pattern, fact: str, rows: list[int]) -> None:
    """The compiler named on one of the next lines."""
    for below in range(at + 1, min(at + 4, len(found.lines))):
        match = pattern.match(found.lines[below])
        if match:
            found.add(fact, match[1], below)
            rows += [at, below]
            return
