"""Bursts of Xid lines as incidents: what began one, and what only followed from it.

A card that falls off the bus writes Xid 79, then 45 for every job it takes down, then 154; the cards beside it complain
about their NVLinks. That is one incident, not ten. Sample, one incident with root 79 on 0000:01:00.0:

    [344210.113529] NVRM: Xid (PCI:0000:01:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
    [344210.115002] NVRM: Xid (PCI:0000:01:00): 154, pid='<unknown>', GPU recovery action changed from 0x0 (None) to 0x2
    2026-11-25T03:12:09+0000 box kernel: NVRM: Xid (PCI:0000:01:00): 45, pid=4242, Ch 00000010
    Nov 25 03:12:09 box kernel: NVRM: Xid (0000:02:00): 74, NVLink: fatal error detected on link 3
    [Wed Nov 25 03:12:09 2026] NVRM: Xid (PCI:0000:01:00): 154, GPU recovery action changed
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from kbtui.machine.text.names import bus_id

GAP = 180.0
"""Seconds of silence that end a burst."""

_XID = re.compile(r"(?<!S)Xid \((?:PCI:)?([0-9A-Fa-f:.]{7,16})\):? (\d{1,5})")
_UPTIME = re.compile(r"\s*\[\s*(\d+\.\d+)\]")
_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\s")
_SYSLOG = re.compile(r"([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d)\b")
_CTIME = re.compile(r"\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})\]")
_LEAP_YEAR = 2000
"""For stamps without a year: it must know 29 February."""

AFTERMATH = frozenset({45, 154})
"""Never a beginning: channels cleaned up after an error elsewhere, and the driver's own advice."""
STOPPED = frozenset({8, 43, 109})
"""A channel stopped: the consequence of an error before it, else the program's own."""
GONE = frozenset({79})
"""Nothing that the card says afterwards means anything."""
PROCESSOR = frozenset({61, 62, 119, 120})
"""The card's own processors (PMU, GSP) no longer answer."""
MEMORY = frozenset({48, 63, 64, 92, 94, 95, 140, 171, 172})
"""One memory error and what is done about it: contained or not, its row remapped or not."""
NVLINK = frozenset({74, 137, *range(144, 151)})
"""Both ends of a link complain, and every card that talked over it."""
PROGRAM = frozenset({13, 31, 32, 39, 68, 69})
"""A program's access or instruction went wrong."""


class Incident(NamedTuple):
    """One beginning and what followed from it."""

    root: int
    """Xid number that began it."""
    gpu: str
    """Bus id of the card where it began: 0000:01:00.0."""
    followers: tuple[int, ...]
    """Other Xid numbers, on any card, that follow from it; in the order they came, each once."""
    gpus: tuple[str, ...]
    """All cards that spoke in it, the first one first."""
    xids: int
    """How many Xid lines."""
    began: str
    """Time of the first line as it is printed; "" where the log has none."""
    seconds: float
    """From its first line to its last."""
    lines: tuple[int, ...]
    """1-based numbers of its lines in what was given."""
    raw: str
    """The line that began it."""


class _Xid(NamedTuple):
    line: int
    at: float | None
    stamp: str
    gpu: str
    code: int
    raw: str


def incidents(lines: Iterable[str], gap: float = GAP) -> list[Incident]:
    """The incidents of one boot's kernel log, in the order they began. SXids of NVSwitches are not among them."""
    out: list[Incident] = []
    for burst in _bursts(_xids(lines), gap):
        out += _folded(burst)
    return out


def _xids(lines: Iterable[str]) -> list[_Xid]:
    found = []
    for number, line in enumerate(lines, 1):
        match = _XID.search(line) if "Xid" in line else None
        key = bus_id(match[1]) if match else ""
        if match and key:
            at, stamp = _time(line)
            found.append(_Xid(number, at, stamp, key, int(match[2]), line.strip()[:400]))
    return found


def _time(line: str) -> tuple[float | None, str]:
    """Seconds on the log's own clock, and the stamp as printed. Zones and years are left out: only gaps count."""
    if match := _UPTIME.match(line):
        return float(match[1]), match[1]
    try:
        if match := _ISO.match(line):
            return _seconds(datetime.fromisoformat(match[1])), match[1]
        if match := _CTIME.match(line):
            text, form = f"{match[4]} {match[1]} {match[2]} {match[3]}", "%Y %b %d %H:%M:%S"
            return _seconds(datetime.strptime(text, form)), match[0].strip("[]")
        if match := _SYSLOG.match(line):
            text = f"{_LEAP_YEAR} {match[1]} {match[2]} {match[3]}"
            return _seconds(datetime.strptime(text, "%Y %b %d %H:%M:%S")), match[0]
    except ValueError:
        pass
    return None, ""


def _seconds(when: datetime) -> float:
    return (when - datetime(_LEAP_YEAR, 1, 1)).total_seconds()


def _bursts(xids: Sequence[_Xid], gap: float) -> list[list[_Xid]]:
    """Runs without a silence; a clock that jumps back begins another run, a line without a time joins the last."""
    out: list[list[_Xid]] = []
    last: float | None = None
    for xid in xids:
        apart = xid.at is not None and last is not None and not -gap <= xid.at - last <= gap
        if not out or apart:
            out.append([])
        out[-1].append(xid)
        last = xid.at if xid.at is not None else last
    return out


def explains(root: _Xid | Incident, code: int, gpu: str) -> bool:
    """Whether a code on a card can follow from a beginning on the same card or on another."""
    began = root.root if isinstance(root, Incident) else root.code
    here = root.gpu == gpu
    if code == began:
        return here or began in NVLINK
    if code in AFTERMATH:
        return here or code == 45 or began not in PROGRAM | STOPPED | AFTERMATH
    if began in GONE:
        return here or code in STOPPED or code in NVLINK
    if began in PROCESSOR:
        return (here and code in PROCESSOR | STOPPED) or code in NVLINK
    if began in MEMORY:
        return here and code in MEMORY | STOPPED
    if began in NVLINK:
        return code in NVLINK | STOPPED
    return began in PROGRAM and here and code in STOPPED


def _folded(burst: Sequence[_Xid]) -> list[Incident]:
    """Beginnings of one burst with their followers. What is only ever a consequence waits for a beginning behind it:
    the log does not always print the cause first."""
    groups: list[list[_Xid]] = []
    for certain in (True, False):
        for xid in burst:
            weak = xid.code in AFTERMATH | STOPPED
            if weak == certain:
                continue
            here = [g for g in groups if explains(g[0], xid.code, xid.gpu)]
            same_card = [g for g in here if g[0].gpu == xid.gpu]
            home = next(iter(same_card or here), None)
            if home is None:
                groups.append([xid])
            else:
                home.append(xid)
    return sorted((_incident(group) for group in groups), key=lambda i: i.lines[0])


def _incident(group: Sequence[_Xid]) -> Incident:
    root = group[0]
    ordered = sorted(group, key=lambda x: x.line)
    times = [x.at for x in ordered if x.at is not None]
    return Incident(
        root=root.code,
        gpu=root.gpu,
        followers=tuple(dict.fromkeys(x.code for x in ordered if x.code != root.code)),
        gpus=tuple(dict.fromkeys([root.gpu, *(x.gpu for x in ordered)])),
        xids=len(ordered),
        began=ordered[0].stamp,
        seconds=round(max(times) - min(times), 3) if times else 0.0,
        lines=tuple(x.line for x in ordered),
        raw=root.raw,
    )
