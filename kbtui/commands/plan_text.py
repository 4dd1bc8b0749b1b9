"""A plan on a terminal or in a pipe: what decides first, then the set, the steps and the list."""

from __future__ import annotations

from collections.abc import Callable

from kbtui.commands.screen import clean, style, wrap
from kbtui.planner import show
from kbtui.planner.lines import Comparison, Estimate, Line, Plan

_SIGNS = {"fails": "x", "tight": "!", "fine": "+", "unknown": "?"}


def plan(found: Plan, name: Callable[[str], str]) -> None:
    """Print a plan; `name` gives a problem's title."""
    print(style(wrap(f"Plan: {show.title(found)}"), "bold"))
    print(wrap(show.headline(found)))
    for area, heading in show.AREAS.items():
        lines = show.ordered(found, area)
        if lines:
            print("\n" + style(heading, "bold"))
        for line in lines:
            _line(line, name)
        if area == "run" and found.estimate:
            _estimate(found.estimate)
    if found.changes:
        print("\n" + style("Instead, cheapest first", "bold"))
        for i, change in enumerate(found.changes, 1):
            cost = "" if change.cost is None else "; costs nothing" if change.cost == 0 else f"; {change.cost:g}"
            print(wrap(f"{i}. {change.title}: {change.why}{cost} (mends {', '.join(change.mends)})", "  "))
    if found.picks:
        print("\n" + style("The set", "bold"))
    for pick in found.picks:
        print(wrap(f"{pick.part}: {pick.value} ({pick.why})", "  "))
        for passed in pick.passed_over[:2]:
            print(style(wrap(f"not {passed}", "    "), "dim"))
    if found.steps:
        print("\n" + style("Install, in this order", "bold"))
    for i, step in enumerate(found.steps, 1):
        print(wrap(f"{i}. {step.title}", "  "))
        if step.do:
            print(wrap(step.do, "     "))
        for command in step.run:
            print(f"     $ {clean(command)}")
        print(wrap(f"check: {step.check}", "     "))
        if step.breaks:
            print(style(wrap(f"can open: {', '.join(step.breaks)}", "     "), "dim"))
    if found.shopping:
        print("\n" + style("Shopping list", "bold"))
        for item in found.shopping:
            print(wrap(f"[ ] {item}", "  "))
    print()
    for note in found.notes:
        print(wrap(note))


def _line(line: Line, name: Callable[[str], str]) -> None:
    there = line.value or (f"unknown: {line.question}" if line.question else "none")
    margin = f" ({line.margin})" if line.margin else ""
    text = f"{_SIGNS[line.state]} {line.state:7} {line.name}: {line.requirement}; {there}{margin}"
    print(style(wrap(text, "  "), "red") if line.state == "fails" else wrap(text, "  "))
    if (line.why and line.state != "fine") or "compatibility" in line.why:
        print(wrap(line.why, "      "))
    if line.question and line.fact:
        print(style(wrap(f"--set {line.fact}=...", "      "), "dim"))
    if line.state != "fine":
        prevents = f"prevents: {name(line.prevents)} ({line.prevents}); " if line.prevents else ""
        print(style(wrap(f"{prevents}from: {line.origin}", "      "), "dim"))


def _estimate(found: Estimate) -> None:
    for part in found.parts:
        print(wrap(f"{part.gib:7.2f} GiB  {part.name}: {part.formula}", "      "))
    print(wrap(f"{found.per_card_gib:7.2f} GiB  together, {found.low_gib:.1f} to {found.high_gib:.1f}", "      "))
    for assumption in found.assumptions:
        print(style(wrap(f"assumed: {assumption}", "      "), "dim"))


def columns(found: Comparison) -> None:
    """Print a comparison, one block a line, one row a column: it fits any width."""
    print(style(wrap(f"{found.goal}: {' or '.join(found.columns)}"), "bold"))
    print(wrap(show.sentence(found)))
    width = max(len(column) for column in found.columns)
    for row in found.rows:
        print("\n" + style(row[0], "bold"))
        for column, cell in zip(found.columns, row[1:], strict=True):
            print(wrap(f"{column:{width}}  {cell}", "  "))
    for note in found.notes:
        print(wrap(note))
