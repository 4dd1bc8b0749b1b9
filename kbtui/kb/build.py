"""Merged nodes to a `Built`: edges joined from both sides, circles cut, conditions indexed by their facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec
from msgspec import Raw

from kbtui import conditions
from kbtui.errors import ConditionError
from kbtui.kb import learned, literals, team
from kbtui.kb.costs import cheapest, fix_cost
from kbtui.kb.knowledge import FORMAT, MOST_EVIDENCE, Built, EvidenceIndex, ProblemIndex
from kbtui.kb.learned import Fate
from kbtui.kb.load import Loaded
from kbtui.kb.mistakes import Mistake
from kbtui.kb.nodes import RATIO, SHARE, Evidence, Problem, Question, edges
from kbtui.kb.notices import Notice
from kbtui.machine.team import TeamProbe


class Learnt(NamedTuple):
    """What the trusted packs say beside their nodes."""

    problems: Mapping[str, Fate] = MappingProxyType({})
    notices: Sequence[Notice] = ()
    credit: bool = True


NOTHING = Learnt()
Nodes = dict[tuple[str, str], Loaded]


def compile_nodes(nodes: Nodes, stamp: str, mistakes: list[Mistake], learnt: Learnt = NOTHING) -> Built:
    """What the cache holds. Edges to unknown ids and edges that close a circle are left out and reported."""
    mistakes = list(mistakes)
    team.declare({name: loaded.node for (_, name), loaded in nodes.items() if isinstance(loaded.node, TeamProbe)})
    problems = {name: loaded for (kind, name), loaded in nodes.items() if kind == "problem"}
    causes = join_edges(problems, mistakes)
    order = sort_causes(causes, problems, mistakes)
    bodies: dict[str, dict[str, Raw]] = {}
    for (kind, name), loaded in sorted(nodes.items(), key=lambda item: item[0]):
        bodies.setdefault(kind, {})[name] = Raw(msgspec.msgpack.encode(loaded.node))
    indexed = [
        learned.moved(_index(problems[name], causes[name], fate), fate)
        for name in order
        for fate in (learnt.problems.get(name),)
    ]
    texts, signs = _by_text(indexed)
    return Built(
        format=FORMAT,
        stamp=stamp,
        problems={p.id: p for p in indexed},
        bodies=bodies,
        by_fact=_by_fact(indexed),
        texts=texts,
        signs=signs,
        asked={name: n.node.fact for (_, name), n in nodes.items() if isinstance(n.node, Question) and n.node.fact},
        origins={name: (p.pack.name, p.file, p.hash) for name, p in problems.items()},
        mistakes=mistakes,
        over={name: [(o.what, o.pack, o.file, o.hash) for o in p.over] for name, p in problems.items() if p.over},
        notices=list(learnt.notices),
        learned={name: fate for name, fate in learnt.problems.items() if name in problems},
        credit=learnt.credit,
    )


def with_node(built: Built, loaded: Loaded) -> Built:
    """The same with one problem more. An edge that would close a circle is left out."""
    name, node = loaded.id, loaded.node
    assert isinstance(node, Problem)
    causes = {n: dict(p.causes) for n, p in built.problems.items()} | {name: {}}
    told = [(name, child, word) for child, word in edges(node.causes)]
    for parent, child, word in [*told, *((parent, name, word) for parent, word in edges(node.cause_of))]:
        if parent in causes and child in causes:
            causes[parent][child] = max(SHARE[word], causes[parent].get(child, 0.0))
    order = sort_causes(causes, dict.fromkeys(causes, loaded), [])
    known = {**built.problems, name: _index(loaded, {}, None)}
    problems = [msgspec.structs.replace(known[n], causes=list(causes[n].items())) for n in order]
    reads = {fact: list(found) for fact, found in built.by_fact.items()}
    for fact, found in _by_fact([known[name]]).items():
        reads.setdefault(fact, []).extend(found)
    texts, signs = _by_text(problems)
    own = {name: Raw(msgspec.msgpack.encode(node))}
    return msgspec.structs.replace(
        built,
        stamp="",
        problems={p.id: p for p in problems},
        bodies={**built.bodies, "problem": {**built.bodies.get("problem", {}), **own}},
        by_fact=reads,
        texts=texts,
        signs=signs,
        origins={**built.origins, name: (loaded.pack.name, loaded.file, loaded.hash)},
    )


def join_edges(problems: dict[str, Loaded], mistakes: list[Mistake]) -> dict[str, dict[str, float]]:
    """parent to {cause: share}, told from either side; the heavier word wins where both tell it."""
    causes: dict[str, dict[str, float]] = {name: {} for name in problems}
    for name, loaded in problems.items():
        assert isinstance(loaded.node, Problem)
        told = [(name, child, word) for child, word in edges(loaded.node.causes)]
        told += [(parent, name, word) for parent, word in edges(loaded.node.cause_of)]
        for parent, child, word in told:
            missing = next((x for x in (parent, child) if x not in problems), None)
            if missing:
                mistakes.append(Mistake(loaded.file, 1, 1, f"there is no problem {missing!r} for this cause"))
                continue
            causes[parent][child] = max(SHARE[word], causes[parent].get(child, 0))
    return causes


def sort_causes(causes: dict[str, dict[str, float]], problems: dict[str, Loaded], mistakes: list[Mistake]) -> list[str]:
    """Parents before their causes. An edge that closes a circle is removed from `causes` and reported."""
    done: dict[str, bool] = {}
    order: list[str] = []
    for root in sorted(causes):
        stack = [(root, iter(sorted(causes[root])))] if root not in done else []
        if stack:
            done[root] = False
        while stack:
            name, rest = stack[-1]
            child = next(rest, None)
            if child is None:
                done[name] = True
                order.append(name)
                stack.pop()
            elif child not in done:
                done[child] = False
                stack.append((child, iter(sorted(causes[child]))))
            elif not done[child]:
                names = [n for n, _ in stack]
                circle = [*names[names.index(child) :], child]
                mistakes.append(
                    Mistake(
                        problems[name].file,
                        1,
                        1,
                        f"causes run in a circle: {' -> '.join(circle)}",
                        "a problem cannot explain itself: remove one of these edges",
                    )
                )
                causes[name].pop(child, None)
    return order[::-1]


def _index(loaded: Loaded, causes: dict[str, float], fate: Fate | None = None) -> ProblemIndex:
    node = loaded.node
    assert isinstance(node, Problem)
    best = cheapest(node.fixes, node.fixes, fate)
    return ProblemIndex(
        id=loaded.id,
        area=loaded.area,
        title=node.title,
        title_zh=node.zh.title if node.zh else "",
        pack=loaded.pack.name,
        causes=list(causes.items()),
        has_fix=bool(node.fixes),
        at_once=bool(node.at_once),
        applies=node.applies or "",
        evidence=[index_evidence(e) for e in node.evidence],
        minutes=fix_cost(best, fate, alone=len(node.fixes) == 1) if best else 0.0,
        opens=list(best.opens) if best else [],
        needs=list(best.needs) if best else [],
    )


def index_evidence(evidence: Evidence) -> EvidenceIndex:
    """The odds that an evidence item moves: `refutes` is the inverse, `otherwise` acts the opposite way."""
    supports = evidence.supports is not None
    word = evidence.supports or evidence.refutes or "weakly"
    other = evidence.otherwise
    return EvidenceIndex(
        kind="sign" if evidence.sign else "condition" if evidence.condition else "question",
        about=evidence.sign or evidence.condition or evidence.question or "",
        literal=literals.required(evidence.sign) if evidence.sign else "",
        places=list(evidence.where),
        strength=word,
        true_ratio=_ratio(word, supports),
        false_ratio=_ratio(other, not supports) if other else 1.0,
    )


def _ratio(word: str, up: bool) -> float:
    if up:
        return RATIO[word]
    return 0.0 if word == "certainly" else 1 / RATIO[word]


def _by_fact(problems: list[ProblemIndex]) -> dict[str, list[tuple[str, int]]]:
    out: dict[str, list[tuple[str, int]]] = {}
    for problem in problems:
        sources = [(i, e.about) for i, e in enumerate(problem.evidence) if e.kind == "condition"]
        if problem.applies:
            sources.append((-1, problem.applies))
        for number, source in sources:
            try:
                names = conditions.parse(source).reads
            except ConditionError:
                continue  # lint shows it; a condition that does not parse weighs nothing
            for name in names:
                out.setdefault(name, []).append((problem.id, number))
    return out


def _by_text(problems: list[ProblemIndex]) -> tuple[str, str]:
    """`Built.texts` and `Built.signs`."""
    out: dict[str, list[int]] = {}
    for at, problem in enumerate(problems):
        for number, evidence in enumerate(problem.evidence[:MOST_EVIDENCE]):
            if evidence.kind == "sign":
                for part in next(iter(literals.clauses(evidence.literal)), ("",)):
                    out.setdefault(part, []).append(at * MOST_EVIDENCE + number)
    return "\n".join(out), "\n".join(" ".join(map(str, found)) for found in out.values())
