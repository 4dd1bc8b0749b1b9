"""When the machine was started, and with which kernel.

journalctl --list-boots   -1 3f0c77b1d2f04f8e8f1f3a5b6c7d8e9f Tue 2024-11-19 09:00:01 CET Tue 2024-11-19 18:00:02 CET
(systemd before 250)      -1 3f0c77b1d2f04f8e8f1f3a5b6c7d8e9f Tue 2024-11-19 09:00:01 CET—Tue 2024-11-19 18:00:02 CET
last -x -F -w reboot     reboot   system boot  6.8.0-57-generic Tue Nov 24 09:12:13 2026 - Tue Nov 24 18:00:00 2026  (08:47)
                         reboot   system boot  5.15.0-91-generi Mon Jan 15 08:12   still running
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kbtui.machine.changes.clock import Clock
from kbtui.machine.changes.model import Change, change

_SAME = 180.0
"""Seconds within which two histories mean the same start: the clock is set some time after the first line."""
_BOOT = re.compile(r"\s*-?\d+ ([0-9a-f]{32}) [A-Z][a-z]{2} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?: (\w+))?")
_LAST = re.compile(
    r"reboot\s+system boot\s+(\S+)\s+((?:[A-Z][a-z]{2} ){2}\s?\d{1,2} \d\d:\d\d(?::\d\d \d{4})?|\d{4}-\d\d-\d\dT\S+)"
)
_CUT = 15
"""`last` without -w cuts the release at 15 or 16 letters."""


class Boot(NamedTuple):
    """One start of the machine."""

    when: float
    kernel: str = ""
    origin: str = ""
    raw: str = ""


def listed(text: str, origin: str, clock: Clock) -> list[Boot]:
    """`journalctl --list-boots`: no kernels."""
    out = []
    for line in text.splitlines():
        match = _BOOT.match(line)
        zone = match[3] if match and match[3] in ("UTC", "GMT") else ""
        when = clock.read(f"{match[2]} {zone}".strip()) if match else None
        if when is not None:
            out.append(Boot(when, "", origin, line.strip()))
    return out


def last(text: str, origin: str, clock: Clock) -> list[Boot]:
    """`last -x reboot`: kernels, a long release may be cut."""
    out = []
    for line in text.splitlines():
        match = _LAST.match(line)
        when = clock.read(match[2]) if match else None
        if match and when is not None:
            out.append(Boot(when, match[1] if match[1][0].isdigit() else "", origin, line.strip()))
    return out


def joined(boots: Iterable[Boot]) -> list[Boot]:
    """Each start once, oldest first; of two accounts the one with the longer kernel release, the earlier time."""
    out: list[Boot] = []
    for boot in sorted(boots, key=lambda b: b.when):
        if out and boot.when - out[-1].when <= _SAME and _agree(out[-1].kernel, boot.kernel):
            kept = out[-1]
            better = boot if len(boot.kernel) > len(kept.kernel) else kept
            out[-1] = Boot(kept.when, better.kernel, better.origin, better.raw)
        else:
            out.append(boot)
    return out


def changes(boots: list[Boot]) -> list[Change]:
    """A start each, and a kernel change where the machine came up with another kernel than before."""
    out: list[Change] = []
    before = ""
    for boot in boots:
        out.append(change(boot.when, "boot", "started", after=boot.kernel, origin=boot.origin, raw=boot.raw))
        if boot.kernel and before and not _agree(before, boot.kernel):
            out.append(
                change(
                    boot.when,
                    "kernel",
                    "started with another kernel",
                    before=before,
                    after=boot.kernel,
                    origin=boot.origin,
                    raw=boot.raw,
                )
            )
        before = boot.kernel or before
    return out


def _agree(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return not short or short == long or (len(short) >= _CUT and long.startswith(short))
