"""A plan as Markdown and as one HTML page; the same parts in the same order as on a terminal."""

from __future__ import annotations

import html
from collections.abc import Iterator

from kbtui.planner.lines import WORST, Comparison, Estimate, Line, Plan

AREAS = {"buy": "Buy", "install": "Install", "run": "Run"}
MARKS = {"fails": "FAILS", "tight": "tight", "fine": "fine", "unknown": "unknown"}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}td,th{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "pre{background:#f4f4f4;padding:.6rem;overflow-x:auto}.fails{font-weight:bold;color:#a00}.tight{color:#850}.unknown{font-style:italic}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#111}td,th{border-color:#444}pre{background:#222}.fails{color:#f88}.tight{color:#fc6}}"
)


def ordered(plan: Plan, area: str) -> list[Line]:
    """The lines of an area, what decides first."""
    return sorted((line for line in plan.lines if line.area == area), key=lambda line: WORST[line.state])


def headline(plan: Plan) -> str:
    """One sentence: how the plan comes out."""
    failing = [line.name for line in plan.lines if line.state == "fails"]
    asked = sum(line.state == "unknown" for line in plan.lines)
    more = f"; {asked} questions are open" if asked > 1 else "; one question is open" if asked else ""
    if failing:
        return f"This fails: {', '.join(failing)}{more}."
    if asked:
        return f"Nothing fails so far{more}."
    tight = [line.name for line in plan.lines if line.state == "tight"]
    return f"It works, with little to spare: {', '.join(tight)}." if tight else "It works."


def title(plan: Plan) -> str:
    """The goal, the cards and the day."""
    cards = ", ".join(
        f"{plan.cards.count(c)} x {c}" if plan.cards.count(c) > 1 else c for c in dict.fromkeys(plan.cards)
    )
    day = f", as of {plan.as_of}" if plan.as_of else ""
    return f"{plan.goal}{' with ' + cards if cards else ''}{day}"


def markdown(plan: Plan) -> str:
    """The plan as Markdown."""
    return "\n".join(_markdown(plan)) + "\n"


def _markdown(plan: Plan) -> Iterator[str]:
    yield from (f"# Plan: {title(plan)}", "", f"**{headline(plan)}**", "")
    for area, heading in AREAS.items():
        lines = ordered(plan, area)
        if not lines:
            continue
        yield from (
            f"## {heading}",
            "",
            "| | required | there is | margin | prevents |",
            "| --- | --- | --- | --- | --- |",
        )
        for line in lines:
            there = line.value or (f"unknown: {line.question}" if line.question else "none")
            yield f"| {line.name}: **{MARKS[line.state]}** | {_bar(line.requirement)} | {_bar(there)} | {line.margin} | {line.prevents} |"
        yield ""
        yield from (f"- {line.name}: {line.why}" for line in lines if line.why)
        yield ""
        if area == "run" and plan.estimate:
            yield from _estimate(plan.estimate)
    if plan.changes:
        yield from ("## Instead", "", *(f"1. {c.title}: {c.why}{_cost(c.cost)}" for c in plan.changes), "")
    if plan.picks:
        yield from ("## The set", "", *(f"- {p.part}: **{p.value}** ({p.why})" for p in plan.picks), "")
    if plan.shopping:
        yield from ("## Shopping list", "", *(f"- [ ] {item}" for item in plan.shopping), "")
    if plan.steps:
        yield from ("## Installation", "")
        for step in plan.steps:
            yield from (f"- [ ] {step.title}", "")
            if step.do:
                yield from (f"  {step.do}", "")
            if step.run:
                yield from ("  ```sh", *(f"  {command}" for command in step.run), "  ```", "")
            yield from (
                f"  Check: `{step.check}`",
                *([f"  Can open: {', '.join(step.breaks)}"] if step.breaks else []),
                "",
            )
    yield from (
        "## Where the numbers come from",
        "",
        *(f"- {o}" for o in dict.fromkeys(line.origin for line in plan.lines)),
    )
    yield from ("", *(f"- {note}" for note in plan.notes))


def _estimate(found: Estimate) -> Iterator[str]:
    yield from ("| memory on each card | GiB | formula |", "| --- | ---: | --- |")
    yield from (f"| {p.name} | {p.gib:.2f} | {p.formula} |" for p in found.parts)
    yield from (f"| **together** | **{found.per_card_gib:.1f}** ({found.low_gib:.1f} to {found.high_gib:.1f}) | |", "")
    yield from (*(f"- assumed: {a}" for a in found.assumptions), "")


def page(plan: Plan) -> str:
    """The plan as one HTML page that loads nothing."""
    body = [f"<h1>Plan: {html.escape(title(plan))}</h1>", f"<p><strong>{html.escape(headline(plan))}</strong></p>"]
    for area, heading in AREAS.items():
        lines = ordered(plan, area)
        if lines:
            body.append(f"<h2>{heading}</h2>")
            rows = [
                [
                    line.name,
                    MARKS[line.state],
                    line.requirement,
                    line.value or line.question,
                    line.margin,
                    line.why,
                    line.prevents,
                    line.origin,
                ]
                for line in lines
            ]
            body.append(
                _table(
                    ["", "", "required", "there is", "margin", "why", "prevents", "source"],
                    rows,
                    [line.state for line in lines],
                )
            )
        if area == "run" and plan.estimate:
            parts = [[p.name, f"{p.gib:.2f}", p.formula] for p in plan.estimate.parts]
            body.append(_table(["memory on each card", "GiB", "formula"], parts))
            body.append(_list(plan.estimate.assumptions))
    for heading, items in (
        ("Instead", [f"{c.title}: {c.why}{_cost(c.cost)}" for c in plan.changes]),
        ("The set", [f"{p.part}: {p.value} ({p.why})" for p in plan.picks]),
        ("Shopping list", plan.shopping),
    ):
        if items:
            body += [f"<h2>{heading}</h2>", _list(items)]
    if plan.steps:
        body.append("<h2>Installation</h2><ol>")
        for step in plan.steps:
            commands = f"<pre>{html.escape(chr(10).join(step.run))}</pre>" if step.run else ""
            opens = f"<p>Can open: {html.escape(', '.join(step.breaks))}</p>" if step.breaks else ""
            body.append(
                f"<li>{html.escape(step.title)}<p>{html.escape(step.do)}</p>{commands}<p>Check: {html.escape(step.check)}</p>{opens}</li>"
            )
        body.append("</ol>")
    body.append(_list(plan.notes))
    return _page(title(plan), body)


def columns_markdown(found: Comparison) -> str:
    """A comparison as Markdown."""
    head = [f"# {found.goal}: {' or '.join(found.columns)}", "", f"**{sentence(found)}**", ""]
    table = ["| | " + " | ".join(found.columns) + " |", "| --- |" + " --- |" * len(found.columns)]
    return (
        "\n".join(
            [
                *head,
                *table,
                *("| " + " | ".join(map(_bar, row)) + " |" for row in found.rows),
                "",
                *(f"- {n}" for n in found.notes),
            ]
        )
        + "\n"
    )


def columns_page(found: Comparison) -> str:
    """A comparison as one HTML page."""
    name = f"{found.goal}: {' or '.join(found.columns)}"
    body = [f"<h1>{html.escape(name)}</h1>", f"<p><strong>{html.escape(sentence(found))}</strong></p>"]
    return _page(name, [*body, _table(["", *found.columns], found.rows), _list(found.notes)])


def sentence(found: Comparison) -> str:
    """Which one, and what decides."""
    what = f"{found.best} is the one." if found.best else "Nothing tells them apart so far."
    return what + (f" What decides: {found.decides}." if found.decides else "")


def _page(name: str, body: list[str]) -> str:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(name)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'


def _table(head: list[str], rows: list[list[str]], classes: list[str] | None = None) -> str:
    out = "".join(f"<th>{html.escape(h)}</th>" for h in head)
    made = []
    for i, row in enumerate(rows):
        mark = f' class="{classes[i]}"' if classes else ""
        made.append(f"<tr{mark}>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>")
    return f"<table><tr>{out}</tr>{''.join(made)}</table>"


def _list(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{html.escape(i)}</li>" for i in items) + "</ul>" if items else ""


def _bar(text: str) -> str:
    return text.replace("|", "\\|")


def _cost(cost: float | None) -> str:
    return "" if cost is None else " (costs nothing)" if cost == 0 else f" ({cost:g})"
