"""What one node answered to a verdict, the facts that alike nodes share, and what is still worth asking."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from kbtui.diagnosis.result import LogsOut
from kbtui.engine import Engine, Request
from kbtui.fleet.alike import ALIKE, KIND, NET_KINDS
from kbtui.fleet.verdict import Verdict, verdict
from kbtui.kb.signs import Hit
from kbtui.machine import sweep
from kbtui.machine.facts import Fact, Facts, Value, scope_of
from kbtui.machine.host import Host
from kbtui.machine.probes.spec import Probe

REACHED = 0.002
"""Problems less likely than this are not asked after."""


class Order(Struct, frozen=True, kw_only=True):
    """What the fleet is held against."""

    goals: tuple[str, ...] = ("gpu-usable",)
    text: str = ""
    hits: tuple[Hit, ...] | None = None
    """Signs already found by a scan of a large log."""
    logs: LogsOut | None = None
    """What several logs of the job told."""
    facts: tuple[Fact, ...] = ()
    """From `--set`: they hold for every node."""


class Judged(Struct, kw_only=True):
    """One node, judged by what it answered so far."""

    verdict: Verdict
    alike: dict[str, dict[str, Value]] = field(default_factory=dict)
    """Fact -> entity ("" for the machine) -> value: only what is known, of the facts that alike nodes share."""
    kind: tuple[str, ...] = ()
    """Values of `KIND`; "" where one is not known."""
    reached: tuple[str, ...] = ()
    """Problems that are still in question."""


def judge(engine: Engine, order: Order, host: Host, probes: Sequence[Probe]) -> Judged:
    """Parse, diagnose, and keep the little that the fleet's answer needs."""
    made = engine.think(request_of(order, host, probes))
    found, belief, facts = made.diagnosis, made.belief, made.facts
    reached = tuple(name for name, p in belief.through.items() if p >= REACHED) if not found.healthy else ()
    return Judged(verdict=verdict(found, belief.through), alike=_alike(facts), kind=_kind(facts), reached=reached)


def request_of(order: Order, host: Host, probes: Sequence[Probe]) -> Request:
    """What a diagnosis of one node starts from."""
    return Request(
        text=order.text,
        hits=list(order.hits) if order.hits is not None else None,
        facts=list(order.facts),
        look=sweep.look_at(host, probes),
        goals=list(order.goals),
        machine=host.name,
        here=True,  # the text is the job's: the node it names is one of these
    )


def _alike(facts: Facts) -> dict[str, dict[str, Value]]:
    out: dict[str, dict[str, Value]] = {}
    for one in ALIKE:
        scope = scope_of(one.fact)
        for entity in facts.entities(scope) if scope else [""]:
            fact = facts.get(one.fact, entity)
            if fact.state != "known" or (scope == "net" and not _compared(facts, entity)):
                continue
            out.setdefault(one.fact, {})[entity] = fact.value
    return out


def _compared(facts: Facts, interface: str) -> bool:
    return facts.get("net.kind", interface).value in NET_KINDS and facts.get("net.up", interface).value is True


def _kind(facts: Facts) -> tuple[str, ...]:
    out = []
    for name in KIND:
        value = facts.get(name).value if facts.get(name).state == "known" else ""
        out.append(", ".join(sorted(map(str, value))) if isinstance(value, list | tuple) else str(value))
    return tuple(out)
