"""What changed before the trouble began, from every history that the machine keeps.

/var/log/dpkg.log        2026-11-22 06:41:20 upgrade libnvidia-compute-550:amd64 550.144.03-0ubuntu1 550.163.01-0ubuntu1
journalctl --list-boots   0 ef712dfd8651528d31ae4a2da52c4751 Mon 2026-11-02 13:11:09 UTC Wed 2026-11-25 13:13:31 UTC
ls /etc/modprobe.d/*     /etc/modprobe.d/nvidia.conf  file 644 0:0 144 1795600000

The formats are read in `kbtui.machine.changes`; here the timeline becomes facts.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from kbtui.machine.asks import Raw
from kbtui.machine.changes.model import Change, Kind
from kbtui.machine.changes.onset import Onset
from kbtui.machine.changes.rank import onset_of, took_effect
from kbtui.machine.changes.timeline import ASKS, Timeline, build
from kbtui.machine.probes.spec import Out, Probe

_FACTS: dict[str, tuple[Kind, ...]] = {
    "change.kernel.hours_before_onset": ("kernel",),
    "change.driver.hours_before_onset": ("driver",),
    "change.cuda.hours_before_onset": ("cuda",),
    "change.framework.hours_before_onset": ("framework",),
    "change.config.hours_before_onset": ("config",),
}
_BOOT, _UPGRADED = "change.last_boot_hours_before_onset", "packages.upgraded_recently"
_OF_NOTE = 4.0
"""Configuration that weighs less is edited every day."""
_LONG = 7 * 86400.0
"""Seconds before the onset from which on a history without such a change says that there was none."""


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """The facts against the first error of the kernel log, else now."""
    line = build(seen, time.time())
    lay(line, onset_of(line) or Onset(line.clock.now, line.clock.now, "now"), out)


def lay(line: Timeline, onset: Onset, out: Out) -> None:
    """Hours before an onset, also one that a person named: absent where the histories reach far enough back and show
    no such change, unknown where they do not.
    """
    if line.boot_at is None and not line.changes:
        return
    boots = [c.when for c in line.changes if c.kind == "boot" and c.when is not None]
    for name, kinds in _FACTS.items():
        found = _last(line.changes, kinds, onset, boots)
        if found:
            _say(out, name, *found, onset)
        elif _was_looked_at(kinds[0], line, onset):
            out.absent(name, Raw(origin="the machine's histories"), "no such change")
        else:
            out.unknown(name, _why_not(line))
    starts = [c for c in line.changes if c.kind == "boot" and c.when is not None and c.when <= onset.latest]
    if starts:
        _say(out, _BOOT, starts[-1], starts[-1].when or 0.0, onset)
    _upgraded(line, out)


def _last(
    changes: Sequence[Change], kinds: tuple[Kind, ...], onset: Onset, boots: list[float]
) -> tuple[Change, float] | None:
    """The change that took effect last before the onset, and when it did."""
    found: tuple[Change, float] | None = None
    for change in changes:
        if change.kind not in kinds or (change.kind == "config" and change.weight < _OF_NOTE):
            continue
        if change.kind == "kernel" and change.before and not change.after:
            continue  # an old kernel was tidied away
        acts = took_effect(change, boots)
        if acts is not None and acts <= onset.latest and (found is None or acts >= found[1]):
            found = (change, acts)
    return found


def _say(out: Out, name: str, change: Change, acts: float, onset: Onset) -> None:
    out.add(name, round(max(0.0, onset.earliest - acts) / 3600, 1), Raw(origin=change.origin), change.raw)


def _was_looked_at(kind: Kind, line: Timeline, onset: Onset) -> bool:
    if kind == "config":
        return "config /etc/modprobe.d/*" in line.read
    if kind == "framework" and "python" not in line.read:
        return False
    return line.reaches_back is not None and onset.earliest - line.reaches_back >= _LONG


def _why_not(line: Timeline) -> str:
    if line.reaches_back is not None:
        return f"the package histories begin on {line.clock.local(line.reaches_back):%Y-%m-%d}"
    return line.lacks or "no package manager's history was found"


def _upgraded(line: Timeline, out: Out) -> None:
    if line.boot_at is None:
        return
    mine = [c for c in line.changes if c.kind in ("driver", "kernel") and c.when is not None and (c.after or c.before)]
    since = [c for c in mine if (c.when or 0.0) > line.boot_at and "started" not in c.what]
    if since:
        out.add(_UPGRADED, True, Raw(origin=since[-1].origin), since[-1].raw)
    elif line.reaches_back is not None and line.reaches_back <= line.boot_at:
        out.add(_UPGRADED, False, Raw(origin="the package histories"), "no such package since this boot")
    else:
        out.unknown(_UPGRADED, _why_not(line))


PROBES = (Probe("history", ASKS, parse, (*_FACTS, _BOOT, _UPGRADED), seconds=2.0),)
