"""Fedora, RHEL and their kin: dnf.rpm.log, yum.log, `dnf history list`, `rpm -qa --last`.

dnf.rpm.log        2024-11-05T10:12:13+0100 SUBDEBUG Upgrade: kernel-core-6.11.6-300.fc41.x86_64
                   2024-11-05T10:12:19+0100 SUBDEBUG Upgraded: kernel-core-6.11.5-300.fc41.x86_64
                   2023-05-10T11:00:01Z SUBDEBUG Installed: kernel-4.18.0-477.el8.x86_64
yum.log            May 10 11:00:01 Updated: kernel-tools-3.10.0-1160.90.1.el7.x86_64
dnf history list       12 | upgrade -y               | 2024-11-05 10:12 | I, U           |   34
(dnf 5)             5 dnf install akmod-nvidia         2024-11-20 10:12:13                     9
rpm -qa --last     kernel-core-6.11.6-300.fc41.x86_64            Tue Nov  5 10:12:13 2024
"""

from __future__ import annotations

import re

from kbtui.machine.changes.clock import Clock
from kbtui.machine.changes.model import WEIGHT, Change, Kind, change
from kbtui.machine.changes.packages import kind_of, split_rpm

_DNF = re.compile(
    r"(\d{4}-\d\d-\d\dT\S+) (?:SUB)?(?:DEBUG|INFO) (Upgrade|Upgraded|Install|Installed|Downgrade|Downgraded|Erase|Removed|Obsoleted): (\S+)"
)
_YUM = re.compile(r"([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (Installed|Updated|Erased): (\S+)")
_HISTORY = re.compile(
    r"\s*\d+ \|?\s*(?P<command>.*?)\s*\|?\s+(?P<when>\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)(?: \||\s)\s*(?P<rest>.*)"
)
_LAST = re.compile(r"(\S+)\s+((?:[A-Z][a-z]{2} ).*)")
_NEW, _OLD, _GONE = ("Upgrade", "Downgrade"), ("Upgraded", "Downgraded", "Obsoleted"), ("Erase", "Removed", "Erased")


def dnf(text: str, origin: str, clock: Clock) -> list[Change]:
    """The new version and the old one stand in two lines; both make one change."""
    out: list[Change] = []
    open_at: dict[str, int] = {}
    for line in text.splitlines():
        match = _DNF.match(line)
        if not match:
            continue
        stamp, action, package = match.groups()
        name, version = split_rpm(package)
        if action in _OLD and name in open_at:
            at = open_at.pop(name)
            new = out[at]
            out[at] = change(
                new.when,
                new.kind,
                name,
                before=version,
                after=new.after,
                origin=origin,
                raw=f"{new.raw}\n{line.strip()}",
            )
            continue
        if action in _NEW:
            open_at[name] = len(out)
        gone = action in _GONE or action in _OLD
        out.append(
            change(
                clock.read(stamp),
                kind_of(name),
                name,
                before=version if gone else "",
                after="" if gone else version,
                origin=origin,
                raw=line.strip(),
            )
        )
    return out


def yum(text: str, origin: str, clock: Clock) -> list[Change]:
    """RHEL 7 and older; the year is missing."""
    out = []
    for line in text.splitlines():
        match = _YUM.match(line)
        if match:
            name, version = split_rpm(match[3])
            before, after = (version or "installed", "") if match[2] == "Erased" else ("", version)
            out.append(
                change(clock.read(match[1]), kind_of(name), name, before=before, after=after, origin=origin, raw=line)
            )
    return out


def transactions(text: str, origin: str, clock: Clock) -> list[Change]:
    """`dnf history list`: what was asked for; the heaviest package that the command names decides the kind."""
    out = []
    for line in text.splitlines():
        match = _HISTORY.match(line)
        if match:
            command = match["command"].strip(" |")
            kind = _kind_of_command(command)
            what = command if command.startswith(("dnf", "yum")) else f"dnf {command}"
            out.append(change(clock.read(match["when"]), kind, what, origin=origin, raw=line.strip()))
    return out


def installed(text: str, origin: str, clock: Clock) -> list[Change]:
    """`rpm -qa --last`: when each installed package came; what stood there before is not said."""
    out = []
    for line in text.splitlines():
        match = _LAST.match(line)
        when = clock.read(match[2]) if match else None
        if match and when is not None:
            name, version = split_rpm(match[1])
            out.append(change(when, kind_of(name), name, after=version, origin=origin, raw=line.strip()))
    return out


def _kind_of_command(command: str) -> Kind:
    words = [w for w in command.split() if not w.startswith("-")]
    verb = next((at for at, w in enumerate(words) if w in ("install", "update", "upgrade", "remove", "downgrade")), -1)
    kinds = [kind_of(w) for w in words[verb + 1 :]] if verb >= 0 else []
    return max(kinds, key=WEIGHT.__getitem__, default="package")
