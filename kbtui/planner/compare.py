"""Several plans side by side: one column a card or a machine, the line that decides first."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from kbtui.planner.lines import WORST, Comparison, Line, Plan


def side_by_side(
    goal: str, plans: list[Plan], columns: list[str], prices: Mapping[str, float], budget: float | None
) -> Comparison:
    """The plans as columns. The best has the fewest failing lines, then the fewest tight ones, then the lowest price;
    over the budget is failing."""
    found = Comparison(goal=goal, as_of=plans[0].as_of, columns=columns, rows=[], plans=plans, prices=dict(prices))
    by_name = [{line.name: line for line in _common(plan)} for plan in plans]
    names = list(dict.fromkeys(name for lines in by_name for name in lines))
    names.sort(key=lambda n: _decides([lines.get(n) for lines in by_name]))
    found.rows = [[name, *[_cell(lines.get(name)) for lines in by_name]] for name in names]
    costs = [_price(column, plan, prices) for column, plan in zip(columns, plans, strict=True)]
    if prices:
        found.rows.insert(0, ["price", *[_money(cost, budget) for cost in costs]])
    scores = [_score(plan, cost, budget) for plan, cost in zip(plans, costs, strict=True)]
    best = min(range(len(plans)), key=lambda i: scores[i])
    if sum(s == scores[best] for s in scores) == 1:
        found.best = columns[best]
    fails = [n for n in names if "fails" in {lines[n].state for lines in by_name if n in lines}]
    differing = [n for n in names if _differs([lines.get(n) for lines in by_name])]
    over = budget is not None and any(c is not None and c > budget for c in costs)
    first = next((n for n in differing if n in fails), "price" if over else "")
    found.decides = first or next(iter(differing), "")
    if budget is not None and any(c is None for c in costs):
        lacking = [column for column, cost in zip(columns, costs, strict=True) if cost is None]
        found.notes.append(f"No price for {', '.join(lacking)} in the price file: the budget was not held against it.")
    return found


def _common(plan: Plan) -> list[Line]:
    """The lines with names that do not hold the card's own."""
    out = []
    for line in plan.lines:
        name = (
            "driver for the card"
            if line.name.startswith("driver for ") and line.name != "driver for CUDA"
            else line.name
        )
        out.append(line if name == line.name else replace(line, name=name))
    return out


def _cell(line: Line | None) -> str:
    if line is None:
        return "-"
    what = " / ".join(part for part in (line.requirement, line.value) if part)
    return f"{line.state}: {what}" + (f" ({line.margin})" if line.margin else "")


def _differs(lines: list[Line | None]) -> bool:
    return len({line.state if line else "-" for line in lines}) > 1


def _decides(lines: list[Line | None]) -> tuple[bool, int]:
    """Lines whose states differ first, the worst states first."""
    return (not _differs(lines), min((WORST[line.state] for line in lines if line), default=9))


def _score(plan: Plan, cost: float | None, budget: float | None) -> tuple[float, ...]:
    count = {state: sum(line.state == state for line in plan.lines) for state in WORST}
    over = budget is not None and cost is not None and cost > budget
    return (count["fails"] + over, count["tight"], count["unknown"], cost if cost is not None else 0.0)


def _price(column: str, plan: Plan, prices: Mapping[str, float]) -> float | None:
    low = {k.lower(): v for k, v in prices.items()}
    for name in (column, *plan.cards[:1]):
        for spelling in (name.lower(), name.lower().removeprefix("geforce ")):
            if spelling in low:
                return low[spelling] * max(1, len(plan.cards))
    return None


def _money(cost: float | None, budget: float | None) -> str:
    if cost is None:
        return "unknown"
    if budget is None:
        return f"{cost:g}"
    return f"{'fine' if cost <= budget else 'fails'}: {cost:g} / {budget:g} ({budget - cost:+g})"
