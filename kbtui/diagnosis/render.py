"""Fixes as they read on this machine: steps that do not apply left out, `{fact.name}` filled in."""

from __future__ import annotations

import re

from kbtui import conditions
from kbtui.diagnosis.result import FixOut, StepOut
from kbtui.diagnosis.steps import refused_needs
from kbtui.errors import ConditionError
from kbtui.kb import costs, learned
from kbtui.kb.learned import Fate, FixFate
from kbtui.kb.nodes import Fix, Problem, Step
from kbtui.machine.facts import Facts, scope_of

_SLOT = re.compile(r"\{([a-z_]+(?:\.[a-z_0-9]+)+)\}")
_ROOT = re.compile(r"^\s*sudo\b|\|\s*sudo\b")


def fixes(problem: Problem, facts: Facts, tables: conditions.Tables, fate: Fate | None = None) -> list[FixOut]:
    """The fixes that are not known to be out of place here, in the author's order. `fate`: what closed cases say of them."""
    alone = len(problem.fixes) == 1
    return [
        _fix(f, facts, tables, learned.of_fix(fate, f.title, alone=alone))
        for f in problem.fixes
        if _fits(f.when, facts, tables)
    ]


def best(problem: Problem, facts: Facts, tables: conditions.Tables, fate: Fate | None = None) -> Fix | None:
    """The cheapest fix that this person can do here; None where there is none."""
    refused = refused_needs(facts)
    possible = [f for f in problem.fixes if _fits(f.when, facts, tables) and not refused.intersection(f.needs)]
    return costs.cheapest(problem.fixes, possible, fate)


def cheapest(problem: Problem, fate: Fate | None = None) -> Fix:
    """The cheapest fix, whoever can do it. The problem has one."""
    return costs.cheapest(problem.fixes, problem.fixes, fate) or problem.fixes[0]


def _fits(when: str | None, facts: Facts, tables: conditions.Tables) -> bool:
    if when is None:
        return True
    try:
        return not conditions.parse(when).evaluate(facts, tables).is_false
    except ConditionError:
        return True


def _fix(fix: Fix, facts: Facts, tables: conditions.Tables, fate: FixFate | None) -> FixOut:
    return FixOut(
        title=fix.title,
        title_zh=fix.zh.title if fix.zh else "",
        risk=fix.risk,
        minutes=fix.minutes,
        needs=list(fix.needs),
        hurts=fix.hurts,
        destroys=list(fix.destroys),
        can_do_here=not refused_needs(facts).intersection(fix.needs),
        steps=[_step(s, facts) for s in fix.steps if _fits(s.when, facts, tables)],
        verify=fix.verify,
        undo=fill(fix.undo or "", facts),
        leads_to=list(fix.leads_to),
        verify_zh=(fix.zh and fix.zh.verify) or "",
        undo_zh=fill((fix.zh and fix.zh.undo) or "", facts),
        tried=fate.tried if fate else 0,
        helped=fate.helped if fate else 0,
    )


def _step(step: Step, facts: Facts) -> StepOut:
    text = step.run or step.do or ""
    return StepOut(
        kind="run" if step.run else "do",
        text=text,
        rendered=fill(text, facts),
        when=step.when or "",
        needs_root=bool(step.run and _ROOT.search(step.run)),
        text_zh=fill(step.zh or "", facts),
    )


def fill(text: str, facts: Facts) -> str:
    """`{kernel.release}` with the value known here; an unknown one stays as `<kernel.release>` for the person.

    `{gpu.last_driver_branch}` is filled in where all cards agree.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        found = [facts.get(name, entity) for entity in facts.entities(scope_of(name)) or ("",)]
        said = {str(f.value) if f.state == "known" else "" for f in found}
        return said.pop() or f"<{name}>" if len(said) == 1 else f"<{name}>"

    return _SLOT.sub(value, text)
