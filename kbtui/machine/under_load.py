"""What a machine's cards did while they worked: samples folded into the worst of each.

An idle card shows neither heat nor throttling, and many run a narrow, slow link until they work. kbtui loads no card:
the person starts the load, and this looks on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from kbtui.machine.facts import Fact, Facts, Value

BUSY = 80
"""Percent of the time that a kernel ran from which a card counts as loaded."""
ENOUGH = 0.5
"""Share of the samples in which a card must be loaded for its load to count."""
EVERY = 2.0
"""Seconds between two samples."""
_MOST = ("gpu.utilization", "gpu.temperature", "gpu.memory_temperature", "gpu.power_watts", "gpu.memory_used_mib")
_LAST = ("gpu.ecc_uncorrected", "gpu.ecc_corrected", "gpu.pages_retired", "gpu.pcie_replays")
_EVER = ("gpu.lost", "gpu.rows_remap_failed", "gpu.rows_remap_pending")
_LINK = ("gpu.link_gen", "gpu.link_width")
_NO_FAULT = frozenset({"gpu_idle", "none"})
"""Reasons for a lower clock that are none while a card works."""


class Load(Struct):
    """One card under load."""

    card: str
    samples: int
    busy: float
    """Share of the samples in which it was loaded."""

    @property
    def enough(self) -> bool:
        """Whether what was seen tells something about the card under load."""
        return self.samples > 0 and self.busy >= ENOUGH


class Seen(Struct):
    """The cards, and their facts at their worst."""

    loads: list[Load]
    facts: list[Fact]

    @property
    def enough(self) -> bool:
        """Whether every card was loaded."""
        return bool(self.loads) and all(load.enough for load in self.loads)


def samples(look: Callable[[], Facts], seconds: float, pause: Callable[[float], None] = time.sleep) -> Iterator[Facts]:
    """A look every EVERY seconds, until `seconds` of pauses are over; at least one."""
    left = seconds
    yield look()
    while left > 0:
        pause(min(EVERY, left))
        left -= EVERY
        yield look()


def fold(seen: Iterable[Facts]) -> Seen:
    """The worst of each card: highest heat, power and use, every reason to slow down, the link while it worked, and the
    counters at the end."""
    taken = list(seen)
    cards = dict.fromkeys(card for facts in taken for card in facts.entities("gpu"))
    loads, out = [], list[Fact]()
    for card in cards:
        busy = [facts for facts in taken if (_number(facts, "gpu.utilization", card) or 0) >= BUSY]
        loads.append(Load(card, len(taken), len(busy) / len(taken)))
        out += _worst(card, taken, busy)
    return Seen(loads, out)


def _worst(card: str, taken: list[Facts], busy: list[Facts]) -> Iterator[Fact]:
    found: dict[str, Value] = {}
    for name in _MOST:
        values = [v for facts in taken if (v := _number(facts, name, card)) is not None]
        if values:
            found[name] = max(values)
    for name in _LAST:
        values = [v for facts in taken if (v := _number(facts, name, card)) is not None]
        if values:
            found[name] = int(values[-1])
    for name in _EVER:
        flags = [facts.get(name, card).value for facts in taken if facts.get(name, card).state == "known"]
        if flags:
            found[name] = any(flags)
    for name in _LINK:  # what an idle card shows is its sleep; a link that fell while it worked counts
        values = [v for facts in busy if (v := _number(facts, name, card)) is not None]
        if values:
            found[name] = int(min(values))
    reasons = [facts.get("gpu.throttle_reasons", card) for facts in taken]
    if any(r.state == "known" for r in reasons):
        said = dict.fromkeys(x for r in reasons if isinstance(r.value, list | tuple) for x in r.value)
        found["gpu.throttle_reasons"] = [x for x in said if x not in _NO_FAULT]
    origin = f"the worst of {len(taken)} looks under load"
    for name, value in found.items():
        yield Fact(name=name, value=value, entity=card, kind="live", origin=origin)


def _number(facts: Facts, name: str, card: str) -> float | None:
    fact = facts.get(name, card)
    known = fact.state == "known" and isinstance(fact.value, int | float) and not isinstance(fact.value, bool)
    return float(fact.value) if known and isinstance(fact.value, int | float) else None
