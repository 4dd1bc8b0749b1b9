"""A plan as Markdown, and what every way to show it says first; `page` makes the HTML of it.

Plans come here in the reader's language already (`tongue`, `paper`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kbtui.planner.lines import WORST, Area, Comparison, Estimate, Line, Plan
from kbtui.planner.words import Words

AREAS: tuple[Area, ...] = ("buy", "install", "run")


Name = Callable[[str], str]
"""From a problem's id to its title."""


def as_id(problem: str) -> str:
    """The id as the title, where no knowledge is at hand."""
    return problem


def named(problem: str, name_of: Name) -> str:
    """A problem as a title and the id that `kbtui show` takes; "" for none."""
    title = name_of(problem) if problem else ""
    return title if title == problem else f"{title} ({problem})"


def ordered(plan: Plan, area: str) -> list[Line]:
    """The lines of an area, what decides first."""
    return sorted((line for line in plan.lines if line.area == area), key=lambda line: WORST[line.state])


def headline(plan: Plan, say: Words) -> str:
    """One sentence: how the plan comes out."""
    failing = [line.name for line in plan.lines if line.state == "fails"]
    asked = len({line.question for line in plan.lines if line.state == "unknown"})
    more = "" if not asked else say("open.one") if asked == 1 else say("open.many", count=str(asked))
    if failing:
        return say("it fails", what=say("and").join(failing), more=more)
    if asked:
        return say("so far", more=more)
    tight = [line.name for line in plan.lines if line.state == "tight"]
    return say("it is tight", what=say("and").join(tight)) if tight else say("it works")


def next_question(plan: Plan) -> Line | None:
    """The one question to answer first: the first line that waits for an answer."""
    return next((line for line in plan.lines if line.state == "unknown" and line.question and line.fact), None)


def title(plan: Plan, say: Words) -> str:
    """The goal, the cards and the day."""
    cards = say("and").join(
        f"{plan.cards.count(c)} x {c}" if plan.cards.count(c) > 1 else c for c in dict.fromkeys(plan.cards)
    )
    what = say("with", goal=plan.goal, cards=cards) if cards else plan.goal
    return say("as of", title=what, day=plan.as_of) if plan.as_of else what


def there_is(line: Line, say: Words) -> str:
    """What a line found, or what it asks."""
    return line.value or (say("asks", question=line.question) if line.question else say("none"))


def change(text: str, why: str, cost: float | None, say: Words) -> str:
    """A change in one line, with what it costs."""
    paid = "" if cost is None else f" ({say('costs nothing')})" if cost == 0 else f" ({cost:g})"
    return f"{text}: {why}{paid}"


def total(found: Estimate, say: Words) -> str:
    """The whole of an estimate with its error bar."""
    bar = say("to", low=f"{found.low_gib:.1f}", high=f"{found.high_gib:.1f}")
    return f"{found.per_card_gib:.1f} ({bar})"


def sentence(found: Comparison, say: Words) -> str:
    """Which one, and what decides."""
    what = say("best", what=found.best) if found.best else say("no best")
    return what + (say("decides", what=found.decides) if found.decides else "")


def heading(found: Comparison, say: Words) -> str:
    """The goal and the columns."""
    return f"{found.goal}: {say('or').join(found.columns)}"


def markdown(plan: Plan, say: Words, name_of: Name = as_id) -> str:
    """The plan as Markdown, with a list to tick off; `name_of` gives the title of a problem."""
    return "\n".join(_markdown(plan, say, name_of)) + "\n"


def columns_markdown(found: Comparison, say: Words) -> str:
    """A comparison as Markdown."""
    lines = [
        f"# {heading(found, say)}", "", f"**{sentence(found, say)}**", "",
        "| | " + " | ".join(found.columns) + " |", "| --- |" + " --- |" * len(found.columns),
        *("| " + " | ".join(map(_bar, row)) + " |" for row in found.rows), "", *(f"- {n}" for n in found.notes),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _markdown(plan: Plan, say: Words, name_of: Name) -> Iterator[str]:
    yield from (f"# {say('plan', title=title(plan, say))}", "", f"**{headline(plan, say)}**", "")
    for area in AREAS:
        yield from _area(plan, area, say, name_of)
    if plan.changes:
        changes = [change(c.title, c.why, c.cost, say) for c in plan.changes]
        yield from (f"## {say('instead')}", "", *(f"1. {c}" for c in changes), "")
    if plan.picks:
        yield from (f"## {say('set')}", "", *(f"- {p.part}: **{p.value}** ({p.why})" for p in plan.picks), "")
    if plan.shopping:
        yield from (f"## {say('shopping')}", "", *(f"- [ ] {item}" for item in plan.shopping), "")
    if plan.steps:
        yield from (f"## {say('steps')}", "")
    for step in plan.steps:
        yield from (f"- [ ] {step.title}", "")
        if step.do:
            yield from (f"  {step.do}", "")
        if step.run:
            yield from ("  ```sh", *(f"  {command}" for command in step.run), "  ```", "")
        opens = [f"  {say('opens')}: {'; '.join(named(p, name_of) for p in step.breaks)}"] if step.breaks else []
        yield from (f"  {say('check')}: `{step.check}`", *opens, "")
    origins = dict.fromkeys(line.origin for line in plan.lines)
    yield from (f"## {say('origins')}", "", *(f"- {o}" for o in origins), "", *(f"- {note}" for note in plan.notes))


def _area(plan: Plan, area: Area, say: Words, name_of: Name) -> Iterator[str]:
    lines = ordered(plan, area)
    if not lines:
        return
    heads = " | ".join(say(w) for w in ("required", "there", "margin", "prevents"))
    yield from (f"## {say(area)}", "", f"| | {heads} |", "| --- | --- | --- | --- | --- |")
    for line in lines:
        state = say(line.state).upper() if line.state == "fails" else say(line.state)
        cells = (
            f"{line.name}: **{state}**",
            line.requirement,
            there_is(line, say),
            line.margin,
            named(line.prevents, name_of),
        )
        yield "| " + " | ".join(map(_bar, cells)) + " |"
    yield from ("", *(f"- {line.name}: {line.why}" for line in lines if line.why), "")
    found = plan.estimate if area == "run" else None
    if found:
        yield from (f"| {say('memory')} | GiB | {say('formula')} |", "| --- | ---: | --- |")
        yield from (f"| {p.name} | {p.gib:.2f} | {p.formula} |" for p in found.parts)
        yield from (f"| **{say('together')}** | **{total(found, say)}** | |", "")
        yield from (*(f"- {say('assumed')}: {a}" for a in found.assumptions), "")


def _bar(text: str) -> str:
    return text.replace("|", "\\|")
