"""What a node is asked, and when: first what can still tell the causes apart and what alike nodes must share, then more.

One node is asked everything. The others are asked first for the facts of the goal, of the problems that the text points at,
and of `ALIKE`. A node that comes out healthy is asked no more; from the others, and from all where the node that was
probed fully has a fault that these facts do not tell, what the problems in question still need.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from kbtui.diagnosis import need
from kbtui.engine import Engine
from kbtui.fleet.alike import ALIKE, KIND
from kbtui.machine import probes
from kbtui.machine.asks import Ask, Read
from kbtui.machine.probes.spec import Probe
from kbtui.machine.sources.script_write import is_asked

_SHORT: dict[str, Ask] = {"/proc/cpuinfo": Read("/proc/cpuinfo", cap=8 << 10)}
"""One block a core, all alike: 1.3 KB each, hundreds of cores. The answer is found by what is read, whatever its length."""


def every() -> list[Probe]:
    """All probes: those of kbtui and of the packs in force that are trusted."""
    from kbtui.machine.probes import team

    return [*probes.all_probes(), *team.brought()]


def first(engine: Engine, goals: Iterable[str], reached: Iterable[str]) -> list[Probe]:
    """What every node is asked."""
    facts = need.facts_for(engine.knowledge, reached, goals) | {a.fact for a in ALIKE if a.asked} | set(KIND)
    return probes.useful(every(), facts)


def more(engine: Engine, goals: Iterable[str], reached: Iterable[str], asked: frozenset[Ask]) -> list[Ask]:
    """What was not asked yet and can still tell these problems apart."""
    useful = probes.useful(every(), need.facts_for(engine.knowledge, reached, goals))
    return [ask for ask in asks_of(useful) if ask not in asked]


def asks_of(chosen: Iterable[Probe]) -> list[Ask]:
    """The asks of these probes that a node can be sent, each once, and no longer than they are worth on the wire."""
    asks = dict.fromkeys(a for probe in chosen for a in probe.asks.values())
    return [_SHORT.get(ask.key, ask) for ask in asks if _is_sent(ask)]


@lru_cache(maxsize=2048)
def _is_sent(ask: Ask) -> bool:
    return is_asked(ask)
