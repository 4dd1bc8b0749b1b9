"""Distribution packages of the driver, the kernel and CUDA: dpkg -l, apt list, rpm -qa, dnf list, pacman -Q.

Sample:

    ii  nvidia-driver-550              550.163.01-0ubuntu0.24.04.1 amd64        NVIDIA driver metapackage
    ii  linux-headers-6.8.0-57-generic 6.8.0-57.59                 amd64        Linux kernel headers
    rc  nvidia-driver-470              470.256.02-0ubuntu0.22.04.1 amd64        NVIDIA driver metapackage
    libnccl2/unknown,now 2.18.3-1+cuda12.2 amd64 [installed]
    kernel-devel.x86_64                   4.18.0-553.16.1.el8_10                            @updates
    akmod-nvidia-565.77-1.fc41.x86_64
    nvidia-open-dkms 610.51.03-3
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.patterns import Pattern
from kbtui.machine.text.system_facts import Package, conclude, lay

_DPKG = Pattern(
    r"\s*([a-z])([a-zA-Z])[R ]?\s+([a-z0-9][\w.+-]+)(?::\w+)?\s+(\d[\w.+~:-]*)\s+(amd64|all|arm64|i386"
    r"|ppc64el)\b",
)
_SET_UP = Pattern(r"Setting up ([a-z0-9][\w.+-]+)(?::\w+)? \((\d[\w.+~:-]*)\)")
_APT = Pattern(r"\s*([a-z0-9][\w.+-]+)/\S+ (\d[\w.+~:-]*) (amd64|all|arm64|i386)(?: \[(.*)\])?")
_RPM = Pattern(r"\s*([A-Za-z][\w+.-]*?)-(\d[\w.+~^]*-[\w.+~^]+)\.(x86_64|noarch|aarch64|i686)\s*$")
_DNF = Pattern(
    r"\s*([A-Za-z][\w+-]*)\.(x86_64|noarch|aarch64"
    r"|i686)\s+(?:\d+:)?(\d[\w.+~^]*-[\w.+~^]+)\s+@?([\w./-]+)\s*$",
)
_PACMAN = Pattern(r"\s*((?:lib32-)?(?:nvidia|linux|cuda|cudnn|nccl)[\w-]*) (?:\d+:)?(\d[\w.]*-\d+(?:\.\d+)?)\s*$")
_WORDS = ("nvidia", "linux-", "kernel", "cuda", "cudnn", "nccl", "podman", "docker")


def parse(found: Found) -> None:
    """Packages that are installed; a removed one whose configuration remains ("rc") is not."""
    rows: list[int] = []
    packages: list[Package] = []
    removed: list[int] = []
    for at, line in enumerate(found.lines):
        if found.taken[at] or len(line) > 300 or not any(word in line for word in _WORDS):
            continue
        if not any("0" <= letter <= "9" for letter in line):  # every one says a version
            continue
        package = _package(at, line)
        if package is None:
            continue
        rows.append(at)
        if package.state == "installed":
            packages.append(package)
        elif package.state == "removed":
            removed.append(at)
        elif package.state == "broken" and "nvidia" in package.name:
            packages.append(package)
            if "dkms" in package.name or "driver" in package.name:
                found.add("dkms.build_failed", True, at, weight=HINT)
    for package in packages:
        lay(found, package)
    conclude(found, packages)
    found.take_each("packages", rows)


def _package(at: int, line: str) -> Package | None:
    match = _DPKG.match(line)
    if match:
        state = "installed" if match[2] == "i" else "broken" if match[2] in "FUHW" else "removed"
        return Package(match[3], _upstream(match[4]), match[4], match[5], "deb", state, at)
    match = _SET_UP.match(line) if line.startswith("Setting up ") else None
    if match:
        return Package(match[1], _upstream(match[2]), match[2], "", "deb", "installed", at)
    match = _APT.match(line) if "/" in line else None
    if match:
        state = "installed" if match[4] and ("installed" in match[4] or "upgradable" in match[4]) else "available"
        return Package(match[1], _upstream(match[2]), match[2], match[3], "deb", state, at)
    match = _DNF.match(line)
    if match:
        state = "installed" if "@" in line or "installed" in match[4] else "available"
        return Package(match[1], match[3].partition("-")[0], match[3], match[2], "rpm", state, at)
    match = _RPM.match(line)
    if match:
        return Package(match[1], match[2].partition("-")[0], match[2], match[3], "rpm", "installed", at)
    match = _PACMAN.match(line)
    if match:
        return Package(match[1], match[2].partition("-")[0], match[2], "x86_64", "pacman", "installed", at)
    return None


def _upstream(version: str) -> str:
    """Without epoch and packaging revision."""
    return version.rpartition(":")[2].partition("-")[0]
