"""Which change could explain the trouble: heavy kinds shortly before the onset, and what the machine's state proves.

A change after the onset explains nothing; a routine package never does. Two states of the machine decide alone: a loaded
module that is older than the driver's packages, and a running kernel for which no module could be built.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kbtui.machine.changes.fold import fold
from kbtui.machine.changes.model import Change
from kbtui.machine.changes.onset import Onset
from kbtui.machine.changes.packages import driver_version, of_kernel
from kbtui.machine.changes.state import State
from kbtui.machine.changes.timeline import Timeline

PROVEN = 100.0
"""Added where the machine's state points to this very change."""
SUSPECT = 2.0
"""From this score on a change is named as a suspect: a driver a week before, a configuration three days before."""
_HALF = 72.0
"""Hours in which a change loses half of its suspicion."""
_SLACK = 120.0
"""Seconds by which two clocks of one machine may differ."""


class Ranked(NamedTuple):
    """A change with its suspicion."""

    change: Change
    score: float
    """0: it explains nothing."""
    hours: float | None
    """From when it took effect to the onset; None where one of the times is not known or it came after."""
    why: str
    """For a person."""


def rank(
    changes: Iterable[Change], onset: Onset | None, state: State | None = None, now: float | None = None
) -> list[Ranked]:
    """Most suspicious first; among equals the latest first. Without an onset only the machine's state accuses."""
    rows = list(changes)
    boots = sorted(c.when for c in rows if c.kind == "boot" and c.when is not None)
    boot_at = boots[-1] if boots else None
    ranked = [_weigh(c, onset, state or State(), boots, boot_at, now) for c in rows]
    return sorted(ranked, key=lambda r: (-r.score, -(r.change.when or 0.0)))


def onset_of(line: Timeline, words: Onset | None = None) -> Onset | None:
    """The person's words, else the first error of the kernel log; None where nothing shows any trouble."""
    if words:
        return words
    if line.first_error is None:
        return None
    first = next((c.what for c in line.changes if c.kind == "error" and c.when == line.first_error), "kernel log")
    return Onset(line.first_error, line.first_error, first)


def suspects(line: Timeline, onset: Onset | None = None) -> list[Ranked]:
    """What could explain the trouble of a machine, best first; empty on a machine that shows none."""
    ranked = rank(fold(line.changes), onset_of(line, onset), line.state, line.clock.now)
    return [r for r in ranked if r.score >= SUSPECT]


def took_effect(change: Change, boots: Sequence[float]) -> float | None:
    """A kernel acts from the next start on; everything else at once. None for a kernel that still waits."""
    if change.when is None or change.kind != "kernel" or not change.after:
        return change.when
    return next((b for b in boots if b >= change.when - _SLACK), None)


def _weigh(
    change: Change, onset: Onset | None, state: State, boots: list[float], boot_at: float | None, now: float | None
) -> Ranked:
    acts = took_effect(change, boots)
    hours = _hours(acts, onset)
    proof = _proof(change, state, boot_at)
    if proof:
        packaged = 0.5 if change.members else 0.0  # the package is the cause, the start with it only where it showed
        return Ranked(change, PROVEN + change.weight + packaged, hours, proof)
    if now is not None and change.when is not None and change.when > now + 300:
        return Ranked(change, 0.0, None, "its time lies in the future: a clock was wrong")
    if change.weight <= 0:
        return Ranked(change, 0.0, hours, "")
    if onset is None:
        return Ranked(change, 0.0, None, "")
    if change.when is None:
        return Ranked(change, 0.1 * change.weight, None, "when it happened is not known")
    if acts is None:
        return Ranked(change, 0.1 * change.weight, None, "it waits for the next start")
    if hours is None:
        return Ranked(change, 0.0, None, "after the trouble began")
    score = change.weight * 0.5 ** (hours / _HALF)
    return Ranked(change, score, hours, f"{said_hours(hours)} the trouble began ({onset.why})" if onset.why else "")


def _hours(acts: float | None, onset: Onset | None) -> float | None:
    if acts is None or onset is None or acts > onset.latest + _SLACK:
        return None
    return max(0.0, onset.earliest - acts) / 3600


def said_hours(hours: float) -> str:
    """ "3 hours before", "12 days before"."""
    if hours < 0.1:
        return "just before"
    if hours < 2:
        return f"{hours * 60:.0f} minutes before"
    return f"{hours:.0f} hours before" if hours < 72 else f"{hours / 24:.0f} days before"


def _proof(change: Change, state: State, boot_at: float | None) -> str:
    """What the state of the machine says against this change; "" for nothing."""
    after = driver_version(change.after)
    since_boot = change.when is not None and boot_at is not None and change.when >= boot_at - _SLACK
    if change.kind == "driver" and state.module and since_boot and after and after != state.module:
        return f"the loaded module is still {state.module}: it and the files on disk ({after}) do not fit together"
    if state.wanted and state.built is False and not state.module:
        missing = "" if state.headers is not False else " and its headers are missing"
        mine = any(
            of_kernel(name, change.after or change.before, state.kernel) for name in (change.what, *change.members)
        )
        if change.kind == "kernel" and mine and change.after:
            return f"the running kernel {state.kernel} has no NVIDIA module{missing}"
        if change.kind == "headers" and mine and change.before and not change.after:
            return f"the headers of the running kernel {state.kernel} were removed, and it has no NVIDIA module"
    return ""
