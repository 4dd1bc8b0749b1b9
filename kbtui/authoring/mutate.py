"""Does any test notice when a piece of evidence is lost? Each is removed in turn and the node's own tests run again."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kbtui.authoring.nodetest import run_one
from kbtui.engine import Engine
from kbtui.kb.knowledge import EvidenceIndex


class Unnoticed(Struct, frozen=True):
    """A piece of evidence whose loss no test of its node sees."""

    problem: str
    number: int
    kind: str
    about: str


def unnoticed(engine: Engine, ids: list[str] | None = None) -> Iterator[Unnoticed]:
    """Every evidence item of these problems (all, when None) that can be removed with the node's tests still passing.

    The engine's index is changed while it runs and is as before at the end.
    """
    for name in sorted(ids if ids is not None else engine.knowledge.problems):
        for number, evidence in enumerate(list(engine.knowledge.problems[name].evidence)):
            if not _noticed(engine, name, number):
                yield Unnoticed(name, number, evidence.kind, evidence.about)


def _noticed(engine: Engine, name: str, number: int) -> bool:
    node = engine.knowledge.problem(name)
    items = engine.knowledge.problems[name].evidence
    kept = items[number]
    items[number] = EvidenceIndex("sign", r"\x00", "\x00", ["text"], 1.0, 1.0, kept.strength)
    try:
        return any(not run_one(engine, name, node, i, test).passed for i, test in enumerate(node.tests, 1))
    finally:
        items[number] = kept
