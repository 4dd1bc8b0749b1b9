"""Kernel log lines with a time: which kernels and drivers came up when, and the first error of each kind.

journalctl -o short-iso   2026-11-25T06:04:21+0000 box kernel: NVRM: Xid (PCI:0000:41:00): 79, GPU has fallen off the bus.
kern.log, messages        Nov 22 06:41:20 box kernel: [ 5120.1] NVRM: API mismatch: the client 'nvidia-smi' (pid 918233)
(newer rsyslog)           2026-11-25T06:04:21.179999+00:00 box kernel: Linux version 6.8.0-57-generic (buildd@host) ...
dmesg                     [    5.16] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30 17:44:08 UTC 2024
dmesg -T                  [Tue Nov 24 09:12:18 2026] NVRM: GPU 0000:02:00.0: RmInitAdapter failed! (0x24:0x72:1568)
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kbtui.machine.changes.boots import Boot
from kbtui.machine.changes.clock import Clock
from kbtui.machine.changes.model import Change, change

WANTED = (
    r"NVRM: (loading|API mismatch|GPU|Xid|The NVIDIA|No NVIDIA)|Linux version |RmInitAdapter|AER: .*(Uncorrect|Fatal)"
    r"|PCIe Bus Error: severity=Uncorrect|[Oo]ut of memory: Kill|segfault at|version magic|disagrees about version"
    r"|unsigned module is rejected"
)
"""What `journalctl -g` is asked for over all boots."""
_DATED = re.compile(
    r"(?:(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*)|([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)) \S+ kernel: (?:\[\s*\d+\.\d+\] )?(.*)"
)
_CTIME = re.compile(r"\[([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\] (.*)")
_UPTIME = re.compile(r"\[\s*(\d+\.\d+)\] (.*)")
_LOADING = re.compile(r"NVRM: loading NVIDIA UNIX (?:Open )?(?:\S+ )?Kernel Module(?: for \S+)?\s+(\d[\d.]+)")
_VERSION = re.compile(r"Linux version (\S+)")
_XID = re.compile(r"NVRM: Xid \([^)]*\):? (\d+)")
_OF_THE_JOB = frozenset({13, 31, 43, 45, 68})
"""Xids that a program's own mistake raises: they date no trouble of the machine."""
_QUIET = 7 * 86400.0
_ERRORS = (
    ("driver and library versions differ", re.compile(r"NVRM: API mismatch"), True),
    ("the driver could not start a GPU", re.compile(r"RmInitAdapter failed|rm_init_adapter failed"), True),
    ("a GPU has fallen off the bus", re.compile(r"fallen off the bus"), True),
    ("the driver does not support the GPU", re.compile(r"requires use of the NVIDIA open kernel modules|will ignore this GPU|No NVIDIA GPU found"), True),
    ("the module does not fit the kernel", re.compile(r"nvidia\S*: (?:version magic|disagrees about version of symbol)"), True),
    ("an unsigned module was rejected", re.compile(r"unsigned module is rejected"), True),
    ("uncorrectable PCIe error", re.compile(r"PCIe Bus Error: severity=Uncorrect|AER: (?:Multiple )?Uncorrect"), True),
    ("out of memory", re.compile(r"[Oo]ut of memory: Kill"), False),
    ("a program crashed (segfault)", re.compile(r"segfault at"), False),
)  # fmt: skip


class Line(NamedTuple):
    """A kernel message with its time; None where nothing tells it."""

    when: float | None
    text: str
    origin: str


def lines(text: str, origin: str, clock: Clock, boot_at: float | None) -> list[Line]:
    """The messages of one log. `boot_at` turns seconds since boot into times; without it these are unknown."""
    out = []
    for line in text.splitlines():
        if match := _DATED.match(line):
            out.append(Line(clock.read(match[1] or match[2]), match[3], origin))
        elif match := _CTIME.match(line):
            out.append(Line(clock.read(match[1]), match[2], origin))
        elif match := _UPTIME.match(line):
            out.append(Line(boot_at + float(match[1]) if boot_at is not None else None, match[2], origin))
    return out


def boots(log: list[Line]) -> list[Boot]:
    """Starts, by the kernel's first line."""
    found = ((line, _VERSION.match(line.text)) for line in log)
    return [Boot(line.when, m[1], line.origin, line.text) for line, m in found if m and line.when is not None]


def drivers(log: list[Line]) -> list[Change]:
    """Where another version of the module came up than before."""
    out: list[Change] = []
    before = ""
    for line in sorted((one for one in log if one.when is not None), key=lambda one: one.when or 0.0):
        match = _LOADING.search(line.text)
        if match and match[1] != before:
            if before:
                out.append(
                    change(
                        line.when,
                        "driver",
                        "another NVIDIA module was loaded",
                        before=before,
                        after=match[1],
                        origin=line.origin,
                        raw=line.text,
                    )
                )
            before = match[1]
    return out


class Errors(NamedTuple):
    """Errors of the kernel log."""

    first: list[Change]
    """The first of each kind."""
    onset: float | None
    """When the trouble that shows in the latest boot with errors began; None where the log shows none."""


def errors(log: list[Line], boot_at: float | None) -> Errors:
    """The first of each kind, and the onset: the earliest time of the kinds that occur since `boot_at`."""
    first: dict[str, Line] = {}
    times: dict[str, list[float]] = {}
    for line in sorted(log, key=lambda one: (one.when is None, one.when or 0.0)):
        found = _error(line.text)
        if not found:
            continue
        kind, tells = found
        first.setdefault(kind, line)
        if tells and line.when is not None:
            times.setdefault(kind, []).append(line.when)
    onset = min((_began(seen) for seen in times.values() if boot_at is None or seen[-1] >= boot_at - 1), default=None)
    out = [change(line.when, "error", f"first: {k}", origin=line.origin, raw=line.text) for k, line in first.items()]
    return Errors(out, onset)


def _began(times: list[float]) -> float:
    """The beginning of the last run of errors: what was quiet for a week was another trouble."""
    start = times[-1]
    for when in reversed(times):
        if start - when > _QUIET:
            break
        start = when
    return start


def _error(text: str) -> tuple[str, bool] | None:
    match = _XID.search(text)
    if match:
        return f"Xid {match[1]}", int(match[1]) not in _OF_THE_JOB
    return next(((kind, tells) for kind, pattern, tells in _ERRORS if pattern.search(text)), None)
