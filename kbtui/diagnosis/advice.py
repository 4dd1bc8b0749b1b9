"""Advice: the next step with the lowest expected cost to the end.

The rule is that of Heckerman, Breese and Rommelse (1995): repairing in the order of probability over cost has an
expected cost (`repair_cost`); a look or a question is worth it when the expected cost after its answer, plus its
own, is lower. Things that are dear to open (the case, the firmware screen) are paid once (cost clusters as in BATS).
Costs are minutes. What is left when every fix failed costs `SERVICE` minutes: somebody else has to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from kbtui.diagnosis.belief import Belief, Weight

SERVICE = 600.0
"""Minutes until somebody else has found it: a working day lost."""
OPENING: dict[str, float] = {
    "reboot": 5.0,
    "firmware-screen": 5.0,
    "machine-off": 5.0,
    "case-open": 15.0,
    "node-drained": 30.0,
    "windows-restart": 5.0,
    "container-restart": 2.0,
    "pod-restart": 3.0,
    "job-restart": 5.0,
    "new-environment": 15.0,
}
"""Minutes to open a thing that several steps share; other words cost `OTHER_OPENING`."""
OTHER_OPENING = 5.0
FIXES_AHEAD = 40
"""Fixes whose shared openings are followed exactly; the long tail behind them is ordered by probability over cost."""
WORTH_ASKING = 1.0
"""Minutes that a look must save: a person is not asked for less."""
LOOKS_AHEAD = 6
"""Looks tried per step, the most telling first, so that the cost of advice does not grow with the graph."""


class FixCost(Struct, frozen=True):
    """What removing one root cause costs."""

    end: str
    minutes: float
    opens: tuple[str, ...] = ()


class Look(Struct, frozen=True):
    """A question, or a fact to look at: what each answer would do to the odds."""

    kind: str
    """question or probe"""
    id: str
    minutes: float
    yes: tuple[Weight, ...]
    no: tuple[Weight, ...]
    opens: tuple[str, ...] = ()
    answered: float = 1.0
    """How likely it is that the person can answer at all; "don't know" costs the minutes and changes nothing."""


class Step(Struct, frozen=True):
    """The next step. `cost` is the expected minutes to the end when it is taken, `without` when only fixes are."""

    kind: str
    """fix, question, probe or none"""
    id: str
    cost: float
    without: float


class Repair(Struct, frozen=True):
    """Fixes in order, and the expected minutes of trying them so."""

    cost: float
    order: list[str]


def repair_cost(belief: Belief, fixes: Mapping[str, FixCost], opened: frozenset[str] = frozenset()) -> Repair:
    """Expected minutes of trying the fixes in the order of probability over cost, then giving it to somebody else."""
    live = sorted(
        ((p, fixes[end]) for end, p in belief.ends.items() if p > 0 and end in fixes),
        key=lambda item: -item[0] / max(item[1].minutes, 0.1),
    )
    left, cost, order, open_now = 1.0, 0.0, [], set(opened)
    head, tail = _by_value(live[:FIXES_AHEAD], open_now), live[FIXES_AHEAD:]
    for _ in range(len(live)):
        p, fix = head.pop(0) if head else tail.pop(0)
        price = _price(fix, open_now)
        if p * SERVICE <= left * price:
            break  # what follows is less likely for its cost still: asking somebody else is cheaper
        cost += left * price
        if not open_now.issuperset(fix.opens):
            open_now.update(fix.opens)
            head = _by_value(head, open_now)  # what needs the same opening is cheaper from now on
        left = max(0.0, left - p)
        order.append(fix.end)
    return Repair(cost + left * SERVICE, order)


def _by_value(fixes: list[tuple[float, FixCost]], opened: set[str]) -> list[tuple[float, FixCost]]:
    return sorted(fixes, key=lambda item: -item[0] / _price(item[1], opened))


def _price(fix: FixCost | Look, opened: Iterable[str]) -> float:
    return max(fix.minutes, 0.1) + sum(OPENING.get(o, OTHER_OPENING) for o in fix.opens if o not in opened)


def next_step(
    belief: Belief,
    again: Callable[[tuple[Weight, ...]], Belief],
    fixes: Mapping[str, FixCost],
    looks: Iterable[Look],
    opened: frozenset[str] = frozenset(),
) -> Step:
    """The cheapest way on. `again` infers with more weights; `fixes` are those that this person can do here."""
    repair = repair_cost(belief, fixes, opened)
    best = (
        Step("fix", repair.order[0], repair.cost, repair.cost)
        if repair.order
        else Step("none", "", repair.cost, repair.cost)
    )
    ranked = sorted(looks, key=lambda x: -_telling(x, belief) / _price(x, opened))
    for look in ranked[:LOOKS_AHEAD]:
        share = yes_share(look, belief)
        cost = _price(look, opened) + (1 - look.answered) * repair.cost
        open_after = opened | set(look.opens)
        for weights, chance in ((look.yes, share), (look.no, 1 - share)):
            after = again(weights) if weights else belief
            cost += look.answered * chance * repair_cost(after, fixes, open_after).cost
        if cost < min(best.cost, repair.cost - WORTH_ASKING):
            best = Step(look.kind, look.id, cost, repair.cost)
    return best


def likelihoods(yes_ratio: float, no_ratio: float) -> tuple[float, float]:
    """P(yes | the problem) and P(yes | not), from the two ratios that an author wrote.

    Solves P(yes|X) = yes_ratio P(yes|not X) and P(no|X) = no_ratio P(no|not X). Where one side says nothing, the
    two chances are taken as symmetric, which only serves to foresee the answer.
    """
    if yes_ratio > 1 > no_ratio or yes_ratio < 1 < no_ratio:
        other = (1 - no_ratio) / (yes_ratio - no_ratio)
        return min(0.999, yes_ratio * other), other
    lead = yes_ratio if yes_ratio != 1 else 1 / max(no_ratio, 1e-3)
    return lead / (1 + lead), 1 / (1 + lead)


def yes_share(look: Look, belief: Belief) -> float:
    """How likely the answer yes is now."""
    no = {w.problem: w.ratio for w in look.no}
    yes = {w.problem: w.ratio for w in look.yes}
    names = list(dict.fromkeys([*yes, *no]))
    pairs = [likelihoods(yes.get(n, 1.0), no.get(n, 1.0)) for n in names]
    base = sum(b for _, b in pairs) / len(pairs) if pairs else 0.5
    share = base + sum(belief.through.get(n, 0.0) * (a - base) for n, (a, _) in zip(names, pairs, strict=True))
    return min(0.98, max(0.02, share))


def _telling(look: Look, belief: Belief) -> float:
    """A quick measure of how much a look can move: uncertainty about its problems, times how far it moves them."""
    total = 0.0
    for weight in (*look.yes, *look.no):
        p = belief.through.get(weight.problem, 0.0)
        ratio = max(weight.ratio, 1e-3)
        total += p * (1 - p) * abs(1 - ratio) / (1 + ratio)
    return total
