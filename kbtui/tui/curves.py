"""The curves of a card under load: which faults are about load, what is sampled, and how a curve is drawn."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kbtui import conditions
from kbtui.errors import ConditionError
from kbtui.kb.knowledge import Knowledge
from kbtui.machine.facts import Facts
from kbtui.tui.glyphs import on_console
from kbtui.tui.inert import line
from kbtui.tui.words import Words

KEPT = 240
"""Samples of a curve."""
_RICH, _CONSOLE = "▁▂▃▄▅▆▇█", "_▄█"


class Curve(NamedTuple):
    """One quantity: its word, its fact, its unit, and what makes a full cell: a fact, or a number."""

    word: str
    fact: str
    unit: str
    full: str
    otherwise: float


CURVES = (
    Curve("live.temperature", "gpu.temperature", "C", "gpu.slowdown_temperature", 100.0),
    Curve("live.power", "gpu.power_watts", "W", "gpu.power_limit_watts", 0.0),
    Curve("live.clock", "gpu.clock_mhz", "MHz", "", 0.0),
    Curve("live.memory", "gpu.memory_used_mib", "MiB", "gpu.memory_total_mib", 0.0),
)
FACTS = frozenset(
    {c.fact for c in CURVES} | {c.full for c in CURVES if c.full}
    | {"gpu.throttle_reasons", "gpu.link_gen", "gpu.link_gen_max", "gpu.link_width", "gpu.link_width_max"}
)  # fmt: skip
_ABOUT_LOAD = frozenset(
    "gpu.temperature gpu.memory_temperature gpu.slowdown_temperature gpu.fan_percent gpu.power_watts"
    " gpu.power_limit_watts gpu.power_limit_default_watts gpu.clock_mhz gpu.pstate gpu.throttle_reasons"
    " gpu.memory_used_mib gpu.memory_free_mib gpu.utilization gpu.link_gen gpu.link_width".split()
)


def about_load(knowledge: Knowledge, problem: str) -> bool:
    """Whether a problem's evidence reads heat, power, clocks, memory in use or the link of a card."""
    for item in knowledge.problems[problem].evidence:
        if item.kind == "condition":
            try:
                reads = conditions.parse(item.about).reads
            except ConditionError:
                continue
            if not _ABOUT_LOAD.isdisjoint(reads):
                return True
    return False


def any_card(facts: Facts) -> bool:
    """Whether there is anything to draw."""
    return any(f.name == CURVES[0].fact and f.state == "known" for f in facts)


def over_ssh() -> bool:
    """Whether every byte may go over a slow line."""
    return bool(os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"))


class Series:
    """The samples of one machine's cards, oldest first."""

    def __init__(self) -> None:
        self.cards: dict[str, dict[str, deque[float]]] = {}
        self._now: dict[str, dict[str, object]] = {}

    def take(self, facts: Facts) -> None:
        """One sample."""
        for fact in facts:
            if fact.name in FACTS and fact.state == "known" and fact.entity:
                self._now.setdefault(fact.entity, {})[fact.name] = fact.value
        for card, seen in self._now.items():
            for curve in CURVES:
                value = seen.get(curve.fact)
                if isinstance(value, int | float):
                    kept = self.cards.setdefault(card, {}).setdefault(curve.fact, deque(maxlen=KEPT))
                    kept.append(float(value))
            self.cards.setdefault(card, {})

    def rows(self, card: str, width: int, say: Words) -> list[tuple[str, str]]:
        """Its lines as parts: a word, the value now, the curve; then why it is slowed, and the link."""
        seen, parts = self._now.get(card, {}), list[tuple[str, str]]()
        for curve in CURVES:
            values = self.cards.get(card, {}).get(curve.fact)
            if values:
                top = seen.get(curve.full)
                full = float(top) if isinstance(top, int | float) and top else max(curve.otherwise, *values)
                value = f"{values[-1]:.0f} {curve.unit}"
                parts += [(_label(say(curve.word)), "dim"), (f"{value:>10}  ", "bold")]
                parts.append((f"{drawn(list(values)[-max(1, width - 24) :], full)}\n", "$primary"))
        reasons = seen.get("gpu.throttle_reasons")
        if isinstance(reasons, Sequence) and not isinstance(reasons, str):
            said = line(", ".join(str(r) for r in reasons), 200) or say("live.not_slowed")
            parts += [(_label(say("live.slowed")) + "  ", "dim"), (f"{said}\n", "")]
        link = _link(seen.get)
        if link:
            parts += [(_label(say("live.link")) + "  ", "dim"), (link, "")]
        return parts


def _label(word: str) -> str:
    from rich.cells import set_cell_size

    return set_cell_size(word, 12)


def _link(of: Callable[[str], object]) -> str:
    """`gen 1 of 4, x16 of x16`."""
    said = [
        f"{word}{of(now)}" + (f" / {of(most)}" if of(most) is not None else "")
        for word, now, most in (("gen ", "gpu.link_gen", "gpu.link_gen_max"), ("x", "gpu.link_width", "gpu.link_width_max"))
        if of(now) is not None
    ]  # fmt: skip
    return line(", ".join(said), 60)


def drawn(values: Sequence[float], full: float) -> str:
    """One cell a sample, from the bottom of the cell to its top at `full`, in signs that this terminal has."""
    signs = _CONSOLE if on_console() else _RICH
    steps = len(signs) - 1
    return "".join(signs[min(steps, max(0, round(v / full * steps)))] if full > 0 else signs[0] for v in values)
