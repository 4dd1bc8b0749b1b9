"""A plan on a terminal or in a pipe: what decides first, then the set, the steps and the list."""

from __future__ import annotations

from collections.abc import Callable

from kbtui.commands.screen import clean, style, wrap
from kbtui.planner import show
from kbtui.planner.lines import Comparison, Estimate, Line, Plan
from kbtui.planner.words import Words

_SIGNS = {"fails": "x", "tight": "!", "fine": "+", "unknown": "?"}
_ALWAYS_WHY = "driver-too-old-for-cuda"
"""Of lines that prevent this, a fine one says why, too: a newer CUDA on an older driver looks wrong and is not."""


def plan(found: Plan, name: Callable[[str], str], say: Words) -> None:
    """Print a plan in the language of `say`; `name` gives a problem's title."""
    print(style(wrap(say("plan", title=show.title(found, say))), "bold"))
    print(wrap(show.headline(found, say)))
    asked = show.next_question(found)
    if asked:
        print(wrap(f"{say('next', question=asked.question)} (--set {asked.fact}=...)"))
    for area in show.AREAS:
        lines = show.ordered(found, area)
        if lines:
            print("\n" + style(say(area), "bold"))
        for line in lines:
            _line(line, name, say)
        if area == "run" and found.estimate:
            _estimate(found.estimate, say)
    if found.changes:
        print("\n" + style(say("instead"), "bold"))
        for i, change in enumerate(found.changes, 1):
            text = show.change(change.title, change.why, change.cost, say)
            print(wrap(f"{i}. {text}; {say('mends', what=say('and').join(change.mends))}", "  "))
    _set(found, say)
    _steps(found, say)
    if found.shopping:
        print("\n" + style(say("shopping"), "bold"))
        for item in found.shopping:
            print(wrap(f"[ ] {item}", "  "))
    print()
    for note in found.notes:
        print(wrap(note))


def _set(found: Plan, say: Words) -> None:
    if found.picks:
        print("\n" + style(say("set"), "bold"))
    for pick in found.picks:
        print(wrap(f"{pick.part}: {pick.value} ({pick.why})", "  "))
        for passed in pick.passed_over[:2]:
            print(style(wrap(say("not", what=passed), "    "), "dim"))


def _steps(found: Plan, say: Words) -> None:
    if found.steps:
        print("\n" + style(say("steps"), "bold"))
    for i, step in enumerate(found.steps, 1):
        print(wrap(f"{i}. {step.title}", "  "))
        if step.do:
            print(wrap(step.do, "     "))
        for command in step.run:
            print(f"     $ {clean(command)}")
        print(wrap(f"{say('check')}: {step.check}", "     "))
        if step.breaks:
            print(style(wrap(f"{say('opens')}: {', '.join(step.breaks)}", "     "), "dim"))


def _line(line: Line, name: Callable[[str], str], say: Words) -> None:
    margin = f" ({line.margin})" if line.margin else ""
    text = (
        f"{_SIGNS[line.state]} {say(line.state):7} {line.name}: {line.requirement}; {show.there_is(line, say)}{margin}"
    )
    print(style(wrap(text, "  "), "red") if line.state == "fails" else wrap(text, "  "))
    if line.why and (line.state != "fine" or line.prevents == _ALWAYS_WHY):
        print(wrap(line.why, "      "))
    if line.question and line.fact:
        print(style(wrap(f"--set {line.fact}=...", "      "), "dim"))
    if line.state != "fine":
        prevents = f"{say('prevents')}: {name(line.prevents)} ({line.prevents}); " if line.prevents else ""
        print(style(wrap(f"{prevents}{say('source')}: {line.origin}", "      "), "dim"))


def _estimate(found: Estimate, say: Words) -> None:
    for part in found.parts:
        print(wrap(f"{part.gib:7.2f} GiB  {part.name}: {part.formula}", "      "))
    bar = say("to", low=f"{found.low_gib:.1f}", high=f"{found.high_gib:.1f}")
    print(wrap(f"{found.per_card_gib:7.2f} GiB  {say('together')}, {bar}", "      "))
    for assumption in found.assumptions:
        print(style(wrap(f"{say('assumed')}: {assumption}", "      "), "dim"))


def columns(found: Comparison, say: Words) -> None:
    """Print a comparison, one block a line, one row a column: it fits any width."""
    print(style(wrap(show.heading(found, say)), "bold"))
    print(wrap(show.sentence(found, say)))
    width = max(len(column) for column in found.columns)
    for row in found.rows:
        print("\n" + style(row[0], "bold"))
        for column, cell in zip(found.columns, row[1:], strict=True):
            print(wrap(f"{column:{width}}  {cell}", "  "))
    for note in found.notes:
        print(wrap(note))
