"""Debian and Ubuntu: dpkg.log, apt's history.log, unattended-upgrades.log.

dpkg.log                 2026-11-22 06:41:20 upgrade libnvidia-compute-550:amd64 550.144.03-0ubuntu1 550.163.01-0ubuntu1
                         2026-11-22 06:41:25 install linux-image-6.8.0-58-generic:amd64 <none> 6.8.0-58.60
                         2026-11-22 06:41:31 status installed man-db:amd64 2.12.0-4build2

apt/history.log          Start-Date: 2026-11-22  20:14:33
                         Commandline: apt full-upgrade
                         Install: linux-image-6.1.0-29-amd64:amd64 (6.1.123-1, automatic)
                         Upgrade: linux-image-amd64:amd64 (6.1.119-1, 6.1.123-1)
                         End-Date: 2026-11-22  20:15:20

unattended-upgrades.log  2026-11-22 06:41:05,640 INFO Packages that will be upgraded: libnvidia-compute-550 nvidia-utils-550
                         2026-11-22 06:43:53,027 INFO All upgrades installed
"""

from __future__ import annotations

import re

from kbtui.machine.changes.clock import Clock
from kbtui.machine.changes.model import Change, change
from kbtui.machine.changes.packages import kind_of

_DPKG = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (install|upgrade|remove|purge) (\S+?)(?::\w+)? (\S+) (\S+)\s*$")
_ACTIONS = ("Install", "Upgrade", "Downgrade", "Reinstall", "Remove", "Purge")
_ITEM = re.compile(r"(\S+?)(?::[\w-]+)? \(([^)]*)\)")
_UNATTENDED = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\S* INFO Packages that will be upgraded: ?(.*)")


def dpkg(text: str, origin: str, clock: Clock) -> list[Change]:
    """Installations, upgrades and removals; what dpkg says of states and triggers is no change."""
    out = []
    for line in text.splitlines():
        match = _DPKG.match(line)
        if not match:
            continue
        stamp, action, name, old, new = match.groups()
        if action in ("remove", "purge"):
            new = ""
        before, after = ("" if v == "<none>" else v for v in (old, new))
        if before == after:
            continue
        out.append(
            change(clock.read(stamp), kind_of(name), name, before=before, after=after, origin=origin, raw=line.strip())
        )
    return out


def apt(text: str, origin: str, clock: Clock) -> list[Change]:
    """Transactions; all changes of one have its start as their time."""
    out: list[Change] = []
    when: float | None = None
    source = origin
    for line in text.splitlines():
        key, _, value = line.partition(": ")
        value = value.strip()
        if key == "Start-Date":
            when, source = clock.read(value), origin
        elif key == "End-Date":
            when = None
        elif key == "Commandline":
            source = f"{origin} ({_short(value)})"
        elif key in _ACTIONS:
            for item in _ITEM.finditer(value):
                versions = [v.strip() for v in item[2].split(",") if v.strip() and v.strip() != "automatic"]
                before, after = _versions(key, versions)
                raw = f"{key}: {item[0]}"
                if key != "Reinstall":
                    out.append(
                        change(when, kind_of(item[1]), item[1], before=before, after=after, origin=source, raw=raw)
                    )
    return out


def unattended(text: str, origin: str, clock: Clock) -> list[Change]:
    """What unattended-upgrades meant to upgrade; it does not say the versions."""
    out = []
    for line in text.splitlines():
        match = _UNATTENDED.match(line)
        if match:
            when = clock.read(match[1])
            for name in match[2].split():
                out.append(change(when, kind_of(name), name, origin=f"{origin} (unattended-upgrade)", raw=line.strip()))
    return out


def _versions(action: str, versions: list[str]) -> tuple[str, str]:
    first, last = (versions[0], versions[-1]) if versions else ("", "")
    if action == "Install":
        return "", first
    if action in ("Remove", "Purge"):
        return first, ""
    return first, last


def _short(command: str) -> str:
    return "unattended-upgrade" if "unattended-upgrade" in command else command[:60]
