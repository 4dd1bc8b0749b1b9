"""The diagnosis as one object: what `kbtui diagnose --json` prints, kept stable (docs/json.md).

Titles are English; their Chinese twins stand beside them.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

SCHEMA = "kbtui.diagnosis/1"


class AtOnce(Struct):
    """A danger, shown above everything."""

    problem: str
    text: str
    text_zh: str


class EntryOut(Struct):
    """Where the case began."""

    id: str
    title: str
    title_zh: str
    weight: float
    because: str


class EvidenceOut(Struct):
    """One observation on the way to a cause."""

    kind: str
    about: str
    """The problem that it speaks about."""
    effect: str
    strength: str
    members: list[str]
    text: str
    origin: str
    raw: str
    caveat: str


class StepOut(Struct):
    """One step of a fix, as written and as it reads on this machine."""

    kind: str
    text: str
    rendered: str
    when: str
    needs_root: bool
    text_zh: str


ASK = "ask:"
"""What a check begins with that a person tells."""


class FixOut(Struct):
    """One fix."""

    title: str
    title_zh: str
    risk: str
    minutes: int
    needs: list[str]
    hurts: str
    destroys: list[str]
    can_do_here: bool
    steps: list[StepOut]
    verify: str
    undo: str
    leads_to: list[str]
    verify_zh: str = ""
    """Of a check that asks: the question."""
    undo_zh: str = ""
    tried: int = 0
    helped: int = 0
    """In closed cases, as far as they are known here."""

    @property
    def asks(self) -> bool:
        """Whether a person tells if it worked."""
        return self.verify.startswith(ASK)

    def check(self, *, zh: bool) -> str:
        """The condition, or the question, that tells whether it worked."""
        return (zh and self.verify_zh) or self.verify.removeprefix(ASK).strip()

    def way_back(self, *, zh: bool) -> str:
        """How to undo it."""
        return (zh and self.undo_zh) or self.undo


class CauseOut(Struct):
    """One end: a root cause."""

    id: str
    title: str
    title_zh: str
    probability: float
    status: str
    path: list[str]
    other_paths: list[list[str]]
    evidence: list[EvidenceOut]
    explains: list[str]
    fixes: list[FixOut]


class NextOut(Struct):
    """The next step, and why it is next."""

    kind: str
    id: str
    text: str
    why: str
    text_zh: str = ""
    why_zh: str = ""


class ConditionOut(Struct):
    """One condition of the goal on this machine."""

    text: str
    text_zh: str
    condition: str
    state: str
    """true, false or unknown"""
    facts: list[str]
    problem: str | None
    goal: str


class FailureOut(Struct):
    """A line of one of several logs that says that something failed."""

    kind: str
    """failure; silent (the one rank that wrote nothing while the others gave up); behind (began fewer collectives than all
    others); consequence (nothing better is known); survived (an earlier one)"""
    rank: int | None
    host: str
    log: str
    line: int
    time: str
    """As the log shows it; of a line without a time, the last time before it."""
    text: str
    what: str
    what_zh: str


class CascadeOut(Struct):
    """One kind of line that only follows from the first failure."""

    what: str
    what_zh: str
    ranks: str
    """0-36,38-63"""
    logs: int
    lines: int
    seconds_after: float | None
    """From the first failure to the first of them; null where a time is not known."""


class LogsOut(Struct):
    """Several logs of one run as one story."""

    logs: int
    ranks: str
    lines: int
    bytes: int
    first: FailureOut | None
    cascade: list[CascadeOut]
    earlier: list[FailureOut]
    """What failed before and was survived."""


class Diagnosis(Struct, omit_defaults=True):
    """Ranked and explained causes; `unknown_share`, `no_fault_share` and the probabilities sum to 1."""

    schema: str
    case: str | None
    machine: str
    healthy: bool | None
    unknown_share: float
    no_fault_share: float
    at_once: list[AtOnce]
    entry: list[EntryOut]
    causes: list[CauseOut]
    next: NextOut
    facts: dict[str, Any]
    contradictions: list[str]
    notes: list[str]
    """What could not be looked at or used, and what it cost."""
    vantage: list[str] = []
    """What is wrong with where the person looks from; said before any conclusion."""
    vantage_zh: list[str] = []
    goal: list[str] = []
    """The goals that the machine was held against; left out where none was looked at."""
    conditions: list[ConditionOut] = []
    logs: LogsOut | None = None
    """Where several logs were read: which rank failed first, and what only followed."""
