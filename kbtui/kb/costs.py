"""What a fix costs, in minutes of the person's night: its own time, and risk and harm turned into minutes."""

from __future__ import annotations

from collections.abc import Sequence

from kbtui.kb import learned
from kbtui.kb.learned import Fate
from kbtui.kb.nodes import Fix

_RISK_MINUTES = {"none": 0.0, "service": 5.0, "reboot": 5.0, "data": 60.0, "hardware": 30.0}
_HURT_MINUTES = {"nothing": 0.0, "this job": 10.0, "other users": 30.0}
_DESTROYED_MINUTES = 30.0
"""For each thing that a fix destroys."""


def fix_cost(fix: Fix, fate: Fate | None = None, *, alone: bool = False) -> float:
    """Minutes; the cheapest fix of a problem is the one that belief and advice count with.

    `fate`: what closed cases say of its problem; they move the time, never the harm. `alone`: the problem has no other fix.
    """
    harm = _RISK_MINUTES[fix.risk] + _HURT_MINUTES[fix.hurts] + _DESTROYED_MINUTES * len(fix.destroys)
    found = learned.of_fix(fate, fix.title, alone=alone)
    return (learned.cost(fix.minutes, found) if found else fix.minutes) + harm


def cheapest(fixes: Sequence[Fix], among: Sequence[Fix], fate: Fate | None = None) -> Fix | None:
    """The cheapest of some of a problem's fixes; None where there are none."""
    return min(among, key=lambda f: fix_cost(f, fate, alone=len(fixes) == 1), default=None)
