"""Belief and observations to the one object that people and programs read."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from kbtui import conditions
from kbtui.diagnosis import goals, render
from kbtui.diagnosis.advice import Step
from kbtui.diagnosis.belief import Belief
from kbtui.diagnosis.entries import Entry
from kbtui.diagnosis.evidence import APPLIES, Lack, Observation, say_fact
from kbtui.diagnosis.goals import Required
from kbtui.diagnosis.result import (
    SCHEMA,
    AtOnce,
    CauseOut,
    ConditionOut,
    Diagnosis,
    EntryOut,
    EvidenceOut,
    NextOut,
)
from kbtui.kb.knowledge import Knowledge
from kbtui.machine.catalogue import SPECS
from kbtui.machine.facts import Facts
from kbtui.machine.look import command_for

PLAUSIBLE_DANGER = 0.05
"""A danger that only its causes point at is shown from this probability on."""
LISTED = 12
FAULT = 0.5
"""An end above this on machine evidence is a fault (design 5)."""


class Context(NamedTuple):
    """Everything that an explanation draws on."""

    knowledge: Knowledge
    facts: Facts
    tables: conditions.Tables
    belief: Belief
    observations: list[Observation]
    entries: list[Entry]
    lacks: list[Lack]
    required: list[Required]
    machine_ends: dict[str, float]
    """Ends on machine evidence alone: what was said of it counts for nothing here."""


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
        next=_next(context, step, danger),
        facts=facts_out(context.facts),
        contradictions=[
            " but ".join(f"{say_fact(f)} ({f.origin})" for f in stack) for stack in context.facts.contradictions()
        ],
        notes=notes,
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
    return goals.healthy(context.required, any(p > FAULT for p in context.machine_ends.values()))


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
        fixes=render.fixes(knowledge.problem(end), context.facts, context.tables),
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


def _next(context: Context, step: Step, danger: list[str]) -> NextOut:
    knowledge, belief = context.knowledge, context.belief
    if danger:
        node = knowledge.problem(danger[0])
        zh = (node.zh.at_once or "") if node.zh else ""
        return NextOut(
            "fix",
            danger[0],
            (node.at_once or "").strip(),
            "It can do harm: this comes before anything else.",
            zh.strip(),
        )
    if belief.no_fault > FAULT:
        return NextOut(
            "none",
            "",
            "Nothing to do: what was looked at shows no fault. Where something does go wrong, say what you see.",
            f"No fault leads with {belief.no_fault:.0%}.",
            "无需处理：看过的地方没有故障。如果确实有问题，请说出你看到了什么。",
        )
    if belief.unknown > FAULT:
        return NextOut(
            "none",
            "",
            "Nothing known matches this well. Paste the whole error and the lines before it.",
            f"Unknown leads with {belief.unknown_share:.0%}.",
            "没有已知问题与此相符。请粘贴完整的报错及其前文。",
        )
    saved = step.without - step.cost
    if step.kind == "question":
        question = knowledge.question(step.id)
        return NextOut(
            "question",
            step.id,
            question.title,
            f"The answer saves about {saved:.0f} minutes on average: it tells the likeliest causes apart.",
            question.zh.title if question.zh else "",
        )
    if step.kind == "probe":
        command, meaning = command_for(step.id), SPECS[step.id].meaning
        told = f"Run `{command}` and paste what it prints" if command else f"Find out whether {meaning}"
        return NextOut(
            "probe",
            step.id,
            f"{told} (or say --set {step.id}=...).",
            f"Knowing {step.id} saves about {saved:.0f} minutes on average.",
            f"运行 `{command}`，把输出贴回来。" if command else f"查明 {step.id}。",
        )
    if step.kind == "fix":
        node = knowledge.problem(step.id)
        probability = belief.ends.get(step.id, 0.0)
        return NextOut(
            "fix",
            step.id,
            render.cheapest(node).title,
            f"Trying it first is cheapest: {probability:.0%} likely, about {knowledge.problems[step.id].minutes:.0f} minutes.",
            render.cheapest_zh(node),
        )
    reached = max(belief.through, key=lambda n: belief.through[n], default="")
    if reached and belief.ends:
        return NextOut(
            "handoff",
            reached,
            "Hand it on: no fix that can be done from here is likely enough for what it costs.",
            f"{belief.unknown_share:.0%} of the belief is unknown; the causes above are what to tell.",
            "请转交他人：这里能做的修复都不太可能值得花这个时间。",
        )
    return NextOut(
        "none",
        "",
        "Nothing known matches. Say what you see in other words, or paste the error itself.",
        "No problem of the graph fits.",
        "没有已知问题与此相符。请换一种说法，或直接粘贴报错。",
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
