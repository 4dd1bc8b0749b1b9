"""A simulated person: answers from the case's labelled facts alone, "don't know" otherwise, and tries the fixes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kbtui.authoring.nodetest import rank
from kbtui.diagnosis.advice import SERVICE
from kbtui.engine import Engine, Request
from kbtui.machine.derive import derive
from kbtui.machine.facts import Fact, Facts

STEPS = (0, 1, 3, 5)


def walk(
    engine: Engine, case: dict[str, Any], right: list[str], labelled: list[Fact]
) -> dict[int, tuple[bool, float, bool]]:
    """After each number of steps: is the first cause right (or was it fixed), the minutes spent, a false confirmation."""
    truth = derive(Facts(labelled), engine.tables)
    request = Request(text=case["text"])
    minutes, solved = 0.0, False
    out = {}
    for step in range(max(STEPS) + 1):
        found = engine.diagnose(request)
        hit = solved or any(rank(found, key) == 1 for key in right)
        false = any(
            c.status == "confirmed" and c.id not in right and not set(right) & set(c.path) for c in found.causes
        )
        out[step] = (hit, minutes if solved else minutes + _rest(engine, found, right), false)
        if solved or found.next.kind in ("none", "handoff"):
            continue
        minutes += _take(engine, request, found, truth, right)
        solved = bool(request.notes)
    return out


def _rest(engine: Engine, found: Any, right: list[str]) -> float:
    """Minutes still to go when the fixes are tried in the order shown; a fault that is not listed costs a service call."""
    total = 0.0
    for cause in found.causes:
        if cause.status == "pruned":
            continue
        total += engine.knowledge.problems[cause.id].minutes
        if cause.id in right or set(right) & set(cause.path):
            return total
    return total + SERVICE


def _take(engine: Engine, request: Request, found: Any, truth: Facts, right: list[str]) -> float:
    kind, name = found.next.kind, found.next.id
    if kind == "question":
        question = engine.knowledge.question(name)
        fact = truth.get(question.fact) if question.fact else None
        said = "unknown" if fact is None or fact.state != "known" else "yes" if fact.value else "no"
        request.answers[name] = said
        return float(question.minutes)
    if kind == "probe":
        known = truth.get(name)
        request.facts.append(
            known
            if known.state != "unknown"
            else Fact(name=name, state="unknown", reason="the person does not know", kind="set")
        )
        return 1.0
    cause = next((c for c in found.causes if c.id == name), None)
    path = cause.path if cause else [name]
    if name in right or set(right) & set(path):
        request.notes.append("solved")
    else:
        request.closed |= {name}
    return engine.knowledge.problems[name].minutes


def report(
    engine: Engine,
    cases: list[dict[str, Any]],
    keys: Callable[[dict[str, Any]], list[str]],
    facts_of: Callable[[dict[str, Any]], list[Fact]],
) -> None:
    """Print the curve."""
    walks = [walk(engine, case, keys(case), facts_of(case)) for case in cases]
    print(f"\n{'interactive':<34} {'steps':>5} {'hit@1':>7} {'minutes':>8} {'false confirmed':>16}")
    for step in STEPS:
        rows = [w[step] for w in walks]
        print(
            f"{'':<34} {step:>5} {sum(r[0] for r in rows) / len(rows):>7.1%} "
            f"{sum(r[1] for r in rows) / len(rows):>8.1f} {sum(r[2] for r in rows):>16}"
        )
