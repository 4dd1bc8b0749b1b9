"""Which facts can still change the belief: only these are looked at (design 6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kbtui import conditions
from kbtui.errors import ConditionError
from kbtui.kb.knowledge import Knowledge
from kbtui.machine.catalogue import SPECS

_DERIVED = "derived from "


def facts_for(knowledge: Knowledge, problems: Iterable[str], goals: Iterable[str]) -> set[str]:
    """Facts that the evidence of these problems and the conditions of these goals read, and what those follow from."""
    out: set[str] = set()
    for name in problems:
        problem = knowledge.problems[name]
        for source in [problem.applies, *(e.about for e in problem.evidence if e.kind == "condition")]:
            out |= _reads(source)
        out |= {q for e in problem.evidence if e.kind == "question" and (q := _fact_of(knowledge, e.about))}
    for goal in goals:
        for required in knowledge.goal(goal).requires:
            out |= _reads(required.condition)
    return {source for name in out for source in _sources(name)}


def _reads(source: str) -> frozenset[str]:
    try:
        return conditions.parse(source).reads if source else frozenset()
    except ConditionError:
        return frozenset()


def _fact_of(knowledge: Knowledge, question: str) -> str | None:
    return knowledge.question(question).fact if knowledge.kind_of(question) == "question" else None


def _sources(name: str) -> Iterator[str]:
    """A fact and what it is derived from, as the catalogue says: "derived from torch.cuda_version or cuda.toolkit.version"."""
    yield name
    spec = SPECS.get(name)
    if spec and _DERIVED in spec.yields:
        said = spec.yields.partition(_DERIVED)[2]
        for word in said.replace(",", " ").split():
            if word in SPECS and word != name:
                yield from _sources(word)
