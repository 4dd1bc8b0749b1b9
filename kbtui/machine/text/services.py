"""systemctl status and is-active, prime-select query, glxinfo, and the session type.

Sample:

    × nvidia-fabricmanager.service - NVIDIA fabric manager service
         Loaded: loaded (/usr/lib/systemd/system/nvidia-fabricmanager.service; enabled; preset: enabled)
         Active: failed (Result: exit-code) since Tue 2026-11-03 09:12:01 UTC; 2min ago
    $ prime-select query
    on-demand
    OpenGL renderer string: NV166
"""

from __future__ import annotations

from kbtui.machine.text.found import Found
from kbtui.machine.text.patterns import Pattern
from kbtui.machine.text.prompt import command_in

_UNIT = Pattern(r"\s*[●○×*]?\s*([\w@.-]+)\.service - ")
_ACTIVE = Pattern(r"\s*Active: (active|inactive|failed|activating|deactivating)\b(?: \((\w+)\))?")
_RENDERER = Pattern(r"\s*OpenGL renderer(?: string)?\s*:\s*(\S.*)")
_FACTS = {
    "nvidia-fabricmanager": "fabric_manager.running",
    "nvidia-powerd": "nvidia_powerd.active",
    "nvidia-persistenced": "driver.persistence",
}
_MANAGERS = {"gdm": "gdm", "gdm3": "gdm", "sddm": "sddm", "lightdm": "lightdm"}


def parse(found: Found) -> None:
    """Units that matter to a GPU, with the state under them."""
    unit, since = "", -9
    for at, line in enumerate(found.lines):
        if ".service - " in line:
            match = _UNIT.match(line)
            unit, since = (match[1], at) if match else ("", -9)
        elif "Active:" in line and at - since <= 8:
            active = _ACTIVE.match(line)
            if active:
                _state(found, at, unit, active[1] == "active")
                found.take("systemctl", since, at)
        elif "OpenGL renderer" in line:
            renderer = _RENDERER.match(line)
            if renderer:
                found.add("display.renderer", renderer[1], at)
                found.take("glxinfo", at, at)
        elif ("prime-select query" in line or "XDG_SESSION_TYPE" in line) and at + 1 < len(found.lines):
            _answered(found, at, line)


def _state(found: Found, at: int, unit: str, active: bool) -> None:
    if unit in _FACTS:
        # Persistence mode can be on without the daemon, so a stopped daemon proves nothing.
        if unit != "nvidia-persistenced" or active:
            found.add(_FACTS[unit], active, at)
    elif unit in _MANAGERS and active:
        found.add("display.manager", _MANAGERS[unit], at)


def _answered(found: Found, at: int, line: str) -> None:
    answer = found.lines[at + 1].strip()
    if not command_in(line):
        return
    if "prime-select" in line and answer in ("intel", "nvidia", "on-demand"):
        found.add("prime.mode", answer, at + 1)
    elif "XDG_SESSION_TYPE" in line and answer in ("x11", "wayland", "tty"):
        found.add("display.server", {"x11": "xorg", "tty": "none"}.get(answer, answer), at + 1)
    else:
        return
    found.take("session", at, at + 1)
