"""The supply: rated power, short peaks, plugs, age, and the wall socket behind it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from kbtui.planner.cards import TABLE, Card, plugs_of
from kbtui.planner.lines import Line, State, graded
from kbtui.planner.machine import Machine
from kbtui.planner.rows import Dated, whole

_CPU_WATTS = 150
REST_WATTS = 75
"""Processor, and board, memory, drives and fans; assumed, and said so."""
_SLOT_WATTS = 75
_PEAK = 3.0
"""Peak over sustained power that PCI Express CEM 5.0 allows a card for 100 microseconds; Intel's guide for supplies (336521,
table 4-3) steps its test from 100 % to 300 % for it."""
_BEARS, _BEARS_LESS, _SMALL_SUPPLY = 2.0, 1.5, 450
"""Share of its rating that an ATX 3 supply gives for 100 microseconds: with a 12V-2x6 or 12VHPWR plug and above 450 W, and
without (336521, table 3-3)."""
_PEAKY_WATTS = 250
_PEAKY_SINCE = "2020"
_EFFICIENCY = 0.9
"""80 PLUS Gold at half load."""
_CONTINUOUS = 0.8
"""Share of a breaker's rating for loads of three hours and more: US National Electrical Code, 210.20(A), 125 % of the load."""
_SMALLEST_CIRCUIT = 1500
"""100 V and 15 A, Japan's: the smallest household circuit."""
_WARRANTY_YEARS = 10
_TIGHT_SHARE = 0.1


def lines(machine: Machine, cards: list[Card], dated: Dated) -> Iterator[Line]:
    """Every line about power."""
    if cards[0].module:
        return
    yield _rated(machine, cards)
    yield from _peaks(machine, cards)
    yield from _plugs(machine, cards, dated)
    yield from _age(machine)
    yield _wall(machine, cards)


def needed(cards: list[Card]) -> tuple[int | None, str]:
    """The rated watts that the cards ask for, and how they come about; None where no table tells."""
    first, rest = cards[0], cards[1:]
    if first.system_watts is None or any(c.watts is None for c in rest):
        return None, ""
    more = sum(c.watts or 0 for c in rest)
    how = f"NVIDIA asks for {first.system_watts} W with one {first.name}"
    if more:
        how += f"; the other {len(rest)} add their board power, {more} W"
    return first.system_watts + more, how


def _rated(machine: Machine, cards: list[Card]) -> Line:
    have = machine.number("psu.watts")
    need, how = needed(cards)
    origin = TABLE
    if need is None:
        cpu = machine.number("cpu.watts")
        if any(c.watts is None for c in cards):
            need = None
        elif cpu is not None:
            need = math.ceil((sum(c.watts or 0 for c in cards) + cpu + REST_WATTS) / 0.8)
            how = f"cards, processor and {REST_WATTS} W for the rest, at 80 % of the rating"
            origin = f"{TABLE}; {machine.origin('cpu.watts')}; assumed: {REST_WATTS} W for the rest, 80 % load"
    name, prevents = "supply", "psu-undersized"
    if need is None:
        lacks = "cpu.watts" if all(c.watts for c in cards) else "gpu.board_watts"
        asks = {
            "cpu.watts": "How many watts does the processor draw under load (its TDP or PPT)?",
            "gpu.board_watts": "How many watts does the card draw (board power on its data sheet)?",
        }
        return Line(
            area="buy", name=name, requirement="a supply for the cards and the rest", value="", state="unknown",
            origin=TABLE, prevents=prevents, question=asks[lacks], fact=lacks,
        )  # fmt: skip
    requirement = f"at least {need} W rated"
    if have is None:
        return Line(
            area="buy", name=name, requirement=requirement, value="", state="unknown", origin=origin,
            prevents=prevents, why=how, question="What rated power stands on the supply's label?", fact="psu.watts",
        )  # fmt: skip
    margin = have - need
    return Line(
        area="buy", name=name, requirement=requirement, value=f"{have:.0f} W ({machine.origin('psu.watts')})",
        margin=f"{margin:+.0f} W", state=graded(margin, _TIGHT_SHARE * need if len(cards) > 1 else 0), origin=origin,
        prevents=prevents, why=how,
    )  # fmt: skip


def _peaks(machine: Machine, cards: list[Card]) -> Iterator[Line]:
    """Since 2020 big cards draw short peaks that trip older supplies. What a supply was never asked to bear is tight, not
    failing: many bear more."""
    worst = max(cards, key=lambda c: c.watts or 0)
    if (worst.watts or 0) < _PEAKY_WATTS or (worst.released or "") < _PEAKY_SINCE:
        return
    have, atx = machine.number("psu.watts"), machine.text("psu.atx")
    cpu = machine.number("cpu.watts") or _CPU_WATTS
    peak = sum(c.watts or 0 for c in cards) * _PEAK + cpu + REST_WATTS
    line = partial(
        Line, area="buy", name="peaks", prevents="psu-transient-spikes", requirement=f"bears peaks of {peak:.0f} W for 100 microseconds",
        origin=f"PCI Express CEM 5.0 (3x board power) and Intel's ATX 3 design guide 336521; {TABLE}; assumed: {cpu:.0f} W processor, {REST_WATTS} W rest",
    )  # fmt: skip
    if have is None:
        yield line(
            value="", state="unknown", question="What rated power stands on the supply's label?", fact="psu.watts"
        )
        return
    if atx is None and have < peak:
        asks = "Which ATX version stands on the supply's label or box (2.x or 3.x)?"
        yield line(value="", state="unknown", question=asks, fact="psu.atx")
        return
    new = atx is not None and int(atx.split(".")[0]) >= 3
    plugs = machine.texts("psu.plugs")
    large = have > _SMALL_SUPPLY and (plugs is None or any("16-pin" in p for p in plugs))
    limit = have * ((_BEARS if large else _BEARS_LESS) if new else 1.0)
    value = f"ATX {atx}: made for peaks of {limit:.0f} W" if new else f"{have:.0f} W rated, made for no peak above it"
    yield line(
        value=value, margin=f"{limit - peak:+.0f} W", state="fine" if limit >= peak else "tight",
        why="" if limit >= peak else "Many supplies bear more than they promise, some switch off: a power limit on the card lowers the peaks.",
    )  # fmt: skip


def _plugs(machine: Machine, cards: list[Card], dated: Dated) -> Iterator[Line]:
    wanted = wanted_plugs(cards)
    unknown = [c.name for c in cards if c.plugs is None]
    line = partial(Line, area="buy", name="plugs", origin=f"{TABLE}; table psu-plugs")
    if unknown:
        yield line(
            requirement=f"the plugs that {unknown[0]} asks for", value="", state="unknown", prevents="card-needs-power-plug",
            question="Which power plugs does the card have (1x 8-pin, 1x 16-pin, none)?", fact="gpu.plugs")  # fmt: skip
        return
    if not wanted:
        watts = max((c.watts or 0 for c in cards), default=0)
        yield line(
            requirement="no plug: the slot gives 75 W", value=f"{watts} W board power", margin=f"{_SLOT_WATTS - watts:+d} W",
            state="fine", prevents="card-needs-power-plug")  # fmt: skip
        return
    requirement = " + ".join(f"{n}x {kind}" for kind, n in sorted(wanted.items()))
    eps = "8-pin EPS" in wanted
    prevents = "tesla-card-needs-eps-plug" if eps else "card-needs-power-plug"
    have = machine.texts("psu.plugs")
    if have is None:
        yield line(
            requirement=requirement, value="", state="unknown", prevents=prevents,
            question="Which plugs for cards does the supply have (2x 8-pin, 1x 6-pin ...)?", fact="psu.plugs",
            why="An EPS plug is a CPU plug: a PCIe plug does not fit, an adapter does." if eps else "")  # fmt: skip
        return
    given = plugs_of(" + ".join(have)) or []
    missing = missing_plugs(cards, have, dated)
    value = (" + ".join(f"{p.count}x {p.kind}" for p in given) or "none") + f" ({machine.origin('psu.plugs')})"
    adapted = {k for k in wanted if k in ("12-pin", "16-pin", "8-pin EPS") and not any(p.kind == k for p in given)}
    state: State = "fails" if missing else "tight" if adapted else "fine"
    why = ""
    if missing:
        why = f"Missing: {missing}. Two plugs of one cable are one cable: each 8-pin socket gets its own."
    elif adapted:
        why = f"Through an adapter from 8-pin to {', '.join(sorted(adapted))}: each 8-pin end on its own cable."
    yield line(requirement=requirement, value=value, state=state, prevents=prevents, why=why)


def wanted_plugs(cards: list[Card]) -> dict[str, int]:
    """How many of each plug the cards ask for."""
    wanted: dict[str, int] = {}
    for card in cards:
        for plug in card.plugs or ():
            wanted[plug.kind] = wanted.get(plug.kind, 0) + plug.count
    return wanted


def missing_plugs(cards: list[Card], have: list[str], dated: Dated) -> str:
    """What lacks, as text; "" where nothing does. An 8-pin plug (6+2) serves a 6-pin socket; adapters make 12-pin, 16-pin
    and EPS plugs of 8-pin ones."""
    free: dict[str, int] = {}
    for plug in plugs_of(" + ".join(have)) or ():
        free[plug.kind] = free.get(plug.kind, 0) + plug.count
    wanted = wanted_plugs(cards)
    lacks: dict[str, int] = {}
    for kind in ("16-pin", "12-pin", "8-pin EPS", "8-pin", "6-pin"):
        left = wanted.get(kind, 0)
        take = min(left, free.get(kind, 0))
        free[kind] = free.get(kind, 0) - take
        left -= take
        if kind in ("16-pin", "12-pin", "8-pin EPS"):
            for card in [c for c in cards if any(p.kind == kind for p in c.plugs or ())][-left:] if left else ():
                ends = _adapter_ends(kind, card, dated)
                take = min(ends, free.get("8-pin", 0))
                free["8-pin"] = free.get("8-pin", 0) - take
                if take < ends:
                    lacks[f"8-pin for the {kind} adapter"] = lacks.get(f"8-pin for the {kind} adapter", 0) + ends - take
        elif left:
            if kind == "6-pin":
                take = min(left, free.get("8-pin", 0))
                free["8-pin"] -= take
                left -= take
            if left:
                lacks[kind] = left
    return " + ".join(f"{n}x {kind}" for kind, n in lacks.items())


def _adapter_ends(kind: str, card: Card, dated: Dated) -> int:
    """How many 8-pin plugs an adapter needs for what the card draws through it; never fewer than the table says."""
    least = whole(dated.row("psu-plugs", kind) or {}, "eight_pins") or 1
    eight = whole(dated.row("psu-plugs", "8-pin") or {}, "watts") or 150
    return max(least, math.ceil(((card.watts or 0) - _SLOT_WATTS) / eight))


def _age(machine: Machine) -> Iterator[Line]:
    years = machine.number("psu.age_years")
    if years is None:
        return
    yield Line(
        area="buy", name="supply age", requirement=f"under {_WARRANTY_YEARS} years", value=f"{years:g} years",
        margin=f"{_WARRANTY_YEARS - years:+g} years", state="fine" if years < 5 else "tight" if years < _WARRANTY_YEARS else "fails",
        origin="assumed: the longest warranties that makers of supplies give are 10 years, common ones 5",
        prevents="old-psu-capacitors", why="Capacitors dry out: an old supply no longer gives what its label says." if years >= 5 else "",
    )  # fmt: skip


def _wall(machine: Machine, cards: list[Card]) -> Line:
    cpu = machine.number("cpu.watts") or _CPU_WATTS
    drawn = sum(c.watts or 0 for c in cards) + cpu + REST_WATTS
    if machine.number("psu.watts") is not None:
        drawn = min(drawn, machine.number("psu.watts") or drawn)
    wall = drawn / _EFFICIENCY
    volts, amps = machine.number("mains.volts"), machine.number("mains.amps")
    line = partial(Line, area="buy", name="mains", prevents="mains-or-ups-overload", requirement=f"about {wall:.0f} W for hours",
        origin=f"{TABLE}; assumed: {cpu:.0f} W processor, {REST_WATTS} W rest, 90 % efficiency (80 PLUS Gold); 80 % of a breaker (NEC 210.20)")  # fmt: skip
    if volts is not None and amps is not None:
        limit = volts * amps * _CONTINUOUS
        return line(
            value=f"{volts:.0f} V x {amps:.0f} A, 80 % of it for hours",
            margin=f"{limit - wall:+.0f} W",
            state=graded(limit - wall, 0.1 * limit),
        )
    if wall <= _SMALLEST_CIRCUIT * _CONTINUOUS:
        return line(
            value=f"any household circuit ({_SMALLEST_CIRCUIT} W and more)",
            margin=f"{_SMALLEST_CIRCUIT * _CONTINUOUS - wall:+.0f} W",
            state="fine",
        )
    fact = "mains.volts" if volts is None else "mains.amps"
    asks = (
        "What voltage does the wall socket have?" if volts is None else "What does the breaker of that circuit say (A)?"
    )
    return line(value="", state="unknown", question=asks, fact=fact)
