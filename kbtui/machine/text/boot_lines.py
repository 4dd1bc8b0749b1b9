"""The first lines of a boot, wherever they are shown: "Linux version", the command line, the machine's model."""

from __future__ import annotations

from kbtui.machine.text import uname
from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.patterns import Pattern

_VERSION = Pattern(r"Linux version (\S+)")
_GCC = Pattern(r"gcc(?:-\d+)?(?: version)? (?:\([^()]*(?:\([^()]*\)[^()]*)?\) )?(\d+\.\d+\.\d+)")
_IMAGE = Pattern(r"BOOT_IMAGE=\S*vmlinuz-(\S+)")
_DMI = Pattern(r" DMI: (.+?), BIOS (\S+) (\d\d)/(\d\d)/(\d{4})")


def linux_version(found: Found, at: int, line: str) -> None:
    """ "Linux version 6.8.0-57-generic (...) (gcc ...)": the running kernel and its compiler."""
    version = _VERSION.search(line)
    if version:
        uname.release(found, at, version[1])
    gcc = _GCC.search(line)
    if gcc:
        found.add("kernel.gcc_version", gcc[1], at)


def command_line(found: Found, at: int, line: str) -> None:
    """The kernel's command line: what it blacklists, and how nvidia-drm runs."""
    start = line.find("BOOT_IMAGE=")
    text = line.partition("ommand line: ")[2] if "ommand line: " in line else line[start:]
    words = text.split()
    if not words:
        return
    found.add("kernel.cmdline", text.strip(), at)
    image = _IMAGE.search(line)
    if image:
        found.add("kernel.release", image[1], at, weight=HINT)
    for word in words:
        name, _, value = word.partition("=")
        if (name.endswith("blacklist") and "nouveau" in value.split(",")) or word == "nouveau.modeset=0":
            found.add("nouveau.blacklisted", True, at)
        elif name.replace("_", "-") == "nvidia-drm.modeset":
            found.add("driver.modeset", value == "1", at)


def dmi(found: Found, at: int, line: str) -> None:
    """ "DMI: VENDOR MODEL, BIOS VERSION MM/DD/YYYY"."""
    match = _DMI.search(line)
    if match:
        found.add("machine.model", match[1].strip(), at)
        found.add("firmware.version", match[2], at)
        found.add("firmware.date", f"{match[5]}-{match[3]}-{match[4]}", at)
