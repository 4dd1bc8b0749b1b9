"""What to do instead of what fails: another card, a power limit, another system, another supply; cheapest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kbtui.conditions.versions import parse_version
from kbtui.machine.derived import Row
from kbtui.planner import builds
from kbtui.planner.cards import Card
from kbtui.planner.cards import find as find_card
from kbtui.planner.lines import Change, Line
from kbtui.planner.machine import Machine
from kbtui.planner.purposes import Purpose
from kbtui.planner.room import PARTNER_MM
from kbtui.planner.rows import Dated, whole
from kbtui.planner.stack import Stack, compiler_of
from kbtui.planner.supply import missing_plugs, needed

_MOST = 3
_BUILDS = 4
_YEARS = 4
"""Where no card with as much memory fits, those of the last years are looked at: nobody buys a new card of ten years ago."""
_ROOM = ("supply", "plugs", "length", "serves the goal", "supported until", "peaks", "air")


def changes(
    lines: list[Line],
    machine: Machine,
    cards: list[Card],
    purpose: Purpose,
    stack: Stack,
    dated: Dated,
    prices: Mapping[str, float],
) -> list[Change]:
    """Every change that mends a failing line; what costs nothing first, then by price where it is known."""
    failing = {line.name for line in lines if line.state == "fails"}
    shaky = {line.name for line in lines if line.state == "tight"}
    out = [*_free(failing | shaky, cards, machine, stack, dated)]
    if failing & set(_ROOM) and cards:
        out += _cards(failing, machine, cards, purpose, stack, dated, prices)
    out += _parts(failing, machine, cards)
    return sorted(out, key=lambda c: (c.cost is None, c.cost or 0))


def _free(names: set[str], cards: list[Card], machine: Machine, stack: Stack, dated: Dated) -> Iterator[Change]:
    if "peaks" in names or ("heat" in names and cards):
        watts = cards[0].watts
        if watts and (cards[0].released or "") >= "2016":
            yield Change(
                title=f"Lower the power limit: nvidia-smi -pl {round(watts * 0.75)}",
                why="a quarter less power costs far less speed; less heat and lower peaks",
                mends=sorted({"peaks", "heat"} & names),
                cost=0,
            )
    if "CUDA toolkit" in names and stack.build:
        yield from _systems(stack, dated)
    if "supply" in names and len(cards) > 1:
        for count in range(len(cards) - 1, 0, -1):
            need, _ = needed(cards[:count])
            have = machine.number("psu.watts")
            if need is not None and have is not None and need <= have:
                yield Change(
                    title=f"{count} of these cards instead of {len(cards)}",
                    why=f"asks for {need} W, the supply gives {have:.0f} W",
                    mends=["supply"],
                    cost=0,
                )
                return


def _systems(stack: Stack, dated: Dated) -> Iterator[Change]:
    """The newest system whose compiler some toolkit of the day takes."""
    toolkits = [r for r in dated.rows("cuda", "cuda", "cuda") if r.get("gcc_max")]
    if not toolkits:
        return
    best = max(toolkits, key=lambda r: parse_version(r["cuda"] or "0"))
    most = whole(best, "gcc_max") or 0
    fit = []
    for row in dated.rows("distros"):
        gcc = compiler_of(row, dated)
        if gcc and parse_version(gcc).numbers[0] <= most and not dated.over(row.get("support_ends")):
            fit.append((row.get("id") == "ubuntu", row.get("support_ends") or "", row["name"] or "", gcc))
    if fit:
        _, ends, name, gcc = max(fit)
        yield Change(
            title=f"{name} instead of {stack.distro['name'] if stack.distro else 'this system'}",
            why=f"its gcc {gcc} is one that CUDA {best['cuda']} takes (up to {most}); updates until {ends}",
            mends=["CUDA toolkit"],
            cost=0,
        )


def _cards(
    failing: set[str],
    machine: Machine,
    cards: list[Card],
    purpose: Purpose,
    stack: Stack,
    dated: Dated,
    prices: Mapping[str, float],
) -> Iterator[Change]:
    """Cards that fit what is there; the most memory bandwidth first, or the price where it is known."""
    found: list[Card] = []
    smaller: list[Card] = []
    builds_now = _newest_builds(purpose, dated)
    for row in dated.rows("gpus"):
        if row.get("connectors") == "module" or not row.get("psu_watts") or row.get("name") == cards[0].name:
            continue
        _, card = find_card(dated, row["name"] or "")
        if _fits(card, machine, cards, builds_now, dated):
            (found if _most(card) >= (cards[0].vram_gib or 0) else smaller).append(card)
    if not found and smaller:
        newest_of = max(c.released or "" for c in smaller)[:4]
        young = [c for c in smaller if (c.released or "") >= f"{int(newest_of) - _YEARS}"]
        most = max(_most(c) for c in young)
        found = [c for c in young if _most(c) == most]
    found.sort(key=lambda c: (c.released or "", c.bandwidth or 0), reverse=True)
    newest = [c for c in found if c.architecture == found[0].architecture] if found else []
    best = sorted(newest, key=lambda c: -(c.bandwidth or 0))[:_MOST]
    for card in best:
        size = _size_for(card, cards[0])
        name = f"{card.name}{f' {size:g} GB' if size else ''}"
        less = f"only {_most(card):g} GB of memory" if _most(card) < (cards[0].vram_gib or 0) else ""
        fits = [
            less,
            f"{card.watts} W board power, asks for a supply of {card.system_watts} W",
            f"{card.length_mm} mm" if card.length_mm else "",
        ]
        yield Change(
            title=f"{name} instead of {cards[0].name}",
            why=", ".join(f for f in fits if f),
            mends=sorted(failing & set(_ROOM)),
            cost=prices.get(name, prices.get(card.name)),
        )


def _most(card: Card) -> float:
    """The largest memory that it was sold with."""
    return max([card.vram_gib or 0, *card.sizes])


def _size_for(card: Card, instead: Card) -> float | None:
    """The memory to buy it with: at least as much as the card that it replaces."""
    if card.vram_gib is not None:
        return card.vram_gib if f"{card.vram_gib:g} GB" not in card.name else None
    return min((s for s in card.sizes if s >= (instead.vram_gib or 0)), default=None)


def _newest_builds(purpose: Purpose, dated: Dated) -> list[Row]:
    """The newest builds of the framework: a card to buy must run on them."""
    rows = [r for r in dated.rows("wheels") if r.get("framework") == purpose.framework]
    return sorted(rows, key=lambda r: parse_version(r["version"] or "0"), reverse=True)[:_BUILDS]


def _fits(card: Card, machine: Machine, cards: list[Card], newest: list[Row], dated: Dated) -> bool:
    have, room, plugs = machine.number("psu.watts"), machine.number("case.gpu_length_mm"), machine.texts("psu.plugs")
    if card.cc is None or card.passive or card.watts is None or card.system_watts is None or not card.consumer:
        return False
    limit = (
        have if have is not None else cards[0].system_watts
    )  # a supply that is not known bears what the card asks for
    if limit is not None and card.system_watts + (len(cards) - 1) * card.watts > limit:
        return False
    if room is not None and (card.length_mm is None or card.length_mm + PARTNER_MM / 3 > room):
        return False
    if plugs is not None and missing_plugs([card] * len(cards), plugs, dated):
        return False
    if dated.as_of is None and not card.current:
        return False
    return not newest or any(builds.on_card(r, card.cc, dated).runs == "yes" for r in newest)


def _parts(failing: set[str], machine: Machine, cards: list[Card]) -> Iterator[Change]:
    if "supply" in failing:
        need, _ = needed(cards)
        if need is not None:
            yield Change(
                title=f"A supply of at least {need} W with the card's own plugs",
                why="the card stays as it is",
                mends=sorted({"supply", "plugs", "supply age"} & failing | {"supply"}),
            )
    elif "supply age" in failing:
        yield Change(title="A new supply", why="the old one no longer gives what its label says", mends=["supply age"])
    if "length" in failing and cards[0].length_mm:
        yield Change(
            title=f"A case that takes cards of {cards[0].length_mm} mm and more",
            why="or a shorter model of the same card",
            mends=["length"],
        )
    if "air" in failing:
        yield Change(
            title="A card with fans of its own, or a fan and a duct on this one",
            why="a passive card needs a server's air",
            mends=["air"],
        )
    if "RAM" in failing:
        yield Change(title="More RAM", why="checkpoints and data pass through it", mends=["RAM"])
