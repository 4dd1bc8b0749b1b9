"""A goal held against a machine: each condition that it requires is true, false or unknown, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from kbtui import conditions
from kbtui.diagnosis.evidence import say_fact
from kbtui.kb.knowledge import Knowledge
from kbtui.machine.facts import Facts

GPU_USABLE = "gpu-usable"
"""What every machine is checked for when no goal is named."""
INSTALLED = {
    "torch.version": "train-pytorch",
    "tensorflow.version": "train-tensorflow",
    "jax.version": "train-jax",
    "cupy.version": "use-cupy",
    "vllm.version": "serve-vllm",
}
"""A framework that is installed for the GPU brings its own goal into the check."""


class Required(Struct, frozen=True):
    """One condition of a goal on this machine."""

    goal: str
    text: str
    """Why the goal requires it, in the node's own words."""
    text_zh: str
    condition: str
    state: Literal["true", "false", "unknown"]
    facts: list[str]
    """What decided it, as sentences; for unknown the facts that were missing and why."""
    problem: str | None
    """The problem that it prevents: an entry where it is false."""


def suitable(knowledge: Knowledge, facts: Facts) -> list[str]:
    """The goals that a check without a name is about: a usable GPU, and every framework that is there."""
    known = set(knowledge.ids("goal"))
    found = [goal for fact, goal in INSTALLED.items() if facts.get(fact).state == "known"]
    return [goal for goal in (GPU_USABLE, *found) if goal in known]


def hold(knowledge: Knowledge, goals: Iterable[str], facts: Facts, tables: conditions.Tables) -> list[Required]:
    """Every condition of the goals, each condition once."""
    out: dict[str, Required] = {}
    for goal in goals:
        for required in knowledge.goal(goal).requires:
            if required.condition not in out:
                outcome = conditions.parse(required.condition).evaluate(facts, tables)
                out[required.condition] = Required(
                    goal=goal,
                    text=required.because.strip(),
                    text_zh=(required.zh or "").strip(),
                    condition=required.condition,
                    state="unknown" if outcome.is_unknown else "true" if outcome.is_true else "false",
                    facts=_facts(outcome, facts),
                    problem=required.problem,
                )
    return list(out.values())


def _facts(outcome: conditions.Outcome, facts: Facts) -> list[str]:
    if outcome.is_unknown:
        return [f"{name} is unknown: {facts.get(name, entity).reason}" for name, entity in sorted(outcome.lacked)]
    return list(dict.fromkeys(say_fact(f) for f in outcome.used))


def healthy(required: Iterable[Required], faults: bool) -> bool | None:
    """Design 5: false where a condition is false or a fault stands; true where all are known and true; else None."""
    states = {r.state for r in required}
    if faults or "false" in states:
        return False
    return True if states == {"true"} else None
