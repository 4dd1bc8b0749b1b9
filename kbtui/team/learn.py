"""`kbtui learn`: closed cases to counts, and what they say of questions, causes and symptoms.

The counts stand in one file of the pack, learned.yaml, and act when the knowledge is compiled (`kbtui.kb.learned`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import msgspec
from msgspec import Struct

from kbtui.errors import PackError
from kbtui.kb import learned
from kbtui.kb.knowledge import Knowledge, ProblemIndex
from kbtui.kb.learned import Fate, FixFate, Learned
from kbtui.team.outcomes import UNKNOWN, Outcome, Tried

ENOUGH_ASKED = 5
"""Answers from which a question that never helped is worth naming."""
ENOUGH_CASES = 10
"""Cases of a problem from which a cause that never occurred is worth naming."""
LIKELY = 0.1
"""Share that the nodes gave such a cause."""


class Share(Struct, frozen=True):
    """One edge: what the nodes say, what the cases say, and what holds now."""

    problem: str
    end: str
    """A cause, `itself` or `unknown`."""
    shipped: float
    counted: int
    now: float


class Lessons(Struct):
    """What closed cases teach, with its numbers."""

    cases: int
    until: str
    learned: Learned
    shares: list[Share]
    """The edges that moved, the furthest first."""
    useless: dict[str, int]
    """Questions that never helped, and how often they were asked."""
    never: dict[str, list[str]]
    """problem to the causes that the nodes think likely and that never occurred here."""
    unknown: dict[str, int]
    """Symptoms that ended unknown, and how often."""
    missing: list[tuple[str, str, int]]
    """(problem, cause, cases): ways that no edge tells of."""


def count(outcomes: Iterable[Outcome]) -> Learned:
    """Closed cases to counts. The same case twice counts once."""
    once = sorted({o.id: o for o in outcomes}.values(), key=lambda o: (o.closed, o.id))
    fates: defaultdict[str, Fate] = defaultdict(Fate)
    took: dict[str, int] = {}
    for outcome in once:
        _lay(fates, outcome)
        if outcome.end != UNKNOWN:
            fate = fates[outcome.end]
            fate.first = fate.first or outcome.closed
            fate.saved += max(0, took.setdefault(outcome.end, outcome.minutes) - outcome.minutes)
    for fate in fates.values():
        fate.causes = dict(sorted(fate.causes.items()))
        fate.fixes = dict(sorted(fate.fixes.items()))
    return Learned(len(once), once[-1].closed if once else "", dict(sorted(fates.items())))


def _lay(fates: defaultdict[str, Fate], outcome: Outcome) -> None:
    way = list(dict.fromkeys(outcome.path))
    for name in way:
        fates[name].cases += 1
    for parent, child in pairwise(way):
        fates[parent].causes[child] = fates[parent].causes.get(child, 0) + 1
    if way and outcome.end == UNKNOWN:
        fates[way[-1]].unknown += 1
    elif way and way[-1] == outcome.end:
        fates[outcome.end].itself += 1
    for tried in outcome.tried:
        fate = fates[tried.cause]
        _tried(fate, tried)
        if tried.fix:
            _tried(fate.fixes.setdefault(tried.fix, FixFate()), tried)


def _tried(counted: Fate | FixFate, tried: Tried) -> None:
    counted.tried += 1
    if tried.outcome == "helped":
        counted.helped += 1
        counted.minutes += tried.minutes


def study(outcomes: list[Outcome], knowledge: Knowledge) -> Lessons:
    """Counts held against the nodes. `knowledge`: without counts of this pack's own (`without`)."""
    found = count(outcomes)
    asked: Counter[str] = Counter()
    helped: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    for outcome in outcomes:
        asked.update(list(outcome.questions))
        helped.update(q for q, a in outcome.questions.items() if a.helped)
        if outcome.end == UNKNOWN:
            ended[outcome.path[0] if outcome.path else "nothing matched"] += 1
    edges = {name: {child for child, _ in p.causes} for name, p in knowledge.problems.items()}
    shares, never = [], {}
    for name, fate in found.problems.items():
        problem = knowledge.problems.get(name)
        if problem is None:
            continue
        before, after = split(problem), split(learned.moved(problem, fate))
        counted = {**fate.causes, "itself": fate.itself, "unknown": fate.unknown}
        shares += [Share(name, end, before[end], counted.get(end, 0), now) for end, now in after.items()]
        if fate.cases >= ENOUGH_CASES:
            rare = [c for c, share in before.items() if c in edges[name] and share >= LIKELY and not counted.get(c)]
            never.update({name: rare} if rare else {})
    return Lessons(
        cases=found.cases,
        until=found.until,
        learned=found,
        shares=sorted(shares, key=lambda s: (-abs(s.now - s.shipped), s.problem, s.end)),
        useless={q: n for q, n in asked.most_common() if n >= ENOUGH_ASKED and not helped[q]},
        never=never,
        unknown=dict(ended.most_common()),
        missing=learned.not_in_graph(found.problems, edges),
    )


def split(problem: ProblemIndex) -> dict[str, float]:
    """How the mass inside a problem is shared: causes, `itself`, `unknown`; sums to one."""
    parts = dict(problem.causes) | ({"itself": problem.own} if problem.has_fix else {}) | {UNKNOWN: problem.unknown}
    total = sum(parts.values())
    return {name: part / total for name, part in parts.items()}


def write(found: Learned, folder: Path) -> Path:
    """Write learned.yaml. PackError where it cannot be."""
    import yaml

    path = folder / "learned.yaml"
    head = "# Counted from cases/outcomes/ by `kbtui learn --write`: written again each time, never by hand.\n"
    body = yaml.safe_dump(msgspec.to_builtins(found), sort_keys=False, allow_unicode=True, width=120)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(head + body, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise PackError(f"{path} cannot be written: {error.strerror}") from error
    return path
