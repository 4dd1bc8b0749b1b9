"""What the name of a system and the release of a kernel tell."""

from __future__ import annotations

import re

from kbtui.machine.derived import Layer
from kbtui.machine.facts import Fact

FAMILY = {
    "debian": "ubuntu debian linuxmint pop elementary kali zorin raspbian neon devuan deepin mx lmde kubuntu xubuntu",
    "fedora": "fedora rhel centos rocky almalinux ol amzn scientific nobara",
    "arch": "arch manjaro endeavouros garuda cachyos artix steamos",
    "suse": "opensuse opensuse-leap opensuse-tumbleweed suse sles sled",
    "nixos": "nixos",
    "windows": "windows",
}
"""Family to distribution ids: it decides the package commands. Any other id is of the family other."""
_FAMILY_OF = {name: family for family, names in FAMILY.items() for name in names.split()}
_SPELLINGS = (
    (r"red ?hat enterprise linux|\brhel", "rhel"),
    (r"rocky", "rocky"),
    (r"alma ?linux", "almalinux"),
    (r"oracle linux", "ol"),
    (r"amazon linux|\bamzn", "amzn"),
    (r"linux ?mint", "linuxmint"),
    (r"pop[!_ ]*os", "pop"),
    (r"elementary", "elementary"),
    (r"zorin", "zorin"),
    (r"kali", "kali"),
    (r"endeavour", "endeavouros"),
    (r"manjaro", "manjaro"),
    (r"garuda", "garuda"),
    (r"cachyos", "cachyos"),
    (r"steamos", "steamos"),
    (r"tumbleweed", "opensuse-tumbleweed"),
    (r"leap", "opensuse-leap"),
    (r"opensuse", "opensuse"),
    (r"\bsles\b|suse linux enterprise server", "sles"),
    (r"\bsled\b|suse linux enterprise desktop", "sled"),
    (r"[kx]?ubuntu", "ubuntu"),
    (r"raspbian|raspberry pi os", "raspbian"),
    (r"debian", "debian"),
    (r"cent ?os", "centos"),
    (r"nobara", "nobara"),
    (r"fedora", "fedora"),
    (r"nixos", "nixos"),
    (r"gentoo", "gentoo"),
    (r"clear[- ]linux", "clear-linux"),
    (r"alpine", "alpine"),
    (r"void", "void"),
    (r"batocera", "batocera"),
    (r"slackware", "slackware"),
    (r"proxmox", "proxmox"),
    (r"unraid", "unraid"),
    (r"\barch\b", "arch"),
)
_VERSION = r"(?:[- :]*(?:gnu/linux|linux|server|lts|release|stream|os)\b)*[- :]*v?(\d+(?:\.\d+)*)"
_WINDOWS = re.compile(r"\bwin(?:dows)?[- ]*(?:server[- ]*)?(\d+(?:\.\d+)*)?", re.IGNORECASE)
_WSL = re.compile(r"\bwsl[- ]?([12])?\b", re.IGNORECASE)
_FIRST_BUILD_WITH_WSL2 = 18362
_FLAVOURS = (
    ("microsoft", r"microsoft"),
    ("tegra", r"tegra"),
    ("rt", r"[-.]rt\d*\b|preempt[-_]rt|realtime"),
    ("zen", r"zen"),
    ("cachyos", r"cachyos"),
    ("liquorix", r"liquorix"),
    ("xanmod", r"xanmod"),
    ("hardened", r"hardened"),
    ("lowlatency", r"lowlatency"),
    ("lts", r"lts"),
    ("aws", r"aws"),
    ("azure", r"azure"),
    ("gcp", r"gcp|gke"),
    ("cloud", r"cloud"),
    ("oracle", r"oracle"),
    ("nvidia", r"nvidia"),
    ("oem", r"oem"),
    ("pve", r"pve"),
    ("generic", r"generic"),
)


def derive_kernel(layer: Layer) -> None:
    """kernel.version, kernel.flavour, os.wsl and os.kernel from kernel.release."""
    release = layer.text("kernel.release")
    if release is None:
        return
    text, fact = release
    numbers = re.match(r"\d+(?:\.\d+)+(?:-rc\d+|-\d+(?:\.\d+)*(?=[-.+_]|$))?", text)
    if not numbers:
        return
    layer.add("kernel.version", numbers[0], fact)
    layer.add("os.kernel", "linux", fact)
    rest = text[numbers.end() :].lower()
    if not rest and numbers[0].count(".") < 2:
        return  # a bare 7.0 is how a person says it; only a whole release tells a flavour
    layer.add("kernel.flavour", next((name for name, sign in _FLAVOURS if re.search(sign, rest)), "other"), fact)
    if "microsoft" in rest or "wsl" in rest:
        layer.add("os.wsl", 1 if re.match(r"4\.4\.0-\d+-microsoft", text.lower()) else 2, fact)
    else:
        layer.add("os.wsl", 0, fact)


def derive_os(layer: Layer) -> None:
    """os.id, os.version, os.kernel and os.wsl from os.name; os.family from os.id."""
    name = layer.text("os.name")
    if name:
        _from_name(layer, name.text, name.fact)
    known = layer.text("os.id")
    if known:
        layer.add("os.family", _FAMILY_OF.get(known.text.lower(), "other"), known.fact)
        layer.add("os.kernel", {"windows": "windows", "macos": "darwin"}.get(known.text.lower(), "linux"), known.fact)


def _from_name(layer: Layer, text: str, fact: Fact) -> None:
    windows, wsl = _WINDOWS.search(text), _WSL.search(text)
    if wsl:
        layer.add("os.wsl", _generation(wsl[1], windows[1] if windows else None), fact)
        layer.add("os.kernel", "linux", fact)
    distribution = _distribution(text)
    if distribution:
        name, version = distribution
        layer.add("os.id", name, fact)
        if version:
            layer.add("os.version", version, fact)
    elif windows and not wsl:
        layer.add("os.id", "windows", fact)
        if windows[1]:
            layer.add("os.version", windows[1], fact)
    elif re.search(r"mac ?os|darwin", text, re.IGNORECASE):
        layer.add("os.id", "macos", fact)
    elif re.fullmatch(r"(gnu/)?linux", text.strip(), re.IGNORECASE):
        layer.add("os.kernel", "linux", fact)


def _distribution(text: str) -> tuple[str, str] | None:
    """The distribution that a name speaks of, with its version or ""."""
    for spelling, name in _SPELLINGS:
        match = re.search(rf"(?:{spelling})(?:{_VERSION})?", text, re.IGNORECASE)
        if match:
            return name, match[1] or ""
    return None


def _generation(said: str | None, windows: str | None) -> int:
    """Of WSL: as said; else 2, except on a Windows build that had only the first."""
    if said:
        return int(said)
    build = re.search(r"10\.0\.(\d+)", windows or "")
    return 1 if build and int(build[1]) < _FIRST_BUILD_WITH_WSL2 else 2
