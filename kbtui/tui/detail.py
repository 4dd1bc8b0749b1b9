"""The open problem as text: what it is, what was observed and what that did to the odds, its fix, what is behind it."""

from __future__ import annotations

from collections.abc import Iterator

from kbtui.diagnosis import render
from kbtui.diagnosis.evidence import Observation
from kbtui.diagnosis.result import FixOut
from kbtui.engine import Engine, Result
from kbtui.machine.facts import Facts
from kbtui.tui.glyphs import glyphs, percent
from kbtui.tui.inert import block, line
from kbtui.tui.plain import joined, origin_of, seen_by, times
from kbtui.tui.words import Words

Part = tuple[str, str]
_LISTED = 8


def fixes(engine: Engine, problem: str, facts: Facts) -> list[FixOut]:
    """The fixes as they read on this machine."""
    knowledge = engine.knowledge
    return render.fixes(knowledge.problem(problem), facts, engine.tables, knowledge.built.learned.get(problem))


def problem_parts(engine: Engine, problem: str, result: Result, say: Words) -> list[Part]:
    """Everything about one problem, as inert parts with styles."""
    return list(_parts(engine, problem, result, say))


def _parts(engine: Engine, problem: str, result: Result, say: Words) -> Iterator[Part]:
    node = engine.knowledge.problem(problem)
    zh = node.zh if say.zh else None
    yield line(engine.title(problem, zh=say.zh)) + "\n", "bold $primary"
    share = result.belief.through.get(problem, 0.0)
    if any(a.problem == problem for a in result.diagnosis.at_once):
        yield say("detail.danger"), "$error bold"
    else:
        yield say("detail.likely", share=percent(share).strip()), "dim"
    if any(c.id == problem and c.status == "confirmed" for c in result.diagnosis.causes):
        yield f" {glyphs().sure} {say('tree.sure')}", "$success bold"
    yield "\n", ""
    seen = [o for o in result.observations if o.problem == problem]
    for item in seen:
        if item.ratio == 0:
            yield f"{say('detail.out')}: {line(item.text, 300)}\n", "$warning"
    yield "\n" + block((zh and zh.summary) or node.summary).strip() + "\n", ""
    yield from _evidence(engine, seen, result, problem, say)
    yield from _fix(engine, problem, result.facts, say)
    causes = sorted(engine.knowledge.problems[problem].causes, key=lambda c: -result.belief.through.get(c[0], 0.0))
    yield from _links(say("detail.behind"), [c for c, _ in causes], engine, result, say)
    parents = engine.knowledge.parents[problem]
    yield from _links(say("detail.explains"), sorted(parents), engine, result, say)
    if node.references:
        yield f"\n{say('detail.read')}\n", "bold"
        for reference in node.references:
            yield f"  {line(reference.title, 200)}\n", ""
            yield f"  {line(reference.url, 300)}\n", "dim"


def _evidence(engine: Engine, seen: list[Observation], result: Result, problem: str, say: Words) -> Iterator[Part]:
    yield f"\n{say('detail.evidence')}\n", "bold"
    entry = next((e for e in result.entries if e.id == problem and e.because), None)
    entry = None if entry and seen_by(entry.because, seen) else entry
    if entry:
        goal = any(c.problem == problem for c in result.diagnosis.conditions)
        yield f"  {say('detail.from_goal' if goal else 'detail.from_words', because=joined(entry.because))}\n", "dim"
    if not seen and not entry:
        yield f"  {say('detail.no_evidence')}\n", "dim"
    for item in sorted(seen, key=lambda o: o.ratio == 0, reverse=True):
        sign, style, effect = _effect(item, say)
        yield f"  {sign} ", style
        yield line(item.text, 300), ""
        where = f"; {origin_of(item.origin, say)}" if item.origin else ""
        yield f"  ({effect}{where})\n", "dim"
        if item.number >= 0:
            written = engine.knowledge.problem(problem).evidence[item.number]
            caveat = (say.zh and written.zh) or written.caveat
            if caveat:
                yield f"    {say('detail.caveat', text=line(caveat, 300))}\n", "dim"


def _effect(item: Observation, say: Words) -> tuple[str, str, str]:
    sign, style = ("x", "$error") if item.ratio == 0 else ("+", "$success") if item.ratio > 1 else ("-", "$error")
    return sign, style, times(item.ratio, say)


def _fix(engine: Engine, problem: str, facts: Facts, say: Words) -> Iterator[Part]:
    yield f"\n{say('detail.fix')}\n", "bold"
    found = fixes(engine, problem, facts)
    if not found:
        yield f"  {say('detail.no_fix')}\n", "dim"
    for fix in found:
        yield f"  {line((say.zh and fix.title_zh) or fix.title, 200)}\n", ""
        yield f"  {say('fix.facts', risk=say(f'risk.{fix.risk}'), minutes=fix.minutes)}\n", "dim"


def _links(title: str, names: list[str], engine: Engine, result: Result, say: Words) -> Iterator[Part]:
    if not names:
        return
    yield f"\n{title}\n", "bold"
    for name in names[:_LISTED]:
        share = percent(result.belief.through.get(name, 0.0))
        yield f"  {share}  {line(engine.title(name, zh=say.zh), 200)}\n", ""
    if len(names) > _LISTED:
        yield f"  + {len(names) - _LISTED}\n", "dim"
