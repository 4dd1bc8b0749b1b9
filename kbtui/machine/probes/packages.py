"""Installed packages of the driver and the versions of its libraries, by dpkg, rpm or pacman and by file names.

dpkg -l      ii  nvidia-driver-550  550.163.01-0ubuntu0.24.04.1  amd64  NVIDIA driver metapackage
             iU  nvidia-dkms-550    550.163.01-0ubuntu0.24.04.1  amd64  NVIDIA DKMS package
rpm -qa      xorg-x11-drv-nvidia-cuda-565.77-1.fc41.x86_64
pacman -Q    nvidia-utils 570.133.07-1
ls           /usr/lib/x86_64-linux-gnu/libcuda.so.1 -> libcuda.so.550.163.01
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kbtui.machine.asks import Raw, Run

MANAGERS = {"dpkg": Run(("dpkg", "-l")), "rpm": Run(("rpm", "-qa"), seconds=8.0), "pacman": Run(("pacman", "-Q"))}
"""Each distribution has one of them; the others are absent."""
_DPKG = re.compile(r"^([a-z])([A-Za-z])[A-Z ]? +([^\s:]+)(?::\S+)? +(\S+) +(\S+)", re.MULTILINE)
_RPM = re.compile(r"^(\S+)-([^-\s]+-[^-\s]+)\.(\w+)$", re.MULTILINE)
_PACMAN = re.compile(r"^(\S+) (\S+)$", re.MULTILINE)
_NOT_DRIVER = re.compile(
    r"container|toolkit|settings|modprobe|persistenced|prime|fabric-?manager|imex|nscq|egl|vaapi|firmware|nvtop|docker"
    r"|^python|support|xconfig|installer|nvidia-fs|gds|libxnvctrl|bug-report"
)
_DRIVER = re.compile(r"nvidia|^libcuda1$|^cuda-drivers|^libnvcuvid1$|^opencl-nvidia")
_VERSION = re.compile(r"(?:\d+:)?(\d{2,3}\.\d{2,3}(?:\.\d{2,3})?)(?![\d.])")


class Package(NamedTuple):
    """One package that the package manager knows and that is not removed."""

    name: str
    version: str
    """With epoch and packaging revision."""
    arch: str
    whole: bool
    """False where it was unpacked and not configured."""
    line: str

    @property
    def driver_version(self) -> str:
        """550.163.01 for a part of the driver; "" for everything else."""
        match = _VERSION.match(self.version)
        return match[1] if match and _DRIVER.search(self.name) and not _NOT_DRIVER.search(self.name) else ""


def packages(seen: Mapping[str, Raw]) -> tuple[list[Package], Raw | None]:
    """What is installed, and the answer of the manager that said so; None where no manager answered whole."""
    readers = {"dpkg": _debs, "rpm": _rpms, "pacman": _pacmans}
    # Fedora can have a dpkg and Debian an rpm, with nothing in them: the one with the most packages is the system's.
    lists = [(read(seen[name].text), seen[name]) for name, read in readers.items() if seen[name].ran]
    return max(lists, key=lambda found: len(found[0]), default=([], None))


def _debs(text: str) -> list[Package]:
    return [_deb(m) for m in _DPKG.finditer(text) if _kept(m)]


def _rpms(text: str) -> list[Package]:
    return [Package(m[1], m[2], m[3], True, m[0]) for m in _RPM.finditer(text)]


def _pacmans(text: str) -> list[Package]:
    return [Package(m[1], m[2], "", True, m[0]) for m in _PACMAN.finditer(text)]


def _kept(match: re.Match[str]) -> bool:
    """Not removed ("rc"), not merely known ("un")."""
    return match[2] not in "nc" and match[4] != "<none>"


def _deb(match: re.Match[str]) -> Package:
    return Package(match[3], match[4], match[5], match[2] in "itW", " ".join(match[0].split()))


def source_of(installed: list[Package]) -> tuple[str, str]:
    """Where the driver's packages come from, and the line that says so; ("", "") where there are none.

    NVIDIA's own repository builds versions such as 570.86.15-0ubuntu1 and brings its key in a package; the graphics
    drivers PPA marks its builds with "~gpu"; RPM Fusion has names of its own.
    """
    parts = [p for p in installed if p.driver_version]
    if not parts:
        return "", ""
    names = {p.name: p.line for p in parts}
    key = next((p.line for p in installed if re.match(r"cuda-(?:keyring|repo-)|nvidia-driver-local-repo", p.name)), "")
    ppa = next((p.line for p in parts if "~gpu" in p.version or "~ppa" in p.version), "")
    fusion = next((names[n] for n in names if re.match(r"akmod-nvidia|xorg-x11-drv-nvidia", n)), "")
    own = next((names[n] for n in names if re.match(r"kmod-nvidia-(?:latest|open)-?dkms|nvidia-driver(?:-|$)", n)), "")
    if ppa:
        return "ppa", ppa
    if fusion:
        return "rpmfusion", fusion
    if key and any(re.search(r"-(?:\d+|0ubuntu1|1ubuntu1)$", p.version) for p in parts):
        return "cuda-repo", key
    if own and re.search(r"\.(?:x86_64|aarch64|noarch)$", own) and not own.startswith(("ii", "iU", "iF")):
        return "cuda-repo", own
    return "distribution", parts[0].line
