"""What the engine reads: every problem as a small index struct, its body decoded only when it is opened.

`compile_nodes` turns merged nodes into a `Built`, which is what the cache holds; `Knowledge` is the view over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from kbtui.kb import team
from kbtui.kb.learned import Fate
from kbtui.kb.mistakes import Mistake
from kbtui.kb.nodes import OWN_SHARE, UNKNOWN_SHARE, Concept, Goal, Problem, Question, Table
from kbtui.kb.notices import Notice
from kbtui.machine.team import TeamProbe

FORMAT = 13
"""Raise when the shape of `Built` changes: an older cache is then built again."""
MOST_EVIDENCE = 1 << 12
"""Items of one problem whose signs are found by their clauses."""


class EvidenceIndex(Struct, array_like=True, gc=False):
    """One evidence item, ready to weigh."""

    kind: str
    """sign, condition or question."""
    about: str
    """The pattern, the condition's text or the question's id."""
    literal: str
    """Lower-case text that every match of a sign contains; "" for none."""
    places: list[str]
    true_ratio: float
    """What it does to the odds when true; 0 prunes."""
    false_ratio: float
    """What it does when false; 1 is nothing."""
    strength: str
    """The word that the author wrote."""


class ProblemIndex(Struct, array_like=True):
    """One problem, as belief and search need it."""

    id: str
    area: str
    title: str
    title_zh: str
    pack: str
    causes: list[tuple[str, float]]
    """(id of the deeper problem, share)."""
    has_fix: bool
    at_once: bool
    applies: str
    evidence: list[EvidenceIndex]
    minutes: float
    """Of its cheapest fix; 0 without one."""
    opens: list[str]
    """What that fix opens."""
    needs: list[str]
    own: float = OWN_SHARE
    """Share of the problem itself among its causes, if it has a fix."""
    unknown: float = UNKNOWN_SHARE
    """Share of *unknown below it*."""


class Built(Struct):
    """All that a warm start reads."""

    format: int
    stamp: str
    problems: Mapping[str, ProblemIndex]
    """By id, parents before their causes; read from a cache, each is decoded when it is first asked for."""
    bodies: Mapping[str, Mapping[str, bytes | Raw]]
    """kind to id to the node itself."""
    by_fact: dict[str, list[tuple[str, int]]]
    """fact to the (problem, evidence number) whose condition reads it; number -1 is `applies`."""
    texts: str
    """The texts of the first clauses of all signs, a line each; an empty line for signs without a clause."""
    signs: str
    """For each of these lines such signs, parted by spaces: the problem's place times `MOST_EVIDENCE` and its own number.
    Two long strings are read ten times quicker than a table."""
    asked: dict[str, str]
    """question to the fact that it asks for."""
    origins: dict[str, tuple[str, str, str]]
    """problem to (pack, file, hash)."""
    mistakes: list[Mistake] = []
    over: dict[str, list[tuple[str, str, str, str]]] = {}
    """problem to (extends or replaces, pack, file, hash) of the other files that had to do with it."""
    notices: list[Notice] = []
    """Of trusted packs, those that are over included: time goes on while a cache stands."""
    learned: dict[str, Fate] = {}
    """problem to what closed cases taught of it."""
    credit: bool = True
    """Whether authors and outcomes are named."""


_Node = TypeVar("_Node", bound=Struct)
_KINDS = ("problem", "question", "concept", "goal", "table", "probe")


class Knowledge:
    """The graph in force, read-only."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self.problems = built.problems
        team.declare({name: self.probe(name) for name in self.ids("probe")})

    @property
    def mistakes(self) -> list[Mistake]:
        """What was left out when this was built, and why."""
        return self.built.mistakes

    def problem(self, node_id: str) -> Problem:
        """The whole node. KeyError when there is none."""
        return self._body("problem", node_id, Problem)

    def question(self, node_id: str) -> Question:
        """The whole node. KeyError when there is none."""
        return self._body("question", node_id, Question)

    def concept(self, node_id: str) -> Concept:
        """The whole node. KeyError when there is none."""
        return self._body("concept", node_id, Concept)

    def goal(self, node_id: str) -> Goal:
        """The whole node. KeyError when there is none."""
        return self._body("goal", node_id, Goal)

    def table(self, node_id: str) -> Table:
        """The whole node. KeyError when there is none."""
        return self._body("table", node_id, Table)

    def probe(self, node_id: str) -> TeamProbe:
        """The whole node. KeyError when there is none."""
        return self._body("probe", node_id, TeamProbe)

    def ids(self, kind: str) -> list[str]:
        """The ids of one kind of node."""
        return list(self.built.bodies.get(kind, {}))

    def kind_of(self, node_id: str) -> str:
        """problem, question, concept, goal, table or probe; "" when no node has this id."""
        return next((k for k in _KINDS if node_id in self.built.bodies.get(k, {})), "")

    @cached_property
    def parents(self) -> dict[str, list[str]]:
        """For each problem, the problems that it can explain."""
        out: dict[str, list[str]] = {name: [] for name in self.problems}
        for problem in self.problems.values():
            for child, _ in problem.causes:
                out[child].append(problem.id)
        return out

    @cached_property
    def opens(self) -> dict[str, list[str]]:
        """For each problem with a fix, the problems that its fixes are known to open. Decodes every such body once."""
        found = {
            p.id: [t for fix in self.problem(p.id).fixes for t in fix.leads_to if t in self.problems and t != p.id]
            for p in self.problems.values()
            if p.has_fix
        }
        return {name: list(dict.fromkeys(targets)) for name, targets in found.items() if targets}

    @cached_property
    def opened_by(self) -> dict[str, list[str]]:
        """`opens` the other way: for each problem, those one of whose fixes is known to open it."""
        out: dict[str, list[str]] = {}
        for name, targets in self.opens.items():
            for target in targets:
                out.setdefault(target, []).append(name)
        return out

    def evidence_about(self, facts: Iterable[str]) -> list[tuple[str, int]]:
        """The (problem, evidence number) whose conditions read one of these facts, each once."""
        found: dict[tuple[str, int], None] = {}
        for name in facts:
            found.update(dict.fromkeys(self.built.by_fact.get(name, ())))
        return list(found)

    def signs_about(self, folded: str) -> list[tuple[ProblemIndex, int]]:
        """The signs that may match a text, by their first clause alone: of thousands a dozen remain."""
        lines = [n for n, text in enumerate(self.built.texts.split("\n")) if text in folded]
        signs = self.built.signs.split("\n")
        at = (divmod(place, MOST_EVIDENCE) for place in sorted({int(s) for n in lines for s in signs[n].split()}))
        names = list(self.problems)
        return [(self.problems[names[problem]], number) for problem, number in at]

    def _body(self, kind: str, node_id: str, struct: type[_Node]) -> _Node:
        return msgspec.msgpack.decode(self.built.bodies[kind][node_id], type=struct)
