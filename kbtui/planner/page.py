"""A plan as one HTML page that loads nothing and runs nothing; boxes can be ticked, on paper or on the screen."""

from __future__ import annotations

from html import escape

from kbtui.planner.lines import Comparison, Plan
from kbtui.planner.show import AREAS, Name, as_id, change, heading, headline, named, ordered, sentence, title, total
from kbtui.planner.words import Words

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "div.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:1rem 0}"
    "td,th{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}td.origin{font-size:.8rem;color:#555}"
    "pre{background:#f4f4f4;padding:.6rem;overflow-x:auto}code{font-family:ui-monospace,monospace}"
    "td:first-child{min-width:5.5em}.lines td:nth-child(2),.lines td:nth-child(5){white-space:nowrap}.fails td:nth-child(2){font-weight:bold;color:#a00}.tight td:nth-child(2){color:#850}.unknown td:nth-child(2){font-style:italic}"
    "ul.boxes,ol.steps{padding-left:1.5rem}ul.boxes{list-style:none;padding-left:0}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#111}td,th{border-color:#444}td.origin{color:#aaa}pre{background:#222}"
    ".fails td:nth-child(2){color:#f88}.tight td:nth-child(2){color:#fc6}}"
    "@media print{body{max-width:none;margin:0}pre{white-space:pre-wrap}}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(plan: Plan, say: Words, name_of: Name = as_id) -> str:
    """The plan as one page; `name_of` gives the title of a problem."""
    name = title(plan, say)
    body = [f"<h1>{escape(say('plan', title=name))}</h1>", f"<p><strong>{escape(headline(plan, say))}</strong></p>"]
    for area in AREAS:
        lines = ordered(plan, area)
        if lines:
            heads = ["", "", *(say(w) for w in ("required", "there", "margin", "why", "prevents", "source"))]
            rows = [
                [
                    x.name,
                    say(x.state),
                    x.requirement,
                    x.value or x.question,
                    x.margin,
                    x.why,
                    named(x.prevents, name_of),
                    x.origin,
                ]
                for x in lines
            ]
            body += [f"<h2>{escape(say(area))}</h2>", _table(heads, rows, [x.state for x in lines])]
        if area == "run" and plan.estimate:
            found = plan.estimate
            parts = [[p.name, f"{p.gib:.2f}", p.formula] for p in found.parts]
            parts.append([say("together"), total(found, say), ""])
            body += [
                _table([say("memory"), "GiB", say("formula")], parts),
                _list([f"{say('assumed')}: {a}" for a in found.assumptions]),
            ]
    for word, items in (
        ("instead", [change(c.title, c.why, c.cost, say) for c in plan.changes]),
        ("set", [f"{p.part}: {p.value} ({p.why})" for p in plan.picks]),
    ):
        if items:
            body += [f"<h2>{escape(say(word))}</h2>", _list(items)]
    if plan.shopping:
        body += [f"<h2>{escape(say('shopping'))}</h2>", _boxes(plan.shopping)]
    body += [*_steps(plan, say, name_of), _list(plan.notes)]
    return _page(name, body, zh=say.zh)


def columns_page(found: Comparison, say: Words) -> str:
    """A comparison as one page."""
    name = heading(found, say)
    body = [f"<h1>{escape(name)}</h1>", f"<p><strong>{escape(sentence(found, say))}</strong></p>"]
    return _page(name, [*body, _table(["", *found.columns], found.rows), _list(found.notes)], zh=say.zh)


def _steps(plan: Plan, say: Words, name_of: Name) -> list[str]:
    if not plan.steps:
        return []
    out = [f'<h2>{escape(say("steps"))}</h2><ol class="steps">']
    for step in plan.steps:
        done = f"<p>{escape(step.do)}</p>" if step.do else ""
        commands = f"<pre><code>{escape(chr(10).join(step.run))}</code></pre>" if step.run else ""
        opens = (
            f"<p>{escape(say('opens'))}: {escape('; '.join(named(p, name_of) for p in step.breaks))}</p>"
            if step.breaks
            else ""
        )
        check = f"<p>{escape(say('check'))}: {escape(step.check)}</p>"
        out.append(
            f'<li><label><input type="checkbox"> {escape(step.title)}</label>{done}{commands}{check}{opens}</li>'
        )
    return [*out, "</ol>"]


def _page(name: str, body: list[str], *, zh: bool) -> str:
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><title>{escape(name)}</title><style>{_STYLE}</style>'
    )
    return f'<!doctype html>\n<html lang="{"zh-CN" if zh else "en"}"><head>{head}</head>\n<body>{"".join(body)}</body></html>\n'


def _table(head: list[str], rows: list[list[str]], classes: list[str] | None = None) -> str:
    out = "".join(f"<th>{escape(h)}</th>" for h in head)
    made = []
    for i, row in enumerate(rows):
        mark = f' class="{classes[i]}"' if classes else ""
        cells = [f"<td>{escape(c)}</td>" for c in row]
        if classes:
            cells[-1] = f'<td class="origin">{escape(row[-1])}</td>'
        made.append(f"<tr{mark}>{''.join(cells)}</tr>")
    kind = ' class="lines"' if classes else ""
    return f'<div class="wide"><table{kind}><tr>{out}</tr>{"".join(made)}</table></div>'


def _boxes(items: list[str]) -> str:
    boxed = (f'<li><label><input type="checkbox"> {escape(i)}</label></li>' for i in items)
    return f'<ul class="boxes">{"".join(boxed)}</ul>'


def _list(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(i)}</li>" for i in items) + "</ul>" if items else ""
