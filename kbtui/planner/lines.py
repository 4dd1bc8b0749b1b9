"""What a plan is made of: lines, changes, steps, and the plan itself. Plain data, the same for every way to show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct, field

State = Literal["fails", "tight", "fine", "unknown"]
Area = Literal["buy", "install", "run"]
WORST: dict[str, int] = {"fails": 0, "unknown": 1, "tight": 2, "fine": 3}
"""What decides comes first."""


class Line(Struct, frozen=True, kw_only=True):
    """One requirement held against one value."""

    area: Area
    name: str
    """What it is about, the same word in every plan: "supply", "length". Two plans are laid side by side by it."""
    requirement: str
    value: str
    """What there is; "" where that is not known."""
    state: State
    margin: str = ""
    """How much is left or missing, with its unit."""
    origin: str
    """Where the numbers come from: a table's source, a document, "assumed" with the assumption, the fact's origin."""
    prevents: str = ""
    """The problem (node id) that comes when this is not met."""
    why: str = ""
    """What a person should know beside the numbers; one sentence."""
    question: str = ""
    """Of an unknown line: the one question whose answer decides it."""
    fact: str = ""
    """The fact that answers the question: `--set FACT=VALUE`."""


class Change(Struct, frozen=True, kw_only=True):
    """Something else to do instead, which mends the lines named."""

    title: str
    why: str
    mends: list[str]
    """Names of the lines that it mends."""
    cost: float | None = None
    """In the currency of the price file; 0 costs nothing; None is not known."""


class Step(Struct, frozen=True, kw_only=True):
    """One step of the installation."""

    title: str
    run: list[str]
    """Commands in order; empty where the step is done by hand."""
    check: str
    """A command that shows that it worked, and what it must show."""
    breaks: list[str] = field(default_factory=list)
    """Problems (node ids) that this step is known to open."""
    do: str = ""
    """What is done by hand."""


class Pick(Struct, frozen=True, kw_only=True):
    """One part of the chosen set."""

    part: str
    """driver, cuda, wheel ..."""
    value: str
    why: str
    passed_over: list[str] = field(default_factory=list)
    """What would have been newer, and why it was not taken."""


class Part(Struct, frozen=True, kw_only=True):
    """One term of a memory estimate, per card."""

    name: str
    gib: float
    formula: str


class Estimate(Struct, frozen=True, kw_only=True):
    """What a run needs on each card."""

    model: str
    method: str
    cards: int
    per_card_gib: float
    low_gib: float
    high_gib: float
    """The error bar: see `memory.ERROR`."""
    have_gib: float | None
    parts: list[Part]
    assumptions: list[str]


class Plan(Struct, kw_only=True):
    """A whole plan: kbtui.plan/1."""

    schema: str = "kbtui.plan/1"
    goal: str
    as_of: str | None = None
    machine: str = "none"
    """What was looked at: live, a source's name, or none."""
    cards: list[str] = field(default_factory=list)
    verdict: State = "fine"
    lines: list[Line] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    estimate: Estimate | None = None
    changes: list[Change] = field(default_factory=list)
    """What to do instead, cheapest first."""
    shopping: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    steps_counted: int = 0
    """Table rows tried: the cost of solving it."""


class Comparison(Struct, kw_only=True):
    """Several plans side by side: kbtui.plans/1."""

    schema: str = "kbtui.plans/1"
    goal: str
    as_of: str | None = None
    columns: list[str]
    rows: list[list[str]]
    """Name of the line, then a cell a column; the line that decides first."""
    decides: str = ""
    best: str | None = None
    prices: dict[str, float] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verdict(lines: Iterable[Line]) -> State:
    """The worst state of the lines; without lines it is not known."""
    states = {line.state for line in lines}
    return next((s for s in ("fails", "unknown", "tight", "fine") if s in states), "unknown")


def graded(margin: float, tight_below: float) -> State:
    """fails below zero, tight below the given margin, else fine."""
    return "fails" if margin < 0 else "tight" if margin < tight_below else "fine"
