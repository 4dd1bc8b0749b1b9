"""What this person could do next: fixes of the open ends, questions not yet asked, facts not yet looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kbtui import conditions
from kbtui.diagnosis.advice import FixCost, Look
from kbtui.diagnosis.belief import Belief, Weight
from kbtui.errors import ConditionError
from kbtui.kb.costs import cheapest, fix_cost
from kbtui.kb.knowledge import Knowledge, ProblemIndex
from kbtui.machine.catalogue import SPECS
from kbtui.machine.facts import NOT_LOOKED_AT, Fact, Facts
from kbtui.machine.look import command_for

REACHED = 0.01
"""Problems less likely than this ask nothing."""
PROBE_MINUTES = 1.0
"""A command run by hand and pasted back."""
ANSWERED = 0.6
"""How often a person can answer a question, or run a command and paste what it prints."""
PERSON_MINUTES = 2.0
"""A fact that only a person can look up: a label, a manual."""


def fix_costs(knowledge: Knowledge, belief: Belief, refused: frozenset[str]) -> dict[str, FixCost]:
    """The cost of removing each end; `refused`: needs that this person cannot meet here."""
    out: dict[str, FixCost] = {}
    for end in belief.ends:
        problem = knowledge.problems[end]
        if not refused.intersection(problem.needs):
            out[end] = FixCost(end, problem.minutes + 1.0, tuple(problem.opens))
        elif belief.ends[end] >= REACHED:
            every, fate = knowledge.problem(end).fixes, knowledge.built.learned.get(end)
            fix = cheapest(every, [f for f in every if not refused.intersection(f.needs)], fate)
            if fix:
                minutes = fix_cost(fix, fate, alone=len(every) == 1)
                out[end] = FixCost(end, minutes + 1.0, tuple(fix.opens))
    return out


def looks(
    knowledge: Knowledge,
    belief: Belief,
    facts: Facts,
    answered: Iterable[str],
    tables: conditions.Tables,
    *,
    danger: bool,
) -> list[Look]:
    """Questions and facts that can still move the belief. `danger`: ask nothing that needs the machine under load."""
    reached = [knowledge.problems[n] for n, p in belief.through.items() if p >= REACHED]
    by_question = {fact for fact in knowledge.built.asked.values() if not command_for(fact)}
    return [
        *_questions(knowledge, reached, set(answered), facts, tables),
        *([] if danger else _probes(reached, facts, tables, by_question)),
    ]


def _questions(
    knowledge: Knowledge, reached: list[ProblemIndex], answered: set[str], facts: Facts, tables: conditions.Tables
) -> list[Look]:
    yes: dict[str, list[Weight]] = {}
    no: dict[str, list[Weight]] = {}
    for problem in reached:
        for evidence in problem.evidence:
            if evidence.kind == "question" and evidence.about not in answered:
                source = f"answer:{evidence.about}"
                yes.setdefault(evidence.about, []).append(Weight(problem.id, evidence.true_ratio, source))
                no.setdefault(evidence.about, []).append(Weight(problem.id, evidence.false_ratio, source))
    out = []
    for name, weights in yes.items():
        if knowledge.kind_of(name) != "question":
            continue
        question = knowledge.question(name)
        if question.applies and _known_false(question.applies, facts, tables):
            continue
        out.append(
            Look(
                "question",
                name,
                float(question.minutes),
                _moving(weights),
                _moving(no[name]),
                tuple(question.opens),
                ANSWERED,
            )
        )
    return out


def _known_false(source: str, facts: Facts, tables: conditions.Tables) -> bool:
    try:
        return conditions.parse(source).evaluate(facts, tables).is_false
    except ConditionError:
        return False


def _moving(weights: Iterable[Weight]) -> tuple[Weight, ...]:
    return tuple(w for w in weights if w.ratio != 1.0)


def _probes(reached: list[ProblemIndex], facts: Facts, tables: conditions.Tables, by_question: set[str]) -> list[Look]:
    """One look a missing yes/no fact; each answer is tried out on the conditions that lack it. A fact that only a
    person can tell and that a question asks for is left to the question."""
    lacking: dict[str, list[tuple[str, int, str]]] = {}
    for problem in reached:
        for number, evidence in enumerate(problem.evidence):
            if evidence.kind != "condition":
                continue
            try:
                condition = conditions.parse(evidence.about)
            except ConditionError:
                continue
            outcome = condition.evaluate(facts, tables)
            if outcome.is_unknown:
                for name, _ in outcome.lacked:
                    not_asked = facts.get(name).reason == NOT_LOOKED_AT  # a look that failed is not asked again
                    if name in SPECS and not SPECS[name].scope and not_asked:
                        lacking.setdefault(name, []).append((problem.id, number, evidence.about))
    by_id = {p.id: p for p in reached}
    out = []
    for name, users in lacking.items():
        if name in by_question:
            continue
        look = _probe(name, users, by_id, facts, tables)
        if look:
            out.append(look)
    return out


def _probe(
    name: str,
    users: list[tuple[str, int, str]],
    by_id: Mapping[str, ProblemIndex],
    facts: Facts,
    tables: conditions.Tables,
) -> Look | None:
    spec = SPECS[name]
    if spec.type != "bool":
        return None
    outcomes = []
    for value in (True, False):
        trial = facts.copy()
        trial.add(Fact(name=name, value=value, kind="set", origin="trial"))
        weights = []
        for problem, number, source in users:
            outcome = conditions.parse(source).evaluate(trial, tables)
            if outcome.is_unknown:
                continue
            evidence = by_id[problem].evidence[number]
            ratio = evidence.true_ratio if outcome.is_true else evidence.false_ratio
            weights.append(Weight(problem, ratio, f"facts:{name}@"))
        outcomes.append(_moving(weights))
    if not any(outcomes):
        return None
    by_hand = command_for(name)
    minutes = PROBE_MINUTES if by_hand else PERSON_MINUTES
    return Look("probe", name, minutes, outcomes[0], outcomes[1], answered=ANSWERED)


def refused_needs(facts: Facts) -> frozenset[str]:
    """Needs that cannot be met from here: no host inside a container, no root for somebody who may not become root."""
    refused = set()
    where = facts.get("os.container")
    contained = where.state == "known" and where.value not in ("none", "")
    if contained:
        refused.add("host")
    root, may_become = facts.get("me.root"), facts.get("me.sudo")
    if root.value is False and (may_become.value is False or contained):
        refused.add("root")
    if "root" in refused or facts.get("cluster.login_node").value is True:
        refused.add("admin")
    return frozenset(refused)
