"""Configuration that decides over the GPU, by when its files were last written.

A listing says of each file "file 644 0:0 SIZE MTIME" (seconds since 1970); without the last word nothing is known.
A file written within two minutes of the marks of an installation (/etc/hostname, /etc/os-release, /etc/machine-id) came
with the system or the image: nobody edited it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from kbtui.machine.asks import Names, Raw
from kbtui.machine.changes.clock import Clock
from kbtui.machine.changes.model import Change, change

WATCHED: dict[str, float] = {
    "/etc/modprobe.d/*": 6.0,
    "/etc/modules-load.d/*": 4.0,
    "/etc/X11/xorg.conf*": 5.0,
    "/etc/X11/xorg.conf.d/*": 5.0,
    "/etc/default/grub*": 5.0,
    "/etc/docker/daemon.json": 5.0,
    "/etc/ld.so.conf.d/*": 4.0,
    "/etc/environment": 4.0,
    "/etc/profile.d/*": 3.0,
    "/etc/sysctl.d/*": 1.5,
    "/etc/security/limits.conf": 1.5,
    "/etc/security/limits.d/*": 1.5,
    "~/.bashrc": 1.0,
    "~/.profile": 1.0,
    "~/.zshrc": 1.0,
}
"""Pattern and what an edit there weighs; a shell's start files are written by every second installer."""
MARKS = ("/etc/hostname", "/etc/os-release", "/usr/lib/os-release", "/etc/machine-id")
_SPARE = re.compile(r"~$|\.(dpkg|ucf)-\w+$|\.rpm(save|new|orig)$|\.bak$|README")
"""Files that nothing reads."""
_TOGETHER = 120.0
ASKS: dict[str, Names] = {f"config {path}": Names(path) for path in (*WATCHED, *MARKS)}


def edited(seen: Mapping[str, Raw], clock: Clock) -> list[Change]:
    """The files with a known time that did not come with the system."""
    marks = [when for path in MARKS for when in _times(seen, path).values()]
    out = []
    for pattern, weight in WATCHED.items():
        for path, when in _times(seen, pattern).items():
            with_system = any(abs(when - mark) <= _TOGETHER for mark in marks)
            if not with_system and not _SPARE.search(path):
                made = change(when, "config", path, origin=path, raw=f"last written {clock.local(when):%Y-%m-%d %H:%M}")
                out.append(replace(made, weight=weight))
    return out


def _times(seen: Mapping[str, Raw], pattern: str) -> dict[str, float]:
    raw = seen.get(f"config {pattern}")
    if raw is None or not raw.ok:
        return {}
    words = {path: said.split() for path, said in raw.files.items()}
    return {path: float(w[4]) for path, w in words.items() if len(w) == 5 and w[0] == "file" and w[4].isdigit()}
