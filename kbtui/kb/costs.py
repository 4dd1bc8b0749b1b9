"""What a fix costs, in minutes of the person's night: its own time, and risk and harm turned into minutes."""

from __future__ import annotations

from kbtui.kb.nodes import Fix

_RISK_MINUTES = {"none": 0.0, "service": 5.0, "reboot": 5.0, "data": 60.0, "hardware": 30.0}
_HURT_MINUTES = {"nothing": 0.0, "this job": 10.0, "other users": 30.0}
_DESTROYED_MINUTES = 30.0
"""For each thing that a fix destroys."""


def fix_cost(fix: Fix) -> float:
    """Minutes; the cheapest fix of a problem is the one that belief and advice count with."""
    harm = _RISK_MINUTES[fix.risk] + _HURT_MINUTES[fix.hurts] + _DESTROYED_MINUTES * len(fix.destroys)
    return fix.minutes + harm
