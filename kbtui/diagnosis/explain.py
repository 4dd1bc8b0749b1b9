"""Belief and observations to the one object that people and programs read."""

from __future__ import annotations

from typing import Any

import msgspec

from kbtui.diagnosis import goals, local, render, vantage
from kbtui.diagnosis.advice import Step
from kbtui.diagnosis.belief import Belief
from kbtui.diagnosis.entries import Entry
from kbtui.diagnosis.evidence import APPLIES, Observation, say_fact
from kbtui.diagnosis.result import (
    SCHEMA,
    AtOnce,
    CauseOut,
    ConditionOut,
    Diagnosis,
    EntryOut,
    EvidenceOut,
)
from kbtui.diagnosis.saying import Context, next_step
from kbtui.kb.knowledge import Knowledge
from kbtui.machine.facts import Facts

PLAUSIBLE_DANGER = 0.05
"""A danger that only its causes point at is shown from this probability on."""
LISTED = 12


def dangers(knowledge: Knowledge, belief: Belief, seen: list[Observation]) -> list[str]:
    """Problems that are shown above everything, most likely first; never ranked by cost.

    Words alone raise no alarm ("burned three hours on this"): something must have been observed of the danger itself
    or, where it is plausible, of one of its causes.
    """
    observed = {o.problem for o in seen if o.ratio > 1 and o.strength != "weakly"}
    found = []
    for name, p in belief.through.items():
        problem = knowledge.problems[name]
        if not problem.at_once or p <= 0:
            continue
        below = any(child in observed for child, _ in problem.causes)
        if name in observed or (below and p >= PLAUSIBLE_DANGER):
            found.append((p, name))
    return [name for _, name in sorted(found, key=lambda item: (-item[0], item[1]))]


def diagnosis(
    context: Context, step: Step, danger: list[str], machine: str, case: str | None, notes: list[str]
) -> Diagnosis:
    """The whole answer."""
    knowledge, belief = context.knowledge, context.belief
    place = local.said(local.holding(knowledge, context.facts))
    place += vantage.said(context.facts) if machine != "none" else []
    pruned = {o.problem for o in context.observations if o.ratio == 0}
    ends = sorted(belief.ends, key=lambda e: (-belief.ends[e], e))
    alive = [e for e in ends if belief.ends[e] > 0][:LISTED]
    dead = [e for e in ends if belief.ends[e] == 0 and pruned.intersection(x for p in belief.paths[e] for x in p)]
    shown = sum(belief.ends[e] for e in alive)
    rest = 1.0 - shown - belief.unknown_share - belief.no_fault  # ends too unlikely to be listed
    return Diagnosis(
        schema=SCHEMA,
        case=case,
        machine=machine,
        healthy=_healthy(context, machine),
        unknown_share=_round(belief.unknown_share + max(0.0, rest)),
        no_fault_share=_round(belief.no_fault),
        at_once=[_at_once(knowledge, name) for name in danger],
        entry=[_entry(knowledge, e) for e in context.entries[:LISTED]],
        causes=[_cause(context, e) for e in [*alive, *dead[:LISTED]]],
        next=next_step(context, step, danger),
        facts=facts_out(context.facts),
        contradictions=[
            " but ".join(f"{say_fact(f)} ({f.origin})" for f in stack) for stack in context.facts.contradictions()
        ],
        notes=notes,
        vantage=[english for english, _ in place],
        vantage_zh=[chinese for _, chinese in place],
        goal=list(dict.fromkeys(r.goal for r in context.required)),
        conditions=[
            ConditionOut(r.text, r.text_zh, r.condition, r.state, r.facts, r.problem, r.goal) for r in context.required
        ],
    )


def _round(p: float) -> float:
    return float(f"{p:.6g}")


def _healthy(context: Context, machine: str) -> bool | None:
    if machine == "none":
        return None
    return goals.healthy(context.required, context.fault)


def _at_once(knowledge: Knowledge, name: str) -> AtOnce:
    node = knowledge.problem(name)
    return AtOnce(name, (node.at_once or "").strip(), (node.zh.at_once or "").strip() if node.zh else "")


def _entry(knowledge: Knowledge, entry: Entry) -> EntryOut:
    problem = knowledge.problems[entry.id]
    return EntryOut(entry.id, problem.title, problem.title_zh, _round(entry.weight), entry.because)


def _cause(context: Context, end: str) -> CauseOut:
    knowledge, belief = context.knowledge, context.belief
    problem = knowledge.problems[end]
    paths = belief.paths[end]
    on_path = {name for path in paths for name in path}
    seen = [o for o in context.observations if o.problem in on_path]
    probability = belief.ends[end]
    sure = any(o.problem == end and o.ratio > 1 and o.strength == "certainly" for o in seen)
    status = "pruned" if probability == 0 else "confirmed" if sure else "open"
    started = [e.id for e in context.entries if e.id in on_path and e.id != end]
    return CauseOut(
        id=end,
        title=problem.title,
        title_zh=problem.title_zh,
        probability=_round(probability),
        status=status,
        path=paths[0],
        other_paths=paths[1:],
        evidence=[_evidence(knowledge, o) for o in seen],
        explains=started,
        fixes=render.fixes(knowledge.problem(end), context.facts, context.tables, knowledge.built.learned.get(end)),
    )


def _evidence(knowledge: Knowledge, seen: Observation) -> EvidenceOut:
    caveat = ""
    if seen.number != APPLIES:
        caveat = knowledge.problem(seen.problem).evidence[seen.number].caveat or ""
    return EvidenceOut(
        kind=seen.kind,
        about=seen.problem,
        effect=seen.effect,
        strength=seen.strength,
        members=list(seen.members),
        text=seen.text,
        origin=seen.origin,
        raw=seen.raw,
        caveat=caveat,
    )


def facts_out(facts: Facts) -> dict[str, Any]:
    """Facts as JSON: a machine fact as one object, a scoped one under `items`."""
    out: dict[str, Any] = {}
    for fact in sorted(facts, key=lambda f: (f.name, f.entity)):
        shown = {
            "state": fact.state,
            "value": msgspec.to_builtins(fact.value),
            "reason": fact.reason,
            "origin": fact.origin,
        }
        if fact.entity:
            out.setdefault(fact.name, {"items": {}})["items"][fact.entity] = shown
        else:
            out[fact.name] = shown
    return out
