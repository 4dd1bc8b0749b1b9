"""The probes that packs bring, declared before anything of those packs is read."""

from __future__ import annotations

from collections.abc import Mapping

from kbtui import conditions
from kbtui.machine import team
from kbtui.machine.team import TeamProbe


def declare(nodes: Mapping[str, TeamProbe]) -> None:
    """Make the `team.` facts of these probes, and of no others, names that conditions and `--set` may use."""
    if team.declare(nodes):
        conditions.forget()
