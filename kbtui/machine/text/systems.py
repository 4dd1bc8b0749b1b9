"""Names of operating systems in running text: "Ubuntu 22.04.5 LTS", "Fedora Linux 41", "win11", "openSUSE Leap 15.5".

Used by the readers of labelled output and by the prose reader, so that both call a system alike.
"""

from __future__ import annotations

from msgspec import Struct

from kbtui.machine.text.patterns import ANY_CASE, Pattern


class System(Struct, frozen=True):
    """One operating system that a text names."""

    id: str
    kernel: str
    version: str
    """"" where none is said."""
    start: int
    end: int


_IDS = {
    "ubuntu": "ubuntu",
    "kubuntu": "ubuntu",
    "xubuntu": "ubuntu",
    "debian": "debian",
    "debian gnu/linux": "debian",
    "fedora": "fedora",
    "centos": "centos",
    "rhel": "rhel",
    "red hat enterprise": "rhel",
    "red hat": "rhel",
    "redhat": "rhel",
    "rocky": "rocky",
    "almalinux": "almalinux",
    "alma": "almalinux",
    "arch linux": "arch",
    "archlinux": "arch",
    "manjaro": "manjaro",
    "endeavouros": "endeavouros",
    "cachyos": "cachyos",
    "opensuse": "opensuse",
    "suse": "opensuse",
    "sles": "sles",
    "nixos": "nixos",
    "gentoo": "gentoo",
    "linux mint": "linuxmint",
    "pop!_os": "pop",
    "pop_os": "pop",
    "pop os": "pop",
    "kali": "kali",
    "zorin": "zorin",
    "elementary os": "elementary",
    "amazon linux": "amzn",
    "oracle linux": "ol",
    "clear linux": "clear-linux",
    "slackware": "slackware",
    "void linux": "void",
    "deepin": "deepin",
    "alpine": "alpine",
    "windows": "windows",
    "win": "windows",
    "macos": "macos",
}
_NAMES = Pattern(
    r"(?<![A-Za-z0-9_/.-])("
    + "|".join(n.replace("!", r"!?").replace(" ", r"[ -]?") for n in sorted(_IDS, key=len, reverse=True) if n != "win")
    + r"|win(?=[ -]?(?:7|8|10|11)(?![\d.])))"
    r"(?:(?:[ _-]?(?:gnu/linux|linux|os|stream|leap|tumbleweed|enterprise|release|server|lts|系统|version))*"
    r"[ _:-]{0,2}v?(\d{4}(?=[/ ,]|$)|\d{1,2}(?:\.\d{1,2}){0,2})?(?![\d.]\d))",
    ANY_CASE,
)
_STARTS = tuple({name.replace("!", " ").replace("_", " ").split()[0] for name in _IDS})
_WINDOWS = frozenset({"7", "8", "8.1", "10", "11", "2016", "2019", "2022", "2025"})


def system_in(text: str) -> System | None:
    """The first system named in a text."""
    return next(iter(systems_in(text)), None)


def systems_in(text: str) -> list[System]:
    """All systems named in a text, in order."""
    out: list[System] = []
    low = text.lower()
    if not any(start in low for start in _STARTS):
        return out
    for match in _NAMES.finditer(text):
        name = " ".join(match[1].lower().replace("-", " ").split())
        ident = _IDS.get(name) or _IDS.get(name.replace("_", " ")) or _IDS.get(name.replace(" ", ""), name)
        version = match[2] or ""
        if ident == "windows":
            version = version if version in _WINDOWS else ""
        elif len(version) == 4 and version.isdecimal():
            version = f"{version[:2]}.{version[2:]}" if ident == "ubuntu" and version[2:] in ("04", "10") else ""
        elif ident == "ubuntu" and version:
            version = version if "." in version else version + ".04" if int(version) % 2 == 0 else version
            version = ".".join(version.split(".")[:2])
        kernel = {"windows": "windows", "macos": "darwin"}.get(ident, "linux")
        out.append(System(ident, kernel, version, match.start(), match.end()))
    return out
