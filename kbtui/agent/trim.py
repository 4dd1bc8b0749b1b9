"""The objects of docs/json.md cut down to what an agent needs to phrase an answer: ids, evidence, fixes, the next step."""

from __future__ import annotations

from typing import Any

import msgspec

from kbtui.diagnosis.result import CauseOut, Diagnosis
from kbtui.engine import Engine
from kbtui.planner.lines import Plan

CAUSES = 5
EVIDENCE = 6
ENTRIES = 3
NOTES = 20
LINE = 400
"""Characters of a line that was seen."""


def diagnosis(found: Diagnosis) -> dict[str, Any]:
    """Without the facts, the Chinese twins and what is unlikely."""
    out: dict[str, Any] = {
        "schema": found.schema,
        "machine": found.machine,
        "healthy": found.healthy,
        "unknown_share": found.unknown_share,
        "no_fault_share": found.no_fault_share,
        "at_once": [{"problem": d.problem, "text": d.text} for d in found.at_once],
        "entry": [{"id": e.id, "title": e.title, "because": _cut(e.because)} for e in found.entry[:ENTRIES]],
        "causes": [
            _cause(c, whole=n < 3) for n, c in enumerate(c for c in found.causes if c.status != "pruned") if n < CAUSES
        ],
        "ruled_out": [c.id for c in found.causes if c.status == "pruned"],
        "next": {k: getattr(found.next, k) for k in ("kind", "id", "text", "why")},
        "contradictions": found.contradictions[:NOTES],
        "notes": [_cut(n) for n in found.notes[:NOTES]],
    }
    if found.vantage:
        out["vantage"] = found.vantage
    if found.goal:
        out["goal"] = found.goal
        out["conditions"] = [
            {
                "text": c.text,
                "state": c.state,
                "facts": [_cut(f) for f in c.facts[:EVIDENCE]],
                "problem": c.problem,
                "goal": c.goal,
            }
            for c in sorted(found.conditions, key=lambda c: ("false", "unknown", "true").index(c.state))
        ]
    if found.logs is not None:
        out["logs"] = _without_chinese(msgspec.to_builtins(found.logs))
    return out


def next_step(found: Diagnosis, engine: Engine) -> dict[str, Any]:
    """The next step with what is needed to do it, and the causes that it tells apart."""
    step: dict[str, Any] = {k: getattr(found.next, k) for k in ("kind", "id", "text", "why")}
    if found.next.kind == "question":
        question = engine.knowledge.question(found.next.id)
        step["how"] = question.how
        step["answer_with"] = f'answers: {{"{found.next.id}": "yes", "no" or "unknown"}}'
    elif found.next.kind == "probe":
        step["answer_with"] = f'facts: {{"{found.next.id}": "..."}}, or the output pasted into text'
    elif found.next.kind == "fix":
        cause = next((c for c in found.causes if c.id == found.next.id), None)
        chosen = next((f for f in cause.fixes if f.title == found.next.text), None) if cause else None
        if chosen:
            step["fix"] = _fix(msgspec.to_builtins(chosen))
        step["answer_with"] = f'tried: ["{found.next.id}"] where it did not help'
    return {
        "schema": "kbtui.next/1",
        "at_once": [{"problem": d.problem, "text": d.text} for d in found.at_once],
        "next": step,
        "unknown_share": found.unknown_share,
        "causes": [
            {"id": c.id, "title": c.title, "probability": c.probability, "status": c.status}
            for c in found.causes[:CAUSES]
            if c.status != "pruned"
        ],
    }


def node(engine: Engine, name: str, kind: str) -> dict[str, Any]:
    """A node without its tests and its Chinese twin; a problem also with what it can explain."""
    knowledge = engine.knowledge
    body = _without_chinese(msgspec.to_builtins(getattr(knowledge, kind)(name)))
    body.pop("tests", None)
    out: dict[str, Any] = {"schema": "kbtui.node/1", "id": name, "kind": kind, "node": body}
    if kind == "problem":
        out["can_explain"] = [{"id": p, "title": engine.title(p, zh=False)} for p in sorted(knowledge.parents[name])]
    return out


def plan(made: Plan) -> dict[str, Any]:
    """Lines that are not fine whole, the others by name; the set, the steps, what to do instead."""
    out: dict[str, Any] = msgspec.to_builtins(made)
    out["lines"] = [
        x if x["state"] != "fine" else {k: x[k] for k in ("area", "name", "value", "state")} for x in out["lines"]
    ]
    return out


def _cause(cause: CauseOut, *, whole: bool) -> dict[str, Any]:
    out: dict[str, Any] = {
        "id": cause.id,
        "title": cause.title,
        "probability": cause.probability,
        "status": cause.status,
        "path": cause.path,
        "evidence": [
            {"about": e.about, "effect": e.effect, "strength": e.strength, "text": _cut(e.text), "origin": e.origin}
            for e in cause.evidence[:EVIDENCE]
        ],
    }
    if whole:
        out["fixes"] = [_fix(msgspec.to_builtins(f)) for f in cause.fixes[:3]]
    return out


def _fix(fix: dict[str, Any]) -> dict[str, Any]:
    kept = ("title", "risk", "minutes", "needs", "hurts", "destroys", "can_do_here", "verify", "undo")
    steps = [{"kind": s["kind"], "rendered": s["rendered"], "needs_root": s["needs_root"]} for s in fix["steps"]]
    return {**{k: fix[k] for k in kept}, "steps": steps}


def _cut(text: str) -> str:
    return text if len(text) <= LINE else text[:LINE] + " ..."


def _without_chinese(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_chinese(v) for k, v in value.items() if k != "zh" and not k.endswith("_zh")}
    if isinstance(value, list):
        return [_without_chinese(v) for v in value]
    return value
