"""lsmod: which drivers are loaded. A whole listing also tells which are not.

Sample:

    Module                  Size  Used by
    nvidia_uvm           4943872  0
    nvidia_drm            122880  4
    nvidia_modeset       1355776  6 nvidia_drm
    nvidia              54382592  120 nvidia_uvm,nvidia_modeset
    snd_hda_intel          61440  0
    nvme                   61440  0
    ext4                  999424  1
    btrfs                1847296  0
"""

from __future__ import annotations

from kbtui.machine.text.found import Found
from kbtui.machine.text.patterns import Pattern
from kbtui.machine.text.prompt import command_in

_ROW = Pattern(r"\s*([a-z][\w-]{1,40})\s+(\d{3,9})\s+(-?\d{1,4})(?:\s+([\w,\[\]-]+))?\s*$")
_FACTS = {
    "nvidia": "driver.module_loaded",
    "nvidia_uvm": "driver.uvm_loaded",
    "nouveau": "nouveau.loaded",
    "nvidia_peermem": "peermem.loaded",
}
_NOVA = ("nova_core", "nova_drm", "nova")


def parse(found: Found) -> None:
    """Rows of the listing; absence counts only where the listing has its header and was not filtered."""
    rows: dict[str, int] = {}
    header = -1
    piped = False
    for at, line in enumerate(found.lines):
        if "lsmod" in line:
            piped |= "grep" in line or "head" in line
            _empty(found, at, line)
        elif line.split()[:2] == ["Module", "Size"]:
            header = at
        elif line[-1:].isalnum() or line[-1:] in ("]", ",", "-"):
            match = _ROW.match(line) if "  " in line else None
            if match:
                rows[match[1]] = at
    if not rows or (header < 0 and not any(name.startswith(("nvidia", "nouveau", "nova", "vfio")) for name in rows)):
        return
    first = min(rows.values())
    # A listing cut short by a person rarely keeps its header and many unrelated modules.
    whole = header >= 0 and not piped and len(rows) >= 15
    for name, fact in _FACTS.items():
        if name in rows:
            found.add(fact, True, rows[name])
        elif whole:
            found.add(fact, False, header)
    nova = [name for name in _NOVA if name in rows]
    if nova or whole:
        found.add("nova.loaded", bool(nova), rows[nova[0]] if nova else header)
    found.take_each("lsmod", [*rows.values(), *([header] if 0 <= header < first else [])])


def _empty(found: Found, at: int, line: str) -> None:
    """`lsmod | grep nvidia` with the next prompt right under it: nothing is loaded."""
    command = command_in(line)
    words = command.text.replace("-i ", "").replace("'", "").replace('"', "").split() if command else []
    below = found.lines[at + 1] if at + 1 < len(found.lines) else ""
    if words[:3] == ["lsmod", "|", "grep"] and len(words) == 4 and "@" in below and command_in(below):
        fact = {"nvidia": "driver.module_loaded", "nouveau": "nouveau.loaded"}.get(words[3])
        if fact:
            found.add(fact, False, at)
            found.take("lsmod", at, at)
