"""The case and the board: length, slots, the slot's lanes, the firmware, and where the heat goes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kbtui.planner.cards import TABLE, Card
from kbtui.planner.lines import Line, State, graded
from kbtui.planner.machine import Machine

_HANDS_MM = 15
"""Room for plug and hand."""
PARTNER_MM = 45
"""How much longer than the reference card partner cards commonly are: below it a plan says so."""
_LARGE_BAR_GIB = 16


def lines(machine: Machine, cards: list[Card]) -> Iterator[Line]:
    """Every line about room, slot, firmware and air."""
    if cards[0].module:
        yield Line(
            area="buy", name="slot", requirement="a machine built for this module", value="", state="unknown", origin=TABLE,
            prevents="card-does-not-fit", question="Is the machine made for this module (SXM board, Jetson carrier)?",
            fact="machine.form", why=f"{cards[0].name} is no card: it goes into no PCIe slot.",
        )  # fmt: skip
        return
    yield _length(machine, cards)
    yield from _slots(machine, cards)
    yield _slot(machine, cards)
    yield from _above_4g(machine, cards)
    yield from _rebar(machine, cards)
    yield from _air(machine, cards)


def _length(machine: Machine, cards: list[Card]) -> Line:
    card = max(cards, key=lambda c: c.length_mm or 0)
    room = machine.number("case.gpu_length_mm")
    line = partial(Line, area="buy", name="length", prevents="card-too-long-for-case")
    if card.length_mm is None:
        return line(
            requirement=f"{card.name} fits", value="", state="unknown", origin=TABLE,
            question="How long is the very card that you would buy (mm)?", fact="gpu.length_mm")  # fmt: skip
    which = "measured or stated" if card.length_stated else "reference card; partner cards differ"
    requirement = f"{card.length_mm} mm ({which})"
    if room is None:
        return line(
            requirement=requirement, value="", state="unknown", origin=TABLE,
            question="How long may a card be in the case (mm, from the slot plate to the first thing in the way)?",
            fact="case.gpu_length_mm")  # fmt: skip
    margin = room - card.length_mm
    state: State = graded(margin, _HANDS_MM if card.length_stated else PARTNER_MM)
    why = ""
    if state == "tight":
        why = (
            "Look up the very card: partner cards are often longer."
            if not card.length_stated
            else "Plugs and cables need room too."
        )
    return line(
        requirement=requirement, value=f"{room:.0f} mm ({machine.origin('case.gpu_length_mm')})", margin=f"{margin:+.0f} mm",
        state=state, origin=TABLE if not card.length_stated else "--set", why=why)  # fmt: skip


def _slots(machine: Machine, cards: list[Card]) -> Iterator[Line]:
    wide = [c.slots for c in cards]
    have = machine.number("case.gpu_slots")
    need = None if any(w is None for w in wide) else sum(w or 0 for w in wide)
    line = partial(Line, area="buy", name="slots", prevents="card-does-not-fit", origin=TABLE)
    if have is None and len(cards) == 1 and (need or 0) <= 2:
        return
    if need is None:
        yield line(
            requirement="slots for the card",
            value="",
            state="unknown",
            question="How many slots does the card cover?",
            fact="gpu.slots",
        )
    elif have is None:
        yield line(
            requirement=f"{need:g} slots", value="", state="unknown",
            question="How many slots do case and board leave for cards?", fact="case.gpu_slots")  # fmt: skip
    else:
        yield line(
            requirement=f"{need:g} slots", value=f"{have:g}", margin=f"{have - need:+g}", state=graded(have - need, 0)
        )


def _slot(machine: Machine, cards: list[Card]) -> Line:
    card = cards[0]
    lanes, gen = machine.number("board.slot_lanes"), machine.number("board.slot_gen")
    want = card.lanes
    line = partial(Line, area="buy", name="slot", origin=TABLE + " (card-boards)")
    asked = f"PCIe {card.gen or '?'}.0 x{want}" if want else "a PCIe slot"
    if lanes is None:
        ask = (
            "How many lanes does the free slot have (x16, x8, x4, x1)?"
            if len(cards) == 1
            else "How many lanes does each slot have when all are used?"
        )
        return line(
            requirement=asked,
            value="",
            state="unknown",
            prevents="pcie-slot-lanes-shared",
            question=ask,
            fact="board.slot_lanes",
        )
    value = f"x{lanes:g}" + (f", PCIe {gen:g}.0" if gen else "")
    full = want or 16
    if lanes >= full or (lanes >= 8 and len(cards) == 1):
        older = gen is not None and card.gen is not None and gen < card.gen
        why = f"It runs at PCIe {gen:g}.0: copies to the card are slower, computing is not." if older else ""
        return line(requirement=asked, value=value, state="fine", prevents="pcie-link-degraded", why=why)
    state: State = "tight" if lanes >= 4 else "fails"
    why = (
        "Fewer lanes slow copies and exchange between cards; computing on the card is as fast."
        if lanes >= 4
        else "One lane starves training: loading batches takes longer than computing."
    )
    return line(
        requirement=asked, value=value, margin=f"{lanes - full:+g} lanes", state=state, why=why,
        prevents="pcie-slot-lanes-shared" if lanes >= 4 else "pcie-x1-riser")  # fmt: skip


def _above_4g(machine: Machine, cards: list[Card]) -> Iterator[Line]:
    """Cards of servers map their whole memory; many cards together need room above 4 GiB as well."""
    large = [c for c in cards if not c.consumer and (c.vram_gib or 0) >= _LARGE_BAR_GIB and c.passive]
    if not large and len(cards) < 4:
        return
    state = machine.truth("firmware.above_4g")
    reason = (
        f"{large[0].name} maps its whole memory"
        if large
        else f"{len(cards)} cards need more address space than lies below 4 GiB"
    )
    line = partial(Line, area="buy", name="Above 4G Decoding", requirement="on in the firmware", why=reason + ".",
        origin="NVIDIA driver README, chapter on PCI resources; kernel: BAR can't assign", prevents="above-4g-decoding-disabled")  # fmt: skip
    if state is None:
        yield line(
            value="",
            state="unknown",
            question="Does the firmware have Above 4G Decoding, and is it on?",
            fact="firmware.above_4g",
        )
    else:
        yield line(value="on" if state else "off", state="fine" if state else "fails")


def _rebar(machine: Machine, cards: list[Card]) -> Iterator[Line]:
    on = machine.truth("firmware.resizable_bar")
    if on is None:
        return
    useful = cards[0].architecture in ("Ampere", "Ada", "Blackwell", "Hopper")
    yield Line(
        area="buy", name="Resizable BAR", requirement="on where the card has it (GeForce from the 30 series)", value="on" if on else "off",
        state="fine" if on or not useful else "tight", origin="NVIDIA: GeForce RTX 30 series and newer have Resizable BAR",
        prevents="resizable-bar-off" if useful else "", why="It helps games; training hardly notices.",
    )  # fmt: skip


def _air(machine: Machine, cards: list[Card]) -> Iterator[Line]:
    passive = [c for c in cards if c.passive]
    form = machine.text("machine.form")
    if passive:
        server = form == "server"
        known = form is not None
        yield Line(
            area="buy", name="air", requirement=f"{passive[0].name} has no fan: a server's air through it", value=form or "",
            state="fine" if server else "fails" if known else "unknown", origin=TABLE + " (card-boards)", prevents="passive-card-without-airflow",
            why="" if server else "In a desktop case it throttles and switches off unless a fan is ducted to it.",
            question="" if known else "Is the case a desktop, a workstation or a server?", fact="" if known else "machine.form",
        )  # fmt: skip
    if len(cards) < 2 or passive:
        return
    heat = sum(c.watts or 0 for c in cards)
    wide = sum(c.slots or 2 for c in cards)
    have, blower = machine.number("case.gpu_slots"), machine.truth("gpu.blower")
    room = None if have is None else have - wide
    line = partial(Line, area="buy", name="heat", prevents="gpu-overheating", origin=TABLE,
        requirement=f"{heat} W of heat: a slot free between the cards, or cards that blow it out")  # fmt: skip
    if blower or (room is not None and room >= len(cards) - 1):
        yield line(value="blowers" if blower else f"{room:g} slots free", state="fine")
    elif room is not None:
        why = "The upper card breathes the lower one's heat: lower its power limit, or use risers or blowers."
        yield line(value=f"{room:g} slots free", margin=f"{room - len(cards) + 1:+g} slots", state="tight", why=why)
    else:
        yield line(
            value="",
            state="unknown",
            question="How many slots do case and board leave for cards?",
            fact="case.gpu_slots",
        )
