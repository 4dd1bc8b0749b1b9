"""The machine that a plan is for, as a plan reads it: stated facts over seen ones, each with where it comes from."""

from __future__ import annotations

from kbtui.errors import FactError
from kbtui.machine.facts import Fact, Facts

_POSITIVE = (
    "psu.watts",
    "psu.age_years",
    "case.gpu_length_mm",
    "case.gpu_slots",
    "board.slot_lanes",
    "board.slot_gen",
    "cpu.cores",
    "cpu.watts",
    "ram.total_gib",
    "mains.volts",
    "mains.amps",
    "gpu.length_mm",
    "gpu.board_watts",
    "gpu.memory_total_mib",
    "gpu.slots",
)
_ZERO = frozenset(("psu.age_years",))
_MOST = {"psu.watts": 20_000, "case.gpu_length_mm": 2_000, "gpu.length_mm": 2_000, "mains.volts": 1_000}


class Machine:
    """Facts to plan with."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def number(self, name: str) -> float | None:
        """A known number; None where it is not known or not there."""
        value = self.facts.get(name).value if self.knows(name) else None
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def truth(self, name: str) -> bool | None:
        """A known yes or no."""
        value = self.facts.get(name).value if self.knows(name) else None
        return value if isinstance(value, bool) else None

    def text(self, name: str) -> str | None:
        """A known text or version."""
        value = self.facts.get(name).value if self.knows(name) else None
        return None if value is None else str(value)

    def texts(self, name: str) -> list[str] | None:
        """A known list of texts."""
        value = self.facts.get(name).value if self.knows(name) else None
        return [str(v) for v in value] if isinstance(value, list) else None

    def knows(self, name: str) -> bool:
        """Whether it has a value."""
        return self.facts.get(name).state == "known"

    def origin(self, name: str) -> str:
        """Where a fact comes from, for a person."""
        fact = self.facts.get(name)
        return fact.origin or ("--set" if fact.kind == "set" else fact.kind)


def refuse_nonsense(facts: list[Fact]) -> None:
    """FactError for what cannot be: negative watts, a case of no length."""
    for fact in facts:
        if fact.name not in _POSITIVE or not isinstance(fact.value, int | float):
            continue
        lowest = 0 if fact.name in _ZERO else 1
        if fact.value < lowest:
            raise FactError(f"{fact.name}: expected a number of at least {lowest}, got {fact.value:g}")
        most = _MOST.get(fact.name)
        if most and fact.value > most:
            raise FactError(f"{fact.name}: expected at most {most}, got {fact.value:g}")
