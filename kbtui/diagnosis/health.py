"""Is the machine at fault? Its own evidence decides, never the complaint alone (design 5)."""

from __future__ import annotations

from collections.abc import Iterable

from kbtui.diagnosis.belief import Belief
from kbtui.diagnosis.evidence import Observation

FAULT = 0.5
"""What stands above this on machine evidence is a fault."""
CLEARLY = 6.0
"""Odds from which a single piece of machine evidence carries the cause that the words point at."""


def at_fault(alone: Belief, believed: Belief, by_machine: Iterable[Observation]) -> bool:
    """A problem above one half by the machine alone (with what is unknown below it), or the leading cause of a
    complaint where the machine itself speaks clearly for it."""
    if any(p > FAULT for p in alone.through.values()):
        return True
    leading = {end for end, p in believed.ends.items() if p > FAULT}
    return any(o.problem in leading and o.ratio >= CLEARLY for o in by_machine)
