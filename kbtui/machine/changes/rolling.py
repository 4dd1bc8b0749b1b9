"""Arch and openSUSE: pacman.log and zypp's history.

pacman.log     [2024-11-20T09:12:45+0100] [ALPM] upgraded nvidia (550.78-1 -> 555.58-1)
               [2019-03-01 12:00] [ALPM] installed linux-headers (4.20.13.arch1-1)
zypp/history   2024-11-20 10:12:13|install|kernel-default|6.4.0-150600.23.25.1|x86_64||repo-update|0123abcd|
               2024-11-20 10:13:02|remove |kernel-default|6.4.0-150600.23.22.1|x86_64|root@box|
"""

from __future__ import annotations

import re

from kbtui.machine.changes.clock import Clock
from kbtui.machine.changes.model import Change, change
from kbtui.machine.changes.packages import kind_of

_PACMAN = re.compile(r"\[([^\]]+)\] \[ALPM\] (installed|upgraded|downgraded|removed) (\S+) \((.+?)\)\s*$")
_ZYPP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\|(install|remove) *\|([^|]+)\|([^|]*)\|")


def pacman(text: str, origin: str, clock: Clock) -> list[Change]:
    """Every package that pacman changed; reinstallations are none."""
    out = []
    for line in text.splitlines():
        match = _PACMAN.match(line)
        if not match:
            continue
        stamp, action, name, versions = match.groups()
        old, arrow, new = versions.partition(" -> ")
        before, after = (old, new) if arrow else ("", old) if action == "installed" else (old, "")
        out.append(change(clock.read(stamp), kind_of(name), name, before=before, after=after, origin=origin, raw=line))
    return out


def zypper(text: str, origin: str, clock: Clock) -> list[Change]:
    """An upgrade is written as an installation: the version before is the last one that the file names."""
    out = []
    known: dict[str, str] = {}
    for line in text.splitlines():
        match = _ZYPP.match(line)
        if not match:
            continue
        stamp, action, name, version = (part.strip() for part in match.groups())
        several = kind_of(name) == "kernel"  # kernels stand side by side: each is an installation of its own
        before, after = (version, "") if action == "remove" else ("" if several else known.get(name, ""), version)
        if before == after:
            continue
        known[name] = after
        out.append(change(clock.read(stamp), kind_of(name), name, before=before, after=after, origin=origin, raw=line))
    return out
