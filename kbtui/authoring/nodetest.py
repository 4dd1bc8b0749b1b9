"""The nodes' own tests, each run through the ordinary engine against the whole pack, rivals included."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kbtui.diagnosis.result import Diagnosis
from kbtui.engine import Engine, Request
from kbtui.kb.nodes import Problem, Test
from kbtui.machine.given import facts_from

REFUTED = 0.5 + 1e-9
"""A problem counts as refuted when the evidence multiplies its odds by this or less."""
SUPPORTED = 1.5
"""A problem counts as supported when the evidence multiplies its odds by this or more: one weak piece is enough."""
LOUD = 0.05
"""A problem counts as absent when it is less likely than this, whatever its place."""
RANKS = {"first": 1, "top3": 3}


class Outcome(Struct, frozen=True):
    """One test, and what came of it."""

    problem: str
    number: int
    expect: str
    passed: bool
    got: str
    """What the engine answered instead."""


def run_tests(engine: Engine, ids: list[str] | None = None) -> Iterator[Outcome]:
    """Every test of these problems (all, when None), in id order."""
    for name in sorted(ids if ids is not None else engine.knowledge.problems):
        node = engine.knowledge.problem(name)
        for number, test in enumerate(node.tests, 1):
            yield run_one(engine, name, node, number, test)


def run_one(engine: Engine, name: str, node: Problem, number: int, test: Test) -> Outcome:
    """One test."""
    request = to_request(test)
    if test.expect in ("supported", "refuted"):
        passed, got = _weighed(engine, name, request, test.expect)
    else:
        found = engine.diagnose(request)
        passed, got = _ranked(found, name, test.expect)
    return Outcome(name, number, test.expect, passed, got)


def to_request(test: Test) -> Request:
    """What a test gives the engine."""
    return Request(text=test.text or "", facts=facts_from(test.facts, "test"), answers=dict(test.answers))


def rank(found: Diagnosis, name: str) -> int:
    """1 for the first cause: a problem stands where it is the cause or lies on a path to it; 0 for nowhere."""
    live = [c for c in found.causes if c.status != "pruned"]
    return next(
        (i for i, c in enumerate(live, 1) if c.id == name or any(name in p for p in (c.path, *c.other_paths))), 0
    )


def _ranked(found: Diagnosis, name: str, expect: str) -> tuple[bool, str]:
    said = ", ".join(f"{c.id} {c.probability:.0%}" for c in found.causes[:3]) or "nothing"
    if expect == "at_once":
        return name in [d.problem for d in found.at_once], f"at once: {[d.problem for d in found.at_once]}; {said}"
    place = rank(found, name)
    if expect == "absent":
        likely = any(c.probability >= LOUD for c in found.causes if c.id == name or name in c.path)
        loud = name in [d.problem for d in found.at_once] or (place in (1, 2, 3) and likely)
        return not loud, said
    return 0 < place <= RANKS[expect], said


def _weighed(engine: Engine, name: str, request: Request, expect: str) -> tuple[bool, str]:
    """Suspected of everything else alike, does this evidence speak for it, or against it? Words make no difference."""
    weight = engine.weigh(request, name)
    passed = weight >= SUPPORTED if expect == "supported" else weight <= REFUTED
    return passed, f"the evidence multiplies its odds by {weight:.3g}"
