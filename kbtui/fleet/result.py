"""The fleet's answer as one object: what `kbtui fleet check --json` prints, kept stable (docs/json.md)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from kbtui.diagnosis.result import LogsOut
from kbtui.fleet.came import State
from kbtui.fleet.verdict import Shown

SCHEMA: Literal["kbtui.fleet/1"] = "kbtui.fleet/1"
GroupState = Literal[
    "healthy", "differs", "fault", "unsure", "unreachable", "refused", "timed_out", "too_old", "failed", "stopped"
]


class Group(Struct, kw_only=True):
    """Nodes with the same verdict by the same path of causes, or that did not answer for the same reason. `differs`: healthy
    by themselves, and in the same facts not like their kind."""

    state: GroupState
    nodes: list[str]
    folded: str
    """The nodes as one set: gpu[017,031-034]."""
    path: list[str] = []
    """From what is seen to the cause."""
    title: str = ""
    title_zh: str = ""
    """Of the problem at the end of the path."""
    root: bool = False
    """The path ends at a root cause; else what is behind its end is open."""
    probability: float = 0.0
    reason: str = ""
    """Why there is no answer, what could not be told, or in what they differ."""
    reason_zh: str = ""
    evidence: list[Shown] = []
    """Of the first node."""
    next: str = ""
    next_zh: str = ""


class DifferenceOut(Struct, kw_only=True):
    """Nodes on which one fact is not what most of their kind have."""

    fact: str
    title: str
    title_zh: str
    value: str
    usual: str
    nodes: list[str]
    folded: str
    places: list[str]
    alike: int
    even: bool


class Asked(Struct, kw_only=True):
    """What the look cost."""

    seconds: float
    sent: int = 0
    """Bytes sent to the nodes."""
    received: int = 0
    """Bytes that came back."""
    commands: int = 0
    """Things asked, over all nodes."""
    all_commands: int = 0
    """What it would have been had every node been asked everything."""


class FleetOut(Struct, kw_only=True):
    """The answer."""

    schema: str
    goals: list[str]
    count: int
    healthy: int
    """Nodes that are healthy and like their kind."""
    groups: list[Group]
    """Faults first, the largest first; then who differs, what could not be told, what did not answer, and the healthy."""
    differences: list[DifferenceOut]
    asked: Asked
    notes: list[str]
    logs: LogsOut | None = None
    """What several logs of the job told, as in a diagnosis."""

    @property
    def code(self) -> int:
        """0: all healthy and alike. 1: a node has a fault, or is not like its kind. 3: a node could not be judged."""
        if self.differences or any(g.state == "fault" for g in self.groups):
            return 1
        return 3 if any(g.state != "healthy" for g in self.groups) else 0


SILENT: tuple[State, ...] = ("unreachable", "refused", "timed_out", "too_old", "failed", "stopped")
"""States of nodes without an answer, in the order in which their groups are shown."""
