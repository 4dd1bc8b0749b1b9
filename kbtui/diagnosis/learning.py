"""What there is to learn from a case: the concepts behind its problems, in the order in which they can be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kbtui.diagnosis.result import Diagnosis
from kbtui.kb.knowledge import Knowledge


class Lesson(NamedTuple):
    """One concept, and why it matters here."""

    concept: str
    behind: tuple[str, ...]
    """Problems of the case that rest on it, in the order of the path."""
    before: tuple[str, ...]
    """Concepts of the case that need it first."""


def path_of(stack: list[str], found: Diagnosis) -> list[str]:
    """The open path: the problems dived into and on to the likeliest cause below them; else the likeliest path."""
    live = [c for c in found.causes if c.status != "pruned"]
    if stack:
        below = next((p for c in live for p in (c.path, *c.other_paths) if stack[-1] in p), [])
        rest = below[below.index(stack[-1]) + 1 :] if below else []
        return list(dict.fromkeys([*stack, *rest]))
    return list(live[0].path) if live else [e.id for e in found.entry[:1]]


def lessons(knowledge: Knowledge, problems: Iterable[str]) -> list[Lesson]:
    """The concepts behind these problems, each after all that it requires."""
    behind: dict[str, list[str]] = {}
    for problem in problems:
        for concept in knowledge.problem(problem).concepts:
            behind.setdefault(concept, []).append(problem)
    there = set(knowledge.ids("concept"))
    order: dict[str, None] = {}
    before: dict[str, list[str]] = {}

    def visit(concept: str, open_ones: tuple[str, ...]) -> None:
        if concept in open_ones or concept not in there:
            return
        for needed in knowledge.concept(concept).requires:
            if needed in there and concept not in before.setdefault(needed, []):
                before[needed].append(concept)
            visit(needed, (*open_ones, concept))
        order.setdefault(concept)

    for concept in behind:
        visit(concept, ())
    return [Lesson(c, tuple(behind.get(c, ())), tuple(before.get(c, ()))) for c in order]
